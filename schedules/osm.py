"""How is a timetable written for OpenStreetMap's `opening_hours`, which maps and directories read?

What comes back every week, or on a given weekday of the month, is said as such: `Mo-Th 09:00-12:00; PH off`.
What the format cannot say, or what its readers do not know (one week in two, school holidays of a zone, hours kept on
public holidays, closures, exceptional openings), is said day by day over the given horizon, as dated rules after the
others: `2026 Dec 04,2026 Dec 18 14:00-16:30 open "un vendredi sur deux, dates données jusqu’au 31 décembre 2026"`. So
the text is true of every day of the horizon, and only of its regular part afterwards.

By appointment is open with a comment; by telephone is closed with a comment, since nobody opens the door; times to be
confirmed are `unknown` for the whole day, and are left unsaid on a day that has other hours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from schedules.calendars import Calendar, french_calendar
from schedules.days import absences, extras_between, kept
from schedules.hours_in_words import days_in_words
from schedules.osm_reading import from_osm
from schedules.recurrences import nth_weekday_of
from schedules.slots import Access, Extra, Frequency, Slot, Timetable
from schedules.wording import spoken_date

__all__ = ["from_osm", "to_osm"]

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ONE_DAY = timedelta(days=1)
TO_BE_CONFIRMED = 'unknown "horaires à confirmer"'
OFF = "off"

Stretch = tuple[int, int, Access | None, str]  # in minutes since midnight; no access: to be confirmed; a comment
Day = tuple[Stretch, ...]
Held = tuple[Slot | Extra, str]  # and the comment that goes with it


@dataclass(frozen=True)
class _Rule:
    """The hours of these weekdays, or of that one of the month; a later rule replaces an earlier one on its days."""

    weekdays: tuple[int, ...]
    nth: int | None
    hours: Day

    def matches(self, day: date) -> bool:
        if day.weekday() not in self.weekdays:
            return False
        return self.nth is None or day == nth_weekday_of(day.year, day.month, day.weekday(), self.nth)


@dataclass(frozen=True)
class _Season:
    first_day: date
    last_day: date
    rules: tuple[_Rule, ...]

    def hours(self, day: date) -> Day:
        return next((rule.hours for rule in reversed(self.rules) if rule.matches(day)), ())


def to_osm(timetable: Timetable, *, first_day: date, last_day: date, calendar: Calendar | None = None) -> str:
    """The value of an `opening_hours` tag, true between two days, both included; empty when nothing is known.

    `calendar` is that of metropolitan France and of the school zone B unless given. ValueError when the days are in
    the wrong order.
    """
    if last_day < first_day:
        raise ValueError("La dernière date ne peut pas précéder la première.")
    calendar = calendar or french_calendar(first_day.year, last_day.year)
    seasons = _seasons([slot for slot in timetable.slots if _is_plain(slot)], first_day, last_day)
    off_on_holidays = bool(seasons) and any(_is_plain(s) and not s.on_public_holidays for s in timetable.slots)
    said = {day: hours for season in seasons for day in _days(season) if (hours := season.hours(day))}
    if off_on_holidays:
        said = {day: hours for day, hours in said.items() if day not in calendar.public_holidays}
    closed = list(_closures(timetable, said, first_day, last_day))
    for closure_first, closure_last, _ in closed:
        said = {day: hours for day, hours in said.items() if not closure_first <= day <= closure_last}
    texts = [text for season in seasons for text in _season_in_osm(season, first_day, last_day)]
    texts += ["PH off"] if off_on_holidays else []
    texts += [f"{_dates_in_osm([first, last], is_range=True)} {_off(reason)}" for first, last, reason in closed]
    return "; ".join([*texts, *_other_days(timetable, said, first_day, last_day, calendar)])


# What comes back


def _is_plain(slot: Slot) -> bool:
    """Whether OpenStreetMap can say by which rule it comes back."""
    return slot.weekday is not None and slot.frequency in (Frequency.WEEKLY, Frequency.NTH_WEEKDAY)


def _seasons(slots: list[Slot], first_day: date, last_day: date) -> list[_Season]:
    """The rules of the weekdays that never change, then, season by season, those of the others."""
    spans = [(slot, *_validity(slot, first_day, last_day)) for slot in slots]
    spans = [(slot, begins, ends) for slot, begins, ends in spans if begins <= ends]
    changing = {slot.weekday for slot, begins, ends in spans if begins > first_day or ends < last_day}
    lasting = _rules([slot for slot, _, _ in spans if slot.weekday not in changing])
    seasons = [_Season(first_day, last_day, lasting)]
    spans = [span for span in spans if span[0].weekday in changing]
    cuts = {first_day, *(begins for _, begins, _ in spans)}
    starts = sorted(cuts | {ends + ONE_DAY for _, _, ends in spans if ends < last_day})
    for start, end in zip(starts, [*(cut - ONE_DAY for cut in starts[1:]), last_day], strict=True):
        rules = _rules([slot for slot, begins, ends in spans if begins <= start and end <= ends])
        seasons.append(_Season(start, end, rules))
    return [season for season in seasons if season.rules]


def _validity(slot: Slot, first_day: date, last_day: date) -> tuple[date, date]:
    begins = max(day for day in (first_day, slot.anchor, slot.valid_from) if day is not None)
    return begins, min(last_day, slot.valid_until or last_day)


def _rules(slots: list[Slot]) -> tuple[_Rule, ...]:
    weekly: dict[Day, list[int]] = {}
    monthly: list[_Rule] = []
    for weekday in range(7):
        mine = [slot for slot in slots if slot.weekday == weekday]
        each_week = [slot for slot in mine if slot.frequency is Frequency.WEEKLY]
        every_week = _hours((slot, "") for slot in each_week)
        if every_week:
            weekly.setdefault(every_week, []).append(weekday)
        for nth in sorted({slot.nth for slot in mine if slot.nth is not None}, key=lambda nth: (nth < 0, nth)):
            both = _hours((slot, "") for slot in (*each_week, *(slot for slot in mine if slot.nth == nth)))
            if both != every_week:
                monthly.append(_Rule((weekday,), nth, both))
    return (*(_Rule(tuple(weekdays), None, hours) for hours, weekdays in weekly.items()), *monthly)


def _days(season: _Season) -> Iterator[date]:
    return _between(season.first_day, season.last_day)


def _between(first_day: date, last_day: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first_day.toordinal(), last_day.toordinal() + 1))


# What does not


def _closures(
    timetable: Timetable, said: dict[date, Day], first_day: date, last_day: date
) -> Iterator[tuple[date, date, str]]:
    """Closures that take away something of what the rules say, cut to the horizon."""
    for closure in sorted(timetable.closures):
        if any(day in closure for day in said):
            reason = closure.reason or "fermeture exceptionnelle"
            yield max(closure.first_day, first_day), min(closure.last_day, last_day), reason


def _other_days(
    timetable: Timetable, said: dict[date, Day], first_day: date, last_day: date, calendar: Calendar
) -> Iterator[str]:
    """The days on which the rules do not say what takes place, those with the same hours together."""
    true = _true_hours(timetable, first_day, last_day, calendar)
    why = {absence.day: absence.reason for absence in absences(timetable, first_day, last_day, calendar)}
    alike: dict[tuple[Day, str], list[date]] = {}
    for day in sorted({*said, *true}):
        hours = true.get(day, ())
        if _plain_hours(hours) != _plain_hours(said.get(day, ())):
            alike.setdefault((hours, "" if hours else why.get(day, "")), []).append(day)
    for (hours, reason), days in alike.items():
        yield _day_in_osm(_dates_in_osm(days), hours, reason)


def _day_in_osm(days: str, hours: Day, reason: str) -> str:
    """Nothing that the rules say of these days is left."""
    said = _hours_in_osm(days, hours)
    if any(access is not Access.PHONE for _, _, access, _ in hours):
        return said
    return ", ".join(part for part in (f"{days} {_off(reason)}", said) if part)


def _true_hours(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> dict[date, Day]:
    held: dict[date, list[Held]] = {}
    known_until = f"dates données jusqu’au {spoken_date(last_day, with_year=True)}"
    for slot, day in kept(timetable, first_day, last_day, calendar):
        dated = slot.frequency is Frequency.EVERY_N_WEEKS and slot.interval > 1
        comment = f"{days_in_words(slot, None)}, {known_until}" if dated else ""
        held.setdefault(day, []).append((slot, comment))
    for extra in extras_between(timetable, first_day, last_day):
        held.setdefault(extra.day, []).append((extra, extra.reason))
    return {day: _hours(of_the_day) for day, of_the_day in held.items()}


def _plain_hours(hours: Day) -> Day:
    """Without the comments that say why."""
    return _joined((start, end, access, "") for start, end, access, _ in hours)


# Hours of a day


def _hours(held: Iterable[Held]) -> Day:
    """Stretches that do not overlap, in order; each minute is said in the least demanding way of being received."""
    known = [(list(Access).index(one.access), comment, one) for one, comment in held]
    stretches: list[Stretch] = []
    for _, comment, one in sorted(known, key=lambda row: (row[0], row[1], row[2].minutes or (0, 0))):
        if one.minutes is not None:
            pieces = _left_over(one.minutes, stretches)
            stretches += [(start, end, one.access, comment) for start, end in pieces]
    if not stretches and known:
        return ((0, 24 * 60, None, ""),)
    return _joined(sorted(stretches, key=lambda stretch: stretch[:2]))


def _left_over(span: tuple[int, int], taken: list[Stretch]) -> list[tuple[int, int]]:
    pieces = [span]
    for start, end, *_ in taken:
        cut = [((a, min(b, start)), (max(a, end), b)) for a, b in pieces]
        pieces = [(a, b) for both in cut for a, b in both if a < b]
    return pieces


def _joined(stretches: Iterable[Stretch]) -> Day:
    """Touching stretches of one nature made one."""
    joined: list[Stretch] = []
    for start, end, access, comment in stretches:
        begins = joined.pop()[0] if joined and joined[-1][1:] == (start, access, comment) else start
        joined.append((begins, end, access, comment))
    return tuple(joined)


def _state(access: Access | None, comment: str) -> str:
    """What follows the hours; a walk-in without comment needs nothing."""
    if access is None:
        return TO_BE_CONFIRMED
    words = ", ".join(part for part in ("" if access is Access.WALK_IN else access.label, _quotable(comment)) if part)
    return f'{OFF if access is Access.PHONE else "open"} "{words}"' if words else ""


# Text


def _season_in_osm(season: _Season, first_day: date, last_day: date) -> Iterator[str]:
    """What never changes needs no dates: it goes on after the horizon."""
    days = [season.first_day, season.last_day]
    prefix = "" if days == [first_day, last_day] else _dates_in_osm(days, is_range=True) + " "
    for rule in season.rules:
        nth = "" if rule.nth is None else f"[{rule.nth}]"
        yield _hours_in_osm(f"{prefix}{_weekdays_in_osm(rule.weekdays)}{nth}", rule.hours)


def _hours_in_osm(days: str, hours: Day) -> str:
    """ "Mo 09:00-12:00, Mo 14:00-17:00 open "sur rendez-vous"": the first part replaces, the others add.

    What is off comes last: it takes hours away and replaces none.
    """
    by_state: dict[str, list[str]] = {}
    for start, end, access, comment in sorted(hours, key=lambda stretch: stretch[2] is Access.PHONE):
        times = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
        by_state.setdefault(_state(access, comment), []).append(times if access else "")
    rules = ((days, ",".join(times), state) for state, times in by_state.items())
    return ", ".join(" ".join(part for part in rule if part) for rule in rules)


def _weekdays_in_osm(weekdays: Iterable[int]) -> str:
    runs = _runs(list(weekdays))
    return ",".join(DAYS[a] if a == b else f"{DAYS[a]}{',' if b == a + 1 else '-'}{DAYS[b]}" for a, b in runs)


def _dates_in_osm(days: list[date], *, is_range: bool = False) -> str:
    runs = (
        [(days[0], days[-1])]
        if is_range
        else [(date.fromordinal(a), date.fromordinal(b)) for a, b in _runs([day.toordinal() for day in days])]
    )
    return ",".join(_date(a) if a == b else f"{_date(a)}-{_date(b)}" for a, b in runs)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] + 1 == number:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _date(day: date) -> str:
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02}"


def _off(reason: str) -> str:
    return f'{OFF} "{_quotable(reason)}"' if reason else OFF


def _quotable(text: str) -> str:
    """The format has no way of writing a double quote inside a comment."""
    return " ".join(text.replace('"', "”").split())
