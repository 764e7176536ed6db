"""What does an official file given alone say of communes, intercommunalités or priority districts?

Insee, the DGCL, the ANCT and data.gouv.fr name the same columns differently, and their files cover the whole of
France: the names below are all known, and what lies outside the départements of the network is counted and left.
"""

import csv
import io
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from territories.files import INSEE_CODE, EpciRow, Line, TerritoryFileProblem, departement_of

COMMUNES = {
    "insee": ("insee", "code_insee", "codgeo", "com"),
    "nom": ("nom", "nom_standard", "libelle", "libgeo"),
    "population": ("population", "pmun"),
    "surface_km2": ("surface_km2", "superficie_km2"),
    "lat": ("lat", "latitude_mairie", "latitude", "latitude_centre"),
    "lon": ("lon", "longitude_mairie", "longitude", "longitude_centre"),
}
EPCIS = {
    "insee": ("insee", "code_insee", "codgeo"),
    "epci": ("epci", "siren_epci", "epci_code", "siren"),
    "epci_nom": ("epci_nom", "libepci", "nom_epci", "raison_sociale"),
}
PRIORITY_DISTRICTS = {
    "code": ("code_qp", "codqp", "code"),
    "nom": ("lib_qp", "nom_qp", "nom"),
    "communes": ("insee_com", "code_commune", "insee"),
}
SIREN = re.compile(r"[0-9]{9}")
NO_EPCI = re.compile(r"Z*")
DISTRICT = re.compile(r"Q[NP][0-9AB]{5,6}[A-Z]?")


@dataclass(frozen=True, slots=True)
class OfficialCommunes:
    """The values of each commune of the network; `ignored` counts those of other départements."""

    rows: list[dict[str, Any]]
    ignored: int


@dataclass(frozen=True, slots=True)
class OfficialEpcis:
    """The EPCI of each known commune, None outside any; `ignored` counts the communes that are not known."""

    epcis: list[EpciRow]
    epci_of: dict[str, str | None]
    ignored: int


@dataclass(frozen=True, slots=True)
class PriorityDistrictRow:
    code: str
    name: str
    communes: frozenset[str]


@dataclass(frozen=True, slots=True)
class OfficialDistricts:
    """The districts of known communes; `ignored` counts those that have none."""

    districts: list[PriorityDistrictRow]
    ignored: int


@dataclass(frozen=True, slots=True)
class _OfficialLine(Line):
    """A line read under our names of columns, which complains under the file's own."""

    names: Mapping[str, str]

    def refuse(self, column: str, reason: str) -> NoReturn:
        Line.refuse(self, self.names[column], reason)


def read_communes(path: Path, departements: Container[str]) -> OfficialCommunes:
    """TerritoryFileProblem at the first thing wrong, in the départements of the network."""
    rows: dict[str, dict[str, Any]] = {}
    ignored = 0
    for line in _lines(path, COMMUNES):
        insee = line.code("insee", INSEE_CODE)
        if departement_of(insee) not in departements:
            ignored += 1
            continue
        population, area = int(line.number_between("population", 0)), line.number_between("surface_km2", 0.0001)
        rows[insee] = {
            "insee": insee,
            "name": line.text("nom"),
            "departement_id": departement_of(insee),
            "population": population,
            "area_km2": area,
            "density": round(population / area, 1),
            "latitude": line.number_between("lat", -90, 90),
            "longitude": line.number_between("lon", -180, 180),
        }
    return OfficialCommunes(list(rows.values()), ignored)


def read_epcis(path: Path, communes: Container[str]) -> OfficialEpcis:
    """One line per commune and its EPCI, as Insee and the DGCL publish it."""
    epcis: dict[str, EpciRow] = {}
    epci_of: dict[str, str | None] = {}
    ignored = 0
    for line in _lines(path, EPCIS):
        insee = line.code("insee", INSEE_CODE)
        if insee not in communes:
            ignored += 1
        elif NO_EPCI.fullmatch(line.optional("epci")):
            epci_of[insee] = None
        else:
            siren = line.code("epci", SIREN)
            epcis[siren] = EpciRow(siren, line.text("epci_nom"))
            epci_of[insee] = siren
    return OfficialEpcis(list(epcis.values()), epci_of, ignored)


def read_priority_districts(path: Path, communes: Container[str]) -> OfficialDistricts:
    """One line per district, or per district and commune; a cell may name several communes."""
    found: dict[str, PriorityDistrictRow] = {}
    seen: set[str] = set()
    for line in _lines(path, PRIORITY_DISTRICTS):
        code, name = line.code("code", DISTRICT), line.text("nom")
        seen.add(code)
        cited = re.split(r"[\s;,|]+", line.optional("communes"))
        if wrong := [insee for insee in cited if not INSEE_CODE.fullmatch(insee)]:
            line.refuse("communes", f"code non reconnu «\u00a0{wrong[0]}\u00a0»")
        known = frozenset(insee for insee in cited if insee in communes)
        if known:
            others = found[code].communes if code in found else frozenset()
            found[code] = PriorityDistrictRow(code, name, others | known)
    return OfficialDistricts(list(found.values()), len(seen) - len(found))


def _lines(path: Path, columns: Mapping[str, tuple[str, ...]]) -> Iterator[_OfficialLine]:
    text = _text(path)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    reader.fieldnames = [name.strip().casefold() for name in reader.fieldnames or []]
    names = {ours: _present(path, ours, aliases, reader.fieldnames) for ours, aliases in columns.items()}
    is_empty = True
    try:
        for cells in reader:
            is_empty = False
            filled: dict[str, str | None] = {ours: _first_filled(cells, present) for ours, present in names.items()}
            own_names = {ours: present[0] for ours, present in names.items()}
            yield _OfficialLine(path.name, reader.line_num, filled, own_names)
    except csv.Error as error:
        raise TerritoryFileProblem(f"{path.name}\u00a0: le fichier n’est pas un CSV lisible ({error}).") from None
    if is_empty:
        raise TerritoryFileProblem(f"{path.name}\u00a0: le fichier n’a aucune ligne après les titres.")


def _text(path: Path) -> str:
    """UTF-8, or the Windows-1252 in which the DGCL publishes."""
    try:
        raw = path.read_bytes()
    except OSError:
        raise TerritoryFileProblem(f"Le fichier {path} n’existe pas, ou ne peut pas être lu.") from None
    if b"\0" in raw or raw.startswith(b"PK"):
        reason = "ce n’est pas du texte. Enregistrez la feuille au format «\u00a0CSV UTF-8\u00a0», puis recommencez."
        raise TerritoryFileProblem(f"{path.name}\u00a0: {reason}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _present(path: Path, ours: str, aliases: tuple[str, ...], header: list[str]) -> list[str]:
    """The names under which the file has this column, the best first."""
    present = [name for name in aliases if name in header]
    if not present:
        accepted = ", ".join(aliases)
        reason = f"la colonne «\u00a0{ours}\u00a0» manque (noms acceptés\u00a0: {accepted})."
        raise TerritoryFileProblem(f"{path.name}, ligne 1\u00a0: {reason}")
    return present


def _first_filled(cells: Mapping[str, Any], names: list[str]) -> str:
    """Without the ="…" in which some files wrap codes so that a spreadsheet keeps their zero."""
    for name in names:
        cell = re.sub(r'^="?|"$', "", str(cells.get(name) or "").strip())
        if cell:
            return cell
    return ""
