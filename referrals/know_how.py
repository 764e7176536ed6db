"""Which requests were solved with a note of know-how, and which note can be made of an answer?"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from accounts.models import User
from partners.models import KnowHowNote
from referrals.actions import close
from referrals.models import ClosingReason, Exchange, Happening, Outcome, ServiceRequest

USEFUL_ANSWERS = (Happening.ANSWERED, Happening.CALL_ANSWERED)
_LONGEST_TITLE = 120


@transaction.atomic
def solve_with(*, request: ServiceRequest, note: KnowHowNote, by: User, now: datetime) -> None:
    """What the note says was enough: the resident knows, the request closes here, and the note is counted.

    A request that nobody was asked about counts as solved at the counter. Raises AlreadyInformed when a colleague was
    first: her instant stands.
    """
    words = f"Réglée avec la fiche «\u00a0{note}\u00a0»."
    close(request=request, by=by, now=now, reason=ClosingReason.SOLVED_HERE, words=words)
    request.solved_with = note
    if not request.referrals.exists():
        request.outcome = Outcome.SOLVED
    request.save(update_fields=["solved_with", "outcome"])


def solved_counts(notes: Iterable[KnowHowNote]) -> dict[int, int]:
    """How many requests each of these notes solved, by note; one query, none where there are no notes."""
    wanted = [note.pk for note in notes]
    if not wanted:
        return {}
    rows = ServiceRequest.objects.filter(solved_with__in=wanted).order_by().values("solved_with")
    return dict(rows.annotate(number=Count("pk")).values_list("solved_with", "number"))


def total_solved(offices: Collection[int]) -> int:
    """Requests that the notes of these offices have solved; a number, whosever they were."""
    return ServiceRequest.objects.filter(solved_with__office__in=offices).count()


def from_answer(exchange: Exchange) -> dict[str, Any]:
    """What a form begins with when a note is made of an answer: its text is there to be rewritten."""
    request = exchange.request
    about = f"{request.procedure.name}, {request.blocker.name}" if request.blocker else request.procedure.name
    return {
        "procedure": request.procedure_id,
        "blocker": request.blocker_id,
        "title": about[:_LONGEST_TITLE],
        "what_solved_it": exchange.text,
    }
