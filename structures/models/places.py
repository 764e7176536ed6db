"""Where are people received, and when?"""

from dataclasses import replace
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.scoping import ScopedQuerySet
from schedules.models import Schedule
from schedules.opening_hours import Timetable
from structures.models.structures import Structure, StructureQuerySet
from territories.models import Commune


class LocationKind(models.TextChoices):
    MAIN = "main", "site principal"
    ANTENNA = "antenna", "antenne"
    OUTREACH = "outreach", "permanence"
    BUS_STOP = "bus_stop", "arrêt du bus"
    OFFICE = "office", "bureau du bus"


class LocationQuerySet(ScopedQuerySet["Location"]):
    team_paths: ClassVar = {kind: f"structure__{path}" for kind, path in StructureQuerySet.team_paths.items()}

    def receiving_public(self) -> Self:
        """Places where someone is received: the office of a bus never is one."""
        return self.filter(is_active=True).exclude(kind=LocationKind.OFFICE)

    def with_hours(self) -> Self:
        return self.select_related("schedule", "structure").prefetch_related(
            "schedule__slots", "schedule__closures", "schedule__extras", "structure__closures"
        )


class Location(models.Model):
    """A place that belongs to a structure; the hours are the place's own."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="locations", verbose_name="structure")
    kind = models.CharField("nature", max_length=8, choices=LocationKind.choices)
    name = models.CharField("nom du lieu", max_length=200, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    complement = models.CharField("complément", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="locations", verbose_name="commune")
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    schedule = models.OneToOneField(Schedule, models.PROTECT, related_name="location", verbose_name="horaires")
    is_active = models.BooleanField("en service", default=True)
    how_to_come = models.TextField("comment venir", max_length=500, blank=True)
    accessible_motor = models.BooleanField("accessible, handicap moteur", null=True, blank=True)
    accessible_hearing = models.BooleanField("accessible, handicap auditif", null=True, blank=True)
    accessible_sight = models.BooleanField("accessible, handicap visuel", null=True, blank=True)
    accessible_mind = models.BooleanField("accessible, handicap mental ou psychique", null=True, blank=True)
    acceslibre_url = models.URLField("page Acceslibre", blank=True)

    objects: ClassVar[LocationQuerySet] = LocationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "point d’accueil"
        verbose_name_plural = "points d’accueil"
        ordering: ClassVar = ["structure_id", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["structure"],
                condition=Q(kind="main"),
                name="structure_has_one_main_location",
                violation_error_message="Une structure n’a qu’un site principal.",
            ),
            models.CheckConstraint(
                name="location_point_is_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                violation_error_message="Donnez la latitude et la longitude, ou aucune des deux.",
            ),
            models.CheckConstraint(
                name="location_kind_is_known",
                condition=Q(kind__in=LocationKind.values),
                violation_error_message="Cette nature de lieu n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.structure.name

    @property
    def receives_public(self) -> bool:
        return self.is_active and self.kind != LocationKind.OFFICE

    def timetable(self) -> Timetable:
        """Its own hours, and the closures of the whole structure with them; `with_hours` reads many."""
        own = self.schedule.timetable()
        whole = tuple(closure.as_value() for closure in self.structure.closures.all())
        return replace(own, closures=own.closures + whole) if whole else own

    def point(self) -> tuple[float, float]:
        """Latitude and longitude; the commune's own point when the place has none."""
        if self.latitude is None or self.longitude is None:
            return (self.commune.latitude, self.commune.longitude)
        return (self.latitude, self.longitude)
