"""Where nobody answers: the pure grid against a count one by one, then the pages."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Team
from partners.models import Contact, ContactKind, Operator
from referrals.coverage.facts import coverage, holes
from referrals.coverage.grid import WHOLE_OPERATOR, Answering, Cell, Cover, cases, cell, grid
from referrals.places import Place
from referrals.routing import Candidate, Reach, RuleFact, Territory
from structures.models import Structure
from tests.partners.factories import BlockerFactory, ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory

TODAY = date(2026, 11, 24)
CAF, RSA, APL, LOST_MAIL = 1, 10, 11, 7
DEPARTEMENT = Territory(Reach.DEPARTEMENT, "76", "")
EPCI = Territory(Reach.EPCI, "E1", "")
PLACES = [
    Place(code, f"Commune {code}", frozenset({(Reach.COMMUNE, code), (Reach.EPCI, "E1"), (Reach.DEPARTEMENT, "76")}))
    for code in ("A", "B", "C")
]
AWAY = (date(2026, 11, 20), date(2026, 11, 30))


def contact(pk: int, *rules: RuleFact, **more: object) -> Candidate:
    return Candidate(pk, CAF, rules, **more)  # type: ignore[arg-type]


def found(*candidates: Candidate, desks: tuple[int, ...] = ()) -> Cell:
    return cell(Answering(candidates, TODAY, desks), (RSA, APL), PLACES)


WHOLE = RuleFact(None, DEPARTEMENT, 5)


def test_nobody_is_a_hole_one_person_is_fragile_and_two_cover() -> None:
    assert found() == Cell(6, 6, 0)
    assert found(contact(1, WHOLE)) == Cell(6, 0, 6)
    assert found(contact(1, WHOLE), contact(2, WHOLE)) == Cell(6, 0, 0)
    assert [found(*[contact(n, WHOLE) for n in range(size)]).cover for size in range(3)] == list(Cover)


def test_a_service_of_several_people_is_not_one_person() -> None:
    assert found(contact(1, WHOLE), desks=(1,)).cover is Cover.COVERED


def test_one_demarche_left_in_one_commune_makes_the_cell_a_hole() -> None:
    most = contact(1, RuleFact(RSA, DEPARTEMENT, 5), *(RuleFact(APL, Territory(Reach.COMMUNE, c, ""), 5) for c in "AB"))
    assert found(most) == Cell(6, 1, 5)


def test_an_absent_person_counts_through_the_stand_in_only() -> None:
    assert found(contact(1, WHOLE, absence=AWAY)).cover is Cover.HOLE
    assert found(contact(1, WHOLE, absence=AWAY, stand_in=2), contact(2)) == Cell(6, 0, 6)
    both = found(contact(1, WHOLE, absence=AWAY, stand_in=2), contact(2, WHOLE))
    assert both.cover is Cover.ONE_PERSON


def test_a_rule_for_one_blocker_covers_nothing_by_itself() -> None:
    assert found(contact(1, RuleFact(None, DEPARTEMENT, 5, LOST_MAIL))).cover is Cover.HOLE


def test_an_operator_without_a_demarche_is_covered_by_rules_for_all_of_them() -> None:
    assert cell(Answering([contact(1, WHOLE)], TODAY), (), PLACES) == Cell(3, 0, 3)
    one = Answering([contact(1, RuleFact(RSA, DEPARTEMENT, 5))], TODAY)
    assert cell(one, (), PLACES).cover is Cover.HOLE
    assert [case.procedure for case in cases(one, (), PLACES)] == [WHOLE_OPERATOR]


def test_communes_with_the_same_answer_are_told_together_the_worst_first() -> None:
    answering = Answering([contact(1, RuleFact(RSA, Territory(Reach.COMMUNE, "B", ""), 5))], TODAY)
    told = [(c.procedure, c.cover, [place.code for place in c.places]) for c in cases(answering, (RSA,), PLACES)]
    assert told == [(RSA, Cover.HOLE, ["A", "C"]), (RSA, Cover.ONE_PERSON, ["B"])]


RULES = st.builds(
    RuleFact,
    st.sampled_from([None, RSA, APL]),
    st.sampled_from([DEPARTEMENT, EPCI, Territory(Reach.COMMUNE, "A", ""), Territory(Reach.COMMUNE, "Z", "")]),
    st.just(5),
    st.sampled_from([None, None, LOST_MAIL]),
)
DIRECTORIES = st.lists(st.tuples(st.lists(RULES, max_size=3), st.booleans(), st.booleans()), max_size=5)


@settings(max_examples=300, deadline=None)
@given(DIRECTORIES)
def test_the_grid_equals_a_count_one_by_one(drawn: list[tuple[list[RuleFact], bool, bool]]) -> None:
    directory = [contact(pk, *rules, absence=AWAY if away else None) for pk, (rules, away, _) in enumerate(drawn)]
    desks = {pk for pk, (*_, desk) in enumerate(drawn) if desk}
    holes_found = alone = 0
    for procedure in (RSA, APL):
        for place in PLACES:
            who = {
                c.pk
                for c in directory
                if c.absence is None
                for rule in c.rules
                if rule.blocker is None
                and rule.procedure in (None, procedure)
                and (rule.territory.reach, rule.territory.code) in place.areas
            }
            holes_found += not who
            alone += len(who) == 1 and not who & desks
    answering = {CAF: Answering(directory, TODAY, desks)}
    assert grid(answering, {CAF: (RSA, APL)}, {"E1": PLACES}) == {(CAF, "E1"): Cell(6, holes_found, alone)}


# The pages


@pytest.fixture
def caf(structure: Structure) -> Operator:
    """One operator with one démarche, and two communes of two intercommunalités."""
    CommuneFactory(rouen=True)
    CommuneFactory(le_havre=True)
    operator = OperatorFactory(code="CAF", name="Allocations familiales")
    ProcedureFactory(operator=operator, name="Aide au logement")
    return operator


@pytest.fixture
def claire(caf: Operator, partner_office: Team) -> Contact:
    """She answers in Rouen only."""
    claire = ContactFactory(operator=caf, office=partner_office, name="Claire Martin")
    RuleFactory(contact=claire, departement_id=None, epci_id="200023414")
    return claire


def test_holes_are_named_with_the_page_that_mends_them(claire: Contact, partner_office: Team, partner_manager: Client):
    (hole,) = holes(partner_office, timezone.localdate())
    assert (hole.operator, hole.area_name) == (claire.operator, "CU Le Havre Seine Métropole")
    page = partner_manager.get(hole.url).content.decode()
    assert "Aide au logement" in page
    assert f"{reverse('referrals:rule_add', args=[claire.pk])}?area=epci%3A200084952" in page


def test_the_contacts_of_another_office_cover_nothing_here(claire: Contact, partner_office: Team):
    RuleFactory(contact=ContactFactory(operator=claire.operator))
    assert len(holes(partner_office, timezone.localdate())) == 1


def test_the_grid_counts_and_filters(claire: Contact, partner_manager: Client):
    url = reverse("referrals:coverage")
    page = partner_manager.get(url).content.decode()
    assert "1 trou" in page
    assert "1 case à une seule personne" in page
    rows = partner_manager.get(url, {"etat": "trou"}).context["rows"]
    assert [zone.name for zone, _ in rows] == ["CU Le Havre Seine Métropole"]
    assert partner_manager.get(url, {"etat": "couvert"}).context["rows"] == []
    assert len(partner_manager.get(url, {"etat": "nimporte", "operateur": "rien"}).context["rows"]) == 2


def test_the_grid_leaves_as_a_spreadsheet(claire: Contact, partner_manager: Client):
    Operator.objects.update(name="=1+1")
    answer = partner_manager.get(reverse("referrals:coverage"), {"format": "csv", "etat": "trou"})
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(line["Opérateur"], line["État"], line["Trous"]) for line in lines] == [("'=1+1", "trou", "1")]


def test_the_page_of_an_area_prepares_the_rule_that_is_missing(claire: Contact, partner_manager: Client):
    url = reverse("referrals:coverage_area", args=["CAF", "200084952"])
    procedure = claire.operator.procedures.get()
    page = partner_manager.get(url, {"demarche": str(procedure.pk), "commune": "76351"}).content.decode()
    prepared = f"{reverse('referrals:rule_add', args=[claire.pk])}?procedure={procedure.pk}&amp;commune=Le+Havre"
    assert prepared in page
    form = partner_manager.get(prepared.replace("&amp;", "&")).context["form"]
    assert (form["procedure"].value(), form["commune"].value()) == (str(procedure.pk), "Le Havre")


def test_the_area_leaves_as_one_line_a_demarche_and_commune(claire: Contact, partner_manager: Client):
    url = reverse("referrals:coverage_area", args=["CAF", "200023414"])
    answer = partner_manager.get(url, {"format": "csv"})
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    rouen = next(line for line in lines if line["Commune"] == "Rouen")
    assert (rouen["Démarche"], rouen["Interlocuteurs"]) == ("Aide au logement", "Claire Martin")
    assert rouen["État"] == "une seule personne"


@pytest.mark.parametrize("args", [["RIEN", "200084952"], ["CAF", "000000000"]])
def test_an_area_that_is_not_known_is_not_found(caf: Operator, partner_manager: Client, args: list[str]):
    assert partner_manager.get(reverse("referrals:coverage_area", args=args)).status_code == 404


def test_a_desk_and_a_blocker_are_read_from_the_rows(claire: Contact, partner_office: Team):
    zone = "200023414"
    day = timezone.localdate()
    assert coverage(partner_office, day).cells[claire.operator_id, zone].cover is Cover.ONE_PERSON
    RuleFactory(contact=ContactFactory(operator=claire.operator, office=partner_office), blocker=BlockerFactory())
    assert coverage(partner_office, day).cells[claire.operator_id, zone].cover is Cover.ONE_PERSON
    Contact.objects.filter(pk=claire.pk).update(kind=ContactKind.DESK)
    assert coverage(partner_office, day).cells[claire.operator_id, zone].cover is Cover.COVERED


def test_the_grid_costs_fewer_than_ten_queries_whatever_its_size(
    claire: Contact, partner_manager: Client, partner_office: Team, queries_for: Callable[[Callable[[], object]], int]
):
    def look() -> object:
        return partner_manager.get(reverse("referrals:coverage"))

    look()
    cost = queries_for(look)
    for number in range(13):
        operator = OperatorFactory(code=f"OP{number}")
        ProcedureFactory.create_batch(2, operator=operator)
        for person in ContactFactory.create_batch(2, operator=operator, office=partner_office):
            RuleFactory(contact=person)
    assert queries_for(look) == cost
    assert cost < 10
