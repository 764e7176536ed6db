"""What does a coordinator type or choose: filters of her lists, and what a visit has seen?"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import CarefulForm
from quality.actions import Observed
from quality.board import KIND_LABELS, BoardChoice
from quality.findings import AskedCriterion, Verdict

MET, NOT_MET, NOT_SEEN = "yes", "no", ""
FIRST_VISIT = date(2000, 1, 1)


class BoardForm(CarefulForm):
    """The filters of the board, read from its address: a wrong value asks for everything."""

    recherche = forms.CharField(label="Structure", required=False, max_length=80)
    verdict = forms.ChoiceField(
        label="Constat", required=False, choices=[("", "tous"), *((v.value, v.label) for v in Verdict)]
    )
    forme = forms.ChoiceField(
        label="Forme", required=False, choices=[("", "toutes"), *((k.value, label) for k, label in KIND_LABELS.items())]
    )
    tri = forms.ChoiceField(
        label="Trier par", required=False, choices=[("nom", "nom"), ("ecarts", "nombre de critères non tenus")]
    )

    def __init__(self, *args: Any, criteria: Iterable[AskedCriterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [("", "tous"), *((asked.key, asked.short_name) for asked in criteria)]
        self.fields["critere"] = forms.ChoiceField(label="Critère", required=False, choices=shown)
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.order_fields(["recherche", "critere", "verdict", "forme", "tri"])

    def choice(self) -> BoardChoice:
        self.is_valid()
        chosen = self.cleaned_data
        return BoardChoice(
            verdict=chosen.get("verdict", ""),
            criterion=chosen.get("critere", ""),
            kind=chosen.get("forme", ""),
            search=chosen.get("recherche", ""),
            sort=chosen.get("tri") or "nom",
        )


class VisitForm(CarefulForm):
    """A dated visit: yes, no or not seen for each criterion that only a visit can tell."""

    visited_on = forms.DateField(
        label="Date de la visite",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Donnez la date de la visite.", "invalid": "Cette date n’existe pas."},
    )

    def __init__(self, *args: Any, criteria: Iterable[AskedCriterion], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = [asked for asked in criteria if asked.is_observed]
        self.today = today
        self.fields["visited_on"].widget.attrs |= {"max": today.isoformat(), "min": FIRST_VISIT.isoformat()}
        for asked in self.criteria:
            self.fields[f"seen_{asked.key}"] = forms.ChoiceField(
                label=asked.question or asked.name,
                required=False,
                choices=[(MET, "Oui"), (NOT_MET, "Non"), (NOT_SEEN, "Pas vu")],
                widget=forms.RadioSelect(attrs={"class": "fr-radio-rich"}),
                initial=NOT_SEEN,
            )
            self.fields[f"detail_{asked.key}"] = forms.CharField(
                label=f"Précision : {asked.short_name.lower()}", required=False, max_length=200
            )
        self.fields["note"] = forms.CharField(
            label="Note de visite",
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="Jamais de nom d’usager ni de donnée de santé.",
        )

    def clean_visited_on(self) -> date:
        day: date = self.cleaned_data["visited_on"]
        if day > self.today:
            raise ValidationError("Une visite a déjà eu lieu : sa date ne peut pas être à venir.")
        if day < FIRST_VISIT:
            raise ValidationError("Vérifiez l’année de la visite.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for asked in self.criteria:
            if cleaned.get(f"detail_{asked.key}") and not cleaned.get(f"seen_{asked.key}"):
                self.add_error(f"seen_{asked.key}", "Une précision accompagne un constat : répondez oui ou non.")
        if not self.errors and not self.observations() and not cleaned.get("note"):
            raise ValidationError("Notez au moins un constat, ou laissez une note.")
        return cleaned

    def observations(self) -> list[Observed]:
        """What was seen, in the order of the charter; what was not seen says nothing."""
        return [
            Observed(asked.key, answer == MET, self.cleaned_data.get(f"detail_{asked.key}", ""))
            for asked in self.criteria
            if (answer := self.cleaned_data.get(f"seen_{asked.key}"))
        ]
