"""How is an ordinary week typed: per day, two stretches of hours at most?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.forms import BoundField

from accounts.forms import CarefulForm
from partners.forms.fields import HourField
from partners.weeks import STRETCHES, Week
from schedules.wording import WEEKDAYS

_PARTS = ("premier créneau", "second créneau")


@dataclass(frozen=True)
class DayRow:
    """A line of the table: the day, and for each stretch the field it opens and the field it closes."""

    name: str
    stretches: list[tuple[BoundField, BoundField]]

    def fields(self) -> list[BoundField]:
        return [field for stretch in self.stretches for field in stretch]


class WeekForm(CarefulForm):
    """A form with a week in it: `cleaned_data["hours"]` is the week, in order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, day in enumerate(WEEKDAYS):
            for stretch in range(STRETCHES):
                for end, words in (("opens", "de"), ("closes", "à")):
                    label = f"{day.capitalize()}, {_PARTS[stretch]}, {words}"
                    self.fields[_name(weekday, stretch, end)] = HourField(label=label)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        week: list[tuple[int, time, time]] = []
        for weekday in range(len(WEEKDAYS)):
            week += self._clean_day(weekday, cleaned)
        return {name: value for name, value in cleaned.items() if not _is_hour(name)} | {"hours": tuple(week)}

    def week_rows(self) -> Iterator[DayRow]:
        """The fields of the week, for the table."""
        for weekday, day in enumerate(WEEKDAYS):
            names = [(_name(weekday, s, "opens"), _name(weekday, s, "closes")) for s in range(STRETCHES)]
            yield DayRow(day.capitalize(), [(self[opens], self[closes]) for opens, closes in names])

    def other_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if not _is_hour(name))

    def _clean_day(self, weekday: int, cleaned: dict[str, Any]) -> list[tuple[int, time, time]]:
        day: list[tuple[int, time, time]] = []
        for stretch in range(STRETCHES):
            names = _name(weekday, stretch, "opens"), _name(weekday, stretch, "closes")
            if any(name not in cleaned for name in names):
                continue
            opens, closes = (cleaned[name] for name in names)
            if opens is None and closes is None:
                continue
            if opens is None or closes is None:
                missing = names[0] if opens is None else names[1]
                self.add_error(missing, "Donnez l’heure de début et l’heure de fin.")
            elif closes != time(0) and closes <= opens:
                self.add_error(names[1], "La fin vient après le début.")
            elif day and (day[-1][2] == time(0) or opens <= day[-1][2]):
                self.add_error(names[0], "Le second créneau commence après la fin du premier.")
            else:
                day.append((weekday, opens, closes))
        return day


def initial_hours(week: Week) -> dict[str, time]:
    """A week as the initial values of the form's fields."""
    initial: dict[str, time] = {}
    for weekday in range(len(WEEKDAYS)):
        of_the_day = [(opens, closes) for day, opens, closes in week if day == weekday]
        for stretch, (opens, closes) in enumerate(of_the_day[:STRETCHES]):
            initial[_name(weekday, stretch, "opens")] = opens
            initial[_name(weekday, stretch, "closes")] = closes
    return initial


def version_field() -> forms.IntegerField:
    """Which version of the row was opened: a hidden field of the forms that edit one."""
    return forms.IntegerField(required=False, widget=forms.HiddenInput)


def _name(weekday: int, stretch: int, end: str) -> str:
    return f"hour_{weekday}_{stretch}_{end}"


def _is_hour(name: str) -> bool:
    return name.startswith("hour_")
