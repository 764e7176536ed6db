"""Does a file of the national list propose what it changes, and is only what was accepted written, once?"""

import io
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import JournalEntry, Team, User
from outbox.jobs import periodic_jobs
from schedules.models import Slot
from structures.actions import drafts, labels, lines
from structures.actions.importing import import_rows
from structures.actions.undo import undo
from structures.importing import wording
from structures.importing.differences import ACTOR
from structures.importing.preview import ELSEWHERE
from structures.importing.reading import read_list
from structures.models import (
    Change,
    DraftState,
    ImportDraft,
    ImportLine,
    LabelState,
    LineKind,
    LineState,
    Location,
    Structure,
    What,
)
from structures.opened import hold
from territories.models import Commune
from tests.accounts.factories import TeamFactory, UserFactory
from tests.structures.factories import StructureFactory
from tests.structures.national import OFFICIAL, a_file, of_2022
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _communes() -> None:
    CommuneFactory(rouen=True)
    CommuneFactory(dieppe=True)


@pytest.fixture
def team() -> Team:
    return TeamFactory(coordination=True, name="Coordination de Seine-Maritime")


@pytest.fixture
def coordinator_user(team: Team) -> User:
    return UserFactory(full_name="Claire Coordinatrice", teams=[team])


class Desk:
    """The coordinator at work: drops files, accepts lines."""

    def __init__(self, team: Team, by: User) -> None:
        self.team, self.by = team, by

    def drop(
        self, *changes: dict[str, str], name: str = "liste-fs-20240801.csv", everywhere: bool = False
    ) -> ImportDraft:
        content = io.BytesIO(a_file(*changes).encode())
        return drafts.open_draft(
            source=content, file_name=name, coordination=self.team, everywhere=everywhere, by=self.by, now=NOW
        )

    def accept(self, draft: ImportDraft, choices: dict[tuple[int, int], bool] | None = None, **filters: Any) -> int:
        wanted = draft.lines.filter(**filters)
        count = drafts.accept(draft=draft, lines=wanted, choices=choices or {}, by=self.by, now=LATER)
        draft.refresh_from_db()
        return count

    def take_all(self, *changes: dict[str, str]) -> ImportDraft:
        draft = self.drop(*changes)
        self.accept(draft)
        return draft


@pytest.fixture
def desk(team: Team, coordinator_user: User) -> Desk:
    return Desk(team, coordinator_user)


def kinds(draft: ImportDraft) -> list[tuple[str, str]]:
    return [(line.kind, line.id_fs) for line in draft.lines.order_by("pk")]


def said(line: ImportLine) -> dict[str, tuple[str, str]]:
    return {one["label"]: (one["stored_said"], one["file_said"]) for one in line.differences}


def test_nothing_is_written_before_somebody_accepts(desk):
    draft = desk.drop({}, {"id_fs": "9002"})
    assert kinds(draft) == [("new", "9001"), ("new", "9002")]
    assert (draft.state, draft.rows_read, draft.rows_unchanged, draft.edition) == ("preview", 2, 0, "2024")
    assert not Structure.objects.exists()


def test_one_line_is_accepted_and_the_other_waits(desk, team):
    draft = desk.drop({}, {"id_fs": "9002"})
    assert desk.accept(draft, id_fs="9002") == 1
    structure = Structure.objects.get()
    assert (structure.id_fs, structure.coordination, structure.departement_id) == ("9002", team, "76")
    assert [line.state for line in draft.lines.order_by("pk")] == [LineState.WAITING, LineState.APPLIED]
    assert draft.lines.get(id_fs="9002").structure == structure
    assert draft.state == DraftState.PREVIEW
    desk.accept(draft)
    assert draft.state == DraftState.APPLIED


def test_a_new_structure_enters_with_its_label_and_its_history(desk, coordinator_user):
    desk.take_all()
    structure = Structure.objects.get()
    label = structure.label_changes.get()
    assert (label.state, label.decided_on, label.author) == (LabelState.LABELLED, date(2020, 1, 1), coordinator_user)
    change = structure.changes.get()
    assert (change.what, change.before, change.actor, change.author) == (What.STRUCTURE, None, ACTOR, coordinator_user)


