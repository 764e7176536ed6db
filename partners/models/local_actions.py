"""How does a local action such as SOS paperasse run: its sessions, its team, and what was done?"""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models.local_services import LocalService


class Role(models.TextChoices):
    """A volunteer holds no mandate: only a professional may act in someone's name."""

    PROFESSIONAL = "professional", "professionnel"
    VOLUNTEER = "volunteer", "bénévole"


class ActionMember(models.Model):
    """A person of the team of a local action."""

    service = models.ForeignKey(LocalService, models.CASCADE, related_name="members", verbose_name="action")
    full_name = models.CharField("prénom et nom", max_length=120)
    role = models.CharField("rôle", max_length=12, choices=Role.choices)
    occupation = models.CharField("métier", max_length=120, blank=True)
    joined_on = models.DateField("depuis le")
    left_on = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "membre d’une action"
        verbose_name_plural = "membres d’une action"
        ordering: ClassVar = ["role", "full_name"]
        constraints: ClassVar = [
            models.CheckConstraint(name="action_member_role_is_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="action_member_leaves_after_joining",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                violation_error_message="Le départ vient après l’arrivée.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def may_hold_a_mandate(self) -> bool:
        return self.role == Role.PROFESSIONAL


class ActionSessionQuerySet(ScopedQuerySet["ActionSession"]):
    team_paths: ClassVar = {
        TeamKind.COORDINATION: "service__coordination",
        TeamKind.PARTNER_OFFICE: "service__office",
        TeamKind.DIGITAL_COORDINATION: "service__digital_team",
    }

    def held(self, first: date, last: date) -> Self:
        """Those with an attendance sheet, between two days, both included."""
        return self.filter(day__gte=first, day__lte=last, people_received__isnull=False)


class ActionSession(models.Model):
    """One session, on one day; its attendance sheet once it was held. No identity."""

    service = models.ForeignKey(LocalService, models.CASCADE, related_name="sessions", verbose_name="action")
    day = models.DateField("le")
    opens = models.TimeField("de")
    closes = models.TimeField("à")
    cancelled_because = models.CharField("annulée", max_length=120, blank=True)
    people_received = models.PositiveSmallIntegerField("personnes reçues", null=True, blank=True)
    procedures_done = models.PositiveSmallIntegerField("démarches faites", null=True, blank=True)
    note = models.TextField("note", max_length=1000, blank=True, help_text="Sans nom ni situation de personne.")
    present = models.ManyToManyField(ActionMember, blank=True, related_name="sessions", verbose_name="présents")

    objects: ClassVar[ActionSessionQuerySet] = ActionSessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "séance"
        ordering: ClassVar = ["day", "opens", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "day", "opens"],
                name="action_session_is_unique",
                violation_error_message="Cette séance existe déjà.",
            ),
            models.CheckConstraint(
                name="action_session_ends_after_it_starts",
                condition=Q(closes__gt=F("opens")),
                violation_error_message="La séance finit avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} · {self.day}"


class SentTo(models.Model):
    """To whom people were sent from a session, and how many."""

    session = models.ForeignKey(ActionSession, models.CASCADE, related_name="sent", verbose_name="séance")
    label = models.CharField("vers", max_length=160)
    count = models.PositiveSmallIntegerField("personnes")

    class Meta:
        verbose_name = "orientation d’une séance"
        verbose_name_plural = "orientations d’une séance"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="sent_to_counts_someone", condition=Q(count__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.count} vers {self.label}"
