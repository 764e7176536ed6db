"""When to call back, in a few keys or one button."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import Contact
from referrals.models import Happening, Referral, ReferralChannel, ServiceRequest
from tests.referrals.factories import ReferralFactory


@pytest.fixture
def to_call(waiting_request: ServiceRequest, contact: Contact) -> Referral:
    return ReferralFactory(
        request=waiting_request, contact=contact, channel=ReferralChannel.PHONE, sent_at=timezone.now()
    )


def post(client: Client, referral: Referral, **typed: str) -> int:
    return client.post(f"{referral.request.get_absolute_url()}appels/{referral.pk}/", typed).status_code


@pytest.mark.parametrize(
    "typed", [{"quick": "dans 1h"}, {"kind": "call_back", "when": "dans 1h"}], ids=["a button", "a few keys"]
)
def test_a_call_back_is_noted_in_an_hour(counsellor: Client, to_call: Referral, typed: dict[str, str]) -> None:
    assert post(counsellor, to_call, **typed) == 302
    line = to_call.exchanges.get()
    assert line.kind == Happening.CALL_BACK
    assert line.call_back_at is not None
    assert abs(line.call_back_at - timezone.now() - timedelta(hours=1)) < timedelta(minutes=1)


def test_the_calendar_of_the_browser_still_works(counsellor: Client, to_call: Referral) -> None:
    tomorrow = timezone.localtime() + timedelta(days=1)
    typed = {"kind": "call_back", "call_back_at": tomorrow.strftime("%Y-%m-%dT10:15")}
    assert post(counsellor, to_call, **typed) == 302
    called_back = to_call.exchanges.get().call_back_at
    assert called_back is not None
    assert timezone.localtime(called_back).strftime("%H:%M") == "10:15"


def test_words_that_are_not_understood_come_back_with_an_example(counsellor: Client, to_call: Referral) -> None:
    response = counsellor.post(
        f"{to_call.request.get_absolute_url()}appels/{to_call.pk}/",
        {"kind": "call_back", "when": "bientôt", "text": "Occupé"},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "Essayez «\u00a014h30\u00a0»" in page
    assert 'value="bientôt"' in page
    assert "Occupé" in page
    assert to_call.exchanges.count() == 0


@pytest.mark.parametrize("typed", [{"kind": "call_back"}, {}, {"kind": "autre"}])
def test_a_call_says_what_it_gave_and_when(counsellor: Client, to_call: Referral, typed: dict[str, str]) -> None:
    assert post(counsellor, to_call, **typed) == 422


def test_the_page_offers_the_buttons(counsellor: Client, to_call: Referral) -> None:
    page = counsellor.get(to_call.request.get_absolute_url()).content.decode()
    assert 'name="quick" value="dans 1h"' in page
