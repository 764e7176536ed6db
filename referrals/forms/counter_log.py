"""What was typed at the counter, and is it one démarche?"""

import uuid
from typing import Any

from django import forms
from django.utils import timezone

from accounts.forms import CarefulForm
from partners.models import Blocker, Procedure
from partners.search import look_up, one_procedure
from referrals.desk.visits import companion
from referrals.forms.communes import commune_named
from referrals.models import AgeBand, Channel, Outcome, ServiceRequest, Situation
from structures.models import Structure
from territories.models import Commune

_CHOICES_SHOWN = 6


class CounterLogForm(CarefulForm):
    """The counter log: one line, three letters and Enter; the rest has defaults."""

    procedure = forms.CharField(
        label="Démarche",
        max_length=200,
        error_messages={"required": "Indiquez la démarche : trois lettres suffisent, par exemple « apl »."},
    )
    procedure_code = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label="Suite",
        choices=Outcome.choices,
        initial=Outcome.SOLVED,
        widget=forms.RadioSelect,
        error_messages={"required": "Indiquez la suite donnée."},
    )
    commune = forms.CharField(
        label="Commune de la personne",
        required=False,
        max_length=100,
        help_text="Vide : celle du site. Nom ou code postal.",
    )
    channel = forms.ChoiceField(label="Venue", required=False, choices=Channel.choices, initial=Channel.COUNTER)
    blocker = forms.ModelChoiceField(
        label="Ce qui bloque", required=False, queryset=Blocker.objects.in_use(), empty_label="Sans précision"
    )
    age_band = forms.ChoiceField(label="Âge", required=False, choices=[("", "Sans précision"), *AgeBand.choices])
    situation = forms.ChoiceField(
        label="Situation", required=False, choices=[("", "Sans précision"), *Situation.choices]
    )
    same_person_as = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    candidates: list[Procedure]

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structure = structure
        self.candidates = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.structure.is_bus and data.get("outcome") != Outcome.SOLVED and not data.get("commune"):
            self._ask_for_the_commune()
        if typed := data.get("procedure"):
            data["procedure"] = self._procedure(typed, data.get("procedure_code") or "")
        data.pop("procedure_code", None)
        data["channel"] = data.get("channel") or Channel.COUNTER
        return data

    def _ask_for_the_commune(self) -> None:
        """A bus goes from one commune to the next: only the person's own tells whom to ask."""
        if "commune" not in self.errors:
            self.add_error("commune", "Indiquez la commune de la personne\u00a0: elle décide de l’interlocuteur.")

    def _procedure(self, typed: str, code: str) -> Procedure | None:
        """The chosen one, else the only one that fits; several are offered, none is said plainly."""
        if code and (chosen := Procedure.objects.in_use().filter(code=code).select_related("operator").first()):
            return chosen
        if found := one_procedure(typed):
            return found
        meant = look_up(typed, limit=_CHOICES_SHOWN)
        self.candidates = meant.procedures
        if self.candidates and meant.is_close:
            self.add_error("procedure", "Aucune démarche ne s’écrit ainsi : vouliez-vous dire l’une de celles-ci ?")
        elif self.candidates:
            self.add_error("procedure", "Plusieurs démarches correspondent : choisissez la bonne.")
        else:
            self.add_error(
                "procedure",
                "Aucune démarche en service ne correspond. Essayez un autre mot, ou le nom de l’opérateur.",
            )
        return None

    def clean_commune(self) -> Commune | None:
        text = self.cleaned_data["commune"].strip()
        return commune_named(text) if text else None

    def clean_same_person_as(self) -> ServiceRequest | None:
        """Another démarche of this visit; what is not one of this site, or not of today, links to nothing."""
        typed = self.cleaned_data["same_person_as"].strip()
        return companion(self.structure, typed, timezone.now()) if typed else None

    def clean_key(self) -> uuid.UUID:
        key: uuid.UUID = self.cleaned_data["key"]
        return key
