"""Is the national list read as it is, and is anything else refused with a reason?"""

import io
import zipfile
from datetime import date, time
from itertools import chain, repeat
from time import process_time

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from structures.models import StructureKind
from structures.national_file import COLUMNS
from structures.national_hours import read_day
from structures.national_list import ANTENNA, BUS, FIXED, NationalList, NotTheNationalList, departement_of, read
from territories.distance import Point
from tests.structures.national import OFFICIAL, a_file, a_workbook, of_2022

MORNING = (time(9), time(12))
AFTERNOON = (time(13, 30), time(17))


def read_text(text: str, encoding: str = "utf-8") -> NationalList:
    return read(io.BytesIO(text.encode(encoding)), {"76540", "76217"})


def refusal(content: bytes) -> NotTheNationalList:
    with pytest.raises(NotTheNationalList) as caught:
        read(io.BytesIO(content), {"76540"})
    return caught.value


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_row_is_read_with_comma_or_semicolon_and_with_or_without_byte_order_mark(delimiter, encoding):
    listed = read_text(a_file(delimiter=delimiter), encoding)
    assert (listed.read, listed.refused, listed.warnings) == (1, (), ())
    (row,) = listed.rows
    assert (row.line, row.id_fs, row.name, row.kind) == (2, "9001", "France services de l’Étang", FIXED)
    assert (row.address, row.complement, row.insee, row.postcode) == (
        "1 place de la Mairie",
        "Bâtiment B",
        "76540",
        "76000",
    )
    assert (row.latitude, row.longitude) == (49.44, 1.09)
    assert (row.mail, row.phone, row.by_appointment) == ("etang@exemple.fr", "02 61 91 00 30", True)
    assert row.hours == ((MORNING, AFTERNOON), (MORNING,), (), (MORNING,), (MORNING,), ())
    assert row.labelled_on == date(2020, 1, 1)


def test_columns_may_come_in_another_order_and_others_are_ignored():
    text = a_file(columns=("note", *reversed(COLUMNS)))
    assert read_text(text).rows[0].id_fs == "9001"


def test_line_numbers_are_those_of_the_file_after_a_comment_of_several_lines_and_a_blank_line():
    text = a_file({"commentaire": "un\ndeux\ntrois"}, {"id_fs": "9002", "insee_com": "00000"})
    listed = read_text(text.replace('"9002"', '\r\n"9002"'))
    assert listed.rows[0].line == 2
    assert listed.rows[0].comment == "un\ndeux\ntrois"
    assert [problem.line for problem in listed.refused] == [6]


@pytest.mark.parametrize(
    ("role", "form", "kind"),
    [
        ("Principal", "Fixe", FIXED),
        ("Principal", "Fixe_antenne(s)", FIXED),
        ("Antenne", "Fixe_antenne(s)", ANTENNA),
        ("Principal", "Bus_équivalent", BUS),
        ("Antenne", "Itinérant", BUS),
    ],
)
def test_the_kind_comes_from_the_format_and_the_type(role, form, kind):
    assert read_text(a_file({"type_fs": role, "format_fs": form})).rows[0].kind == kind


def test_the_kinds_are_those_of_the_models():
    assert {FIXED, ANTENNA, BUS} == set(StructureKind.values)


# Hours


@pytest.mark.parametrize("cell", ["", "Fermé", " - "])
def test_a_closed_day_has_no_hours_and_no_remark(cell):
    assert read_day(cell) == read_day("")
    assert (read_day(cell).ranges, read_day(cell).remark) == ((), "")


@pytest.mark.parametrize(
    "cell", ["09:00 - 12:00 / 13:30 - 17:00", "13:30 - 17:00 / 9h - 12h00", "09:00-12:00/13:30–17:00"]
)
def test_hours_are_read_however_they_are_written(cell):
    assert read_day(cell).ranges == (MORNING, AFTERNOON)
    assert read_day(cell).remark == ""


