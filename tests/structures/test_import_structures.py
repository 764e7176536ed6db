"""Does the national list become structures, twice in a row without change, and do corrections by hand survive?"""

import json
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import JournalEntry
from schedules.models import Slot
from schedules.opening_hours import weekly_hours
from structures.actions import ImportReport, import_rows
from structures.models import LabelState, Location, LocationKind, Structure, StructureKind
from structures.national_list import read
from territories.models import Commune
from tests.accounts.factories import TeamFactory, UserFactory
from tests.structures.factories import LocationFactory, StructureFactory
from tests.structures.national import OFFICIAL, a_file, a_workbook, of_2022
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _communes() -> None:
    CommuneFactory(rouen=True)
    CommuneFactory(dieppe=True)


def run(path: Path, *arguments: str) -> str:
    written = StringIO()
    call_command("import_structures", str(path), *arguments, stdout=written)
    return written.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "liste.csv"


def import_text(path: Path, text: str) -> dict[str, Any]:
    path.write_text(text, "utf-8")
    report: dict[str, Any] = json.loads(run(path, "--format", "json"))
    return report


def hours_of(structure: Structure) -> list[tuple[int | None, time | None, time | None]]:
    return list(Slot.objects.filter(schedule__location__structure=structure).values_list("weekday", "opens", "closes"))


def test_a_structure_is_created_with_its_place_and_its_hours(path):
    report = import_text(path, a_file())
    assert report == {"read": 1, "created": 1, "changed": 0, "unchanged": 0, "refused": [], "warnings": []}
    structure = Structure.objects.get(id_fs="9001")
    assert (structure.name, structure.slug, structure.kind) == (
        "France services de l’Étang",
        "france-services-de-l-etang",
        StructureKind.FIXED,
    )
    assert (structure.label_state, structure.labelled_on) == (LabelState.LABELLED, date(2020, 1, 1))
    assert (structure.phone, structure.mail, structure.by_appointment) == ("02 61 91 00 30", "etang@exemple.fr", True)
    assert (structure.comment, structure.departement_id) == ("Sonner à gauche", "76")
    assert structure.plain_name == "france services de l etang"
    place = structure.locations.get()
    assert (place.kind, place.address, place.complement) == (LocationKind.MAIN, "1 place de la Mairie", "Bâtiment B")
    assert (place.postcode, place.commune_id, place.point()) == ("76000", "76540", (49.44, 1.09))
    assert hours_of(structure)[:2] == [(0, time(9), time(12)), (0, time(13, 30), time(17))]
    assert weekly_hours(place.timetable(), MONDAY) == timedelta(hours=15, minutes=30)


def test_the_office_of_a_bus_receives_nobody(path):
    import_text(path, a_file({"format_fs": "Bus_équivalent"}))
    place = Location.objects.get()
    assert (place.structure.kind, place.kind, place.receives_public) == (
        StructureKind.BUS,
        LocationKind.OFFICE,
        False,
    )


def test_a_day_to_be_confirmed_is_never_counted(path):
    report = import_text(path, a_file({"h_mardi": "17:00 - 09:00"}))
    assert [(w["line"], w["column"]) for w in report["warnings"]] == [(2, "h_mardi")]
    place = Location.objects.get()
    assert Slot.objects.get(weekday=1).opens is None
    assert weekly_hours(place.timetable(), MONDAY) == timedelta(hours=12, minutes=30)


def test_a_second_run_changes_nothing_and_writes_nothing_in_the_journal(path):
    import_text(path, a_file({}, {"id_fs": "9002", "h_mardi": "17:00 - 09:00"}))
    before = (list(Structure.objects.values()), list(Location.objects.values()), list(Slot.objects.values()))
    report = import_text(path, a_file({}, {"id_fs": "9002", "h_mardi": "17:00 - 09:00"}))
    assert (report["created"], report["changed"], report["unchanged"]) == (0, 0, 2)
    assert before == (list(Structure.objects.values()), list(Location.objects.values()), list(Slot.objects.values()))
    assert JournalEntry.objects.count() == 1


def test_what_changed_in_the_file_is_applied(path):
    import_text(path, a_file())
    report = import_text(
        path,
        a_file(
            {
                "lib_fs": "France services du Lac",
                "insee_com": "76217",
                "latitude": "49.92",
                "h_mardi": "",
                "h_jeudi": "14:00 - 18:00",
                "labellisation_fs": "Espace labellisé 02/03/2021",
            }
        ),
    )
    assert (report["created"], report["changed"], report["unchanged"]) == (0, 1, 0)
    structure = Structure.objects.get()
    assert (structure.name, structure.plain_name) == ("France services du Lac", "france services du lac")
    assert structure.slug == "france-services-de-l-etang", (
        "the address of the page is kept: it may be printed somewhere"
    )
    assert structure.labelled_on == date(2021, 3, 2)
    place = structure.locations.get()
    assert (place.commune_id, place.latitude, place.longitude) == ("76217", 49.92, 1.09)
    assert [slot for slot in hours_of(structure) if slot[0] in (1, 3)] == [(3, time(14), time(18))]


