"""Which point does somebody mean who types two numbers, and can a place be there?

Copied from a map (« 49.4431, 1.0993 ») or written the French way (« 49,4431 1,0993 »): latitude first, in degrees.
"""

import re
from collections.abc import Iterable
from math import pi, sqrt

from schedules.wording import of_name
from territories.distance import Point, great_circle_km
from territories.models import Commune

FARTHEST_KM = 25.0
"""From the point of the commune that was typed: the longest one of the country is about as long."""
RADII = 2.5
"""Of a disc as large as the commune: no point of the 708 communes of Seine-Maritime is farther from all of them."""
SMALLEST_RADIUS_KM = 1.0
NEIGHBOURS = 12
DECIMALS = 6  # a tenth of a metre
_NUMBER = r"(-?\d{1,3}(?:[.,]\d+)?)"
# A comma alone between two numbers parts them only when both have decimals: « 49,5 » is one number.
_PAIR = re.compile(rf"{_NUMBER}(?:\s*[;/]\s*|\s+,?\s*|,\s+){_NUMBER}|(-?\d{{1,3}}[.,]\d+),(-?\d{{1,3}}[.,]\d+)")
_ORNAMENTS = re.compile(r"[°()\u00a0\u202f]|\b[NE]\b")


def read_point(typed: str) -> Point:
    """ValueError, with a sentence to show, when the text is not two numbers of a point on Earth."""
    found = _PAIR.fullmatch(_ORNAMENTS.sub(" ", typed).strip())
    if not found:
        raise ValueError("Écrivez la latitude puis la longitude, par exemple 49,4431 1,0993.")
    latitude, longitude = (round(float(number.replace(",", ".")), DECIMALS) for number in found.groups() if number)
    try:
        return Point(latitude, longitude)
    except ValueError:
        raise ValueError(
            "Ces nombres ne sont pas sur Terre\u00a0: la latitude va de -90 à 90, la longitude de -180 à 180."
        ) from None


def spoken_point(point: Point) -> str:
    """ "49,4431 1,0993": what `read_point` reads."""
    return " ".join(f"{number:.{DECIMALS}f}".rstrip("0").rstrip(".").replace(".", ",") for number in _pair(point))


def refusal(point: Point, commune: Commune) -> str:
    """Why a place of this commune cannot be there, in a sentence; empty when it can. At most one statement."""
    distance = great_circle_km(point, commune.point)
    if distance > FARTHEST_KM:
        said = f"{distance:,.0f}".replace(",", "\u00a0")
        return f"Ce point est à {said}\u00a0km {of_name(commune.name)}.{_hint(point, commune)}"
    if is_beyond_all(point, Commune.objects.nearest(point)[:NEIGHBOURS]):
        return f"Ce point n’est dans aucune commune connue\u00a0: il est peut-être en mer.{_hint(point, commune)}"
    return ""


def is_beyond_all(point: Point, communes: Iterable[Commune]) -> bool:
    """Whether it is too far from each of them to be on its land."""
    return all(
        great_circle_km(point, commune.point) > RADII * max(sqrt(commune.area_km2 / pi), SMALLEST_RADIUS_KM)
        for commune in communes
    )


def _hint(point: Point, commune: Commune) -> str:
    """The two numbers are often swapped: maps and files do not agree on their order."""
    if abs(point.longitude) <= 90:
        swapped = Point(point.longitude, point.latitude)
        if great_circle_km(swapped, commune.point) <= FARTHEST_KM:
            mended = f"«\u00a0{spoken_point(swapped)}\u00a0»"
            return f" La latitude et la longitude sont sans doute inversées\u00a0: essayez {mended}."
    return f" Vérifiez-le, ou laissez vide\u00a0: le point {of_name(commune.name)} sera pris."


def _pair(point: Point) -> tuple[float, float]:
    return point.latitude, point.longitude
