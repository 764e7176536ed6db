"""The ranking, with ten lines of data and no database; and against a second, plainer implementation."""

from datetime import date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.routing import Candidate, Need, Reach, Reachable, RuleFact, Territory, rank
from schedules.calendars import PARIS, french_calendar
from schedules.slots import Slot, Timetable

CAF, MSA = 1, 2
RSA, APL = 10, 11
MONTIVILLIERS = Territory(Reach.COMMUNE, "76447", "Montivilliers")
LE_HAVRE_METRO = Territory(Reach.EPCI, "200084952", "Le Havre Seine Métropole")
ARRONDISSEMENT = Territory(Reach.ARRONDISSEMENT, "762", "Le Havre")
SEINE_MARITIME = Territory(Reach.DEPARTEMENT, "76", "Seine-Maritime")
ROUEN_METRO = Territory(Reach.EPCI, "200023414", "Métropole Rouen Normandie")
NEED = Need(
    RSA, (CAF,), frozenset((t.reach, t.code) for t in (MONTIVILLIERS, LE_HAVRE_METRO, ARRONDISSEMENT, SEINE_MARITIME))
)
NOW = datetime(2026, 11, 24, 10, tzinfo=PARIS)
CALENDAR = french_calendar(2026, 2027)
MORNINGS = Timetable(tuple(Slot(weekday=day, opens=time(9), closes=time(12)) for day in range(5)))
AFTERNOONS = Timetable(tuple(Slot(weekday=day, opens=time(14), closes=time(17)) for day in range(5)))


def contact(
    pk: int, *rules: tuple[int | None, Territory], operator: int = CAF, priority: int = 5, **more: object
) -> Candidate:
    facts = tuple(RuleFact(procedure, territory, priority) for procedure, territory in rules)
    return Candidate(pk=pk, operator=operator, rules=facts, **more)  # type: ignore[arg-type]


def order(*candidates: Candidate, need: Need = NEED) -> list[int]:
    return [r.contact for r in rank(candidates, need, NOW, CALENDAR)]


def test_the_contact_who_knows_the_procedure_comes_before_the_nearest() -> None:
    assert order(contact(1, (None, MONTIVILLIERS)), contact(2, (RSA, SEINE_MARITIME))) == [2, 1]


def test_procedure_and_commune_come_before_procedure_alone() -> None:
    assert order(contact(1, (RSA, SEINE_MARITIME)), contact(2, (RSA, MONTIVILLIERS))) == [2, 1]


def test_the_narrowest_territory_comes_first() -> None:
    wide_to_narrow = [SEINE_MARITIME, ARRONDISSEMENT, LE_HAVRE_METRO, MONTIVILLIERS]
    assert order(*(contact(n, (None, territory)) for n, territory in enumerate(wide_to_narrow))) == [3, 2, 1, 0]


def test_priority_comes_before_who_can_be_reached_now() -> None:
    reachable = contact(1, (None, SEINE_MARITIME), timetable=MORNINGS, priority=5)
    preferred = contact(2, (None, SEINE_MARITIME), timetable=AFTERNOONS, priority=1)
    assert order(reachable, preferred) == [2, 1]


def test_at_equal_priority_who_can_be_reached_now_comes_first() -> None:
    closed = contact(1, (None, SEINE_MARITIME), timetable=AFTERNOONS)
    unknown = contact(2, (None, SEINE_MARITIME))
    open_now = contact(3, (None, SEINE_MARITIME), timetable=MORNINGS)
    assert order(closed, unknown, open_now) == [3, 2, 1]


def test_of_two_bodies_of_one_operator_only_the_one_of_the_territory_is_asked() -> None:
    le_havre, rouen = contact(1, (None, LE_HAVRE_METRO)), contact(2, (None, ROUEN_METRO))
    assert order(le_havre, rouen) == [1]


def test_a_rule_for_another_procedure_does_not_fit() -> None:
    assert order(contact(1, (APL, MONTIVILLIERS))) == []


def test_before_the_question_is_answered_the_likeliest_operator_comes_first() -> None:
    both = Need(RSA, (CAF, MSA), NEED.areas)
    farming = contact(1, (RSA, MONTIVILLIERS), operator=MSA)
    ordinary = contact(2, (None, SEINE_MARITIME))
    assert order(farming, ordinary, need=both) == [2, 1]


