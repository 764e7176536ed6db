"""The directory: operators, their démarches, whom to call, found in two words; never public."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.facts import directory
from partners.models import Subject
from tests.partners.factories import (
    ContactFactory,
    LocalServiceFactory,
    OperatorFactory,
    ProcedureFactory,
    RuleFactory,
)
from tests.territories.factories import CommuneFactory, DepartementFactory

URL = "/annuaire/"


@pytest.fixture
def today(db):
    return timezone.localdate()


def names(text: str, today) -> list[tuple[str, list[str], list[str]]]:
    return [
        (sheet.operator.name, [row.name for row in sheet.procedures], [row.contact.name for row in sheet.contacts])
        for sheet in directory(text, today).operators
    ]


def test_nobody_outside_reads_it(client: Client, db):
    ContactFactory(name="Ligne privée")
    answer = client.get(URL)
    assert answer.status_code == 302
    assert "/compte/login/" in answer.headers["Location"]


@pytest.mark.parametrize("persona", ["counsellor", "coordinator", "partner_manager", "digital_coordinator"])
def test_every_colleague_reads_it(request: pytest.FixtureRequest, db, persona: str):
    ContactFactory(name="Claire Dubois", phone="0261910012", note="Le matin seulement")
    page = request.getfixturevalue(persona).get(URL).content.decode()
    assert "Claire Dubois" in page
    assert 'href="tel:0261910012"' in page
    assert "02\u00a061\u00a091\u00a000\u00a012" in page
    assert "Le matin seulement" in page
    assert "jamais vérifié" in page


def test_a_superuser_without_a_team_does_not(superuser: Client):
    assert superuser.get(URL).status_code == 403


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


def test_an_absent_contact_names_the_stand_in(counsellor: Client, today):
    stand_in = ContactFactory(name="Marc Lefèvre")
    ContactFactory(operator=stand_in.operator, stand_in=stand_in, absent_from=today, absent_until=today)
    page = counsellor.get(URL).content.decode()
    assert "absent jusqu’au" in page
    assert "En son absence\u00a0: Marc Lefèvre" in page


def test_needs_outside_the_operators_and_local_services_are_found_too(counsellor: Client):
    Subject.objects.create(code="SEJOUR", name="Titre de séjour", who_label="La préfecture")
    LocalServiceFactory(name="SOS paperasse", limits="Pas d’aide financière")
    page = counsellor.get(URL, {"q": "sejour"}).content.decode()
    assert "La préfecture" in page
    assert "SOS paperasse" not in page
    assert "Pas d’aide financière" in counsellor.get(URL, {"q": "paperasse"}).content.decode()


def test_nothing_found_says_what_to_try(counsellor: Client):
    assert "Rien ne correspond" in counsellor.get(URL, {"q": "<script>zz"}).content.decode()
    assert "L’annuaire est vide" in counsellor.get(URL).content.decode()


def test_the_directory_costs_the_same_for_one_contact_as_for_thirty(counsellor: Client, queries_for):
    def fill(count: int) -> None:
        for _ in range(count):
            commune = CommuneFactory()
            contact = ContactFactory()
            procedure = ProcedureFactory(operator=contact.operator)
            RuleFactory(contact=contact, procedure=procedure, commune=commune, departement_id=None)
            RuleFactory(contact=contact, epci=commune.epci, departement_id=None)
            RuleFactory(contact=contact, arrondissement=commune.arrondissement, departement_id=None)
            RuleFactory(contact=contact)
            LocalServiceFactory(commune=commune)

    fill(1)
    cost = queries_for(lambda: counsellor.get(URL))
    fill(29)
    assert queries_for(lambda: counsellor.get(URL)) == cost
