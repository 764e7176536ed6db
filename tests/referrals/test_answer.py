"""The contact answers without an account: the door, the four answers, and the links that no longer open."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import JournalEntry, User
from outbox.models import Message
from partners.models import Contact
from referrals import answers, links
from referrals.actions import AlreadyClosed, inform_resident
from referrals.models import Exchange, Happening, Identity, Referral, ServiceRequest
from structures.models import Structure
from tests.referrals.factories import ReferralFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral(waiting_request: ServiceRequest, contact: Contact) -> Referral:
    return ReferralFactory(
        request=waiting_request, contact=contact, sent_at=timezone.now(), question="Rien reçu en mai"
    )


@pytest.fixture
def url(referral: Referral) -> str:
    return f"/repondre/{links.token_for(referral)}/"


@pytest.fixture
def inside(url: str) -> Client:
    """A browser in which the button was pressed."""
    client = Client()
    client.post(url, {"open": "1"})
    return client


def test_a_mail_scanner_sees_nothing_and_changes_nothing(url: str, referral: Referral) -> None:
    scanner = Client()
    for _ in range(3):
        page = scanner.get(url)
        scanner.head(url)
        assert page.status_code == 200
        assert "Rien reçu en mai" not in page.content.decode()
    assert Exchange.objects.count() == 0
    referral.refresh_from_db()
    assert (referral.taken_at, referral.answered_at, referral.declined_at) == (None, None, None)


def test_one_button_opens_the_request(inside: Client, url: str) -> None:
    page = inside.get(url).content.decode()
    assert "Rien reçu en mai" in page
    assert Exchange.objects.get().kind == Happening.LINK_OPENED


def test_an_answer_from_a_page_left_open_until_its_session_ended_is_taken(url: str) -> None:
    Client().post(url, {"choice": "reponse", "text": "Payé lundi"})
    assert Exchange.objects.get(kind=Happening.ANSWERED).text == "Payé lundi"


def test_an_answer_to_correct_shows_the_request_only_as_an_opening(url: str) -> None:
    page = Client().post(url, {"choice": "autre"})
    assert page.status_code == 422
    assert Exchange.objects.get().kind == Happening.LINK_OPENED


def test_an_answer_sent_twice_is_one_answer(inside: Client, url: str, referral: Referral) -> None:
    referral.request.structure.mail = "site@exemple.fr"
    referral.request.structure.save()
    for _ in range(3):
        inside.post(url, {"choice": "reponse", "text": "Payé lundi"})
    assert Exchange.objects.filter(kind=Happening.ANSWERED).count() == 1
    assert Message.objects.count() == 1


def test_a_site_whose_address_is_wrong_never_costs_the_answer(inside: Client, url: str, referral: Referral) -> None:
    Structure.objects.filter(pk=referral.request.structure_id).update(mail="prénom..x@exemple.fr")
    assert inside.post(url, {"choice": "reponse", "text": "Payé lundi"}).status_code == 200
    assert ServiceRequest.objects.get().answered_at is not None


def test_reading_the_identity_from_the_link_is_in_the_journal(inside: Client, url: str, referral: Referral) -> None:
    Identity.objects.create(request=referral.request, name="M. D.", reach="02 61 91 00 99")
    assert "M. D." in inside.get(url).content.decode()
    line = JournalEntry.objects.get(verb="identité lue")
    assert (line.subject, line.user) == (referral.request.reference, None)


def test_taking_charge_stops_no_clock(inside: Client, url: str, referral: Referral) -> None:
    inside.post(url, {"choice": "prise-en-charge"})
    referral.refresh_from_db()
    assert referral.taken_at is not None
    assert (referral.answered_at, referral.request.answered_at) == (None, None)


@pytest.mark.parametrize(("choice", "kind"), [("reponse", Happening.ANSWERED), ("il-manque", Happening.MISSING)])
def test_an_answer_stops_the_operators_clock_and_the_site_is_told(
    inside: Client, url: str, referral: Referral, choice: str, kind: str
) -> None:
    referral.request.structure.mail = "site@exemple.fr"
    referral.request.structure.save()
    inside.post(url, {"choice": choice, "text": "Versement lundi"})
    request = ServiceRequest.objects.get()
    assert request.answered_at is not None
    assert request.resident_informed_at is None
    assert Exchange.objects.get(kind=kind).text == "Versement lundi"
    mail = Message.objects.get()
    assert mail.to_address == "site@exemple.fr"
    assert "Versement" not in mail.text + mail.html + mail.subject


def test_an_answer_without_words_is_refused_and_kept(inside: Client, url: str) -> None:
    response = inside.post(url, {"choice": "reponse", "text": "", "instead_text": "le service fraude"})
    assert response.status_code == 422
    assert "Écrivez votre réponse" in response.content.decode()
    assert "le service fraude" in response.content.decode()


def test_not_me_goes_on_to_the_next_in_rank_and_the_clock_keeps_running(
    inside: Client, url: str, referral: Referral, next_contact: Contact
) -> None:
    due = referral.request.due_at
    inside.post(url, {"choice": "pas-moi"})
    following = Referral.objects.exclude(pk=referral.pk).get()
    assert (following.contact, following.previous) == (next_contact, referral)
    request = ServiceRequest.objects.get()
    assert (request.due_at, request.answered_at, request.resident_informed_at) == (due, None, None)
    assert Message.objects.get().to_address == next_contact.mail


def test_whoever_said_not_me_reads_nothing_any_more(
    inside: Client, url: str, referral: Referral, next_contact: Contact
) -> None:
    inside.post(url, {"choice": "pas-moi"})
    for browser in (inside, Client()):
        response = browser.get(url)
        assert response.status_code == 410
        assert "passée à quelqu’un d’autre" in response.content.decode()
        assert "Rien reçu en mai" not in response.content.decode()


def test_a_contact_out_of_service_reads_nothing_any_more(inside: Client, url: str, contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(is_active=False)
    assert inside.get(url).status_code == 410


def test_a_colleague_who_has_only_a_telephone_is_left_for_the_site_to_call(
    inside: Client, url: str, referral: Referral, next_contact: Contact
) -> None:
    Contact.objects.filter(pk=next_contact.pk).update(mail="")
    page = inside.post(url, {"choice": "pas-moi", "instead": str(next_contact.pk)}).content.decode()
    assert f"va appeler {next_contact.name}" in page
    assert Referral.objects.get(contact=next_contact).channel == "phone"
    assert ServiceRequest.objects.to_call().count() == 1
    assert Message.objects.count() == 0


@pytest.mark.parametrize("choice", ["prise-en-charge", "reponse", "pas-moi"])
def test_a_request_closed_while_the_contact_was_typing_says_so_and_changes_nothing(
    waiting_request: ServiceRequest, referral: Referral, next_contact: Contact, choice: str
) -> None:
    gesture = {
        "prise-en-charge": lambda: answers.take_charge(referral=referral, now=timezone.now()),
        "reponse": lambda: answers.answer(referral=referral, kind="answered", text="Payé", now=timezone.now()),
        "pas-moi": lambda: answers.decline(referral=referral, now=timezone.now(), instead=None, says=""),
    }[choice]
    ServiceRequest.objects.update(closed_at=timezone.now(), resident_informed_at=timezone.now())
    with pytest.raises(AlreadyClosed):
        gesture()
    referral.refresh_from_db()
    assert (referral.taken_at, referral.answered_at, referral.declined_at) == (None, None, None)
    assert Exchange.objects.count() == 0


def test_not_me_said_twice_asks_one_person_only(
    inside: Client, url: str, referral: Referral, next_contact: Contact
) -> None:
    for _ in range(2):
        inside.post(url, {"choice": "pas-moi"})
    assert Referral.objects.count() == 2
    assert Message.objects.count() == 1


def test_not_me_with_nobody_left_gives_the_request_back_to_the_site(
    inside: Client, url: str, referral: Referral, counsellor: Client
) -> None:
    page = inside.post(url, {"choice": "pas-moi", "instead_text": "le service des impayés"}).content.decode()
    assert "reprend la main" in page
    assert Exchange.objects.filter(kind=Happening.NOBODY_LEFT).exists()
    assert ServiceRequest.objects.not_handed_over().count() == 1
    assert "le service des impayés" in counsellor.get(referral.request.get_absolute_url()).content.decode()


def test_a_link_altered_by_one_letter_opens_nothing(url: str) -> None:
    broken = url[:-3] + ("a" if url[-3] != "a" else "b") + url[-2:]
    response = Client().get(broken)
    assert response.status_code == 404
    assert "incomplet ou a été modifié" in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_over_30_days_old_opens_nothing(url: str, referral: Referral, method: str) -> None:
    Referral.objects.filter(pk=referral.pk).update(sent_at=timezone.now() - timedelta(days=31))
    response = getattr(Client(), method)(url, {"open": "1"})
    assert response.status_code == 410
    assert "30 jours" in response.content.decode()


def test_a_link_taken_back_opens_nothing_even_where_it_was_open(inside: Client, url: str, referral: Referral) -> None:
    Referral.objects.filter(pk=referral.pk).update(revoked_at=timezone.now())
    response = inside.get(url)
    assert response.status_code == 410
    assert "Rien reçu en mai" not in response.content.decode()


def test_a_link_ends_when_the_resident_has_her_answer(
    inside: Client, url: str, referral: Referral, counsellor_user: User
) -> None:
    inform_resident(request=referral.request, by=counsellor_user, now=timezone.now(), reason="solved_by_operator")
    refused = inside.post(url, {"choice": "reponse", "text": "Trop tard"})
    assert refused.status_code == 410
    assert "Trop tard" in refused.content.decode(), "what she wrote is hers: she may say it on the phone"
    assert not Exchange.objects.filter(text="Trop tard").exists()


def test_a_link_opened_twice_shows_what_was_already_answered(inside: Client, url: str) -> None:
    inside.post(url, {"choice": "il-manque", "text": "Un relevé bancaire"})
    again = Client()
    again.post(url, {"open": "1"})
    assert "Un relevé bancaire" in again.get(url).content.decode()


def test_a_nir_in_the_answer_is_refused_and_the_text_kept(inside: Client, url: str) -> None:
    response = inside.post(url, {"choice": "reponse", "text": "Assuré 184127645108946, payé"})
    assert response.status_code == 422
    assert "numéro de sécurité sociale" in response.content.decode()
    assert "Assuré 184127645108946, payé" in response.content.decode()
    assert not Exchange.objects.filter(kind=Happening.ANSWERED).exists()


def test_the_answer_page_is_kept_by_no_cache_and_tells_no_other_site(inside: Client, url: str) -> None:
    response = inside.get(url)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