def test_what_the_file_changes_is_shown_field_by_field_in_french(desk):
    desk.take_all()
    draft = desk.drop(
        {"telephone": "0261910077", "h_lundi": "09:00 - 12:00", "h_samedi": "10:00 - 24:00", "insee_com": "76217",
         "prise_rdv": "Non", "labellisation_fs": "Espace labellisé 02/03/2021", "latitude": "49.92"}
    )  # fmt: skip
    line = draft.lines.get()
    assert line.kind == LineKind.CHANGED
    assert said(line) == {
        "Téléphone": ("02\u00a061\u00a091\u00a000\u00a030", "02\u00a061\u00a091\u00a000\u00a077"),
        "Prend rendez-vous": ("oui", "non"),
        "Labellisée le": ("1er janvier 2020", "2 mars 2021"),
        "Commune": ("Rouen, code Insee 76540", "Dieppe, code Insee 76217"),
        "Coordonnées": ("49.44000, 1.09000", "49.92000, 1.09000"),
        "Lundi": ("de 9\u00a0h à 12\u00a0h et de 13\u00a0h\u00a030 à 17\u00a0h", "de 9\u00a0h à 12\u00a0h"),
        "Samedi": ("fermé", "de 10\u00a0h à minuit"),
    }


def test_accepting_a_change_writes_it_and_keeps_what_was_before(desk):
    desk.take_all()
    draft = desk.drop({"telephone": "0261910077", "h_lundi": "", "adresse": "3 rue neuve"})
    desk.accept(draft)
    structure = Structure.objects.get()
    assert (structure.phone, structure.locations.get().address) == ("0261910077", "3 rue neuve")
    assert not Slot.objects.filter(weekday=0).exists()
    changes = {change.what: change for change in structure.changes.exclude(before=None)}
    assert set(changes) == {What.STRUCTURE, What.LOCATION, What.HOURS}
    sheet = changes[What.STRUCTURE]
    assert sheet.before is not None
    assert sheet.after is not None
    assert (sheet.before["phone"], sheet.after["phone"]) == ("02 61 91 00 30", "0261910077")
    assert changes[What.HOURS].location == structure.locations.get()
    assert structure.changed_at == LATER


def test_the_same_file_twice_changes_nothing(desk):
    desk.take_all({}, {"id_fs": "9002"})
    before = list(Change.objects.values()), list(Structure.objects.values()), list(Slot.objects.values())
    again = desk.drop({}, {"id_fs": "9002"})
    assert (again.state, again.rows_unchanged, again.lines.count()) == (DraftState.APPLIED, 2, 0)
    assert before == (list(Change.objects.values()), list(Structure.objects.values()), list(Slot.objects.values()))


def test_the_same_file_still_looked_at_is_compared_anew(desk):
    first, second = desk.drop(), desk.drop()
    first.refresh_from_db()
    assert (first.state, second.state) == (DraftState.ABANDONED, DraftState.PREVIEW)
    assert desk.accept(first) == 0, "a preview that was given up writes nothing"
    assert not Structure.objects.exists()


def test_what_an_import_wrote_can_be_undone(desk, coordinator_user):
    desk.take_all()
    desk.accept(desk.drop({"telephone": "0261910077", "h_lundi": ""}))
    structure = Structure.objects.get()
    for what in (What.STRUCTURE, What.HOURS):
        undo(change=structure.changes.exclude(before=None).get(what=what), by=coordinator_user, now=LATER)
    structure.refresh_from_db()
    assert structure.phone == "02 61 91 00 30"
    assert Slot.objects.filter(weekday=0).count() == 2
    assert desk.drop({"telephone": "0261910077", "h_lundi": ""}).lines.count() == 0, "her last word is not asked again"


# Conflicts


def test_what_a_hand_corrected_is_a_conflict_that_says_whose_and_is_kept_by_default(desk):
    desk.take_all()
    structure = Structure.objects.get()
    aline = UserFactory(full_name="Aline Conseillère")
    by_hand(structure, aline, phone="02 61 91 00 99")
    draft = desk.drop({"telephone": "0261910077", "mail": "neuf@exemple.fr"})
    line = draft.lines.get()
    assert line.kind == LineKind.CONFLICT
    conflict = next(one for one in line.differences if one["conflict"])
    assert (conflict["label"], conflict["by"], conflict["at"]) == ("Téléphone", "Aline Conseillère", NOW.isoformat())
    assert desk.accept(draft) == 1
    structure.refresh_from_db()
    assert (structure.phone, structure.mail) == ("02 61 91 00 99", "neuf@exemple.fr")
    assert desk.drop({"telephone": "0261910077", "mail": "neuf@exemple.fr"}).lines.count() == 0


