"""Who has looked, and who is on it now?"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from referrals.models import ServiceRequest, Viewing
from referrals.teamwork.viewings import HERE_FOR, look
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
def colleague(structure: Structure) -> User:
    return UserFactory(full_name="Bilal Colleague", teams=[structure.team])


def test_a_colleague_on_the_page_is_seen(
    request_: ServiceRequest, counsellor_user: User, colleague: User, now: datetime
) -> None:
    look(request=request_, user=colleague, now=now - timedelta(seconds=150))
    for seconds in (120, 80, 40, 10):
        look(request=request_, user=colleague, now=now - timedelta(seconds=seconds))
    seen = look(request=request_, user=counsellor_user, now=now)
    assert seen.here == (("Bilal Colleague", "2\u00a0min"),)
    assert not seen.before


def test_whoever_left_is_named_with_the_last_instant(
    request_: ServiceRequest, counsellor_user: User, colleague: User, now: datetime
) -> None:
    gone = now - HERE_FOR - timedelta(seconds=1)
    look(request=request_, user=colleague, now=gone)
    seen = look(request=request_, user=counsellor_user, now=now)
    assert not seen.here
    assert seen.before == (("Bilal Colleague", gone),)


def test_coming_back_begins_anew_and_keeps_one_row(
    request_: ServiceRequest, counsellor_user: User, colleague: User, now: datetime
) -> None:
    look(request=request_, user=colleague, now=now - timedelta(hours=3))
    look(request=request_, user=colleague, now=now)
    assert Viewing.objects.count() == 1
    assert look(request=request_, user=counsellor_user, now=now).here == (("Bilal Colleague", "moins d’une minute"),)


def test_nobody_sees_herself(request_: ServiceRequest, counsellor_user: User, now: datetime) -> None:
    look(request=request_, user=counsellor_user, now=now)
    assert look(request=request_, user=counsellor_user, now=now).here == ()
