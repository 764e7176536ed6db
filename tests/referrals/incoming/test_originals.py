"""May the site, and it alone, read the mail from which an answer was taken?"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import JournalEntry
from referrals.attachments import vault
from referrals.incoming.taking import take
from referrals.models import IncomingMail, Referral
from tests.referrals.incoming import corpus


@pytest.fixture
def taken(referral: Referral) -> IncomingMail:
    return take(corpus.mail(referral, corpus.ZIMBRA.headers, corpus.ZIMBRA.body), now=timezone.now())


def url_of(mail: IncomingMail) -> str:
    return reverse("referrals:original", args=[mail.pk])


def test_the_original_is_shown_whole_and_each_reading_is_in_the_journal(
    counsellor: Client, taken: IncomingMail, referral: Referral
) -> None:
    page = counsellor.get(url_of(taken)).content.decode()
    assert corpus.ANSWER in page
    assert "Bien cordialement" in page
    assert "sollicite" in page
    assert JournalEntry.objects.about(referral.request.reference).filter(verb="message d’origine lu").count() == 1


def test_what_a_mail_holds_is_shown_as_text(counsellor: Client, referral: Referral) -> None:
    headers = "Message-ID: <x@exemple.fr>\nSubject: <b>a</b>\nContent-Type: text/plain; charset=utf-8"
    mail = take(corpus.mail(referral, headers, "<script>alert(1)</script>"), now=timezone.now())
    page = counsellor.get(url_of(mail)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "<b>a</b>" not in page


def test_the_request_leads_to_it_and_costs_no_statement_more(
    counsellor: Client, taken: IncomingMail, referral: Referral, queries_for
) -> None:
    address = referral.request.get_absolute_url()
    assert url_of(taken) in counsellor.get(address).content.decode()

    before = queries_for(lambda: counsellor.get(address))
    for number in range(5):
        take(corpus.simple(referral, f"Encore {number}", message_id=f"<{number}@exemple.fr>"), now=timezone.now())
    assert queries_for(lambda: counsellor.get(address)) == before


@pytest.mark.parametrize("persona", ["other_counsellor", "coordinator", "partner_manager", "superuser"])
def test_nobody_else_reads_it(persona: str, taken: IncomingMail, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(persona).get(url_of(taken)).status_code in (403, 404)


def test_an_original_that_was_erased_is_not_found(counsellor: Client, taken: IncomingMail) -> None:
    assert taken.original is not None
    vault.delete(taken.original)
    assert counsellor.get(url_of(taken)).status_code == 404
    IncomingMail.objects.update(original=None)
    assert counsellor.get(url_of(taken)).status_code == 404
