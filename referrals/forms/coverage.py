"""What narrows the coverage screens, kept in the address?"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from accounts.forms import CarefulForm
from accounts.models import Team
from partners.models import Operator, Procedure
from referrals.coverage.facts import Zone
from referrals.coverage.grid import Cover

STATES = {"trou": Cover.HOLE, "une-personne": Cover.ONE_PERSON, "couvert": Cover.COVERED}
_STATE_CHOICES = [("", "Tous"), ("trou", "Trous"), ("une-personne", "Une seule personne"), ("couvert", "Couverts")]


class _Filters(CarefulForm):
    """A wrong value narrows nothing."""

    def value(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    @property
    def cover(self) -> Cover | None:
        return STATES.get(self.value("etat"))

    @property
    def is_filtered(self) -> bool:
        return any(self.value(name) for name in self.fields if name != "equipe")

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)


class CoverageFilterForm(_Filters):
    etat = forms.ChoiceField(label="État", choices=_STATE_CHOICES, required=False)
    operateur = forms.ChoiceField(label="Opérateur", required=False)
    territoire = forms.ChoiceField(label="Intercommunalité", required=False)
    equipe = forms.ChoiceField(label="Équipe", required=False)

    def __init__(
        self, *args: Any, offices: Sequence[Team], operators: Sequence[Operator], zones: Sequence[Zone], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose("operateur", [("", "Tous"), *((row.code, row.name) for row in operators)])
        self._choose("territoire", [("", "Toutes"), *((zone.code, zone.name) for zone in zones)])
        if len(offices) > 1:
            self._choose("equipe", [(str(team.pk), team.name) for team in offices])
        else:
            del self.fields["equipe"]


class AreaFilterForm(_Filters):
    etat = forms.ChoiceField(label="État", choices=_STATE_CHOICES, required=False)
    demarche = forms.ChoiceField(label="Démarche", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)

    def __init__(self, *args: Any, procedures: Sequence[Procedure], zone: Zone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("demarche", [("", "Toutes"), *((str(row.pk), row.name) for row in procedures)])
        self._choose("commune", [("", "Toutes"), *((place.code, place.name) for place in zone.places)])
