"""Is a colleague whom a note calls told so, once, and until she has looked?"""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from referrals.actions import add_exchange
from referrals.models import Exchange, Happening, Mention, ServiceRequest
from referrals.teamwork.mentions import mention, see, waiting_for
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.referrals.factories import ServiceRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def request_(structure: Structure) -> ServiceRequest:
    return ServiceRequestFactory(structure=structure)


@pytest.fixture
def bilal(structure: Structure) -> User:
    return UserFactory(full_name="Bilal Colleague", teams=[structure.team])


def note(request_: ServiceRequest, by: User, now: datetime, text: str) -> Exchange:
    return add_exchange(request_, Happening.NOTE, now, by=by, text=text)


def test_the_colleague_called_finds_it_on_her_desk_until_she_looks(
    request_: ServiceRequest, structure: Structure, counsellor_user: User, bilal: User, now: datetime
) -> None:
    called = mention(
        exchange=note(request_, counsellor_user, now, "@bilal tu rappelles ?"), by=counsellor_user, now=now
    )
    assert called == [bilal]
    assert waiting_for(bilal, structure) == {request_.pk: "Aline Counsellor"}
    assert see(request=request_, user=bilal, now=now) == 1
    assert waiting_for(bilal, structure) == {}


def test_called_twice_in_one_note_is_called_once(
    request_: ServiceRequest, counsellor_user: User, bilal: User, now: datetime
) -> None:
    exchange = note(request_, counsellor_user, now, "@bilal @bilal")
    assert mention(exchange=exchange, by=counsellor_user, now=now, also=[bilal]) == [bilal]
    assert mention(exchange=exchange, by=counsellor_user, now=now) == []
    assert Mention.objects.count() == 1


def test_nobody_of_another_site_is_called(
    request_: ServiceRequest, other_structure: Structure, counsellor_user: User, now: datetime
) -> None:
    stranger = UserFactory(full_name="Chloé Ailleurs", teams=[other_structure.team])
    exchange = note(request_, counsellor_user, now, "@Chloé @Chloé Ailleurs")
    assert mention(exchange=exchange, by=counsellor_user, now=now, also=[stranger]) == []


def test_nobody_calls_herself(request_: ServiceRequest, counsellor_user: User, now: datetime) -> None:
    exchange = note(request_, counsellor_user, now, "@aline penser à rappeler")
    assert mention(exchange=exchange, by=counsellor_user, now=now, also=[counsellor_user]) == []
