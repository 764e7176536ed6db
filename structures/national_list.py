"""Which structures does a file of the national list describe, and what is wrong in it?

The list of France services (ANCT), in any edition of `structures.editions`. Pure: bytes in, plain rows and French
sentences out.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from accounts.formulas import unguarded
from structures.editions import Edition
from structures.national_faults import Faults, Problem, fitting
from structures.national_file import Line, NotTheNationalList, lines
from structures.national_hours import Ranges, read_day
from structures.national_place import Points, departement_of, five_digits, read_commune, read_point, read_postcode
from territories.spelling import plain

__all__ = ["DAYS", "NationalList", "NationalRow", "NotTheNationalList", "Problem", "Refused", "departement_of", "read"]

DAYS = ("h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi")
LONGEST = {
    "id_fs": 12,
    "lib_fs": 200,
    "adresse": 200,
    "complement_adresse": 200,
    "telephone": 20,
    "mail": 254,
    "groupe_fs": 200,
    "commentaire": 5000,
}
FIXED, ANTENNA, BUS = "fixed", "antenna", "bus"
# Where a message can be sent, as Django's forms accept it; quoted names, bare hosts and IP addresses are left out.
_ATOM = r"[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+"
_ALNUM = r"a-zA-Z0-9\u00a1-\uffff"
_MAIL = re.compile(
    rf"{_ATOM}(\.{_ATOM})*"
    rf"@[{_ALNUM}]([{_ALNUM}-]{{0,61}}[{_ALNUM}])?"
    rf"(\.(?!-)[{_ALNUM}-]{{1,63}}(?<!-))*"
    r"\.(?!-)([a-zA-Z\u00a1-\uffff-]{2,63}|[xX][nN]--[a-zA-Z0-9]{1,59})(?<!-)"
)
_PHONE = re.compile(r"\+?[\d\s./()\-]{4,}")
_LABEL_DATE = re.compile(r"(?:.*\s)?(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class NationalRow:
    """A structure as the national list describes it. `hours`: Monday to Saturday, None when to be confirmed.

    `unknown` names the columns of which the file says nothing that can be kept: what is stored there is not compared.
    """

    line: int
    id_fs: str
    name: str
    kind: str
    address: str
    complement: str
    insee: str
    postcode: str
    latitude: float | None
    longitude: float | None
    mail: str
    phone: str
    hours: tuple[Ranges | None, ...]
    by_appointment: bool
    comment: str
    group_name: str
    labelled_on: date | None
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row of which nothing is taken, with what it says of itself."""

    problem: Problem
    id_fs: str = ""
    name: str = ""
    departement: str = ""


@dataclass(frozen=True, slots=True)
class NationalList:
    """`read` counts the rows of the file: each is in `rows`, or refused with one problem that names all its faults."""

    read: int
    rows: tuple[NationalRow, ...]
    refusals: tuple[Refused, ...]
    warnings: tuple[Problem, ...]
    edition: str = ""

    @property
    def refused(self) -> tuple[Problem, ...]:
        return tuple(refusal.problem for refusal in self.refusals)


def read(source: BinaryIO, communes: Collection[str] | Points) -> NationalList:
    """Read the whole list. NotTheNationalList for another kind of file.

    `communes` holds the known INSEE codes; given with their points, a site too far from its own commune is told.
    """
    rows: list[NationalRow] = []
    refused: list[Refused] = []
    warnings: list[Problem] = []
    seen: dict[str, int] = {}
    found = lines(source)
    for line in found.lines:
        faults = Faults(line.number, found.edition.lacking)
        row = _row(line, communes, seen, faults, found.edition)
        if row is None:
            refused.append(_refused(line, faults))
        else:
            rows.append(row)
            warnings.extend(faults.remarks)
    return NationalList(len(found.lines), tuple(rows), tuple(refused), tuple(warnings), found.edition.name)


def _refused(line: Line, faults: Faults) -> Refused:
    cells = line.cells or {}
    return Refused(
        faults.as_one(),
        id_fs=cells.get("id_fs", "").strip(),
        name=_one_line(cells.get("lib_fs", "")),
        departement=cells.get("insee_dep", "").strip().zfill(2)
        if cells.get("insee_dep", "").strip()
        else departement_of(five_digits(cells.get("insee_com", "").strip().upper())),
    )


