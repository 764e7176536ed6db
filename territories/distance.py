"""How far apart are two points of the Earth, in a straight line?"""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # mean radius of the IUGG (GRS 80)


@dataclass(frozen=True, slots=True)
class Point:
    """A place in decimal degrees (WGS 84); raises ValueError outside -90…90 and -180…180, or for « not a number »."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not -90 <= self.latitude <= 90:
            raise ValueError(f"latitude out of range: {self.latitude}")
        if not -180 <= self.longitude <= 180:
            raise ValueError(f"longitude out of range: {self.longitude}")


def great_circle_km(a: Point, b: Point) -> float:
    """Kilometres as the crow flies (haversine on a sphere: within 0.5 % of the ellipsoid)."""
    north = radians(b.latitude - a.latitude)
    east = radians(b.longitude - a.longitude)
    chord = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))
