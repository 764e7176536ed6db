"""How are days, times, durations and phone numbers said in French?

What must not be cut at a line end is held by no-break spaces: inside times, durations and phone numbers.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from unicodedata import normalize

from schedules.calendars import PARIS

NBSP = "\u00a0"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
A_MINUTE = timedelta(minutes=1)


def spoken_duration(duration: timedelta) -> str:
    """Hours and minutes: "20 h 30", "45 min", "0 h". Rounded down, so that 23 h 59 never reads as 24 h."""
    sign = "−" if duration < timedelta(0) else ""
    hours, minutes = divmod(abs(duration) // A_MINUTE, 60)
    if not hours and minutes:
        return f"{sign}{minutes}{NBSP}min"
    if not hours:
        sign = ""
    return f"{sign}{hours}{NBSP}h" + (f"{NBSP}{minutes:02}" if minutes else "")


def spoken_wait(wait: timedelta) -> str:
    """A wait in its two largest units, a day being 24 hours: "1 j 3 h", "6 h 20", "45 min". Rounded down.

    The sign is left to the sentence around it.
    """
    minutes_waited = abs(wait) // A_MINUTE
    if not minutes_waited:
        return "moins d’une minute"
    days, hours = divmod(minutes_waited // 60, 24)
    if days:
        return f"{days}{NBSP}j" + (f"{NBSP}{hours}{NBSP}h" if hours else "")
    return spoken_duration(timedelta(minutes=minutes_waited))


def deadline_in_words(due: datetime, now: datetime) -> str:
    """What is left, or how late it is, by the clock: "dans 6 h", "en retard de 1 j 3 h"."""
    left = _aware(due).astimezone(UTC) - _aware(now).astimezone(UTC)
    return f"dans {spoken_wait(left)}" if left >= timedelta(0) else f"en retard de {spoken_wait(left)}"


def spoken_date(day: date, *, with_year: bool | None = None, today: date | None = None) -> str:
    """A date without its weekday: "24 novembre", "1er décembre"; the year as in `spoken_day`."""
    if with_year is None:
        with_year = today is not None and day.year != today.year
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")


def spoken_day(day: date, *, with_year: bool | None = None, today: date | None = None) -> str:
    """A day: "mardi 24 novembre".

    The year is said when asked (`with_year`), else when it is not the year of `today`; with neither, it is not.
    """
    return f"{WEEKDAYS[day.weekday()]} {spoken_date(day, with_year=with_year, today=today)}"


def spoken_moment(at: datetime, *, with_year: bool | None = None, today: date | None = None) -> str:
    """An instant, in Paris time: "mardi 24 novembre à 14 h 05". ValueError on a naive datetime."""
    local = _aware(at).astimezone(PARIS)
    return f"{spoken_day(local.date(), with_year=with_year, today=today)} à {spoken_time(local.time())}"


def spoken_time(at: time) -> str:
    """A time of day: "9 h", "13 h 30", "14 h 05"."""
    return f"{at.hour}{NBSP}h" + (f"{NBSP}{at.minute:02}" if at.minute else "")


def spoken_phone(number: str) -> str:
    """A French number grouped as it is said: "02 61 91 00 12", "36 46", "0 800 123 456".

    +33 and 0033 become 0; what is not a French number is given back as it was typed, without outer blanks.
    """
    digits = re.sub(r"[\s.\-/()\u202f]", "", number)
    digits = re.sub(r"^(?:\+33|0033)0?(?=[1-9]\d{8}$)", "0", digits)
    if re.fullmatch(r"08\d{8}", digits):
        groups = [digits[0], digits[1:4], digits[4:7], digits[7:]]
    elif re.fullmatch(r"0\d{9}|[13]\d{3}", digits):
        groups = re.findall("..", digits)
    else:
        return number.strip()
    return NBSP.join(groups)


def enumerated(items: list[str]) -> str:
    """ "lundi", "lundi et mardi", "lundi, mardi et jeudi"."""
    return " et ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


def of_name(name: str) -> str:
    """A name after « de »: "d’Épouville", "du Havre", "des Andelys", "de la Haye", "de Rouen".

    An h is taken for a mute one, as in most names of people and places.
    """
    for article, contracted in (("Le ", "du "), ("Les ", "des "), ("La ", "de la "), ("L’", "de l’"), ("L'", "de l’")):
        if name.startswith(article):
            return contracted + name[len(article) :]
    first = normalize("NFD", name[:1]).casefold()[:1]
    return f"d’{name}" if first and first in "aeiouyhœæ" else f"de {name}"


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("Un instant doit porter son fuseau horaire.")
    return at
