"""What somebody types to find a place, and which structure a counsellor works for."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.forms import CarefulForm
from structures.models import Structure


class FindForm(CarefulForm):
    """Public: a commune or a postcode, nothing else; `insee` comes with the links of a list of choices."""

    lieu = forms.CharField(
        label="Votre commune ou votre code postal",
        required=False,
        max_length=100,
        help_text="Par exemple Yvetot ou 76190.",
        error_messages={"max_length": "C’est trop long pour un nom de commune\u00a0: 100 caractères au plus."},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    ouvert = forms.BooleanField(label="Ouvert maintenant", required=False)
    insee = forms.CharField(required=False, max_length=5)


class ChoiceForm(CarefulForm):
    """One of the structures that the person works for."""

    def __init__(self, *args: Any, structures: Iterable[Structure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(structure.pk, structure.name) for structure in structures]
        self.fields["structure"] = forms.TypedChoiceField(label="Structure", choices=choices, coerce=int)
