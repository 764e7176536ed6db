"""To whom was a request handed over, and what has happened since?"""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models import Contact
from referrals.models.requests import ServiceRequest

LINK_LASTS = timedelta(days=30)


class ReferralChannel(models.TextChoices):
    MAIL = "mail", "par message"
    PHONE = "phone", "par téléphone"


class ReferralQuerySet(ScopedQuerySet["Referral"]):
    team_paths: ClassVar = {TeamKind.STRUCTURE: "request__structure__team"}

    def pending(self) -> Self:
        """Asked, and neither answered, declined nor taken back."""
        return self.filter(answered_at__isnull=True, declined_at__isnull=True, revoked_at__isnull=True)

    def of_this_promise(self) -> Self:
        """Asked about what the resident waits for now: not before she was told something, and came back."""
        return self.filter(Q(request__return_due_at__isnull=True) | Q(sent_at__gte=F("request__reopened_at")))


class Referral(models.Model):
    """A request handed over to a contact. The operator's clock starts with the first one to that operator."""

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="referrals", verbose_name="demande")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="referrals", verbose_name="interlocuteur")
    channel = models.CharField("canal", max_length=5, choices=ReferralChannel.choices)
    question = models.TextField("question posée", blank=True)
    author = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="transmise par",
        help_text="Vide : passée de main en main par un interlocuteur.",
    )
    previous = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="next", verbose_name="après"
    )
    sent_at = models.DateTimeField("transmise le")
    taken_at = models.DateTimeField("prise en charge le", null=True, blank=True)
    answered_at = models.DateTimeField("réponse utile le", null=True, blank=True)
    declined_at = models.DateTimeField("mauvais interlocuteur le", null=True, blank=True)
    revoked_at = models.DateTimeField("lien retiré le", null=True, blank=True)

    objects: ClassVar[ReferralQuerySet] = ReferralQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "transmission"
        ordering: ClassVar = ["sent_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="referral_answer_comes_after_sending",
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("sent_at")),
                violation_error_message="Une réponse ne peut pas précéder l’envoi.",
            )
        ]
        # What is still to be forgotten is found from these two, never from the requests.
        indexes: ClassVar = [models.Index(fields=["request"], condition=~Q(question=""), name="referral_question_kept")]

    def __str__(self) -> str:
        return f"{self.request_id} → {self.contact_id}"

    @property
    def is_pending(self) -> bool:
        return not (self.answered_at or self.declined_at or self.revoked_at)

    @property
    def is_of_this_promise(self) -> bool:
        """Whether it was asked about what the resident waits for now, as `of_this_promise` reads it."""
        back_at = self.request.reopened_at if self.request.return_due_at else None
        return back_at is None or self.sent_at >= back_at

    def link_ends_at(self) -> datetime:
        return self.sent_at + LINK_LASTS


class Happening(models.TextChoices):
    """What may happen to a request after it is logged."""

    HANDED_OVER_BY_MAIL = "handed_mail", "Transmise par message"
    HANDED_OVER_BY_PHONE = "handed_phone", "Transmise par téléphone"
    CALL_ANSWERED = "call_answered", "Appel : réponse obtenue"
    CALL_NO_ANSWER = "call_no_answer", "Appel : pas de réponse"
    CALL_BACK = "call_back", "Appel : à rappeler"
    WRONG_CONTACT = "wrong_contact", "Mauvais interlocuteur"
    LINK_OPENED = "link_opened", "Lien ouvert par l’interlocuteur"
    TAKEN = "taken", "Prise en charge"
    ANSWERED = "answered", "Réponse de l’interlocuteur"
    MISSING = "missing", "Il manque quelque chose"
    PASSED_ON = "passed_on", "Passée à un autre interlocuteur"
    NOBODY_LEFT = "nobody_left", "Plus personne à solliciter"
    REVOKED = "revoked", "Lien retiré"
    ORIENTED = "oriented", "Orientée ailleurs"
    NOTE = "note", "Note de l’équipe"
    NEW_HOLDER = "new_holder", "Suivi repris"
    INFORMED = "informed", "L’usager est informé"
    CLOSED = "closed", "Close"
    REOPENED = "reopened", "Rouverte"
    CORRECTED = "corrected", "Saisie corrigée"
    CANCELLED = "cancelled", "Saisie annulée"
    REMINDED = "reminded", "Rappel envoyé"
    ESCALATED = "escalated", "Coordination prévenue"
    MAIL_RECEIVED = "mail_received", "Message reçu"
    USEFUL = "useful", "Réponse utile"
    NOT_USEFUL = "not_useful", "Pas encore une réponse utile"
    AWAY = "away", "Réponse d’absence reçue"
    ATTACHED = "attached", "Pièce jointe ajoutée"
    FILE_ERASED = "file_erased", "Pièce jointe effacée"
    NATIONAL = "national", "Suivie aussi dans Administration+"
    MANDATE = "mandate", "Mandat noté"
    IDENTITY = "identity", "Identité corrigée"
    WARNED_IDLE = "warned_idle", "Sans nouvelles depuis cinq mois"
    ERASED = "erased", "Identité, textes et pièces effacés"


USEFUL = (Happening.ANSWERED, Happening.MISSING, Happening.CALL_ANSWERED)
"""The lines that stop the operator's clock."""


class Exchange(models.Model):
    """One line of the timeline of a request; added, never changed.

    But for the kind of a mail that came back: whoever reads it says whether it is useful, in a line of its own.
    """

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="exchanges", verbose_name="demande")
    referral = models.ForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="exchanges", verbose_name="transmission"
    )
    kind = models.CharField("événement", max_length=14, choices=Happening.choices)
    at = models.DateTimeField("le")
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    actor = models.CharField("qui", max_length=260, help_text="Le nom affiché, même sans compte.")
    text = models.TextField("texte", blank=True)
    call_back_at = models.DateTimeField("à rappeler le", null=True, blank=True)

    class Meta:
        verbose_name = "échange"
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["request"], condition=~Q(text=""), name="exchange_text_kept")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.request_id}"
