"""Which structures does a file of the national list describe, and what is wrong in it?

The 2024 edition of the list of France services (ANCT). Pure: bytes in, plain rows and French sentences out.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from structures.national_file import Line, NotTheNationalList, lines
from structures.national_hours import Ranges, read_day
from territories.spelling import plain

__all__ = ["DAYS", "NationalList", "NationalRow", "NotTheNationalList", "Problem", "read"]

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
# South, north, west, east in degrees: metropolitan France, then the territories overseas.
FRANCE = (
    (41.2, 51.3, -5.3, 9.8),
    (14.2, 18.3, -63.3, -60.7),
    (2.0, 6.0, -54.7, -51.5),
    (-21.5, -20.7, 55.1, 56.0),
    (-13.2, -12.5, 44.9, 45.4),
    (46.6, 47.3, -56.6, -56.0),
    (-28.0, -7.5, -155.0, -134.0),
    (-23.0, -19.0, 158.0, 172.5),
    (-14.6, -13.0, -178.4, -176.0),
)
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
class Problem:
    """Where the file is wrong: `line` counts from the header, which is 1; `reason` is a French sentence."""

    line: int | None
    column: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class NationalRow:
    """A structure as the national list describes it. `hours`: Monday to Saturday, None when to be confirmed."""

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


@dataclass(frozen=True, slots=True)
class NationalList:
    """`read` counts the rows of the file: each is in `rows`, or refused with one problem that names all its faults."""

    read: int
    rows: tuple[NationalRow, ...]
    refused: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class _Faults:
    """What was found wrong in one line: faults refuse it, remarks do not."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.faults: list[Problem] = []
        self.remarks: list[Problem] = []

    def refuse(self, column: str | None, reason: str) -> None:
        self.faults.append(Problem(self.line, column, reason))

    def remark(self, column: str, reason: str) -> None:
        self.remarks.append(Problem(self.line, column, reason))

    def as_one(self) -> Problem:
        """The first fault; its reason goes on with those of the other columns."""
        first, *others = self.faults
        also = "".join(f" Colonne {other.column} : {other.reason}" for other in others)
        return Problem(first.line, first.column, f"{first.reason}{also}")


def read(source: BinaryIO, communes: Container[str]) -> NationalList:
    """Read the whole list; `communes` holds the known INSEE codes. NotTheNationalList for another kind of file."""
    rows: list[NationalRow] = []
    refused: list[Problem] = []
    warnings: list[Problem] = []
    seen: dict[str, int] = {}
    found = lines(source)
    for line in found:
        faults = _Faults(line.number)
        row = _row(line, communes, seen, faults)
        if row is None:
            refused.append(faults.as_one())
        else:
            rows.append(row)
            warnings.extend(faults.remarks)
    return NationalList(len(found), tuple(rows), tuple(refused), tuple(warnings))


def _row(line: Line, communes: Container[str], seen: dict[str, int], faults: _Faults) -> NationalRow | None:
    if line.cells is None:
        faults.refuse(None, f"La ligne a {line.count} cellules, ce n’est pas le nombre de colonnes du fichier.")
        return None
    cells = {column: cell.strip() for column, cell in line.cells.items()}
    for column, longest in LONGEST.items():
        if len(cells[column]) > longest:
            faults.refuse(column, f"Le texte compte {len(cells[column])} caractères, {longest} au plus.")
    latitude, longitude = _point(cells, faults)
    values: dict[str, Any] = {
        "id_fs": _id_fs(cells, seen, faults),
        "name": _needed(cells, "lib_fs", "Le nom de la structure manque.", faults),
        "kind": _kind(cells, faults),
        "insee": _commune(cells, communes, faults),
        "labelled_on": _label_date(cells, faults),
        "postcode": _fitting(cells, "code_postal", re.compile(r"\d{5}"), "n’est pas un code postal", faults),
        "mail": _fitting(cells, "mail", _MAIL, "n’est pas une adresse électronique", faults),
        "phone": _fitting(cells, "telephone", _PHONE, "n’est pas un numéro de téléphone", faults),
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
        **values,
    )


def _id_fs(cells: dict[str, str], seen: dict[str, int], faults: _Faults) -> str:
    id_fs = _needed(cells, "id_fs", "Le matricule manque.", faults)
    if id_fs in seen:
        faults.refuse("id_fs", f"Le matricule {id_fs} est déjà celui de la ligne {seen[id_fs]}.")
    elif id_fs:
        seen[id_fs] = faults.line
    return id_fs


def _needed(cells: dict[str, str], column: str, missing: str, faults: _Faults) -> str:
    if not cells[column]:
        faults.refuse(column, missing)
    return _one_line(cells[column])


def _kind(cells: dict[str, str], faults: _Faults) -> str:
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


def _commune(cells: dict[str, str], communes: Container[str], faults: _Faults) -> str:
    insee = cells["insee_com"].upper()
    if not insee:
        faults.refuse("insee_com", "Le code INSEE de la commune manque.")
    elif insee not in communes:
        faults.refuse("insee_com", f"Aucune commune connue n’a le code INSEE « {insee} ».")
    return insee


def _point(cells: dict[str, str], faults: _Faults) -> tuple[float | None, float | None]:
    """Degrees. Nothing on both sides is allowed: the point of the commune serves."""
    if not cells["latitude"] and not cells["longitude"]:
        faults.remark("latitude", "Pas de coordonnées : le point de la commune servira.")
        return None, None
    latitude, longitude = (_degrees(cells, column, faults) for column in ("latitude", "longitude"))
    if latitude is None or longitude is None:
        return None, None
    if not _in_france(latitude, longitude):
        swapped = " Elles semblent inversées." if _in_france(longitude, latitude) else ""
        faults.refuse("latitude", f"Le point {latitude}, {longitude} n’est pas en France.{swapped}")
    return latitude, longitude


def _degrees(cells: dict[str, str], column: str, faults: _Faults) -> float | None:
    written = cells[column].replace(",", ".")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,30})?", written, re.ASCII):
        return float(written)
    faults.refuse(column, f"« {cells[column]} » n’est pas un nombre de degrés.")
    return None


def _in_france(latitude: float, longitude: float) -> bool:
    return any(s <= latitude <= n and w <= longitude <= e for s, n, w, e in FRANCE)


def _label_date(cells: dict[str, str], faults: _Faults) -> date | None:
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


def _fitting(cells: dict[str, str], column: str, shape: re.Pattern[str], problem: str, faults: _Faults) -> str:
    """The cell, or nothing and a remark when it has not the right shape: the rest of the row is worth keeping."""
    if not cells[column] or shape.fullmatch(cells[column]):
        return cells[column]
    faults.remark(column, f"« {cells[column]} » {problem} : laissé vide.")
    return ""


def _yes_or_no(cells: dict[str, str], faults: _Faults) -> bool:
    answer = plain(cells["prise_rdv"])
    if answer not in ("oui", "non", ""):
        faults.remark("prise_rdv", f"« {cells['prise_rdv']} » n’est ni « Oui » ni « Non » : pris pour « Non ».")
    return answer == "oui"


def _hours(cells: dict[str, str], column: str, faults: _Faults) -> Ranges | None:
    day = read_day(cells[column])
    if day.remark:
        faults.remark(column, day.remark)
    return day.ranges


def _one_line(text: str) -> str:
    return " ".join(text.split())
