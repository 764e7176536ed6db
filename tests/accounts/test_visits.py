"""How often somebody came: counted at once, each in its window, and forgotten after it."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import VisitCount
from accounts.visits import erase_past, seconds_to_wait

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LIMITS = {"link of A": 2, "address of B": 3}


def visit(limits: dict[str, int], now: datetime = NOON) -> int | None:
    return seconds_to_wait(limits, minutes=5, now=now)


def test_as_many_visits_as_allowed_then_the_end_of_the_window_is_waited_for():
    assert [visit({"link of A": 2}, NOON + timedelta(seconds=10)) for _ in range(3)] == [None, None, 290]


def test_each_is_counted_for_itself_and_one_too_many_is_enough():
    assert [visit(LIMITS), visit(LIMITS)] == [None, None]
    assert visit({"address of B": 3}) is None
    assert visit({"address of B": 3}) == 300
    assert visit({"link of C": 2, "address of B": 3}) == 300
    assert visit({"link of A": 2}) == 300
    assert visit({"link of D": 2}) is None


def test_the_next_window_begins_at_nothing_and_keeps_one_row_for_each():
    for minutes in (0, 5, 10):
        at = NOON + timedelta(minutes=minutes)
        assert [visit({"link of A": 1}, at) for _ in range(2)] == [None, 300]
    assert VisitCount.objects.count() == 1


def test_nothing_to_count_is_nothing_to_wait_for():
    assert visit({}) is None


def test_who_came_is_forgotten_once_the_window_is_past():
    visit(LIMITS)
    assert erase_past(NOON + timedelta(minutes=4)) == 0
    assert erase_past(NOON + timedelta(minutes=5, seconds=1)) == 2
    assert not VisitCount.objects.exists()
