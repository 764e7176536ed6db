"""When does somebody mean, in a few keys: « 14h30 », « demain 9h », « lun 10h », « dans 2h »?"""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from schedules.calendars import ONE_DAY, PARIS
from schedules.wording import NBSP, WEEKDAYS, spoken_day, spoken_time

MORNING, AFTERNOON, EVENING = time(9), time(14), time(17)
"""What a part of the day means when no hour is said; ours, no text fixes it."""
LONGEST_TEXT = 40
_SATURDAY = 5
_FURTHEST_WAIT = timedelta(days=60)

_PARTS = {
    "matin": MORNING,
    "matinee": MORNING,
    "midi": time(12),
    "apres midi": AFTERNOON,
    "aprem": AFTERNOON,
    "am": AFTERNOON,
    "soir": EVENING,
    "fin de journee": EVENING,
}
_HOUR = re.compile(r"(?:a |vers )?(?P<hour>\d{1,2})(?: ?(?:h|heures?|:) ?(?P<minute>\d{1,2})?)(?: ?m(?:in)?)?$")
_WAIT = re.compile(
    r"(?:dans|d'ici|ds) (?:(?P<half>une demi heure)|(?P<quarter>un quart d'heure)"
    r"|(?P<number>\d{1,4}|une?) ?(?P<unit>minutes?|min|mn|m|heures?|h|jours?|j|semaines?|sem)"
    r"(?: ?(?P<more>\d{1,2})(?: ?min)?)?)$"
)
_DATE = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})$")


@dataclass(frozen=True)
class QuickTime:
    """A time that one button gives: its label, and the same said so that `moment_typed` reads it."""

    label: str
    typed: str


def moment_typed(text: str, now: datetime) -> datetime | None:
    """The instant meant, in Paris time; None when the words are not understood. ValueError when `now` is naive.

    An hour alone is the next one to come: today, else tomorrow. A weekday is the next such day, never today; a day
    alone means 9 h. « dans 2 h » is counted on the clock that ticks, also in the night when hours change.
    """
    if now.utcoffset() is None:
        raise ValueError("Un instant doit porter son fuseau horaire.")
    words = _plain(text)
    if not words or len(words) > LONGEST_TEXT:
        return None
    if wait := _WAIT.match(words):
        return _after(wait, now)
    local = now.astimezone(PARIS)
    day, rest = _day(words, local.date())
    at = _hour(rest) if rest else (MORNING if day else None)
    if at is None:
        return None
    if day is not None:
        return _at(day, at)
    today = _at(local.date(), at)
    # « Cet après-midi » said when it is over is not tomorrow's; an hour that is past is.
    return today if today > now else (None if rest in _PARTS else _at(local.date() + ONE_DAY, at))


def quick_times(now: datetime, closed: Container[date] = ()) -> list[QuickTime]:
    """The times offered as buttons: in an hour, this afternoon while it is morning, the next working morning."""
    local = now.astimezone(PARIS)
    times = [QuickTime(f"Dans 1{NBSP}h", "dans 1h")]
    if local.time() < time(12, 30):
        times.append(QuickTime(f"Cet après-midi, {spoken_time(AFTERNOON)}", "cet après-midi"))
    day = local.date() + ONE_DAY
    while day.weekday() >= _SATURDAY or day in closed:
        day += ONE_DAY
    if day - local.date() == ONE_DAY:
        times.append(QuickTime("Demain matin", "demain matin"))
    elif day - local.date() < timedelta(days=7):
        name = WEEKDAYS[day.weekday()]
        times.append(QuickTime(f"{name.capitalize()} matin", f"{name} matin"))
    else:
        times.append(QuickTime(f"{spoken_day(day).capitalize()}", f"{day.day}/{day.month} 9h"))
    return times


def _plain(text: str) -> str:
    """Small letters without accents; signs that only separate are blanks."""
    apart = unicodedata.normalize("NFD", text[: 2 * LONGEST_TEXT].replace("’", "'").casefold())
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[-,;.\s]+", " ", letters).split())


def _day(words: str, today: date) -> tuple[date | None, str]:
    """The day that the words begin with, and what is left of them."""
    first, _, rest = words.partition(" ")
    if words.startswith("apres demain"):
        return today + timedelta(days=2), words.removeprefix("apres demain").strip()
    if first in ("cet", "cette", "ce"):
        return None, rest
    if first in ("aujourd'hui", "auj"):
        return today, rest
    if first in ("demain", "dem"):
        return today + ONE_DAY, rest
    if found := _DATE.match(first):
        day = _dated(int(found["day"]), int(found["month"]), today)
        return (day, rest) if day else (None, words)
    begun = [place for place, name in enumerate(WEEKDAYS) if len(first) >= 2 and name.startswith(first)]
    if len(begun) == 1:
        ahead = (begun[0] - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead), rest.removeprefix("prochain").strip()
    return None, words


def _dated(day: int, month: int, today: date) -> date | None:
    """The next such date; the 29th of February only when that year has one."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _hour(words: str) -> time | None:
    if words in _PARTS:
        return _PARTS[words]
    found = _HOUR.match(words)
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _after(wait: re.Match[str], now: datetime) -> datetime | None:
    if wait["half"] or wait["quarter"]:
        return now + timedelta(minutes=30 if wait["half"] else 15)
    number = 1 if wait["number"] in ("un", "une") else int(wait["number"])
    more = int(wait["more"] or 0)
    if wait["unit"].startswith("m"):
        waited = timedelta(minutes=number)
    elif wait["unit"].startswith("h"):
        waited = timedelta(hours=number, minutes=more)
    else:
        waited = timedelta(days=number * (7 if wait["unit"].startswith("s") else 1))
    if waited > _FURTHEST_WAIT or not waited:
        return None
    if waited.days and wait["unit"][0] in "js":
        # « Dans deux jours » is the same hour by the wall clock.
        local = now.astimezone(PARIS)
        return _at(local.date() + waited, local.time())
    return (now.astimezone(UTC) + waited).astimezone(PARIS)


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, PARIS)
