"""What do the fields of the hours editor hold, as text, and what do its buttons make of them?

Names: `d0-1-opens` opens the second stretch of Monday, `r3-weekday` is the weekday of a rule, `r3-0-closes` closes its
first stretch.
Adding a stretch, copying a day or taking a rule away turns what was typed into something else typed: nothing is read,
nothing is refused, nothing is saved.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from schedules.editing import MOST_STARTS_PROPOSED, Rule, laid_out
from schedules.hours_as_typed import written_dates, written_time
from schedules.slots import Frequency, Slot
from schedules.wording import WEEKDAYS, enumerated

Typed = dict[str, Any]
CHECKED = "on"
STRETCHES_SHOWN = 2
_STRETCH = re.compile(r"([dr])(\d{1,4})-(\d{1,4})-(?:opens|closes|access)", re.ASCII)
_RULE = re.compile(r"r(\d{1,4})-frequency", re.ASCII)
_WHERE = re.compile(r"d[0-6]|r\d{1,4}", re.ASCII)


@dataclass
class Shape:
    """Which stretches each day and each rule has, by number."""

    days: list[list[int]] = field(default_factory=lambda: [list(range(STRETCHES_SHOWN)) for _ in WEEKDAYS])
    rules: dict[int, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """What a button made of the fields: `focus` is the field to go on with, `said` is for a message.

    `is_swapped`: the answer takes the place of a part of the page that is open, where a script moves the focus.
    """

    typed: Typed
    focus: str = ""
    said: str = ""
    is_swapped: bool = False


def as_typed(slots: Iterable[Slot], note: str = "") -> Typed:
    """Hours as the text of the fields: the `initial` of a form."""
    layout = laid_out(slots)
    typed: Typed = {"note": note}
    for weekday, day in enumerate(layout.days):
        for number, stretch in enumerate(day.ranges):
            typed |= _times(f"d{weekday}-{number}", stretch.opens, stretch.closes)
            typed[f"d{weekday}-{number}-access"] = stretch.access.value
        if day.has_unknown:
            typed[f"d{weekday}-unknown"] = CHECKED
    for number, rule in enumerate(layout.rules):
        typed |= {f"r{number}-{name}": value for name, value in _rule(rule).items()}
    return typed


def shape_of(names: Iterable[str]) -> Shape:
    """At least two stretches a day, and as many as there are names for."""
    shape, known = Shape(), list(names)
    for name in known:
        if found := _RULE.fullmatch(name):
            shape.rules[int(found[1])] = list(range(STRETCHES_SHOWN))
    for name in known:
        if found := _STRETCH.fullmatch(name):
            owner, number = int(found[2]), int(found[3])
            numbers = shape.days[owner] if found[1] == "d" and owner < len(WEEKDAYS) else shape.rules.get(owner)
            if numbers is not None and number not in numbers:
                numbers.append(number)
    for numbers in (*shape.days, *shape.rules.values()):
        numbers.sort()
    shape.rules = dict(sorted(shape.rules.items()))
    return shape


def step_of(data: Any) -> Step | None:
    """What the pressed button asks for, from the posted fields; None when it asks to see or to save."""
    typed = {name: data.get(name) for name in data}
    is_swapped = bool(typed.pop("swapped", ""))
    step = _step(typed, data)
    return step and replace(step, is_swapped=is_swapped)


def _step(typed: Typed, data: Any) -> Step | None:
    if "copy" in typed:
        return _copied(typed, data.getlist("copy_to"))
    if "add" in typed:
        return _with_one_more(typed, typed.pop("add"))
    if "remove" in typed:
        return _without_rule(typed, typed.pop("remove"))
    if "refresh" in typed:
        return Step(typed, focus=f"r{typed.pop('refresh')}-weekday")
    return None


def _copied(typed: Typed, targets: list[str]) -> Step:
    typed = {name: value for name, value in typed.items() if name not in ("copy", "copy_to")}
    source = typed.get("copy_from", "")
    weekdays = [int(target) for target in targets if target in map(str, range(7)) and target != source]
    if source not in map(str, range(7)) or not weekdays:
        return Step(typed, said="Cochez au moins un jour sur lequel copier.")
    model = {name: value for name, value in typed.items() if name.startswith(f"d{source}-")}
    for weekday in weekdays:
        typed = {name: value for name, value in typed.items() if not name.startswith(f"d{weekday}-")}
        typed |= {f"d{weekday}-{name.partition('-')[2]}": value for name, value in model.items()}
    days = enumerated([WEEKDAYS[weekday] for weekday in weekdays])
    return Step(typed, said=f"{WEEKDAYS[int(source)].capitalize()} est copié sur {days}. Rien n’est encore enregistré.")


def _with_one_more(typed: Typed, what: str) -> Step:
    """A stretch (« d0 », « r3 »), or a rule of this frequency."""
    shape = shape_of(typed)
    if what in list(Frequency):
        number = max(shape.rules, default=-1) + 1
        blank = {"frequency": what, "weekday": "0", "interval": "2", "nth": "1", "access": "walk_in"}
        typed = typed | {f"r{number}-{name}": value for name, value in blank.items()}
        return Step(typed, focus=f"r{number}-{'dates' if what == Frequency.DATES else 'weekday'}")
    if not _WHERE.fullmatch(what):
        return Step(typed)
    numbers = shape.days[int(what[1:])] if what[0] == "d" else shape.rules.get(int(what[1:]), [0])
    name = f"{what}-{max(numbers) + 1}-opens"
    return Step(typed | {name: ""}, focus=name)


def _without_rule(typed: Typed, number: str) -> Step:
    kept = {name: value for name, value in typed.items() if not name.startswith(f"r{number}-")}
    return Step(kept, said="La règle est retirée. Rien n’est encore enregistré.")


def _times(prefix: str, opens: Any, closes: Any) -> Typed:
    return {f"{prefix}-opens": written_time(opens), f"{prefix}-closes": written_time(closes, closing=True)}


def _rule(rule: Rule) -> Mapping[str, Any]:
    slot = rule.slot
    values: Typed = {
        "frequency": slot.frequency.value,
        "weekday": "" if slot.weekday is None else str(slot.weekday),
        "interval": str(slot.interval),
        "start" if _has_starts(slot) else "anchor": _iso(slot.anchor),
        "nth": "" if slot.nth is None else str(slot.nth),
        "dates": written_dates(slot.dates),
        "access": slot.access.value,
        "valid_from": _iso(slot.valid_from),
        "valid_until": _iso(slot.valid_until),
    }
    ticked = {
        "unknown": rule.has_unknown,
        "except_school_holidays": slot.except_school_holidays,
        "on_public_holidays": slot.on_public_holidays,
    }
    values |= {name: CHECKED for name, is_so in ticked.items() if is_so}
    for number, (opens, closes) in enumerate(rule.ranges):
        values |= _times(str(number), opens, closes)
    return values


def _has_starts(slot: Slot) -> bool:
    return slot.frequency is Frequency.EVERY_N_WEEKS and slot.interval <= MOST_STARTS_PROPOSED


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
