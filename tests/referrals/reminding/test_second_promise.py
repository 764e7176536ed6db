"""Somebody was told, and came back: who is reminded of the second promise, and who is told when it lapses?"""

from datetime import datetime, timedelta

import pytest

from accounts.models import Team, User
from outbox.models import Message, State
from partners.models import Contact
from referrals import actions
from referrals.actions import reminding
from referrals.desk.needs import Pile, to_do_at
from referrals.models import ClosingReason, Exchange, Happening, Referral, ReferralChannel, ServiceRequest
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.referrals.conftest import MONDAY
from tests.referrals.test_coming_back import FRIDAY, HOUR, at_first, back

pytestmark = pytest.mark.django_db


def asked(request: ServiceRequest, contact: Contact, by: User, at: datetime) -> Referral:
    mail, words = ReferralChannel.MAIL, "Rien reçu en mai"
    return actions.refer(request=request, contact=contact, channel=mail, question=words, now=at, by=by).referral


def pass_until(end: datetime, start: datetime = FRIDAY) -> None:
    while start <= end:
        reminding.remind(start)
        Message.objects.due(start).order_by().update(state=State.SENT, sent_at=start)
        start += HOUR


def told_by_the_clock() -> list[str]:
    by_clock = (Happening.REMINDED, Happening.PASSED_ON, Happening.ESCALATED)
    return list(Exchange.objects.filter(kind__in=by_clock).order_by("at", "pk").values_list("kind", flat=True))


@pytest.fixture
def coordinator_user(coordination: Team) -> User:
    return UserFactory(full_name="Nadia Coordination", email="nadia@exemple.fr", teams=[coordination])


def test_who_was_asked_before_is_asked_about_nothing_now_until_asked_again(
    waiting_request: ServiceRequest, contact: Contact, counsellor_user: User, structure: Structure
) -> None:
    request = at_first(waiting_request)
    first = asked(request, contact, counsellor_user, MONDAY)
    back(request, counsellor_user, ClosingReason.SOLVED_HERE)
    assert ServiceRequest.objects.not_handed_over().get() == request
    assert list(to_do_at(structure, FRIDAY).piles) == [Pile.HAND_OVER]
    pass_until(FRIDAY + timedelta(days=9))
    assert told_by_the_clock() == [], "nobody is reminded of the first promise for the second"
    at = FRIDAY + timedelta(days=9, hours=1)
    again = asked(request, contact, counsellor_user, at)
    assert again != first, "the same words are asked anew"
    assert ServiceRequest.objects.at_the_operator().get().referred_at == at


def test_a_second_promise_that_lapses_is_reminded_and_told_to_the_coordination_again(
    waiting_request: ServiceRequest,
    contact: Contact,
    next_contact: Contact,
    counsellor_user: User,
    coordinator_user: User,
) -> None:
    request = at_first(waiting_request)
    asked(request, contact, counsellor_user, MONDAY)
    pass_until(MONDAY + timedelta(days=6), MONDAY)
    assert told_by_the_clock().count(Happening.ESCALATED) == 1
    actions.close(request=request, by=counsellor_user, now=MONDAY + timedelta(days=7), reason=ClosingReason.SOLVED_HERE)
    actions.reopen_for_return(request=request, by=counsellor_user, now=FRIDAY)
    first = len(told_by_the_clock())
    asked(request, contact, counsellor_user, FRIDAY)
    pass_until(FRIDAY + timedelta(days=7))
    assert told_by_the_clock()[first:] == [
        Happening.REMINDED,
        Happening.PASSED_ON,
        Happening.ESCALATED,
        Happening.REMINDED,
    ]
    told = Message.objects.filter(to_address="nadia@exemple.fr").order_by("pk").last()
    assert told is not None
    assert "1\xa0j" in told.text.replace("\u202f", "\xa0"), "late by a day on the second promise, not by weeks"
    reminded = Message.objects.filter(to_address=contact.mail, purpose="rappel").order_by("pk").last()
    assert reminded is not None
    assert "lundi 14 décembre" in reminded.text