HAND = "Corrigé à la main depuis le dernier import\u00a0: gardé."
BEFORE = "Saisi à la main avant le premier import\u00a0: gardé."


def told(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(problem["line"], problem["column"], problem["reason"]) for problem in report["warnings"]]


def test_what_was_corrected_by_hand_stays_even_when_the_file_changes_the_same_field(path):
    import_text(path, a_file())
    structure = Structure.objects.get()
    Structure.objects.update(phone="02 61 91 00 99", mail="main@exemple.fr")
    Location.objects.update(address="2 rue corrigée")
    Slot.objects.filter(weekday=4).update(closes=time(13))
    file = a_file({"mail": "liste@exemple.fr", "h_lundi": "10:00 - 12:00", "h_vendredi": "14:00 - 17:00"})
    report = import_text(path, file)
    assert report["changed"] == 1
    assert told(report) == [(2, "mail", HAND), (2, "h_vendredi", HAND)]
    structure.refresh_from_db()
    assert (structure.phone, structure.mail) == ("02 61 91 00 99", "main@exemple.fr")
    assert structure.locations.get().address == "2 rue corrigée"
    hours = hours_of(structure)
    assert [slot for slot in hours if slot[0] in (0, 4)] == [(0, time(10), time(12)), (4, time(9), time(13))]
    again = import_text(path, file)
    assert (again["changed"], again["unchanged"], again["warnings"]) == (0, 1, [])


def test_a_row_of_which_everything_new_was_corrected_by_hand_is_unchanged(path):
    import_text(path, a_file())
    Structure.objects.update(phone="02 61 91 00 99")
    report = import_text(path, a_file({"telephone": "02 61 91 00 77"}))
    assert (report["changed"], report["unchanged"], told(report)) == (0, 1, [(2, "telephone", HAND)])
    assert JournalEntry.objects.count() == 1


def test_a_correction_that_the_file_makes_too_is_no_news(path):
    import_text(path, a_file())
    Structure.objects.update(phone="02 61 91 00 77")
    report = import_text(path, a_file({"telephone": "02 61 91 00 77"}))
    assert (report["changed"], report["unchanged"], report["warnings"]) == (0, 1, [])
    assert import_text(path, a_file({"telephone": "02 61 91 00 78"}))["changed"] == 1
    assert Structure.objects.get().phone == "02 61 91 00 78", "nobody has corrected the number that the list gave"


def test_what_was_kept_stays_kept_at_every_later_edition(path):
    import_text(path, a_file())
    Structure.objects.update(phone="02 61 91 00 99")
    for phone in ("02 61 91 00 77", "02 61 91 00 78", "02 61 91 00 30"):
        assert told(import_text(path, a_file({"telephone": phone}))) == [(2, "telephone", HAND)]
    assert Structure.objects.get().phone == "02 61 91 00 99"


def test_a_point_moved_by_hand_is_kept_whole(path):
    import_text(path, a_file())
    Location.objects.update(latitude=None, longitude=None)
    assert told(import_text(path, a_file({"latitude": "49.5"}))) == [(2, "latitude", HAND)]
    assert Location.objects.values_list("latitude", "longitude").get() == (None, None)


@pytest.mark.parametrize(
    "correction",
    [
        {"opens": None, "closes": None},
        {"access": "phone"},
        {"valid_until": date(2026, 12, 31)},
        {"except_school_holidays": True},
    ],
)
def test_a_day_corrected_in_any_way_is_kept(path, correction):
    import_text(path, a_file())
    Slot.objects.filter(weekday=1).update(**correction)
    before = list(Slot.objects.filter(weekday=1).values())
    assert told(import_text(path, a_file({"h_mardi": "14:00 - 18:00"}))) == [(2, "h_mardi", HAND)]
    assert list(Slot.objects.filter(weekday=1).values()) == before


def test_a_day_confirmed_by_hand_is_kept(path):
    import_text(path, a_file({"h_mardi": "17:00 - 09:00"}))
    Slot.objects.filter(weekday=1).update(opens=time(9), closes=time(17))
    assert told(import_text(path, a_file({"h_mardi": "14:00 - 18:00"}))) == [(2, "h_mardi", HAND)]


def test_a_comment_saved_again_by_a_form_was_not_corrected(path):
    import_text(path, a_file({"commentaire": "un\ndeux"}))
    Structure.objects.update(comment="un\r\ndeux")
    assert import_text(path, a_file({"commentaire": "trois"}))["warnings"] == []
    assert Structure.objects.get().comment == "trois"


