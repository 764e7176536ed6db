"""Where is a structure of the national list: its commune, its postcode, its point?"""

import re
from collections.abc import Collection, Mapping

from schedules.wording import of_name
from structures.national_faults import Faults, fitting
from territories.distance import Point, great_circle_km

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
# No town hall of metropolitan France is further than that from the edge of its commune; those overseas can be.
FARTHEST_KM = 30

Points = Mapping[str, Point]


def read_commune(cells: dict[str, str], communes: Collection[str] | Points, faults: Faults) -> str:
    insee = five_digits(cells["insee_com"].upper())
    if not insee:
        faults.refuse("insee_com", "Le code INSEE de la commune manque.")
    elif insee not in communes:
        faults.refuse("insee_com", f"Aucune commune connue n’a le code INSEE «\u00a0{insee}\u00a0».")
    return insee


def five_digits(code: str) -> str:
    """A spreadsheet takes 01033 for a number and drops its zero."""
    return f"0{code}" if re.fullmatch(r"[1-9]\d{3}", code, re.ASCII) else code


def departement_of(insee: str) -> str:
    """The code of the département of a commune; empty for what is not an INSEE code."""
    if not re.fullmatch(r"\d[\dAB]\d{3}", insee, re.ASCII):
        return ""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]


def read_postcode(cells: dict[str, str], insee: str, faults: Faults) -> str:
    """Its lost zero is given back where the code of the commune has it too."""
    code = five_digits(cells["code_postal"])
    cells["code_postal"] = code if code[:2] == insee[:2] else cells["code_postal"]
    return fitting(cells, "code_postal", re.compile(r"\d{5}"), "n’est pas un code postal", faults)


COORDINATES = ("latitude", "longitude")


def read_point(cells: dict[str, str], faults: Faults, town: Point | None) -> tuple[float | None, float | None]:
    """Degrees. Nothing on both sides is allowed: the point of the commune serves."""
    if not cells["latitude"] and not cells["longitude"]:
        reason = "Pas de coordonnées\u00a0: le point de la commune servira."
        faults.remark("latitude", reason, leaves_out=COORDINATES)
        return None, None
    latitude, longitude = (_degrees(cells, column, faults) for column in COORDINATES)
    if latitude is None or longitude is None:
        return None, None
    if not _in_france(latitude, longitude):
        swapped = " Elles semblent inversées." if _in_france(longitude, latitude) else ""
        faults.refuse("latitude", f"Le point {latitude}, {longitude} n’est pas en France.{swapped}")
        return None, None
    if town is not None and (far := great_circle_km(town, Point(latitude, longitude))) > FARTHEST_KM:
        where = of_name(cells["lib_com"] or "la commune")
        reason = f"Ce point est à {far:.0f}\u00a0km {where}\u00a0: il est laissé de côté."
        faults.remark("latitude", reason, leaves_out=COORDINATES)
        return None, None
    return latitude, longitude


def _degrees(cells: dict[str, str], column: str, faults: Faults) -> float | None:
    written = cells[column].replace(",", ".")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,30})?", written, re.ASCII):
        return float(written)
    faults.refuse(column, f"« {cells[column]} » n’est pas un nombre de degrés.")
    return None


def _in_france(latitude: float, longitude: float) -> bool:
    return any(s <= latitude <= n and w <= longitude <= e for s, n, w, e in FRANCE)
