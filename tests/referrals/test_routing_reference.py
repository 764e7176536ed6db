"""The ranking equals a second implementation, written as one says it aloud, on thousands of random directories."""

import random
import time as clock
from datetime import date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.routing import Candidate, Need, Ranking, Reach, RuleFact, Territory, rank
from schedules.calendars import PARIS, french_calendar
from schedules.slots import Slot, Timetable

CAF, MSA = 1, 2
RSA, APL = 10, 11
LOST_MAIL, LOCKED = 7, 8
NOW = datetime(2026, 11, 24, 10, tzinfo=PARIS)
CALENDAR = french_calendar(2026, 2027)
MORNINGS = Timetable(tuple(Slot(weekday=day, opens=time(9), closes=time(12)) for day in range(5)))
AFTERNOONS = Timetable(tuple(Slot(weekday=day, opens=time(14), closes=time(17)) for day in range(5)))
HERE = [
    Territory(Reach.COMMUNE, "76447", "Montivilliers"),
    Territory(Reach.EPCI, "200084952", "Le Havre Seine Métropole"),
    Territory(Reach.ARRONDISSEMENT, "762", "Le Havre"),
    Territory(Reach.DEPARTEMENT, "76", ""),
]
ELSEWHERE = [
    Territory(Reach.EPCI, "200023414", "Métropole Rouen Normandie"),
    Territory(Reach.COMMUNE, "76540", "Rouen"),
]
AREAS = frozenset((territory.reach, territory.code) for territory in HERE)
AWAY, AWAY_TODAY = (date(2026, 11, 20), date(2026, 11, 30)), (date(2026, 11, 24), date(2026, 11, 24))
ABSENCES = [
    None,
    None,
    AWAY,
    AWAY_TODAY,
    (date(2026, 11, 1), date(2026, 11, 23)),
    (date(2026, 11, 25), date(2026, 12, 1)),
]

RULES = st.builds(
    RuleFact,
    st.sampled_from([None, RSA, APL]),
    st.sampled_from(HERE + ELSEWHERE),
    st.integers(min_value=1, max_value=2),
    st.sampled_from([None, None, LOST_MAIL, LOCKED]),
    st.sampled_from(["", "", "quartier des Brévents"]),
)


@st.composite
def directories(draw: st.DrawFn) -> list[Candidate]:
    """Up to six contacts; stand-ins at random make chains, circles, and replacements that no longer exist."""
    size = draw(st.integers(min_value=0, max_value=6))
    return [
        Candidate(
            pk=pk,
            operator=draw(st.sampled_from([CAF, CAF, MSA])),
            rules=tuple(draw(st.lists(RULES, max_size=3))),
            absence=draw(st.sampled_from(ABSENCES)),
            stand_in=draw(st.sampled_from([None, *range(size), 99])),
            timetable=draw(st.sampled_from([None, MORNINGS, AFTERNOONS, Timetable()])),
        )
        for pk in range(size)
    ]


NEEDS = st.builds(
    Need,
    st.just(RSA),
    st.sampled_from([(CAF,), (MSA,), (CAF, MSA), (MSA, CAF)]),
    st.just(AREAS),
    st.sampled_from([None, LOST_MAIL]),
)


def who_is_there(absent_of: dict[int, bool], stand_in_of: dict[int, int | None], pk: int | None) -> int | None:
    """Follow the stand-ins: as many steps as there are contacts lead somewhere, or nowhere."""
    for _ in range(len(absent_of) + 1):
        if pk is None or pk not in absent_of:
            return None
        if not absent_of[pk]:
            return pk
        pk = stand_in_of[pk]
    return None


def said_aloud(directory: list[Candidate], need: Need) -> list[tuple[int, int | None]]:
    """Each line is one sentence of the specification; nothing is shared with the module under test."""
    today = date(2026, 11, 24)
    absent = {c.pk: bool(c.absence and c.absence[0] <= today and today <= c.absence[1]) for c in directory}
    stand_in = {c.pk: c.stand_in for c in directory}
    hours = {c.pk: {id(MORNINGS): "now", id(AFTERNOONS): "not now"}.get(id(c.timetable), "unknown") for c in directory}
    offers = []
    for c in directory:
        if c.operator not in need.operators:
            continue
        person = who_is_there(absent, stand_in, c.pk)
        if person is None:
            continue
        for rule in c.rules:
            if rule.territory not in HERE:
                continue
            if rule.procedure is not None and rule.procedure != RSA:
                continue
            if rule.blocker is not None and rule.blocker != need.blocker:
                continue
            offers.append(
                (
                    list(need.operators).index(c.operator),
                    0 if rule.procedure == RSA else 1,
                    0 if rule.blocker == need.blocker and need.blocker is not None else 1,
                    HERE.index(rule.territory),
                    rule.priority,
                    ["now", "unknown", "not now"].index(hours[person]),
                    person,
                    (1, c.pk) if person != c.pk else (0, 0),
                )
            )
    ranked: list[tuple[int, int | None]] = []
    while offers:
        best = min(offers)
        offers = [offer for offer in offers if offer[6] != best[6]]
        ranked.append((best[6], best[7][1] if best[7][0] else None))
    return ranked


