"""Is every kind of change taken back, and never over what somebody did since?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from schedules.snapshots import exceptions_of, hours_of, write_exceptions, write_hours
from structures.actions.labels import correct_note, decide
from structures.actions.people import add_counsellor, add_training, correct_counsellor, record_departure, set_presence
from structures.actions.places import create_location, set_in_service, update_location, version_of
from structures.actions.sheet import settle_comment, update_sheet
from structures.actions.sheet import version_of as version_of_sheet
from structures.actions.undo import CannotUndo, undo
from structures.changes import record, snapshot_of_closures
from structures.models import Change, LabelState, Location, LocationKind, Structure, StructureClosure, What
from tests.accounts.factories import UserFactory
from tests.structures.factories import CourseFactory
from tests.territories.factories import CommuneFactory

NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
A_SLOT = {
    "weekday": 5, "opens": "09:00:00", "closes": "12:00:00", "access": "walk_in", "frequency": "weekly",
    "interval": 1, "anchor": None, "nth": None, "dates": [], "valid_from": None, "valid_until": None,
    "except_school_holidays": False, "on_public_holidays": False,
}  # fmt: skip


@pytest.fixture
def aline(db: None) -> User:
    return UserFactory(full_name="Aline Dubois")


@pytest.fixture
def bruno(db: None) -> User:
    return UserFactory(full_name="Bruno Petit")


def sheet_values(structure: Structure, **changed: Any) -> dict[str, Any]:
    names = ("phone", "mail", "website", "services", "by_appointment", "comment")
    return {name: getattr(structure, name) for name in names} | changed


def write_sheet(structure: Structure, by: User, now: datetime = NOW, **changed: Any) -> Change:
    structure.refresh_from_db()
    values = sheet_values(structure, **changed)
    assert update_sheet(structure=structure, opened=version_of_sheet(structure), by=by, now=now, **values)
    return structure.changes.order_by("-pk")[0]


def change_hours(location: Location, by: User, slots: list[dict[str, Any]], now: datetime = NOW) -> Change:
    before = hours_of(location.schedule)
    write_hours(location.schedule, {"note": "", "slots": slots})
    made = record(
        structure=location.structure, what=What.HOURS, before=before, after=hours_of(location.schedule), by=by,
        now=now, location=location,
    )  # fmt: skip
    assert made
    return made


def fields_of(location: Location) -> dict[str, Any]:
    names = ("kind", "name", "address", "complement", "postcode", "commune", "latitude", "longitude", "how_to_come",
             "accessible_motor", "accessible_hearing", "accessible_sight", "accessible_mind",
             "acceslibre_url")  # fmt: skip
    return {name: getattr(location, name) for name in names}


def test_hours_come_back_and_the_way_back_is_a_change_too(structure: Structure, aline: User, bruno: User) -> None:
    location = structure.locations.get()
    before = hours_of(location.schedule)
    change = change_hours(location, aline, [A_SLOT])
    back = undo(change=change, by=bruno, now=LATER)
    assert hours_of(structure.locations.get().schedule) == before
    assert (back.undoes, back.actor, back.before, back.after) == (change, "Bruno Petit", change.after, change.before)


def test_a_redo_is_undoing_the_undo(structure: Structure, aline: User) -> None:
    location = structure.locations.get()
    change = change_hours(location, aline, [A_SLOT])
    undo(change=undo(change=change, by=aline, now=LATER), by=aline, now=LATER)
    assert hours_of(structure.locations.get().schedule) == change.after


def test_a_change_is_undone_once(structure: Structure, aline: User, bruno: User) -> None:
    change = change_hours(structure.locations.get(), aline, [A_SLOT])
    undo(change=change, by=bruno, now=LATER)
    with pytest.raises(CannotUndo) as refused:
        undo(change=change, by=aline, now=LATER)
    assert refused.value.said == "Cette modification est déjà annulée, par Bruno Petit."


def test_hours_changed_since_are_left_alone(structure: Structure, aline: User, bruno: User) -> None:
    location = structure.locations.get()
    change = change_hours(location, aline, [A_SLOT])
    change_hours(location, bruno, [A_SLOT | {"weekday": 2}], LATER)
    with pytest.raises(CannotUndo) as refused:
        undo(change=change, by=aline, now=LATER)
    assert "Modifié depuis par Bruno Petit, mardi 24 novembre à 14\u00a0h\u00a015" in refused.value.said
    assert hours_of(location.schedule)["slots"][0]["weekday"] == 2
    assert structure.changes.count() == 2


def test_hours_changed_without_trace_are_left_alone_too(structure: Structure, aline: User) -> None:
    location = structure.locations.get()
    change = change_hours(location, aline, [A_SLOT])
    location.schedule.slots.update(weekday=3)
    with pytest.raises(CannotUndo, match="cannot undo") as refused:
        undo(change=change, by=aline, now=LATER)
    assert "par un import" in refused.value.said


def test_exceptions_come_back(structure: Structure, aline: User) -> None:
    location = structure.locations.get()
    before = exceptions_of(location.schedule)
    closed = {"first_day": "2026-12-24", "last_day": "2026-12-24", "reason": "réveillon"}
    instead = {"day": "2026-12-23", "opens": "09:00:00", "closes": "12:00:00", "access": "walk_in", "reason": "",
               "replaces": "2026-12-24"}  # fmt: skip
    write_exceptions(location.schedule, {"closures": [closed], "extras": [instead]})
    change = record(
        structure=structure, what=What.EXCEPTIONS, before=before, after=exceptions_of(location.schedule), by=aline,
        now=NOW, location=location,
    )  # fmt: skip
    assert change
    undone = undo(change=change, by=aline, now=LATER)
    assert exceptions_of(structure.locations.get().schedule) == before
    undo(change=undone, by=aline, now=LATER)
    assert exceptions_of(structure.locations.get().schedule) == change.after


def test_closures_of_the_structure_come_back(structure: Structure, aline: User) -> None:
    before = snapshot_of_closures(structure)
    StructureClosure.objects.create(structure=structure, first_day=date(2026, 12, 24), last_day=date(2026, 12, 31))
    after = snapshot_of_closures(structure)
    change = record(structure=structure, what=What.STRUCTURE_CLOSURES, before=before, after=after, by=aline, now=NOW)
    assert change
    undone = undo(change=change, by=aline, now=LATER)
    assert not structure.closures.exists()
    undo(change=undone, by=aline, now=LATER)
    assert structure.closures.get().last_day == date(2026, 12, 31)


def test_one_field_of_the_sheet_comes_back_and_the_others_stay(structure: Structure, aline: User, bruno: User) -> None:
    phone = write_sheet(structure, aline, phone="02 61 91 00 12")
    write_sheet(structure, bruno, now=LATER, services=["rights"])
    undo(change=phone, by=aline, now=LATER)
    structure.refresh_from_db()
    assert (structure.phone, structure.services) == ("", ["rights"])


def test_a_field_written_again_since_is_left_alone(structure: Structure, aline: User, bruno: User) -> None:
    phone = write_sheet(structure, aline, phone="02 61 91 00 12")
    write_sheet(structure, bruno, now=LATER, phone="02 61 91 00 13")
    with pytest.raises(CannotUndo) as refused:
        undo(change=phone, by=aline, now=LATER)
    assert "Modifié depuis par Bruno Petit" in refused.value.said


def test_a_settled_comment_is_unsettled(structure: Structure, aline: User) -> None:
    structure.comment = "Permanence à Criquetot le jeudi"
    structure.save()
    assert settle_comment(structure=structure, by=aline, now=NOW)
    undo(change=structure.changes.get(), by=aline, now=LATER)
    structure.refresh_from_db()
    assert structure.has_comment_to_settle


def test_a_new_place_is_put_out_of_service_and_can_come_back(structure: Structure, aline: User) -> None:
    place = create_location(
        structure=structure, by=aline, now=NOW, kind=LocationKind.OUTREACH, name="Mairie", commune=CommuneFactory()
    )
    undone = undo(change=place.changes.get(), by=aline, now=LATER)
    place.refresh_from_db()
    assert not place.is_active
    undo(change=undone, by=aline, now=LATER)
    place.refresh_from_db()
    assert place.is_active


def test_the_address_of_a_place_comes_back_with_its_commune(structure: Structure, aline: User) -> None:
    place = structure.locations.get()
    old = fields_of(place)
    new = old | {"address": "2 rue Neuve", "commune": CommuneFactory(dieppe=True), "latitude": 49.92, "longitude": 1.08}
    assert update_location(location=place, opened=version_of(place), by=aline, now=NOW, **new)
    undo(change=place.changes.get(), by=aline, now=LATER)
    assert fields_of(structure.locations.get()) == old


def test_two_main_places_are_never_made_by_going_back(structure: Structure, aline: User) -> None:
    place = structure.locations.get()
    antenna = fields_of(place) | {"kind": LocationKind.ANTENNA}
    update_location(location=place, opened=version_of(place), by=aline, now=NOW, **antenna)
    change = place.changes.get()
    create_location(structure=structure, by=aline, now=NOW, kind=LocationKind.MAIN, commune=place.commune)
    with pytest.raises(CannotUndo) as refused:
        undo(change=change, by=aline, now=LATER)
    assert "n’a qu’un site principal" in refused.value.said


def test_a_place_is_put_out_of_service_without_losing_its_hours(structure: Structure, aline: User) -> None:
    place = structure.locations.get()
    assert set_in_service(location=place, is_active=False, by=aline, now=NOW)
    assert not set_in_service(location=place, is_active=False, by=aline, now=NOW)
    undo(change=place.changes.get(), by=aline, now=LATER)
    place.refresh_from_db()
    assert place.is_active
    assert place.schedule.slots.count() == 10


def test_the_label_comes_back_and_its_history_gains_a_line(structure: Structure, aline: User) -> None:
    decide(structure=structure, state=LabelState.SUSPENDED, decided_on=date(2026, 11, 24), note="", by=aline, now=NOW)
    undo(change=structure.changes.get(what=What.LABEL), by=aline, now=LATER)
    structure.refresh_from_db()
    assert structure.label_state == LabelState.LABELLED
    assert [line.state for line in structure.label_changes.all()][:2] == [LabelState.LABELLED, LabelState.SUSPENDED]


def test_a_note_of_the_label_comes_back(structure: Structure, aline: User) -> None:
    line = decide(
        structure=structure, state=LabelState.SUSPENDED, decided_on=date(2026, 11, 24), note="avant", by=aline, now=NOW
    )
    correct_note(line=line, note="après", by=aline, now=NOW)
    undo(change=structure.changes.order_by("-pk")[0], by=aline, now=LATER)
    line.refresh_from_db()
    structure.refresh_from_db()
    assert (line.note, structure.label_state) == ("avant", LabelState.SUSPENDED)


def test_somebody_entered_by_mistake_is_never_present_and_can_come_back(structure: Structure, aline: User) -> None:
    person = add_counsellor(structure=structure, full_name="Zoé", arrived_on=date(2026, 11, 2), by=aline, now=NOW)
    undone = undo(change=person.changes.get(), by=aline, now=LATER)
    assert not structure.counsellors.present(date(2026, 11, 24)).exists()
    undo(change=undone, by=aline, now=LATER)
    assert structure.counsellors.present(date(2026, 11, 24)).exists()


def test_a_departure_and_a_certificate_come_back_apart(structure: Structure, aline: User) -> None:
    person = add_counsellor(structure=structure, full_name="Zoé", arrived_on=date(2026, 1, 5), by=aline, now=NOW)
    add_training(counsellor=person, course=CourseFactory(), completed_on=date(2026, 3, 1), by=aline, now=NOW)
    training = person.changes.order_by("-pk")[0]
    record_departure(counsellor=person, left_on=date(2026, 12, 31), by=aline, now=NOW)
    undo(change=training, by=aline, now=LATER)
    person.refresh_from_db()
    assert (person.trainings.count(), person.left_on) == (0, date(2026, 12, 31))
    undo(change=person.changes.order_by("-pk")[0], by=aline, now=LATER)
    assert person.trainings.get().completed_on == date(2026, 3, 1)


def test_dates_that_no_longer_follow_each_other_are_not_put_back(structure: Structure, aline: User) -> None:
    person = add_counsellor(structure=structure, full_name="Zoé", arrived_on=date(2026, 10, 5), by=aline, now=NOW)
    correct_counsellor(
        counsellor=person, full_name="Zoé", arrived_on=date(2026, 1, 5), user=None, by=aline, now=NOW, opened=None
    )
    arrival = person.changes.order_by("-pk")[0]
    record_departure(counsellor=person, left_on=date(2026, 9, 1), by=aline, now=NOW)
    with pytest.raises(CannotUndo) as refused:
        undo(change=arrival, by=aline, now=LATER)
    assert "d’autres modifications l’interdisent" in refused.value.said
    person.refresh_from_db()
    assert person.arrived_on == date(2026, 1, 5)


def test_a_presence_comes_back(structure: Structure, aline: User) -> None:
    person = add_counsellor(structure=structure, full_name="Zoé", arrived_on=date(2026, 1, 5), by=aline, now=NOW)
    set_presence(counsellor=person, hours={"note": "", "slots": [A_SLOT]}, by=aline, now=NOW)
    undo(change=person.changes.get(what=What.PRESENCE), by=aline, now=LATER)
    person.refresh_from_db()
    assert person.schedule
    assert not person.schedule.slots.exists()


def test_what_no_longer_exists_is_not_brought_back(structure: Structure, aline: User) -> None:
    place = create_location(
        structure=structure, by=aline, now=NOW, kind=LocationKind.OUTREACH, name="Mairie", commune=CommuneFactory()
    )
    change = place.changes.get()
    place.delete()
    change.refresh_from_db()
    with pytest.raises(CannotUndo) as refused:
        undo(change=change, by=aline, now=LATER)
    assert "n’existe plus" in refused.value.said


def test_every_kind_of_thing_can_be_undone() -> None:
    from structures import undoing

    assert set(undoing._READ) == set(undoing._WRITE) == set(What)
