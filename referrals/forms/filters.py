"""Which filters of the request list were asked for?"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from accounts.forms import CarefulForm
from partners.names import Names, names_at, read_version, remembered
from partners.search import find_procedures
from referrals.finding.words import Found, found_in
from referrals.forms.communes import commune_named
from referrals.models import Channel, ClosingReason, Outcome
from territories.models import Commune

_OLDEST, _LATEST = date(2000, 1, 1), date(2200, 1, 1)
_CLOSED_TOO = {"closes", "toutes"}


def _day(label: str) -> forms.DateField:
    bounds = [MinValueValidator(_OLDEST), MaxValueValidator(_LATEST)]
    return forms.DateField(
        label=label, required=False, validators=bounds, widget=forms.DateInput(attrs={"type": "date"})
    )


class RequestFilterForm(CarefulForm):
    """The filters of the request list, kept in the address: nothing that is typed about a person is among them."""

    STATES = [
        ("", "En cours"),
        ("reponse", "Réponse à transmettre"),
        ("operateur", "Chez l’opérateur"),
        ("transmettre", "À transmettre"),
        ("rappeler", "À rappeler"),
        ("closes", "Closes"),
        ("toutes", "Toutes"),
    ]
    ORDERS = [
        ("", "Reçues, la dernière d’abord"),
        ("ancienne", "Reçues, la plus ancienne d’abord"),
        ("echeance", "Promesse la plus proche d’abord"),
    ]
    etat = forms.ChoiceField(label="État", choices=STATES, required=False)
    operateur = forms.ChoiceField(label="Opérateur", required=False)
    demarche = forms.CharField(label="Démarche", max_length=100, required=False)
    depuis = _day("Reçues à partir du")
    jusqua = _day("Reçues jusqu’au")
    commune = forms.CharField(label="Commune de la personne", max_length=100, required=False)
    suite = forms.ChoiceField(label="Suite donnée", choices=[("", "Toutes"), *Outcome.choices], required=False)
    venue = forms.ChoiceField(label="Venue", choices=[("", "Toutes"), *Channel.choices], required=False)
    issue = forms.ChoiceField(label="Issue", choices=[("", "Toutes"), *ClosingReason.choices], required=False)
    tri = forms.ChoiceField(label="Ordre", choices=ORDERS, required=False)
    retard = forms.BooleanField(label="En retard", required=False)
    miennes = forms.BooleanField(label="Les miennes", required=False)
    trouvees = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        if data.get("etat") == "retard":  # as addresses said before « En retard » went with any state
            data = data.copy()
            data["etat"], data["retard"] = "", "on"
        super().__init__(data, **kwargs)
        if (code := data.get("operateur")) and remembered().operator_pk(code) is None:
            names_at(read_version())  # an operator that somebody has just added elsewhere
        field = self.fields["operateur"]
        if isinstance(field, forms.ChoiceField):
            field.choices = _choices_of(remembered)

    def read_again(self, names: Names) -> None:
        """Show the operators as the page has just learnt them."""
        field = self.fields["operateur"]
        if isinstance(field, forms.ChoiceField):
            field.choices = _choices_of(lambda: names)

    def clean_demarche(self) -> list[int]:
        """The démarches meant, out of service too: a spelling mistake is forgiven when nothing is written so."""
        typed = self.cleaned_data["demarche"].strip()
        if not typed:
            return []
        meant = remembered().procedures_saying(typed) or [procedure.pk for procedure in find_procedures(typed)]
        if not meant:
            raise ValidationError("Aucune démarche ne correspond. Essayez un autre mot.", code="unknown")
        return meant

    def clean_commune(self) -> Commune | None:
        typed = self.cleaned_data["commune"].strip()
        return commune_named(typed) if typed else None

    def clean_trouvees(self) -> Found | None:
        typed = self.cleaned_data["trouvees"]
        try:
            return found_in(typed) if typed else None
        except signing.BadSignature:
            raise ValidationError(
                "Cette recherche n’est plus valable\u00a0: recommencez-la.", code="unsigned"
            ) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("depuis"), data.get("jusqua")
        if since and until and until < since:
            self.add_error("jusqua", "La fin de la période vient avant son début.")
        if data.get("etat") in _CLOSED_TOO and data.get("tri") == "echeance":
            data["tri"] = ""  # what is closed waits for nothing, and no index holds it in that order
        return data

    @cached_property
    def _asked(self) -> dict[str, str]:
        """What was understood of the address, always in the same order, whatever else the address had."""
        understood = [name for name in self.fields if name not in self.errors]
        typed = {name: self.data.get(name, "").strip() for name in understood}
        if not self.cleaned_data.get("tri"):
            typed["tri"] = ""
        return {name: text for name, text in typed.items() if text}

    def query(self, *, without: str = "") -> str:
        """These filters as an address."""
        return urlencode({name: text for name, text in self._asked.items() if name != without})


def _choices_of(names: Callable[[], Names]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [("", "Tous"), *names().operator_choices()]
