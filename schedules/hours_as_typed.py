"""How are a time of day and a list of dates read as people type them, and written back into a field?"""

import re
import unicodedata
from datetime import date, time

from schedules.wording import MONTHS, WEEKDAYS, spoken_date

MOST_DATES = 366
YEARS = range(1900, 2200)
_TIME = re.compile(
    r"(\d{1,2})(?:\s*(?:heures?|h|:|\.)\s*(?:(\d{2})\s*(?:min|mn|m)?)?)?|(\d{1,2})(\d{2})", re.IGNORECASE
)
_SECONDS = re.compile(r"\d{1,2}\s*[h:.]\s*\d{2}\s*[:.m]?\s*\d{2}\s*s?", re.IGNORECASE)
_BETWEEN_DATES = re.compile(r"[,;\r\n]+|\bet\b", re.IGNORECASE)
_FIGURES = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WORDS = re.compile(r"(?:(?:le\s+)?([a-z]+)\s+|le\s+)?(\d{1,2})(?:er)?\s+([a-z]+)\.?(?:\s+(\d{4}|\d{2}))?")
_SHORTEST_MONTH = 3


def read_time(text: str, *, closing: bool = False) -> time | None:
    """« 9 », « 9h », « 9 h 30 », « 13:30 », « 0930 », « midi », « minuit »; None when empty.

    The end of a day, « 24 h » or « minuit », is time(0), as in a slot. ValueError with a message that a form can show.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return None
    if typed.lower() in ("midi", "minuit"):
        return time(12 if typed.lower() == "midi" else 0)
    if _SECONDS.fullmatch(typed):
        raise ValueError("Une heure se donne à la minute près, sans les secondes.")
    found = _TIME.fullmatch(typed)
    if found is None:
        raise ValueError("Écrivez une heure comme 9 h ou 13 h 30.")
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    if (hour, minute) == (24, 0) and closing:
        return time(0)
    if hour > 23 or minute > 59:
        raise ValueError("Une heure va de 0 h à 23 h 59 ; la fin de la journée s’écrit minuit.")
    return time(hour, minute)


def written_time(at: time, *, closing: bool = False) -> str:
    """ "9 h", "13 h 30", with ordinary spaces: it goes into a field. The end of a day is "minuit"."""
    if closing and at == time(0):
        return "minuit"
    return f"{at.hour} h" + (f" {at.minute:02}" if at.minute else "")


def read_dates(text: str) -> tuple[date, ...]:
    """« 24/11/2026, 8 décembre 2026 », each day once, in order. ValueError names the first not understood."""
    parts = [part.strip() for part in _BETWEEN_DATES.split(unicodedata.normalize("NFKC", text))]
    days = tuple(sorted({read_date(part) for part in parts if part}))
    if len(days) > MOST_DATES:
        raise ValueError(f"Pas plus de {MOST_DATES} dates à la fois.")
    return days


def read_date(text: str) -> date:
    """One day, with its year. ValueError with a message that a form can show."""
    typed = _plain(text)
    try:
        if found := _ISO.fullmatch(typed):
            return date(_year(found[1]), int(found[2]), int(found[3]))
        if found := _FIGURES.fullmatch(typed):
            return date(_year(found[3]), int(found[2]), int(found[1]))
        named = _WORDS.fullmatch(typed)
        if named is not None and (month := _month(named[3])):
            if named[4] is None:
                raise ValueError(f"«\u00a0{text}\u00a0»\u00a0: donnez aussi l’année.")
            return _checked(text, named[1], date(_year(named[4]), month, int(named[2])))
    except ValueError as problem:
        if "«" in str(problem):
            raise
        raise ValueError(f"«\u00a0{text}\u00a0»\u00a0: ce jour n’existe pas.") from None
    raise ValueError(f"«\u00a0{text}\u00a0»\u00a0: écrivez une date comme 24/11/2026 ou 24 novembre 2026.")


def written_dates(days: tuple[date, ...]) -> str:
    """ "24 novembre 2026, 8 décembre 2026"."""
    return ", ".join(spoken_date(day, with_year=True) for day in sorted(set(days)))


def _checked(text: str, weekday: str | None, day: date) -> date:
    """A weekday that is said must be right: one of the two is a slip."""
    if weekday is not None and weekday != WEEKDAYS[day.weekday()]:
        right = f"le {spoken_date(day, with_year=True)} est un {WEEKDAYS[day.weekday()]}"
        raise ValueError(f"«\u00a0{text}\u00a0»\u00a0: {right}.")
    return day


def _year(text: str) -> int:
    year = int(text) + (2000 if len(text) == 2 else 0)
    if year not in YEARS:
        raise ValueError
    return year


def _month(word: str) -> int | None:
    """By its name or its beginning, when only one month begins so."""
    names = [_plain(name) for name in MONTHS]
    found = [number for number, name in enumerate(names, 1) if name.startswith(word)]
    return found[0] if len(found) == 1 and len(word) >= _SHORTEST_MONTH else None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
