"""Somebody comes back about a request that was closed: which promise holds, and does the page say so?"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import Team, User
from outbox.models import Message
from partners.models import Contact
from quality.actions import load_charter
from quality.facts import charter_in_force, gather
from referrals import actions
from referrals.actions.corrections import entry_of
from referrals.clocks import resident_clock
from referrals.deadlines import Unit
from referrals.desk.needs import Pile, to_do_at
from referrals.know_how import solve_with
from referrals.models import ClosingReason, Exchange, Happening, Outcome, ReferralChannel, ServiceRequest
from referrals.sheet import read_sheet
from referrals.standing import state_in_words
from schedules.calendars import PARIS
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.conftest import Persona
from tests.partners.factories import KnowHowNoteFactory
from tests.referrals.conftest import MONDAY

HOUR = timedelta(hours=1)
FRIDAY = datetime(2026, 12, 11, 16, 30, tzinfo=PARIS)
"""Eighteen days later, before a weekend."""
IN_EACH_UNIT = [
    (Unit.CALENDAR, datetime(2026, 12, 14, 16, 30, tzinfo=PARIS)),
    (Unit.WORKING_DAYS, datetime(2026, 12, 16, 16, 30, tzinfo=PARIS)),
]

pytestmark = pytest.mark.django_db


def at_first(request: ServiceRequest, unit: Unit = Unit.CALENDAR) -> ServiceRequest:
    """Received on Monday at ten, promised for Thursday at ten."""
    due = MONDAY + timedelta(hours=72)
    ServiceRequest.objects.update(received_at=MONDAY, due_at=due, promised_unit=unit)
    return ServiceRequest.objects.get(pk=request.pk)


def back(request: ServiceRequest, by: User, reason: ClosingReason, at: datetime = FRIDAY) -> ServiceRequest:
    actions.close(request=request, by=by, now=MONDAY + HOUR, reason=reason)
    actions.reopen_for_return(request=request, by=by, now=at)
    return ServiceRequest.objects.get(pk=request.pk)


@pytest.mark.parametrize(("unit", "until"), IN_EACH_UNIT)
def test_told_then_back_is_promised_as_long_again_from_then_on(
    waiting_request: ServiceRequest, counsellor_user: User, structure: Structure, unit: Unit, until: datetime
) -> None:
    opened = back(at_first(waiting_request, unit), counsellor_user, ClosingReason.SOLVED_BY_OPERATOR)
    assert opened.promised_until == until
    assert (opened.due_at, opened.kept_in_time) == (MONDAY + timedelta(hours=72), True), "the first verdict stands"
    assert (opened.is_late(until), opened.is_late(until + HOUR)) == (False, True)
    for now, pile, words in [
        (FRIDAY, Pile.HAND_OVER, "rouverte"),
        (until - 10 * HOUR, Pile.TODAY, "rouverte"),
        (until + HOUR, Pile.LATE, "rouverte, en retard"),
    ]:
        assert list(to_do_at(structure, now).piles) == [pile]
        assert state_in_words(opened, now)[0] == words
    clock = resident_clock(opened, FRIDAY + HOUR)
    assert (clock.title, clock.state) == ("Promesse à l’usager, depuis son retour", "on-time")
    assert "14 décembre" in clock.due if unit is Unit.CALENDAR else "16 décembre" in clock.due
    assert "première promesse" in clock.due
    assert unit.label in clock.unit
    assert resident_clock(opened, until + HOUR).state == "late"


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("verb", [actions.reopen_for_return, actions.reopen_closed_by_mistake])
def test_never_told_anything_the_same_promise_goes_on_even_when_it_has_run_out(
    waiting_request: ServiceRequest, counsellor_user: User, structure: Structure, unit: Unit, verb
) -> None:
    """Nothing but a useful word stops the clock: neither a closing nor a return makes it start again."""
    request = at_first(waiting_request, unit)
    actions.close(request=request, by=counsellor_user, now=MONDAY + HOUR, reason=ClosingReason.ABANDONED)
    verb(request=request, by=counsellor_user, now=FRIDAY)
    opened = ServiceRequest.objects.get()
    assert opened.promised_until == opened.due_at == MONDAY + timedelta(hours=72)
    assert list(to_do_at(structure, FRIDAY).piles) == [Pile.LATE]
    assert "n’a pas été tenue" in Exchange.objects.get(kind=Happening.REOPENED).text


def test_back_twice_counts_from_the_last_time(waiting_request: ServiceRequest, counsellor_user: User) -> None:
    opened = back(at_first(waiting_request), counsellor_user, ClosingReason.SOLVED_HERE)
    actions.close(request=opened, by=counsellor_user, now=FRIDAY + HOUR, reason=ClosingReason.NO_HELP)
    assert opened.promised_until is None
    actions.reopen_for_return(request=opened, by=counsellor_user, now=FRIDAY + timedelta(days=7))
    assert opened.promised_until == FRIDAY + timedelta(days=10)


@pytest.mark.parametrize(("days", "said"), [(1, "tenue"), (4, "en retard de 1\xa0j")])
def test_told_again_the_timeline_says_whether_the_second_promise_was_kept(
    waiting_request: ServiceRequest, counsellor_user: User, days: int, said: str
) -> None:
    opened = back(at_first(waiting_request), counsellor_user, ClosingReason.SOLVED_HERE)
    actions.close(request=opened, by=counsellor_user, now=FRIDAY + timedelta(days=days), reason=ClosingReason.NO_HELP)
    text = Exchange.objects.get(kind=Happening.CLOSED).text
    assert text.startswith("Sans solution possible.")
    assert said in text.replace("\u202f", "\xa0")


def test_a_second_closing_undone_undoes_neither_the_first_verdict_nor_the_second_clock(
    waiting_request: ServiceRequest, counsellor_user: User
) -> None:
    opened = back(at_first(waiting_request), counsellor_user, ClosingReason.SOLVED_HERE)
    until = opened.promised_until
    actions.close(request=opened, by=counsellor_user, now=FRIDAY + HOUR, reason=ClosingReason.NO_HELP)
    actions.reopen_closed_by_mistake(request=opened, by=counsellor_user, now=FRIDAY + 2 * HOUR)
    again = ServiceRequest.objects.get()
    assert (again.resident_informed_at, again.informed_by) == (MONDAY + HOUR, counsellor_user)
    assert again.promised_until == until


def test_the_second_deadline_is_fixed_at_the_return_and_kept_at_the_end(
    waiting_request: ServiceRequest, counsellor_user: User
) -> None:
    request = at_first(waiting_request)
    actions.close(request=request, by=counsellor_user, now=MONDAY + HOUR, reason=ClosingReason.UNREACHABLE)
    actions.reopen_for_return(request=request, by=counsellor_user, now=MONDAY + 2 * HOUR)
    assert request.return_due_at is None, "she was told nothing: the first promise goes on"
    opened = back(request, counsellor_user, ClosingReason.SOLVED_HERE)
    ServiceRequest.objects.update(promised_hours=1)
    opened.refresh_from_db()
    assert opened.promised_until == opened.return_due_at == FRIDAY + timedelta(hours=72)
    actions.close(request=opened, by=counsellor_user, now=FRIDAY + HOUR, reason=ClosingReason.ABANDONED)
    assert (opened.promised_until, opened.return_due_at) == (None, FRIDAY + timedelta(hours=72))


def test_the_coordinator_reads_which_promise_is_late_and_the_share_counts_the_first(
    waiting_request: ServiceRequest, counsellor_user: User, structure: Structure, coordination: Team, sign_in: Persona
) -> None:
    back(at_first(waiting_request), counsellor_user, ClosingReason.SOLVED_HERE)
    load_charter(now=MONDAY)
    later = FRIDAY + timedelta(days=4)
    (site,) = gather(Structure.objects.filter(pk=structure.pk), charter_in_force(later.date()), later)
    assert (site.requests.counted, site.requests.on_time, site.requests.late_now) == (1, 1, 1)
    Structure.objects.update(coordination=coordination)
    with time_machine.travel(later, tick=False):
        page = sign_in(UserFactory(teams=[coordination])).get("/pilotage/retards/").content.decode()
    assert "lundi 14 décembre à 16\xa0h\xa030" in page
    assert "pas encore transmise depuis son retour" in page


def test_a_note_of_know_how_may_solve_what_she_came_back_for(
    waiting_request: ServiceRequest, counsellor_user: User, partner_office: Team
) -> None:
    opened = back(at_first(waiting_request), counsellor_user, ClosingReason.NO_HELP)
    note = KnowHowNoteFactory(office=partner_office, procedure=opened.procedure)
    solve_with(request=opened, note=note, by=UserFactory(), now=FRIDAY + HOUR)
    solved = ServiceRequest.objects.get()
    assert (solved.solved_with, solved.closed_at) == (note, FRIDAY + HOUR)
    assert (solved.resident_informed_at, solved.informed_by) == (MONDAY + HOUR, counsellor_user)
    assert "Promesse du retour tenue" in Exchange.objects.get(kind=Happening.CLOSED).text


def test_a_correction_never_undoes_what_she_was_told_before_she_came_back(
    waiting_request: ServiceRequest, counsellor_user: User
) -> None:
    request = at_first(waiting_request)
    ServiceRequest.objects.update(outcome=Outcome.SOLVED)
    opened = back(request, counsellor_user, ClosingReason.SOLVED_HERE)
    for outcome, is_open in [(Outcome.REFERRED, True), (Outcome.SOLVED, False), (Outcome.REFERRED, True)]:
        opened.refresh_from_db()
        entry = replace(entry_of(opened), outcome=outcome)
        actions.correct(request=opened, entry=entry, version=opened.version, by=UserFactory(), now=FRIDAY + HOUR)
        now = ServiceRequest.objects.get()
        assert (now.outcome, now.is_open) == (outcome, is_open)
        assert (now.resident_informed_at, now.informed_by) == (MONDAY + HOUR, counsellor_user)
        assert now.promised_until == (FRIDAY + timedelta(hours=72) if is_open else None)


def test_opened_again_as_a_mistake_it_is_no_longer_said_solved_here(
    waiting_request: ServiceRequest, counsellor_user: User
) -> None:
    """Neither with a note; and the timeline says what became of the outcome, as a correction does."""
    request = at_first(waiting_request)
    ServiceRequest.objects.update(
        outcome=Outcome.SOLVED,
        resident_informed_at=MONDAY,
        closed_at=MONDAY,
        closing_reason=ClosingReason.SOLVED_HERE,
        solved_with=KnowHowNoteFactory(procedure=request.procedure),
    )
    actions.reopen_closed_by_mistake(request=request, by=counsellor_user, now=MONDAY + HOUR)
    assert (request.outcome, request.solved_with) == (Outcome.REFERRED, None)
    assert "Suite\xa0: Réglée ici → À transmettre." in Exchange.objects.get(kind=Happening.REOPENED).text
    assert ServiceRequest.objects.not_handed_over().get() == request


def test_an_answer_passed_on_already_is_not_to_pass_on_again(
    waiting_request: ServiceRequest, counsellor_user: User, structure: Structure
) -> None:
    request = at_first(waiting_request)
    ServiceRequest.objects.update(answered_at=MONDAY + HOUR / 2, outcome=Outcome.REFERRED)
    back(request, counsellor_user, ClosingReason.SOLVED_BY_OPERATOR)
    assert list(to_do_at(structure, FRIDAY).piles) == [Pile.HAND_OVER], "somebody is to be asked anew"
    ServiceRequest.objects.update(answered_at=FRIDAY + HOUR)
    assert list(to_do_at(structure, FRIDAY + 2 * HOUR).piles) == [Pile.ANSWER]


def test_the_page_the_list_the_sheet_and_the_contact_say_which_promise_holds(
    waiting_request: ServiceRequest, contact: Contact, counsellor_user: User, sign_in: Persona
) -> None:
    request = at_first(waiting_request)
    actions.close(request=request, by=counsellor_user, now=MONDAY + HOUR, reason=ClosingReason.SOLVED_HERE)
    page = request.get_absolute_url()
    with time_machine.travel(FRIDAY, tick=False):
        counsellor = sign_in(counsellor_user)
        before = counsellor.get(page).content.decode()
        assert "une nouvelle promesse court" in before, "what each button does is said before it is pressed"
        assert "avant le lundi 14 décembre à 16\xa0h\xa030" in before
        said = counsellor.post(f"{page}rouvrir/", {"why": "retour"}, follow=True).content.decode()
        assert "Réponse promise avant le lundi 14 décembre à 16\xa0h\xa030" in said
        assert "Promesse à l’usager, depuis son retour" in said
        line = counsellor.get("/demandes/").content.decode()
        assert "rouverte" in line
        assert "Dans 3\xa0j" in line.replace("\u202f", "\xa0")
        for path in ("transmettre/", "orienter/"):
            asked = counsellor.get(f"{page}{path}").content.decode()
            assert "promise avant le lundi 14 décembre" in asked
    sheet = read_sheet(ServiceRequest.objects.get(), FRIDAY)
    assert "14 décembre" in sheet.when
    assert not sheet.is_over
    actions.refer(
        request=ServiceRequest.objects.get(),
        contact=contact,
        channel=ReferralChannel.MAIL,
        question="",
        by=counsellor_user,
        now=FRIDAY,
    )
    assert "14 décembre" in Message.objects.get().text


def test_a_lapsed_promise_is_said_before_opening_again(
    waiting_request: ServiceRequest, counsellor_user: User, sign_in: Persona
) -> None:
    request = at_first(waiting_request)
    actions.close(request=request, by=counsellor_user, now=MONDAY + HOUR, reason=ClosingReason.UNREACHABLE)
    with time_machine.travel(FRIDAY, tick=False):
        counsellor = sign_in(counsellor_user)
        page = counsellor.get(request.get_absolute_url()).content.decode()
        assert "elle n’a pas été tenue et compte comme en retard" in page
        said = counsellor.post(f"{request.get_absolute_url()}rouvrir/", {"why": "retour"}, follow=True)
        assert "La promesse du jeudi 26 novembre" in said.content.decode()
