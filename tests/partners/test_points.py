"""Is a line told to be still said point by point, whatever other lines wrote beside it?"""

from typing import Any

from partners.points import points, still_said, written

LIMIT, OTHER = {"text": "Une"}, {"text": "Deux"}


def test_a_part_written_whole_is_one_point_and_a_row_is_one_too():
    said = {"hours": {"note": ""}, "limits": [LIMIT], "places": [{"pk": 3, "name": "Mairie"}], "sessions": {"7": {}}}
    assert {part for part, _ in points(said)} == {"hours", "limits", "places", "sessions"}
    assert points(said)["places", "3"]["name"] == "Mairie"


def test_a_row_that_is_not_there_says_nothing():
    assert points({"sessions": {"7": None}}) == {}
    assert written({"sessions": {"7": {"day": 1}}}, {"sessions": {"7": None}}) == {("sessions", "7"): None}


def test_only_what_differs_was_written():
    assert [point for point, _ in written({"limits": [LIMIT]}, {"limits": [LIMIT, OTHER]})] == ["limits"]


def test_a_line_is_still_said_until_a_later_one_writes_the_same_point():
    first: Any = (1, {"limits": []}, {"limits": [LIMIT]})
    second = (2, {"limits": [LIMIT]}, {"limits": [LIMIT, OTHER]})
    removal = (3, {"limits": [LIMIT, OTHER]}, {"limits": [OTHER]})
    again = (4, {"limits": [OTHER]}, {"limits": [OTHER, LIMIT]})
    assert still_said([first, second]) == {1, 2}
    assert still_said([second, removal, first]) == {2, 3}
    assert still_said([first, second, removal, again]) == {1, 2, 4}
