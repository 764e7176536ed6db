"""Which hand-overs wait for a reminder now, and which requests for the coordination? Three statements for all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from referrals.models import Referral, ReferralChannel, Reminder, ServiceRequest, ServiceRequestQuerySet, deadline
from referrals.reminding.cadence import GIVEN_UP_AFTER, Case, Due, coordinator_due, end_of_day, step_due
from schedules.calendars import PARIS
from schedules.here import calendar_between

_AROUND = timedelta(days=60)


class Waiting(NamedTuple):
    """A hand-over by mail whose turn has come, by keys; `step` is what is to be done."""

    referral: int
    request: int
    contact: int
    step: Due
    is_due_now: bool
    """False: it only falls due later today, and leaves with a mail that leaves anyway."""
    is_followed: bool
    """Somebody else was asked since: nobody need be found in the place of this contact."""


@dataclass(frozen=True)
class Found:
    """What is to be done now: at contacts, and by coordination, the oldest promise first."""

    at_contacts: tuple[Waiting, ...]
    of_coordinations: Mapping[int, tuple[int, ...]]
    """The requests of each coordination that has at least one to be told of now."""


class _Promise(NamedTuple):
    """The promise that runs; `back_at`: when it began, if it is the second: nothing done before was done for it."""

    pk: int
    due: datetime
    back_at: datetime | None
    team: int | None


class _Asked(NamedTuple):
    request: int
    pk: int
    contact: int
    channel: str
    sent_at: datetime
    taken_at: datetime | None
    answered_at: datetime | None
    declined_at: datetime | None
    revoked_at: datetime | None

    @property
    def is_pending(self) -> bool:
        return not (self.answered_at or self.declined_at or self.revoked_at)


_Steps = dict[str, datetime]


def holidays_around(now: datetime) -> Mapping[date, str]:
    """The public holidays that a promise of the last weeks, or of the next ones, may meet."""
    day = now.astimezone(PARIS).date()
    return calendar_between(day - _AROUND, day + _AROUND).public_holidays


def asked_in_vain(now: datetime) -> ServiceRequestQuerySet:
    """Awaited requests that somebody was asked about and nobody answered, promised for the last 30 days or later.

    For the promise that runs: an answer that the resident was told, before she came back, was to something else.
    """
    return ServiceRequest.objects.asked_in_vain().alias(until=deadline()).filter(until__gte=now - GIVEN_UP_AFTER)


def to_do(now: datetime) -> Found:
    """Everything to be done now: as many statements for a hundred requests as for a million."""
    holidays, tonight = holidays_around(now), end_of_day(now)
    requests = asked_in_vain(now)
    asked, steps = _asked(requests), _steps(requests)
    at_contacts: list[Waiting] = []
    told_now: set[int] = set()
    told_today: dict[int, list[int]] = defaultdict(list)
    for request in _promises(requests):
        pk, due, team = request.pk, request.due, request.team
        at_contacts += _at_contacts(request, asked.get(pk, ()), steps, now, tonight, holidays)
        case = Case(handed_over=due, due=due, steps=_since(request.back_at, steps.get((pk, None), {})))
        if team is not None and coordinator_due(case, now, holidays, within=tonight):
            told_today[team].append(pk)
            if coordinator_due(case, now, holidays):
                told_now.add(team)
    return Found(tuple(at_contacts), {team: tuple(told_today[team]) for team in sorted(told_now)})


def _promises(requests: ServiceRequestQuerySet) -> Iterator[_Promise]:
    """The oldest first."""
    rows = requests.order_by(deadline(), "pk")
    for pk, first, again, back_at, team in rows.values_list(
        "pk", "due_at", "return_due_at", "reopened_at", "structure__coordination"
    ):
        yield _Promise(pk, again or first, back_at if again else None, team)


def _asked(requests: ServiceRequestQuerySet) -> dict[int, list[_Asked]]:
    """Every hand-over of these requests, by request, oldest first."""
    rows = Referral.objects.filter(request__in=requests.order_by().values("pk")).order_by("sent_at", "pk")
    found: dict[int, list[_Asked]] = defaultdict(list)
    for row in rows.values_list(
        "request", "pk", "contact", "channel", "sent_at", "taken_at", "answered_at", "declined_at", "revoked_at"
    ):
        found[row[0]].append(_Asked(*row))
    return found


def _steps(requests: ServiceRequestQuerySet) -> dict[tuple[int, int | None], _Steps]:
    """The steps done, by request and hand-over; None: that of the coordination, the last time."""
    rows = Reminder.objects.filter(request__in=requests.order_by().values("pk")).order_by("at", "pk")
    found: dict[tuple[int, int | None], _Steps] = defaultdict(dict)
    for request, referral, step, at in rows.values_list("request", "referral", "step", "at"):
        found[request, None if step == Due.COORDINATOR else referral][step] = at
    return found


def _since(back_at: datetime | None, steps: _Steps) -> _Steps:
    return {step: at for step, at in steps.items() if back_at is None or at >= back_at}


def _at_contacts(
    request: _Promise,
    asked: Sequence[_Asked],
    steps: Mapping[tuple[int, int | None], _Steps],
    now: datetime,
    tonight: datetime,
    holidays: Mapping[date, str],
) -> Iterator[Waiting]:
    """Who was called is not written to: there the next word is the site's, and its desk says so.

    Nor is who was asked before the resident was told, and came back, unless they were asked again since.
    """
    answered = max((row.answered_at for row in asked if row.answered_at), default=None)
    asked = [row for row in asked if request.back_at is None or row.sent_at >= request.back_at]
    was_passed_on = any(Due.NEXT_IN_RANK in steps.get((request.pk, row.pk), ()) for row in asked)
    for place, row in enumerate(asked):
        if not row.is_pending or row.channel != ReferralChannel.MAIL:
            continue
        case = Case(
            handed_over=row.sent_at,
            due=request.due,
            steps=steps.get((request.pk, row.pk), {}),
            answered=answered,
            has_taken=row.taken_at is not None,
            is_followed=was_passed_on or any(other.is_pending for other in asked[place + 1 :]),
        )
        if step := step_due(case, now, holidays, within=tonight):
            is_due_now = step_due(case, now, holidays) is not None
            yield Waiting(row.pk, request.pk, row.contact, step, is_due_now, case.is_followed)
