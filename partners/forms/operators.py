"""What may be typed about an operator and about its démarches?"""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q

from accounts.forms import CarefulForm
from partners.forms.constraints import add_broken_constraints
from partners.forms.fields import DayField, LinesField, PhoneField, SiteField, version_field
from partners.models import Operator, Procedure, Subject, Theme
from partners.twins import twin_of

OPERATOR_FIELDS = (
    "name", "official_name", "synonyms", "public_phone", "phone_confirmed", "website", "counsellor_note",
    "file_number_name",
    "in_bundle_from", "in_bundle_until",
)  # fmt: skip
PROCEDURE_FIELDS = (
    "operator", "name", "theme", "synonyms", "what_to_bring", "counter_note", "ends_at", "question",
    "alternative_operator",
)  # fmt: skip


class OperatorForm(CarefulForm):
    version = version_field()
    name = forms.CharField(label="Nom", max_length=80)
    official_name = forms.CharField(label="Nom officiel", max_length=200, required=False)
    synonyms = LinesField(
        label="Autres noms", max_length=500, help_text="Un par ligne, sigles et noms d’usage : CPAM, sécu…"
    )
    public_phone = PhoneField(label="Téléphone public", required=False)
    phone_confirmed = forms.BooleanField(label="Ce numéro est vérifié", required=False)
    website = SiteField(label="Site", max_length=120, required=False, help_text="Par exemple : caf.fr")
    counsellor_note = forms.CharField(
        label="À savoir", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": "4"})
    )
    file_number_name = forms.CharField(
        label="Numéro de dossier que demande l’opérateur",
        max_length=60,
        required=False,
        help_text="Par exemple\u00a0: numéro d’allocataire. Jamais le numéro de sécurité sociale.",
    )
    in_bundle_from = DayField(label="Partenaire depuis le")
    in_bundle_until = DayField(label="Jusqu’au", help_text="Vide tant que le partenariat dure.")

    def __init__(
        self, *args: Any, operator: Operator | None = None, now: datetime | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.operator = operator

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        days = {name: cleaned.get(name) for name in ("in_bundle_from", "in_bundle_until")}
        row = Operator(code="-", **days)
        row.pk = self.operator.pk if self.operator else None
        add_broken_constraints(self, row)
        same = Operator.objects.filter(name__iexact=cleaned.get("name", ""))
        if same.exclude(pk=self.operator.pk if self.operator else _twin(Operator, self)).exists():
            self.add_error("name", "Un opérateur porte déjà ce nom.")
        return cleaned


class ProcedureForm(CarefulForm):
    version = version_field()
    operator = forms.ModelChoiceField(Operator.objects.none(), label="Opérateur", empty_label="Choisissez")
    name = forms.CharField(label="Nom", max_length=160)
    theme = forms.ModelChoiceField(Theme.objects.none(), label="Thème", required=False, empty_label="Aucun")
    synonyms = LinesField(
        label="Autres mots", max_length=2000, help_text="Un par ligne, les mots du public : APL, aide au loyer…"
    )
    what_to_bring = LinesField(label="À apporter", max_length=2000, help_text="Une chose par ligne.")
    counter_note = forms.CharField(
        label="Ce qui se fait au guichet", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": "3"})
    )
    ends_at = forms.ModelChoiceField(
        Subject.objects.all(),
        label="Où cela se termine",
        required=False,
        empty_label="Chez l’opérateur",
        help_text="Quand la fin est ailleurs : mairie, préfecture, MDPH, Banque de France…",
    )
    question = forms.CharField(
        label="Question qui départage deux opérateurs",
        max_length=200,
        required=False,
        help_text="Une réponse « oui » mène à l’autre opérateur.",
    )
    alternative_operator = forms.ModelChoiceField(
        Operator.objects.none(), label="Autre opérateur", required=False, empty_label="Aucun"
    )

    def __init__(
        self, *args: Any, procedure: Procedure | None = None, now: datetime | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.procedure = procedure
        place: Any = self.fields["ends_at"]
        place.label_from_instance = lambda subject: f"{subject.who_label} ({subject.name})"
        themes: Any = self.fields["theme"]
        themes.queryset = Theme.objects.filter(Q(is_active=True) | Q(pk=procedure.theme_id if procedure else None))
        current = [procedure.operator_id, procedure.alternative_operator_id] if procedure else []
        for name in ("operator", "alternative_operator"):
            field: Any = self.fields[name]
            field.queryset = Operator.objects.filter(Q(is_active=True) | Q(pk__in=[pk for pk in current if pk]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        pk = self.procedure.pk if self.procedure else None
        operator, other = cleaned.get("operator"), cleaned.get("alternative_operator")
        if not {"question", "alternative_operator"} & set(self.errors):
            row = Procedure(pk=pk, code="-", question=cleaned.get("question", ""), alternative_operator=other)
            add_broken_constraints(self, row)
        if operator and operator == other:
            self.add_error("alternative_operator", "L’autre opérateur n’est pas celui de la démarche.")
        same = Procedure.objects.filter(operator=operator, name__iexact=cleaned.get("name", ""))
        if operator and same.exclude(pk=pk or _twin(Procedure, self)).exists():
            self.add_error("name", "Cet opérateur a déjà une démarche de ce nom.")
        return cleaned


def _twin(model: type[Operator] | type[Procedure], form: OperatorForm | ProcedureForm) -> int:
    """The key of the row that this very form has just made, whose name is not taken by another; else 0."""
    if form.now is None or form.errors:
        return 0
    values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    twin = twin_of(model, values, form.now)
    return twin.pk if twin else 0


class ProcedureFilterForm(CarefulForm):
    STATES = (("", "En service"), ("inactives", "Hors service"))

    q = forms.CharField(label="Nom ou autres mots", max_length=100, required=False)
    operateur = forms.ModelChoiceField(
        Operator.objects.all(), label="Opérateur", required=False, empty_label="Tous", to_field_name="code"
    )
    theme = forms.ModelChoiceField(
        # A retired one is looked for as long as a démarche bears it.
        Theme.objects.filter(Q(is_active=True) | Exists(Procedure.objects.filter(theme=OuterRef("pk")))),
        label="Thème",
        required=False,
        empty_label="Tous",
        to_field_name="code",
    )
    etat = forms.ChoiceField(label="État", choices=STATES, required=False)


def initial_of(row: Operator | Procedure, names: tuple[str, ...], version: int) -> dict[str, Any]:
    """The values of the row as the form shows them first."""
    return {name: getattr(row, name) for name in names} | {"version": version}
