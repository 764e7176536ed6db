"""Is each counsellor told at her pace, once, and never of what was said?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.models import Membership, User
from outbox.models import Message
from partners.models import Contact
from referrals import actions, answers
from referrals.models import (
    ClosingReason,
    Exchange,
    Happening,
    Identity,
    Notice,
    NoticeChoice,
    Pace,
    Referral,
    ServiceRequest,
)
from referrals.reminding import notices
from referrals.reminding.notice_digests import send_digests
from schedules.calendars import PARIS
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.conftest import Persona
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.fixture
def referral(waiting_request: ServiceRequest, contact: Contact) -> Referral:
    ServiceRequest.objects.update(
        received_at=MONDAY - HOUR, due_at=MONDAY + timedelta(hours=71), referred_at=MONDAY - HOUR
    )
    referral: Referral = ReferralFactory(
        request=ServiceRequest.objects.get(), contact=contact, sent_at=MONDAY - HOUR, question="Rien reçu en mai"
    )
    return referral


def answered(referral: Referral, at: datetime, text: str = "Payé lundi") -> Exchange:
    return answers.answer(referral=referral, kind=Happening.ANSWERED, text=text, now=at)


def mails_to(user: User) -> list[Message]:
    return list(Message.objects.filter(to_address=user.email).order_by("pk"))


def with_mailbox(structure: Structure) -> None:
    structure.mail = "site@exemple.fr"
    structure.save()


# Who, and when


def test_nobody_chose_and_the_site_has_a_mailbox_which_is_told_as_before(
    referral: Referral, counsellor_user: User, structure: Structure
) -> None:
    with_mailbox(structure)
    answered(referral, MONDAY)
    assert [message.to_address for message in Message.objects.all()] == ["site@exemple.fr"]


def test_nobody_chose_and_the_site_has_no_mailbox_so_the_keeper_is_told(
    referral: Referral, counsellor_user: User
) -> None:
    answered(referral, MONDAY)
    assert len(mails_to(counsellor_user)) == 1
    assert Message.objects.count() == 1


def test_who_chose_is_told_instead_of_the_mailbox(
    referral: Referral, counsellor_user: User, structure: Structure
) -> None:
    with_mailbox(structure)
    notices.choose(user=counsellor_user, pace=Pace.IMMEDIATE, now=MONDAY)
    answered(referral, MONDAY)
    assert [message.to_address for message in Message.objects.all()] == [counsellor_user.email]


def test_the_keeper_is_told_not_who_logged_it(referral: Referral, counsellor_user: User, structure: Structure) -> None:
    colleague = UserFactory(teams=[structure.team])
    ServiceRequest.objects.update(holder=colleague)
    answered(Referral.objects.get(), MONDAY)
    assert (len(mails_to(colleague)), len(mails_to(counsellor_user))) == (1, 0)


@pytest.mark.parametrize("gone", ["account closed", "left the team"])
def test_a_keeper_who_left_is_told_nothing(
    referral: Referral, counsellor_user: User, structure: Structure, gone: str
) -> None:
    with_mailbox(structure)
    NoticeChoice.objects.create(user=counsellor_user, pace=Pace.IMMEDIATE)
    if gone == "left the team":
        Membership.objects.filter(user=counsellor_user).delete()
    else:
        User.objects.filter(pk=counsellor_user.pk).update(is_active=False)
    answered(Referral.objects.get(), MONDAY)
    assert [message.to_address for message in Message.objects.all()] == ["site@exemple.fr"]


def test_who_wants_no_notice_gets_none_and_the_desk_shows_the_answer(
    referral: Referral, counsellor_user: User, sign_in: Persona, structure: Structure
) -> None:
    with_mailbox(structure)
    notices.choose(user=counsellor_user, pace=Pace.NONE, now=MONDAY)
    answered(referral, MONDAY)
    with time_machine.travel(MONDAY + HOUR):
        counsellor = sign_in(counsellor_user)
        send_digests(MONDAY + HOUR)
        assert Message.objects.count() == 0
        assert referral.request.reference in counsellor.get("/accueil/").content.decode()


@pytest.mark.parametrize(
    ("pace", "told_at"),
    [
        (Pace.IMMEDIATE, "2026-11-27T10:00"),
        (Pace.TWICE_A_DAY, "2026-11-27T14:00"),
        (Pace.DAILY, "2026-11-30T09:00"),
    ],
)
def test_each_is_told_at_her_pace_never_on_a_week_end(
    referral: Referral, counsellor_user: User, pace: str, told_at: str
) -> None:
    """An answer on Friday morning, at ten."""
    notices.choose(user=counsellor_user, pace=pace, now=MONDAY)
    now = paris("2026-11-27T10:00")
    answered(referral, now)
    while now < paris("2026-12-01T20:00"):
        send_digests(now)
        now += timedelta(minutes=15)
    assert [message.created_at for message in mails_to(counsellor_user)] == [paris(told_at)]


def test_a_digest_groups_what_waited_and_says_neither_who_nor_what(
    referral: Referral, counsellor_user: User, contact: Contact, structure: Structure
) -> None:
    Identity.objects.create(request=referral.request, name="Mme Durand", reach="02 61 91 00 99")
    notices.choose(user=counsellor_user, pace=Pace.DAILY, now=MONDAY)
    other = ServiceRequestFactory(
        structure=structure,
        author=counsellor_user,
        procedure=referral.request.procedure,
        received_at=MONDAY - HOUR,
        due_at=MONDAY + timedelta(hours=71),
    )
    answered(referral, MONDAY)
    answered(ReferralFactory(request=other, contact=contact, sent_at=MONDAY), MONDAY + HOUR, "Il faut un relevé")
    send_digests(paris("2026-11-24T09:05"))
    send_digests(paris("2026-11-24T09:20"))
    (mail,) = mails_to(counsellor_user)
    assert mail.subject == "Du nouveau sur 2 demandes"
    for said in ("Payé lundi", "relevé", "Durand", "Claire Martin", "Rien reçu en mai"):
        assert said not in mail.subject + mail.text + mail.html
    assert referral.request.get_absolute_url() in mail.text


def test_what_she_read_or_what_was_closed_meanwhile_is_not_mailed(
    referral: Referral, counsellor_user: User, sign_in: Persona
) -> None:
    notices.choose(user=counsellor_user, pace=Pace.DAILY, now=MONDAY)
    answered(referral, MONDAY)
    with time_machine.travel(MONDAY + HOUR):
        counsellor = sign_in(counsellor_user)
        counsellor.get(referral.request.get_absolute_url())
    assert Notice.objects.get().told_at is not None
    answered(referral, MONDAY + 2 * HOUR, "Autre chose")
    actions.close(
        request=referral.request, by=counsellor_user, now=MONDAY + 3 * HOUR, reason=ClosingReason.SOLVED_BY_OPERATOR
    )
    send_digests(paris("2026-11-24T09:05"))
    assert Message.objects.count() == 0
    assert not Notice.objects.not_told().exists()


def test_told_twice_is_told_once_and_never_of_ones_own_doing(
    referral: Referral, counsellor_user: User, structure: Structure
) -> None:
    colleague = UserFactory(teams=[structure.team])
    note = actions.add_exchange(referral.request, Happening.NOTE, MONDAY, by=counsellor_user, text="@Aline")
    for _ in range(2):
        notices.tell(note, [counsellor_user, colleague], MONDAY)
    assert (len(mails_to(colleague)), len(mails_to(counsellor_user))) == (1, 0)


def test_choosing_to_be_told_at_once_sends_what_was_waiting_and_never_drops_it(
    referral: Referral, counsellor_user: User
) -> None:
    notices.choose(user=counsellor_user, pace=Pace.DAILY, now=MONDAY)
    answered(referral, MONDAY)
    notices.choose(user=counsellor_user, pace=Pace.NONE, now=MONDAY)
    notices.choose(user=counsellor_user, pace=Pace.IMMEDIATE, now=MONDAY)
    send_digests(MONDAY + HOUR)
    assert mails_to(counsellor_user) == []
    notices.choose(user=counsellor_user, pace=Pace.DAILY, now=MONDAY)
    answered(referral, MONDAY + HOUR, "Encore")
    notices.choose(user=counsellor_user, pace=Pace.IMMEDIATE, now=MONDAY)
    send_digests(MONDAY + 2 * HOUR)
    assert len(mails_to(counsellor_user)) == 1


def test_an_address_that_no_mail_can_reach_never_costs_the_answer(referral: Referral, counsellor_user: User) -> None:
    User.objects.filter(pk=counsellor_user.pk).update(email="prénom..x@exemple.fr")
    answered(Referral.objects.get(), MONDAY)
    assert ServiceRequest.objects.get().answered_at == MONDAY


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_one_digest(referral: Referral, counsellor_user: User) -> None:
    notices.choose(user=counsellor_user, pace=Pace.DAILY, now=MONDAY)
    answered(referral, MONDAY)

    def work(_: int) -> None:
        try:
            send_digests(paris("2026-11-24T09:05"))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    assert len(mails_to(counsellor_user)) == 1


# The page


def test_she_chooses_on_a_page_that_says_what_happens_meanwhile(
    counsellor: Client, counsellor_user: User, structure: Structure
) -> None:
    with_mailbox(structure)
    page = counsellor.get("/accueil/avis/").content.decode()
    assert "site@exemple.fr" in page
    assert "checked" not in page
    counsellor.post("/accueil/avis/", {"pace": "twice"})
    assert NoticeChoice.objects.get().pace == Pace.TWICE_A_DAY
    page = counsellor.get("/accueil/avis/").content.decode()
    assert "site@exemple.fr" not in page
    assert page.count("checked") == 1
    assert "/accueil/avis/" in counsellor.get("/accueil/").content.decode()


@pytest.mark.parametrize("typed", [{}, {"pace": "hourly"}])
def test_a_pace_that_does_not_exist_is_refused(counsellor: Client, typed: dict[str, str]) -> None:
    assert counsellor.post("/accueil/avis/", typed).status_code == 422
    assert not NoticeChoice.objects.exists()


def test_a_round_costs_the_same_whatever_waited(
    referral: Referral, counsellor_user: User, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    notices.choose(user=counsellor_user, pace=Pace.DAILY, now=MONDAY)
    answered(referral, MONDAY)
    alone = queries_for(lambda: send_digests(paris("2026-11-24T09:05")))
    for number in range(20):
        answered(referral, MONDAY + timedelta(days=1, minutes=number), f"Réponse {number}")
    assert queries_for(lambda: send_digests(paris("2026-11-25T09:05"))) == alone
