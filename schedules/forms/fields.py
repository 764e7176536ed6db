"""How are hours, days and lists of days read in a form?"""

from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from schedules.hours_as_typed import YEARS, read_dates, read_time, written_dates, written_time
from schedules.slots import LAST_OF_MONTH, Access
from schedules.wording import WEEKDAYS

RANKS = {1: "1er", 2: "2e", 3: "3e", 4: "4e", LAST_OF_MONTH: "dernier"}


class TimeOfDayField(forms.CharField):
    """An hour as people write it; gives a time, or None when empty."""

    def __init__(self, *, closing: bool = False, **kwargs: Any) -> None:
        self.closing = closing
        attrs = {"size": "7", "autocomplete": "off", "class": "fr-input app-hours-editor__time"}
        super().__init__(required=False, max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> time | None:
        try:
            return read_time(super().clean(value), closing=self.closing)
        except ValueError as problem:
            raise ValidationError(str(problem), code="time") from None

    def prepare_value(self, value: Any) -> Any:
        return written_time(value, closing=self.closing) if isinstance(value, time) else value


class DaysField(forms.CharField):
    """Several days on one line: « 24/11/2026, 8 décembre 2026 »."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": "2", "class": "fr-input"})
        super().__init__(required=False, max_length=12_000, widget=widget, **kwargs)

    def clean(self, value: Any) -> tuple[date, ...]:
        try:
            return read_dates(super().clean(value))
        except ValueError as problem:
            raise ValidationError(str(problem), code="dates") from None

    def prepare_value(self, value: Any) -> Any:
        return written_dates(value) if isinstance(value, tuple) else value


class DayField(forms.DateField):
    """A day, with the browser's calendar unless another widget is given."""

    def __init__(self, *, required: bool = False, widget: forms.Widget | None = None, **kwargs: Any) -> None:
        super().__init__(
            required=required,
            widget=widget or forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "fr-input"}),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={"invalid": "Écrivez une date comme 24/11/2026.", "required": "Donnez le jour."},
            **kwargs,
        )

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and day.year not in YEARS:
            raise ValidationError("Vérifiez l’année.", code="year")
        return day


def access_field(**kwargs: Any) -> forms.ChoiceField:
    choices = [(access.value, access.label) for access in Access]
    return forms.ChoiceField(choices=choices, widget=forms.Select(attrs={"class": "fr-select"}), **kwargs)


def weekday_field() -> forms.TypedChoiceField:
    choices = [(str(number), name) for number, name in enumerate(WEEKDAYS)]
    widget = forms.Select(attrs={"class": "fr-select"})
    return forms.TypedChoiceField(label="Jour", choices=choices, coerce=int, widget=widget)


def rank_field() -> forms.TypedChoiceField:
    choices = [(str(number), name) for number, name in RANKS.items()]
    widget = forms.Select(attrs={"class": "fr-select"})
    return forms.TypedChoiceField(label="Lequel du mois", choices=choices, coerce=int, widget=widget)