def test_once_answered_only_that_operator_is_left() -> None:
    farming_scheme = Need(RSA, (MSA,), NEED.areas)
    assert order(
        contact(1, (None, SEINE_MARITIME)), contact(2, (RSA, SEINE_MARITIME), operator=MSA), need=farming_scheme
    ) == [2]


def test_an_absent_contact_gives_its_place_to_its_stand_in() -> None:
    away = (date(2026, 11, 20), date(2026, 11, 30))
    absent = contact(1, (RSA, MONTIVILLIERS), absence=away, stand_in=3)
    second = contact(2, (None, MONTIVILLIERS))
    found = rank([absent, second, Candidate(pk=3, operator=CAF)], NEED, NOW, CALENDAR)
    assert [(r.contact, r.stand_in_for) for r in found] == [(3, 1), (2, None)]


def test_an_absence_ends_with_its_last_day() -> None:
    back_today = contact(1, (None, SEINE_MARITIME), absence=(date(2026, 11, 1), date(2026, 11, 23)))
    last_day = contact(2, (None, SEINE_MARITIME), absence=(date(2026, 11, 1), date(2026, 11, 24)))
    assert order(back_today, last_day) == [1]


def test_stand_ins_who_are_away_too_lead_on_and_a_circle_leads_nowhere() -> None:
    away = (date(2026, 11, 20), date(2026, 11, 30))
    first = contact(1, (None, SEINE_MARITIME), absence=away, stand_in=2)
    second = Candidate(pk=2, operator=CAF, absence=away, stand_in=3)
    third = Candidate(pk=3, operator=CAF)
    assert order(first, second, third) == [3]
    circle = Candidate(pk=2, operator=CAF, absence=away, stand_in=1)
    assert order(first, circle) == []


def test_a_stand_in_who_is_already_listed_keeps_its_best_place_only() -> None:
    away = (date(2026, 11, 20), date(2026, 11, 30))
    absent = contact(1, (RSA, MONTIVILLIERS), absence=away, stand_in=2)
    assert order(absent, contact(2, (None, SEINE_MARITIME))) == [2]


def test_nobody_left_is_an_empty_list() -> None:
    assert order() == []


def test_the_reason_names_the_demarche_and_the_territory() -> None:
    found = rank([contact(1, (RSA, MONTIVILLIERS))], NEED, NOW, CALENDAR)
    assert found[0].reason == "suit cette démarche · couvre Montivilliers"
    assert found[0].reachable is Reachable.UNKNOWN


TERRITORIES = [MONTIVILLIERS, LE_HAVRE_METRO, ARRONDISSEMENT, SEINE_MARITIME, ROUEN_METRO]
RULES = st.builds(
    RuleFact, st.sampled_from([None, RSA, APL]), st.sampled_from(TERRITORIES), st.integers(min_value=1, max_value=3)
)
CONTACTS = st.lists(
    st.tuples(st.lists(RULES, max_size=3), st.sampled_from([CAF, MSA]), st.sampled_from([None, MORNINGS, AFTERNOONS])),
    max_size=7,
)


def plainly_ranked(candidates: list[Candidate]) -> list[int]:
    """A second implementation, written as the rule is said: keep the fitting, sort by each word in turn."""
    keys = {}
    for candidate in candidates:
        fitting = [
            (rule.procedure is None, [t.reach for t in TERRITORIES[:4]].index(rule.territory.reach), rule.priority)
            for rule in candidate.rules
            if rule.procedure in (None, RSA) and rule.territory != ROUEN_METRO
        ]
        if candidate.operator == CAF and fitting:
            hours = {id(MORNINGS): 0, id(None): 1, id(AFTERNOONS): 2}[id(candidate.timetable)]
            keys[candidate.pk] = (*sorted(fitting)[0], hours, candidate.pk)
    return sorted(keys, key=lambda pk: keys[pk])


@settings(max_examples=500, deadline=None)
@given(CONTACTS)
def test_the_order_equals_a_plainer_implementation(drawn: list[tuple[list[RuleFact], int, Timetable | None]]) -> None:
    candidates = [
        Candidate(pk=pk, operator=operator, rules=tuple(rules), timetable=timetable)
        for pk, (rules, operator, timetable) in enumerate(drawn)
    ]
    assert order(*candidates) == plainly_ranked(candidates)
    assert order(*reversed(candidates)) == plainly_ranked(candidates)