def by_hand(structure: Structure, who: User, **values: str) -> None:
    before = {name: getattr(structure, name) for name in values}
    Structure.objects.filter(pk=structure.pk).update(**values)
    Change.objects.create(
        structure=structure, what=What.STRUCTURE, before=before, after=values, at=NOW, author=who, actor=str(who)
    )


def test_the_list_is_taken_where_the_person_chose_it(desk):
    desk.take_all()
    Structure.objects.update(phone="02 61 91 00 99", mail="main@exemple.fr")
    draft = desk.drop({"telephone": "0261910077", "mail": "neuf@exemple.fr"})
    line = draft.lines.get()
    phone = next(place for place, one in enumerate(line.differences) if one["label"] == "Téléphone")
    desk.accept(draft, {(line.pk, phone): True})
    structure = Structure.objects.get()
    assert (structure.phone, structure.mail) == ("0261910077", "main@exemple.fr")


def test_a_choice_on_a_field_corrected_again_since_is_not_written(desk):
    desk.take_all()
    Structure.objects.update(phone="02 61 91 00 99")
    draft = desk.drop({"telephone": "0261910077"})
    Structure.objects.update(phone="02 61 91 00 11")
    line = draft.lines.get()
    desk.accept(draft, {(line.pk, 0): True})
    assert Structure.objects.get().phone == "02 61 91 00 11"
    assert draft.lines.get().reason == "Téléphone\u00a0: modifié entre-temps, gardé."


def test_a_field_corrected_between_the_preview_and_the_acceptance_is_kept(desk):
    desk.take_all()
    draft = desk.drop({"telephone": "0261910077"})
    Structure.objects.update(phone="02 61 91 00 11")
    desk.accept(draft)
    assert Structure.objects.get().phone == "02 61 91 00 11"
    assert "gardé" in draft.lines.get().reason


def test_hours_that_the_list_cannot_say_are_shown_in_words(desk):
    desk.take_all()
    Slot.objects.filter(weekday=1).update(access="phone")
    draft = desk.drop({"h_mardi": "14:00 - 18:00"})
    assert said(draft.lines.get())["Mardi"] == (
        "le mardi de 9\u00a0h à 12\u00a0h, par téléphone",
        "de 14\u00a0h à 18\u00a0h",
    )


def test_a_point_is_one_choice(desk):
    desk.take_all()
    Location.objects.update(latitude=49.1, longitude=1.2)
    draft = desk.drop({"latitude": "49.5"})
    line = draft.lines.get()
    assert [one["fields"] for one in line.differences] == [["latitude", "longitude"]]
    desk.accept(draft, {(line.pk, 0): True})
    assert Location.objects.values_list("latitude", "longitude").get() == (49.5, 1.09)


# Closed, refused, elsewhere


def test_a_structure_absent_from_the_file_is_proposed_and_only_her_decision_ends_its_label(desk, coordinator_user):
    desk.take_all({}, {"id_fs": "9002"})
    draft = desk.drop({})
    assert kinds(draft) == [("closed", "9002")]
    assert Structure.objects.get(id_fs="9002").label_state == LabelState.LABELLED
    desk.accept(draft)
    structure = Structure.objects.get(id_fs="9002")
    assert structure.label_state == LabelState.WITHDRAWN
    decision = structure.label_changes.all()[0]
    assert (decision.decided_on, decision.author) == (date(2026, 11, 24), coordinator_user)
    assert decision.note == "Absente de la liste nationale du 1er août 2024."
    assert structure.changes.filter(what=What.LABEL, before__state=LabelState.LABELLED).count() == 1
    assert desk.drop({}).lines.count() == 0, "its label is over: it is not proposed again"


