"""Who to call, now: the cards, the question that decides, and the hand-over itself."""

import pytest
from django.test import Client

from accounts.models import JournalEntry, Team
from outbox.models import Message
from partners.models import Contact, Procedure, Subject
from referrals.models import Identity, Referral, ReferralChannel, ServiceRequest
from structures.models import Location, Structure
from tests.partners.factories import ContactFactory, OperatorFactory, RuleFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(waiting_request: ServiceRequest) -> str:
    return f"/demandes/{waiting_request.reference}/transmettre/"


def test_the_card_says_who_why_and_how(counsellor: Client, url: str, contact: Contact) -> None:
    page = counsellor.get(url).content.decode()
    assert "Claire Martin" in page
    assert "Suit toutes les démarches de l’opérateur · couvre tout le département" in page
    assert 'href="tel:0261910020"' in page
    assert "claire.martin@exemple.fr" in page


def test_nobody_left_is_said_plainly_with_the_partner_office(counsellor: Client, url: str) -> None:
    page = counsellor.get(url).content.decode()
    assert "Plus personne à solliciter" in page
    assert "Cellule partenaires" in page
    assert "02\u00a061\u00a091\u00a000\u00a001" in page


def test_where_the_procedure_ends_is_said_before_handing_over(
    counsellor: Client, url: str, contact: Contact, waiting_request: ServiceRequest
) -> None:
    ends_at = Subject.objects.create(code="mairie", name="Passeport", who_label="La mairie", note="Sur rendez-vous.")
    Procedure.objects.filter(pk=waiting_request.procedure_id).update(ends_at=ends_at)
    page = counsellor.get(url).content.decode()
    assert "Cela se termine ailleurs\u00a0: La mairie" in page
    assert "Sur rendez-vous." in page


def test_by_mail_the_message_is_written_and_the_request_waits_for_the_operator(
    counsellor: Client, url: str, contact: Contact
) -> None:
    response = counsellor.post(url, {"mail": contact.pk, "question": "Rien reçu en mai"})
    assert response.status_code == 302
    assert Message.objects.get().to_address == contact.mail
    assert ServiceRequest.objects.get().referred_at is not None


def test_by_phone_the_call_waits_to_be_noted_and_nothing_is_mailed(
    counsellor: Client, url: str, contact: Contact
) -> None:
    page = counsellor.post(url, {"phone": contact.pk}, follow=True).content.decode()
    assert Referral.objects.get().channel == ReferralChannel.PHONE
    assert Message.objects.count() == 0
    assert [
        label for label in ("Répondu", "Pas de réponse", "À rappeler", "Mauvais interlocuteur") if label in page
    ] == [
        "Répondu",
        "Pas de réponse",
        "À rappeler",
        "Mauvais interlocuteur",
    ]


def test_a_name_is_kept_only_when_given_and_is_journalled(counsellor: Client, url: str, contact: Contact) -> None:
    counsellor.post(url, {"mail": contact.pk, "name": "M. D.", "reach": "02 61 91 00 99"})
    assert Identity.objects.get().name == "M. D."
    assert JournalEntry.objects.get().verb == "identité saisie"


def test_answering_the_question_narrows_the_cards_and_keeps_what_was_typed(
    counsellor: Client, url: str, waiting_request: ServiceRequest, contact: Contact, partner_office: Team
) -> None:
    msa = OperatorFactory(code="MSA", name="MSA")
    procedure = waiting_request.procedure
    procedure.question, procedure.alternative_operator = "Régime agricole ?", msa
    procedure.save()
    RuleFactory(contact=ContactFactory(operator=msa, office=partner_office, name="Rose Agricole"))
    before = counsellor.get(url).content.decode()
    after = counsellor.post(url, {"reponse": "MSA", "question": "Rien reçu en mai"}).content.decode()
    assert "Claire Martin" in before
    assert "Rose Agricole" in before
    assert "Claire Martin" not in after
    assert "Rien reçu en mai" in after
    assert Referral.objects.count() == 0


def test_enter_in_a_field_hands_nothing_over(counsellor: Client, url: str, contact: Contact) -> None:
    response = counsellor.post(url, {"name": "M. D."})
    assert response.status_code == 200
    assert 'value="M. D."' in response.content.decode()
    assert (Referral.objects.count(), Identity.objects.count()) == (0, 0)


def test_a_nir_in_the_file_number_is_refused_and_the_question_kept(
    counsellor: Client, url: str, contact: Contact
) -> None:
    type(contact.operator).objects.update(file_number_name="numéro d’allocataire")
    typed = {"mail": contact.pk, "question": "Rien reçu", "file_number": "2 84 12 2A 451 089 70"}
    response = counsellor.post(url, typed | {"file_number": "184127645108946"})
    assert response.status_code == 422
    assert "Rien reçu" in response.content.decode()
    assert Referral.objects.count() == 0