def test_seconds_are_read_when_there_are_none():
    assert read_day("09:00:00 - 12:00:00 / 13:30 - 17:00:00") == read_day("09:00 - 12:00 / 13:30 - 17:00")
    assert read_day("09:00:30 - 12:00:00").ranges is None
    assert read_day("09:00:00 - 24:00:00").ranges == ((time(9), time(0)),)


@pytest.mark.parametrize("phone", ["6 21 61 88 18", "621618818", "6.21.61.88.18", "6\u00a021\u00a061\u00a088\u00a018"])
def test_the_zero_that_a_spreadsheet_took_from_a_phone_is_given_back(phone):
    listed = read_text(a_file({"telephone": phone}))
    assert (listed.rows[0].phone, listed.warnings) == ("06 21 61 88 18", ())


def test_the_end_of_the_day_can_be_written_24_00():
    assert read_day("18:00 - 24:00").ranges == ((time(18), time(0)),)


def test_ranges_that_touch_are_joined_and_reported():
    day = read_day("08:30 - 13:30 / 13:30 - 17:30")
    assert day.ranges == ((time(8, 30), time(17, 30)),)
    assert "se touchent" in day.remark


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("12:00 - 09:00", "ne vient pas après"),
        ("09:00 - 09:00", "ne vient pas après"),
        ("09:00 - 12:00 / 17:00 - 14:00", "ne vient pas après"),
        ("09:00 - 12:00 / 11:00 - 17:00", "se chevauchent"),
        ("09:00 - 12:00 / 09:00 - 12:00", "se chevauchent"),
        ("sur rendez-vous", "ne se lit pas"),
        ("09:00 - 12:60", "ne se lit pas"),
        ("25:00 - 26:00", "ne se lit pas"),
        ("09:00 - 12:00 / ", "ne se lit pas"),
        ("09:00", "ne se lit pas"),
    ],
)
def test_hours_that_make_no_sense_leave_the_day_to_be_confirmed(cell, reason):
    day = read_day(cell)
    assert day.ranges is None
    assert reason in day.remark
    assert "à confirmer" in day.remark


def test_wrong_hours_are_reported_with_their_line_and_column_and_the_rest_of_the_row_is_kept():
    listed = read_text(a_file({"h_mardi": "17:00 - 14:00"}))
    assert [(p.line, p.column) for p in listed.warnings] == [(2, "h_mardi")]
    assert listed.rows[0].hours[:2] == ((MORNING, AFTERNOON), None)
    assert listed.refused == ()


