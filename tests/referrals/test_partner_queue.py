"""The partner manager lands on what is to be mended now, and only on what is hers."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from partners.actions.upkeep import propose, say_gone
from partners.models import Contact, Report
from structures.models import Structure
from tests.partners.factories import (
    ConfirmationFactory,
    ContactFactory,
    OperatorFactory,
    ProcedureFactory,
    ReportFactory,
    RuleFactory,
)

pytestmark = pytest.mark.django_db
QUEUE = "/partenaires/"


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def make(partner_office: Team, structure: Structure) -> Callable[..., Contact]:
    """A contact of her office that is right, but for what is said; it covers its operator everywhere."""

    def made(**more: object) -> Contact:
        values = {"office": partner_office, "checked_on": today(), "operator": OperatorFactory(code="CAF")}
        contact = ContactFactory(**{**values, **more})
        RuleFactory(contact=contact)
        return contact

    return made


def sections(manager: Client) -> dict[str, list[str]]:
    """Titles of the lines, by section."""
    found = manager.get(QUEUE).context["sections"]
    return {section.code: [line.title for line in section.lines] for section in found}


def test_nothing_to_mend_is_said(partner_manager: Client, make) -> None:
    make(name="Ada")
    page = partner_manager.get(QUEUE).content.decode()
    assert "Rien à faire" in page
    assert sections(partner_manager) == {}


def test_unconfirmed_sheets_come_the_longest_first_with_their_colour(partner_manager: Client, make) -> None:
    for name, days in (("Ada", 91), ("Bea", 200), ("Cléo", 90)):
        make(name=name, checked_on=today() - timedelta(days=days))
    make(name="Dora", checked_on=None)
    lines = partner_manager.get(QUEUE).context["sections"][0].lines
    assert [line.title.split(",")[0] for line in lines] == ["Dora", "Bea", "Ada"]
    assert [line.badges[0].level for line in lines] == ["error", "error", "warning"]
    page = partner_manager.get(QUEUE).content.decode()
    assert "<title>(3) À faire" in page


def test_a_sheet_is_confirmed_from_the_queue_in_one_click(partner_manager: Client, make) -> None:
    contact = make(checked_on=None)
    confirm = reverse("partners:contact_confirm", args=[contact.pk])
    assert confirm in partner_manager.get(QUEUE).content.decode()
    assert partner_manager.post(confirm, {"queue": "1"}).headers["Location"] == QUEUE
    assert sections(partner_manager) == {}


def test_a_question_without_an_answer_says_when_it_was_asked(partner_manager: Client, make) -> None:
    ConfirmationFactory(contact=make(checked_on=None))
    assert "sans réponse" in partner_manager.get(QUEUE).content.decode()


def test_a_mail_that_comes_back_is_mended_before_it_is_confirmed(partner_manager: Client, make) -> None:
    make(name="Ada", checked_on=None, bounced_at=timezone.now())
    assert set(sections(partner_manager)) == {"revenus"}


def test_reports_show_what_is_wrong_and_leave_once_settled(partner_manager: Client, make) -> None:
    report = ReportFactory(contact=make(name="Ada"), detail="occupé depuis lundi")
    page = partner_manager.get(QUEUE).content.decode()
    assert "occupé depuis lundi" in page
    assert sections(partner_manager)["signales"][0].startswith("Ada")
    partner_manager.post(reverse("partners:report_settle", args=[report.pk]), {"finding": "corrected"})
    assert sections(partner_manager) == {}


def test_proposals_and_departures_lead_to_their_page(partner_manager: Client, make) -> None:
    corrected, gone = (ConfirmationFactory(contact=make(checked_on=None)) for _ in range(2))
    propose(confirmation=corrected, changes={"phone": "02 61 91 00 99"}, message="", now=timezone.now())
    say_gone(confirmation=gone, instead="", now=timezone.now())
    page = partner_manager.get(QUEUE).content.decode()
    for each in (corrected, gone):
        assert reverse("partners:upkeep_proposal", args=[each.pk]) in page
    assert {code: len(titles) for code, titles in sections(partner_manager).items()} == {"propositions": 2}


@pytest.mark.parametrize(
    ("until", "has_stand_in", "shown"), [(7, True, True), (8, True, False), (8, False, True), (-1, False, False)]
)
def test_absences_that_end_or_have_nobody_instead(
    partner_manager: Client, make, until: int, has_stand_in: bool, shown: bool
) -> None:
    stand_in = make(name="Bea") if has_stand_in else None
    make(name="Cléo")
    since = today() - timedelta(days=5)
    make(name="Ada", absent_from=since, absent_until=today() + timedelta(days=until), stand_in=stand_in)
    assert ("absences" in sections(partner_manager)) is shown


def test_a_stand_in_who_is_away_too_stands_in_for_nobody(partner_manager: Client, make) -> None:
    away = {"absent_from": today(), "absent_until": today() + timedelta(days=20)}
    make(name="Ada", stand_in=make(name="Bea", stand_in=make(name="Cléo"), **away), **away)
    assert [title.split(",")[0] for title in sections(partner_manager)["absences"]] == ["Ada"]


def test_a_hole_leads_to_where_it_is_mended(partner_manager: Client, make, structure: Structure) -> None:
    make()
    ProcedureFactory(operator=OperatorFactory(code="MSA", name="Sécurité sociale agricole"))
    assert "Sécurité sociale agricole" in sections(partner_manager)["trous"][0]


def test_a_long_section_shows_its_first_lines_and_a_link_to_the_rest(partner_manager: Client, make) -> None:
    for _ in range(13):
        make(checked_on=None)
    page = partner_manager.get(QUEUE).content.decode()
    assert "Voir les 13" in page
    assert "/partenaires/interlocuteurs/?etat=a-verifier&amp;tri=verification" in page


def test_nothing_of_another_office_is_in_it(partner_manager: Client, make) -> None:
    make()
    foreign = ContactFactory(operator=OperatorFactory(code="CAF"), checked_on=None, bounced_at=timezone.now())
    ReportFactory(contact=foreign)
    propose(confirmation=ConfirmationFactory(contact=foreign), changes={"phone": ""}, message="", now=timezone.now())
    assert sections(partner_manager) == {}


def test_the_queue_costs_the_same_for_one_of_each_as_for_many(partner_manager: Client, make, queries_for) -> None:
    def one_of_each() -> None:
        make(checked_on=None)
        make(bounced_at=timezone.now())
        make(absent_from=today(), absent_until=today())
        ReportFactory(contact=make())
        asked = ConfirmationFactory(contact=make())
        propose(confirmation=asked, changes={"phone": "02 61 91 00 99"}, message="", now=timezone.now())

    ProcedureFactory(operator=OperatorFactory(code="MSA"))
    one_of_each()
    cost = queries_for(lambda: partner_manager.get(QUEUE))
    for _ in range(14):
        one_of_each()
    assert Report.objects.count() == 15
    assert queries_for(lambda: partner_manager.get(QUEUE)) == cost
    assert cost <= 16


def test_a_long_section_counts_all_and_reads_only_what_it_shows(partner_manager: Client, make) -> None:
    away = {"absent_from": today(), "absent_until": today()}
    for _ in range(15):
        make(checked_on=None)
        make(bounced_at=timezone.now(), **away)
    found = {section.code: section for section in partner_manager.get(QUEUE).context["sections"]}
    assert {code: (section.count, len(section.lines)) for code, section in found.items()} == {
        "revenus": (15, 12),
        "absences": (15, 12),
        "a-confirmer": (15, 12),
    }
    assert "<title>(45) À faire" in partner_manager.get(QUEUE).content.decode()


def test_a_counsellor_has_no_such_queue(counsellor: Client) -> None:
    assert counsellor.get(QUEUE).status_code == 403
