"""An entry was mistaken: it is put right, or cancelled; the promise stays, and so does the memory of what was."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import User, journal
from partners.models import Blocker, Operator, Procedure
from referrals.actions.closing import close
from referrals.actions.timeline import add_exchange
from referrals.models import AgeBand, Channel, ClosingReason, Happening, Outcome, ServiceRequest, Situation
from schedules.wording import NBSP
from territories.models import Commune

QUIET_FOR = timedelta(hours=1)
"""A slip of the hand put right within the hour leaves a line in the journal only; ours, no text fixes it."""


@dataclass(frozen=True)
class Entry:
    """What was entered of a request, and may be corrected."""

    procedure: Procedure
    operator: Operator
    outcome: str
    commune: Commune | None
    channel: str
    blocker: Blocker | None
    age_band: str
    situation: str

    def in_words(self) -> dict[str, str]:
        """Each part under its label, as a person reads it."""
        return {
            "Démarche": str(self.procedure),
            "Opérateur": str(self.operator),
            "Suite": str(Outcome(self.outcome).label),
            "Commune": str(self.commune or "celle du site"),
            "Venue": str(Channel(self.channel).label),
            "Ce qui bloque": str(self.blocker or "sans précision"),
            "Âge": str(AgeBand(self.age_band).label) if self.age_band else "sans précision",
            "Situation": str(Situation(self.situation).label) if self.situation else "sans précision",
        }


def entry_of(request: ServiceRequest) -> Entry:
    """What the request says now."""
    return Entry(**{part.name: getattr(request, part.name) for part in fields(Entry)})


class ChangedMeanwhile(Exception):
    """Somebody corrected it since the form was opened; `request` is as it is now."""

    def __init__(self, request: ServiceRequest) -> None:
        super().__init__(request.reference)
        self.request = request


class CannotBeCorrected(Exception):
    """The change would say something untrue; the message says why, in French."""


@transaction.atomic
def correct(*, request: ServiceRequest, entry: Entry, version: int, by: User, now: datetime) -> list[str]:
    """Write the entry as it should have been; give back what changed, « Suite : réglée ici → à transmettre ».

    `version` is the one that the form was opened on. The promise (`due_at`) never moves. « Réglée ici » that becomes
    something else opens the request again; the other way round the resident was told when it was logged, if it is
    corrected within the hour and nobody was asked, and now otherwise. Once a contact was asked, no other outcome can be
    written than « réglée ici », which closes the request. Who was told, and came back, keeps her first verdict.
    Raises ChangedMeanwhile, CannotBeCorrected.
    """
    _take(request, version)
    if request.cancelled_at is not None:
        raise CannotBeCorrected("Cette saisie est annulée\u00a0: rétablissez-la d’abord.")
    before = entry_of(request)
    changes = _differences(before, entry)
    if not changes:
        return []
    asked = request.referrals.exists()
    is_other = entry.outcome != before.outcome
    if asked and is_other:
        _refuse_unless_it_ends(request, entry.outcome)
    ends_here = is_other and (asked or (_is_back(request) and entry.outcome == Outcome.SOLVED))
    values: dict[str, object] = {part.name: getattr(entry, part.name) for part in fields(Entry)}
    values |= {} if ends_here else _consequences(request, before.outcome, entry.outcome, by, now)
    _write(request, values)
    if ends_here:
        close(request=request, by=by, now=now, reason=ClosingReason.SOLVED_HERE)
    told_otherwise = asked and (before.procedure, before.operator) != (entry.procedure, entry.operator)
    if ends_here or told_otherwise or now - request.received_at > QUIET_FOR:
        add_exchange(request, Happening.CORRECTED, now, by=by, text="\n".join(changes))
        journal(verb="saisie corrigée", subject=request.reference, now=now, by=by)
    else:
        journal(verb="saisie corrigée dans l’heure", subject=request.reference, now=now, by=by)
    return changes


@transaction.atomic
def cancel_entry(*, request: ServiceRequest, version: int, by: User, now: datetime) -> None:
    """The request should never have been logged: it counts nowhere, and can be put back.

    Raises ChangedMeanwhile; CannotBeCorrected while a contact is asked, who would wait for nothing, or has answered.
    """
    _take(request, version)
    if request.cancelled_at is not None:
        return
    if why := why_not_cancelled(request):
        raise CannotBeCorrected(why)
    _write(request, {"cancelled_at": now})
    if now - request.received_at > QUIET_FOR or request.referrals.exists():
        add_exchange(request, Happening.CANCELLED, now, by=by)
    journal(verb="saisie annulée", subject=request.reference, now=now, by=by)


def why_not_cancelled(request: ServiceRequest) -> str:
    """Why this entry cannot be cancelled now, and what to do instead; empty when it can. One statement."""
    states = request.referrals.values_list("answered_at", "declined_at", "revoked_at")
    if any(answered for answered, _, _ in states):
        return "Un interlocuteur a répondu\u00a0: la demande ne s’annule plus. Notez plutôt comment elle se termine."
    if all(declined or revoked for _, declined, revoked in states):
        return ""
    return (
        "Un interlocuteur attend de s’en occuper. Retirez-lui d’abord la demande («\u00a0Retirer le lien\u00a0», ou"
        " «\u00a0Mauvais interlocuteur\u00a0» s’il a été appelé)\u00a0; ou notez comment elle se termine."
    )


@transaction.atomic
def restore_entry(*, request: ServiceRequest, by: User, now: datetime) -> bool:
    """Put a cancelled entry back as it was, its promise included; False when it was not cancelled, or is erased."""
    back = ServiceRequest.objects.filter(pk=request.pk, cancelled_at__isnull=False, erased_at__isnull=True)
    if not back.update(cancelled_at=None, version=F("version") + 1):
        return False
    if now - request.received_at > QUIET_FOR:
        add_exchange(request, Happening.CORRECTED, now, by=by, text="Saisie rétablie.")
    journal(verb="saisie rétablie", subject=request.reference, now=now, by=by)
    return True


def _take(request: ServiceRequest, version: int) -> None:
    """Take the row for this transaction, on both databases, if it is the one the form was opened on; read it again."""
    taken = ServiceRequest.objects.filter(pk=request.pk, version=version, erased_at__isnull=True)
    is_mine = taken.update(version=F("version"))
    fresh = ServiceRequest.objects.select_related("procedure", "operator", "commune", "blocker").get(pk=request.pk)
    if fresh.erased_at is not None:
        raise CannotBeCorrected("Cette demande a été effacée\u00a0: elle ne se corrige plus.")
    if not is_mine:
        raise ChangedMeanwhile(fresh)
    for part in fields(Entry):
        setattr(request, part.name, getattr(fresh, part.name))
    for name in ("closed_at", "cancelled_at", "resident_informed_at", "return_due_at", "closing_reason"):
        setattr(request, name, getattr(fresh, name))


def _write(request: ServiceRequest, values: dict[str, object]) -> None:
    ServiceRequest.objects.filter(pk=request.pk).update(version=F("version") + 1, **values)
    for name, value in values.items():
        setattr(request, name, value)
    request.version += 1


def _differences(before: Entry, after: Entry) -> list[str]:
    now = after.in_words()
    return [f"{label}{NBSP}: {said} → {now[label]}" for label, said in before.in_words().items() if said != now[label]]


def _refuse_unless_it_ends(request: ServiceRequest, outcome: str) -> None:
    """What a contact has begun is not rewritten: it ends, or goes on. Raises CannotBeCorrected."""
    if not request.is_open:
        raise CannotBeCorrected(
            "La demande est close après une transmission\u00a0: sa suite ne se corrige plus. Si elle a été close par"
            " erreur, rouvrez-la, puis notez comment elle se termine."
        )
    if outcome != Outcome.SOLVED:
        raise CannotBeCorrected(
            "Un interlocuteur a été sollicité\u00a0: la suite ne se corrige plus. Si la personne est à rappeler,"
            " notez-le sur la demande\u00a0; si elle a sa réponse, choisissez «\u00a0Réglée ici\u00a0»."
        )


def _is_back(request: ServiceRequest) -> bool:
    """Open again, after something useful was told: whatever is corrected now, that remains true."""
    return request.is_open and request.resident_informed_at is not None


def _consequences(request: ServiceRequest, before: str, after: str, by: User, now: datetime) -> dict[str, object]:
    """What becomes of the promise and of the closing when what was done of the request changes."""
    if before == after or _is_back(request):
        return {}
    if before == Outcome.SOLVED:
        untold = {} if request.return_due_at else {"resident_informed_at": None, "informed_by": None}
        return {"closed_at": None, "closing_reason": "", "solved_with": None, **untold}
    if after != Outcome.SOLVED or request.closed_at is not None:
        return {}
    told_at = request.received_at if now - request.received_at <= QUIET_FOR else now
    return {
        "closed_at": told_at,
        "closing_reason": ClosingReason.SOLVED_HERE,
        "resident_informed_at": told_at,
        "informed_by": by,
        "call_back_at": None,
    }