def test_two_clicks_send_one_message(counsellor: Client, url: str, contact: Contact) -> None:
    for _ in range(3):
        counsellor.post(url, {"mail": contact.pk, "question": "Rien reçu en mai"})
    assert (Referral.objects.count(), Message.objects.count()) == (1, 1)


def test_another_question_to_the_same_contact_is_another_hand_over(
    counsellor: Client, url: str, contact: Contact
) -> None:
    counsellor.post(url, {"mail": contact.pk, "question": "Rien reçu en mai"})
    counsellor.post(url, {"phone": contact.pk, "question": "Et en juin ?"})
    assert (Referral.objects.count(), Message.objects.count()) == (2, 1)


def test_a_contact_that_left_meanwhile_is_said_and_the_question_kept(
    counsellor: Client, url: str, contact: Contact
) -> None:
    Contact.objects.update(is_active=False)
    response = counsellor.post(url, {"mail": contact.pk, "question": "Rien reçu en mai", "name": "M. D."})
    assert response.status_code == 404
    assert "n’est plus dans votre annuaire" in response.content.decode()
    assert "Rien reçu en mai" in response.content.decode()
    assert Identity.objects.count() == 0


def test_the_commune_of_the_person_decides_and_is_kept(
    counsellor: Client, url: str, waiting_request: ServiceRequest, contact: Contact, partner_office: Team
) -> None:
    le_havre = CommuneFactory(le_havre=True)
    there = ContactFactory(operator=contact.operator, office=partner_office, name="Aude du Havre")
    RuleFactory(contact=there, departement_id=None, commune=le_havre)
    page = counsellor.post(url, {"commune": "le havre", "question": "Rien reçu"}).content.decode()
    assert page.index("Aude du Havre") < page.index("Claire Martin")
    assert "Rien reçu" in page
    waiting_request.refresh_from_db()
    assert waiting_request.commune == le_havre


def test_the_commune_of_the_site_is_proposed_and_is_not_taken_for_the_persons(
    counsellor: Client, url: str, waiting_request: ServiceRequest, contact: Contact
) -> None:
    shown = counsellor.get(url).context["form"]["commune"].value()
    counsellor.post(url, {"mail": contact.pk, "commune": shown})
    waiting_request.refresh_from_db()
    assert shown == Location.objects.get().commune.name
    assert waiting_request.commune is None


def test_a_structure_without_a_partner_office_offers_nobody(
    counsellor: Client, url: str, waiting_request: ServiceRequest, contact: Contact
) -> None:
    Structure.objects.update(partner_office=None)
    page = counsellor.get(url).content.decode()
    assert "Claire Martin" not in page
    assert "Aucune équipe partenaires" in page


def test_the_office_of_a_bus_is_nobodys_commune(
    counsellor: Client, url: str, waiting_request: ServiceRequest, contact: Contact
) -> None:
    Structure.objects.filter(pk=waiting_request.structure_id).update(kind="bus")
    Location.objects.update(kind="office")
    page = counsellor.get(url).content.decode()
    assert "Dans quelle commune habite la personne" in page
    assert "Claire Martin" not in page


def test_a_contact_of_another_office_cannot_be_asked(counsellor: Client, url: str) -> None:
    assert counsellor.post(url, {"mail": ContactFactory().pk}).status_code == 404
    assert Referral.objects.count() == 0


@pytest.mark.parametrize("number", ["", "abc", "-1", "99999999999999999999"])
def test_a_contact_that_does_not_exist_is_not_found(counsellor: Client, url: str, number: str) -> None:
    assert counsellor.post(url, {"mail": number}).status_code == 404


def test_whoever_said_not_me_is_not_offered_again(
    counsellor: Client, url: str, contact: Contact, next_contact: Contact
) -> None:
    counsellor.post(url, {"phone": contact.pk})
    referral = Referral.objects.get()
    counsellor.post(f"/demandes/{referral.request.reference}/appels/{referral.pk}/", {"kind": "wrong_contact"})
    page = counsellor.get(url).content.decode()
    assert "Luc Bernard" in page
    assert 'id="contact-' + str(contact.pk) not in page


def test_a_closed_request_is_not_handed_over(
    counsellor: Client, url: str, contact: Contact, waiting_request: ServiceRequest
) -> None:
    counsellor.post(f"/demandes/{waiting_request.reference}/usager-informe/", {"reason": "solved_here"})
    response = counsellor.post(url, {"mail": contact.pk}, follow=True)
    assert response.status_code == 409
    assert "La demande a été close pendant que vous écriviez" in response.content.decode()
    assert Referral.objects.count() == 0
