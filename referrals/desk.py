"""What needs this site now, in the order in which a counsellor should take it?"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from outbox.models import Message
from partners.models import Procedure
from referrals.models import Outcome, Referral, ServiceRequest
from schedules.calendars import PARIS
from schedules.wording import deadline_in_words, spoken_moment
from structures.models import Structure

SHOWN = 200
"""Open requests read for the desk; beyond, the list page takes over."""


class Pile(StrEnum):
    """Why a request needs someone; the order of the members is the order on the desk."""

    UNSENT = "Messages qui ne sont pas partis"
    LATE = "En retard"
    TODAY = "À dire aujourd’hui"
    ANSWER = "Réponses à transmettre à l’usager"
    CALL = "Appels à passer"
    HAND_OVER = "À transmettre"


@dataclass(frozen=True)
class Task:
    """One request on the desk."""

    reference: str
    procedure: str
    due: str
    is_late: bool
    has_answer: bool
    call: str
    """Who is to be called and when; empty when no call is due."""


@dataclass
class ToDo:
    piles: dict[Pile, list[Task]] = field(default_factory=dict)
    waiting_elsewhere: int = 0

    @property
    def count(self) -> int:
        return sum(len(tasks) for tasks in self.piles.values())


def pile_of(request: ServiceRequest, now: datetime, unsent: Container[int] = ()) -> Pile | None:
    """The first pile that fits; None when the request only waits for the operator, in time."""
    if request.pk in unsent:
        return Pile.UNSENT
    if request.due_at < now:
        return Pile.LATE
    if request.due_at.astimezone(PARIS).date() == now.astimezone(PARIS).date():
        return Pile.TODAY
    if request.answered_at is not None:
        return Pile.ANSWER
    if request.call_back_at is not None or request.outcome == Outcome.CALL_BACK:
        return Pile.CALL
    if request.referred_at is None:
        return Pile.HAND_OVER
    return None


def sorted_into_piles(
    requests: Iterable[ServiceRequest], names: dict[int, str], now: datetime, unsent: Container[int] = ()
) -> ToDo:
    """Each request once, in the first pile that fits, the nearest promise first."""
    to_do = ToDo({pile: [] for pile in Pile})
    for request in sorted(requests, key=lambda r: r.due_at):
        pile = pile_of(request, now, unsent)
        if pile is None:
            to_do.waiting_elsewhere += 1
            continue
        to_do.piles[pile].append(
            Task(
                reference=request.reference,
                procedure=names.get(request.procedure_id, ""),
                due=deadline_in_words(request.due_at, now),
                is_late=request.due_at < now,
                has_answer=request.answered_at is not None,
                call=call_in_words(request, now),
            )
        )
    to_do.piles = {pile: tasks for pile, tasks in to_do.piles.items() if tasks}
    return to_do


def call_in_words(request: ServiceRequest, now: datetime) -> str:
    """Who is to be called and when: "rappeler la personne", "appeler l’interlocuteur mardi…"; empty without call."""
    if request.answered_at is not None:
        return ""
    if request.outcome == Outcome.CALL_BACK:
        return "rappeler la personne"
    if request.call_back_at is None:
        return ""
    later = request.call_back_at > now
    return f"appeler l’interlocuteur {spoken_moment(request.call_back_at)}" if later else "appeler l’interlocuteur"


def requests_whose_mail_is_stuck(structure: Structure) -> set[int]:
    """Open requests of the site whose message to a contact waits for a person to decide; one query when none is."""
    keys = Message.objects.to_review().filter(key__startswith="referral-").values_list("key", flat=True)
    referrals = [int(key.removeprefix("referral-")) for key in keys]
    if not referrals:
        return set()
    stuck = Referral.objects.pending().filter(pk__in=referrals, request__structure=structure)
    return set(stuck.values_list("request", flat=True))


def to_do_at(structure: Structure, now: datetime) -> ToDo:
    """Three queries, whatever the number of requests."""
    waiting = ServiceRequest.objects.waiting().filter(structure=structure, closed_at__isnull=True)
    rows = list(waiting.order_by("due_at")[:SHOWN])
    asked = Procedure.objects.filter(pk__in={row.procedure_id for row in rows}).order_by()
    names = dict(asked.values_list("pk", "name"))
    return sorted_into_piles(rows, names, now, requests_whose_mail_is_stuck(structure))


@dataclass(frozen=True)
class Today:
    """What this site logged today, and the last entry of this person: the next form's key is made from it."""

    day: date
    of_site: int
    of_person: int
    last_entry: int


def today_at(structure: Structure, person: int, now: datetime) -> Today:
    midnight = datetime.combine(day_of(now), datetime.min.time(), PARIS)
    rows = list(
        ServiceRequest.objects.filter(structure=structure, received_at__gte=midnight).values_list("pk", "author_id")
    )
    mine = [pk for pk, author in rows if author == person]
    return Today(day_of(now), len(rows), len(mine), max(mine, default=0))


def day_of(now: datetime) -> date:
    return now.astimezone(PARIS).date()
