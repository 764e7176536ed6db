"""What does a week of hours cost for a whole country, apart from reading the rows?"""

from datetime import date, datetime, time, timedelta

from config.bench.measure import Work
from schedules.here import calendar_around
from schedules.opening_hours import (
    IN_PERSON,
    Access,
    Closure,
    Extra,
    Frequency,
    Slot,
    Timetable,
    next_opening,
    passages,
    weekly_hours,
)

STRUCTURES = 2_800
A_WEEK = timedelta(days=7)


def week_of_hours(now: datetime) -> Work:
    """For every structure: what takes place in the week, the hours for the charter, and when it opens next."""
    calendar, today = calendar_around(now), now.date()
    monday = today - timedelta(days=today.weekday())
    timetables = [_timetable(number, monday) for number in range(STRUCTURES)]

    def work() -> None:
        for timetable in timetables:
            passages(timetable, monday, monday + A_WEEK - timedelta(days=1), calendar)
            weekly_hours(timetable, monday)
            next_opening(timetable, now, calendar, access=IN_PERSON)

    return work


def _timetable(number: int, monday: date) -> Timetable:
    """Offices of four and a half to six days; one in ten is a bus stop, one in four has a closure and its make-up."""
    if number % 10 == 0:
        every = number // 10 % 4 + 1
        stop = Slot(number % 5, time(9), time(12), frequency=Frequency.EVERY_N_WEEKS, interval=every, anchor=monday)
        return Timetable((stop,))
    opens, closes = time(8 + number % 2, number % 4 * 15), time(12, number % 3 * 15)
    mornings = [Slot(day, opens, closes) for day in range(5 + number % 2)]
    afternoons = [
        Slot(day, time(13, 30), time(17), Access.APPOINTMENT if number % 3 == day else Access.WALK_IN)
        for day in range(4 + number % 2)
    ]
    evening = Slot(2, time(17), time(19), frequency=Frequency.NTH_WEEKDAY, nth=1, except_school_holidays=True)
    slots = (*mornings, *afternoons, *([evening] if number % 5 == 1 else []))
    if number % 4:
        return Timetable(slots)
    day = monday + timedelta(days=number % 30)
    return Timetable(
        slots, (Closure(day, day, "inventaire"),), (Extra(day + A_WEEK, time(17), time(19), replaces=day),)
    )
