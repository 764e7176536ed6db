"""Does the command write whole files, the same twice?"""

from pathlib import Path

import icalendar
import pytest
from django.core.management import CommandError, call_command

from structures.exports.catalogue import FILES
from structures.management.commands.export_structures import BUILDERS
from structures.models import LabelState
from tests.structures.factories import LocationFactory, StructureFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("format", sorted(BUILDERS))
def test_a_file_written_twice_is_the_same(tmp_path: Path, format: str):
    LocationFactory()
    path = tmp_path / "sortie"
    call_command("export_structures", format, output=path)
    first = path.read_bytes()
    call_command("export_structures", format, output=path)
    assert path.read_bytes() == first != b""
    assert [found.name for found in tmp_path.iterdir()] == ["sortie"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_every_published_file_can_be_written():
    assert {file.code for file in FILES} | {"ical"} == set(BUILDERS)


def test_without_a_file_the_bytes_go_out(capfdbinary: pytest.CaptureFixture[bytes]):
    call_command("export_structures", "national")
    assert capfdbinary.readouterr().out.startswith(b'"id_fs"')


def test_one_calendar_holds_every_structure_in_force(tmp_path: Path):
    LocationFactory(structure=StructureFactory(name="France services de l’Étang"))
    LocationFactory(structure=StructureFactory(name="France services du Lac"))
    LocationFactory(structure=StructureFactory(name="CANARI", label_state=LabelState.WITHDRAWN))
    path = tmp_path / "reseau.ics"
    call_command("export_structures", "ical", output=path)
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    said = {str(event["summary"]) for event in calendar.walk("VEVENT")}
    assert any("Étang" in summary for summary in said)
    assert any("Lac" in summary for summary in said)
    assert b"CANARI" not in path.read_bytes()
    assert len(calendar.walk("VTIMEZONE")) == 1
    identifiers = [event["uid"] for event in calendar.walk("VEVENT")]
    assert len(set(identifiers)) == len(identifiers)


def test_a_failure_leaves_the_old_file_and_no_draft(tmp_path: Path):
    with pytest.raises(CommandError, match="le dossier n’existe pas"):
        call_command("export_structures", "national", output=tmp_path / "absent" / "a.csv")
    (tmp_path / "dossier").mkdir()
    with pytest.raises(CommandError, match="c’est un dossier"):
        call_command("export_structures", "national", output=tmp_path / "dossier")
    assert [found.name for found in tmp_path.iterdir()] == ["dossier"]


def test_another_format_is_refused():
    with pytest.raises(CommandError):
        call_command("export_structures", "excel")
