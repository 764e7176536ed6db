"""What do the digital advisors offer beside individual help, and how much was done? Counts only, no identity."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models.local_services import LocalService
from territories.models import Commune


class Level(models.TextChoices):
    BEGINNER = "beginner", "débutant"
    COMFORTABLE = "comfortable", "à l’aise"
    ALL = "all", "tous niveaux"


class WorkshopQuerySet(ScopedQuerySet["Workshop"]):
    team_paths: ClassVar = {TeamKind.DIGITAL_COORDINATION: "service__digital_team"}

    def coming(self, now: datetime) -> Self:
        return self.filter(ends_at__gte=now, cancelled_at__isnull=True).order_by("starts_at", "pk")


class Workshop(models.Model):
    """A workshop on a date, with seats."""

    service = models.ForeignKey(LocalService, models.CASCADE, related_name="workshops", verbose_name="conseiller")
    title = models.CharField("intitulé", max_length=120)
    level = models.CharField("niveau", max_length=11, choices=Level.choices, default=Level.ALL)
    seats = models.PositiveSmallIntegerField("places")
    starts_at = models.DateTimeField("commence le")
    ends_at = models.DateTimeField("finit le")
    place = models.CharField("lieu", max_length=200, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", verbose_name="commune")
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)

    objects: ClassVar[WorkshopQuerySet] = WorkshopQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "atelier"
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="workshop_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="L’atelier finit avant de commencer.",
            ),
            models.CheckConstraint(
                name="workshop_has_seats",
                condition=Q(seats__gte=1),
                violation_error_message="Donnez au moins une place.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MonthOfActivity(models.Model):
    """What one advisor did in a month."""

    service = models.ForeignKey(LocalService, models.CASCADE, related_name="months", verbose_name="conseiller")
    month = models.DateField("mois", help_text="Le premier jour du mois.")
    people = models.PositiveIntegerField("personnes accompagnées", default=0)
    workshops = models.PositiveIntegerField("ateliers", default=0)
    attendees = models.PositiveIntegerField("participants aux ateliers", default=0)
    themes = models.JSONField("thèmes", default=dict, blank=True, help_text="Combien de fois chaque thème.")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    recorded_at = models.DateTimeField("saisi le")

    class Meta:
        verbose_name = "mois d’activité"
        verbose_name_plural = "mois d’activité"
        ordering: ClassVar = ["-month", "service_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "month"],
                name="month_of_activity_is_unique",
                violation_error_message="Ce mois est déjà saisi pour ce conseiller.",
            ),
            models.CheckConstraint(
                name="month_of_activity_begins_a_month",
                condition=Q(month__day=1),
                violation_error_message="Un mois se donne par son premier jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} · {self.month:%Y-%m}"