def test_a_refused_row_does_not_close_its_structure(desk):
    desk.take_all({}, {"id_fs": "9002"})
    draft = desk.drop({}, {"id_fs": "9002", "type_fs": "Autre"})
    assert kinds(draft) == [("refused", "9002")]
    line = draft.lines.get()
    assert (line.number, line.row["column"], line.name) == (3, "type_fs", "France services de l’Étang")
    assert (draft.rows_unchanged, draft.state) == (1, DraftState.APPLIED), "nothing is left to decide"


def test_the_network_of_another_coordination_is_neither_changed_nor_closed(desk):
    foreign = TeamFactory(coordination=True)
    StructureFactory(id_fs="9001", name="Ailleurs", coordination=foreign)
    StructureFactory(id_fs="9003", name="Loin", coordination=foreign)
    draft = desk.drop({}, {"id_fs": "9002"})
    assert sorted(kinds(draft)) == [("new", "9002"), ("refused", "9001")]
    assert "autre coordination" in draft.lines.get(kind="refused").reason
    desk.accept(draft)
    assert Structure.objects.get(id_fs="9001").name == "Ailleurs"


def test_a_structure_that_nobody_coordinates_joins_the_network(desk, team):
    StructureFactory(id_fs="9001", name="France services de l’Étang", coordination=None)
    draft = desk.drop({})
    assert said(draft.lines.get())["Coordination"] == ("aucune", "Coordination de Seine-Maritime")
    desk.accept(draft)
    assert Structure.objects.get().coordination == team


def test_a_structure_that_changed_hands_since_the_preview_is_left_alone(desk):
    desk.take_all()
    draft = desk.drop({"telephone": "0261910077"})
    Structure.objects.update(coordination=TeamFactory(coordination=True))
    desk.accept(draft)
    line = draft.lines.get()
    assert (line.state, line.reason, Structure.objects.get().phone) == ("failed", ELSEWHERE, "02 61 91 00 30")


def test_only_her_departements_are_read_unless_she_asks_for_all(desk):
    rows: list[dict[str, str]] = [
        {},
        {"id_fs": "2", "insee_com": "27229", "insee_dep": "27"},
        {"id_fs": "3", "type_fs": "Autre"},
    ]
    draft = desk.drop(*rows)
    assert (sorted(kinds(draft)), draft.rows_elsewhere) == ([("new", "9001"), ("refused", "3")], 1)
    everything = desk.drop(*rows, everywhere=True)
    assert (sorted(kinds(everything)), everything.rows_elsewhere) == (
        [("new", "9001"), ("refused", "2"), ("refused", "3")],
        0,
    )


def test_a_namesake_without_number_is_told_before_a_second_one_is_made(desk, team):
    StructureFactory(id_fs=None, name="France services de l’Etang", coordination=team)
    assert "donnez-lui le matricule 9001" in desk.drop({}).lines.get().reason


def test_a_remark_of_the_file_is_beside_its_line(desk):
    assert "h_mardi" in desk.drop({"h_mardi": "17:00 - 09:00"}).lines.get().reason


def test_a_structure_made_between_the_preview_and_the_acceptance_is_not_made_twice(desk):
    draft = desk.drop({}, {"id_fs": "9002"})
    StructureFactory(id_fs="9001")
    desk.accept(draft)
    assert [line.state for line in draft.lines.order_by("pk")] == [LineState.FAILED, LineState.APPLIED]


def test_columns_that_an_edition_lacks_blank_nothing(desk):
    desk.take_all()
    content = io.BytesIO(of_2022(telephone="0261910077").encode())
    draft = drafts.open_draft(
        source=content, file_name="2022.csv", coordination=desk.team, everywhere=False, by=desk.by, now=NOW
    )
    assert set(said(draft.lines.get())) == {"Téléphone"}
    desk.accept(draft)
    structure = Structure.objects.get()
    assert (structure.by_appointment, structure.phone) == (True, "0261910077")
    assert structure.national_row["by_appointment"] is True, "what the edition does not say is still remembered"


# The worker


def test_many_lines_are_left_to_the_worker_which_takes_them_by_batches(desk, monkeypatch):
    monkeypatch.setattr(drafts, "FEW", 2)
    draft = desk.drop(*({"id_fs": str(number)} for number in range(5)))
    assert desk.accept(draft) == 5
    assert (draft.state, Structure.objects.count()) == (DraftState.APPLYING, 0)
    assert drafts.apply_some(draft.pk, now=LATER) == 2
    assert Structure.objects.count() == 2
    assert drafts.apply_waiting(timezone.now()) == 3
    draft.refresh_from_db()
    assert (draft.state, Structure.objects.count()) == (DraftState.APPLIED, 5)
    assert {job.name: job.every for job in periodic_jobs()}["apply accepted imports"] == timedelta(seconds=10)


