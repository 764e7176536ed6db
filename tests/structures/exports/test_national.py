"""Do the national columns leave as the import reads them, byte for byte, and does no cell run?"""

import csv
import io
from datetime import UTC, date, datetime, time

import pytest
from django.core.management import call_command

from schedules.models import Slot
from schedules.opening_hours import Access, Frequency
from schedules.opening_hours import Slot as SlotValue
from structures.actions import import_rows
from structures.exports.national import hours_cell, national_csv
from structures.models import LabelState, Location, LocationKind, Structure, StructureKind
from structures.national_file import COLUMNS
from structures.national_list import read
from territories.models import Commune
from tests.structures.factories import LocationFactory, StructureFactory
from tests.structures.national import OFFICIAL, a_file
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def import_bytes(body: bytes) -> None:
    listed = read(io.BytesIO(body), set(Commune.objects.values_list("insee", flat=True)))
    assert listed.refused == ()
    import_rows(listed.rows, now=NOW)


def exported_elsewhere(body: bytes) -> bytes:
    """What another database, empty until then, exports after importing this file."""
    Location.objects.all().delete()
    Structure.objects.all().delete()
    import_bytes(body)
    return national_csv(NOW)


def test_header_quotes_and_ends_of_lines_are_those_of_the_official_list():
    assert national_csv(NOW) == (",".join(f'"{column}"' for column in COLUMNS) + "\r\n").encode()


def test_what_was_imported_leaves_as_it_came_in():
    CommuneFactory(rouen=True)
    body = a_file({"id_fs": "12"}, {"id_fs": "9001", "h_mardi": "", "telephone": ""}).encode()
    import_bytes(body)
    assert national_csv(NOW) == body


def test_what_was_typed_here_survives_an_export_and_an_import_elsewhere():
    rouen = CommuneFactory(rouen=True)
    nasty = {"name": "=1+1", "comment": "- lundi ;=A1\r\n@b", "group_name": "+g", "phone": "+33 (0)2 61 91 00 12"}
    structure = StructureFactory(id_fs="77", labelled_on=date(2021, 3, 4), team=None, **nasty)
    place = LocationFactory(structure=structure, commune=rouen, latitude=49.5, longitude=0.00001, address="=2")
    Slot.objects.create(schedule=place.schedule, weekday=0, opens=time(11), closes=time(13), access=Access.APPOINTMENT)
    Slot.objects.create(schedule=place.schedule, weekday=5)
    Slot.objects.create(schedule=place.schedule, weekday=6, opens=time(9), closes=time(12))
    bus = StructureFactory(id_fs="8", bus=True, team=None)
    LocationFactory(structure=bus, kind=LocationKind.OFFICE, commune=rouen)
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, commune=rouen)
    body = national_csv(NOW)
    first, second = rows_of(body)
    assert (first["id_fs"], first["type_fs"], first["format_fs"]) == ("8", "Principal", "Bus_équivalent")
    assert (second["longitude"], second["telephone"], second["h_samedi"]) == (
        "0.00001",
        "02 61 91 00 12",
        "à confirmer",
    )
    assert second["h_lundi"] == "09:00 - 13:00 / 13:30 - 17:00"
    assert exported_elsewhere(body) == body
    again = Structure.objects.get(id_fs="77")
    assert (again.name, again.comment, again.group_name) == ("=1+1", "- lundi ;=A1\n@b", "+g")
    assert again.locations.get().address == "=2"


def test_no_live_formula_leaves():
    commune = CommuneFactory(name="=Ville")
    structure = StructureFactory(name="=1+1", comment="@x\n+y", mail="=a@exemple.fr", phone="+33 2 61 91 00 12")
    LocationFactory(structure=structure, commune=commune, address="-z", complement="\t=t", latitude=-49.5, longitude=1)
    for row in rows_of(national_csv(NOW)):
        for cell in row.values():
            for part in cell.replace(";", "\n").splitlines():
                assert not part.startswith(("=", "@", "+", "\t")), cell
                assert not part.startswith("-") or part == "-49.5"


def test_only_labels_in_force_with_a_matricule_leave():
    for state in LabelState:
        LocationFactory(structure=StructureFactory(id_fs=state.value, label_state=state))
    LocationFactory(structure=StructureFactory(id_fs=None))
    assert [row["id_fs"] for row in rows_of(national_csv(NOW))] == ["labelled", "reserve"]


@pytest.mark.parametrize(
    ("kind", "kept", "written"),
    [
        (StructureKind.FIXED, {}, ("Principal", "Fixe")),
        (StructureKind.ANTENNA, {}, ("Antenne", "Fixe_antenne(s)")),
        (StructureKind.ANTENNA, {"type_fs": "antenne", "format_fs": "Fixe"}, ("antenne", "Fixe")),
        (StructureKind.BUS, {"format_fs": "Itinérant"}, ("Principal", "Itinérant")),
        (StructureKind.FIXED, {"format_fs": "Bus_équivalent"}, ("Principal", "Fixe")),
    ],
)
def test_the_official_wording_is_kept_while_it_is_true(kind, kept, written):
    LocationFactory(structure=StructureFactory(kind=kind, national_row=kept))
    (row,) = rows_of(national_csv(NOW))
    assert (row["type_fs"], row["format_fs"]) == written


def test_hours_that_the_list_cannot_say_are_left_out():
    place = LocationFactory()
    for values in (
        {"access": Access.PHONE},
        {"valid_until": date(2026, 8, 31)},
        {"frequency": Frequency.EVERY_N_WEEKS, "interval": 2, "anchor": date(2026, 11, 28)},
    ):
        Slot.objects.create(schedule=place.schedule, weekday=5, opens=time(9), closes=time(12), **values)
    (row,) = rows_of(national_csv(NOW))
    assert row["h_samedi"] == ""


@pytest.mark.parametrize(
    ("ranges", "cell"),
    [
        ([], ""),
        ([(time(9), time(12))], "09:00 - 12:00"),
        ([(time(14), time(17)), (time(9), time(12))], "09:00 - 12:00 / 14:00 - 17:00"),
        ([(time(9), time(12)), (time(12), time(17))], "09:00 - 17:00"),
        ([(time(9), time(12)), (time(10), time(11))], "09:00 - 12:00"),
        ([(time(20), time(0))], "20:00 - 24:00"),
        ([(None, None)], "à confirmer"),
        ([(None, None), (time(9), time(12))], "09:00 - 12:00"),
    ],
)
def test_a_day_is_written_as_the_import_reads_it(ranges, cell):
    assert hours_cell([SlotValue(weekday=0, opens=opens, closes=closes) for opens, closes in ranges]) == cell


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official file is not there")
def test_the_official_list_goes_round():
    call_command("import_territories", stdout=io.StringIO())
    official = OFFICIAL.read_bytes()
    import_bytes(official)
    body = national_csv(NOW)
    pairs = zip(rows_of(official), rows_of(body), strict=True)
    other = {(a["id_fs"], column): (a[column], b[column]) for a, b in pairs for column in a if a[column] != b[column]}
    # Two ranges that touch are one, and a commune has changed its name since.
    assert other == {
        ("1596", "h_jeudi"): ("08:30 - 13:30 / 13:30 - 17:30", "08:30 - 17:30"),
        ("445", "lib_com"): ("Oissel", "Oissel-sur-Seine"),
    }
    assert body.count(b"\r\n") == official.count(b"\r\n")
    assert exported_elsewhere(body) == body
