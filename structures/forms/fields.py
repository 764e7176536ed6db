"""How are a telephone number, a point, an address on the web and a « yes, no or unknown » typed?"""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from schedules.wording import NBSP, spoken_phone
from structures.coordinates import read_point
from territories.distance import Point

_BLANKS = re.compile(r"[\s.\-/()\u00a0\u202f]")
_FRENCH_NUMBER = re.compile(r"0[1-9]\d{8}|[13]\d{3}|11[0-9]")
ACCESLIBRE = "acceslibre.beta.gouv.fr"


class PhoneField(forms.CharField):
    """A French number of ten figures, or a short one (32 30); kept as it is said: « 02 61 91 00 12 »."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "off"}
        super().__init__(max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        spoken = spoken_phone(typed).replace(NBSP, " ") if typed else ""
        if spoken and not _FRENCH_NUMBER.fullmatch(_BLANKS.sub("", spoken)):
            raise ValidationError(
                "Ce numéro n’est pas reconnu\u00a0: 10 chiffres (02 61 91 00 12) ou un numéro court (32 30).",
                code="phone",
            )
        return spoken


class PointField(forms.CharField):
    """« 49,4431 1,0993 »: gives a Point, or None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        super().__init__(required=False, max_length=60, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Point | None:
        typed = super().clean(value)
        try:
            return read_point(typed) if typed else None
        except ValueError as problem:
            raise ValidationError(str(problem), code="point") from problem


class AcceslibreField(forms.URLField):
    """A page of Acceslibre, the State's collaborative file of accessible places; nothing else."""

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        if typed and (urlsplit(typed).scheme, urlsplit(typed).netloc) != ("https", ACCESLIBRE):
            raise ValidationError(
                f"Copiez l’adresse de la page du lieu sur Acceslibre\u00a0: elle commence par https://{ACCESLIBRE}/.",
                code="acceslibre",
            )
        return typed


class KnownOrNotField(forms.TypedChoiceField):
    """Yes, no, or nobody has looked: True, False, None."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", "Non renseigné"), ("oui", "Oui"), ("non", "Non")]
        super().__init__(
            required=False, choices=choices, coerce=lambda typed: typed == "oui", empty_value=None, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, bool):
            return "oui" if value else "non"
        return value
