"""How are the hours of many places read at once, for pages that only show them?"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, time
from typing import Any

from django.db.models import CharField, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject

from schedules import models
from schedules.models import Schedule
from schedules.slots import Access, Closure, Extra, Frequency, Slot, Timetable
from schedules.snapshots import CLOSURE_FIELDS, EXTRA_FIELDS, SLOT_FIELDS

_TIMES = ("opens", "closes")
_DAYS = ("anchor", "valid_from", "valid_until", "day", "replaces", "first_day", "last_day")
_FLAGS = ("except_school_holidays", "on_public_holidays")
_KINDS: dict[str, tuple[Any, type, tuple[str, ...], tuple[str, ...]]] = {
    "slot": (models.Slot, Slot, SLOT_FIELDS, ("weekday", "opens")),
    "closure": (models.Closure, Closure, CLOSURE_FIELDS, ("first_day",)),
    "extra": (models.Extra, Extra, EXTRA_FIELDS, ("day", "opens")),
}
"""The rows, the value they become, its columns, and those that order them: as the rows are read one by one."""


def read_hours(schedules: Iterable[Schedule]) -> None:
    """Each then gives its `timetable()` without a query; one statement, whatever their number, none for none.

    Three tables are read together, each row as one JSON value; hours that many places have are made once.
    """
    known: dict[int, list[Schedule]] = defaultdict(list)
    for schedule in schedules:
        known[schedule.pk].append(schedule)
    if not known:
        return
    made = _Made()
    said: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for owner, kind, pk, text in _read(known):
        order, value = made[kind, text]
        said[owner, kind].append((order, pk, value))
    for pk, same in known.items():
        slots, closures, extras = (
            tuple(value for _, _, value in sorted(said.get((pk, kind), ()), key=lambda row: row[:2])) for kind in _KINDS
        )
        for schedule in same:
            schedule.read = Timetable(slots, closures, extras)


def _read(schedules: Collection[int]) -> QuerySet[Any, Any]:
    first, *others = (
        model.objects.filter(schedule__in=list(schedules))
        .order_by()
        .annotate(kind=Value(kind, CharField()), said=Cast(JSONObject(**{name: name for name in columns}), TextField()))
        .values_list("schedule_id", "kind", "pk", "said")
        for kind, (model, _, columns, _) in _KINDS.items()
    )
    found: QuerySet[Any, Any] = first.union(*others, all=True)
    return found


class _Made(dict[tuple[str, str], tuple[Any, Any]]):
    """By the kind and the text of a row: its order among the others and its value, made the first time it is met.

    What has no day or no hour comes first, as on SQLite; days and hours are written so that they sort.
    """

    def __missing__(self, key: tuple[str, str]) -> tuple[Any, Any]:
        kind, text = key
        _, value, _, order = _KINDS[kind]
        said = json.loads(text)
        place = [(said[name] is not None, said[name] or 0) for name in order]
        self[key] = place, value(**plain_values(said))
        return self[key]


def plain_values(said: dict[str, Any]) -> dict[str, Any]:
    """Days, hours and words as the pure values want them; a database says a flag as 0 or 1, a list as its text."""
    values = dict(said)
    for name in values.keys() & set(_TIMES):
        values[name] = time.fromisoformat(said[name]) if said[name] else None
    for name in values.keys() & set(_DAYS):
        values[name] = date.fromisoformat(said[name]) if said[name] else None
    for name in values.keys() & set(_FLAGS):
        values[name] = bool(said[name])
    if "access" in values:
        values["access"] = Access(said["access"])
    if "frequency" in values:
        values["frequency"] = Frequency(said["frequency"])
    if "dates" in values:
        listed = json.loads(said["dates"]) if isinstance(said["dates"], str) else said["dates"]
        values["dates"] = tuple(date.fromisoformat(day) for day in listed)
    return values
