"""The directory: operators, their démarches, whom to call, found in two words. Its page is among the referrals."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from partners.directory import one_operator, search_directory, whole_directory
from partners.directory_page import Directory
from partners.models import Contact, Subject
from schedules.calendars import PARIS
from schedules.models import Schedule, Slot
from tests.accounts.factories import TeamFactory
from tests.partners.factories import (
    ActionFactory,
    ActionSessionFactory,
    ContactFactory,
    OperatorFactory,
    ProcedureFactory,
    RuleFactory,
)
from tests.territories.factories import CommuneFactory, DepartementFactory


@pytest.fixture
def now(db) -> datetime:
    return timezone.now()


def offices() -> set[int]:
    return set(Contact.objects.values_list("office_id", flat=True))


def names(text: str, now) -> list[tuple[str, list[str], list[str]]]:
    return [
        (sheet.operator.name, [row.name for row in sheet.procedures], [row.contact.name for row in sheet.contacts])
        for sheet in directory(text, now, offices=offices()).operators
    ]


def test_a_word_leaves_the_procedures_and_who_answers_for_them(now):
    DepartementFactory()
    caf = OperatorFactory(name="Allocations familiales")
    housing = ProcedureFactory(operator=caf, name="Aides au logement", synonyms="APL")
    other = ProcedureFactory(operator=caf, name="Prime")
    for name, procedure in (("Ada", housing), ("Bea", None), ("Cléo", other)):
        RuleFactory(contact=ContactFactory(operator=caf, name=name), procedure=procedure)
    OperatorFactory(name="MSA")
    assert names("apl", now) == [("Allocations familiales", ["Aides au logement"], ["Ada", "Bea"])]
    assert names("famil", now) == [("Allocations familiales", ["Aides au logement", "Prime"], ["Ada", "Bea", "Cléo"])]


def test_a_contact_is_found_by_name_body_and_territory(now):
    contact = ContactFactory(name="Éloïse", body="CPAM du Havre")
    RuleFactory(contact=contact, commune=CommuneFactory(dieppe=True), departement_id=None)
    for text in ("eloise", "cpam havre", "dieppe"):
        assert [contacts for _, _, contacts in names(text, now)] == [["Éloïse"]]


def test_what_is_out_of_service_is_not_shown(now):
    operator = OperatorFactory(name="Caf")
    ProcedureFactory(operator=operator, is_active=False)
    ContactFactory(operator=operator, is_active=False)
    OperatorFactory(name="Parti", is_active=False)
    OperatorFactory(name="Hier", in_bundle_until=now.date() - timedelta(days=1))
    assert names("", now) == [("Caf", [], [])]


def directory(text: str, now: datetime, *, offices, commune=None) -> Directory:
    if not text:
        return whole_directory(now, offices=offices, commune=commune)
    return search_directory(text, now, offices=offices, commune=commune)


def test_only_the_contacts_of_the_given_offices_are_in_it(now):
    ours, theirs = ContactFactory(name="Ada"), ContactFactory(name="Yann")
    found = directory("", now, offices={ours.office_id}).operators
    assert {sheet.operator: [row.contact for row in sheet.contacts] for sheet in found} == {
        ours.operator: [ours],
        theirs.operator: [],
    }
    assert directory("yann", now, offices={ours.office_id}).is_empty
    assert [sheet.contacts for sheet in directory("", now, offices=()).operators] == [[], []]


def test_misspelt_words_are_read_as_their_nearest_spelling(now):
    procedure = ProcedureFactory(name="Carte grise : cession", synonyms="immatriculation")
    found = search_directory("carte grsie", now, offices=())
    assert (found.reading, list(found.suggestions)) == ("carte grise", [procedure])
    assert [sheet.procedures for sheet in found.operators] == [[procedure]]
    assert search_directory("zzzzzz", now, offices=()).is_empty


def test_what_is_written_so_is_never_read_otherwise(now):
    ProcedureFactory(name="Carte grise")
    contact = ContactFactory(name="Grase Petit")
    found = search_directory("grase", now, offices=offices())
    assert (found.reading, found.suggestions) == ("", ())
    assert [row.contact for sheet in found.operators for row in sheet.contacts] == [contact]


def test_a_misspelt_need_outside_the_operators_is_found(now):
    Subject.objects.create(code="DETTES", name="Dossier de surendettement", who_label="La Banque de France")
    found = search_directory("surendetement", now, offices=())
    assert (found.reading, [row.code for row in found.subjects]) == ("surendettement", ["DETTES"])


def test_an_acronym_of_the_operator_finds_its_procedures_and_contacts(now):
    operator = OperatorFactory(name="Assurance Maladie", synonyms="CPAM|sécu")
    ProcedureFactory(operator=operator, name="Carte Vitale")
    RuleFactory(contact=ContactFactory(operator=operator, name="Ada"), departement_id=DepartementFactory().pk)
    for text in ("cpam", "secu", "CPAM vitale"):
        assert names(text, now) == [("Assurance Maladie", ["Carte Vitale"], ["Ada"])], text


def test_who_covers_the_commune_comes_first(now):
    dieppe = CommuneFactory(dieppe=True)
    operator = OperatorFactory()
    RuleFactory(
        contact=ContactFactory(operator=operator, name="Ada"), commune=CommuneFactory(rouen=True), departement_id=None
    )
    RuleFactory(contact=ContactFactory(operator=operator, name="Bea"))
    RuleFactory(contact=ContactFactory(operator=operator, name="Cléo"), commune=dieppe, departement_id=None)
    for found in (
        whole_directory(now, offices=offices(), commune=dieppe),
        one_operator(operator, now, offices=offices(), commune=dieppe),
    ):
        people = found.operators[0].contacts
        assert [row.contact.name for row in people] == ["Cléo", "Bea", "Ada"]
        assert [row.covers_commune for row in people] == [True, True, False]


def test_few_contacts_are_shown_and_all_are_counted_and_paged(now):
    operator = OperatorFactory()
    office = TeamFactory(partner_office=True)
    ContactFactory.create_batch(25, operator=operator, office=office)
    ProcedureFactory.create_batch(9, operator=operator)
    sheet = whole_directory(now, offices={office.pk}).operators[0]
    assert (len(sheet.contacts), sheet.contacts_count, len(sheet.procedures), sheet.procedures_count) == (3, 25, 8, 9)
    assert sheet.has_more
    second = one_operator(operator, now, offices={office.pk}, page="2")
    assert (len(second.operators[0].contacts), len(second.operators[0].procedures)) == (5, 9)


def test_of_a_local_action_the_next_session_is_said(now, queries_for):
    action = ActionFactory()
    ActionSessionFactory(service=action, day=date(2026, 11, 27))
    at = datetime(2026, 11, 24, 9, tzinfo=PARIS)
    [sheet] = whole_directory(at, offices=set()).services
    assert sheet.next_session == "vendredi 27 novembre, de 14\u00a0h à 16\u00a0h\u00a030"
    cost = queries_for(lambda: whole_directory(at, offices=set()))
    for _ in range(5):
        ActionSessionFactory(day=date(2026, 12, 4))
    assert queries_for(lambda: whole_directory(at, offices=set())) == cost


def test_a_card_says_whether_one_answers_now_or_when(db):
    schedule = Schedule.objects.create()
    Slot.objects.create(schedule=schedule, weekday=0, opens=time(9), closes=time(12))
    contact = ContactFactory(schedule=schedule)
    for at, said in (
        (datetime(2026, 11, 23, 10, tzinfo=PARIS), "joignable jusqu’à 12\u00a0h"),
        (datetime(2026, 11, 23, 8, tzinfo=PARIS), "fermé, rouvre à 9\u00a0h"),
        (datetime(2026, 11, 22, 8, tzinfo=PARIS), "fermé, rouvre demain à 9\u00a0h"),
    ):
        sheet = whole_directory(at, offices={contact.office_id}).operators[0]
        assert sheet.contacts[0].answers.label == said
