"""A file becomes part of a request once it is known to be harmless, and leaves it for good."""

import io
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from PIL import Image

from accounts.models import JournalEntry, User
from partners.models import Contact
from referrals.attachments import attaching, vault
from referrals.attachments.attaching import Refused
from referrals.models import Attachment, Happening, Scan, ServiceRequest
from tests.referrals import files
from tests.referrals.clamd import VIRUS, clamd, nobody
from tests.referrals.factories import ReferralFactory

pytestmark = pytest.mark.django_db
NIR = "1 84 12 76 451 089 46"


@pytest.fixture
def attach(waiting_request: ServiceRequest, counsellor_user: User):
    def attach(content: bytes = files.pdf(), name: str = "Avis.pdf", **others) -> Attachment:
        whose = others or {"by": counsellor_user}
        return attaching.attach(request=waiting_request, content=content, name=name, now=timezone.now(), **whose)

    return attach


@pytest.fixture
def infected() -> bytes:
    return files.pdf(b"(" + VIRUS + b")")


def kinds(request: ServiceRequest) -> list[str]:
    return list(request.exchanges.values_list("kind", flat=True))


def test_a_file_is_kept_sealed_with_its_line(attach, waiting_request: ServiceRequest) -> None:
    attachment = attach(name="../Avis d’impôt.exe")
    attachment.refresh_from_db()
    assert vault.read(attachment.key) == files.pdf()
    assert (attachment.name, attachment.kind, attachment.scan) == ("Avis d’impôt.exe.pdf", "pdf", Scan.NOT_SCANNED)
    assert kinds(waiting_request) == [Happening.ATTACHED]
    assert attachment.exchange.text == ""


def test_a_contacts_file_is_hers_and_belongs_to_her_hand_over(attach, waiting_request, contact: Contact) -> None:
    referral = ReferralFactory(request=waiting_request, contact=contact)
    attachment = attach(contact=contact)
    assert (attachment.contact, attachment.added_by) == (contact, None)
    assert (attachment.exchange.referral, attachment.exchange.actor) == (referral, str(contact))


def test_the_same_file_twice_is_one(attach, waiting_request, contact: Contact) -> None:
    assert attach() == attach(name="autre nom.pdf") == attach(contact=contact)
    assert kinds(waiting_request) == [Happening.ATTACHED]


def test_an_erased_file_may_be_attached_again(attach, counsellor_user: User) -> None:
    first = attach()
    attaching.erase(attachment=first, by=counsellor_user, now=timezone.now())
    assert attach() != first


def test_a_photo_tells_neither_where_nor_by_whom_it_was_taken(attach) -> None:
    content = vault.read(attach(files.jpeg(), "photo.heic").key)
    assert files.AUTHOR.encode() not in content
    assert Image.open(io.BytesIO(content)).size == (48, 32)


def test_a_social_security_number_is_kept_in_no_name(attach) -> None:
    assert attach(name=f"{NIR}.pdf").name == "piece.pdf"


def test_a_request_has_ten_files_and_no_more(attach, waiting_request, counsellor_user: User) -> None:
    last = [attach(files.pdf(b"(%d)" % number)) for number in range(attaching.MOST_FILES)][-1]
    with pytest.raises(Refused, match="10 pièces"):
        attach(files.pdf(b"(one more)"))
    assert attach(files.pdf(b"(9)")) == last
    attaching.erase(attachment=last, by=counsellor_user, now=timezone.now())
    attach(files.pdf(b"(one more)"))


def test_nothing_is_attached_to_a_closed_request(attach, waiting_request: ServiceRequest) -> None:
    ServiceRequest.objects.update(closed_at=timezone.now(), resident_informed_at=timezone.now())
    with pytest.raises(Refused, match="close"):
        attach()
    assert not Attachment.objects.exists()