def test_a_shape_corrected_by_hand_leaves_the_place_alone(path):
    import_text(path, a_file())
    Structure.objects.update(kind=StructureKind.ANTENNA)
    assert told(import_text(path, a_file({"format_fs": "Bus_équivalent"}))) == [(2, "format_fs", HAND)]
    assert Structure.objects.get().kind == StructureKind.ANTENNA
    assert Location.objects.get().kind == LocationKind.MAIN


def test_permanences_one_week_in_two_and_other_places_are_left_alone(path):
    import_text(path, a_file())
    structure = Structure.objects.get()
    schedule = structure.locations.get().schedule
    schedule.slots.create(
        weekday=0, opens=time(18), closes=time(19), frequency="every_n_weeks", interval=2, anchor=date(2026, 1, 5)
    )
    LocationFactory(structure=structure, kind=LocationKind.OUTREACH, commune=Commune.objects.get(pk="76217"))
    import_text(path, a_file({"h_lundi": "", "adresse": "3 rue neuve"}))
    assert [slot[1] for slot in hours_of(structure) if slot[0] == 0 and slot[1] == time(18)] == [time(18)]
    assert sorted(structure.locations.values_list("kind", "address")) == [
        ("main", "3 rue neuve"),
        ("outreach", "1 place de la Mairie"),
    ]


def test_a_structure_that_left_the_list_is_not_deleted(path):
    import_text(path, a_file({}, {"id_fs": "9002"}))
    import_text(path, a_file())
    assert set(Structure.objects.values_list("id_fs", flat=True)) == {"9001", "9002"}


def test_a_structure_entered_by_hand_is_completed_from_the_list(path):
    StructureFactory(id_fs="9001", name="À la main", slug="a-la-main", phone="")
    report = import_text(path, a_file())
    assert (report["created"], report["changed"]) == (0, 1)
    assert told(report) == [(2, "lib_fs", BEFORE)]
    structure = Structure.objects.get()
    assert (structure.name, structure.phone, structure.slug) == ("À la main", "02 61 91 00 30", "a-la-main")
    assert (structure.by_appointment, structure.labelled_on) == (True, date(2020, 1, 1))
    assert weekly_hours(structure.locations.get().timetable(), MONDAY) == timedelta(hours=15, minutes=30)
    assert import_text(path, a_file())["unchanged"] == 1


def test_a_place_entered_by_hand_keeps_what_it_says_and_receives_what_it_does_not(path):
    structure = StructureFactory(id_fs="9001", name="France services de l’Étang", phone="02 61 91 00 99")
    place = LocationFactory(structure=structure, address="5 rue de la main", commune=Commune.objects.get(pk="76540"))
    Slot.objects.exclude(weekday=0).delete()
    report = import_text(path, a_file({"h_lundi": "10:00 - 12:00"}))
    assert told(report) == [(2, "telephone", BEFORE), (2, "adresse", BEFORE), (2, "h_lundi", BEFORE)]
    place.refresh_from_db()
    assert (place.address, place.complement, place.latitude) == ("5 rue de la main", "Bâtiment B", 49.44)
    hours = hours_of(structure)
    assert [slot for slot in hours if slot[0] in (0, 1)] == [
        (0, time(9), time(12)),
        (0, time(13, 30), time(17)),
        (1, time(9), time(12)),
    ]


def test_a_site_that_becomes_a_bus_keeps_its_place_as_an_office(path):
    import_text(path, a_file())
    import_text(path, a_file({"format_fs": "Bus_équivalent"}))
    assert Location.objects.get().kind == LocationKind.OFFICE


def test_two_structures_of_one_name_have_two_pages(path):
    import_text(path, a_file({}, {"id_fs": "9002"}, {"id_fs": "9003"}))
    assert sorted(Structure.objects.values_list("slug", flat=True)) == [
        "france-services-de-l-etang",
        "france-services-de-l-etang-2",
        "france-services-de-l-etang-3",
    ]


def test_the_only_coordination_follows_the_new_structures_and_nobody_guesses_between_two(path):
    coordination = TeamFactory(coordination=True)
    TeamFactory(partner_office=True)
    TeamFactory(partner_office=True)
    import_text(path, a_file())
    structure = Structure.objects.get()
    assert structure.coordination == coordination
    assert structure.partner_office is None
    assert structure.team is None


def test_who_imports_is_in_the_journal(path):
    path.write_text(a_file(), "utf-8")
    person = UserFactory(full_name="Camille Exemple")
    with path.open("rb") as source:
        rows = read(source, {"76540"}).rows
    assert import_rows(rows, now=NOW, by=person) == ImportReport(created=1, changed=0, unchanged=0)
    assert JournalEntry.objects.get().user == person


