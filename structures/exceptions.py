"""What is closed or open by exception, listed so that each line can be taken away, and what the calendar adds?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from schedules.here import calendar_between
from schedules.opening_hours import Access, Closure, Extra, Timetable
from structures.closing import (
    AHEAD,
    Holiday,
    Shortcut,
    between_christmas_and_new_year,
    days_of,
    holidays_ahead,
    said_extra,
    school_holidays_ahead,
)
from structures.models import StructureClosure

Snapshot = dict[str, Any]
KINDS = ("closures", "extras")


@dataclass(frozen=True)
class Line:
    """`kind` and `place` say which line of the snapshot it is."""

    kind: str
    place: int
    when: str
    reason: str
    first_day: date
    last_day: date

    @property
    def is_closure(self) -> bool:
        return self.kind == "closures"


@dataclass(frozen=True)
class Agenda:
    """Around today: what comes, what is over, and the holidays of the coming year."""

    coming: tuple[Line, ...]
    past: tuple[Line, ...]
    holidays: tuple[Holiday, ...]
    school_holidays: tuple[Holiday, ...]
    shortcut: Shortcut


def agenda(snapshot: Snapshot, timetables: Sequence[Timetable], today: date) -> Agenda:
    calendar = calendar_between(today, today + AHEAD)
    lines = sorted(_lines(snapshot, today), key=lambda line: (line.first_day, line.last_day))
    return Agenda(
        coming=tuple(line for line in lines if line.last_day >= today),
        past=tuple(line for line in reversed(lines) if line.last_day < today),
        holidays=tuple(holidays_ahead(timetables, today, calendar)),
        school_holidays=tuple(school_holidays_ahead(timetables, today, calendar)),
        shortcut=between_christmas_and_new_year(today),
    )


def with_line(snapshot: Snapshot, kind: str, row: Snapshot) -> Snapshot:
    return snapshot | {kind: [*snapshot[kind], row]}


def without_line(snapshot: Snapshot, name: str) -> Snapshot | None:
    """Without the line named « closures-0 »; None when there is no such line."""
    kind, _, number = name.partition("-")
    rows = snapshot.get(kind, []) if kind in KINDS else []
    if not (number.isascii() and number.isdecimal()) or int(number) >= len(rows):
        return None
    return snapshot | {kind: [row for place, row in enumerate(rows) if place != int(number)]}


def closures_of(snapshot: Snapshot) -> list[Closure]:
    return [
        Closure(date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"]), row["reason"])
        for row in snapshot["closures"]
    ]


def extras_of(snapshot: Snapshot) -> list[Extra]:
    return [
        Extra(
            day=date.fromisoformat(row["day"]),
            opens=_time(row["opens"]),
            closes=_time(row["closes"]),
            access=Access(row["access"]),
            reason=row["reason"],
            replaces=date.fromisoformat(row["replaces"]) if row["replaces"] else None,
        )
        for row in snapshot.get("extras", [])
    ]


def closures_in_words(rows: Iterable[StructureClosure], today: date) -> list[str]:
    """The closures of the whole structure that are not over: "du jeudi 24 décembre au samedi 2 janvier : congés"."""
    coming = sorted(row.as_value() for row in rows if row.last_day >= today)
    return [
        f"{days_of(closure, today)}\u00a0: {closure.reason}" if closure.reason else days_of(closure, today)
        for closure in coming
    ]


def _lines(snapshot: Snapshot, today: date) -> Iterator[Line]:
    for place, closure in enumerate(closures_of(snapshot)):
        yield Line("closures", place, days_of(closure, today), closure.reason, closure.first_day, closure.last_day)
    for place, extra in enumerate(extras_of(snapshot)):
        yield Line("extras", place, said_extra(extra, today), extra.reason, extra.day, extra.day)


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
