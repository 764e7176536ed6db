"""What does a coordination type about trainings: a course, a session, who takes a seat, who was there?"""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.forms import CarefulForm, RowsField
from structures.forms.people import believable, day_field
from structures.models import Counsellor, Course

MOST_SEATS = 500
FAMILIES = [
    ("core", "la formation socle"),
    ("operators", "la formation des opérateurs"),
    ("autre", "une autre formation"),
]


class CourseForm(CarefulForm):
    """A course as data: a longer edition, another provider, new modules."""

    family = forms.ChoiceField(
        label="C’est",
        choices=FAMILIES,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites à quoi elle répond."},
    )
    name = forms.CharField(label="Intitulé", max_length=120, error_messages={"required": "Donnez l’intitulé."})
    provider = forms.CharField(
        label="Organisme",
        max_length=80,
        help_text="Par exemple CNFPT, ou un opérateur.",
        error_messages={"required": "Donnez l’organisme."},
    )
    days = forms.DecimalField(
        label="Durée en jours",
        min_value=Decimal("0.5"),
        max_value=Decimal(99),
        max_digits=4,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="Les attestations déjà enregistrées comptent aussi avec cette durée\u00a0: pour une nouvelle édition "
        "plus longue ou plus courte, ajoutez plutôt une formation.",
        error_messages={"required": "Donnez la durée.", "invalid": "Donnez un nombre de jours, par exemple 2 ou 1,5."},
    )
    modules = forms.CharField(
        label="Modules",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Un par ligne, dans l’ordre.",
    )
    validity_months = forms.IntegerField(
        label="Valable, en mois",
        required=False,
        min_value=1,
        max_value=240,
        help_text="Vide\u00a0: sans fin. Vaut pour les prochaines attestations.",
    )

    def __init__(self, *args: Any, is_known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_known:
            del self.fields["family"]

    def clean_modules(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["modules"].splitlines() if line.strip()]


class SessionForm(CarefulForm):
    """A course on given days, with seats to fill."""

    course = forms.ModelChoiceField(
        label="Formation",
        queryset=Course.objects.all(),
        empty_label="Choisir…",
        error_messages={"required": "Choisissez la formation.", "invalid_choice": "Cette formation n’existe pas."},
    )
    starts_on = day_field("Premier jour", missing="Donnez le premier jour.")
    ends_on = day_field("Dernier jour", required=False, help_text="Vide\u00a0: le même jour.")
    place = forms.CharField(label="Lieu", max_length=200, required=False)
    seats = forms.IntegerField(
        label="Places",
        min_value=1,
        max_value=MOST_SEATS,
        error_messages={"required": "Donnez le nombre de places."},
    )
    note = forms.CharField(label="Précision", max_length=200, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_starts_on(self) -> date | None:
        return believable(self.cleaned_data["starts_on"], self.today)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first = data.get("starts_on")
        if "ends_on" not in self.errors and first:
            data["ends_on"] = data.get("ends_on") or first
            if data["ends_on"] < first:
                self.add_error("ends_on", "La session finit après avoir commencé.")
            elif (data["ends_on"] - first).days > 90:
                self.add_error("ends_on", "Une session dure moins de trois mois\u00a0: vérifiez les dates.")
        return data


class PeopleForm(CarefulForm):
    """Some of those who are offered: to enrol, to withdraw, to mark as present."""

    def __init__(self, *args: Any, people: QuerySet[Counsellor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = RowsField(
            label="Conseillers",
            queryset=people,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": "Cochez au moins une personne.",
                "invalid_choice": "Une de ces personnes n’est pas proposée.",
            },
        )


class ShortageFilter(CarefulForm):
    """The filters of the network's list, read from its address: a wrong value asks for everything."""

    manque = forms.ChoiceField(
        label="Formation à suivre",
        required=False,
        choices=[("", "toutes"), ("core", "formation socle"), ("operators", "formation des opérateurs")],
    )

    def __init__(self, *args: Any, structures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["structure"] = forms.ChoiceField(
            label="Structure", required=False, choices=[("", "toutes"), *structures]
        )

    def chosen(self) -> tuple[str, str]:
        """The family of courses and the slug of a structure; both empty when everything is asked for."""
        self.is_valid()
        return self.cleaned_data.get("manque", ""), self.cleaned_data.get("structure", "")
