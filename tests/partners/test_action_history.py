"""Is each session and each member of a local action told in its history, with its author, and taken back?"""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from partners.actions.local_actions import (
    add_member,
    add_session,
    cancel_session,
    plan_sessions,
    record_attendance,
    restore_session,
    update_action,
    update_member,
)
from partners.actions.undo import CannotUndo
from partners.models import ActionMember, ActionSession, LocalService, Role
from partners.session_calendar import Rhythm
from partners.versions import ChangedMeanwhile, version_of
from tests.accounts.factories import UserFactory
from tests.partners.factories import ActionFactory, ProcedureFactory, SubjectFactory
from tests.partners.history_lines import line_of, refused, signed, told, undo

pytestmark = pytest.mark.django_db
SHEET: Any = {"people_received": 12, "procedures_done": 9, "note": "", "present": (), "sent": [("CAF", 3)]}


@pytest.fixture
def nadia() -> User:
    return UserFactory(full_name="Nadia")


@pytest.fixture
def action(coordination: Team) -> LocalService:
    return ActionFactory(coordination=coordination)


# The team


def member_of(action: LocalService, by: User, **other: Any) -> ActionMember:
    values: Any = {"full_name": "Rose", "role": Role.VOLUNTEER, "occupation": "", "joined_on": date(2024, 1, 8)}
    return add_member(action=action, **signed(by), **(values | {"left_on": None} | other))[0]


def test_a_member_added_goes_away_comes_back_under_her_number_and_leaves_once_she_held_a_session(nadia, action):
    member = member_of(action, nadia)
    born = line_of(action)
    assert told(action) == "Équipe, Rose : ajout"
    back = undo(born, nadia)
    assert not action.members.exists()
    undo(back, nadia)
    assert action.members.get() == member
    session = add_session(action=action, day=date(2026, 9, 11), opens=time(14), closes=time(16), **signed(nadia))[0]
    record_attendance(session=session, version=None, **signed(nadia), **(SHEET | {"present": [member]}))
    undo(born, nadia)
    member.refresh_from_db()
    assert member.left_on is not None
    assert list(session.present.all()) == [member]


def test_a_member_corrected_says_again_what_she_said(nadia, action):
    member = member_of(action, nadia)
    values: Any = {
        "full_name": "Rose",
        "role": Role.PROFESSIONAL,
        "occupation": "juriste",
        "joined_on": date(2024, 1, 8),
    }
    update_member(member=member, version=None, **signed(nadia), **values, left_on=date(2026, 6, 30))
    assert told(action) == (
        "Équipe, Rose : fiche corrigée, rôle bénévole devient professionnel, métier « juriste », jusqu’au 30 juin 2026"
    )
    line = line_of(action)
    back = undo(line, nadia)
    member.refresh_from_db()
    assert (member.role, member.occupation, member.left_on) == (Role.VOLUNTEER, "", None)
    undo(back, nadia)
    member.refresh_from_db()
    assert member.occupation == "juriste"


# Sessions


def session_on(action: LocalService, day: date, by: User) -> ActionSession:
    return add_session(action=action, day=day, opens=time(14), closes=time(16, 30), **signed(by))[0]


def test_a_session_to_come_goes_away_and_one_that_came_stays_cancelled(nadia, action):
    coming = session_on(action, timezone.localdate() + timedelta(days=30), nadia)
    back = undo(line_of(action), nadia)
    assert not action.sessions.exists()
    undo(back, nadia)
    assert action.sessions.get() == coming
    past = session_on(action, timezone.localdate() - timedelta(days=30), nadia)
    back = undo(line_of(action), nadia)
    past.refresh_from_db()
    assert past.cancelled_because == "ajoutée par erreur"
    undo(back, nadia)
    past.refresh_from_db()
    assert past.cancelled_because == ""


def test_a_year_that_was_planned_goes_away_with_its_rhythm_and_may_be_planned_again(nadia, action):
    first = timezone.localdate() + timedelta(days=14)
    days = [first + timedelta(weeks=2 * number) for number in range(6)]

    def plan(opens: time) -> int:
        rhythm = Rhythm(first, 2, opens, time(16, 30))
        return plan_sessions(action=action, rhythm=rhythm, days=days, **signed(nadia))

    assert plan(time(9)) == 6
    assert told(action).startswith("Calendrier des séances / 6 séances ajoutées, du ")
    back = undo(line_of(action), nadia)
    action.refresh_from_db()
    assert not action.sessions.exists()
    assert not action.schedule.slots.exists()
    assert plan(time(14)) == 6
    refused(back, nadia)  # the days are taken anew
    undo(line_of(action), nadia)
    undo(back, nadia)
    assert set(action.sessions.values_list("opens", flat=True)) == {time(9)}


def test_a_year_of_which_one_session_was_cancelled_since_is_not_taken_back(nadia, action):
    day = timezone.localdate() + timedelta(days=14)
    plan_sessions(action=action, rhythm=Rhythm(day, 2, time(14), time(16)), days=[day], **signed(nadia))
    planned = line_of(action)
    cancel_session(session=action.sessions.get(), because="travaux", **signed(nadia))
    refused(planned, nadia)
    assert action.sessions.count() == 1


def test_a_cancelled_session_takes_place_again_and_a_restored_one_does_not(nadia, action):
    session = session_on(action, date(2026, 11, 27), nadia)
    cancel_session(session=session, because="travaux", **signed(nadia))
    assert told(action) == "Séance du vendredi 27 novembre 2026 : annulée, travaux"
    undo(line_of(action), nadia)
    session.refresh_from_db()
    assert session.cancelled_because == ""
    cancel_session(session=session, because="grève", **signed(nadia))
    restore_session(session=session, **signed(nadia))
    assert told(action) == "Séance du vendredi 27 novembre 2026 : rétablie"
    undo(line_of(action), nadia)
    session.refresh_from_db()
    assert session.cancelled_because == "grève"


