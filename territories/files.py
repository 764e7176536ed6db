"""What do the territory files say, and where exactly are they wrong?"""

import csv
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import NoReturn

INSEE_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
POSTAL_CODE = re.compile(r"[0-9]{5}")
ANY_CODE = re.compile(r"[0-9AB]{2,9}")
BANKS = {"D": "right", "G": "left", "": ""}
YES_OR_NO = {"1": True, "0": False}


class TerritoryFileProblem(Exception):
    """A territory file cannot be read; the message is a French sentence for the person who runs the import."""


@dataclass(frozen=True, slots=True)
class DepartementRow:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ArrondissementRow:
    code: str
    name: str
    departement_id: str


@dataclass(frozen=True, slots=True)
class EpciRow:
    siren: str
    name: str


@dataclass(frozen=True, slots=True)
class CommuneRow:
    insee: str
    name: str
    population: int
    area_km2: float
    density: float
    latitude: float
    longitude: float
    bank: str
    has_priority_district: bool
    departement_id: str
    arrondissement_id: str | None
    epci_id: str | None


@dataclass(frozen=True, slots=True)
class PostalCodeRow:
    code: str
    commune_id: str


@dataclass(frozen=True, slots=True)
class TerritoryFiles:
    departements: list[DepartementRow]
    arrondissements: list[ArrondissementRow]
    epcis: list[EpciRow]
    communes: list[CommuneRow]
    postal_codes: list[PostalCodeRow]


def read(folder: Path) -> TerritoryFiles:
    """Read every territory file of a folder; raises TerritoryFileProblem at the first thing wrong."""
    departements = {line.code("code"): line.text("nom") for line in _lines(folder, "departements.csv")}
    arrondissements = [
        ArrondissementRow(line.code("code"), line.text("nom"), line.among("departement", departements))
        for line in _lines(folder, "arrondissements_*.csv")
    ]
    codes = {row.code for row in arrondissements}
    arrondissement_of = {
        line.code("insee", INSEE_CODE): line.among("arrondissement", codes)
        for line in _lines(folder, "commune_arrondissements_*.csv")
    }
    epcis: dict[str, str] = {}
    communes: dict[str, CommuneRow] = {}
    for line in _lines(folder, "communes_*.csv"):
        if line.optional("epci"):
            epcis[line.code("epci")] = line.text("epci_nom")
        communes[line.code("insee", INSEE_CODE)] = _commune(line, departements, arrondissement_of)
    for line in _lines(folder, "priority_district_communes_*.csv"):
        insee = line.among("insee", communes)
        communes[insee] = replace(communes[insee], has_priority_district=line.yes_or_no("qpv_2024"))
    postal_codes = {
        PostalCodeRow(line.code("code", POSTAL_CODE), line.among("insee", communes))
        for line in _lines(folder, "postal_codes_*.csv")
    }
    return TerritoryFiles(
        departements=[DepartementRow(code, name) for code, name in departements.items()],
        arrondissements=arrondissements,
        epcis=[EpciRow(siren, name) for siren, name in epcis.items()],
        communes=list(communes.values()),
        postal_codes=sorted(postal_codes, key=lambda row: (row.commune_id, row.code)),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, which knows where it is so that its complaints can say so."""

    file: str
    number: int
    cells: dict[str, str | None]

    def optional(self, column: str) -> str:
        if column not in self.cells:
            raise TerritoryFileProblem(f"{self.file}\u00a0: la colonne «\u00a0{column}\u00a0» manque.")
        return (self.cells[column] or "").strip()

    def text(self, column: str) -> str:
        """A text with French apostrophes."""
        return (self.optional(column) or self.refuse(column, "la valeur manque")).replace("'", "’")

    def code(self, column: str, pattern: re.Pattern[str] = ANY_CODE) -> str:
        value = self.optional(column)
        return value if pattern.fullmatch(value) else self.refuse(column, f"code non reconnu «\u00a0{value}\u00a0»")

    def among(self, column: str, known: Container[str]) -> str:
        value = self.optional(column)
        return value if value in known else self.refuse(column, f"code inconnu «\u00a0{value}\u00a0»")

    def number_between(self, column: str, lowest: float, highest: float = float("inf")) -> float:
        value = self.optional(column)
        try:
            number = float(value)
        except ValueError:
            self.refuse(column, f"nombre attendu, et non «\u00a0{value}\u00a0»")
        if not isfinite(number) or not lowest <= number <= highest:
            self.refuse(column, f"nombre hors limites «\u00a0{value}\u00a0»")
        return number

    def yes_or_no(self, column: str) -> bool:
        value = self.optional(column)
        return YES_OR_NO[value] if value in YES_OR_NO else self.refuse(column, "0 ou 1 attendu")

    def refuse(self, column: str, reason: str) -> NoReturn:
        raise TerritoryFileProblem(f"{self.file}, ligne {self.number}, colonne «\u00a0{column}\u00a0»\u00a0: {reason}.")


def departement_of(insee: str) -> str:
    """Its code has three characters overseas (974)."""
    return insee[:3] if insee.startswith("97") else insee[:2]


def _commune(line: Line, departements: dict[str, str], arrondissement_of: dict[str, str]) -> CommuneRow:
    insee = line.code("insee", INSEE_CODE)
    departement = departement_of(insee)
    if departement not in departements:
        line.refuse("insee", f"le département {departement} n’est pas dans departements.csv")
    bank = line.optional("rive")
    return CommuneRow(
        insee=insee,
        name=line.text("nom"),
        population=int(line.number_between("population", 0)),
        area_km2=line.number_between("surface_km2", 0.0001),
        density=line.number_between("densite", 0),
        latitude=line.number_between("lat", -90, 90),
        longitude=line.number_between("lon", -180, 180),
        bank=BANKS[bank] if bank in BANKS else line.refuse("rive", "D, G ou rien attendu"),
        has_priority_district=False,  # another file says it
        departement_id=departement,
        arrondissement_id=arrondissement_of.get(insee),
        epci_id=line.optional("epci") or None,
    )


def _lines(folder: Path, pattern: str) -> Iterator[Line]:
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise TerritoryFileProblem(f"Aucun fichier «\u00a0{pattern}\u00a0» dans le dossier {folder}.")
    for path in paths:
        yield from lines_of(path)


def lines_of(path: Path) -> Iterator[Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cells in (reader := csv.DictReader(file)):
                yield Line(path.name, reader.line_num, cells)
    except UnicodeDecodeError:
        raise TerritoryFileProblem(f"{path.name}\u00a0: le fichier n’est pas en UTF-8.") from None
    except csv.Error as error:
        raise TerritoryFileProblem(f"{path.name}\u00a0: le fichier n’est pas un CSV lisible ({error}).") from None
