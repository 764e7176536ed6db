"""How are a phone number, an hour, a commune and a site read as people type them, and which row was opened?"""

import re
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

from schedules.wording import NBSP, spoken_phone
from territories.models import Commune
from territories.spelling import plain

_BLANKS = re.compile(r"[\s.\-/()\u00a0\u202f]")
_FRENCH_NUMBER = re.compile(r"0[1-9]\d{8}|[13]\d{3}|11[0-9]")
_HOUR = re.compile(r"(\d{1,2})(?:\s*(?:h|:|\.)\s*(\d{2})?)?|(\d{2})(\d{2})", re.IGNORECASE)
_SITE = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+(?:/[\w./%~+-]*)?", re.IGNORECASE)
_NAMED = 5
_EARLIEST, _LATEST = date(1950, 1, 1), date(2099, 12, 31)


class PhoneField(forms.CharField):
    """A French number of ten figures, or a short one (32 30); kept as it is said: « 02 61 91 00 12 »."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"}), **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        spoken = spoken_phone(typed).replace(NBSP, " ")
        if not _FRENCH_NUMBER.fullmatch(_BLANKS.sub("", spoken)):
            raise ValidationError(
                "Ce numéro n’est pas reconnu : 10 chiffres (02 61 91 00 12) ou un numéro court (32 30).", code="phone"
            )
        return spoken


class HourField(forms.CharField):
    """An hour of the day as people write it: 9, 9h, 9 h 30, 09:30, 0930; gives a time, or None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"size": "6", "autocomplete": "off"}
        super().__init__(required=False, max_length=12, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> time | None:
        typed = super().clean(value).replace(NBSP, " ").strip()
        if not typed:
            return None
        found = _HOUR.fullmatch(typed)
        hour, minute = (int(found[1] or found[3]), int(found[2] or found[4] or 0)) if found else (99, 0)
        if (hour, minute) == (24, 0):
            return time(0)
        if hour > 23 or minute > 59:
            raise ValidationError("Écrivez une heure comme 9 h ou 13 h 30.", code="hour")
        return time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        return written_hour(value) if isinstance(value, time) else value


def needs_hour(field: forms.Field) -> None:
    """Make an hour compulsory."""
    field.required = True
    field.error_messages["required"] = "Donnez une heure, comme 14 h ou 9 h 30."


def written_hour(at: time) -> str:
    """ "9 h", "13 h 30", with ordinary spaces: it goes into a field."""
    return f"{at.hour} h" + (f" {at.minute:02}" if at.minute else "")


class CommuneField(forms.CharField):
    """A commune by its name, its postcode or its INSEE code; several found are named rather than guessed."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": "communes", "data-combobox": "", "autocomplete": "off"}
        super().__init__(max_length=100, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Commune | None:
        typed = super().clean(value)
        if not typed:
            return None
        found = list(Commune.objects.matching(typed).select_related("departement")[: _NAMED + 1])
        same = [commune for commune in found if plain(typed) in (commune.plain_name, commune.insee.lower())]
        if len(same) == 1 or len(found) == 1:
            return (same or found)[0]
        if not found:
            raise ValidationError("Cette commune n’est pas connue ici : vérifiez son nom ou son code.", code="commune")
        names = ", ".join(str(commune) for commune in found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
        raise ValidationError(f"Plusieurs communes se nomment ainsi : {names}. Écrivez le nom entier.", code="commune")


class SiteField(forms.CharField):
    """The address of a site, kept without its protocol: « caf.fr »."""

    def clean(self, value: Any) -> str:
        typed = re.sub(r"^https?://", "", super().clean(value).strip(), flags=re.IGNORECASE).rstrip("/")
        if typed and not _SITE.fullmatch(typed):
            raise ValidationError("Écrivez l’adresse du site, par exemple caf.fr.", code="site")
        return typed


def refuse_another_age(day: date) -> None:
    """A slip of the keyboard (0206, 9999) is no day; what counts from day to day could not count so far."""
    if not _EARLIEST <= day <= _LATEST:
        raise ValidationError(f"L’année {day.year} est trop loin\u00a0: écrivez une date comme 24/11/2026.", code="day")


class DayField(forms.DateField):
    """A day, with the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={"invalid": "Écrivez une date comme 24/11/2026."},
            validators=[refuse_another_age],
            **kwargs,
        )


class LinesField(forms.CharField):
    """Several things, one per line on screen; kept separated by bars."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": "5"}), **kwargs)
        self.validators.append(ProhibitNullCharactersValidator())

    def clean(self, value: Any) -> str:
        lines = re.split(r"[\r\n|]+", super().clean(value))
        return "|".join(line.strip() for line in lines if line.strip())

    def prepare_value(self, value: Any) -> Any:
        return re.sub(r"\s*\|\s*", "\n", value) if isinstance(value, str) else value


def version_field() -> forms.IntegerField:
    """Which version of the row was opened: a hidden field of the forms that edit one."""
    return forms.IntegerField(required=False, widget=forms.HiddenInput)
