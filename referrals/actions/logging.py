"""A request is logged: one INSERT, once, whoever presses twice."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from partners.models import Blocker, Operator, Procedure
from referrals import deadlines
from referrals.models import Channel, ClosingReason, Outcome, Promise, ServiceRequest, new_reference
from schedules.calendars import PARIS
from schedules.here import calendar_around
from structures.models import Structure
from territories.models import Commune

_TRIES_FOR_A_REFERENCE = 5


@dataclass(frozen=True)
class Logged:
    """A request, and whether this very entry made it (False: the same entry was already there)."""

    request: ServiceRequest
    is_new: bool


def due_at(promise: Promise, received_at: datetime) -> datetime:
    """When the promise to the resident ends, in the unit in force."""
    holidays = calendar_around(received_at).public_holidays
    unit = deadlines.Unit(promise.unit)
    return deadlines.due_at(received_at, timedelta(hours=promise.hours), unit, holidays)


def log_request(
    *,
    structure: Structure,
    procedure: Procedure,
    outcome: str,
    key: uuid.UUID,
    by: User,
    now: datetime,
    operator: Operator | None = None,
    commune: Commune | None = None,
    blocker: Blocker | None = None,
    channel: str = Channel.COUNTER,
    call_back_at: datetime | None = None,
    age_band: str = "",
    situation: str = "",
    same_person_as: ServiceRequest | None = None,
) -> Logged:
    """Write the request in one INSERT; the same key gives the same request back, whoever wins the race.

    `same_person_as`: another démarche of the same visit, that both will then share. Raises PermissionError when the key
    was used by somebody else.
    """
    promise = Promise.in_force(now.astimezone(PARIS).date())
    solved = outcome == Outcome.SOLVED
    request = ServiceRequest(
        structure=structure,
        procedure=procedure,
        operator=operator or procedure.operator,
        commune=commune,
        blocker=blocker,
        outcome=outcome,
        channel=channel,
        author=by,
        idempotency_key=key,
        received_at=now,
        due_at=due_at(promise, now),
        promised_hours=promise.hours,
        promised_unit=promise.unit,
        call_back_at=call_back_at,
        resident_informed_at=now if solved else None,
        informed_by=by if solved else None,
        closed_at=now if solved else None,
        closing_reason=ClosingReason.SOLVED_HERE if solved else "",
        age_band=age_band,
        situation=situation,
        visit=_visit_of(same_person_as) if same_person_as else None,
    )
    for _ in range(_TRIES_FOR_A_REFERENCE):
        request.reference = new_reference(structure.departement_id, now)
        try:
            with transaction.atomic():
                request.save(force_insert=True)
        except IntegrityError:
            # Either the double of this entry won the race, or the drawn reference exists already.
            if existing := _logged_with(key, by):
                return Logged(existing, is_new=False)
            continue
        return Logged(request, is_new=True)
    raise RuntimeError("No free reference was drawn.")


def _visit_of(first: ServiceRequest) -> uuid.UUID:
    """The visit of this request; its own key names it, so that two entries made at once find the same one."""
    if first.visit is None:
        ServiceRequest.objects.filter(pk=first.pk, visit__isnull=True).update(visit=first.idempotency_key)
    return first.visit or first.idempotency_key


def _logged_with(key: uuid.UUID, by: User) -> ServiceRequest | None:
    existing = ServiceRequest.objects.filter(idempotency_key=key).first()
    if existing is not None and existing.author_id != by.pk:
        raise PermissionError("This entry belongs to somebody else.")
    return existing
