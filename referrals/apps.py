"""The app's name on screen, and the answer that it owes the floor below."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "Demandes"

    def ready(self) -> None:
        from partners.consequences import answered_by
        from referrals.hands.in_words import when_contact_becomes

        answered_by(when_contact_becomes)
