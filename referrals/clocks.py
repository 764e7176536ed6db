"""How long has the resident waited, and how long the operator: both clocks of a request, ready to read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from referrals.deadlines import Unit, elapsed
from referrals.models import Referral, ServiceRequest
from schedules.calendars import PARIS
from schedules.here import calendar_between
from schedules.wording import deadline_in_words, spoken_moment, spoken_wait

SOON = timedelta(hours=12)
"""What is left when a deadline is shown as near; ours, no text fixes it."""


@dataclass(frozen=True)
class Clock:
    """One clock: its state is on-time, soon, late, kept or idle; `spent` is the share of the time used, in %."""

    title: str
    state: str
    left: str
    due: str = ""
    unit: str = ""
    spent: int | None = None


def resident_clock(request: ServiceRequest, now: datetime) -> Clock:
    """From the request received to the resident told something useful."""
    title = "Promesse à l’usager"
    unit = f"{request.promised_hours} {Unit(request.promised_unit).label}"
    due = f"avant le {spoken_moment(request.due_at)}"
    if request.resident_informed_at is not None:
        told = spoken_moment(request.resident_informed_at)
        if request.kept_in_time:
            return Clock(title, "kept", "Promesse tenue", f"Informé le {told}.", unit)
        late_by = spoken_wait(request.resident_informed_at - request.due_at)
        return Clock(title, "late", f"Informé avec {late_by} de retard", f"Informé le {told}, promis {due}.", unit)
    if request.closed_at is not None:
        state = "late" if now > request.due_at else "idle"
        return Clock(title, state, "Close sans que la personne soit informée", f"Promis {due}.", unit)
    state = "late" if now > request.due_at else "soon" if request.due_at - now < SOON else "on-time"
    spent = round(100 * (now - request.received_at) / (request.due_at - request.received_at))
    left = deadline_in_words(request.due_at, now)
    return Clock(title, state, left[:1].upper() + left[1:], due[:1].upper() + due[1:], unit, max(0, min(spent, 100)))


def operator_clock(request: ServiceRequest, referrals: list[Referral], now: datetime) -> Clock:
    """From the first hand-over to the operator in charge to its first useful answer; « not me » does not stop it."""
    title = f"Réponse de l’opérateur ({request.operator})"
    theirs = [r for r in referrals if r.contact.operator_id == request.operator_id]
    if not theirs:
        return Clock(title, "idle", "Pas encore transmise")
    started = min(r.sent_at for r in theirs)
    answers = [r.answered_at for r in theirs if r.answered_at is not None]
    since = f"Transmise le {spoken_moment(started)}"
    unit = f"Comptée en {Unit(request.promised_unit).label}"
    if answers:
        took = _elapsed(request, started, min(answers))
        return Clock(title, "kept", f"Répondu en {spoken_wait(took)}", since, unit)
    if not request.is_open:
        return Clock(title, "idle", "Pas de réponse enregistrée", since)
    waited = _elapsed(request, started, now)
    return Clock(
        title, "late" if now > request.due_at else "on-time", f"Attend depuis {spoken_wait(waited)}", since, unit
    )


def _elapsed(request: ServiceRequest, start: datetime, end: datetime) -> timedelta:
    """The time between two instants in the unit promised to the resident."""
    holidays = calendar_between(start.astimezone(PARIS).date(), end.astimezone(PARIS).date()).public_holidays
    return elapsed(start, end, Unit(request.promised_unit), holidays)
