"""When is a place open, when does it open next, and how many hours a week?

The door of the engine: `days` says what takes place, `instants` what is open, `figures` how much, `hours_in_words`
how it is told. Days and times are wall-clock time of Paris; instants are aware datetimes, in and out. Every function
is pure: the days that disturb the week come in as a `Calendar`; closures and exceptional openings are part of the
`Timetable`. What has times to be confirmed gives a passage without times, opens nothing and counts no hour.
"""

from schedules.days import Absence, Passage, absences, passages
from schedules.figures import (
    Hours,
    by_weekday,
    cancelled_hours,
    exceptional_hours,
    has_unknown_times,
    open_days,
    weekly_hours,
)
from schedules.hours_in_words import in_words
from schedules.instants import Opening, is_open, next_opening, open_until
from schedules.slots import ANY_ACCESS, IN_PERSON, Access, Closure, Extra, Frequency, Slot, Timetable

__all__ = [
    "ANY_ACCESS",
    "IN_PERSON",
    "Absence",
    "Access",
    "Closure",
    "Extra",
    "Frequency",
    "Hours",
    "Opening",
    "Passage",
    "Slot",
    "Timetable",
    "absences",
    "by_weekday",
    "cancelled_hours",
    "exceptional_hours",
    "has_unknown_times",
    "in_words",
    "is_open",
    "next_opening",
    "open_days",
    "open_until",
    "passages",
    "weekly_hours",
]