@settings(max_examples=500, deadline=None)
@given(directories(), NEEDS, st.randoms(use_true_random=False))
def test_the_ranking_is_the_one_said_aloud_in_whatever_order_the_rows_come(
    directory: list[Candidate], need: Need, chance: random.Random
) -> None:
    found = rank(directory, need, NOW, CALENDAR)
    assert [(r.contact, r.stand_in_for) for r in found] == said_aloud(directory, need)
    shuffled = chance.sample(directory, len(directory))
    assert rank(shuffled, need, NOW, CALENDAR) == found


def random_directory(chance: random.Random) -> list[Candidate]:
    def rule() -> RuleFact:
        return RuleFact(
            chance.choice([None, RSA, APL]),
            chance.choice(HERE + ELSEWHERE),
            chance.randint(1, 3),
            chance.choice([None, None, LOST_MAIL, LOCKED]),
        )

    size = chance.randint(2, 12)
    return [
        Candidate(
            pk,
            chance.choice([CAF, CAF, MSA]),
            tuple(rule() for _ in range(chance.randint(0, 3))),
            chance.choice(ABSENCES),
            chance.choice([None, *range(size), 99]),
            chance.choice([None, MORNINGS, AFTERNOONS]),
        )
        for pk in range(size)
    ]


def test_five_thousand_larger_directories_are_ranked_as_said_aloud() -> None:
    chance = random.Random(2026)
    for _ in range(5_000):
        directory = random_directory(chance)
        need = Need(RSA, chance.choice([(CAF,), (MSA, CAF)]), AREAS, chance.choice([None, LOST_MAIL]))
        found = rank(directory, need, NOW, CALENDAR)
        assert [(r.contact, r.stand_in_for) for r in found] == said_aloud(directory, need)
        assert rank(chance.sample(directory, len(directory)), need, NOW, CALENDAR) == found


@settings(max_examples=100, deadline=None)
@given(directories(), st.lists(NEEDS, max_size=4))
def test_a_directory_sorted_once_answers_every_need_as_if_it_were_the_first(
    directory: list[Candidate], needs: list[Need]
) -> None:
    ranking = Ranking(directory, NOW, CALENDAR)
    assert [ranking.rank(need) for need in needs] == [rank(directory, need, NOW, CALENDAR) for need in needs]


def test_the_reason_names_what_blocks_and_the_part_of_the_territory() -> None:
    rule = RuleFact(RSA, HERE[0], 5, LOST_MAIL, "quartier des Brévents", "document ou courrier non reçu")
    (found,) = rank([Candidate(1, CAF, (rule,))], Need(RSA, (CAF,), AREAS, LOST_MAIL), NOW, CALENDAR)
    assert found.reason == (
        "suit cette démarche · quand cela bloque\u00a0: document ou courrier non reçu · couvre Montivilliers · "
        "quartier des Brévents"
    )
    assert rank([Candidate(1, CAF, (rule,))], Need(RSA, (CAF,), AREAS), NOW, CALENDAR) == []


def test_a_thousand_cases_are_ranked_in_less_than_200_milliseconds() -> None:
    chance = random.Random(76)
    epcis = [Territory(Reach.EPCI, str(number), "") for number in range(19)]
    department = HERE[3]
    directory = [
        Candidate(
            pk,
            operator=pk % 13,
            rules=tuple(
                RuleFact(
                    chance.choice([None] * 20 + [*range(20)]), chance.choice([department, *epcis]), chance.randint(1, 9)
                )
                for _ in range(3)
            ),
            absence=AWAY if pk % 10 == 0 else None,
            stand_in=pk + 13 if pk % 10 == 0 else None,
            timetable=chance.choice([None, MORNINGS, AFTERNOONS]),
        )
        for pk in range(200)
    ]
    needs = [
        Need(
            chance.randrange(20), (chance.randrange(13),),
            frozenset({(Reach.COMMUNE, str(number)), (Reach.EPCI, str(number % 19)), (Reach.DEPARTEMENT, "76")}),
        )
        for number in range(1_000)
    ]  # fmt: skip
    started = clock.process_time()
    ranking = Ranking(directory, NOW, CALENDAR)
    answered = sum(bool(ranking.rank(need)) for need in needs)
    assert clock.process_time() - started < 0.2
    assert answered > 500
