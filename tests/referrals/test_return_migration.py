"""Does a database that has lived promise anew to those who were back before the deadline was kept?"""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from referrals.models import ServiceRequest
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)

MIGRATION = import_module("referrals.migrations.0015_those_who_are_back_are_promised")


def test_who_is_or_was_back_has_a_second_deadline_and_nobody_else() -> None:
    now = timezone.now().replace(microsecond=0)
    first, told = now - 200 * HOUR, now - 150 * HOUR
    back = {"received_at": first, "resident_informed_at": told, "reopened_at": now - 50 * HOUR}
    still_open = ServiceRequestFactory(**back, referred_at=first + HOUR)
    ReferralFactory(request=still_open)
    asked_again = ServiceRequestFactory(**back, referred_at=first + HOUR)
    for at in (first + HOUR, now - 40 * HOUR):
        ReferralFactory(request=asked_again, sent_at=at)
    closed_since = ServiceRequestFactory(**back, closed_at=now)
    told_after_a_mistake = ServiceRequestFactory(
        received_at=first, reopened_at=told - HOUR, resident_informed_at=told, closed_at=told
    )
    waiting = ServiceRequestFactory(received_at=first, reopened_at=now - 50 * HOUR)
    for _ in range(2):
        MIGRATION.fix_deadlines(apps, None)
    rows = ServiceRequest.objects.in_bulk()
    promised = {pk for pk, row in rows.items() if row.return_due_at == now + 22 * HOUR}
    assert promised == {still_open.pk, asked_again.pk, closed_since.pk}
    assert {pk for pk, row in rows.items() if row.return_due_at is None} == {told_after_a_mistake.pk, waiting.pk}
    assert rows[still_open.pk].referred_at is None, "nobody was asked since"
    assert rows[asked_again.pk].referred_at == now - 40 * HOUR
