"""Which timetable does an OpenStreetMap `opening_hours` text say, when it says plain weekly hours?

Read: weekdays and their ranges, several hours a day, `24/7`, `off`, weekdays of the month (`We[1]`, `Fr[-1]`),
`PH off`, rules that replace (`;`) and rules that add (`,`), and the comments that `to_osm` writes. Without `PH off`,
or when it comes before the hours, public holidays are ordinary days, as the format wants it. Anything else is refused,
never half understood: dates, seasons, school holidays, hours past midnight, sunrise, fallback rules.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time

from schedules.slots import LAST_OF_MONTH, Access, Frequency, Slot, Timetable

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)(?![a-z])"
_SOME_DAYS = rf"{_DAY}(?:\s*-\s*{_DAY})?(?:\[[-\d,\s]+\])?"
_TIMES = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
_RULE = re.compile(
    rf"\s*(?P<days>{_SOME_DAYS}(?:\s*,\s*{_SOME_DAYS})*)?\s*:?"
    rf"\s*(?P<times>24/7|{_TIMES}(?:\s*,\s*{_TIMES})*)?"
    r"\s*(?P<state>open|off|closed|unknown)?"
    r'\s*(?P<comment>"[^"]*")?\s*(?P<end>;|,|$)',
    re.IGNORECASE,
)
_ALL_DAY = [(time(0), time(0))]

Times = list[tuple[time, time]]


@dataclass(frozen=True)
class _Rule:
    text: str
    days: list[tuple[int, int | None]]  # weekday, and which one of the month
    on_holidays: bool
    times: Times
    state: str
    comment: str
    adds: bool


def from_osm(text: str) -> Timetable:
    """The timetable; no slot for an empty text. ValueError with a French message for what is not plain weekly hours."""
    slots: list[Slot] = []
    rules = list(_rules(text))
    while rules:
        rule = rules.pop(0)
        new = list(_slots(rule))
        while rules and _goes_on(rule, rules[0]):
            new += _slots(rules.pop(0))
        slots = _after(slots, rule, new)
    ordered = sorted(slots, key=lambda s: (s.nth or 0, s.weekday or 0, s.minutes or (24 * 60, 0)))
    return Timetable(tuple(dict.fromkeys(ordered)))


def _goes_on(rule: _Rule, following: _Rule) -> bool:
    """Whether both say the same days, on which people are received in several ways."""
    return not rule.adds and following.adds and following.days == rule.days and not following.on_holidays


def _rules(text: str) -> Iterator[_Rule]:
    position, adds = 0, False
    text = text.strip().rstrip("; ")
    while position < len(text):
        found = _RULE.match(text, position)
        if found is None or not (found["days"] or found["times"] or found["state"]):
            raise ValueError(f"Horaires non compris\u00a0: «\u00a0{text[position:].strip()}\u00a0».")
        yield _rule(found, adds=adds)
        position, adds = found.end(), found["end"] == ","


def _rule(found: re.Match[str], *, adds: bool) -> _Rule:
    named, comment = (found["days"] or "").title().replace("Ph", "PH").replace("Sh", "SH"), found["comment"] or ""
    if "SH" in named:
        raise ValueError("Les vacances scolaires ne sont pas lues\u00a0: donnez les horaires de chaque semaine.")
    parts = re.findall(rf"{_SOME_DAYS}", named)
    days = [day for part in parts if "PH" not in part for day in _days(part)]
    state = (found["state"] or "").lower().replace("closed", "off")
    times = [] if found["times"] in (None, "24/7") else [_times(part) for part in found["times"].split(",")]
    whole_days = not times and state in ("", "open")
    return _Rule(
        text=found[0].strip(" ;,"),
        days=days if named else [(weekday, None) for weekday in range(7)],
        on_holidays="PH" in parts,
        times=list(_ALL_DAY) if whole_days else times,
        state=state,
        comment=comment.strip('"').strip(),
        adds=adds,
    )


def _days(part: str) -> Iterator[tuple[int, int | None]]:
    """ "Mo", "Fr-Mo", "We[1,3]", "We[1-2]", "Fr[-1]"."""
    span, _, ranks = part.replace(" ", "").rstrip("]").partition("[")
    first, _, last = span.partition("-")
    start, end = DAYS.index(first), DAYS.index(last or first)
    weekdays = [(start + n) % 7 for n in range((end - start) % 7 + 1)]
    for nth in _ranks(ranks) if ranks else [None]:
        yield from ((weekday, nth) for weekday in weekdays)


def _ranks(text: str) -> list[int | None]:
    ranks: list[int | None] = []
    for part in text.split(","):
        span = re.fullmatch(r"([1-4])-([1-4])", part)
        if span is None and part not in ("1", "2", "3", "4", str(LAST_OF_MONTH)):
            raise ValueError(f"Rang dans le mois non compris\u00a0: «\u00a0{text}\u00a0». Il va de 1 à 4, ou -1.")
        ranks += range(int(span[1]), int(span[2]) + 1) if span else [int(part)]
    return ranks


def _times(text: str) -> tuple[time, time]:
    (opens, start), (closes, end) = (_time(part.strip()) for part in text.split("-"))
    if start >= end:
        raise ValueError(f"Des horaires ne peuvent pas passer minuit\u00a0: «\u00a0{text.strip()}\u00a0».")
    return opens, closes


def _time(text: str) -> tuple[time, int]:
    hour, minute = (int(part) for part in text.split(":"))
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise ValueError(f"Heure impossible\u00a0: «\u00a0{text}\u00a0».")
    return time(hour % 24, minute), hour * 60 + minute


def _after(slots: list[Slot], rule: _Rule, new: list[Slot]) -> list[Slot]:
    """What is known once this rule is read, and the slots that it gives."""
    if rule.on_holidays:
        if rule.state == "off" and not rule.times:
            slots = [replace(slot, on_public_holidays=False) for slot in slots]
        elif {weekday for weekday, nth in rule.days if nth is None} != set(range(7)):
            raise _refused(rule, "des horaires propres aux jours fériés ne sont pas lus")
    if rule.adds:
        if rule.state == "off" and not new and not rule.on_holidays:
            raise _refused(rule, "une fermeture ne s’ajoute pas")
        return slots + new
    for weekday, nth in dict.fromkeys(rule.days):
        slots, new = _replaced(slots, new, weekday, nth, rule)
    return slots + new


def _replaced(
    slots: list[Slot], new: list[Slot], weekday: int, nth: int | None, rule: _Rule
) -> tuple[list[Slot], list[Slot]]:
    """The slots that the rule leaves, and its own: a weekday replaces all of its hours, one of the month only its."""
    if nth is None:
        return [slot for slot in slots if slot.weekday != weekday], new
    before = [slot for slot in slots if slot.weekday == weekday and slot.nth != nth]
    mine = [slot for slot in new if (slot.weekday, slot.nth) == (weekday, nth)]
    each_week = [slot for slot in before if slot.nth is None]
    if not all(_is_kept(slot, mine) for slot in each_week):
        raise _refused(rule, "un jour du mois ne peut pas retirer des horaires de chaque semaine")
    if {nth, *(slot.nth for slot in before)} >= {4, LAST_OF_MONTH}:
        raise _refused(rule, "le quatrième et le dernier jour du mois peuvent être le même")
    said_each_week = {replace(slot, frequency=Frequency.NTH_WEEKDAY, nth=nth) for slot in each_week}
    slots = [slot for slot in slots if (slot.weekday, slot.nth) != (weekday, nth)]
    return slots, [slot for slot in new if slot not in said_each_week]


def _is_kept(weekly: Slot, on_the_day: list[Slot]) -> bool:
    """Whether every minute of it is there that day, received as easily at least."""
    order = list(Access)
    if weekly.minutes is None:
        return bool(on_the_day)
    reached, end = weekly.minutes
    for slot in sorted(on_the_day, key=lambda slot: slot.minutes or (0, 0)):
        if slot.minutes and order.index(slot.access) <= order.index(weekly.access) and slot.minutes[0] <= reached:
            reached = max(reached, slot.minutes[1])
    return reached >= end


def _slots(rule: _Rule) -> Iterator[Slot]:
    access = _access(rule)
    times: list[tuple[time | None, time | None]] = list(rule.times)
    if rule.state == "unknown":
        times = [(None, None)]
    for weekday, nth in dict.fromkeys(rule.days):
        for opens, closes in times:
            frequency = Frequency.WEEKLY if nth is None else Frequency.NTH_WEEKDAY
            yield Slot(weekday, opens, closes, access, frequency, nth=nth, on_public_holidays=True)


def _access(rule: _Rule) -> Access:
    """What the state and the comment say together; ValueError for what they cannot say here."""
    match rule.state, bool(rule.times), rule.comment:
        case ("" | "open", _, ""):
            return Access.WALK_IN
        case ("" | "open", _, Access.APPOINTMENT.label):
            return Access.APPOINTMENT
        case ("off", True, Access.PHONE.label):
            return Access.PHONE
        case ("off", False, _) | ("unknown", False, "" | "horaires à confirmer"):
            return Access.WALK_IN
    raise _refused(rule, "commentaire ou état inconnu")


def _refused(rule: _Rule, why: str) -> ValueError:
    return ValueError(f"Horaires non compris\u00a0: «\u00a0{rule.text}\u00a0» ({why}).")