def test_a_virus_is_refused_and_noted(attach, infected: bytes, settings, waiting_request: ServiceRequest) -> None:
    with clamd() as settings.CLAMAV, pytest.raises(Refused, match="virus"):
        attach(infected)
    assert not Attachment.objects.exists()
    line = JournalEntry.objects.get()
    assert (line.verb, line.subject) == ("fichier infecté refusé", waiting_request.reference)


def test_a_scanned_file_is_clean(attach, settings) -> None:
    with clamd() as settings.CLAMAV:
        assert attach().scan == Scan.CLEAN


def test_a_scanner_that_hangs_makes_several_files_wait_once(
    waiting_request, counsellor_user, settings, monkeypatch
) -> None:
    monkeypatch.setattr("referrals.attachments.scanning.LONGEST_SECONDS", 0.5)
    uploads = [(f"{n}.pdf", files.pdf(b"(%d)" % n)) for n in range(8)]
    began = time.monotonic()
    with clamd(mood="silent") as settings.CLAMAV:
        examined = attaching.examine_all(
            request=waiting_request, uploads=uploads, now=timezone.now(), by=counsellor_user
        )
    assert {file.scan for file in examined} == {Scan.NOT_SCANNED}
    assert time.monotonic() - began < 1.5


def test_several_files_are_attached_together_or_not_at_all(waiting_request, counsellor_user: User) -> None:
    uploads = [("bon.pdf", files.pdf()), ("page.pdf", b"<html>"), ("vide.png", b"")]
    with pytest.raises(Refused) as refused:
        attaching.examine_all(request=waiting_request, uploads=uploads, now=timezone.now(), by=counsellor_user)
    assert [reason.partition("n’est")[0].strip() for reason in refused.value.args] == [
        "«\u00a0page.pdf\u00a0»",
        "«\u00a0vide.png\u00a0»",
    ]


def test_erasing_leaves_the_row_the_line_and_nothing_else(attach, waiting_request, counsellor_user: User) -> None:
    attachment, now = attach(), timezone.now()
    for _ in range(2):
        attaching.erase(attachment=attachment, by=counsellor_user, now=now)
    attachment.refresh_from_db()
    assert (attachment.erased_at, attachment.name, attachment.digest) == (now, "", "")
    assert kinds(waiting_request) == [Happening.ATTACHED, Happening.FILE_ERASED]
    assert JournalEntry.objects.get().verb == "pièce effacée"


@pytest.mark.django_db(transaction=True)
def test_the_file_goes_when_the_erasure_is_sure(attach, counsellor_user: User) -> None:
    attachment = attach()
    with transaction.atomic():
        attaching.erase(attachment=attachment, by=counsellor_user, now=timezone.now())
        transaction.set_rollback(True)
    assert vault.read(attachment.key)
    attaching.erase(attachment=attachment, by=counsellor_user, now=timezone.now())
    with pytest.raises(vault.Gone):
        vault.read(attachment.key)


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_transaction_was_undone_is_an_orphan(attach) -> None:
    before = set(vault.keys())
    with transaction.atomic():
        attach()
        transaction.set_rollback(True)
    (orphan,) = set(vault.keys()) - before
    assert orphan in vault.orphans(timezone.now() + timedelta(days=1, minutes=1))


@pytest.mark.django_db(transaction=True)
def test_what_was_not_scanned_is_scanned_when_a_scanner_is_there(
    attach, infected: bytes, settings, waiting_request: ServiceRequest
) -> None:
    settings.CLAMAV = nobody()
    clean, later_known = attach(), attach(infected, "facture.pdf")
    assert attaching.scan_again(timezone.now()) == 0
    with clamd() as settings.CLAMAV:
        assert attaching.scan_again(timezone.now()) == 2
        assert attaching.scan_again(timezone.now()) == 0
    clean.refresh_from_db()
    later_known.refresh_from_db()
    assert (clean.scan, clean.erased_at) == (Scan.CLEAN, None)
    assert later_known.erased_at is not None
    with pytest.raises(vault.Gone):
        vault.read(later_known.key)
    assert kinds(waiting_request)[-1] == Happening.FILE_ERASED