def test_a_batch_killed_in_the_middle_is_done_again_and_once(desk, monkeypatch):
    draft = desk.drop({}, {"id_fs": "9002"})
    monkeypatch.setattr(drafts, "FEW", 1)
    desk.accept(draft)

    class Killed(BaseException):
        pass

    real = lines.apply_lines

    def killed(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr("structures.actions.drafts.apply_lines", killed)
    with pytest.raises(Killed):
        drafts.apply_some(draft.pk, now=LATER)
    assert not Structure.objects.exists()
    monkeypatch.setattr("structures.actions.drafts.apply_lines", real)
    assert drafts.apply_some(draft.pk, now=LATER) + drafts.apply_some(draft.pk, now=LATER) == 2
    assert set(Structure.objects.values_list("id_fs", flat=True)) == {"9001", "9002"}
    assert drafts.apply_some(draft.pk, now=LATER) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_each_line_once(desk, monkeypatch):
    monkeypatch.setattr(drafts, "FEW", 3)
    draft = desk.drop(*({"id_fs": str(number)} for number in range(20)))
    desk.accept(draft)
    together = Barrier(2)

    def work() -> int:
        together.wait(10)
        try:
            return drafts.apply_waiting(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = sum(future.result() for future in [pool.submit(work), pool.submit(work)])
    while count := drafts.apply_some(draft.pk, now=LATER):
        done += count
    assert done == 20
    assert Structure.objects.count() == Change.objects.count() == 20
    assert set(draft.lines.values_list("state", flat=True)) == {LineState.APPLIED}


def test_one_line_that_cannot_be_written_stops_no_other(desk):
    draft = desk.drop({}, {"id_fs": "9002"})
    line = draft.lines.get(id_fs="9001")
    line.row["kind"] = "péniche"
    line.save()
    desk.accept(draft)
    states = {line.id_fs: line.state for line in draft.lines.all()}
    assert states == {"9001": LineState.FAILED, "9002": LineState.APPLIED}
    assert draft.state == DraftState.APPLIED


def test_a_label_that_cannot_be_withdrawn_says_why(desk, monkeypatch):
    desk.take_all({}, {"id_fs": "9002", "labellisation_fs": "Espace labellisé 01/01/2028"})
    draft = desk.drop({})
    desk.accept(draft)
    line = draft.lines.get()
    assert line.state == LineState.FAILED
    assert "L’historique commence" in line.reason
    assert issubclass(labels.BadDecision, ValueError)


def test_giving_up_closes_what_is_left_and_is_in_the_journal(desk, coordinator_user):
    draft = desk.drop({}, {"id_fs": "9002"})
    desk.accept(draft, id_fs="9001")
    assert drafts.give_up(draft=draft, by=coordinator_user, now=LATER)
    draft.refresh_from_db()
    assert draft.state == DraftState.APPLIED
    assert desk.accept(draft) == 0
    assert not drafts.give_up(draft=draft, by=coordinator_user, now=LATER)
    verbs = list(JournalEntry.objects.filter(subject=f"import {draft.pk}").values_list("verb", flat=True))
    assert verbs == [f"{ACTOR} close", f"{ACTOR} acceptée"]


def test_nothing_accepted_says_why(desk, coordinator_user):
    first = desk.drop({}, {"id_fs": "9002"})
    assert desk.accept(first, id_fs="nobody") == 0
    assert drafts.why_nothing(first) == "Aucune ligne à décider n’est cochée."
    second = desk.drop({}, {"id_fs": "9002"})
    assert desk.accept(first) == 0
    replaced = "Cet import est clos\u00a0: un dépôt plus récent du même fichier le remplace."
    assert drafts.why_nothing(first) == replaced
    drafts.give_up(draft=second, by=coordinator_user, now=LATER)
    assert drafts.why_nothing(second) == "Cet import est clos\u00a0: il n’a plus de ligne à décider."


def holds_then_reads(work: Any) -> list[str]:
    """Structures held and slots read, in the order of the statements."""
    with CaptureQueriesContext(connection) as captured:
        work()
    said = [query["sql"] for query in captured]
    kinds = {"held": ('FROM "structures_structure"', "FOR UPDATE"), "slots": ('FROM "schedules_slot"', "SELECT")}
    return [kind for sql in said for kind, parts in kinds.items() if all(part in sql for part in parts)]


@pytest.mark.skipif(not connection.features.has_select_for_update, reason="this database holds no row")
def test_structures_are_held_before_their_hours_are_compared_and_written(desk):
    desk.take_all({}, {"id_fs": "9002"})
    draft = desk.drop({"h_lundi": "10:00 - 12:00"}, {"id_fs": "9002", "h_lundi": "10:00 - 12:00"})
    assert holds_then_reads(lambda: desk.accept(draft))[0] == "held"
    rows = read_list(io.BytesIO(a_file({"h_mardi": "10:00 - 12:00"}).encode())).rows
    assert holds_then_reads(lambda: import_rows(rows, now=LATER))[0] == "held"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not connection.features.has_select_for_update, reason="this database holds no row")
def test_an_import_waits_for_whoever_holds_the_structure_and_keeps_what_she_wrote(desk):
    desk.take_all({})
    draft = desk.drop({"h_lundi": "10:00 - 12:00"})
    structure = Structure.objects.get()
    slots = Slot.objects.filter(schedule__location__structure=structure, weekday=0)
    is_held = Barrier(2)

    def importing() -> None:
        try:
            is_held.wait(timeout=10)
            desk.accept(draft)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hold(structure)
            done = pool.submit(importing)
            is_held.wait(timeout=10)
            with pytest.raises(FutureTimeout):
                done.result(timeout=1)
            schedule = structure.locations.get().schedule
            slots.delete()
            Slot.objects.create(schedule=schedule, weekday=0, opens=time(8), closes=time(11))
        done.result(timeout=30)
    assert [slot.opens for slot in slots] == [time(8)]
    assert "modifié entre-temps, gardé" in draft.lines.get().reason


def test_a_day_in_the_name_of_the_file_is_told(desk):
    names = {"liste-fs-20240801.csv": "1er août 2024", "fs_2022-12-01.xlsx": "1er décembre 2022"}
    for name, day in names.items():
        assert lines.list_in_words(desk.drop(name=name)) == f"la liste nationale du {day}"
    assert lines.list_in_words(desk.drop(name="20249999.csv")) == "la liste nationale déposée le 24 novembre 2026"


def test_a_thousand_changes_are_written_in_few_statements_each(desk, queries_for):
    rows = [{"id_fs": str(10_000 + number)} for number in range(200)]
    desk.take_all(*rows)
    draft = desk.drop(*(row | {"telephone": "0261910077", "h_lundi": "10:00 - 12:00"} for row in rows))
    assert queries_for(lambda: desk.drop(*(row | {"mail": "a@exemple.fr"} for row in rows))) < 60
    assert queries_for(lambda: desk.accept(draft)) < 3 * 200 + 60
    assert Structure.objects.filter(phone="0261910077").count() == 200
    assert connection.vendor in ("sqlite", "postgresql")
    assert Slot.objects.filter(weekday=0, opens=time(10)).count() == 200


@pytest.mark.skipif(not OFFICIAL.exists(), reason="official file not beside the project")
def test_the_official_file_proposes_thirty_nine_structures_then_nothing(desk):
    Commune.objects.all().delete()
    for expected in (39, 0):
        with OFFICIAL.open("rb") as source:
            draft = drafts.open_draft(
                source=source, file_name=OFFICIAL.name, coordination=desk.team, everywhere=False, by=desk.by, now=NOW
            )
        assert (draft.lines.filter(kind=LineKind.NEW).count(), draft.lines.count()) == (expected, expected)
        assert draft.rows_unchanged == 39 - expected
        desk.accept(draft)
    assert Structure.objects.count() == 39


def test_a_commune_is_said_with_the_nature_of_its_code():
    assert wording.said("commune_id", "76540", {"76540": "Rouen"}) == "Rouen, code Insee 76540"
    assert wording.said("commune_id", "99999", {}) == "code Insee 99999"
