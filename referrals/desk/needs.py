"""What needs this site now, in the order in which a counsellor should take it?"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.urls import reverse

from outbox.models import Message
from partners.models import Procedure
from referrals.desk.drafts import Waiting
from referrals.models import Mention, Outcome, Referral, ServiceRequest
from schedules.calendars import PARIS
from schedules.wording import deadline_in_words, spoken_moment
from structures.models import Structure

SHOWN = 200
"""Open requests read for the desk; beyond, the list page takes over."""
_MAY_BE_WARNED = timedelta(days=140)
"""No request is warned as idle before: nothing is read for a desk that holds none so old."""


class Pile(StrEnum):
    """Why a request needs someone; the order of the members is the order on the desk."""

    LATE = "En retard"
    TODAY = "À dire aujourd’hui"
    ANSWER = "Réponses à transmettre à l’usager"
    CALL = "Appels à passer"
    UNSENT = "Messages qui ne sont pas partis"
    HAND_OVER = "À transmettre"


DRAFTS, MENTIONS = "Brouillons", "On vous a mentionné"
_TONES = {Pile.LATE: "error", Pile.TODAY: "warning", Pile.UNSENT: "error"}


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
    also: tuple[str, ...] = ()
    """What else is to know: the message did not leave, opened again, erased soon."""

    @property
    def details(self) -> list[str]:
        said = "l’opérateur a répondu" if self.has_answer else self.call
        return [self.reference, *filter(None, [said]), *self.also]

    @property
    def tone(self) -> str:
        return "late" if self.is_late else "answer" if self.has_answer else ""


@dataclass(frozen=True)
class Item:
    """A line of the desk: where it leads, what it is, when, and the rest."""

    url: str
    label: str
    when: str
    details: Sequence[str]
    tone: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    items: Sequence[Item]
    tone: str = ""


@dataclass(frozen=True)
class Called:
    """Somebody called her on a request."""

    reference: str
    procedure: str
    by: str


@dataclass
class ToDo:
    piles: dict[Pile, list[Task]] = field(default_factory=dict)
    waiting_elsewhere: int = 0
    drafts: list[Waiting] = field(default_factory=list)
    mentions: list[Called] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(tasks) for tasks in self.piles.values()) + len(self.drafts) + len(self.mentions)

    @property
    def sections(self) -> list[Section]:
        """As they stand on the desk: late, due today, answers, calls, drafts, then the rest; none that is empty."""
        by_title = {pile: Section(pile, _items(tasks), _TONES.get(pile, "")) for pile, tasks in self.piles.items()}
        ahead = [by_title[pile] for pile in (Pile.LATE, Pile.TODAY, Pile.ANSWER, Pile.CALL) if pile in by_title]
        behind = [by_title[pile] for pile in (Pile.UNSENT, Pile.HAND_OVER) if pile in by_title]
        drafts = [Item(one.url, one.label, f"le {one.saved}", [one.about] if one.about else []) for one in self.drafts]
        called = [Item(_page(one.reference), one.procedure, f"par {one.by}", [one.reference]) for one in self.mentions]
        found = [*ahead, Section(DRAFTS, drafts), *behind, Section(MENTIONS, called)]
        return [section for section in found if section.items]

    def page_after(self, url: str) -> str | None:
        """The page of the next line after this one, each page once; the first when it is not there, None at the end."""
        pages = list(dict.fromkeys(item.url for section in self.sections for item in section.items))
        if url not in pages:
            return pages[0] if pages else None
        return next(iter(pages[pages.index(url) + 1 :]), None)


def _items(tasks: Iterable[Task]) -> list[Item]:
    return [Item(_page(task.reference), task.procedure, task.due, task.details, task.tone) for task in tasks]


def _page(reference: str) -> str:
    return reverse("referrals:detail", args=[reference])


def pile_of(request: ServiceRequest, now: datetime, unsent: Container[int] = ()) -> Pile | None:
    """The first pile that fits; None when the request only waits for the operator, in time."""
    if request.is_waiting and request.due_at < now:
        return Pile.LATE
    if request.is_waiting and request.due_at.astimezone(PARIS).date() == now.astimezone(PARIS).date():
        return Pile.TODAY
    if request.answered_at is not None:
        return Pile.ANSWER
    if request.call_back_at is not None or request.outcome == Outcome.CALL_BACK:
        return Pile.CALL
    if request.pk in unsent:
        return Pile.UNSENT
    if request.referred_at is None:
        return Pile.HAND_OVER
    return None


def sorted_into_piles(
    requests: Iterable[ServiceRequest],
    names: Mapping[int, str],
    now: datetime,
    unsent: Container[int] = (),
    idle: Container[int] = (),
) -> ToDo:
    """Each request once, in the first pile that fits, the nearest promise first."""
    to_do = ToDo({pile: [] for pile in Pile})
    for request in sorted(requests, key=lambda r: r.due_at):
        pile = pile_of(request, now, unsent)
        if pile is None:
            to_do.waiting_elsewhere += 1
            continue
        also = {
            "le message n’est pas parti": request.pk in unsent and pile is not Pile.UNSENT,
            "rouverte": request.reopened_at is not None,
            "sans nouvelles depuis cinq mois, effacée dans un mois": request.pk in idle,
        }
        to_do.piles[pile].append(
            Task(
                reference=request.reference,
                procedure=names.get(request.procedure_id, ""),
                due=deadline_in_words(request.due_at, now) if request.is_waiting else "la personne est informée",
                is_late=request.is_late(now),
                has_answer=request.answered_at is not None,
                call=call_in_words(request, now),
                also=tuple(words for words, is_so in also.items() if is_so),
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


def to_do_at(structure: Structure, now: datetime, names: Mapping[int, str] | None = None) -> ToDo:
    """What the requests of the site ask for: three queries at most, whatever their number.

    `names`: those of the démarches that the caller has read; only the missing ones are.
    """
    rows = list(ServiceRequest.objects.still_open().filter(structure=structure).order_by("due_at")[:SHOWN])
    known = dict(names or {})
    if missing := {row.procedure_id for row in rows} - known.keys():
        asked = Procedure.objects.filter(pk__in=missing).order_by()
        known |= dict(asked.values_list("pk", "name"))
    return sorted_into_piles(rows, known, now, requests_whose_mail_is_stuck(structure), _warned_as_idle(rows, now))


def _warned_as_idle(rows: Iterable[ServiceRequest], now: datetime) -> set[int]:
    """Those that were warned as idle and where nothing happened since; no query while none is old enough."""
    old = [row.pk for row in rows if now - row.received_at >= _MAY_BE_WARNED]
    if not old:
        return set()
    return set(ServiceRequest.objects.filter(pk__in=old).idle_warned().order_by().values_list("pk", flat=True))


def mentions_of(person: int, structure: Structure) -> list[Called]:
    """The requests of this site where somebody called her and she has not looked since; one query."""
    rows = (
        Mention.objects.filter(user=person, seen_at__isnull=True, exchange__request__structure=structure)
        .order_by("exchange__at")
        .values_list("exchange__request__reference", "exchange__request__procedure__name", "exchange__actor")
    )
    return [Called(reference, procedure, by) for reference, procedure, by in rows[:SHOWN]]
