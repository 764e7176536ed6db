"""What did the resident allow a professional to do in her name?"""

from datetime import date, timedelta
from typing import Any

from django import forms

from accounts.forms import CarefulForm, RowsField
from partners.models import Procedure

LONGEST = timedelta(days=366)
"""A mandate without an end, or for years, is no mandate: one year at most."""


class MandateForm(CarefulForm):
    """For what, for which démarches, since when, until when, and whether it was signed on paper."""

    purpose = forms.CharField(
        label="Pour faire quoi",
        max_length=200,
        help_text="Par exemple : déclarer les ressources du trimestre. Sans nom ni numéro.",
    )
    procedures = RowsField(
        label="Démarches",
        queryset=Procedure.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une démarche."},
    )
    given_on = forms.DateField(label="Donné le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label="Jusqu’au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Vide : le temps de cette démarche.",
    )
    on_paper = forms.BooleanField(
        label="Signé sur papier",
        required=False,
        help_text="La feuille reste à la personne ; le site peut en garder une.",
    )

    def __init__(self, *args: Any, procedures: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["procedures"].queryset = procedures  # type: ignore[attr-defined]

    def clean_given_on(self) -> date:
        given_on: date = self.cleaned_data["given_on"]
        if given_on > self.today:
            raise forms.ValidationError("Ce jour n’est pas encore venu : notez le mandat quand il est donné.")
        if given_on < self.today - LONGEST:
            raise forms.ValidationError("Ce mandat a plus d’un an : faites-en signer un nouveau.")
        return given_on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        given_on, ends_on = data.get("given_on"), data.get("ends_on")
        if given_on and ends_on and ends_on < given_on:
            self.add_error("ends_on", "La fin vient après le début.")
        elif given_on and ends_on and ends_on > given_on + LONGEST:
            self.add_error("ends_on", "Un an au plus : la personne pourra en donner un autre.")
        return data