def test_a_dry_run_says_everything_and_writes_nothing(path):
    path.write_text(a_file({}, {"id_fs": "9002", "insee_com": "00000"}), "utf-8")
    report = json.loads(run(path, "--dry-run", "--format", "json"))
    assert (report["read"], report["created"], len(report["refused"])) == (2, 1, 1)
    assert not Structure.objects.exists()
    assert "rien n’a été écrit" in run(path, "--dry-run")


def test_the_report_in_words_names_line_column_and_reason(path):
    path.write_text(a_file({"h_lundi": "12:00 - 09:00"}, {"id_fs": "9002", "insee_com": "00000"}), "utf-8")
    said = run(path)
    assert "2 lignes lues, 1 structure créée, 0 modifiée, 0 inchangée, 1 refusée." in said
    assert "Refusée (ligne 3, colonne insee_com)" in said
    assert "À vérifier (ligne 2, colonne h_lundi)" in said


def test_refused_rows_have_exactly_a_line_a_column_and_a_reason(path):
    report = import_text(path, a_file({}, {"id_fs": "9002", "insee_com": "00000"}))
    (refused,) = report["refused"]
    assert set(refused) == {"line", "column", "reason"}
    assert (refused["line"], refused["column"]) == (3, "insee_com")


def test_a_workbook_and_another_edition_are_imported_by_the_same_command(path):
    path.write_bytes(a_workbook({"code_postal": 76000}))
    assert json.loads(run(path, "--format", "json"))["created"] == 1
    report = import_text(path, of_2022(telephone="0261910077"))
    assert (report["created"], report["changed"]) == (0, 1)
    structure = Structure.objects.get()
    assert (structure.phone, structure.by_appointment) == ("0261910077", True)
    assert import_text(path, of_2022(telephone="0261910077"))["unchanged"] == 1
    assert import_text(path, a_file({"telephone": "0261910077"}))["unchanged"] == 1


def test_the_history_tells_what_the_command_wrote_and_when_the_label_began(path):
    import_text(path, a_file())
    import_text(path, a_file({"telephone": "0261910077"}))
    structure = Structure.objects.get()
    assert structure.label_changes.get().decided_on == date(2020, 1, 1)
    assert [change.actor for change in structure.changes.all()] == ["import de la liste nationale"] * 2


def test_a_file_refused_as_a_whole_reads_nothing_and_ends_in_failure(path):
    path.write_bytes(a_file().encode().replace(b"Sonner", b"Sonner \xff"))
    written = StringIO()
    with pytest.raises(CommandError, match="accents"):
        call_command("import_structures", str(path), "--format", "json", stdout=written)
    report = json.loads(written.getvalue())
    assert (report["read"], report["created"], len(report["refused"])) == (0, 0, 1)
    assert report["refused"][0]["line"] == 2
    assert not Structure.objects.exists()


@pytest.mark.parametrize(("name", "reason"), [("absent.csv", "n’existe pas"), (".", "dossier")])
def test_a_file_that_cannot_be_read_gives_one_french_sentence(tmp_path, name, reason):
    with pytest.raises(CommandError, match=reason):
        run(tmp_path / name)


def test_the_communes_are_loaded_when_there_is_none(path):
    Commune.objects.all().delete()
    assert import_text(path, a_file())["created"] == 1
    assert Commune.objects.count() == 707


def test_a_thousand_rows_are_written_in_batches_and_read_again_for_nothing(path, queries_for):
    """The national list has 2,845 rows; `manage.py bench` times it, this holds the number of statements."""
    file = a_file(*({"id_fs": str(10_000 + number)} for number in range(1_000)))
    assert queries_for(lambda: import_text(path, file)) < 150
    assert queries_for(lambda: import_text(path, file)) < 15
    assert Structure.objects.count() == 1_000


@pytest.mark.skipif(not OFFICIAL.exists(), reason="official file not beside the project")
def test_the_official_file_is_imported_whole_and_its_hours_are_right():
    Commune.objects.all().delete()
    assert json.loads(run(OFFICIAL, "--format", "json"))["created"] == 39
    assert json.loads(run(OFFICIAL, "--format", "json"))["unchanged"] == 39

    def hours(id_fs: str) -> timedelta | None:
        return weekly_hours(Location.objects.get(structure__id_fs=id_fs).timetable(), MONDAY)

    assert hours("2260") == timedelta(hours=20, minutes=30), "Londinières"
    oissel = Structure.objects.get(name__icontains="Oissel")
    assert hours(str(oissel.id_fs)) == timedelta(hours=24)
    assert hours("1596") == timedelta(hours=30), "Fontaine-le-Dun, whose Thursday has ranges that touch"
    assert Structure.objects.filter(kind=StructureKind.BUS).count() == 6
    assert Location.objects.filter(kind=LocationKind.OFFICE).count() == 6
