"""What a request comes to after each gesture: on which pile it lies, and what its page offers."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from outbox.models import Message, State
from partners.models import Contact
from referrals import actions, answers
from referrals.desk.needs import Pile, pile_of, to_do_at
from referrals.models import Exchange, Happening, Referral, ReferralChannel, ServiceRequest
from structures.models import Structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def asked_by_phone(waiting_request: ServiceRequest, contact: Contact, counsellor_user: User, now: datetime) -> Referral:
    return actions.refer(
        request=waiting_request,
        contact=contact,
        channel=ReferralChannel.PHONE,
        question="",
        by=counsellor_user,
        now=now,
    ).referral


@pytest.fixture
def asked_by_mail(waiting_request: ServiceRequest, contact: Contact, counsellor_user: User, now: datetime) -> Referral:
    return actions.refer(
        request=waiting_request, contact=contact, channel=ReferralChannel.MAIL, question="", by=counsellor_user, now=now
    ).referral


def pile(now: datetime) -> Pile | None:
    return pile_of(ServiceRequest.objects.get(), now)


def test_a_call_opened_and_not_noted_is_a_call_to_make(asked_by_phone: Referral, now: datetime) -> None:
    assert pile(now) is Pile.CALL


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Happening.CALL_NO_ANSWER, Pile.CALL),
        (Happening.CALL_BACK, Pile.CALL),
        (Happening.CALL_ANSWERED, Pile.ANSWER),
        (Happening.WRONG_CONTACT, Pile.HAND_OVER),
    ],
)
def test_after_a_call_the_request_lies_where_someone_will_see_it(
    asked_by_phone: Referral, counsellor_user: User, now: datetime, kind: str, expected: Pile
) -> None:
    actions.record_call(
        referral=asked_by_phone, kind=kind, by=counsellor_user, now=now, text="…", call_back_at=now + timedelta(hours=1)
    )
    assert pile(now) is expected


def test_asked_by_mail_it_only_waits_for_the_operator(asked_by_mail: Referral, now: datetime) -> None:
    assert pile(now) is None


def test_asked_again_after_an_answer_it_waits_again(
    asked_by_mail: Referral, next_contact: Contact, counsellor_user: User, now: datetime
) -> None:
    answers.answer(referral=asked_by_mail, kind=Happening.MISSING, text="Un relevé", now=now)
    assert pile(now) is Pile.ANSWER
    later = now + timedelta(minutes=5)
    again = actions.refer(
        request=asked_by_mail.request,
        contact=next_contact,
        channel=ReferralChannel.MAIL,
        question="Relevé joint",
        by=counsellor_user,
        now=later,
    )
    assert pile(later) is None
    answers.answer(referral=again.referral, kind=Happening.ANSWERED, text="Payé", now=later)
    assert pile(later) is Pile.ANSWER


def test_not_me_with_somebody_else_still_asked_is_not_given_back(
    asked_by_mail: Referral, next_contact: Contact, counsellor_user: User, now: datetime
) -> None:
    actions.refer(
        request=asked_by_mail.request,
        contact=next_contact,
        channel=ReferralChannel.MAIL,
        question="",
        by=counsellor_user,
        now=now,
    )
    answers.decline(referral=asked_by_mail, now=now, instead=None, says="")
    assert pile(now) is None


def test_a_link_taken_back_gives_the_request_back(counsellor: Client, asked_by_mail: Referral, now: datetime) -> None:
    counsellor.post(f"/demandes/{asked_by_mail.request.reference}/liens/{asked_by_mail.pk}/retirer/")
    asked_by_mail.refresh_from_db()
    assert asked_by_mail.revoked_at is not None
    assert pile(timezone.now()) is Pile.HAND_OVER
    assert Exchange.objects.filter(kind=Happening.REVOKED).count() == 1


@pytest.mark.parametrize("state", [State.REFUSED, State.UNCERTAIN, State.HELD])
def test_a_message_that_did_not_leave_is_first_on_the_desk_and_can_be_sent_again(
    counsellor: Client, structure: Structure, asked_by_mail: Referral, state: str
) -> None:
    Message.objects.update(state=state)
    assert list(to_do_at(structure, timezone.now()).piles) == [Pile.UNSENT]
    page = counsellor.get(asked_by_mail.request.get_absolute_url()).content.decode()
    assert "Renvoyer le message" in page
    before = Message.objects.get().message_id
    counsellor.post(f"/demandes/{asked_by_mail.request.reference}/messages/{asked_by_mail.pk}/renvoyer/")
    message = Message.objects.get()
    assert (message.state, message.message_id) == (State.WAITING, before)
    assert to_do_at(structure, timezone.now()).piles == {}


def test_the_stuck_message_of_another_site_is_not_on_this_desk(
    other_structure: Structure, asked_by_mail: Referral
) -> None:
    Message.objects.update(state=State.REFUSED)
    assert to_do_at(other_structure, timezone.now()).piles == {}


@pytest.mark.parametrize("gesture", ["appels", "identite"])
def test_a_closed_request_learns_nothing_more(
    counsellor: Client, asked_by_phone: Referral, counsellor_user: User, now: datetime, gesture: str
) -> None:
    request = asked_by_phone.request
    actions.inform_resident(request=request, by=counsellor_user, now=now, reason="solved_here")
    before = ServiceRequest.objects.values().get()
    url = (
        f"/demandes/{request.reference}/" + {"appels": f"appels/{asked_by_phone.pk}/", "identite": "identite/"}[gesture]
    )
    page = counsellor.post(
        url, {"kind": "call_answered", "text": "Payé", "name": "M. D.", "reach": "02 61 91 00 99"}, follow=True
    )
    assert "La demande a été close pendant que vous écriviez" in page.content.decode()
    assert ServiceRequest.objects.values().get() == before
    assert not hasattr(ServiceRequest.objects.get(), "identity")


def test_the_same_note_sent_twice_is_one_note(counsellor: Client, waiting_request: ServiceRequest) -> None:
    for _ in range(2):
        counsellor.post(f"/demandes/{waiting_request.reference}/notes/", {"text": "Vu avec Aline"})
    assert Exchange.objects.filter(kind=Happening.NOTE).count() == 1
