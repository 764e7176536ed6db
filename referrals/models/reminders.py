"""Who was reminded of what, and how does each counsellor want to be told?"""

from typing import ClassVar, Self

from django.db import models

from accounts.models import User
from partners.models import Contact
from referrals.models.hand_overs import Exchange, Referral
from referrals.models.requests import ServiceRequest


class Step(models.TextChoices):
    """The reminders of one promise, in their order."""

    HALF_TIME = "half_time", "à mi-parcours"
    DUE = "due", "à l’échéance"
    NEXT_IN_RANK = "next_in_rank", "interlocuteur suivant"
    COORDINATOR = "coordinator", "coordination"


class Reminder(models.Model):
    """One reminder of one request, once; the mail that carries it may carry others to the same person that day."""

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="reminders", verbose_name="demande")
    referral = models.ForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="reminders", verbose_name="transmission"
    )
    step = models.CharField("étape", max_length=12, choices=Step.choices)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="interlocuteur"
    )
    at = models.DateTimeField("le")
    message_key = models.CharField("clé du message", max_length=200, blank=True)

    class Meta:
        verbose_name = "rappel"
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["referral", "step"],
                name="reminder_is_sent_once_for_a_hand_over",
                violation_error_message="Ce rappel est déjà parti.",
            ),
            models.UniqueConstraint(
                fields=["request", "step"],
                condition=models.Q(referral__isnull=True),
                name="reminder_is_sent_once_for_a_request",
                violation_error_message="Ce rappel est déjà parti.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["contact", "at"], name="reminders_of_a_contact")]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.request_id}"


class Pace(models.TextChoices):
    """How often a counsellor is written to; her desk shows everything whatever she chooses."""

    IMMEDIATE = "immediate", "tout de suite"
    TWICE_A_DAY = "twice", "deux fois par jour"
    DAILY = "daily", "une fois par jour"
    NONE = "none", "jamais"


class NoticeChoice(models.Model):
    """What a counsellor chose; without a row: at once, as before she was asked."""

    user = models.OneToOneField(User, models.CASCADE, related_name="notice_choice", verbose_name="personne")
    pace = models.CharField("rythme", max_length=9, choices=Pace.choices, default=Pace.IMMEDIATE)

    class Meta:
        verbose_name = "choix des avis"

    def __str__(self) -> str:
        return f"{self.user_id}\u00a0: {self.get_pace_display()}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def not_told(self) -> Self:
        return self.filter(told_at__isnull=True)


class Notice(models.Model):
    """Something on a request that one person is to be told: an answer, a mention, a reminder of the promise."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name="personne")
    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="notices", verbose_name="échange")
    at = models.DateTimeField("le")
    told_at = models.DateTimeField("dit le", null=True, blank=True, help_text="Par message, ou lu sur l’écran.")

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "exchange"],
                name="notice_is_given_once",
                violation_error_message="Cet avis existe déjà.",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "at"], condition=models.Q(told_at__isnull=True), name="notices_to_tell")
        ]

    def __str__(self) -> str:
        return f"Avis {self.pk} à {self.user_id}"
