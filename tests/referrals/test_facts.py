"""The cards of the hand-over page, from the rows of the directory."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial

import pytest

from accounts.models import Team
from partners.models import Procedure
from referrals.facts import recommend
from schedules.calendars import PARIS
from territories.models import Commune
from tests.partners.factories import ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.structures.factories import ScheduleFactory
from tests.territories.factories import CommuneFactory, EpciFactory

TUESDAY_MORNING = datetime(2026, 11, 24, 10, tzinfo=PARIS)
pytestmark = pytest.mark.django_db


@pytest.fixture
def le_havre() -> Commune:
    return CommuneFactory(le_havre=True)


@pytest.fixture
def rouen() -> Commune:
    return CommuneFactory(rouen=True)


def test_each_of_the_two_cpam_answers_for_its_own_territory(le_havre: Commune, rouen: Commune) -> None:
    procedure = ProcedureFactory(operator=OperatorFactory(code="ASSURANCE_MALADIE"))
    for body, epci in (("CPAM du Havre", le_havre.epci), ("CPAM de Rouen-Elbeuf-Dieppe", rouen.epci)):
        contact = ContactFactory(operator=procedure.operator, body=body)
        RuleFactory(contact=contact, departement_id=None, epci=epci)
    there = recommend(procedure=procedure, commune=le_havre, now=TUESDAY_MORNING)
    elsewhere = recommend(procedure=procedure, commune=rouen, now=TUESDAY_MORNING)
    assert [card.contact.body for card in there] == ["CPAM du Havre"]
    assert [card.contact.body for card in elsewhere] == ["CPAM de Rouen-Elbeuf-Dieppe"]


def test_the_farming_scheme_leads_to_the_other_operator(rouen: Commune) -> None:
    caf, msa = OperatorFactory(code="CAF"), OperatorFactory(code="MSA")
    procedure = ProcedureFactory(operator=caf, alternative_operator=msa, question="Régime agricole ?")
    for operator in (msa, caf):
        RuleFactory(contact=ContactFactory(operator=operator))
    unanswered = recommend(procedure=procedure, commune=rouen, now=TUESDAY_MORNING)
    farming = recommend(procedure=procedure, commune=rouen, now=TUESDAY_MORNING, operators=[msa])
    assert [card.operator.code for card in unanswered] == ["CAF", "MSA"]
    assert [card.operator.code for card in farming] == ["MSA"]


def test_a_stand_in_outside_the_rules_is_found_and_named(rouen: Commune) -> None:
    stand_in = ContactFactory(name="Remplaçante")
    absent = ContactFactory(
        operator=stand_in.operator,
        stand_in=stand_in,
        absent_from=date(2026, 11, 23),
        absent_until=date(2026, 11, 27),
    )
    procedure = ProcedureFactory(operator=stand_in.operator)
    RuleFactory(contact=absent)
    (card,) = recommend(procedure=procedure, commune=rouen, now=TUESDAY_MORNING)
    assert (card.contact, card.stand_in_for) == (stand_in, absent)


def test_a_stand_in_who_is_away_too_leads_to_hers_in_one_statement_more(
    rouen: Commune, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    procedure = ProcedureFactory()
    away = {"absent_from": date(2026, 11, 23), "absent_until": date(2026, 11, 27), "operator": procedure.operator}
    last = ContactFactory(name="Présente", operator=procedure.operator, schedule=ScheduleFactory())
    third = ContactFactory(stand_in=last, schedule=ScheduleFactory(), **away)
    second = ContactFactory(stand_in=third, schedule=ScheduleFactory(), **away)
    first = ContactFactory(schedule=ScheduleFactory(), **away)
    RuleFactory(contact=first)
    route = partial(recommend, procedure=procedure, commune=rouen, now=TUESDAY_MORNING)
    route()
    alone = queries_for(route)
    first.stand_in = second
    first.save()
    (card,) = route()
    assert (card.contact, card.stand_in_for) == (last, first)
    assert queries_for(route) == alone + 1


def test_a_contact_out_of_service_is_never_recommended_even_as_a_stand_in(rouen: Commune) -> None:
    gone = ContactFactory(is_active=False)
    absent = ContactFactory(
        operator=gone.operator, stand_in=gone, absent_from=date(2026, 11, 23), absent_until=date(2026, 11, 27)
    )
    procedure = ProcedureFactory(operator=gone.operator)
    for contact in (gone, absent):
        RuleFactory(contact=contact)
    assert recommend(procedure=procedure, commune=rouen, now=TUESDAY_MORNING) == []


def test_a_card_says_until_when_or_from_when_the_contact_answers(rouen: Commune) -> None:
    procedure = ProcedureFactory()
    mornings = ScheduleFactory(week=[(1, time(9), time(12))])
    contact = ContactFactory(operator=procedure.operator, schedule=mornings)
    RuleFactory(contact=contact)
    (open_card,) = recommend(procedure=procedure, commune=rouen, now=TUESDAY_MORNING)
    (closed_card,) = recommend(procedure=procedure, commune=rouen, now=TUESDAY_MORNING.replace(hour=15))
    assert open_card.reachable_now
    assert open_card.closes_in_words == "12\u00a0h"
    assert not closed_card.reachable_now
    assert closed_card.opens_in_words.startswith("mardi 1er décembre à 9")


def test_contacts_kept_by_another_office_are_not_offered(rouen: Commune, partner_office: Team) -> None:
    procedure = ProcedureFactory()
    ours = ContactFactory(operator=procedure.operator, office=partner_office)
    theirs = ContactFactory(operator=procedure.operator)
    for contact in (ours, theirs):
        RuleFactory(contact=contact)
    cards = recommend(procedure=procedure, commune=rouen, now=TUESDAY_MORNING, office=partner_office)
    assert [card.contact for card in cards] == [ours]


def test_ranking_costs_the_same_for_one_contact_as_for_thirty(
    rouen: Commune, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    procedure: Procedure = ProcedureFactory()

    def route() -> object:
        return recommend(procedure=procedure, commune=rouen, now=TUESDAY_MORNING)

    RuleFactory(contact=ContactFactory(operator=procedure.operator, schedule=ScheduleFactory()))
    route()
    cost_of_one = queries_for(route)
    for number in range(29):
        contact = ContactFactory(operator=procedure.operator, schedule=ScheduleFactory())
        RuleFactory(contact=contact)
        RuleFactory(contact=contact, departement_id=None, commune=CommuneFactory())
        RuleFactory(contact=contact, departement_id=None, epci=EpciFactory(siren=f"{number:09}"))
    assert queries_for(route) == cost_of_one
