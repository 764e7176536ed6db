"""Which helps are not an operator's, and what are their limits?"""

from typing import ClassVar, Self

from django.db import models

from accounts.models import Team
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from schedules.models import Schedule
from territories.models import Commune


class LocalServiceKind(models.TextChoices):
    DIGITAL_ADVISOR = "digital_advisor", "conseiller numérique"
    CMS = "cms", "centre médico-social"
    PAPERWORK_HELP = "paperwork_help", "SOS paperasse"
    JUSTICE_POINT = "justice_point", "point-justice"
    TOWN_HALL = "town_hall", "mairie"
    ASSOCIATION = "association", "association"


class LocalServiceQuerySet(ScopedQuerySet["LocalService"]):
    team_paths: ClassVar = {TeamKind.PARTNER_OFFICE: "office", TeamKind.DIGITAL_COORDINATION: "digital_team"}

    def in_service(self) -> Self:
        return self.filter(is_active=True)


class LocalService(models.Model):
    """A help that is not an operator's: who it serves, and the limits to know before sending someone."""

    kind = models.CharField("nature", max_length=16, choices=LocalServiceKind.choices)
    name = models.CharField("nom", max_length=160)
    host = models.CharField("accueilli par", max_length=160, blank=True)
    serves = models.TextField("pour quoi", blank=True)
    limits = models.TextField("limites", blank=True)
    access = models.CharField("accès", max_length=160, blank=True)
    delay = models.CharField("délai", max_length=120, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="local_services", verbose_name="commune")
    phone = models.CharField("téléphone", max_length=20, blank=True)
    schedule = models.OneToOneField(
        Schedule, models.PROTECT, null=True, blank=True, related_name="local_service", verbose_name="horaires"
    )
    office = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="local_services",
        verbose_name="équipe qui tient la fiche",
    )
    digital_team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="digital_services",
        verbose_name="coordination du numérique",
    )
    is_active = models.BooleanField("en service", default=True)

    objects: ClassVar[LocalServiceQuerySet] = LocalServiceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "service local"
        verbose_name_plural = "services locaux"
        ordering: ClassVar = ["kind", "name"]

    def __str__(self) -> str:
        return self.name
