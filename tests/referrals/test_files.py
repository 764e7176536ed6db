"""Files on the page of a request and behind the contact's link: who may add, open and erase them."""

import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import JournalEntry, User
from partners.models import Contact
from referrals import links
from referrals.attachments import attaching, vault
from referrals.attachments.harmless import LARGEST
from referrals.forms.answer import IN_THE_FILES
from referrals.models import Attachment, Exchange, Happening, Referral, ServiceRequest
from tests.referrals import files
from tests.referrals.factories import AttachmentFactory, ReferralFactory

pytestmark = pytest.mark.django_db
NAME = "Avis d’imposition.pdf"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def referral(waiting_request: ServiceRequest, contact: Contact) -> Referral:
    return ReferralFactory(request=waiting_request, contact=contact, sent_at=timezone.now())


@pytest.fixture
def url(referral: Referral) -> str:
    return f"/repondre/{links.token_for(referral)}/"


@pytest.fixture
def inside(url: str) -> Client:
    client = Client()
    client.post(url, {"open": "1"})
    return client


@pytest.fixture
def of_the_site(waiting_request: ServiceRequest, counsellor_user: User) -> Attachment:
    return attaching.attach(
        request=waiting_request, content=files.pdf(), name=NAME, by=counsellor_user, now=timezone.now()
    )


def sent(content: bytes = files.pdf(), name: str = NAME) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def path(request: ServiceRequest, attachment: Attachment | None = None) -> str:
    return f"/demandes/{request.reference}/pieces/" + (f"{attachment.key}/" if attachment else "")


def test_a_counsellor_attaches_several_files_at_once(counsellor: Client, waiting_request: ServiceRequest) -> None:
    response = counsellor.post(
        path(waiting_request), {"attached": [sent(), sent(files.jpeg(), "photo.heic")]}, follow=True
    )
    page = response.content.decode()
    assert "2 pièces sont jointes." in page
    assert NAME in page
    assert "photo.heic.jpg" in page
    assert "non analysé" in page
    assert Exchange.objects.filter(kind=Happening.ATTACHED).count() == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", "ni un PDF"),
        (b"", "est vide"),
        (files.pdf(b"<< /S /JavaScript >>"), "JavaScript"),
        (b"%PDF" + bytes(LARGEST), "pèse"),
        (bytes(21 * 2**20), "pèse"),
    ],
)
def test_a_file_that_is_refused_says_why_by_its_name(
    counsellor: Client, waiting_request: ServiceRequest, content: bytes, reason: str
) -> None:
    response = counsellor.post(path(waiting_request), {"attached": [sent(), sent(content, "mauvais.pdf")]})
    assert response.status_code == 422
    page = response.content.decode()
    assert "«\u00a0mauvais.pdf\u00a0»" in page
    assert reason in page
    assert not Attachment.objects.exists()


def test_no_file_chosen_is_said(counsellor: Client, waiting_request: ServiceRequest) -> None:
    response = counsellor.post(path(waiting_request))
    assert response.status_code == 422
    assert "Choisissez un fichier." in response.content.decode()


def test_eleven_files_at_once_are_too_many(counsellor: Client, waiting_request: ServiceRequest) -> None:
    many = [sent(files.pdf(b"(%d)" % number)) for number in range(11)]
    assert counsellor.post(path(waiting_request), {"attached": many}).status_code == 422


def test_opening_a_file_gives_it_to_keep_and_is_in_the_journal(
    counsellor: Client, waiting_request: ServiceRequest, of_the_site: Attachment, counsellor_user: User
) -> None:
    counsellor.head(path(waiting_request, of_the_site))
    assert not JournalEntry.objects.exists()
    response = counsellor.get(path(waiting_request, of_the_site))
    assert response.content == files.pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    line = JournalEntry.objects.get()
    assert (line.verb, line.subject, line.user) == ("pièce lue", waiting_request.reference, counsellor_user)


@pytest.mark.parametrize("suffix", ["", "effacer/"])
def test_another_site_and_other_trades_never_reach_a_file(
    other_counsellor: Client,
    coordinator: Client,
    partner_manager: Client,
    superuser: Client,
    waiting_request: ServiceRequest,
    of_the_site: Attachment,
    suffix: str,
) -> None:
    at = path(waiting_request, of_the_site) + suffix
    statuses = [client.get(at).status_code for client in (other_counsellor, coordinator, partner_manager, superuser)]
    assert statuses == [404, 403, 403, 403]
    assert not JournalEntry.objects.exists()


def test_a_file_is_under_its_own_request_only(counsellor: Client, of_the_site: Attachment, waiting_request) -> None:
    another = AttachmentFactory(request__structure=waiting_request.structure)
    assert counsellor.get(path(another.request, of_the_site)).status_code == 404