def test_an_attendance_sheet_says_again_its_counts_its_team_and_whom_people_were_sent_to(nadia, action):
    rose, paul = member_of(action, nadia), member_of(action, nadia, full_name="Paul")
    session = session_on(action, date(2026, 11, 27), nadia)
    record_attendance(session=session, version=None, **signed(nadia), **(SHEET | {"present": [rose]}))
    filled = line_of(action)
    other = {"people_received": 14, "present": [paul], "sent": [("CAF", 2), ("CMS", 1)]}
    record_attendance(session=session, version=None, **signed(nadia), **(SHEET | other))
    assert told(action) == (
        "Séance du vendredi 27 novembre 2026 : feuille corrigée, personnes reçues 12 devient 14, "
        "vers CAF 3 devient 2, vers CMS 1, présents en plus (Paul), présents en moins (Rose)"
    )
    corrected = line_of(action)
    refused(filled, nadia)
    back = undo(corrected, nadia)
    session.refresh_from_db()
    assert (session.people_received, list(session.present.all())) == (12, [rose])
    assert list(session.sent.values_list("label", "count")) == [("CAF", 3)]
    undo(back, nadia)
    session.refresh_from_db()
    assert (session.people_received, list(session.present.all())) == (14, [paul])
    assert list(session.sent.values_list("label", "count")) == [("CAF", 2), ("CMS", 1)]
    undo(line_of(action), nadia)
    undo(filled, nadia)
    session.refresh_from_db()
    assert (session.people_received, session.present.count(), session.sent.count()) == (None, 0, 0)


def test_a_sheet_does_not_come_back_with_somebody_who_is_no_longer_known(nadia, action):
    rose = member_of(action, nadia)
    session = session_on(action, date(2026, 11, 27), nadia)
    record_attendance(session=session, version=None, **signed(nadia), **(SHEET | {"present": [rose]}))
    record_attendance(session=session, version=None, **signed(nadia), **SHEET)
    line = line_of(action)
    rose.delete()
    with pytest.raises(CannotUndo) as problem:
        undo(line, nadia)
    assert "ne fait plus partie" in problem.value.said
    assert session.present.count() == 0


# The sheet itself


def test_what_hangs_from_a_sheet_blocks_neither_its_undoing_nor_whoever_is_editing_it(nadia, action):
    update_action(action=action, version=None, **signed(nadia), access="sur rendez-vous")
    edited, opened = line_of(action), version_of(action)
    session_on(action, date(2026, 11, 27), nadia)
    member_of(action, nadia)
    assert update_action(action=action, version=opened, **signed(nadia), phone="02 61 91 00 12")
    with pytest.raises(ChangedMeanwhile) as problem:
        update_action(action=action, version=opened, **signed(nadia), phone="02 61 91 00 13")
    assert problem.value.by == nadia
    undo(edited, nadia)
    action.refresh_from_db()
    assert (action.access, action.phone) == ("", "02 61 91 00 12")
    assert (action.sessions.count(), action.members.count()) == (1, 1)


def test_a_sheet_whose_needs_were_changed_since_it_was_opened_is_in_conflict(nadia, action):
    update_action(action=action, version=None, **signed(nadia), access="sur rendez-vous")
    opened = version_of(action)
    action.needs.add(SubjectFactory())
    action.procedures.add(ProcedureFactory())
    with pytest.raises(ChangedMeanwhile):
        update_action(action=action, version=opened, **signed(nadia), phone="02 61 91 00 13")


# The pages


def test_the_history_is_undone_from_the_actions_page(sign_in, action):
    user = UserFactory(teams=[action.coordination])
    client, page = sign_in(user), reverse("partners:local_action", args=[action.pk])
    session_on(action, timezone.localdate() + timedelta(days=3), user)
    address = reverse("partners:local_action_undo", args=[action.pk, line_of(action).history_id])
    assert address in client.get(page).content.decode()
    assert client.post(address, follow=True).redirect_chain == [(page, 302)]
    assert not action.sessions.exists()


def test_the_actions_page_and_all_the_history_cost_the_same_for_one_row_as_for_a_hundred(
    sign_in, action, partner_office, queries_for
):
    action.office = partner_office
    action.save()
    user = UserFactory(teams=[action.coordination])
    coordinator, manager = sign_in(user), sign_in(UserFactory(teams=[partner_office]))
    pages = [
        (coordinator, reverse("partners:local_action", args=[action.pk])),
        (manager, reverse("partners:changes")),
    ]

    def held(days_ago: int) -> None:
        session = session_on(action, timezone.localdate() - timedelta(days=days_ago), user)
        present = [member_of(action, user, full_name=f"Membre {days_ago}")]
        record_attendance(session=session, version=None, **signed(user), **(SHEET | {"present": present}))

    held(1)
    session_on(action, timezone.localdate() + timedelta(days=500), user)
    for client, page in pages:
        client.get(page)
    before = [queries_for(lambda one=one: one[0].get(one[1])) for one in pages]
    days = [timezone.localdate() + timedelta(days=number) for number in range(1, 101)]
    rhythm = Rhythm(days[0], 1, time(14), time(16, 30), in_term_only=False)
    plan_sessions(action=action, rhythm=rhythm, days=days, **signed(user))
    undo(line_of(action), user)
    undo(line_of(action), user)
    for number in range(2, 9):
        held(number)
    after = [queries_for(lambda one=one: one[0].get(one[1])) for one in pages]
    assert after[1] == before[1]
    # The rhythm, that the action did not have, is two rows to read whatever their number.
    assert after[0] <= before[0] + 3
