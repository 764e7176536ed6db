"""What may be typed about a rule: which démarche, on which territory, when what blocks?"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.models import ModelChoiceIterator

from accounts.forms import CarefulForm
from partners.forms.constraints import add_broken_constraints
from partners.forms.fields import CommuneField, version_field
from partners.forms.territories import area_choices, chosen_area
from partners.models import Blocker, Contact, Procedure, Rule

_NO_TERRITORY = (
    "Il manque un territoire\u00a0: choisissez un département, un arrondissement ou une intercommunalité, ou écrivez "
    "une commune."
)
_TWO_TERRITORIES = "Choisissez un territoire, et un seul\u00a0: la liste ou la commune, pas les deux."


class _ProcedureIterator(ModelChoiceIterator):  # type: ignore[type-arg]
    """All of them first: an empty choice that means something."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", "Toutes les démarches de l’opérateur")
        yield from ((row.pk, row.name) for row in self.queryset)


class ProcedureChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    iterator = _ProcedureIterator


class RuleForm(CarefulForm):
    """A démarche (or all), one territory, a blocker (or whatever blocks), a priority."""

    version = version_field()
    procedure = ProcedureChoice(Procedure.objects.none(), label="Démarche", required=False)
    area = forms.ChoiceField(label="Territoire", required=False)
    commune = CommuneField(label="Ou une seule commune", required=False)
    note = forms.CharField(
        label="Précision de territoire",
        max_length=200,
        required=False,
        help_text="Une partie de commune, un quartier, une rue\u00a0: la conseillère la lit avant d’appeler.",
    )
    blocker = forms.ModelChoiceField(
        Blocker.objects.in_use(),
        label="Seulement quand cela bloque ainsi",
        required=False,
        empty_label="Quel que soit le blocage",
        help_text="Pour un service spécialisé. Sans précision, la règle vaut toujours.",
    )
    priority = forms.IntegerField(
        label="Priorité", min_value=1, max_value=9, initial=5, help_text="1 passe avant 9, à précision égale."
    )

    def __init__(self, *args: Any, contact: Contact, rule: Rule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.rule = rule
        served = Q(operator=contact.operator_id) | Q(alternative_operator=contact.operator_id)
        kept = Q(pk=rule.procedure_id) if rule else Q(pk__in=())
        procedures: Any = self.fields["procedure"]
        procedures.queryset = Procedure.objects.filter(served & Q(is_active=True) | kept).order_by("name")
        if rule is not None and rule.blocker_id:
            blockers: Any = self.fields["blocker"]
            blockers.queryset = Blocker.objects.in_use() | Blocker.objects.filter(pk=rule.blocker_id)
        areas: Any = self.fields["area"]
        areas.choices = area_choices()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "area" in self.errors or "commune" in self.errors:
            return cleaned
        typed_area, commune = cleaned.pop("area", ""), cleaned.pop("commune", None)
        if not typed_area and commune is None:
            self.add_error("area", _NO_TERRITORY)
            return cleaned
        if typed_area and commune is not None:
            self.add_error("commune", _TWO_TERRITORIES)
            return cleaned
        nowhere = {"commune": commune, "epci": None, "arrondissement": None, "departement": None}
        cleaned |= nowhere | chosen_area(typed_area)
        if not self.errors:
            add_broken_constraints(self, self.row(cleaned))
        return cleaned

    def row(self, cleaned: dict[str, Any]) -> Rule:
        """The rule as it would be, unsaved."""
        row = Rule(contact=self.contact, **{name: value for name, value in cleaned.items() if name != "version"})
        if self.rule is not None:
            row.pk = self.rule.pk
            row._state.adding = False  # a rule does not repeat itself
        return row


def rule_initial(rule: Rule, version: int) -> dict[str, Any]:
    """A saved rule as the initial values of its form."""
    areas = {"departement": rule.departement_id, "arrondissement": rule.arrondissement_id, "epci": rule.epci_id}
    return {
        "procedure": rule.procedure_id,
        "area": next((f"{kind}:{code}" for kind, code in areas.items() if code), ""),
        "commune": rule.commune.name if rule.commune else "",
        "note": rule.note,
        "blocker": rule.blocker_id,
        "priority": rule.priority,
        "version": version,
    }
