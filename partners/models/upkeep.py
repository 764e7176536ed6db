"""Is what we know of a contact still true: what was it asked, what did it answer, what was reported?"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models.contacts import Contact


class Verdict(models.TextChoices):
    """What the contact said of its own sheet."""

    STILL_RIGHT = "still_right", "toujours exact"
    CORRECTED = "corrected", "à corriger"
    GONE = "gone", "ce n’est plus moi"


class ConfirmationQuerySet(ScopedQuerySet["Confirmation"]):
    team_paths: ClassVar = {TeamKind.PARTNER_OFFICE: "contact__office"}

    def to_approve(self) -> Self:
        """The contact proposed something that a manager has not decided yet."""
        return self.filter(answered_at__isnull=False, decided_at__isnull=True).exclude(verdict=Verdict.STILL_RIGHT)


class Confirmation(models.Model):
    """« Toujours exact ? », asked by mail with a signed link; what it proposes waits for a manager."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="confirmations", verbose_name="interlocuteur")
    asked_at = models.DateTimeField("demandée le")
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)
    verdict = models.CharField("réponse", max_length=11, choices=Verdict.choices, blank=True)
    proposal = models.JSONField("proposition", default=dict, blank=True)
    message = models.TextField("message", max_length=1000, blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    is_accepted = models.BooleanField("acceptée", null=True, blank=True)

    objects: ClassVar[ConfirmationQuerySet] = ConfirmationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "confirmation"
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(answered_at__isnull=True),
                name="confirmation_is_asked_once_at_a_time",
                violation_error_message="Une confirmation est déjà en attente pour cet interlocuteur.",
            ),
            models.CheckConstraint(
                name="confirmation_answer_has_a_verdict",
                condition=Q(answered_at__isnull=True, verdict="")
                | Q(answered_at__isnull=False, verdict__in=Verdict.values),
                violation_error_message="Une réponse dit si la fiche est exacte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} · {self.asked_at:%Y-%m-%d}"


class Wrong(models.TextChoices):
    """What is wrong with a sheet, from a closed list."""

    NO_ANSWER = "no_answer", "ne répond plus"
    PHONE = "phone", "numéro de téléphone faux"
    MAIL = "mail", "adresse électronique fausse"
    LEFT = "left", "a quitté son poste"
    NOT_THIS = "not_this", "ne suit pas cette démarche"
    OTHER = "other", "autre chose"


class Finding(models.TextChoices):
    """What the manager found when she looked."""

    CORRECTED = "corrected", "fiche corrigée"
    NOTHING_WRONG = "nothing", "rien de faux"


class ReportQuerySet(ScopedQuerySet["Report"]):
    team_paths: ClassVar = {TeamKind.PARTNER_OFFICE: "contact__office"}

    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)


class Report(models.Model):
    """« Signaler une erreur », from any card."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="reports", verbose_name="interlocuteur")
    wrong = models.CharField("ce qui est faux", max_length=9, choices=Wrong.choices)
    detail = models.CharField("précision", max_length=300, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le")
    settled_at = models.DateTimeField("traité le", null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="traité par"
    )
    finding = models.CharField("constat", max_length=9, choices=Finding.choices, blank=True)

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "signalement"
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="report_wrong_is_known", condition=Q(wrong__in=Wrong.values)),
            models.CheckConstraint(
                name="report_settled_has_a_finding",
                condition=Q(settled_at__isnull=True, finding="")
                | Q(settled_at__isnull=False, finding__in=Finding.values),
                violation_error_message="Un signalement traité dit ce qui a été constaté.",
            ),
            models.UniqueConstraint(
                fields=["contact", "author"],
                condition=Q(settled_at__isnull=True),
                name="report_is_open_once_per_person",
                violation_error_message="Vous avez déjà signalé une erreur sur cette fiche.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_wrong_display()} · {self.contact_id}"
