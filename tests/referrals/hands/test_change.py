"""Which cases change hands: against the ranking itself, asked commune by commune and day by day."""

import random
import time as clock
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.hands.change import Needs, cases, compare, days_to_compare
from referrals.places import Place
from referrals.routing import Candidate, Need, Reach, RuleFact, Territory, rank
from schedules.calendars import PARIS, french_calendar

CAF, RSA, APL = 1, 10, 11
LOST_MAIL, LOCKED = 7, 8
TODAY = date(2026, 11, 24)
CALENDAR = french_calendar(2026, 2027)
METROPOLE, HARBOUR = (Reach.EPCI, "E1"), (Reach.EPCI, "E2")
DEPARTEMENT = Territory(Reach.DEPARTEMENT, "76", "")
PLACES = tuple(
    Place(code, f"Commune {code}", frozenset({(Reach.COMMUNE, code), epci, (Reach.DEPARTEMENT, "76")}))
    for code, epci in (("A", METROPOLE), ("B", METROPOLE), ("C", HARBOUR))
)
NEEDS = Needs(CAF, (RSA, APL), PLACES, (LOST_MAIL, LOCKED))


def contact(pk: int, *rules: RuleFact, **more: object) -> Candidate:
    return Candidate(pk=pk, operator=CAF, rules=rules, **more)  # type: ignore[arg-type]


def everything(territory: Territory = DEPARTEMENT, procedure: int | None = None, priority: int = 5) -> RuleFact:
    return RuleFact(procedure, territory, priority)


def test_nothing_changes_between_a_directory_and_itself() -> None:
    directory = [contact(1, everything()), contact(2, everything())]
    assert compare(directory, list(reversed(directory)), NEEDS, [TODAY]) == []


def test_a_narrower_rule_takes_its_communes_and_no_other() -> None:
    before = [contact(1, everything())]
    after = [*before, contact(2, everything(Territory(Reach.EPCI, "E1", "")))]
    found = compare(before, after, NEEDS, [TODAY])
    assert [(c.procedure, c.place.code, c.blocker, c.before, c.after) for c in found] == [
        (procedure, place, None, (1,), (2,)) for procedure in (RSA, APL) for place in ("A", "B")
    ]
    assert cases(found) == 4


def test_a_second_contact_of_equal_rank_shares_the_case() -> None:
    before = [contact(1, everything())]
    found = compare(before, [*before, contact(2, everything())], NEEDS, [TODAY])
    assert {(c.before, c.after) for c in found} == {((1,), (1, 2))}


def test_what_nobody_answers_any_more_is_a_change_too() -> None:
    found = compare([contact(1, everything(procedure=RSA))], [contact(1)], NEEDS, [TODAY])
    assert {(c.procedure, c.after) for c in found} == {(RSA, ())}
    assert len(found) == len(PLACES)


def test_a_rule_for_a_blocker_changes_only_that() -> None:
    before = [contact(1, everything())]
    after = [*before, contact(2, RuleFact(None, DEPARTEMENT, 5, LOST_MAIL))]
    found = compare(before, after, NEEDS, [TODAY])
    assert {c.blocker for c in found} == {LOST_MAIL}
    assert cases(found) == 6


def test_an_absence_to_come_is_said_with_its_day() -> None:
    first = contact(1, everything(priority=1))
    second = contact(2, everything())
    away = replace(first, absence=(TODAY + timedelta(days=6), TODAY + timedelta(days=9)))
    days = days_to_compare(([first, second], [away, second]), TODAY)
    assert days == [TODAY, TODAY + timedelta(days=6), TODAY + timedelta(days=10)]
    found = compare([first, second], [away, second], NEEDS, days)
    assert {(c.day, c.before, c.after) for c in found} == {(TODAY + timedelta(days=6), (1,), (2,))}


def test_an_absence_until_the_last_day_of_the_calendar_has_no_day_after_it() -> None:
    away = contact(1, everything(), absence=(TODAY, date.max))
    assert days_to_compare(([away],), TODAY) == [TODAY]


# The whole of it, against the ranking

