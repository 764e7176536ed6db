"""The network: who holds the label, where people are received, and by whom."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Team, User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from schedules.models import Schedule
from schedules.opening_hours import Timetable
from territories.fields import PlainTextField
from territories.models import Commune, Departement


class StructureKind(models.TextChoices):
    FIXED = "fixed", "site fixe"
    ANTENNA = "antenna", "antenne"
    BUS = "bus", "bus"


class CarrierKind(models.TextChoices):
    MUNICIPALITY = "municipality", "commune"
    EPCI = "epci", "intercommunalité"
    LA_POSTE = "la_poste", "La Poste"
    MSA = "msa", "MSA"
    ASSOCIATION = "association", "association"
    STATE = "state", "État"
    UNKNOWN = "", "à préciser"


class LabelState(models.TextChoices):
    APPLICATION = "application", "candidature"
    LABELLED = "labelled", "labellisée"
    RESERVE = "reserve", "sous réserve"
    SUSPENDED = "suspended", "suspendue"
    WITHDRAWN = "withdrawn", "retirée"


LABEL_IN_FORCE = (LabelState.LABELLED, LabelState.RESERVE)


class StructureQuerySet(ScopedQuerySet["Structure"]):
    team_paths: ClassVar = {
        TeamKind.STRUCTURE: "team",
        TeamKind.COORDINATION: "coordination",
        TeamKind.PARTNER_OFFICE: "partner_office",
    }

    def open_to_public(self) -> Self:
        """Those whose label is in force: what the public is shown."""
        return self.filter(label_state__in=LABEL_IN_FORCE)


class Structure(models.Model):
    """The holder of the label. People are received at its locations, never « at the structure »."""

    id_fs = models.CharField("matricule", max_length=12, unique=True, null=True, blank=True)
    name = models.CharField("nom", max_length=200)
    plain_name = PlainTextField(sources=["name"], db_index=True)
    slug = models.SlugField("adresse de la page", max_length=120, unique=True)
    kind = models.CharField("forme", max_length=8, choices=StructureKind.choices, default=StructureKind.FIXED)
    carrier_name = models.CharField("structure porteuse", max_length=200, blank=True)
    carrier_kind = models.CharField(
        "nature du porteur", max_length=12, choices=CarrierKind.choices, blank=True, default=""
    )
    label_state = models.CharField("label", max_length=12, choices=LabelState.choices, default=LabelState.LABELLED)
    labelled_on = models.DateField("labellisée le", null=True, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    mail = models.EmailField("adresse électronique", blank=True)
    by_appointment = models.BooleanField("prend rendez-vous", default=False)
    comment = models.TextField("commentaire", blank=True)
    group_name = models.CharField("groupement", max_length=200, blank=True)
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="structures", verbose_name="département")
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="structures",
        verbose_name="équipe",
        limit_choices_to={"kind": TeamKind.STRUCTURE},
    )
    coordination = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="coordinated_structures",
        verbose_name="coordination",
        limit_choices_to={"kind": TeamKind.COORDINATION},
    )
    partner_office = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="served_structures",
        verbose_name="gestion des partenaires",
        limit_choices_to={"kind": TeamKind.PARTNER_OFFICE},
    )
    national_row = models.JSONField(
        default=dict,
        editable=False,
        help_text="La ligne du dernier import : ce qui a été corrigé à la main depuis n’est pas écrasé.",
    )

    objects: ClassVar[StructureQuerySet] = StructureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "structure"
        ordering: ClassVar = ["plain_name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="structure_kind_is_known",
                condition=Q(kind__in=StructureKind.values),
                violation_error_message="Cette forme de structure n’existe pas.",
            ),
            models.CheckConstraint(
                name="structure_label_state_is_known",
                condition=Q(label_state__in=LabelState.values),
                violation_error_message="Cet état du label n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("structures:detail", args=[self.slug])

    @property
    def is_bus(self) -> bool:
        return self.kind == StructureKind.BUS


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
        return self.select_related("schedule").prefetch_related("schedule__slots", "schedule__closures")


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
        return self.schedule.timetable()

    def point(self) -> tuple[float, float]:
        """Latitude and longitude; the commune's own point when the place has none."""
        if self.latitude is None or self.longitude is None:
            return (self.commune.latitude, self.commune.longitude)
        return (self.latitude, self.longitude)


class CounsellorQuerySet(ScopedQuerySet["Counsellor"]):
    team_paths: ClassVar = {TeamKind.STRUCTURE: "structure__team", TeamKind.COORDINATION: "structure__coordination"}

    def present(self, day: date) -> Self:
        """Arrived, and not left yet."""
        return self.filter(arrived_on__lte=day).filter(Q(left_on__isnull=True) | Q(left_on__gt=day))


class Counsellor(models.Model):
    """A person who receives people at a structure, with or without an account."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="counsellors", verbose_name="structure")
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="counsellors", verbose_name="compte"
    )
    full_name = models.CharField("prénom et nom", max_length=120)
    arrived_on = models.DateField("arrivée le")
    left_on = models.DateField("départ le", null=True, blank=True)

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
