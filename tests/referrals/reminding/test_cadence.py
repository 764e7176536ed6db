"""When is each reminder due, and when is nobody to be reminded?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from referrals.models import Step
from referrals.reminding import cadence
from referrals.reminding.cadence import Case, Due, coordinator_due, falls_due, next_open, step_due
from schedules.calendars import PARIS, french_calendar

HOLIDAYS = french_calendar(2026, 2027).public_holidays
HOUR = timedelta(hours=1)


def paris(text):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def case(handed_over="2026-11-23T10:00", due="2026-11-26T10:00", **also):
    return Case(handed_over=paris(handed_over), due=paris(due), **also)


def done(**steps):
    return {Due[name.upper()]: paris(at) for name, at in steps.items()}


def test_the_steps_are_those_that_are_stored():
    assert [step.value for step in Due] == [step.value for step in Step]


# An ordinary week: Monday 10 h, promised for Thursday 10 h


@pytest.mark.parametrize(
    ("now", "steps", "expected"),
    [
        ("2026-11-24T21:59", {}, None),
        ("2026-11-24T22:00", {}, Due.HALF_TIME),
        ("2026-11-25T09:00", done(half_time="2026-11-24T22:00"), None),
        ("2026-11-26T09:59", done(half_time="2026-11-24T22:00"), None),
        ("2026-11-26T10:00", done(half_time="2026-11-24T22:00"), Due.DUE),
        ("2026-11-26T10:00", {}, Due.DUE),
        ("2026-11-26T21:59", done(due="2026-11-26T10:00"), None),
        ("2026-11-26T22:00", done(due="2026-11-26T10:00"), Due.NEXT_IN_RANK),
        ("2026-11-27T09:00", done(due="2026-11-26T10:00", next_in_rank="2026-11-26T22:00"), None),
    ],
)
def test_an_ordinary_week(now, steps, expected):
    assert step_due(case(steps=steps), paris(now), HOLIDAYS) == expected


def test_a_half_time_that_was_missed_is_not_made_up_for_after_the_promise():
    assert step_due(case(), paris("2026-11-26T11:00"), HOLIDAYS) is Due.DUE
    after = case(steps=done(due="2026-11-26T11:00"))
    assert step_due(after, paris("2026-11-26T12:00"), HOLIDAYS) is None


def test_the_next_in_rank_is_asked_twelve_hours_after_a_reminder_that_left_late():
    after = case(steps=done(due="2026-11-27T09:00"))
    assert step_due(after, paris("2026-11-27T20:00"), HOLIDAYS) is None
    assert step_due(after, paris("2026-11-27T21:00"), HOLIDAYS) is Due.NEXT_IN_RANK


def test_the_next_in_rank_is_not_asked_when_the_contact_was_never_reminded_or_somebody_else_was_asked():
    late = paris("2026-11-30T10:00")
    assert step_due(case(steps=done(half_time="2026-11-24T22:00")), late, HOLIDAYS) is Due.DUE
    followed = case(steps=done(due="2026-11-26T10:00"), is_followed=True)
    assert step_due(followed, late, HOLIDAYS) is None


def test_the_coordination_is_told_a_day_after_the_promise_once():
    assert not coordinator_due(case(), paris("2026-11-27T09:59"), HOLIDAYS)
    assert coordinator_due(case(), paris("2026-11-27T10:00"), HOLIDAYS)
    told = case(steps=done(coordinator="2026-11-27T10:00"))
    assert not coordinator_due(told, paris("2026-11-30T10:00"), HOLIDAYS)


# Who is left alone


@pytest.mark.parametrize(
    "over",
    [{"answered": paris("2026-11-23T10:00")}, {"answered": paris("2026-11-26T23:00")}, {"stopped": True}],
    ids=["answered as it was asked", "answered since", "closed, declined or taken back"],
)
def test_nobody_is_reminded_once_it_is_over(over):
    late = paris("2026-11-30T10:00")
    assert step_due(case(**over), late, HOLIDAYS) is None
    assert not coordinator_due(case(**over), late, HOLIDAYS)


def test_an_answer_given_before_this_contact_was_asked_does_not_spare_them():
    asked_again = case(answered=paris("2026-11-23T09:59"))
    assert step_due(asked_again, paris("2026-11-26T10:00"), HOLIDAYS) is Due.DUE


def test_who_took_charge_is_spared_the_half_time_but_not_the_promise():
    taken = case(has_taken=True)
    assert step_due(taken, paris("2026-11-25T10:00"), HOLIDAYS) is None
    assert step_due(taken, paris("2026-11-26T10:00"), HOLIDAYS) is Due.DUE


def test_who_is_asked_late_has_a_day_before_being_reminded():
    late = case(handed_over="2026-11-26T17:00")
    assert falls_due(Due.HALF_TIME, late, HOLIDAYS) is None
    assert step_due(late, paris("2026-11-27T16:59"), HOLIDAYS) is None
    assert step_due(late, paris("2026-11-27T17:00"), HOLIDAYS) is Due.DUE


def test_nobody_is_reminded_on_the_day_of_the_hand_over():
    """Its mail left that day; and half of a short promise would come too soon after it."""
    early = case(handed_over="2026-11-23T08:00", due="2026-11-25T07:00")
    assert step_due(early, paris("2026-11-23T23:30"), HOLIDAYS) is None
    assert step_due(early, paris("2026-11-24T12:00"), HOLIDAYS) is None


def test_the_clock_gives_up_when_the_link_ends():
    assert step_due(case(), paris("2026-12-28T10:00"), HOLIDAYS) is None
    assert not coordinator_due(case(), paris("2026-12-28T10:00"), HOLIDAYS)


# Closed days


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23T10:17", "2026-11-23T10:17"),
        ("2026-11-23T03:00", "2026-11-23T08:00"),
        ("2026-11-28T10:00", "2026-11-30T08:00"),
        ("2026-12-25T00:00", "2026-12-28T08:00"),
        ("2026-12-24T23:59", "2026-12-24T23:59"),
        ("2027-01-01T12:00", "2027-01-04T08:00"),
        ("2027-03-27T23:00", "2027-03-30T08:00"),
        ("2026-10-25T02:30", "2026-10-26T08:00"),
    ],
)
def test_what_falls_due_on_a_closed_day_waits_for_the_next_open_morning(at, opens):
    """Week-end, small hours, Christmas on a Friday, New Year, Easter Monday, both clock changes."""
    assert next_open(paris(at), HOLIDAYS) == paris(opens)


def test_a_promise_of_christmas_day_is_reminded_on_monday():
    christmas = case(handed_over="2026-12-22T10:00", due="2026-12-25T10:00", steps=done(half_time="2026-12-23T22:00"))
    for closed in ("2026-12-25T10:00", "2026-12-26T10:00", "2026-12-27T23:59", "2026-12-28T07:59"):
        assert step_due(christmas, paris(closed), HOLIDAYS) is None
    assert step_due(christmas, paris("2026-12-28T08:00"), HOLIDAYS) is Due.DUE
    assert coordinator_due(christmas, paris("2026-12-28T08:00"), HOLIDAYS)


def test_the_rest_of_the_day_is_carried_by_a_mail_that_leaves_anyway():
    morning, tonight = paris("2026-11-26T08:00"), cadence.end_of_day(paris("2026-11-26T08:00"))
    half_done = case(steps=done(half_time="2026-11-24T22:00"))
    assert step_due(half_done, morning, HOLIDAYS) is None
    assert step_due(half_done, morning, HOLIDAYS, within=tonight) is Due.DUE


def test_naive_instants_are_refused():
    with pytest.raises(ValueError, match="fuseau"):
        step_due(case(), datetime(2026, 11, 26, 10), HOLIDAYS)


# Whatever happens

instants = st.datetimes(datetime(2026, 9, 1), datetime(2027, 4, 30)).map(lambda at: at.replace(tzinfo=UTC))
cases = st.builds(
    lambda handed_over, left: Case(handed_over=handed_over, due=handed_over + left),
    instants,
    st.timedeltas(-timedelta(days=10), timedelta(days=7)),
)


def is_closed(at):
    local = at.astimezone(PARIS)
    return local.weekday() >= 5 or local.date() in HOLIDAYS or local.hour < 8


@settings(max_examples=600, deadline=None)
@given(case=cases, every=st.timedeltas(timedelta(minutes=15), timedelta(hours=30)))
@example(case=Case(handed_over=paris("2026-12-23T16:00"), due=paris("2026-12-26T16:00")), every=timedelta(minutes=15))
def test_a_contact_who_never_answers_is_written_to_at_most_three_times_in_order_and_never_on_a_closed_day(case, every):
    """The job passes at any pace, from the hand-over until long after the link ended."""
    now = case.handed_over
    steps: dict[str, datetime] = {}
    mails: list[datetime] = []
    for _ in range(6 * 24):
        now += every
        step = step_due(Case(case.handed_over, case.due, dict(steps)), now, HOLIDAYS)
        if step is not None and (not mails or mails[-1].astimezone(PARIS).date() < now.astimezone(PARIS).date()):
            steps[step] = now
            mails.append(now)
            assert not is_closed(now)
            assert now.astimezone(PARIS).date() > case.handed_over.astimezone(PARIS).date()
    order: list[str] = list(Due)
    assert [*steps] == [step for step in order if step in steps]
    assert len({at.astimezone(PARIS).date() for at in mails}) == len(mails)
    if Due.HALF_TIME in steps:
        assert case.handed_over + (case.due - case.handed_over) / 2 <= steps[Due.HALF_TIME]
    if Due.NEXT_IN_RANK in steps:
        assert steps[Due.NEXT_IN_RANK] >= max(steps[Due.DUE], case.due) + 12 * HOUR


@settings(max_examples=500, deadline=None)
@given(at=instants)
def test_the_next_open_instant_is_open_never_earlier_and_nothing_open_lies_before(at):
    opens = next_open(at, HOLIDAYS)
    assert opens >= at
    assert not is_closed(opens)
    if opens > at:
        assert is_closed(at)
        assert opens - at < timedelta(days=5)
        assert is_closed(opens - timedelta(minutes=1))


def test_any_collection_of_holidays_will_do():
    assert next_open(paris("2026-12-25T10:00"), [date(2026, 12, 25)]) == paris("2026-12-28T08:00")
