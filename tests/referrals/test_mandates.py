"""Is a mandate noted, printed, ended, and missed where somebody may type for the resident?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import JournalEntry, User
from partners.models import Procedure
from referrals import actions
from referrals.actions.mandates import record_mandate, withdraw_mandate
from referrals.mandates import allows
from referrals.models import Happening, Mandate, ServiceRequest
from referrals.readings import MANDATE_PRINTED, of_request

pytestmark = pytest.mark.django_db
MISSING = "Aucun mandat n’est noté"


@pytest.fixture
def mandate(waiting_request: ServiceRequest, procedure: Procedure, counsellor_user: User) -> Mandate:
    now = timezone.now()
    return record_mandate(
        request=waiting_request,
        purpose="déclarer le trimestre",
        procedures=[procedure],
        given_on=timezone.localdate(now),
        ends_on=timezone.localdate(now) + timedelta(days=30),
        on_paper=True,
        by=counsellor_user,
        now=now,
    )


def identify(request: ServiceRequest, by: User) -> None:
    actions.keep_identity(
        request=request, name="Jeanne Durand", reach="0261910099", file_number="", by=by, now=timezone.now()
    )


def test_a_mandate_is_noted_once_with_its_lines(
    counsellor: Client, waiting_request: ServiceRequest, procedure: Procedure
) -> None:
    url = reverse("referrals:mandates", args=[waiting_request.reference])
    typed = {
        "purpose": "déclarer",
        "procedures": [procedure.pk],
        "given_on": timezone.localdate().isoformat(),
        "on_paper": "on",
    }
    for _ in range(2):
        assert counsellor.post(url, typed).status_code == 302
    noted = Mandate.objects.get()
    assert (noted.on_paper, list(noted.procedures.all())) == (True, [procedure])
    assert waiting_request.exchanges.filter(kind=Happening.MANDATE).count() == 1
    assert JournalEntry.objects.filter(verb="mandat noté").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("procedures", []),
        ("purpose", ""),
        ("given_on", timedelta(days=1)),
        ("ends_on", timedelta(days=-1)),
        ("ends_on", timedelta(days=800)),
    ],
)
def test_what_is_no_mandate_is_refused_and_comes_back_filled(
    counsellor: Client, waiting_request: ServiceRequest, procedure: Procedure, field: str, value: object
) -> None:
    typed = {"purpose": "déclarer", "procedures": [procedure.pk], "given_on": timezone.localdate().isoformat()}
    if isinstance(value, timedelta):
        value = (timezone.localdate() + value).isoformat()
    response = counsellor.post(reverse("referrals:mandates", args=[waiting_request.reference]), typed | {field: value})
    assert (response.status_code, field in response.context["form"].errors) == (422, True)


def test_the_request_page_warns_only_when_somebody_may_type_without_one(
    counsellor: Client, waiting_request: ServiceRequest, procedure: Procedure, counsellor_user: User
) -> None:
    page = waiting_request.get_absolute_url()
    assert MISSING not in counsellor.get(page).content.decode()
    identify(waiting_request, counsellor_user)
    assert MISSING in counsellor.get(page).content.decode()
    now = timezone.now()
    noted = record_mandate(
        request=waiting_request,
        purpose="x",
        procedures=[procedure],
        given_on=timezone.localdate(now),
        ends_on=None,
        on_paper=False,
        by=counsellor_user,
        now=now,
    )
    assert "Accompagnez la personne" not in counsellor.get(page).content.decode()
    withdraw_mandate(mandate=noted, by=counsellor_user, now=now)
    assert "Le mandat est fini ou retiré" in counsellor.get(page).content.decode()


def test_a_mandate_ends_on_its_day_included(mandate: Mandate) -> None:
    assert mandate.ends_on is not None
    assert allows(mandate, mandate.ends_on)
    assert not allows(mandate, mandate.ends_on + timedelta(days=1))
    assert not allows(mandate, mandate.given_on - timedelta(days=1))


def test_a_mandate_is_withdrawn_once(counsellor: Client, mandate: Mandate) -> None:
    url = reverse("referrals:mandate_withdraw", args=[mandate.request.reference, mandate.pk])
    counsellor.post(url)
    first = Mandate.objects.get().withdrawn_at
    counsellor.post(url)
    assert first is not None
    assert Mandate.objects.get().withdrawn_at == first
    assert JournalEntry.objects.filter(verb="mandat retiré").count() == 1


def test_the_sheet_to_sign_has_blank_lines_until_a_name_is_known_and_printing_it_is_a_reading(
    counsellor: Client, waiting_request: ServiceRequest, counsellor_user: User
) -> None:
    url = reverse("referrals:mandate_to_sign", args=[waiting_request.reference])
    page = counsellor.get(url).content.decode()
    assert page.count("app-mandate__blank") >= 4
    assert not of_request(waiting_request).exists()
    identify(waiting_request, counsellor_user)
    assert "Jeanne Durand" in counsellor.get(url).content.decode()
    assert of_request(waiting_request).get().verb == MANDATE_PRINTED


def test_a_noted_mandate_is_printed_with_its_purpose(counsellor: Client, mandate: Mandate) -> None:
    page = counsellor.get(reverse("referrals:mandate_printed", args=[mandate.request.reference, mandate.pk]))
    assert "déclarer le trimestre" in page.content.decode()
