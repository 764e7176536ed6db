"""The reference files can be loaded again after people edited the rows: nothing of theirs is undone."""

import csv
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from partners.actions import load_reference
from partners.merging import merge
from partners.models import Blocker, Operator, Procedure, Subject
from partners.reference import DATA_FOLDER, ReferenceFileProblem

pytestmark = pytest.mark.django_db


def load(folder: Path = DATA_FOLDER):
    return load_reference(timezone.now(), folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files, to be changed."""
    return Path(shutil.copytree(DATA_FOLDER, tmp_path / "data"))


def rewrite(folder: Path, file_name: str, code: str, /, **cells: str) -> None:
    path = folder / file_name
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), reader.fieldnames or []
    for row in rows:
        if row["code"] == code:
            row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def test_there_are_13_operators_and_79_procedures():
    report = load()
    assert (report.operators.created, report.procedures.created) == (13, 79)
    assert (Operator.objects.count(), Procedure.objects.in_use().count()) == (13, 79)
    assert Blocker.objects.count() == 13
    assert Subject.objects.count() == 11


def test_a_question_leads_to_the_farming_scheme():
    load()
    housing = Procedure.objects.get(code="CAF_AIDES_LOGEMENT")
    assert [operator.code for operator in housing.operators()] == ["CAF", "MSA"]


def test_a_second_run_changes_nothing():
    load()
    before = Operator.history.count() + Procedure.history.count()
    report = load()
    assert [
        (t.created, t.changed) for t in (report.operators, report.procedures, report.blockers, report.subjects)
    ] == [(0, 0)] * 4
    assert Operator.history.count() + Procedure.history.count() == before


def test_a_hand_edit_is_never_undone_even_when_the_file_changes(folder: Path):
    load(folder)
    Operator.objects.filter(code="CAF").update(public_phone="02 61 91 00 12")
    rewrite(folder, "operators.csv", "CAF", public_phone="39 99", website="caf.example")
    report = load(folder)
    caf = Operator.objects.get(code="CAF")
    assert (caf.public_phone, caf.website) == ("02 61 91 00 12", "caf.example")
    assert report.operators.changed == 1
    assert report.operators.kept == ["CAF.public_phone"]


def test_putting_back_the_old_wording_by_hand_is_an_edit_too(folder: Path):
    load(folder)
    old = Operator.objects.get(code="CAF").website
    Operator.objects.filter(code="CAF").update(website="mon.site")
    rewrite(folder, "operators.csv", "CAF", website="caf.example")
    load(folder)
    Operator.objects.filter(code="CAF").update(website=old)
    load(folder)
    assert Operator.objects.get(code="CAF").website == old


def test_a_question_edited_by_hand_keeps_its_operator(folder: Path):
    load(folder)
    Procedure.objects.filter(code="CAF_RSA").update(question="Est-ce pour une personne du monde agricole ?")
    rewrite(folder, "procedures.csv", "CAF_RSA", question="", alternative_operator="")
    load(folder)
    rsa = Procedure.objects.get(code="CAF_RSA")
    assert rsa.alternative_operator is not None


def test_what_was_taken_out_of_service_stays_so_and_nothing_is_deleted(folder: Path):
    load(folder)
    Procedure.objects.filter(code="CAF_RSA").update(is_active=False)
    rewrite(folder, "procedures.csv", "CAF_RSA", theme="SANTE")
    lines = (folder / "blockers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "blockers.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    load(folder)
    rsa = Procedure.objects.get(code="CAF_RSA")
    assert (rsa.is_active, str(rsa.theme)) == (False, "Santé")
    assert Blocker.objects.count() == 13


def test_blockers_and_subjects_keep_their_edits_too(folder: Path):
    load(folder)
    blocker, subject = Blocker.objects.earliest("pk"), Subject.objects.earliest("pk")
    Blocker.objects.filter(pk=blocker.pk).update(name="Dit autrement")
    Subject.objects.filter(pk=subject.pk).update(who_label="Quelqu’un d’autre")
    rewrite(folder, "blockers.csv", blocker.code, name="Version suivante")
    rewrite(folder, "subjects.csv", subject.code, who_label="Version suivante")
    load(folder)
    assert Blocker.objects.get(pk=blocker.pk).name == "Dit autrement"
    assert Subject.objects.get(pk=subject.pk).who_label == "Quelqu’un d’autre"


def test_procedures_are_found_by_the_new_name_of_their_operator(folder: Path):
    load(folder)
    rewrite(folder, "operators.csv", "CAF", name="Caisse nationale")
    load(folder)
    assert "caisse nationale" in Procedure.objects.get(code="CAF_RSA").search_text


def test_a_row_made_by_hand_is_not_overwritten():
    Operator.objects.create(code="CAF", name="Notre Caf", website="")
    report = load()
    assert Operator.objects.get(code="CAF").name == "Notre Caf"
    assert "CAF.name" in report.operators.kept


@pytest.mark.parametrize(
    ("file", "cells", "said"),
    [
        ("operators.csv", {"phone_confirmed": "peut-être"}, "phone_confirmed"),
        ("operators.csv", {"in_bundle_from": "hier"}, "date attendue"),
        ("operators.csv", {"name": ""}, "la valeur manque"),
    ],
)
def test_a_wrong_file_is_refused_whole_with_the_line_and_the_column(folder: Path, file: str, cells, said: str):
    rewrite(folder, file, "MSA", **cells)
    with pytest.raises(ReferenceFileProblem, match=said) as problem:
        load(folder)
    assert "ligne 11" in str(problem.value)
    assert not Operator.objects.exists()


def test_the_command_speaks_json():
    out = StringIO()
    call_command("load_operators", "--format", "json", stdout=out)
    assert json.loads(out.getvalue())["procedures"] == {"created": 79, "changed": 0, "unchanged": 0, "kept": []}


def test_the_command_says_in_french_that_a_file_is_missing(tmp_path: Path):
    with pytest.raises(CommandError, match=r"operators\.csv"):
        call_command("load_operators", "--folder", str(tmp_path))


def test_a_merge_takes_only_what_the_file_changed():
    merged = merge(current={"a": "1", "b": "x"}, loaded={"a": "1", "b": "2"}, file={"a": "3", "b": "4"})
    assert (merged.changes, merged.kept, merged.loaded) == ({"a": "3"}, ["b"], {"a": "3", "b": "4"})
