"""What does choosing contacts cost for a thousand cases, apart from reading the rows?"""

from datetime import datetime, time, timedelta

from config.bench.measure import Work
from referrals.routing import Candidate, Need, Ranking, Reach, RuleFact, Territory
from schedules.here import calendar_around
from schedules.opening_hours import Slot, Timetable

CASES, CONTACTS, OPERATORS, PROCEDURES, EPCIS = 1_000, 200, 13, 80, 19
_DEPARTEMENT = Territory(Reach.DEPARTEMENT, "76", "")


def a_thousand_cases(now: datetime) -> Work:
    """The directory of a département sorted once, then one démarche in one commune after the other."""
    calendar = calendar_around(now)
    directory = [_contact(number, now) for number in range(CONTACTS)]
    needs = [_need(number) for number in range(CASES)]

    def work() -> None:
        ranking = Ranking(directory, now, calendar)
        for need in needs:
            ranking.rank(need)

    return work


def _contact(number: int, now: datetime) -> Candidate:
    """Three rules: the operator here, one démarche everywhere, one in a commune. One in ten is away, and replaced."""
    today = now.date()
    is_away = number % 10 == 0
    territories = (
        Territory(Reach.EPCI, str(number % EPCIS), ""),
        _DEPARTEMENT,
        Territory(Reach.COMMUNE, str(number), ""),
    )
    procedures = (None, number % PROCEDURES, number * 7 % PROCEDURES)
    rules = [
        RuleFact(procedure, territory, 1 + number % 9)
        for procedure, territory in zip(procedures, territories, strict=True)
    ]
    return Candidate(
        number,
        number % OPERATORS,
        tuple(rules),
        (today, today + timedelta(days=7)) if is_away else None,
        number + OPERATORS if is_away else None,
        Timetable(tuple(Slot(day, time(9), time(12 + number % 3)) for day in range(5))) if number % 3 else None,
    )


def _need(number: int) -> Need:
    areas = {(Reach.COMMUNE, str(number % 707)), (Reach.EPCI, str(number % EPCIS)), (Reach.DEPARTEMENT, "76")}
    return Need(number % PROCEDURES, (number % OPERATORS, (number + 1) % OPERATORS), frozenset(areas))
