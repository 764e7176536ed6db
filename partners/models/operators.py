"""Who are the operators, which démarches are theirs, and which needs end elsewhere?"""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from partners.models.closed_lists import Theme
from territories.fields import PlainTextField


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
    synonyms = models.TextField(
        "autres noms", blank=True, help_text="Sigles et noms d’usage, séparés par des barres : CPAM | sécu."
    )
    public_phone = models.CharField("téléphone public", max_length=20, blank=True)
    phone_confirmed = models.BooleanField("numéro vérifié", default=False)
    website = models.CharField("site", max_length=120, blank=True)
    counsellor_note = models.TextField("à savoir", blank=True)
    file_number_name = models.CharField(
        "numéro demandé",
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=(
            "Celui que l’opérateur demande\u00a0: «\u00a0numéro d’allocataire\u00a0». "
            "Jamais le numéro de sécurité sociale."
        ),
    )
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
    theme = models.ForeignKey(
        Theme, models.PROTECT, null=True, blank=True, related_name="procedures", verbose_name="thème"
    )
    synonyms = models.TextField(
        "autres mots", blank=True, help_text="Les mots du public, séparés par des barres : APL | aide au loyer."
    )
    search_text = PlainTextField(sources=["name", "synonyms", "operator.name", "operator.synonyms"])
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
    ends_at = models.ForeignKey(
        "Subject",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="procedures",
        verbose_name="où cela se termine",
        help_text="Quand la fin n’est pas chez un opérateur : mairie, préfecture, MDPH, Banque de France…",
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
        return _between_bars(self.what_to_bring)

    def other_words(self) -> list[str]:
        return _between_bars(self.synonyms)


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


def _between_bars(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]