def test_erasing_asks_first_then_leaves_a_line(
    counsellor: Client, waiting_request: ServiceRequest, of_the_site: Attachment
) -> None:
    at = path(waiting_request, of_the_site)
    assert "Effacer cette pièce" in counsellor.get(f"{at}effacer/").content.decode()
    assert Attachment.objects.kept().count() == 1
    page = counsellor.post(f"{at}effacer/", follow=True).content.decode()
    assert NAME not in page
    assert "Effacée le" in page
    assert counsellor.get(at).status_code == 404


def test_the_page_asks_as_much_of_the_database_for_ten_files_as_for_one(
    counsellor: Client, waiting_request: ServiceRequest, queries_for
) -> None:
    AttachmentFactory(request=waiting_request)
    at = waiting_request.get_absolute_url()
    counsellor.get(at)
    one = queries_for(lambda: counsellor.get(at))
    AttachmentFactory.create_batch(9, request=waiting_request)
    assert queries_for(lambda: counsellor.get(at)) == one


def test_a_contact_answers_with_files(inside: Client, url: str, referral: Referral, counsellor: Client) -> None:
    page = inside.post(
        url, {"choice": "reponse", "text": "Voici", "attached": [sent(), sent(files.png(), "capture.png")]}
    )
    assert "2 fichiers joints" in page.content.decode()
    exchange = Exchange.objects.get(kind=Happening.ANSWERED)
    assert {file.contact for file in exchange.attachments.all()} == {referral.contact}
    assert not Exchange.objects.filter(kind=Happening.ATTACHED).exists()
    assert "capture.png" in counsellor.get(referral.request.get_absolute_url()).content.decode()


def test_a_file_alone_is_an_answer(inside: Client, url: str) -> None:
    inside.post(url, {"choice": "reponse", "text": "", "attached": [sent()]})
    assert Exchange.objects.get(kind=Happening.ANSWERED).text == IN_THE_FILES


@pytest.mark.parametrize("content", [b"<html>", bytes(11 * 2**20)], ids=["wrong", "too large"])
def test_a_refused_file_costs_the_contact_nothing_she_typed(inside: Client, url: str, content: bytes) -> None:
    response = inside.post(url, {"choice": "reponse", "text": "Payé lundi", "attached": [sent(content)]})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Payé lundi" in page
    assert f"«\u00a0{NAME}\u00a0»" in page
    assert not Exchange.objects.filter(kind=Happening.ANSWERED).exists()


def test_a_file_with_not_me_goes_to_nobody(inside: Client, url: str, next_contact: Contact) -> None:
    assert inside.post(url, {"choice": "pas-moi", "attached": [sent()]}).status_code == 422
    assert Referral.objects.count() == 1


def test_files_that_come_with_taking_charge_have_their_own_line(inside: Client, url: str) -> None:
    inside.post(url, {"choice": "prise-en-charge", "attached": [sent()]})
    exchange = Attachment.objects.get().exchange
    assert exchange is not None
    assert exchange.kind == Happening.ATTACHED


def test_a_contact_opens_what_the_site_attached_and_what_she_sent_only(
    inside: Client, url: str, of_the_site: Attachment, referral: Referral, next_contact: Contact
) -> None:
    hers = attaching.attach(
        request=referral.request, content=files.png(), name="à moi.png", contact=referral.contact, now=timezone.now()
    )
    of_another = attaching.attach(
        request=referral.request, content=files.jpeg(), name="autre.jpg", contact=next_contact, now=timezone.now()
    )
    page = inside.get(url).content.decode()
    assert (NAME in page, "à moi.png" in page, "autre.jpg" in page) == (True, True, False)
    statuses = [inside.get(f"{url}pieces/{file.key}/").status_code for file in (of_the_site, hers, of_another)]
    assert statuses == [200, 200, 404]
    line = JournalEntry.objects.filter(verb="pièce lue").first()
    assert line is not None
    assert (line.user, line.actor) == (None, str(referral.contact))


def test_a_file_is_behind_the_button_too(url: str, of_the_site: Attachment) -> None:
    assert Client().get(f"{url}pieces/{of_the_site.key}/")["Location"] == url


def test_a_link_taken_back_opens_no_file(inside: Client, url: str, of_the_site: Attachment, referral: Referral) -> None:
    Referral.objects.filter(pk=referral.pk).update(revoked_at=timezone.now())
    assert inside.get(f"{url}pieces/{of_the_site.key}/").status_code == 410


def test_a_file_that_left_the_vault_is_not_there(
    counsellor: Client, waiting_request: ServiceRequest, of_the_site: Attachment
) -> None:
    vault.delete(of_the_site.key)
    assert counsellor.get(path(waiting_request, of_the_site)).status_code == 404
    assert counsellor.get(f"/demandes/{waiting_request.reference}/pieces/{uuid.uuid4()}/").status_code == 404
