"""Do colleagues share a request without stepping on each other, and without losing a word?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.sessions import SessionStore
from referrals.actions import add_exchange, inform_resident
from referrals.models import Exchange, Happening, Mention, ReferralChannel, ServiceRequest
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(structure: Structure) -> ServiceRequest:
    return ServiceRequestFactory(structure=structure)


@pytest.fixture
def bilal(structure: Structure) -> User:
    return UserFactory(full_name="Bilal Colleague", teams=[structure.team])


def test_a_request_is_confided_to_a_colleague(counsellor: Client, request_: ServiceRequest, bilal: User) -> None:
    page = reverse("referrals:assign", args=[request_.reference])
    assert "Bilal Colleague" in counsellor.get(page).content.decode()
    counsellor.post(page, {"to": bilal.pk})
    request_.refresh_from_db()
    assert request_.holder == bilal


def test_it_is_confided_to_nobody_of_another_site(
    counsellor: Client, request_: ServiceRequest, other_structure: Structure
) -> None:
    stranger = UserFactory(teams=[other_structure.team])
    page = counsellor.post(reverse("referrals:assign", args=[request_.reference]), {"to": stranger.pk})
    assert page.status_code == 422
    assert "n’est pas, ou plus, dans l’équipe" in page.content.decode()
    request_.refresh_from_db()
    assert request_.holder is None


def test_two_people_on_one_request_see_each_other(
    counsellor: Client, request_: ServiceRequest, bilal: User, sign_in
) -> None:
    sign_in(bilal).get(request_.get_absolute_url())
    page = counsellor.get(request_.get_absolute_url()).content.decode()
    assert "<strong>Bilal Colleague</strong> est aussi sur cette demande" in page
    beat = sign_in(bilal).post(reverse("referrals:presence", args=[request_.reference])).content.decode()
    assert "Aline Counsellor" in beat


def test_an_open_page_that_nobody_reads_lets_the_session_end(counsellor: Client, request_: ServiceRequest) -> None:
    counsellor.get(request_.get_absolute_url())
    rows = SessionStore.get_model_class().objects
    rows.update(expire_date=timezone.now() + timedelta(minutes=1))
    ends = rows.get().expire_date
    counsellor.post(reverse("referrals:presence", args=[request_.reference]))
    assert rows.get().expire_date == ends
    counsellor.get(request_.get_absolute_url())
    assert rows.get().expire_date > ends


def test_a_note_calls_a_colleague_until_she_looks(
    counsellor: Client, request_: ServiceRequest, bilal: User, sign_in
) -> None:
    page = counsellor.post(
        reverse("referrals:note", args=[request_.reference]), {"text": "@bilal tu rappelles ?"}, follow=True
    )
    assert "signalée à Bilal Colleague" in page.content.decode()
    assert Mention.objects.get().seen_at is None
    sign_in(bilal).get(request_.get_absolute_url())
    assert Mention.objects.get().seen_at is not None


# Nobody’s text is lost


def test_a_call_noted_on_a_page_that_changed_shows_both(
    counsellor: Client, request_: ServiceRequest, bilal: User
) -> None:
    referral = ReferralFactory(request=request_, channel=ReferralChannel.PHONE)
    seen = add_exchange(request_, Happening.NOTE, timezone.now(), by=bilal, text="vu").pk
    add_exchange(
        request_, Happening.ANSWERED, timezone.now(), actor="La Caf", text="Dossier complet", referral=referral
    )
    call = reverse("referrals:log_call", args=[request_.reference, referral.pk])
    typed = {"kind": "call_answered", "text": "Il faut un Rib de plus", "seen": seen}
    page = counsellor.post(call, typed)
    assert page.status_code == 409
    said = page.content.decode()
    assert "Il faut un Rib de plus" in said
    assert "Dossier complet" in said
    assert not Exchange.objects.filter(kind=Happening.CALL_ANSWERED).exists()
    again = counsellor.post(call, typed | {"seen": page.context["seen"]})
    assert again.status_code == 302
    assert Exchange.objects.get(kind=Happening.CALL_ANSWERED).text == "Il faut un Rib de plus"


def test_what_she_did_herself_in_another_tab_is_no_conflict(
    counsellor: Client, request_: ServiceRequest, counsellor_user: User
) -> None:
    referral = ReferralFactory(request=request_, channel=ReferralChannel.PHONE)
    add_exchange(request_, Happening.CALL_NO_ANSWER, timezone.now(), by=counsellor_user, referral=referral)
    call = reverse("referrals:log_call", args=[request_.reference, referral.pk])
    assert counsellor.post(call, {"kind": "call_no_answer", "seen": 0}).status_code == 302


def test_a_call_noted_on_a_request_that_was_closed_meanwhile_can_be_kept_as_a_note(
    counsellor: Client, request_: ServiceRequest, bilal: User
) -> None:
    referral = ReferralFactory(request=request_, channel=ReferralChannel.PHONE)
    inform_resident(request=request_, by=bilal, now=timezone.now(), reason="solved_by_operator")
    call = reverse("referrals:log_call", args=[request_.reference, referral.pk])
    page = counsellor.post(call, {"kind": "call_answered", "text": "Il faut un Rib de plus"})
    assert page.status_code == 409
    assert "Garder mon texte en note" in page.content.decode()
    assert "Enregistrer quand même" not in page.content.decode()
    counsellor.post(reverse("referrals:note", args=[request_.reference]), {"text": page.context["as_note"]})
    assert request_.exchanges.get(kind=Happening.NOTE).text == "Il faut un Rib de plus"


def test_who_the_resident_is_never_goes_to_the_timeline(
    counsellor: Client, request_: ServiceRequest, bilal: User
) -> None:
    add_exchange(request_, Happening.CORRECTED, timezone.now(), by=bilal)
    page = counsellor.post(
        reverse("referrals:identity", args=[request_.reference]),
        {"name": "Mme Témoin Unique", "reach": "02 61 91 00 01", "seen": "0"},
    )
    assert page.status_code == 409
    assert page.context["as_note"] == ""
    assert "Mme Témoin Unique" in page.content.decode()


# The State’s own tool


@pytest.mark.parametrize(("typed", "kept"), [("#12345", "12345"), ("AB-12/3", "AB-12/3"), ("", "")])
def test_its_number_is_kept(counsellor: Client, request_: ServiceRequest, typed: str, kept: str) -> None:
    ServiceRequest.objects.filter(pk=request_.pk).update(national_number="1")
    counsellor.post(reverse("referrals:national", args=[request_.reference]), {"national_number": typed})
    request_.refresh_from_db()
    assert request_.national_number == kept
    assert request_.exchanges.filter(kind=Happening.NATIONAL).count() == 1


def test_a_number_that_is_none_comes_back_with_a_word(counsellor: Client, request_: ServiceRequest) -> None:
    page = counsellor.post(
        reverse("referrals:national", args=[request_.reference]), {"national_number": "<le dossier de la dame>"}
    )
    assert page.status_code == 422
    assert "&lt;le dossier de la dame&gt;" in page.content.decode()
