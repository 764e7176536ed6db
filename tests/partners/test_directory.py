"""The directory: operators, their démarches, whom to call, found in two words. Its page is among the referrals."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.facts import directory
from partners.models import Contact
from tests.partners.factories import (
    ContactFactory,
    OperatorFactory,
    ProcedureFactory,
    RuleFactory,
)
from tests.territories.factories import CommuneFactory, DepartementFactory


@pytest.fixture
def today(db):
    return timezone.localdate()


def offices() -> set[int]:
    return set(Contact.objects.values_list("office_id", flat=True))


def names(text: str, today) -> list[tuple[str, list[str], list[str]]]:
    return [
        (sheet.operator.name, [row.name for row in sheet.procedures], [row.contact.name for row in sheet.contacts])
        for sheet in directory(text, today, offices=offices()).operators
    ]


def test_a_word_leaves_the_procedures_and_who_answers_for_them(today):
    DepartementFactory()
    caf = OperatorFactory(name="Allocations familiales")
    housing = ProcedureFactory(operator=caf, name="Aides au logement", synonyms="APL")
    other = ProcedureFactory(operator=caf, name="Prime")
    for name, procedure in (("Ada", housing), ("Bea", None), ("Cléo", other)):
        RuleFactory(contact=ContactFactory(operator=caf, name=name), procedure=procedure)
    OperatorFactory(name="MSA")
    assert names("apl", today) == [("Allocations familiales", ["Aides au logement"], ["Ada", "Bea"])]
    assert names("famil", today) == [("Allocations familiales", ["Aides au logement", "Prime"], ["Ada", "Bea", "Cléo"])]


def test_a_contact_is_found_by_name_body_and_territory(today):
    contact = ContactFactory(name="Éloïse", body="CPAM du Havre")
    RuleFactory(contact=contact, commune=CommuneFactory(dieppe=True), departement_id=None)
    for text in ("eloise", "cpam havre", "dieppe"):
        assert [contacts for _, _, contacts in names(text, today)] == [["Éloïse"]]


def test_what_is_out_of_service_is_not_shown(today):
    operator = OperatorFactory(name="Caf")
    ProcedureFactory(operator=operator, is_active=False)
    ContactFactory(operator=operator, is_active=False)
    OperatorFactory(name="Parti", is_active=False)
    OperatorFactory(name="Hier", in_bundle_until=today - timedelta(days=1))
    assert names("", today) == [("Caf", [], [])]


def test_only_the_contacts_of_the_given_offices_are_in_it(today):
    ours, theirs = ContactFactory(name="Ada"), ContactFactory(name="Yann")
    found = directory("", today, offices={ours.office_id}).operators
    assert {sheet.operator: [row.contact for row in sheet.contacts] for sheet in found} == {
        ours.operator: [ours],
        theirs.operator: [],
    }
    assert directory("yann", today, offices={ours.office_id}).is_empty
    assert [sheet.contacts for sheet in directory("", today, offices=()).operators] == [[], []]
