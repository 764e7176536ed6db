"""What may be asked of the directory?"""

from typing import Any

from django import forms

from accounts.forms import CarefulForm
from partners.forms.fields import CommuneField
from partners.models import Operator
from territories.models import Commune

LONGEST_SEARCH = 100


class PlaceForm(CarefulForm):
    """For which commune: the reader's own when she names none, none when she empties the field."""

    commune = CommuneField(label="Commune de la personne", required=False)

    def __init__(self, data: Any, *args: Any, mine: Commune | None, **kwargs: Any) -> None:
        """`mine`: the commune of the site she works at."""
        self.mine = mine
        if "commune" not in data and mine is not None:
            data = data.copy()
            data["commune"] = mine.name
        super().__init__(data, *args, **kwargs)
        if self._is_mine:
            # There is nothing to look for.
            self.fields["commune"] = forms.CharField(label="Commune de la personne", required=False)
        self.fields["commune"].widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": "100"})

    @property
    def chosen(self) -> Commune | None:
        """Two communes may bear the name of hers: it is hers that is meant."""
        if self._is_mine:
            return self.mine
        self.is_valid()
        commune: Commune | None = self.cleaned_data.get("commune")
        return commune

    @property
    def _is_mine(self) -> bool:
        return self.mine is not None and self.data.get("commune", "").strip() == self.mine.name

    @property
    def commune_problem(self) -> str:
        return "" if self.chosen else " ".join(str(error) for error in self.errors.get("commune", ()))


class DirectoryForm(PlaceForm):
    q = forms.CharField(label="Démarche, opérateur, interlocuteur ou besoin", required=False)
    operateur = forms.ModelChoiceField(
        Operator.objects.filter(is_active=True), required=False, to_field_name="code", widget=forms.HiddenInput
    )

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        return text.strip()[:LONGEST_SEARCH]
