"""Whom does a resident's request about her own data concern, and whose readings are looked at?"""

from datetime import date
from typing import Any

from django import forms

from accounts.forms import CarefulForm
from accounts.models import User
from referrals.marking import searched

CONTACTS = "interlocuteurs"


class FindPersonForm(CarefulForm):
    """One way the person is known by: a phone number, an address, or words of her name."""

    person = forms.CharField(
        label="Téléphone, adresse électronique ou nom",
        max_length=120,
        help_text="Comme il a été noté : le numéro entier, l’adresse entière, ou un ou plusieurs mots du nom.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )

    def clean_person(self) -> str:
        typed: str = self.cleaned_data["person"]
        if not searched(typed):
            raise forms.ValidationError("Il faut un téléphone, une adresse, ou au moins un mot de deux lettres.")
        return typed


class EraseForm(CarefulForm):
    """Erasing is for good: the person who does it says so."""

    sure = forms.BooleanField(
        label="La personne demande cet effacement, et j’ai vérifié que c’est bien elle",
        error_messages={"required": "Cochez cette case pour effacer."},
    )


class ReadingsForm(CarefulForm):
    """The readings of a site: by whom, and between which days."""

    who = forms.ChoiceField(label="Qui", required=False)
    first = forms.DateField(
        label="Du", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="Au", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ("", "Tout le monde"),
            (CONTACTS, "Les interlocuteurs"),
            *((str(user.pk), str(user)) for user in people),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", "La fin vient après le début.")
        return data
