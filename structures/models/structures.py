"""Who holds the label, who carries it, and since when?"""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Team, User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from schedules.opening_hours import Closure
from structures.offer import SERVICES
from territories.fields import PlainTextField
from territories.models import Departement


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


class Carrier(models.Model):
    """The body that carries one or several structures: neither the label nor the building is always its own."""

    name = models.CharField("nom", max_length=200)
    plain_name = PlainTextField(sources=["name"], unique=True)
    kind = models.CharField("nature", max_length=12, choices=CarrierKind.choices, blank=True, default="")

    class Meta:
        verbose_name = "structure porteuse"
        verbose_name_plural = "structures porteuses"
        ordering: ClassVar = ["plain_name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="carrier_kind_is_known",
                condition=Q(kind__in=CarrierKind.values),
                violation_error_message="Cette nature de porteur n’existe pas.",
            )
        ]

    def __str__(self) -> str:
        return self.name


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
    carrier = models.ForeignKey(
        Carrier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="structures",
        verbose_name="structure porteuse",
    )
    label_state = models.CharField("label", max_length=12, choices=LabelState.choices, default=LabelState.LABELLED)
    labelled_on = models.DateField("labellisée le", null=True, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    mail = models.EmailField("adresse électronique", blank=True)
    by_appointment = models.BooleanField("prend rendez-vous", default=False)
    website = models.URLField("site internet", blank=True)
    services = models.JSONField("services proposés", default=list, blank=True, help_text="Codes de la liste fermée.")
    comment = models.TextField("commentaire", blank=True)
    settled_comment = models.TextField(
        "commentaire traité",
        blank=True,
        editable=False,
        help_text="Le commentaire de la liste nationale dont les lieux et passages ont été saisis.",
    )
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
    changed_at = models.DateTimeField("fiche modifiée le", null=True, blank=True, editable=False)
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

    @property
    def has_comment_to_settle(self) -> bool:
        """Whether the national comment may hide stops or sessions that nobody has entered yet."""
        return bool(self.comment.strip()) and self.comment != self.settled_comment

    def offered(self) -> list[str]:
        """The services in words, in the order of the list."""
        return [label for code, label in SERVICES.items() if code in self.services]


class StructureClosureQuerySet(models.QuerySet["StructureClosure"]):
    def touching(self, first_day: date, last_day: date) -> Self:
        return self.filter(first_day__lte=last_day, last_day__gte=first_day)


class StructureClosure(models.Model):
    """Days on which the whole structure is closed, all its locations together."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="closures", verbose_name="structure")
    first_day = models.DateField("du")
    last_day = models.DateField("au")
    reason = models.CharField("raison", max_length=120, blank=True)

    objects = StructureClosureQuerySet.as_manager()

    class Meta:
        verbose_name = "fermeture de la structure"
        verbose_name_plural = "fermetures de la structure"
        ordering: ClassVar = ["first_day", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="structure_closure_ends_after_it_starts",
                condition=Q(last_day__gte=models.F("first_day")),
                violation_error_message="La fermeture finit avant de commencer.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    def as_value(self) -> Closure:
        return Closure(first_day=self.first_day, last_day=self.last_day, reason=self.reason)


class LabelChange(models.Model):
    """One line of the history of a label: decided by a person, never by a figure."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="label_changes", verbose_name="structure")
    state = models.CharField("état", max_length=12, choices=LabelState.choices)
    decided_on = models.DateField("à compter du")
    note = models.TextField("note", blank=True, max_length=2000)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="par")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "état du label"
        verbose_name_plural = "états du label"
        ordering: ClassVar = ["-decided_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="label_change_state_is_known",
                condition=Q(state__in=LabelState.values),
                violation_error_message="Cet état du label n’existe pas.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} depuis le {self.decided_on}"
