"""To whom is a request confided, and under which number does the State's own tool know it?"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.forms import CarefulForm
from accounts.models import User

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-/]{0,29}")


class AssignForm(CarefulForm):
    to = forms.ModelChoiceField(
        label="Confier à",
        queryset=User.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez une personne de l’équipe.",
            "invalid_choice": "Cette personne n’est pas, ou plus, dans l’équipe de ce site.",
        },
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = colleagues


class NationalNumberForm(CarefulForm):
    national_number = forms.CharField(
        label="Numéro dans Administration+",
        max_length=30,
        required=False,
        help_text="Celui qui s’affiche en haut du dossier. Vide\u00a0: le retirer.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_national_number(self) -> str:
        number: str = self.cleaned_data["national_number"].strip().lstrip("#")
        if number and not _NUMBER.fullmatch(number):
            raise ValidationError("Un numéro s’écrit avec des chiffres, des lettres et des tirets.", code="invalid")
        return number