# Rows that are refused, rows that are kept with a remark


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"id_fs": ""}, "id_fs", "manque"),
        ({"id_fs": "1234567890123"}, "id_fs", "12 au plus"),
        ({"lib_fs": " "}, "lib_fs", "manque"),
        ({"lib_fs": "x" * 201}, "lib_fs", "201 caractères"),
        ({"insee_com": "99999"}, "insee_com", "99999"),
        ({"insee_com": ""}, "insee_com", "manque"),
        ({"latitude": "abc"}, "latitude", "abc"),
        ({"longitude": ""}, "longitude", "degrés"),
        ({"latitude": "nan"}, "latitude", "nan"),
        ({"latitude": "40.7", "longitude": "-74.0"}, "latitude", "pas en France"),
        ({"latitude": "1.09", "longitude": "49.44"}, "latitude", "inversées"),
        ({"labellisation_fs": "Espace labellisé 31/02/2020"}, "labellisation_fs", "31/02/2020"),
        ({"labellisation_fs": "oui"}, "labellisation_fs", "oui"),
        ({"type_fs": "Autre"}, "type_fs", "Autre"),
        ({"format_fs": "Péniche"}, "format_fs", "Péniche"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line_its_column_and_the_reason(change, column, reason):
    listed = read_text(a_file({"id_fs": "1"}, change, {"id_fs": "3"}))
    assert [row.id_fs for row in listed.rows] == ["1", "3"]
    assert [(p.line, p.column) for p in listed.refused] == [(3, column)]
    assert reason in listed.refused[0].reason
    assert listed.read == 3


def test_all_the_faults_of_a_row_are_said_at_once():
    (problem,) = read_text(a_file({"insee_com": "99999", "type_fs": "Autre"})).refused
    assert "99999" in problem.reason
    assert "Autre" in problem.reason


def test_the_same_number_twice_is_refused_the_second_time():
    listed = read_text(a_file({}, {"lib_fs": "Une autre"}))
    assert [row.name for row in listed.rows] == ["France services de l’Étang"]
    assert [(p.line, p.column) for p in listed.refused] == [(3, "id_fs")]
    assert "ligne 2" in listed.refused[0].reason


def test_a_row_with_a_cell_too_few_is_refused():
    text = a_file({"id_fs": "1"}, {"id_fs": "2"})
    listed = read_text(text.replace('"2","76",', '"2",'))
    assert [row.id_fs for row in listed.rows] == ["1"]
    assert listed.refused[0].line == 3
    assert "23 cellules" in listed.refused[0].reason


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"mail": "voir le site"}, "mail"),
        ({"telephone": "inconnu"}, "telephone"),
        ({"code_postal": "7600"}, "code_postal"),
        ({"prise_rdv": "parfois"}, "prise_rdv"),
        ({"latitude": "", "longitude": ""}, "latitude"),
    ],
)
def test_a_detail_that_cannot_be_read_is_left_out_with_a_remark(change, column):
    listed = read_text(a_file(change))
    assert [(p.line, p.column) for p in listed.warnings] == [(2, column)]
    assert len(listed.rows) == 1


MAILS = (
    "a@b.fr", "prenom.nom@exemple.fr", "accueil+fs@mairie-exemple.fr", "o'brien@exemple.fr", "A_B-C@EXEMPLE.FR",
    "a@préfecture.fr", "a@xn--prfecture-b4a.fr", "a@1and1.fr", "a@sous.domaine.exemple.fr", "a@exemple.museum",
    f"a@{'x' * 63}.fr", "#!$%&'*+/=?^_`{}|~@exemple.fr", "a@exemple.f-r", "a@b.xn--fiqs8s",
    "prénom@x.fr", "a..b@x.fr", ".a@x.fr", "a.@x.fr", "a@b.c", "a@b", "a@-b.fr", "a@b-.fr", "a@b..fr", "a@.fr",
    "a@b.fr.", "a@b_c.fr", "a@b.f1", "a@b.123", "a@b.-fr", "a@b.fr-", "@b.fr", "a@", "a b@c.fr", "a@b c.fr",
    "a@b@c.fr", "a,b@c.fr", "a@c.fr;d@c.fr", "<a@c.fr>", "Accueil <a@c.fr>", "mailto:a@c.fr", "a(b)@c.fr", "a\\b@c.fr",
    "a@c.fr/", "a@c,fr", f"a@{'x' * 64}.fr", f"a@exemple.{'x' * 64}", "a@127.0.0.1", "a:b@c.fr", "a@c.fr\u200b",
    "a\u00a0b@c.fr", "«a»@c.fr", "a’b@c.fr",
)  # fmt: skip


def is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def test_a_mail_is_kept_exactly_when_a_message_can_be_sent_to_it():
    listed = read_text(a_file(*({"id_fs": str(number), "mail": mail} for number, mail in enumerate(MAILS))))
    assert [row.mail for row in listed.rows] == [mail if is_mail(mail) else "" for mail in MAILS]
    assert [p.column for p in listed.warnings] == ["mail"] * sum(not is_mail(mail) for mail in MAILS)


@pytest.mark.parametrize("mail", ['"a b"@exemple.fr', "a@[127.0.0.1]", "a@localhost"])
def test_a_mail_that_no_office_has_is_left_out(mail):
    assert read_text(a_file({"mail": mail})).rows[0].mail == ""


