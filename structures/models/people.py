"""Who receives people, when are they there, and what are they trained for?"""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import Team, User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from schedules.models import Schedule
from structures.models.structures import Structure


class CounsellorQuerySet(ScopedQuerySet["Counsellor"]):
    team_paths: ClassVar = {TeamKind.STRUCTURE: "structure__team", TeamKind.COORDINATION: "structure__coordination"}

    def present(self, day: date) -> Self:
        """Arrived, and not left yet."""
        return self.filter(arrived_on__lte=day).staying(day)

    def staying(self, day: date) -> Self:
        """Not left yet, whether arrived or still to come."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=day))


class Counsellor(models.Model):
    """A person who receives people at a structure, with or without an account."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="counsellors", verbose_name="structure")
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="counsellors", verbose_name="compte"
    )
    full_name = models.CharField("prénom et nom", max_length=120)
    arrived_on = models.DateField("arrivée le")
    left_on = models.DateField("départ le", null=True, blank=True)
    ends_access = models.BooleanField(
        "perd l’accès au site au départ", default=False, help_text="Remis à «\u00a0non\u00a0» une fois que c’est fait."
    )
    schedule = models.OneToOneField(
        Schedule,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="counsellor",
        verbose_name="présence",
        help_text="La semaine ordinaire et les absences de cette personne.",
    )

    objects: ClassVar[CounsellorQuerySet] = CounsellorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "conseiller"
        ordering: ClassVar = ["structure_id", "full_name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="counsellor_leaves_after_arriving",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=models.F("arrived_on")),
                violation_error_message="Le départ vient après l’arrivée.",
            )
        ]

    def __str__(self) -> str:
        return self.full_name


class Course(models.Model):
    """A training that the charter may ask for."""

    code = models.SlugField("code", max_length=20, unique=True)
    name = models.CharField("intitulé", max_length=120)
    provider = models.CharField("organisme", max_length=80)
    days = models.DecimalField("jours", max_digits=4, decimal_places=1)
    modules = models.JSONField("modules", default=list, blank=True, help_text="Intitulés, dans l’ordre.")
    validity_months = models.PositiveSmallIntegerField(
        "valable, en mois", null=True, blank=True, help_text="Vide : sans fin."
    )

    class Meta:
        verbose_name = "formation"
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Training(models.Model):
    """A course that a counsellor has finished."""

    counsellor = models.ForeignKey(Counsellor, models.CASCADE, related_name="trainings", verbose_name="conseiller")
    course = models.ForeignKey(Course, models.PROTECT, related_name="trainings", verbose_name="formation")
    completed_on = models.DateField("suivie le")
    expires_on = models.DateField("valable jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "formation suivie"
        verbose_name_plural = "formations suivies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["counsellor", "course", "completed_on"],
                name="training_is_unique",
                violation_error_message="Cette formation est déjà enregistrée à cette date.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.counsellor} · {self.course}"


class TrainingSessionQuerySet(ScopedQuerySet["TrainingSession"]):
    team_paths: ClassVar = {TeamKind.COORDINATION: "coordination"}

    def coming(self, day: date) -> Self:
        return self.filter(ends_on__gte=day).order_by("starts_on", "pk")


class TrainingSession(models.Model):
    """A course on given days, with seats to fill."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions", verbose_name="formation")
    coordination = models.ForeignKey(
        Team,
        models.PROTECT,
        related_name="training_sessions",
        verbose_name="coordination",
        limit_choices_to={"kind": TeamKind.COORDINATION},
    )
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    place = models.CharField("lieu", max_length=200, blank=True)
    seats = models.PositiveSmallIntegerField("places")
    note = models.CharField("précision", max_length=200, blank=True)
    participants = models.ManyToManyField(Counsellor, blank=True, related_name="sessions", verbose_name="inscrits")

    objects: ClassVar[TrainingSessionQuerySet] = TrainingSessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "session de formation"
        verbose_name_plural = "sessions de formation"
        ordering: ClassVar = ["starts_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="training_session_ends_after_it_starts",
                condition=Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="La session finit avant de commencer.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.course} du {self.starts_on}"
