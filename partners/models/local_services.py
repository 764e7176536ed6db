"""Which helps are not an operator's, and what are their limits?"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from accounts.models import Team
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models.operators import Procedure, Subject
from schedules.models import Schedule
from territories.models import Arrondissement, Commune, Departement, Epci


class LocalServiceKind(models.TextChoices):
    DIGITAL_ADVISOR = "digital_advisor", "conseiller numérique"
    CMS = "cms", "centre médico-social"
    PAPERWORK_HELP = "paperwork_help", "SOS paperasse"
    JUSTICE_POINT = "justice_point", "point-justice"
    TOWN_HALL = "town_hall", "mairie"
    ASSOCIATION = "association", "association"
    CCAS = "ccas", "CCAS"
    LIBRARY = "library", "bibliothèque"
    FRANCE_SERVICES = "france_services", "autre France services"


class LocalServiceQuerySet(ScopedQuerySet["LocalService"]):
    team_paths: ClassVar = {
        TeamKind.PARTNER_OFFICE: "office",
        TeamKind.DIGITAL_COORDINATION: "digital_team",
        TeamKind.COORDINATION: "coordination",
    }

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
    needs = models.ManyToManyField(Subject, blank=True, related_name="local_services", verbose_name="besoins servis")
    procedures = models.ManyToManyField(
        Procedure, blank=True, related_name="local_services", verbose_name="démarches servies"
    )
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
    coordination = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="local_actions",
        verbose_name="coordination qui tient l’action",
        limit_choices_to={"kind": TeamKind.COORDINATION},
    )
    is_active = models.BooleanField("en service", default=True)
    history = HistoricalRecords(m2m_fields=[needs, procedures])

    objects: ClassVar[LocalServiceQuerySet] = LocalServiceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "service local"
        verbose_name_plural = "services locaux"
        ordering: ClassVar = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class LocalServiceLimit(models.Model):
    """What it does not do. A limit tied to a need or a démarche is a warning before someone is sent for it."""

    service = models.ForeignKey(LocalService, models.CASCADE, related_name="limit_rows", verbose_name="service")
    text = models.CharField("limite", max_length=200)
    need = models.ForeignKey(
        Subject, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="besoin concerné"
    )
    procedure = models.ForeignKey(
        Procedure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="démarche concernée"
    )

    class Meta:
        verbose_name = "limite"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text


class LocalServiceArea(models.Model):
    """Where the people it serves live. No row: whoever comes is served."""

    service = models.ForeignKey(LocalService, models.CASCADE, related_name="areas", verbose_name="service")
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="+")
    epci = models.ForeignKey(Epci, models.PROTECT, null=True, blank=True, related_name="+")
    arrondissement = models.ForeignKey(Arrondissement, models.PROTECT, null=True, blank=True, related_name="+")
    departement = models.ForeignKey(Departement, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(
        "précision", max_length=200, blank=True, help_text="Une partie de commune, un quartier, un secteur."
    )

    class Meta:
        verbose_name = "territoire servi"
        verbose_name_plural = "territoires servis"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="local_service_area_is_one_territory",
                condition=Q(
                    commune__isnull=False, epci__isnull=True, arrondissement__isnull=True, departement__isnull=True
                )
                | Q(commune__isnull=True, epci__isnull=False, arrondissement__isnull=True, departement__isnull=True)
                | Q(commune__isnull=True, epci__isnull=True, arrondissement__isnull=False, departement__isnull=True)
                | Q(commune__isnull=True, epci__isnull=True, arrondissement__isnull=True, departement__isnull=False),
                violation_error_message="Choisissez un territoire, et un seul.",
            )
        ]

    def __str__(self) -> str:
        return str(self.commune or self.epci or self.arrondissement or self.departement)


class LocalServicePlace(models.Model):
    """Another place where it receives people, with hours of its own: an itinerant advisor has several."""

    service = models.ForeignKey(LocalService, models.CASCADE, related_name="places", verbose_name="service")
    name = models.CharField("lieu", max_length=160)
    address = models.CharField("adresse", max_length=200, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", verbose_name="commune")
    schedule = models.OneToOneField(
        Schedule, models.PROTECT, null=True, blank=True, related_name="local_service_place", verbose_name="horaires"
    )
    is_active = models.BooleanField("en service", default=True)

    class Meta:
        verbose_name = "lieu d’un service local"
        verbose_name_plural = "lieux des services locaux"
        ordering: ClassVar = ["service_id", "pk"]

    def __str__(self) -> str:
        return self.name
