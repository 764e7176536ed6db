"""What does the coordinator type about a label: its state, why, and who holds it?"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import CarefulForm
from structures.actions.carriers import Holder
from structures.models import Carrier, CarrierKind, LabelState, StructureKind
from territories.spelling import plain

NUMBER = re.compile(r"[0-9A-Za-z]{1,12}")
NOTE_HELP = "Jamais de nom d’usager ni de donnée de santé."


def day_field(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Donnez la date.", "invalid": "Cette date n’existe pas."},
    )


def note_field(label: str = "Note", **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NOTE_HELP,
        **options,
    )


class LabelForm(CarefulForm):
    """A decision: the state, the day from which it holds, and why."""

    state = forms.ChoiceField(
        label="État du label",
        choices=LabelState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l’état du label."},
    )
    decided_on = day_field("À compter du")
    note = note_field("Pourquoi")
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def asked(self) -> str:
        """What a confirmation confirms: another state or another day is asked about again."""
        return f"{self.cleaned_data['state']} {self.cleaned_data['decided_on']}"

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data["confirmed"] == self.asked)


class NoteForm(CarefulForm):
    note = note_field()


class HolderForm(CarefulForm):
    """Who holds the label: name, matricule, form and carrier."""

    name = forms.CharField(
        label="Nom de la structure", max_length=200, error_messages={"required": "Donnez le nom de la structure."}
    )
    id_fs = forms.CharField(
        label="Matricule", required=False, max_length=12, help_text="Celui de la liste nationale, s’il est connu."
    )
    kind = forms.ChoiceField(label="Forme", choices=StructureKind.choices, initial=StructureKind.FIXED)
    carrier = forms.CharField(
        label="Structure porteuse",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "carriers", "data-combobox": "", "autocomplete": "off"}),
        help_text="Choisissez-la dans la liste, ou tapez le nom d’une nouvelle.",
    )
    carrier_kind = forms.ChoiceField(
        label="Nature du porteur",
        required=False,
        choices=[("", "à préciser"), *((value, label) for value, label in CarrierKind.choices if value)],
        help_text="Elle vaut pour toutes les structures de ce porteur.",
    )
    group_name = forms.CharField(label="Groupement", required=False, max_length=200)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not plain(name):
            raise ValidationError("Donnez le nom de la structure.")
        return name

    def clean_id_fs(self) -> str:
        number: str = self.cleaned_data["id_fs"].replace(" ", "")
        if number and not NUMBER.fullmatch(number):
            raise ValidationError("Un matricule compte 12 chiffres ou lettres au plus.")
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("carrier_kind") and not plain(cleaned.get("carrier", "")):
            self.add_error("carrier", "Donnez le nom du porteur dont vous indiquez la nature.")
        return cleaned

    def holder(self) -> Holder:
        names = ("name", "id_fs", "kind", "carrier", "carrier_kind", "group_name")
        return Holder(**{name: self.cleaned_data[name] for name in names})


class EditHolderForm(HolderForm):
    opened = forms.CharField(required=False, widget=forms.HiddenInput)


def carrier_names() -> list[str]:
    """What the list proposes."""
    return list(Carrier.objects.order_by("plain_name").values_list("name", flat=True))
