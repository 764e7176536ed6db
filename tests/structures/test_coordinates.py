"""Which points are understood, and which are refused with a sentence that helps?"""

import pytest

from structures.coordinates import read_point, refusal, spoken_point
from territories.distance import Point
from tests.territories.factories import CommuneFactory

MONTIVILLIERS = {"insee": "76447", "name": "Montivilliers", "latitude": 49.5456, "longitude": 0.1953, "area_km2": 19.0}


@pytest.mark.parametrize(
    "typed",
    [
        "49,4431 1,0993",
        "49.4431 1.0993",
        "49.4431, 1.0993",
        "49.4431,1.0993",
        "49,4431, 1,0993",
        "49,4431 ; 1,0993",
        "49,4431/1,0993",
        " 49.4431° N, 1.0993° E ",
        "(49.4431, 1.0993)",
        "49,4431\u00a01,0993",
    ],
)
def test_two_numbers_are_read_however_they_are_separated(typed: str) -> None:
    assert read_point(typed) == Point(49.4431, 1.0993)


@pytest.mark.parametrize("typed", ["49,4431", "Rouen", "49,4431 1,0993 12", "49 26 35 N", "NaN NaN", "49.4.4 1"])
def test_what_is_not_two_numbers_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match="49,4431 1,0993"):
        read_point(typed)


def test_a_point_out_of_the_earth_is_refused() -> None:
    with pytest.raises(ValueError, match="sur Terre"):
        read_point("149,4 1,09")


@pytest.mark.parametrize("point", [Point(49.4431, 1.0993), Point(-21.1, 55.5), Point(49.0, -0.25), Point(0.0, 0.0)])
def test_what_is_said_of_a_point_is_read_back(point: Point) -> None:
    assert read_point(spoken_point(point)) == point


@pytest.mark.django_db
def test_a_place_in_its_commune_is_accepted() -> None:
    commune = CommuneFactory(**MONTIVILLIERS)
    assert refusal(Point(49.5470, 0.1880), commune) == ""


@pytest.mark.django_db
def test_a_place_across_the_border_of_its_commune_is_accepted() -> None:
    commune = CommuneFactory(**MONTIVILLIERS)
    CommuneFactory(insee="76270", name="Fontaine-la-Mallet", latitude=49.5358, longitude=0.1397, area_km2=7.5)
    assert refusal(Point(49.5358, 0.1397), commune) == ""


@pytest.mark.django_db
def test_a_far_place_is_refused_with_its_distance() -> None:
    commune = CommuneFactory(**MONTIVILLIERS)
    said = refusal(Point(49.4404, 1.0939), commune)
    assert said.startswith("Ce point est à 66\u00a0km de Montivilliers.")
    assert "laissez vide" in said


@pytest.mark.django_db
def test_swapped_numbers_are_recognised_and_the_right_order_is_proposed() -> None:
    commune = CommuneFactory(**MONTIVILLIERS)
    assert "inversées\u00a0: essayez «\u00a049,5456 0,1953\u00a0»" in refusal(Point(0.1953, 49.5456), commune)


@pytest.mark.django_db
def test_a_point_in_the_sea_is_refused_though_it_is_near() -> None:
    commune = CommuneFactory(**MONTIVILLIERS)
    assert "en mer" in refusal(Point(49.62, 0.02), commune)
