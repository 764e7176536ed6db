"""Are distances the ones of the Earth?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.distance import EARTH_RADIUS_KM, Point, great_circle_km

ROUEN = Point(49.4404, 1.0939)
DIEPPE = Point(49.9229, 1.0777)
points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


def test_dieppe_is_53_7_km_from_rouen() -> None:
    assert great_circle_km(ROUEN, DIEPPE) == pytest.approx(53.7, abs=0.1)


def test_a_degree_of_latitude_is_111_2_km() -> None:
    assert great_circle_km(Point(49, 1), Point(50, 1)) == pytest.approx(111.195, abs=0.001)


def test_the_other_side_of_the_date_line_is_near() -> None:
    assert great_circle_km(Point(0, 179.9), Point(0, -179.9)) == pytest.approx(22.24, abs=0.01)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_at_most_half_the_earth(one: Point, other: Point) -> None:
    distance = great_circle_km(one, other)
    assert distance == pytest.approx(great_circle_km(other, one))
    assert 0 <= distance <= 3.141593 * EARTH_RADIUS_KM


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (-91, 0), (0, 181), (0, -181), (float("nan"), 0)])
def test_a_point_off_the_earth_is_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="out of range"):
        Point(latitude, longitude)
