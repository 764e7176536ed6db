"""Which fields does a rule have, by its frequency and by what is already typed in it?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from schedules.editing import Start, starts_to_choose
from schedules.forms.fields import DayField, DaysField, access_field, rank_field, weekday_field
from schedules.slots import Frequency
from schedules.wording import WEEKDAYS

DEPENDED_ON = ("weekday", "interval", "start", "anchor")
MOST_WEEKS = 520
_WEEKS_REFUSED = {
    "required": "Donnez le nombre de semaines.",
    "invalid": "Donnez un nombre entier.",
    "min_value": "Donnez 1 ou plus\u00a0: 2 pour une semaine sur deux.",
    "max_value": f"Pas plus de {MOST_WEEKS}\u00a0semaines.",
}


def rule_fields(frequency: Frequency, typed: Mapping[str, Any], today: date) -> dict[str, forms.Field]:
    """By name, but for its stretches; `typed` is what the fields named in DEPENDED_ON hold."""
    return {
        "frequency": forms.CharField(widget=forms.HiddenInput),
        **_which_days(frequency, typed, today),
        "access": access_field(label="Accès"),
        "unknown": forms.BooleanField(label="Horaires à confirmer", required=False),
        "valid_from": DayField(label="Valable du"),
        "valid_until": DayField(label="Valable jusqu’au"),
        "except_school_holidays": forms.BooleanField(label="Sauf vacances scolaires", required=False),
        "on_public_holidays": forms.BooleanField(label="Y compris les jours fériés", required=False),
    }


def _which_days(frequency: Frequency, typed: Mapping[str, Any], today: date) -> dict[str, forms.Field]:
    match frequency:
        case Frequency.DATES:
            hint = "Séparées par des virgules\u00a0: 24/11/2026, 8 décembre 2026."
            return {"dates": DaysField(label="Dates", help_text=hint)}
        case Frequency.EVERY_N_WEEKS:
            return {"weekday": weekday_field(), "interval": _weeks_field(), **_start_fields(typed, today)}
        case Frequency.NTH_WEEKDAY:
            return {"nth": rank_field(), "weekday": weekday_field(), **_first_day_field(typed)}
        case Frequency.WEEKLY:
            return {"weekday": weekday_field(), **_first_day_field(typed)}


def _first_day_field(typed: Mapping[str, Any]) -> dict[str, forms.Field]:
    """Only where one is stored: « valable du » says the same."""
    return {"anchor": DayField(label="Pas avant le")} if typed["anchor"] else {}


def _weeks_field() -> forms.IntegerField:
    return forms.IntegerField(
        label="Une semaine sur",
        min_value=1,
        max_value=MOST_WEEKS,
        error_messages=_WEEKS_REFUSED,
        widget=forms.NumberInput(attrs={"class": "fr-input", "min": "1", "inputmode": "numeric"}),
    )


def _start_fields(typed: Mapping[str, Any], today: date) -> dict[str, forms.Field]:
    """Dates to choose from when they are few, and any other one."""
    starts = _starts(typed, today)
    if not starts:
        return {"anchor": DayField(label="À compter du")}
    radio = forms.RadioSelect(choices=[(start.day.isoformat(), start.said) for start in starts])
    return {
        "start": DayField(label="À compter du", widget=radio),
        "anchor": DayField(label="Ou d’une autre date"),
    }


def _starts(typed: Mapping[str, Any], today: date) -> list[Start]:
    try:
        weekday, interval = int(typed["weekday"]), int(typed["interval"])
    except (ValueError, TypeError):
        return []
    try:
        anchor = date.fromisoformat(typed["anchor"] or typed["start"] or "")
    except ValueError:
        anchor = None
    return starts_to_choose(weekday, interval, today, anchor) if 0 <= weekday < len(WEEKDAYS) else []
