"""How does a request end, what does its end say of the promise, and what is kept when it is opened again?"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from partners.models import Contact
from quality.actions import load_charter
from quality.facts import charter_in_force, gather
from quality.findings import RequestFacts
from referrals import actions, answers
from referrals.clocks import resident_clock
from referrals.desk.needs import to_do_at
from referrals.forms import likely_reason
from referrals.models import ClosingReason, Exchange, Happening, Outcome, ServiceRequest
from referrals.standing import state_in_words
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.conftest import Persona
from tests.partners.factories import LocalServiceFactory
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
YESTERDAY = MONDAY - timedelta(days=3)
TELLS = [reason for reason in ClosingReason if reason.tells_the_resident]
TELLS_NOT = [ClosingReason.UNREACHABLE, ClosingReason.ABANDONED]


@pytest.fixture
def waiting(waiting_request: ServiceRequest) -> ServiceRequest:
    """Received on Monday at ten, promised for Thursday at ten."""
    ServiceRequest.objects.update(received_at=MONDAY, due_at=MONDAY + timedelta(hours=72))
    return ServiceRequest.objects.get()


def close(request: ServiceRequest, by: User, at: datetime, reason: str) -> ServiceRequest:
    actions.close(request=request, by=by, now=at, reason=reason)
    return ServiceRequest.objects.get(pk=request.pk)


def facts(structure: Structure, now: datetime) -> RequestFacts:
    load_charter(now=MONDAY)
    (site,) = gather(Structure.objects.filter(pk=structure.pk), charter_in_force(now.date()), now)
    return site.requests


# What an end says


def test_six_reasons_of_which_four_tell_the_resident():
    assert len(ClosingReason) == 6
    assert len(TELLS) == 4
    assert ClosingReason.NO_HELP.tells_the_resident


@pytest.mark.parametrize("reason", TELLS)
def test_a_reason_that_tells_stops_the_promise(
    waiting: ServiceRequest, counsellor_user: User, reason: ClosingReason
) -> None:
    closed = close(waiting, counsellor_user, MONDAY + HOUR, reason)
    assert (closed.resident_informed_at, closed.closed_at) == (MONDAY + HOUR, MONDAY + HOUR)
    assert (closed.informed_by, closed.closing_reason, closed.kept_in_time) == (counsellor_user, reason, True)
    line = Exchange.objects.get()
    assert (line.kind, line.text) == (Happening.INFORMED, f"{reason.label[:1].upper()}{reason.label[1:]}.")


@pytest.mark.parametrize("reason", TELLS_NOT)
def test_a_reason_that_tells_nobody_closes_and_leaves_the_promise(
    waiting: ServiceRequest, counsellor_user: User, reason: ClosingReason
) -> None:
    closed = close(waiting, counsellor_user, MONDAY + HOUR, reason)
    assert (closed.resident_informed_at, closed.informed_by, closed.kept_in_time) == (None, None, None)
    assert (closed.closed_at, closed.closing_reason) == (MONDAY + HOUR, reason)
    assert Exchange.objects.get().kind == Happening.CLOSED
    assert state_in_words(closed, MONDAY + timedelta(days=9))[0] == f"close, {reason.label}"
    assert resident_clock(closed, MONDAY + 2 * HOUR).state == "idle"
    assert resident_clock(closed, MONDAY + timedelta(days=9)).state == "late"


@pytest.mark.parametrize("reason", TELLS_NOT)
def test_the_charter_counts_them_among_those_never_answered_and_nobody_has_to_run_after_them(
    waiting: ServiceRequest, counsellor_user: User, structure: Structure, reason: str
) -> None:
    close(waiting, counsellor_user, MONDAY + HOUR, reason)
    soon, later = MONDAY + 2 * HOUR, MONDAY + timedelta(days=9)
    assert facts(structure, soon).counted == 0, "the promise has not run out yet"
    counted = facts(structure, later)
    assert (counted.counted, counted.on_time, counted.late_now) == (1, 0, 0)
    assert not ServiceRequest.objects.late(later).exists()
    assert to_do_at(structure, later).count == 0


def test_looking_back_it_was_late_until_it_closed(
    waiting: ServiceRequest, counsellor_user: User, structure: Structure
) -> None:
    close(waiting, counsellor_user, MONDAY + timedelta(days=9), ClosingReason.UNREACHABLE)
    load_charter(now=MONDAY)
    sites = Structure.objects.filter(pk=structure.pk)

    def late_at(now: datetime) -> int:
        (site,) = gather(sites, charter_in_force(now.date()), now, looking_back=True)
        return site.requests.late_now

    assert late_at(MONDAY + timedelta(days=8)) == 1
    assert late_at(MONDAY + timedelta(days=10)) == 0


def test_nobody_is_informed_by_a_reason_that_tells_nobody(waiting: ServiceRequest, counsellor_user: User) -> None:
    with pytest.raises(ValueError, match="tells"):
        actions.inform_resident(request=waiting, by=counsellor_user, now=MONDAY, reason=ClosingReason.ABANDONED)


@pytest.mark.parametrize(
    ("first", "second"), [(TELLS[0], TELLS[1]), (TELLS[0], TELLS_NOT[0]), (TELLS_NOT[0], TELLS[0]), TELLS_NOT]
)
def test_of_two_closings_the_first_stands(
    waiting: ServiceRequest, counsellor_user: User, first: str, second: str
) -> None:
    before = close(waiting, counsellor_user, MONDAY + HOUR, first)
    with pytest.raises(actions.AlreadyInformed) as already:
        close(waiting, UserFactory(), MONDAY + 2 * HOUR, second)
    assert already.value.request.closed_at == MONDAY + HOUR
    after = ServiceRequest.objects.get()
    assert (after.closing_reason, after.resident_informed_at) == (before.closing_reason, before.resident_informed_at)
    assert Exchange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_closings_at_the_same_instant_leave_one_verdict(waiting: ServiceRequest, counsellor_user: User) -> None:
    def work(reason: str) -> bool:
        try:
            actions.close(request=ServiceRequest.objects.get(), by=counsellor_user, now=MONDAY + HOUR, reason=reason)
        except actions.AlreadyInformed:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as threads:
        won = list(threads.map(work, [*ClosingReason]))
    assert won.count(True) == 1
    closed = ServiceRequest.objects.get()
    told = ClosingReason(closed.closing_reason).tells_the_resident
    assert (closed.resident_informed_at is not None) == told
    assert Exchange.objects.count() == 1


# Opened again


def test_closed_by_mistake_the_clock_goes_on_as_if_it_never_was(
    waiting: ServiceRequest, counsellor_user: User, structure: Structure
) -> None:
    closed = close(waiting, counsellor_user, MONDAY + HOUR, TELLS[0])
    actions.reopen_closed_by_mistake(request=closed, by=counsellor_user, now=MONDAY + timedelta(days=5))
    opened = ServiceRequest.objects.get()
    assert (opened.resident_informed_at, opened.informed_by, opened.closed_at) == (None, None, None)
    assert (opened.due_at, opened.reopened_at) == (waiting.due_at, MONDAY + timedelta(days=5))
    assert opened.is_late(MONDAY + timedelta(days=5))
    assert list(Exchange.objects.values_list("kind", flat=True)) == [Happening.INFORMED, Happening.REOPENED]
    assert facts(structure, MONDAY + timedelta(days=5)).late_now == 1


def test_when_the_person_is_back_the_first_verdict_stands_and_the_desk_shows_her_until_it_closes(
    waiting: ServiceRequest, counsellor_user: User, structure: Structure
) -> None:
    closed = close(waiting, counsellor_user, MONDAY + HOUR, TELLS[0])
    back = MONDAY + timedelta(days=20)
    actions.reopen_for_return(request=closed, by=counsellor_user, now=back)
    opened = ServiceRequest.objects.get()
    assert (opened.resident_informed_at, opened.kept_in_time) == (MONDAY + HOUR, True)
    assert opened.is_open
    assert not opened.is_late(back)
    assert to_do_at(structure, back).count == 1
    assert state_in_words(opened, back)[0] == "rouverte"
    again = close(opened, counsellor_user, back + HOUR, ClosingReason.NO_HELP)
    assert (again.resident_informed_at, again.closed_at) == (MONDAY + HOUR, back + HOUR)
    assert to_do_at(structure, back + HOUR).count == 0
    kinds = [Happening.INFORMED, Happening.REOPENED, Happening.CLOSED]
    assert list(Exchange.objects.values_list("kind", flat=True)) == kinds
    assert facts(structure, back + HOUR).on_time == 1


def test_who_gave_up_and_comes_back_still_waits_for_the_same_promise(
    waiting: ServiceRequest, counsellor_user: User
) -> None:
    closed = close(waiting, counsellor_user, MONDAY + HOUR, ClosingReason.ABANDONED)
    actions.reopen_for_return(request=closed, by=counsellor_user, now=MONDAY + 2 * HOUR)
    told = close(ServiceRequest.objects.get(), counsellor_user, MONDAY + 3 * HOUR, TELLS[0])
    assert (told.resident_informed_at, told.due_at) == (MONDAY + 3 * HOUR, waiting.due_at)


@pytest.mark.parametrize("why", ["erreur", "retour"])
def test_a_request_that_was_forgotten_is_not_opened_again(
    waiting: ServiceRequest, counsellor: Client, why: str
) -> None:
    ServiceRequest.objects.update(closed_at=MONDAY, erased_at=MONDAY)
    page = counsellor.post(f"{waiting.get_absolute_url()}rouvrir/", {"why": why}, follow=True).content.decode()
    assert "a été effacée" in page
    assert "noter une nouvelle demande" in page
    assert "La rouvrir" not in page
    assert not ServiceRequest.objects.get().is_open


@pytest.mark.parametrize(
    "state",
    [{}, {"closed_at": MONDAY, "cancelled_at": MONDAY}, {"closed_at": MONDAY, "erased_at": MONDAY}],
    ids=["open", "cancelled", "erased"],
)
def test_only_a_closed_request_is_opened_again(
    waiting: ServiceRequest, counsellor_user: User, state: dict[str, datetime]
) -> None:
    ServiceRequest.objects.update(**state)
    with pytest.raises(actions.AlreadyOpen):
        actions.reopen_closed_by_mistake(request=waiting, by=counsellor_user, now=MONDAY + HOUR)
    assert not Exchange.objects.exists()


# The page


def test_the_likely_reason_is_chosen_beforehand(waiting: ServiceRequest) -> None:
    answer, missing = Exchange(kind=Happening.ANSWERED), Exchange(kind=Happening.MISSING)
    assert likely_reason(waiting, answer) == ClosingReason.SOLVED_BY_OPERATOR
    waiting.outcome = Outcome.CALL_BACK
    assert likely_reason(waiting, None) == ClosingReason.SOLVED_HERE
    waiting.referred_at = MONDAY
    assert likely_reason(waiting, None) is None, "asked, and nobody has answered"
    assert likely_reason(waiting, missing) is None
    waiting.oriented_to = LocalServiceFactory()
    assert likely_reason(waiting, missing) == ClosingReason.ORIENTED


def selected(client: Client, request: ServiceRequest) -> list[str]:
    page = client.get(request.get_absolute_url()).content.decode()
    return re.findall(r'<option value="(\w*)" selected', page)


def test_a_missing_document_or_not_me_closes_nothing_beforehand(
    counsellor: Client, waiting: ServiceRequest, contact: Contact
) -> None:
    referral = ReferralFactory(request=waiting, contact=contact, sent_at=MONDAY)
    actions.settle(waiting)
    assert selected(counsellor, waiting) == [""]
    answers.answer(referral=referral, kind=Happening.MISSING, text="Il manque le bail", now=MONDAY + HOUR)
    assert selected(counsellor, waiting) == [""]
    answers.answer(referral=referral, kind=Happening.ANSWERED, text="C’est payé", now=MONDAY + 2 * HOUR)
    assert selected(counsellor, waiting) == ["solved_by_operator"]


def test_after_not_me_nothing_is_chosen_and_nothing_closes_by_pressing_only(
    counsellor: Client, waiting: ServiceRequest, contact: Contact
) -> None:
    referral = ReferralFactory(request=waiting, contact=contact, sent_at=MONDAY)
    answers.decline(referral=referral, now=MONDAY + HOUR, instead=None, says="Ce n’est pas moi")
    assert selected(counsellor, waiting) == [""]
    counsellor.post(reverse("referrals:inform", args=[waiting.reference]), {"reason": ""})
    waiting.refresh_from_db()
    assert waiting.is_open


def test_the_page_closes_and_opens_again(waiting: ServiceRequest, counsellor_user: User, sign_in: Persona) -> None:
    page = waiting.get_absolute_url()
    with time_machine.travel(MONDAY + HOUR, tick=False):
        counsellor = sign_in(counsellor_user)
        assert "Personne injoignable" in counsellor.get(page).content.decode()
        said = counsellor.post(f"{page}clore/", {"reason": "unreachable"}, follow=True).content.decode()
        assert "n’est pas comptée comme informée" in said
        assert "La personne revient" in said
        counsellor.post(f"{page}rouvrir/", {"why": "retour"})
        counsellor.post(f"{page}usager-informe/", {"reason": "solved_here"})
        said = counsellor.post(f"{page}clore/", {"reason": "abandoned"}, follow=True).content.decode()
        assert "C’était déjà fait" in said
    assert ServiceRequest.objects.get().closing_reason == ClosingReason.SOLVED_HERE


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("clore/", {"reason": "solved_here"}),
        ("clore/", {}),
        ("usager-informe/", {"reason": "unreachable"}),
        ("rouvrir/", {"why": "envie"}),
    ],
)
def test_what_was_not_offered_changes_nothing(
    waiting: ServiceRequest, counsellor: Client, address: str, typed: dict[str, str]
) -> None:
    assert counsellor.post(f"{waiting.get_absolute_url()}{address}", typed).status_code == 302
    assert ServiceRequest.objects.get().closed_at is None


def test_oriented_asks_where_to_unless_it_was_said(waiting: ServiceRequest, counsellor: Client) -> None:
    address = f"{waiting.get_absolute_url()}usager-informe/"
    asked = counsellor.post(address, {"reason": "oriented"})
    assert asked["Location"].endswith("/orienter/")
    assert ServiceRequest.objects.get().closed_at is None
    ServiceRequest.objects.update(oriented_to=LocalServiceFactory(), received_at=YESTERDAY)
    counsellor.post(address, {"reason": "oriented"})
    assert ServiceRequest.objects.get().closing_reason == ClosingReason.ORIENTED


# The sheet


def test_the_sheet_says_who_when_what_and_whom_to_call_and_no_name(
    waiting: ServiceRequest, counsellor_user: User, sign_in: Persona, contact: Contact, structure: Structure
) -> None:
    structure.phone = "0261910040"
    structure.save()
    waiting.procedure.what_to_bring = "pièce d’identité|avis d’impôt"
    waiting.procedure.save()
    ReferralFactory(request=waiting, contact=contact, sent_at=MONDAY)
    ServiceRequest.objects.update(referred_at=MONDAY)
    with time_machine.travel(MONDAY + HOUR, tick=False):
        counsellor = sign_in(counsellor_user)
        page = counsellor.get(f"{waiting.get_absolute_url()}feuille/").content.decode()
        assert "/feuille/" in counsellor.get(waiting.get_absolute_url()).content.decode()
    for said in (
        waiting.reference,
        "Aline Counsellor",
        "Allocations familiales",
        "Jeudi 26 novembre à 10\xa0h",
        "Pièce d’identité",
        "Avis d’impôt",
        "02\xa061\xa091\xa000\xa040",
    ):
        assert said in page, said
    assert contact.name not in page, "the contact's line is private"


def test_the_sheet_of_a_request_that_is_over_promises_nothing_more(waiting: ServiceRequest, counsellor: Client) -> None:
    ServiceRequest.objects.update(resident_informed_at=MONDAY + HOUR, closed_at=MONDAY + HOUR)
    page = counsellor.get(f"{waiting.get_absolute_url()}feuille/").content.decode()
    assert "Au plus tard" not in page


def test_the_sheet_of_a_bus_leads_to_its_stops(counsellor_user: User, counsellor: Client, structure: Structure) -> None:
    structure.locations.all().delete()
    request = ServiceRequestFactory(structure=structure, author=counsellor_user)
    page = counsellor.get(f"{request.get_absolute_url()}feuille/").content.decode()
    assert "Lieux et horaires" in page