def test_a_decimal_comma_is_a_decimal_point():
    assert read_text(a_file({"latitude": "49,44"}, delimiter=";")).rows[0].latitude == 49.44


# Files that are refused as a whole


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", 1, "vide"),
        (b"\n\n", 1, "vide"),
        (b"\xef\xbb\xbf", 1, "vide"),
        (b"PK\x03\x04\x14\x00\x06\x00", 1, "classeur est abîmé"),
        (b"%PDF-1.7", 1, "PDF"),
        (b"<!DOCTYPE html><html>", 1, "page web"),
        (b'{"id_fs": 1}', 1, "JSON"),
        (b"\xff\xfei\x00d\x00", 1, "aucune des colonnes"),
        (b"\xff\xfei\x00d", 1, "UTF-16"),
        (b"nom;lieu\nici;la\n", 1, "aucune des colonnes"),
        (a_file().replace("9001", "90\x0001").encode(), 2, "octets nuls"),
        (a_file().splitlines()[0].encode(), 1, "aucune structure"),
        (a_file().encode() + b'"jamais', 3, "guillemet"),
        (a_file().encode() + b"a" * 70_000, 3, "trop longue"),
    ],
)
def test_what_is_not_the_list_is_refused_as_a_whole(content, line, reason):
    refused = refusal(content)
    assert refused.line == line
    assert reason in refused.reason


def test_missing_columns_are_named():
    columns = tuple(column for column in COLUMNS if column not in ("latitude", "h_samedi"))
    refused = refusal(a_file(columns=columns).encode())
    assert (refused.line, refused.column) == (1, "latitude")
    assert "latitude, h_samedi" in refused.reason


def test_two_encodings_in_one_file_are_refused_with_the_line_and_the_way_out():
    text = a_file({}, {"id_fs": "2", "commentaire": "à droite"})
    first, _, second = text.partition('"2","76"')
    refused = refusal(first.encode() + b'"2","76"' + second.encode("cp1252"))
    assert refused.line == 3
    assert "ligne 3" in refused.reason
    assert "CSV UTF-8" in refused.reason


class Endless(io.RawIOBase):
    """A file without end, which only a reader that gives up can leave."""

    def __init__(self, line: str) -> None:
        self.lines = chain(a_file().splitlines(keepends=True), repeat(line))
        self.given = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        self.given += 1
        return next(self.lines).encode()


@pytest.mark.parametrize("line", [a_file().splitlines()[1] + "\r\n", "\r\n"])
def test_a_file_without_end_is_left_early(line):
    source = Endless(line)
    started = process_time()
    with pytest.raises(NotTheNationalList, match="plus de 20\u202f000 lignes"):
        read(source, {"76540"})  # type: ignore[arg-type]
    assert process_time() - started < 5
    assert source.given <= 200_001


@pytest.mark.skipif(not OFFICIAL.exists(), reason="official file not beside the project")
def test_the_official_file_has_one_remark_and_no_refusal():
    with OFFICIAL.open("rb") as source:
        codes = {line.split('","')[5] for line in OFFICIAL.read_text("utf-8-sig").splitlines()[1:]}
        listed = read(source, codes)
    assert (listed.read, len(listed.rows), listed.refused) == (39, 39, ())
    assert [(p.line, p.column) for p in listed.warnings] == [(22, "h_jeudi")]


# Editions and spreadsheets


@pytest.mark.parametrize(
    ("itinerance", "format_fs", "kind"),
    [("Non", "Site principal", FIXED), ("Oui", "Site principal", BUS), ("", "Antenne", ANTENNA)],
)
def test_the_edition_of_2022_has_other_columns(itinerance, format_fs, kind):
    listed = read_text(of_2022(itinerance=itinerance, format_fs=format_fs))
    assert (listed.edition, listed.refused) == ("2022", ())
    (row,) = listed.rows
    assert (row.kind, row.labelled_on, row.hours[0]) == (kind, date(2020, 1, 1), (MORNING, AFTERNOON))
    assert row.unknown == {"prise_rdv", "format_fs"}, "it says nothing of booking, and confuses a bus and a round"


