"""How long has the resident waited, and how long the operator: both clocks of a request, ready to read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from referrals.deadlines import Unit, elapsed
from referrals.models import Referral, ServiceRequest
from referrals.promised import promised_again
from schedules.calendars import PARIS
from schedules.here import calendar_between
from schedules.wording import NBSP, deadline_in_words, spoken_moment, spoken_wait

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
    """From the request received, or the resident back, to the resident told something useful."""
    title = "Promesse à l’usager"
    unit = f"{request.promised_hours} {Unit(request.promised_unit).label}"
    due = f"avant le {spoken_moment(request.due_at)}"
    if request.resident_informed_at is not None and request.promised_until is not None:
        return _clock_since_back(request, request.promised_until, unit, now)
    if request.resident_informed_at is not None:
        told = spoken_moment(request.resident_informed_at)
        if request.kept_in_time:
            return Clock(title, "kept", "Promesse tenue", f"Informé le {told}.", unit)
        late_by = spoken_wait(request.resident_informed_at - request.due_at)
        return Clock(title, "late", f"Informé avec {late_by} de retard", f"Informé le {told}, promis {due}.", unit)
    if request.closed_at is not None:
        state = "late" if now > request.due_at else "idle"
        return Clock(title, state, "Close sans que la personne soit informée", f"Promis {due}.", unit)
    return _running(title, request.received_at, request.due_at, "", unit, now)


def _clock_since_back(request: ServiceRequest, until: datetime, unit: str, now: datetime) -> Clock:
    """Told once, back since: the second promise runs, the verdict of the first is recalled."""
    first = "tenue" if request.kept_in_time else "tenue en retard"
    return _running(
        "Promesse à l’usager, depuis son retour",
        request.reopened_at or request.received_at,
        until,
        f"{NBSP}; la première promesse reste {first}",
        unit,
        now,
    )


def _running(title: str, start: datetime, until: datetime, also: str, unit: str, now: datetime) -> Clock:
    state = "late" if now > until else "soon" if until - now < SOON else "on-time"
    spent = round(100 * (now - start) / (until - start))
    left = deadline_in_words(until, now)
    due = f"Avant le {spoken_moment(until)}{also}"
    return Clock(title, state, left[:1].upper() + left[1:], due, unit, max(0, min(spent, 100)))


def reopening_in_words(request: ServiceRequest, now: datetime) -> list[str]:
    """What each way of opening a closed request again does to the promise, said before it is chosen."""
    if request.is_open:
        return []
    until = request.return_due_at or request.due_at
    goes_on = f"la promesse court comme si rien ne l’avait arrêtée, {_ends(until, now)}"
    anew = "ce qui lui a été dit reste compté, et une nouvelle promesse court dès maintenant, "
    back = f"la même promesse court toujours, {_ends(request.due_at, now)}"
    if request.resident_informed_at is not None:
        back = anew + _ends(promised_again(request, now), now)
    return [f"Close par erreur{NBSP}: {goes_on}.", f"La personne revient{NBSP}: {back}."]


def _ends(until: datetime, now: datetime) -> str:
    said = f"avant le {spoken_moment(until)}"
    return said if now <= until else f"{said}{NBSP}; elle n’a pas été tenue et compte comme en retard"


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
        title, "late" if request.is_late(now) else "on-time", f"Attend depuis {spoken_wait(waited)}", since, unit
    )


def _elapsed(request: ServiceRequest, start: datetime, end: datetime) -> timedelta:
    """The time between two instants in the unit promised to the resident."""
    holidays = calendar_between(start.astimezone(PARIS).date(), end.astimezone(PARIS).date()).public_holidays
    return elapsed(start, end, Unit(request.promised_unit), holidays)