def _row(
    line: Line, communes: Collection[str] | Points, seen: dict[str, int], faults: Faults, edition: Edition
) -> NationalRow | None:
    if line.cells is None:
        faults.refuse(None, f"La ligne a {line.count} cellules, ce n’est pas le nombre de colonnes du fichier.")
        return None
    cells = {column: unguarded(cell.strip()).strip() for column, cell in line.cells.items()}
    for column, longest in LONGEST.items():
        if len(cells[column]) > longest:
            faults.refuse(column, f"Le texte compte {len(cells[column])} caractères, {longest} au plus.")
    insee = read_commune(cells, communes, faults)
    latitude, longitude = read_point(cells, faults, communes.get(insee) if isinstance(communes, Mapping) else None)
    values: dict[str, Any] = {
        "id_fs": _id_fs(cells, seen, faults),
        "name": _needed(cells, "lib_fs", "Le nom de la structure manque.", faults),
        "kind": _kind(cells, faults),
        "insee": insee,
        "labelled_on": _label_date(cells, faults),
        "postcode": read_postcode(cells, insee, faults),
        "mail": fitting(cells, "mail", _MAIL, "n’est pas une adresse électronique", faults),
        "phone": _phone(cells, faults),
        "by_appointment": _yes_or_no(cells, faults),
        "hours": tuple(_hours(cells, column, faults) for column in DAYS),
    }
    if faults.faults:
        return None
    return NationalRow(
        line=line.number,
        address=_one_line(cells["adresse"]),
        complement=_one_line(cells["complement_adresse"]),
        comment=cells["commentaire"],
        group_name=_one_line(cells["groupe_fs"]),
        latitude=latitude,
        longitude=longitude,
        unknown=frozenset(faults.unknown | edition.vague),
        **values,
    )


def _id_fs(cells: dict[str, str], seen: dict[str, int], faults: Faults) -> str:
    id_fs = _needed(cells, "id_fs", "Le matricule manque.", faults)
    if id_fs in seen:
        faults.refuse("id_fs", f"Le matricule {id_fs} est déjà celui de la ligne {seen[id_fs]}.")
    elif id_fs:
        seen[id_fs] = faults.line
    return id_fs


def _needed(cells: dict[str, str], column: str, missing: str, faults: Faults) -> str:
    if not cells[column]:
        faults.refuse(column, missing)
    return _one_line(cells[column])


def _kind(cells: dict[str, str], faults: Faults) -> str:
    """A bus first, whatever its type; then the type; « Fixe » and « Fixe_antenne(s) » are places."""
    role, form = plain(cells["type_fs"]), plain(cells["format_fs"])
    if role not in ("principal", "antenne"):
        faults.refuse("type_fs", f"« {cells['type_fs']} » n’est ni « Principal » ni « Antenne ».")
    if form.startswith(("bus", "itineran")):
        return BUS
    if not form.startswith("fixe"):
        faults.refuse(
            "format_fs", f"« {cells['format_fs']} » n’est ni « Fixe », ni « Bus_équivalent », ni « Itinérant »."
        )
    return ANTENNA if role == "antenne" else FIXED


def _phone(cells: dict[str, str], faults: Faults) -> str:
    """Nine digits, grouped or not, are a number that a spreadsheet took the zero from."""
    typed = re.sub(r"[\s./-]", "", cells["telephone"])
    if re.fullmatch(r"[1-9]\d{8}", typed, re.ASCII):
        digits = f"0{typed}"
        cells["telephone"] = " ".join(digits[start : start + 2] for start in range(0, 10, 2))
    return fitting(cells, "telephone", _PHONE, "n’est pas un numéro de téléphone", faults)


def _label_date(cells: dict[str, str], faults: Faults) -> date | None:
    written = cells["labellisation_fs"]
    if not written:
        return None
    try:
        match = _LABEL_DATE.fullmatch(written)
        day, month, year = map(int, match.groups()) if match else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        faults.refuse(
            "labellisation_fs", f"« {written} » ne donne pas de date, par exemple « Espace labellisé 01/01/2020 »."
        )
        return None


def _yes_or_no(cells: dict[str, str], faults: Faults) -> bool:
    answer = plain(cells["prise_rdv"])
    if answer not in ("oui", "non", ""):
        faults.remark("prise_rdv", f"« {cells['prise_rdv']} » n’est ni « Oui » ni « Non » : pris pour « Non ».")
    return answer == "oui"


def _hours(cells: dict[str, str], column: str, faults: Faults) -> Ranges | None:
    day = read_day(cells[column])
    if day.remark:
        faults.remark(column, day.remark)
    return day.ranges


def _one_line(text: str) -> str:
    return " ".join(text.split())