def test_a_column_that_misses_in_an_edition_is_named_as_that_edition_names_it():
    assert "groupe." in refusal(of_2022().replace("groupe", "grouppe").encode()).reason


def test_titles_are_known_whatever_their_accents_capitals_and_blanks():
    text = a_file().replace('"code_postal"', '"Code postal"').replace('"complement_adresse"', '"Complément adresse"')
    assert read_text(text).rows[0].postcode == "76000"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_what_excel_saves_in_french_is_read(encoding, delimiter):
    listed = read_text(a_file({"commentaire": "à l’arrière, 5 €"}, delimiter=delimiter), encoding)
    assert (listed.rows[0].name, listed.rows[0].comment) == ("France services de l’Étang", "à l’arrière, 5 €")


def test_a_workbook_is_read_with_its_numbers_and_its_dates():
    content = a_workbook(
        {
            "id_fs": 440,
            "insee_com": 1033,
            "code_postal": 1200.0,
            "telephone": 261910030,
            "latitude": 46.1,
            "longitude": 5.8,
            "labellisation_fs": date(2020, 2, 1),
            "complement_adresse": None,
        }
    )
    (row,) = read(io.BytesIO(content), {"01033"}).rows
    assert (row.id_fs, row.insee, row.postcode, row.phone) == ("440", "01033", "01200", "02 61 91 00 30")
    assert (row.latitude, row.labelled_on, row.complement) == (46.1, date(2020, 2, 1), "")
    assert row.hours[0] == (MORNING, AFTERNOON)


def test_a_postcode_without_its_zero_is_not_made_up_elsewhere():
    listed = read_text(a_file({"code_postal": "7600"}))
    assert listed.rows[0].postcode == ""


def an_archive(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return written.getvalue()


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<workbook>&b;</workbook>"""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (an_archive(readme=b"bonjour"), "archive"),
        (an_archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "archive"),
        (an_archive(**{"xl__workbook.xml": bytes(130_000_000)}), "démesuré"),
        (an_archive(**{f"part{number}": b"" for number in range(600)}), "démesuré"),
        (an_archive(**{"xl__workbook.xml": b"<x/>"}), "abîmé"),
        (an_archive(**{"xl__workbook.xml": ENTITIES, "[Content_Types].xml": ENTITIES}), "abîmé"),
        (a_workbook()[:2000], "abîmé"),
    ],
)
def test_an_archive_that_is_no_honest_workbook_is_refused_before_it_fills_the_memory(content, reason):
    started = process_time()
    assert reason in refusal(content).reason
    assert process_time() - started < 3


def test_a_file_beyond_the_limit_is_left_before_its_end():
    row = a_file({"commentaire": "x" * 4_000}).splitlines(keepends=True)
    refused = refusal((row[0] + row[1] * 6_000).encode())
    assert "20\u00a0Mo" in refused.reason


# Where it is


def test_a_point_far_from_its_commune_is_left_out_with_the_distance():
    towns = {"76540": Point(49.44, 1.09)}
    near, far = read(
        io.BytesIO(a_file({}, {"id_fs": "2", "latitude": "47.6", "longitude": "1.3"}).encode()), towns
    ).rows
    assert (near.latitude, near.unknown) == (49.44, frozenset())
    assert (far.latitude, far.unknown) == (None, frozenset({"latitude", "longitude"}))
    listed = read(io.BytesIO(a_file({"latitude": "50.2", "longitude": "-1.2"}).encode()), towns)
    assert listed.warnings[0].reason == "Ce point est à 185\u00a0km de Rouen\u00a0: il est laissé de côté."


@pytest.mark.parametrize(("insee", "code"), [("76540", "76"), ("2A004", "2A"), ("97411", "974"), ("x", ""), ("", "")])
def test_the_departement_of_a_commune_is_in_its_code(insee, code):
    assert departement_of(insee) == code
