"""Is what contacts receive one thread, short, without a word about the resident, and can it be answered?"""

from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from outbox.messages import seal
from outbox.models import Message
from partners.models import Contact
from referrals import actions, emails
from referrals.actions import AlreadyWrittenToday, keep_identity, refer, revoke
from referrals.answers import decline
from referrals.models import Referral, ReferralChannel, ServiceRequest
from referrals.reply_addresses import address_of, group_mark
from schedules.calendars import PARIS
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def request_of_monday(waiting_request: ServiceRequest) -> ServiceRequest:
    times = {"received_at": MONDAY - timedelta(minutes=5), "due_at": MONDAY + timedelta(hours=72)}
    ServiceRequest.objects.filter(pk=waiting_request.pk).update(**times)
    waiting_request.refresh_from_db()
    return waiting_request


def by_mail(request: ServiceRequest, contact: Contact, now: datetime, question: str = "Une question") -> Referral:
    channel = ReferralChannel.MAIL
    return refer(
        request=request, contact=contact, channel=channel, question=question, by=request.author, now=now
    ).referral


def sent_for(referral: Referral) -> Message:
    return Message.objects.get(key=emails.key_of(referral))


def test_the_second_mail_to_a_contact_answers_the_first(request_of_monday: ServiceRequest, contact: Contact) -> None:
    first = sent_for(by_mail(request_of_monday, contact, MONDAY))
    second = sent_for(by_mail(request_of_monday, contact, TUESDAY, "Autre question"))
    third = sent_for(by_mail(request_of_monday, contact, TUESDAY + timedelta(days=1), "Encore une"))

    assert "In-Reply-To" not in first.headers
    for following in (second, third):
        assert following.headers["In-Reply-To"] == following.headers["References"] == first.message_id
        assert following.subject == first.subject


def test_each_contact_and_each_request_has_a_thread_of_its_own(
    request_of_monday: ServiceRequest, contact: Contact, next_contact: Contact
) -> None:
    by_mail(request_of_monday, contact, MONDAY)
    other = sent_for(by_mail(request_of_monday, next_contact, MONDAY))
    assert "In-Reply-To" not in other.headers


def test_the_thread_holds_when_its_texts_are_erased(request_of_monday: ServiceRequest, contact: Contact) -> None:
    referral = by_mail(request_of_monday, contact, MONDAY)
    Message.objects.update(headers={}, text="", subject="")
    assert emails.thread_headers(referral)["In-Reply-To"] == sent_for(referral).message_id


def test_a_mail_is_answered_at_its_signed_address(request_of_monday: ServiceRequest, contact: Contact) -> None:
    referral = by_mail(request_of_monday, contact, MONDAY)
    message = sent_for(referral)
    envelope = seal(message.mail, message_id=message.message_id, from_email="Réseau <a@exemple.fr>", written_at=MONDAY)
    mail = message_from_bytes(envelope.content, policy=policy.default)

    assert mail["Reply-To"] == address_of(referral) == envelope.sender
    assert "Return-Path" not in mail
    assert "Auto-Submitted" not in mail
    for body in (message.text, message.html):
        assert "Répondez à ce message, ou" in body


def test_returns_go_to_the_common_address_when_the_server_may_not_speak_for_another(
    request_of_monday: ServiceRequest, contact: Contact, settings: Settings
) -> None:
    settings.REPLY_TAKES_RETURNS = False
    message = sent_for(by_mail(request_of_monday, contact, MONDAY))
    envelope = seal(message.mail, message_id=message.message_id, from_email="a@exemple.fr", written_at=MONDAY)
    assert envelope.sender == "a@exemple.fr"


def test_without_a_box_for_replies_the_link_alone_is_named(
    request_of_monday: ServiceRequest, contact: Contact, settings: Settings
) -> None:
    settings.REPLY_ADDRESS = ""
    message = sent_for(by_mail(request_of_monday, contact, MONDAY))
    assert "Reply-To" not in message.headers
    assert "Répondez à ce message" not in message.text + message.html
    assert "Voir la demande et répondre" in message.text


