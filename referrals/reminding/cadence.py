"""Which reminder of a promise is due now, and to whom?

The contact at half-time and when the promise falls due, the next in rank twelve hours later, the coordination a day
after the promise: each once, on open days only, and never after a useful answer. The hours are ours, no text fixes
them; shown on the timeline, each with its instant.
"""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from schedules.calendars import PARIS

MORNING = time(8)
"""What waits for an open day leaves then; and nobody is written to in the night of an open day."""
NEXT_AFTER = timedelta(hours=12)
"""After the promise, and after the contact was reminded of it: the next in rank is asked."""
COORDINATOR_AFTER = timedelta(hours=24)
A_FAIR_TIME = timedelta(hours=24)
"""Nobody is reminded sooner after being asked; at half-time neither, which then has none."""
GIVEN_UP_AFTER = timedelta(days=30)
"""After the promise: the signed link ends, and nobody is reminded any more."""
ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Due(StrEnum):
    """The steps, in their order; the values are those that are stored."""

    HALF_TIME = "half_time"
    DUE = "due"
    NEXT_IN_RANK = "next_in_rank"
    COORDINATOR = "coordinator"


@dataclass(frozen=True)
class Case:
    """A request at one contact: when it was handed over to them, what is promised, and what has happened since.

    `steps`: those done, with their instants. `answered`: the last useful answer about this request, by any way and
    from anybody. `stopped`: declined, taken back, closed. `has_taken`: « je m'en occupe ». `is_followed`: somebody
    else was asked since, so that this contact is not the last any more.
    """

    handed_over: datetime
    due: datetime
    steps: Mapping[str, datetime] = field(default_factory=dict)
    answered: datetime | None = None
    stopped: bool = False
    has_taken: bool = False
    is_followed: bool = False

    @property
    def is_over(self) -> bool:
        """An answer given before this contact was asked does not answer what they were asked."""
        return self.stopped or (self.answered is not None and _utc(self.answered) >= _utc(self.handed_over))


def step_due(case: Case, now: datetime, holidays: Collection[date], *, within: datetime | None = None) -> Due | None:
    """The step to do at `now` for this contact, or None; HALF_TIME, DUE or NEXT_IN_RANK.

    `within`: a step that falls due until then counts as due: when a mail leaves anyway, it carries the rest of its
    day, since the next may only leave tomorrow. A step that was missed is never made up for once the next one is due.
    ValueError on naive instants.
    """
    until = max(_utc(within or now), _utc(now))
    if case.is_over or not is_open(now, holidays) or _utc(now) > _utc(case.due) + GIVEN_UP_AFTER:
        return None
    for step in (Due.NEXT_IN_RANK, Due.DUE, Due.HALF_TIME):
        if step in case.steps:
            return None
        falls = falls_due(step, case, holidays)
        if falls is not None and falls <= until:
            return step
    return None


def falls_due(step: Due, case: Case, holidays: Collection[date]) -> datetime | None:
    """When this step is to be done, moved to an open day; None when this case has no such step.

    Never on the day of the hand-over, which had its mail.
    * HALF_TIME: half-way between the hand-over and the promise; spared to who said « je m'en occupe », and to who
      would be reminded sooner than a fair time after being asked.
    * DUE: when the promise falls due. * NEXT_IN_RANK: twelve hours after the promise and after that reminder, unless
      somebody else was asked meanwhile. * COORDINATOR: a day after the promise.
    """
    handed_over, due = _utc(case.handed_over), _utc(case.due)
    match step:
        case Due.HALF_TIME:
            half = (due - handed_over) / 2
            at = None if case.has_taken or half < A_FAIR_TIME else handed_over + half
        case Due.DUE:
            at = max(due, handed_over + A_FAIR_TIME)
        case Due.NEXT_IN_RANK:
            reminded = case.steps.get(Due.DUE)
            at = None if reminded is None or case.is_followed else max(due, _utc(reminded)) + NEXT_AFTER
        case Due.COORDINATOR:
            return next_open(due + COORDINATOR_AFTER, holidays)
    return None if at is None else next_open(max(at, _utc(end_of_day(handed_over))), holidays)


def coordinator_due(case: Case, now: datetime, holidays: Collection[date], *, within: datetime | None = None) -> bool:
    """Whether the coordination is to be told, once, of a request that somebody was asked about in vain."""
    if case.is_over or Due.COORDINATOR in case.steps or not is_open(now, holidays):
        return False
    falls = falls_due(Due.COORDINATOR, case, holidays)
    until = max(_utc(within or now), _utc(now))
    return falls is not None and falls <= until and _utc(now) <= _utc(case.due) + GIVEN_UP_AFTER


def is_open(at: datetime, holidays: Collection[date]) -> bool:
    """Whether mail may leave: neither a week-end nor a public holiday nor the small hours, in Paris."""
    return next_open(at, holidays) == _utc(at)


def is_open_day(day: date, holidays: Collection[date]) -> bool:
    """Neither a week-end nor a public holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def next_open(at: datetime, holidays: Collection[date]) -> datetime:
    """This instant when mail may leave then, else the next open morning, in UTC. `holidays`: public ones."""
    off = holidays if isinstance(holidays, Mapping | Set) else frozenset(holidays)
    local = _utc(at).astimezone(PARIS)
    day = local.date()
    if is_open_day(day, off) and local.time() >= MORNING:
        return _utc(at)
    while not is_open_day(day, off):
        day += ONE_DAY
    return datetime.combine(day, MORNING, tzinfo=PARIS).astimezone(UTC)


def end_of_day(now: datetime) -> datetime:
    """Midnight tonight in Paris."""
    return datetime.combine(_day(now) + ONE_DAY, time(), tzinfo=PARIS)


def _day(at: datetime) -> date:
    return _utc(at).astimezone(PARIS).date()


def _utc(at: datetime) -> datetime:
    """Two datetimes of one zone are compared by their wall clocks: only UTC counts right across clock changes."""
    if at.utcoffset() is None:
        raise ValueError("Un instant doit porter son fuseau horaire.")
    return at.astimezone(UTC)
