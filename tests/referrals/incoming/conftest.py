"""A hand-over that waits for the answer of its contact."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Contact
from referrals.actions import refer
from referrals.models import Referral, ReferralChannel, ServiceRequest


@pytest.fixture
def referral(waiting_request: ServiceRequest, contact: Contact) -> Referral:
    """Handed over by mail a moment ago: its message is in the outbox."""
    return refer(
        request=waiting_request,
        contact=contact,
        channel=ReferralChannel.MAIL,
        question="Où en est le dossier ?",
        by=waiting_request.author,
        now=timezone.now() - timedelta(minutes=1),
    ).referral
