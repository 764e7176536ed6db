"""The partners: which operators, for which démarches, through whom, and where."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Prefetch, Q, Value
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from accounts.models import Team
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from schedules.models import Schedule
from territories.fields import PlainTextField
from territories.models import Arrondissement, Commune, Departement, Epci

CHECKED_FOR = timedelta(days=90)
"""A contact nobody has confirmed for longer is shown as to be checked."""


class OperatorQuerySet(models.QuerySet["Operator"]):
    def in_bundle(self, day: date) -> Self:
        """Operators that are partners on that day."""
        return self.filter(is_active=True).filter(
            Q(in_bundle_from__isnull=True) | Q(in_bundle_from__lte=day),
            Q(in_bundle_until__isnull=True) | Q(in_bundle_until__gte=day),
        )


class Operator(models.Model):
    """A national partner. Their number moves, hence the dates."""

    code = models.SlugField("code", max_length=30, unique=True)
    name = models.CharField("nom", max_length=80)
    plain_name = PlainTextField(sources=["name"])
    official_name = models.CharField("nom officiel", max_length=200, blank=True)
    public_phone = models.CharField("téléphone public", max_length=20, blank=True)
    phone_confirmed = models.BooleanField("numéro vérifié", default=False)
    website = models.CharField("site", max_length=120, blank=True)
    counsellor_note = models.TextField("à savoir", blank=True)
    in_bundle_from = models.DateField("partenaire depuis le", null=True, blank=True)
    in_bundle_until = models.DateField("jusqu’au", null=True, blank=True)
    is_active = models.BooleanField("en service", default=True)
    loaded_values = models.JSONField(default=dict, editable=False)
    history = HistoricalRecords(excluded_fields=["loaded_values"])

    objects: ClassVar[OperatorQuerySet] = OperatorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "opérateur"
        ordering: ClassVar = ["plain_name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="operator_leaves_after_joining",
                condition=Q(in_bundle_until__isnull=True)
                | Q(in_bundle_from__isnull=True)
                | Q(in_bundle_until__gte=F("in_bundle_from")),
                violation_error_message="La fin du partenariat vient après son début.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True, operator__is_active=True)


class Procedure(models.Model):
    """A démarche of an operator, in the words of the people who ask for it."""

    code = models.SlugField("code", max_length=60, unique=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="procedures", verbose_name="opérateur")
    name = models.CharField("nom", max_length=160)
    theme = models.CharField("thème", max_length=60, blank=True)
    synonyms = models.TextField(
        "autres mots", blank=True, help_text="Les mots du public, séparés par des barres : APL | aide au loyer."
    )
    search_text = PlainTextField(sources=["name", "synonyms", "operator.name"])
    what_to_bring = models.TextField("à apporter", blank=True, help_text="Séparé par des barres.")
    counter_note = models.TextField("ce qui se fait au guichet", blank=True)
    question = models.CharField(
        "question qui départage", max_length=200, blank=True, help_text="Une réponse « oui » mène à l’autre opérateur."
    )
    alternative_operator = models.ForeignKey(
        Operator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="alternative_procedures",
        verbose_name="autre opérateur",
    )
    cited = models.BooleanField("citée par une source publique", default=False)
    is_active = models.BooleanField("en service", default=True)
    loaded_values = models.JSONField(default=dict, editable=False)
    history = HistoricalRecords(excluded_fields=["loaded_values"])

    objects: ClassVar[ProcedureQuerySet] = ProcedureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "démarche"
        ordering: ClassVar = ["operator__plain_name", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="procedure_question_leads_to_an_operator",
                condition=Q(question="", alternative_operator__isnull=True)
                | (~Q(question="") & Q(alternative_operator__isnull=False)),
                violation_error_message=(
                    "Une question départage deux opérateurs : donnez la question et l’autre opérateur."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def operators(self) -> list[Operator]:
        """Who may answer: the main operator, then the one the question leads to; those in service only."""
        return [operator for operator in (self.operator, self.alternative_operator) if operator and operator.is_active]

    @property
    def open_question(self) -> str:
        """The question that decides between two operators; empty when only one of them is left in service."""
        return self.question if len(self.operators()) > 1 else ""

    def things_to_bring(self) -> list[str]:
        return [thing.strip() for thing in self.what_to_bring.split("|") if thing.strip()]


class Blocker(models.Model):
    """What stands in the way, from a closed list."""

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("intitulé", max_length=100)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    loaded_values = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = "blocage"
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


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
        rules = Rule.objects.select_related("commune", "epci", "arrondissement")
        return self.select_related("operator", "schedule").prefetch_related(
            Prefetch("rules", rules), "schedule__slots", "schedule__closures"
        )


class Contact(models.Model):
    """The privileged contact at an operator: a private line, never shown to the public."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="contacts", verbose_name="opérateur")
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
                Coalesce("commune", Value("")),
                Coalesce("epci", Value("")),
                Coalesce("arrondissement", Value("")),
                Coalesce("departement", Value("")),
                name="rule_is_unique",
                violation_error_message="Cette règle existe déjà pour cet interlocuteur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure or 'toutes les démarches'} · {self.territory}"

    @property
    def territory(self) -> Commune | Epci | Arrondissement | Departement | None:
        return self.commune or self.epci or self.arrondissement or self.departement


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


class Subject(models.Model):
    """A need that ends outside the operators: who answers it."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("besoin", max_length=160)
    synonyms = models.TextField("autres mots", blank=True)
    search_text = PlainTextField(sources=["name", "synonyms"])
    who_label = models.CharField("qui répond", max_length=160)
    note = models.TextField("à savoir", blank=True)
    loaded_values = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = "besoin hors opérateurs"
        verbose_name_plural = "besoins hors opérateurs"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
