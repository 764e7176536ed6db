"""The app's name on screen, and the answers that it owes the floor below."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "Demandes"

    def ready(self) -> None:
        from partners import consequences, reached
        from referrals.hands.directory import when_directory_becomes
        from referrals.hands.in_words import when_contact_becomes
        from referrals.reachability import measured_of

        consequences.answered_by(when_contact_becomes, when_directory_becomes)
        reached.answered_by(measured_of)
