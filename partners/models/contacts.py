"""Who is the privileged contact at an operator, and for what, where?"""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Prefetch, Q, Value
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from accounts.models import Team
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models.closed_lists import Blocker
from partners.models.operators import Operator, Procedure
from schedules.models import Schedule
from schedules.reading import read_hours
from territories.fields import PlainTextField
from territories.models import Arrondissement, Commune, Departement, Epci

CHECKED_FOR = timedelta(days=90)
"""A contact nobody has confirmed for longer is shown as to be checked."""
DOUBTFUL_AFTER = timedelta(days=180)
"""Unconfirmed for longer still, or never confirmed: shown in red."""


class ContactKind(models.TextChoices):
    PERSON = "person", "une personne"
    DESK = "desk", "un service"


class ContactQuerySet(ScopedQuerySet["Contact"]):
    team_paths: ClassVar = {TeamKind.PARTNER_OFFICE: "office"}

    def in_service(self) -> Self:
        return self.filter(is_active=True)

    def unconfirmed(self, day: date) -> Self:
        """Nobody has said for 90 days that this is still right."""
        return self.in_service().filter(Q(checked_on__isnull=True) | Q(checked_on__lt=day - CHECKED_FOR))

    def absent(self, day: date) -> Self:
        return self.filter(absent_from__lte=day, absent_until__gte=day)

    def for_routing(self) -> Self:
        """Without their rules and hours, which `read_for_routing` reads once everybody is found."""
        return self.select_related("operator", "schedule")


_OF_RULES = ("contact", "procedure", "departement", "priority", "note")


def read_for_routing(contacts: "list[Contact]") -> None:
    """Their rules and their hours: four statements, however many they are."""
    areas = ("commune", "epci", "arrondissement", "blocker")
    rules = Rule.objects.select_related(*areas).only(*_OF_RULES, *(f"{area}__name" for area in areas))
    models.prefetch_related_objects(contacts, Prefetch("rules", rules))
    read_hours(contact.schedule for contact in contacts if contact.schedule)


class Contact(models.Model):
    """The privileged contact at an operator: a private line, never shown to the public."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="contacts", verbose_name="opérateur")
    kind = models.CharField("nature", max_length=6, choices=ContactKind.choices, default=ContactKind.PERSON)
    body = models.CharField("organisme", max_length=120, blank=True, help_text="Par exemple : CPAM du Havre.")
    name = models.CharField("personne ou service", max_length=120)
    plain_name = PlainTextField(sources=["name", "body", "function"])
    function = models.CharField("fonction", max_length=120, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    direct_phone = models.CharField("ligne directe", max_length=20, blank=True)
    mail = models.EmailField("adresse électronique", blank=True)
    schedule = models.OneToOneField(
        Schedule, models.PROTECT, null=True, blank=True, related_name="contact", verbose_name="horaires"
    )
    office = models.ForeignKey(
        Team,
        models.PROTECT,
        related_name="contacts",
        verbose_name="équipe qui tient la fiche",
        limit_choices_to={"kind": TeamKind.PARTNER_OFFICE},
    )
    absent_from = models.DateField("en congé du", null=True, blank=True)
    absent_until = models.DateField("au", null=True, blank=True)
    stand_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="stands_in_for", verbose_name="remplacé par"
    )
    checked_on = models.DateField("fiche vérifiée le", null=True, blank=True)
    left_on = models.DateField("parti le", null=True, blank=True)
    bounced_at = models.DateTimeField("message revenu le", null=True, blank=True)
    away_since = models.DateTimeField(
        "peut-être absent depuis", null=True, blank=True, help_text="Une réponse d’absence est arrivée de son adresse."
    )
    note = models.TextField("à savoir", blank=True)
    is_active = models.BooleanField("en service", default=True)
    history = HistoricalRecords()

    objects: ClassVar[ContactQuerySet] = ContactQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "interlocuteur"
        ordering: ClassVar = ["operator__plain_name", "plain_name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contact_can_be_reached",
                condition=~Q(phone="", direct_phone="", mail=""),
                violation_error_message="Donnez au moins un téléphone ou une adresse électronique.",
            ),
            models.CheckConstraint(
                name="contact_absence_has_both_ends",
                condition=Q(absent_from__isnull=True, absent_until__isnull=True)
                | Q(absent_from__isnull=False, absent_until__isnull=False, absent_until__gte=F("absent_from")),
                violation_error_message="Une absence a un début et une fin, dans cet ordre.",
            ),
            models.CheckConstraint(
                name="contact_kind_is_known",
                condition=Q(kind__in=ContactKind.values),
                violation_error_message="Cette nature d’interlocuteur n’existe pas.",
            ),
            models.CheckConstraint(
                name="contact_is_not_its_own_stand_in",
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("pk")),
                violation_error_message="Personne ne se remplace soi-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.body or self.operator.name})"

    @property
    def best_phone(self) -> str:
        return self.direct_phone or self.phone

    def is_absent(self, day: date) -> bool:
        return bool(self.absent_from and self.absent_until and self.absent_from <= day <= self.absent_until)

    def is_unconfirmed(self, day: date) -> bool:
        return self.checked_on is None or self.checked_on < day - CHECKED_FOR

    def is_doubtful(self, day: date) -> bool:
        return self.checked_on is None or self.checked_on < day - DOUBTFUL_AFTER


class Rule(models.Model):
    """What a contact answers for: a démarche or the whole operator, on a territory. Empty means all of it."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="rules", verbose_name="interlocuteur")
    procedure = models.ForeignKey(
        Procedure,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name="démarche",
        help_text="Vide : toutes les démarches de l’opérateur.",
    )
    blocker = models.ForeignKey(
        Blocker,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ce qui bloque",
        help_text="Vide : quoi qui bloque.",
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune"
    )
    epci = models.ForeignKey(
        Epci, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="intercommunalité"
    )
    arrondissement = models.ForeignKey(
        Arrondissement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="arrondissement"
    )
    departement = models.ForeignKey(
        Departement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="département"
    )
    priority = models.PositiveSmallIntegerField("priorité", default=5, help_text="1 passe avant 9, à précision égale.")
    note = models.CharField(
        "précision de territoire", max_length=200, blank=True, help_text="Une partie de commune, un quartier, une rue."
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "règle"
        ordering: ClassVar = ["contact_id", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rule_has_one_territory",
                condition=Q(
                    commune__isnull=False, epci__isnull=True, arrondissement__isnull=True, departement__isnull=True
                )
                | Q(commune__isnull=True, epci__isnull=False, arrondissement__isnull=True, departement__isnull=True)
                | Q(commune__isnull=True, epci__isnull=True, arrondissement__isnull=False, departement__isnull=True)
                | Q(commune__isnull=True, epci__isnull=True, arrondissement__isnull=True, departement__isnull=False),
                violation_error_message="Choisissez un territoire, et un seul.",
            ),
            models.UniqueConstraint(
                # An absent value counts as a value here, on both databases.
                "contact",
                Coalesce("procedure", 0),
                Coalesce("blocker", 0),
                Coalesce("commune", Value("")),
                Coalesce("epci", Value("")),
                Coalesce("arrondissement", Value("")),
                Coalesce("departement", Value("")),
                name="rule_is_unique",
                violation_error_message="Cette règle existe déjà pour cet interlocuteur.",
            ),
        ]

    def __str__(self) -> str:
        what = f"{self.procedure or 'toutes les démarches'} · {self.territory}"
        return f"{what} · {self.blocker}" if self.blocker else what

    @property
    def territory(self) -> Commune | Epci | Arrondissement | Departement | None:
        return self.commune or self.epci or self.arrondissement or self.departement