def test_no_mail_says_a_word_about_the_resident(request_of_monday: ServiceRequest, contact: Contact) -> None:
    keep_identity(
        request=request_of_monday, name="Zoé Durand", reach="02 61 91 00 77", file_number="7654321",
        by=request_of_monday.author, now=MONDAY,
    )  # fmt: skip
    message = sent_for(by_mail(request_of_monday, contact, MONDAY, "Pourquoi Zoé attend-elle ?"))
    whole = f"{message.subject}{message.text}{message.html}{message.headers}"
    for personal in ("Zoé", "Durand", "02 61 91 00 77", "7654321"):
        assert personal not in whole


def test_one_mail_a_day_for_one_request_to_one_contact(request_of_monday: ServiceRequest, contact: Contact) -> None:
    first = by_mail(request_of_monday, contact, MONDAY)
    with pytest.raises(AlreadyWrittenToday):
        by_mail(request_of_monday, contact, MONDAY + timedelta(hours=2), "Autre question")
    revoke(referral=first, by=request_of_monday.author, now=MONDAY)
    with pytest.raises(AlreadyWrittenToday):
        by_mail(request_of_monday, contact, datetime(2026, 11, 23, 23, 59, tzinfo=PARIS), "Autre question")

    assert by_mail(request_of_monday, contact, datetime(2026, 11, 24, 0, 1, tzinfo=PARIS), "Autre question")
    assert Message.objects.count() == 2


def test_the_same_day_another_request_or_a_call_is_possible(
    request_of_monday: ServiceRequest, contact: Contact
) -> None:
    by_mail(request_of_monday, contact, MONDAY)
    other = ServiceRequestFactory(procedure=request_of_monday.procedure, received_at=MONDAY - timedelta(hours=1))
    assert by_mail(other, contact, MONDAY)
    channel = ReferralChannel.PHONE
    called = refer(
        request=request_of_monday, contact=contact, channel=channel, question="", by=other.author, now=MONDAY
    )
    assert called.is_new


def test_who_is_named_instead_and_was_mailed_today_is_to_be_called(
    request_of_monday: ServiceRequest, contact: Contact, next_contact: Contact
) -> None:
    by_mail(request_of_monday, next_contact, MONDAY, "Une première question")
    referral = by_mail(request_of_monday, contact, MONDAY)
    passed_on = decline(referral=referral, now=MONDAY, instead=next_contact, says="")
    assert (passed_on.contact, passed_on.by_mail) == (next_contact, False)


def test_the_page_says_that_a_mail_left_today_and_keeps_the_question(
    counsellor: Client, waiting_request: ServiceRequest, contact: Contact
) -> None:
    url = reverse("referrals:hand_over", args=[waiting_request.reference])
    counsellor.post(url, {"mail": contact.pk, "question": "Une question"})
    page = counsellor.post(url, {"mail": contact.pk, "question": "Une autre, plus précise"})

    assert page.status_code == 422
    assert "déjà parti aujourd’hui" in page.content.decode()
    assert "Une autre, plus précise" in page.content.decode()
    assert waiting_request.referrals.count() == 1


def test_several_requests_taken_up_at_once_are_answered_at_an_address_of_their_own(
    request_of_monday: ServiceRequest, contact: Contact
) -> None:
    other = ServiceRequestFactory(procedure=request_of_monday.procedure)
    one, two = (
        ReferralFactory(request=request, contact=contact, previous=ReferralFactory(request=request))
        for request in (request_of_monday, other)
    )
    alone, both = emails.taken_up([one]), emails.taken_up([one, two])
    assert alone.headers["Reply-To"] == address_of(one)
    assert "Répondez" in alone.text
    assert group_mark(both.headers["Reply-To"]) is not None
    assert "Répondez à ce message en citant la référence" in both.text


def test_written_today_counts_reminders(request_of_monday: ServiceRequest, contact: Contact) -> None:
    referral = by_mail(request_of_monday, contact, MONDAY)
    actions.add_exchange(request_of_monday, "reminded", TUESDAY, actor="Rappel", referral=referral)
    assert actions.written_today(request_of_monday, contact, TUESDAY)
    assert not actions.written_today(request_of_monday, contact, TUESDAY + timedelta(days=1))
