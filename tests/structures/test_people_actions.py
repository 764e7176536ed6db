"""Is what is written about people true, kept in the history, and refused when it cannot be?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import JournalEntry, Membership
from schedules.snapshots import hours_of
from structures.actions import access, people, training_sessions
from structures.models import Change, Counsellor, Course, Training, What
from structures.opened import ChangedMeanwhile, digest
from tests.accounts.factories import UserFactory
from tests.structures.factories import (
    CounsellorFactory,
    CourseFactory,
    ScheduleFactory,
    StructureFactory,
    TrainingFactory,
    TrainingSessionFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # the 25th already in Paris
TODAY = date(2026, 11, 25)
SLOT = {
    "weekday": 0,
    "opens": "09:00:00",
    "closes": "12:00:00",
    "access": "walk_in",
    "frequency": "weekly",
    "interval": 1,
    "anchor": None,
    "nth": None,
    "dates": [],
    "valid_from": None,
    "valid_until": None,
    "except_school_holidays": False,
    "on_public_holidays": False,
}


@pytest.fixture
def by():
    return UserFactory(full_name="Claire Coordinatrice")


@pytest.fixture
def person():
    structure = StructureFactory()
    return CounsellorFactory(structure=structure, user=UserFactory(teams=[structure.team]), full_name="Aline Morel")


def written() -> dict[str, Any]:
    """The only change there is."""
    return {**Change.objects.values("before", "after").get()}


def changes(counsellor: Counsellor) -> list[str]:
    return list(Change.objects.filter(counsellor=counsellor).order_by("pk").values_list("what", flat=True))


# People


def test_somebody_joins_the_team_and_the_history_says_who_wrote_it(by):
    structure = StructureFactory()
    user = UserFactory(teams=[structure.team])
    person = people.add_counsellor(
        structure=structure, full_name="Aline Morel", arrived_on=TODAY, user=user, by=by, now=NOW
    )
    change = Change.objects.get()
    assert (change.what, change.before, change.author, change.at) == (What.COUNSELLOR, None, by, NOW)
    assert change.after == people.full_snapshot(person)
    structure.refresh_from_db()
    assert structure.changed_at == NOW


def test_added_twice_she_is_one_person(by):
    structure = StructureFactory()
    facts = {"structure": structure, "full_name": "Aline", "arrived_on": TODAY, "by": by, "now": NOW}
    assert people.add_counsellor(**facts) == people.add_counsellor(**facts)
    assert Counsellor.objects.count() == Change.objects.count() == 1


def test_an_account_belongs_to_one_person_of_the_team_at_a_time(by, person):
    facts = {"structure": person.structure, "full_name": "Autre", "arrived_on": TODAY, "by": by, "now": NOW}
    with pytest.raises(people.AccountTaken):
        people.add_counsellor(user=person.user, **facts)
    people.record_departure(counsellor=person, left_on=TODAY, by=by, now=NOW)
    assert people.add_counsellor(user=person.user, **facts).pk


def test_a_correction_keeps_before_and_after(by, person):
    people.correct_counsellor(
        counsellor=person, full_name="Aline Moreau", arrived_on=date(2023, 5, 2), user=None, by=by, now=NOW
    )
    person.refresh_from_db()
    assert (person.full_name, person.arrived_on, person.user) == ("Aline Moreau", date(2023, 5, 2), None)
    change = written()
    assert (change["before"]["full_name"], change["after"]["full_name"]) == ("Aline Morel", "Aline Moreau")


def test_nothing_changed_leaves_no_line(by, person):
    people.correct_counsellor(
        counsellor=person, full_name=person.full_name, arrived_on=person.arrived_on, user=person.user, by=by, now=NOW
    )
    assert not Change.objects.exists()


def test_a_correction_opened_before_another_writes_nothing(by, person):
    opened = digest(people.full_snapshot(person))
    facts = {"counsellor": person, "arrived_on": person.arrived_on, "user": person.user, "by": by, "now": NOW}
    people.correct_counsellor(full_name="Première", opened=opened, **facts)
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        people.correct_counsellor(full_name="Seconde", opened=opened, **facts)
    assert meanwhile.value.by == "Claire Coordinatrice"
    person.refresh_from_db()
    assert person.full_name == "Première"


def test_nobody_arrives_after_she_left(by):
    person = CounsellorFactory(left_on=date(2026, 1, 5))
    with pytest.raises(people.LeavesBeforeArriving):
        people.correct_counsellor(
            counsellor=person, full_name="A", arrived_on=date(2026, 2, 1), user=None, by=by, now=NOW
        )


def test_nobody_leaves_before_she_came(by, person):
    with pytest.raises(people.LeavesBeforeArriving):
        people.record_departure(counsellor=person, left_on=person.arrived_on - timedelta(days=1), by=by, now=NOW)
    assert not Change.objects.exists()


def test_a_departure_leaves_the_account_and_the_team_alone(by, person):
    people.record_departure(counsellor=person, left_on=TODAY, by=by, now=NOW)
    assert access.end_access_of_those_gone(NOW) == 0
    person.user.refresh_from_db()
    assert person.user.is_active
    assert Membership.objects.filter(user=person.user).exists()


def test_a_snapshot_is_written_back_with_its_certificates(by, person):
    TrainingFactory(counsellor=person, expires_on=date(2027, 3, 1))
    kept = people.full_snapshot(person)
    people.record_departure(counsellor=person, left_on=TODAY, by=by, now=NOW)
    person.trainings.all().delete()
    people.write_counsellor(person, kept)
    assert people.full_snapshot(Counsellor.objects.get()) == kept


# Access


def test_the_access_asked_to_end_ends_on_the_day_and_not_before(by, person):
    tomorrow = TODAY + timedelta(days=1)
    people.record_departure(counsellor=person, left_on=tomorrow, ends_access=True, by=by, now=NOW)
    assert access.end_access_of_those_gone(NOW) == 0
    assert access.end_access_of_those_gone(NOW + timedelta(days=1)) == 1
    assert not Membership.objects.filter(user=person.user).exists()
    assert JournalEntry.objects.filter(verb="accès au site retiré", subject=f"compte {person.user.pk}").count() == 1


def test_who_is_put_back_in_the_team_stays_in_it(by, person):
    people.record_departure(counsellor=person, left_on=TODAY, ends_access=True, by=by, now=NOW)
    access.end_access_of_those_gone(NOW)
    Membership.objects.create(user=person.user, team=person.structure.team)
    assert access.end_access_of_those_gone(NOW + timedelta(days=1)) == 0
    assert Membership.objects.filter(user=person.user).exists()


def test_who_still_works_at_another_site_of_the_team_keeps_it(by, person):
    CounsellorFactory(structure=StructureFactory(team=person.structure.team), user=person.user)
    people.record_departure(counsellor=person, left_on=TODAY, ends_access=True, by=by, now=NOW)
    assert access.end_access_of_those_gone(NOW) == 0
    assert Membership.objects.filter(user=person.user).exists()


def test_staying_after_all_keeps_the_access(by, person):
    people.record_departure(counsellor=person, left_on=TODAY, ends_access=True, by=by, now=NOW)
    people.record_departure(counsellor=person, left_on=None, by=by, now=NOW)
    assert access.end_access_of_those_gone(NOW) == 0


# Trainings


def test_a_certificate_ends_when_its_course_says_so(by, person):
    course = CourseFactory(validity_months=24)
    training = people.add_training(counsellor=person, course=course, completed_on=date(2026, 2, 28), by=by, now=NOW)
    assert training.expires_on == date(2028, 2, 28)
    assert changes(person) == [What.COUNSELLOR]
    assert written()["after"]["trainings"] == [
        {"course": "core", "completed_on": "2026-02-28", "expires_on": "2028-02-28"}
    ]


def test_an_end_that_was_typed_wins_over_the_course(by, person):
    training = people.add_training(
        counsellor=person,
        course=CourseFactory(validity_months=24),
        completed_on=TODAY,
        expires_on=date(2027, 1, 1),
        by=by,
        now=NOW,
    )
    assert training.expires_on == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("months", "end"),
    [(None, None), (1, date(2024, 2, 29)), (13, date(2025, 2, 28)), (11, date(2024, 12, 31)), (12, date(2025, 1, 31))],
)
def test_months_are_counted_to_the_same_day_or_the_last_of_the_month(months, end):
    assert people.end_of_validity(date(2024, 1, 31), months) == end


def test_the_training_of_tomorrow_is_refused_by_the_day_of_paris(by, person):
    facts = {"counsellor": person, "course": CourseFactory(), "by": by, "now": NOW}
    with pytest.raises(people.TrainingInFuture):
        people.add_training(completed_on=TODAY + timedelta(days=1), **facts)
    assert people.add_training(completed_on=TODAY, **facts).pk


def test_a_certificate_cannot_end_before_it_begins(by, person):
    with pytest.raises(people.ExpiresBeforeCompletion):
        people.add_training(
            counsellor=person,
            course=CourseFactory(),
            completed_on=TODAY,
            expires_on=TODAY - timedelta(days=1),
            by=by,
            now=NOW,
        )


def test_the_same_certificate_twice_is_refused_and_nothing_is_lost(by, person):
    TrainingFactory(counsellor=person, completed_on=TODAY)
    with pytest.raises(people.AlreadyRecorded):
        people.add_training(counsellor=person, course=Course.objects.get(), completed_on=TODAY, by=by, now=NOW)
    assert Training.objects.count() == 1
    assert not Change.objects.exists()


def test_a_certificate_taken_away_is_kept_by_the_history(by, person):
    training = TrainingFactory(counsellor=person)
    people.remove_training(training=training, by=by, now=NOW)
    change = written()
    assert (len(change["before"]["trainings"]), change["after"]["trainings"]) == (1, [])


# Presence


def test_a_presence_is_written_and_kept(by, person):
    people.set_presence(counsellor=person, hours={"note": "", "slots": [SLOT]}, by=by, now=NOW)
    person.refresh_from_db()
    assert len(hours_of(person.schedule)["slots"]) == 1
    change = Change.objects.get()
    assert (change.what, change.counsellor, change.before) == (What.PRESENCE, person, people.NO_HOURS)


def test_a_presence_changed_meanwhile_is_not_overwritten(by, person):
    opened = digest(people.presence_of(person))
    people.set_presence(counsellor=person, hours={"note": "", "slots": [SLOT]}, opened=opened, by=by, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        people.set_presence(counsellor=person, hours=people.NO_HOURS, opened=opened, by=by, now=NOW)
    assert person.schedule is not None
    assert person.schedule.slots.count() == 1


def test_the_same_presence_again_leaves_no_line(by):
    person = CounsellorFactory(schedule=ScheduleFactory())
    people.set_presence(counsellor=person, hours=people.presence_of(person), by=by, now=NOW)
    assert not Change.objects.exists()


# Sessions


def test_a_full_session_takes_nobody_more_and_nobody_of_a_group_too_large(by):
    session = TrainingSessionFactory(seats=2)
    first, *others = CounsellorFactory.create_batch(3)
    assert training_sessions.enrol(session=session, counsellors=[first], by=by, now=NOW) == 1
    with pytest.raises(training_sessions.SessionFull) as full:
        training_sessions.enrol(session=session, counsellors=others, by=by, now=NOW)
    assert full.value.left == 1
    assert session.participants.count() == 1


def test_who_has_a_seat_keeps_it_and_takes_no_second_one(by):
    session, person = TrainingSessionFactory(seats=1), CounsellorFactory()
    training_sessions.enrol(session=session, counsellors=[person], by=by, now=NOW)
    assert training_sessions.enrol(session=session, counsellors=[person], by=by, now=NOW) == 0


def test_a_seat_given_back_is_free(by):
    session, person = TrainingSessionFactory(seats=1), CounsellorFactory()
    training_sessions.enrol(session=session, counsellors=[person], by=by, now=NOW)
    assert training_sessions.withdraw(session=session, counsellor=person, by=by, now=NOW)
    assert not training_sessions.withdraw(session=session, counsellor=person, by=by, now=NOW)
    assert training_sessions.enrol(session=session, counsellors=[CounsellorFactory()], by=by, now=NOW) == 1


def test_who_was_there_gets_a_certificate_once(by):
    session = TrainingSessionFactory(
        course=CourseFactory(validity_months=12), starts_on=date(2026, 11, 23), ends_on=TODAY
    )
    person = CounsellorFactory()
    assert training_sessions.mark_attended(session=session, counsellors=[person], by=by, now=NOW) == 1
    assert training_sessions.mark_attended(session=session, counsellors=[person], by=by, now=NOW) == 0
    training = Training.objects.get()
    assert (training.completed_on, training.expires_on) == (TODAY, date(2027, 11, 25))


def test_nobody_has_followed_a_session_that_is_not_over(by):
    session = TrainingSessionFactory(starts_on=TODAY, ends_on=TODAY + timedelta(days=1))
    with pytest.raises(training_sessions.NotYetHeld):
        training_sessions.mark_attended(session=session, counsellors=[CounsellorFactory()], by=by, now=NOW)


def test_seats_are_not_taken_from_under_people(by):
    session = TrainingSessionFactory(seats=2)
    training_sessions.enrol(session=session, counsellors=CounsellorFactory.create_batch(2), by=by, now=NOW)
    facts = {name: getattr(session, name) for name in ("course", "starts_on", "ends_on", "place", "note")}
    with pytest.raises(training_sessions.FewerSeatsThanPeople):
        training_sessions.correct_session(session=session, seats=1, by=by, now=NOW, **facts)


def test_a_new_edition_of_a_course_has_a_code_of_its_own(by):
    CourseFactory()
    facts: dict[str, Any] = {
        "name": "Socle 2027",
        "provider": "CNFPT",
        "days": 4,
        "modules": [],
        "validity_months": None,
    }
    codes = [
        training_sessions.create_course(family=family, by=by, now=NOW, **facts).code
        for family in ("core", "core", "operators", "autre")
    ]
    assert codes == ["core-2", "core-3", "operators", "autre"]
