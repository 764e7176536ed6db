"""When does a local action receive people next?"""

from datetime import date, datetime, time

import pytest

from partners.models import ActionSession, LocalService
from partners.sessions import ahead, next_session
from schedules.calendars import PARIS
from schedules.models import Slot
from schedules.opening_hours import Frequency
from tests.partners.factories import ActionFactory, ActionSessionFactory
from tests.structures.factories import ScheduleFactory

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 27)


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), PARIS)


@pytest.fixture
def action() -> LocalService:
    """Every second Friday, from 27 November 2026 on."""
    schedule = ScheduleFactory(week=[])
    Slot.objects.create(
        schedule=schedule,
        weekday=4,
        opens=time(14),
        closes=time(16, 30),
        frequency=Frequency.EVERY_N_WEEKS,
        interval=2,
        anchor=FRIDAY,
        except_school_holidays=True,
    )
    return ActionFactory(schedule=schedule)


def test_the_first_session_to_come_is_told_in_words(action):
    ActionSessionFactory(service=action, day=FRIDAY)
    ActionSessionFactory(service=action, day=date(2026, 12, 11))
    found = next_session(action, at(date(2026, 11, 24), 9))
    assert found is not None
    assert found.in_words() == "vendredi 27 novembre, de 14\u00a0h à 16\u00a0h\u00a030"


def next_day(action: LocalService, now: datetime) -> date | None:
    found = next_session(action, now)
    return found.day if found else None


def test_a_session_under_way_is_the_next_until_it_ends(action):
    ActionSessionFactory(service=action, day=FRIDAY)
    ActionSessionFactory(service=action, day=date(2026, 12, 11))
    assert next_day(action, at(FRIDAY, 16)) == FRIDAY
    assert next_day(action, at(FRIDAY, 17)) == date(2026, 12, 11)


def test_a_cancelled_session_is_passed_over_even_by_the_regular_hours(action):
    ActionSessionFactory(service=action, day=FRIDAY, cancelled_because="travaux")
    assert next_day(action, at(date(2026, 11, 24), 9)) == date(2026, 12, 11)


def test_without_a_calendar_the_regular_hours_answer_holidays_left_out(action):
    assert next_day(action, at(date(2026, 12, 12), 9)) == date(2027, 1, 8)


def test_nothing_is_known_of_an_action_without_hours():
    assert next_session(ActionFactory(schedule=None), at(FRIDAY, 9)) is None


def test_an_instant_has_a_time_zone(action):
    with pytest.raises(ValueError, match="fuseau"):
        next_session(action, datetime(2026, 11, 24, 9))


def test_many_actions_cost_what_one_costs(queries_for):
    def read() -> None:
        rows = LocalService.objects.select_related("schedule").prefetch_related(ahead(at(FRIDAY, 9)))
        assert all(next_session(row, at(FRIDAY, 9)) for row in rows)

    ActionSessionFactory(day=FRIDAY)
    cost = queries_for(read)
    for _ in range(20):
        ActionSessionFactory(day=FRIDAY)
    assert queries_for(read) == cost
    assert ActionSession.objects.count() == 21
