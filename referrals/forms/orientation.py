"""What was typed to orient somebody: a need, a commune; or a local service, its limits read?"""

from functools import cached_property
from typing import Any

from django import forms

from accounts.forms import CarefulForm
from partners.models import Procedure, Subject
from partners.search import LONGEST_SEARCH, find_procedures
from referrals.forms import commune_named
from territories.models import Commune
from territories.spelling import matches, plain

SHOWN = 8


class OrientationForm(CarefulForm):
    """A need or a démarche, and where the person lives. Nothing of it is kept."""

    q = forms.CharField(
        label="Besoin ou démarche",
        max_length=LONGEST_SEARCH,
        required=False,
        help_text="Les mots de la personne\u00a0: «\u00a0papiers perdus\u00a0», «\u00a0dettes\u00a0», "
        "«\u00a0apl\u00a0».",
    )
    commune = forms.CharField(
        label="Commune de la personne", max_length=100, required=False, help_text="Nom ou code postal."
    )
    demarche = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    besoin = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    procedures: list[Procedure]
    subjects: list[Subject]

    @cached_property
    def known_subjects(self) -> list[Subject]:
        """Every need outside the operators: few rows, which the page proposes too."""
        return list(Subject.objects.all())

    def clean_commune(self) -> Commune | None:
        text = self.cleaned_data["commune"].strip()
        return commune_named(text) if text else None

    def clean(self) -> dict[str, Any]:
        """`procedures` and `subjects`: those that the words may mean; one of them alone is what is asked."""
        cleaned = super().clean() or self.cleaned_data
        self.procedures, self.subjects = [], []
        text = cleaned.get("q", "")
        if code := cleaned.get("demarche"):
            in_use = Procedure.objects.in_use().select_related("operator", "alternative_operator")
            self.procedures = list(in_use.filter(code=code))
        elif code := cleaned.get("besoin"):
            self.subjects = [row for row in self.known_subjects if row.code == code]
        elif text:
            self.procedures = find_procedures(text, SHOWN)
            named = [row for row in self.known_subjects if plain(text) and matches(text, row.search_text)]
            self.subjects = named[:SHOWN]
            self._keep_the_one_named_so(text)
        if (text or code) and not self.procedures and not self.subjects and not self.errors:
            self.add_error("q", "Rien ne correspond à ces mots. Essayez-en moins, ou le début d’un mot.")
        return cleaned

    def _keep_the_one_named_so(self, text: str) -> None:
        procedures = [row for row in self.procedures if plain(row.name) == plain(text)]
        subjects = [row for row in self.subjects if plain(row.name) == plain(text)]
        if len(procedures) + len(subjects) == 1:
            self.procedures, self.subjects = procedures, subjects

    @property
    def is_clear(self) -> bool:
        """One démarche or one need is meant."""
        return len(self.procedures) + len(self.subjects) == 1


class OrientForm(CarefulForm):
    """« Orienter vers… », from the card of a local service."""

    service = forms.IntegerField(widget=forms.HiddenInput)
    limit_read = forms.BooleanField(label="J’ai lu la limite", required=False)
    told = forms.ChoiceField(
        choices=[("oui", "La personne le sait"), ("non", "Je dois encore le lui dire")], required=False
    )