TERRITORIES = [
    DEPARTEMENT,
    *(Territory(Reach.EPCI, code, "") for code in ("E1", "E2")),
    *(Territory(Reach.COMMUNE, code, "") for code in ("A", "C")),
]
RULES = st.builds(
    RuleFact,
    st.sampled_from([None, RSA, APL]),
    st.sampled_from(TERRITORIES),
    st.integers(min_value=1, max_value=2),
    st.sampled_from([None, None, LOST_MAIL, LOCKED]),
)
ABSENCES = st.sampled_from(
    [None, (TODAY, TODAY), (TODAY + timedelta(days=2), TODAY + timedelta(days=4)), (date(2026, 1, 1), TODAY)]
)


@st.composite
def directories(draw: st.DrawFn) -> list[Candidate]:
    size = draw(st.integers(min_value=0, max_value=4))
    return [
        Candidate(
            pk=pk,
            operator=draw(st.sampled_from([CAF, CAF, CAF, 2])),
            rules=tuple(draw(st.lists(RULES, max_size=3))),
            absence=draw(ABSENCES),
            stand_in=draw(st.sampled_from([None, *range(size)])),
        )
        for pk in range(size)
    ]


def firsts(directory: Sequence[Candidate], procedure: int, blocker: int | None, place: Place, day: date) -> tuple:
    """The contacts that the ranking puts first, whatever the hour."""
    need = Need(procedure, (CAF,), place.areas, blocker)
    ranked = rank(directory, need, datetime.combine(day, time(10), tzinfo=PARIS), CALENDAR)
    return tuple(sorted(r.contact for r in ranked if r.order[1:5] == ranked[0].order[1:5]))


def plainly_compared(before: Sequence[Candidate], after: Sequence[Candidate], days: Sequence[date]) -> set[tuple]:
    found = set()
    for procedure in (RSA, APL):
        for place in PLACES:
            seen = {}
            for blocker in (None, LOST_MAIL, LOCKED):
                for day in days:
                    was = firsts(before, procedure, blocker, place, day)
                    becomes = firsts(after, procedure, blocker, place, day)
                    if was != becomes:
                        seen[blocker] = (day, was, becomes)
                        break
            found |= {
                (procedure, place.code, blocker, *difference)
                for blocker, difference in seen.items()
                if blocker is None or difference != seen.get(None)
            }
    return found


@settings(max_examples=400, deadline=None)
@given(directories(), directories())
def test_the_changes_equal_a_commune_by_commune_comparison(before: list[Candidate], after: list[Candidate]) -> None:
    days = days_to_compare((before, after), TODAY)
    found = compare(before, after, NEEDS, days)
    as_rows = [(c.procedure, c.place.code, c.blocker, c.day, c.before, c.after) for c in found]
    assert len(as_rows) == len(set(as_rows))
    assert set(as_rows) == plainly_compared(before, after, days)


def test_a_whole_departement_takes_well_under_two_seconds() -> None:
    chance = random.Random(76)
    epcis = [str(n) for n in range(19)]
    places = tuple(
        Place(
            f"76{n:03}", f"Commune {n}",
            frozenset({(Reach.COMMUNE, f"76{n:03}"), (Reach.EPCI, epcis[n % 19]), (Reach.DEPARTEMENT, "76")}),
        )
        for n in range(707)
    )  # fmt: skip
    procedures = tuple(range(100, 120))
    territories = [
        DEPARTEMENT,
        *(Territory(Reach.EPCI, code, "") for code in epcis),
        *(Territory(Reach.COMMUNE, place.code, "") for place in chance.sample(places, 40)),
    ]
    directory = [
        contact(pk, *(everything(chance.choice(territories), chance.choice([None, *procedures])) for _ in range(6)))
        for pk in range(60)
    ]
    after = [*directory, contact(99, everything(priority=1), *(everything(procedure=p) for p in procedures))]
    started = clock.process_time()
    found = compare(directory, after, Needs(CAF, procedures, places, (LOST_MAIL, LOCKED)), [TODAY])
    assert clock.process_time() - started < 2
    assert cases(found) > 1_000
