"""The directory's page: colleagues read the contacts that their own partner office keeps; it is never public."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team
from partners.models import Contact, Subject
from structures.models import Structure
from tests.accounts.factories import TeamFactory
from tests.partners.factories import ContactFactory, LocalServiceFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory

URL = "/annuaire/"
PERSONAS = ["counsellor", "coordinator", "foreign_coordinator", "partner_manager", "digital_coordinator"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def of_our_office(structure: Structure, partner_office: Team) -> Contact:
    return ContactFactory(
        name="Claire Dubois", phone="0261910012", note="Le matin seulement", office=partner_office, checked_on=None
    )


@pytest.fixture
def of_another_office() -> Contact:
    contact: Contact = ContactFactory(
        name="Yann Voisin", phone="0261910099", direct_phone="0261910098", mail="yann.voisin@exemple.fr"
    )
    contact.operator.public_phone = "0261910001"
    contact.operator.save()
    return contact


def test_nobody_outside_reads_it(client: Client, of_our_office: Contact) -> None:
    answer = client.get(URL)
    assert answer.status_code == 302
    assert "/compte/login/" in answer.headers["Location"]


@pytest.mark.parametrize("persona", ["counsellor", "coordinator", "partner_manager"])
def test_colleagues_read_the_contacts_that_their_office_keeps(
    request: pytest.FixtureRequest, of_our_office: Contact, persona: str
) -> None:
    page = request.getfixturevalue(persona).get(URL).content.decode()
    assert "Claire Dubois" in page
    assert 'href="tel:0261910012"' in page
    assert "02\u00a061\u00a091\u00a000\u00a012" in page
    assert "Le matin seulement" in page
    assert "jamais vérifié" in page


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("search", ["", "yann", "exemple"])
def test_a_contact_of_another_office_is_on_nobodys_page(
    request: pytest.FixtureRequest, structure: Structure, of_another_office: Contact, persona: str, search: str
) -> None:
    client = request.getfixturevalue(persona)
    page = client.get(URL, {"q": search}).content.decode()
    for private in ("Voisin", "0261910099", "0261910098", "yann.voisin"):
        assert private not in page


@pytest.mark.parametrize("persona", ["foreign_coordinator", "digital_coordinator"])
def test_who_has_no_office_reads_the_operators_and_their_public_lines(
    request: pytest.FixtureRequest, of_our_office: Contact, of_another_office: Contact, persona: str
) -> None:
    ProcedureFactory(operator=of_another_office.operator, name="Prime d’activité")
    page = request.getfixturevalue(persona).get(URL).content.decode()
    assert of_another_office.operator.name in page
    assert 'href="tel:0261910001"' in page
    assert "Prime d’activité" in page
    assert "Claire Dubois" not in page


def test_a_stand_in_that_another_office_keeps_is_not_named(
    counsellor: Client, of_our_office: Contact, of_another_office: Contact
) -> None:
    today = timezone.localdate()
    Contact.objects.filter(pk=of_our_office.pk).update(
        stand_in=of_another_office, absent_from=today, absent_until=today
    )
    page = counsellor.get(URL).content.decode()
    assert "absent jusqu’au" in page
    assert "Voisin" not in page


def test_a_superuser_without_a_team_does_not(superuser: Client) -> None:
    assert superuser.get(URL).status_code == 403


def test_an_absent_contact_names_the_stand_in(counsellor: Client, of_our_office: Contact) -> None:
    today = timezone.localdate()
    ContactFactory(
        operator=of_our_office.operator,
        office=of_our_office.office,
        stand_in=of_our_office,
        absent_from=today,
        absent_until=today,
    )
    page = counsellor.get(URL).content.decode()
    assert "absent jusqu’au" in page
    assert "En son absence\u00a0: Claire Dubois" in page


def test_needs_outside_the_operators_and_local_services_are_found_too(counsellor: Client) -> None:
    Subject.objects.create(code="SEJOUR", name="Titre de séjour", who_label="La préfecture")
    LocalServiceFactory(name="SOS paperasse", limits="Pas d’aide financière")
    page = counsellor.get(URL, {"q": "sejour"}).content.decode()
    assert "La préfecture" in page
    assert "SOS paperasse" not in page
    assert "Pas d’aide financière" in counsellor.get(URL, {"q": "paperasse"}).content.decode()


def test_nothing_found_says_what_to_try(counsellor: Client) -> None:
    assert "Rien ne correspond" in counsellor.get(URL, {"q": "<script>zz"}).content.decode()
    assert "L’annuaire est vide" in counsellor.get(URL).content.decode()


def test_the_directory_costs_the_same_for_one_contact_as_for_thirty(
    counsellor: Client, partner_office: Team, queries_for
) -> None:
    def fill(count: int) -> None:
        for _ in range(count):
            commune = CommuneFactory()
            contact = ContactFactory(office=partner_office)
            procedure = ProcedureFactory(operator=contact.operator)
            RuleFactory(contact=contact, procedure=procedure, commune=commune, departement_id=None)
            RuleFactory(contact=contact, epci=commune.epci, departement_id=None)
            RuleFactory(contact=contact, arrondissement=commune.arrondissement, departement_id=None)
            RuleFactory(contact=contact)
            LocalServiceFactory(commune=commune)

    fill(1)
    cost = queries_for(lambda: counsellor.get(URL))
    fill(29)
    TeamFactory(partner_office=True)
    assert queries_for(lambda: counsellor.get(URL)) == cost


def test_as_one_types_the_results_alone_are_sent(counsellor: Client, of_our_office: Contact) -> None:
    ProcedureFactory(operator=of_our_office.operator, name="Carte grise")
    part = counsellor.get(URL, {"q": "carte grsie"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "vouliez-vous dire" in part
    whole = counsellor.get(
        URL, {"q": "carte"}, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    ).content.decode()
    assert "<html" in whole


def test_the_sheet_of_a_procedure_says_everything_about_it(counsellor: Client, of_our_office: Contact) -> None:
    mairie = Subject.objects.create(code="IDENTITE", name="Passeport", who_label="La mairie")
    procedure = ProcedureFactory(
        operator=of_our_office.operator, name="Passeport", what_to_bring="Une photo|Un timbre", ends_at=mairie
    )
    commune = CommuneFactory(dieppe=True)
    RuleFactory(contact=of_our_office, commune=commune, departement_id=None)
    LocalServiceFactory(name="Point conseil", limits="Deux heures").procedures.add(procedure)
    page = counsellor.get(f"{URL}demarches/{procedure.code}/", {"commune": "dieppe"}).content.decode()
    for said in (
        "La mairie",
        "Une photo",
        "Un timbre",
        "Claire Dubois",
        "couvre Dieppe",
        "Point conseil",
        "Deux heures",
    ):
        assert said in page, said
    assert counsellor.get(f"{URL}demarches/RIEN/").status_code == 404


def test_a_sheet_never_names_the_contact_of_another_office(counsellor: Client, of_another_office: Contact) -> None:
    commune = CommuneFactory(dieppe=True)
    RuleFactory(contact=of_another_office, commune=commune, departement_id=None)
    procedure = ProcedureFactory(operator=of_another_office.operator)
    page = counsellor.get(f"{URL}demarches/{procedure.code}/", {"commune": "dieppe"}).content.decode()
    assert "Voisin" not in page


def test_a_commune_that_nobody_knows_is_said_and_hides_nothing(counsellor: Client, of_our_office: Contact) -> None:
    page = counsellor.get(URL, {"commune": "Nulle-Part"}).content.decode()
    assert "n’est pas connue" in page
    assert "Claire Dubois" in page
