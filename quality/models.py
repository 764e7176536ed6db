"""The charter: what is asked, since when, and what visits have seen."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from structures.models import Structure


class CharterVersion(models.Model):
    """The thresholds in force from a date on. An empty threshold is not asked."""

    starts_on = models.DateField("à partir du", unique=True)
    name = models.CharField("nom", max_length=120)
    weekly_hours_fixed = models.DecimalField(
        "heures par semaine, site fixe", max_digits=4, decimal_places=1, null=True, blank=True
    )
    weekly_hours_antenna = models.DecimalField(
        "heures par semaine, antenne", max_digits=4, decimal_places=1, null=True, blank=True
    )
    weekly_hours_bus = models.DecimalField(
        "heures par semaine, bus", max_digits=4, decimal_places=1, null=True, blank=True
    )
    open_days = models.PositiveSmallIntegerField("jours d’ouverture", null=True, blank=True, default=5)
    trained_counsellors = models.PositiveSmallIntegerField("conseillers formés", null=True, blank=True, default=2)
    core_training_days = models.DecimalField("jours de formation socle", max_digits=4, decimal_places=1, default=3)
    operator_training_days = models.DecimalField(
        "jours de formation des opérateurs", max_digits=4, decimal_places=1, default=2
    )
    response_share = models.PositiveSmallIntegerField(
        "part de réponses dans le délai, en %",
        null=True,
        blank=True,
        default=90,
        help_text="Aucun texte public ne fixe cette part : à régler par la coordination.",
    )
    response_window_days = models.PositiveSmallIntegerField("observée sur, en jours", default=90)

    class Meta:
        verbose_name = "version de la charte"
        verbose_name_plural = "versions de la charte"
        ordering: ClassVar = ["-starts_on"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def in_force(cls, day: date) -> "CharterVersion | None":
        return cls.objects.filter(starts_on__lte=day).prefetch_related("criteria").first()


class CriterionKind(models.TextChoices):
    COMPUTED = "computed", "calculé"
    OBSERVED = "observed", "constaté en visite"


class Criterion(models.Model):
    """A commitment of a charter version. One more of the observed kind is data entry, not code."""

    charter = models.ForeignKey(CharterVersion, models.CASCADE, related_name="criteria", verbose_name="charte")
    key = models.SlugField("clé", max_length=40)
    name = models.CharField("intitulé", max_length=120)
    short_name = models.CharField("intitulé court", max_length=24)
    kind = models.CharField("nature", max_length=8, choices=CriterionKind.choices)
    question = models.CharField("question de la visite", max_length=200, blank=True)
    to_meet = models.CharField("ce qui le rendrait tenu", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("ordre")

    class Meta:
        verbose_name = "critère"
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["charter", "key"], name="criterion_is_unique_in_charter"),
        ]

    def __str__(self) -> str:
        return self.name


class VisitQuerySet(ScopedQuerySet["Visit"]):
    team_paths: ClassVar = {TeamKind.COORDINATION: "structure__coordination", TeamKind.STRUCTURE: "structure__team"}

    def latest_first(self) -> Self:
        return self.order_by("-visited_on", "-pk")


class Visit(models.Model):
    """Someone went and looked, on a date."""

    structure = models.ForeignKey(Structure, models.PROTECT, related_name="visits", verbose_name="structure")
    visited_on = models.DateField("date de la visite")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    note = models.TextField("note", blank=True)
    recorded_at = models.DateTimeField("enregistrée le")

    objects: ClassVar[VisitQuerySet] = VisitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "visite"
        ordering: ClassVar = ["-visited_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.structure} · {self.visited_on}"


class Observation(models.Model):
    """What a visit saw of one criterion."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="observations", verbose_name="visite")
    criterion_key = models.SlugField("critère", max_length=40)
    is_met = models.BooleanField("tenu")
    detail = models.CharField("précision", max_length=200, blank=True)

    class Meta:
        verbose_name = "constat de visite"
        verbose_name_plural = "constats de visite"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "criterion_key"], name="observation_is_unique_in_visit"),
            models.CheckConstraint(
                name="observation_names_a_criterion",
                condition=~Q(criterion_key=""),
                violation_error_message="Un constat porte sur un critère.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_key} : {'tenu' if self.is_met else 'non tenu'}"
