"""Is a request where nothing happens any more signalled at five months, and forgotten at six?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from accounts.models import User
from outbox.models import Message
from partners.models import Procedure
from referrals import actions
from referrals.actions.erasing import forget_on_time
from referrals.forgetting.retention import months_before
from referrals.models import ClosingReason, Erasure, Identity, ServiceRequest, Why
from schedules.calendars import PARIS
from structures.models import Structure
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ServiceRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(structure: Structure, procedure: Procedure, counsellor_user: User, tmp_path: Path) -> Iterator[ServiceRequest]:
    """Somebody noted who the resident is on Monday at ten, and then nothing."""
    request = ServiceRequestFactory(
        structure=structure, procedure=procedure, author=counsellor_user, received_at=MONDAY - timedelta(hours=2)
    )
    actions.add_note(request=request, text="CANARI", by=counsellor_user, now=MONDAY)
    Identity.objects.create(request=request, name="CANARI")
    with override_settings(ERASURE_LIST=tmp_path / "erased.txt", VAULT_DIR=tmp_path / "vault"):
        yield request


def test_an_idle_request_is_signalled_at_five_months_once(told: ServiceRequest) -> None:
    just_before, after = datetime(2027, 4, 23, 9, 59, tzinfo=PARIS), datetime(2027, 4, 23, 10, 1, tzinfo=PARIS)
    assert forget_on_time(just_before).warned == 0
    assert forget_on_time(after).warned == 1
    assert forget_on_time(after + timedelta(days=1)).warned == 0
    assert list(ServiceRequest.objects.idle_warned()) == [told]
    actions.add_note(request=told, text="toujours en cours", by=told.author, now=after + timedelta(days=2))
    assert not ServiceRequest.objects.idle_warned().exists()


def test_who_follows_an_idle_request_is_told_of_it(told: ServiceRequest) -> None:
    before = Message.objects.count()
    forget_on_time(datetime(2027, 4, 23, 10, 1, tzinfo=PARIS))
    assert Message.objects.count() > before


def test_an_idle_request_is_erased_and_closed_at_six_months(told: ServiceRequest) -> None:
    forget_on_time(datetime(2027, 4, 23, 10, 1, tzinfo=PARIS))
    assert forget_on_time(datetime(2027, 5, 23, 9, 59, tzinfo=PARIS)).closed == 0
    now = datetime(2027, 5, 23, 10, 1, tzinfo=PARIS)
    done = forget_on_time(now)
    assert (done.closed, done.identities) == (1, 1)
    told.refresh_from_db()
    assert (told.closed_at, told.closing_reason, told.erased_at) == (now, ClosingReason.ABANDONED, now)
    assert Erasure.objects.get().why == Why.IDLE
    assert not told.exchanges.exclude(text="").exists()


def test_five_months_before_the_end_of_july_is_the_end_of_february() -> None:
    assert months_before(datetime(2027, 7, 31, 12, tzinfo=PARIS), 5) == datetime(2027, 2, 28, 12, tzinfo=PARIS)
    assert months_before(datetime(2027, 1, 5, 12, tzinfo=PARIS), 6) == datetime(2026, 7, 5, 12, tzinfo=PARIS)
