"""What is a timetable made of: slots, the rule they come back by, and closures?"""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cached_property

MINUTES_IN_A_DAY = 24 * 60
LAST_OF_MONTH = -1


class Access(StrEnum):
    """How one is received during a slot."""

    WALK_IN = "walk_in"
    APPOINTMENT = "appointment"
    PHONE = "phone"

    @property
    def label(self) -> str:
        return _ACCESS_LABELS[self]


_ACCESS_LABELS = {
    Access.WALK_IN: "sans rendez-vous",
    Access.APPOINTMENT: "sur rendez-vous",
    Access.PHONE: "par téléphone",
}

ANY_ACCESS = frozenset(Access)
IN_PERSON = frozenset({Access.WALK_IN, Access.APPOINTMENT})


class Frequency(StrEnum):
    """By which rule a slot comes back."""

    WEEKLY = "weekly"
    EVERY_N_WEEKS = "every_n_weeks"
    NTH_WEEKDAY = "nth_weekday"
    DATES = "dates"

    @property
    def label(self) -> str:
        return _FREQUENCY_LABELS[self]


_FREQUENCY_LABELS = {
    Frequency.WEEKLY: "chaque semaine",
    Frequency.EVERY_N_WEEKS: "une semaine sur plusieurs",
    Frequency.NTH_WEEKDAY: "un jour donné du mois",
    Frequency.DATES: "à des dates précises",
}


@dataclass(frozen=True)
class Slot:
    """Hours of one kind of day, in wall-clock time of Paris, and the rule by which that day comes back.

    * `weekday`: 0 is Monday. Dated lists need none; a weekly slot without weekday and without times says
      "to be confirmed" and never occurs.
    * `opens` and `closes` both None: times to be confirmed. `closes` at 00:00 is the end of the day (24:00).
    * `anchor`: the first day of the recurrence (DTSTART of RFC 5545): its week is the first of the cycle, and
      nothing occurs before it. A dated list has none.
    * `interval`: in weeks, for EVERY_N_WEEKS only.
    * `nth`: 1 to 4, or -1 for the last one of the month.
    * `valid_from`, `valid_until`: both included.

    An impossible slot raises ValueError, with a message in French that a form can show as it is.
    """

    weekday: int | None = None
    opens: time | None = None
    closes: time | None = None
    access: Access = Access.WALK_IN
    frequency: Frequency = Frequency.WEEKLY
    interval: int = 1
    anchor: date | None = None
    nth: int | None = None
    dates: tuple[date, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    except_school_holidays: bool = False
    on_public_holidays: bool = False

    def __post_init__(self) -> None:
        _check_times(self)
        _check_recurrence(self)
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("La période de validité ne peut pas finir avant d’avoir commencé.")

    @property
    def has_unknown_times(self) -> bool:
        return self.opens is None

    @cached_property  # asked once for each day that it comes back
    def minutes(self) -> tuple[int, int] | None:
        """Start and end in minutes since midnight (the end of the day is 1440); None when to be confirmed."""
        if self.opens is None or self.closes is None:
            return None
        return _minutes(self.opens), _minutes(self.closes) or MINUTES_IN_A_DAY


@dataclass(frozen=True, order=True)
class Closure:
    """Days without any opening, both ends included; the reason is French and shown to the public."""

    first_day: date
    last_day: date
    reason: str = ""

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError("Une fermeture ne peut pas finir avant d’avoir commencé.")

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Extra:
    """An opening on one day that no rule gives: « fermé le 24, ouvert le 23 ». It takes place whatever is closed.

    `opens` and `closes` both None: times to be confirmed. `replaces`: the day that it makes up for.
    """

    day: date
    opens: time | None = None
    closes: time | None = None
    access: Access = Access.WALK_IN
    reason: str = ""
    replaces: date | None = None

    def __post_init__(self) -> None:
        _check_times(self)

    @property
    def minutes(self) -> tuple[int, int] | None:
        """As for a slot."""
        if self.opens is None or self.closes is None:
            return None
        return _minutes(self.opens), _minutes(self.closes) or MINUTES_IN_A_DAY


@dataclass(frozen=True)
class Timetable:
    """When a place receives people, or when a person can be reached."""

    slots: tuple[Slot, ...] = ()
    closures: tuple[Closure, ...] = ()
    extras: tuple[Extra, ...] = ()


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _check_times(slot: Slot | Extra) -> None:
    if (slot.opens is None) != (slot.closes is None):
        raise ValueError("Indiquez l’heure de début et l’heure de fin, ou aucune des deux si elles sont à confirmer.")
    if slot.opens is None or slot.closes is None:
        return
    if any(t.tzinfo is not None or t.second or t.microsecond for t in (slot.opens, slot.closes)):
        raise ValueError("Une heure se donne à la minute près, sans fuseau horaire.")
    if _minutes(slot.opens) >= (_minutes(slot.closes) or MINUTES_IN_A_DAY):
        raise ValueError("L’heure de fin doit venir après l’heure de début.")


def _check_recurrence(slot: Slot) -> None:
    if slot.weekday is not None and not 0 <= slot.weekday <= 6:
        raise ValueError("Le jour de la semaine va de 0 (lundi) à 6 (dimanche).")
    if slot.interval < 1:
        raise ValueError("L’intervalle entre deux passages doit être d’au moins 1.")
    match slot.frequency:
        case Frequency.WEEKLY:
            if slot.weekday is None and not slot.has_unknown_times:
                raise ValueError("Indiquez le jour de la semaine.")
        case Frequency.EVERY_N_WEEKS:
            if slot.anchor is None:
                raise ValueError("Indiquez la date d’un premier passage : elle dit quelles semaines compter.")
        case Frequency.NTH_WEEKDAY:
            _check_nth_weekday(slot)
        case Frequency.DATES:
            if not slot.dates:
                raise ValueError("Indiquez au moins une date.")


def _check_nth_weekday(slot: Slot) -> None:
    if slot.weekday is None:
        raise ValueError("Indiquez le jour de la semaine.")
    if slot.nth is None or (slot.nth != LAST_OF_MONTH and not 1 <= slot.nth <= 4):
        raise ValueError("Le rang dans le mois va de 1 (premier) à 4 (quatrième), ou -1 pour le dernier.")
