"""What needs this site now, in the order in which a counsellor should take it?"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.urls import reverse

from outbox.models import Message
from partners.models import Procedure
from referrals.desk.drafts import Waiting
from referrals.models import Mention, Outcome, Referral, ServiceRequest, deadline
from schedules.calendars import PARIS
from schedules.wording import deadline_in_words, enumerated, spoken_moment
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
    DRAFT = "Brouillons"
    UNSENT = "Messages qui ne sont pas partis"
    HAND_OVER = "À transmettre"
    MENTION = "On vous a mentionné"


_TONES = {Pile.LATE: "error", Pile.TODAY: "warning", Pile.UNSENT: "error"}


@dataclass(frozen=True)
class Called:
    """Somebody called her on a request."""

    reference: str
    procedure: str
    by: str


@dataclass(frozen=True)
class Task:
    """One line of the desk: one request, where it leads, and what is to know of it."""

    reference: str
    url: str
    label: str
    when: str
    is_late: bool = False
    has_answer: bool = False
    call: str = ""
    """Who is to be called and when; empty when no call is due."""
    also: tuple[str, ...] = ()
    """What else is to know: the message did not leave, opened again, erased soon."""
    drafts: Sequence[Waiting] = ()
    """What she began to write about it, and has not sent."""

    @property
    def details(self) -> list[str]:
        said = "l’opérateur a répondu" if self.has_answer else self.call
        return [*filter(None, [self.reference, said]), *self.also]

    @property
    def tone(self) -> str:
        return "late" if self.is_late else "answer" if self.has_answer else ""


@dataclass(frozen=True)
class Section:
    title: str
    items: Sequence[Task]
    tone: str = ""


@dataclass(frozen=True)
class Hers:
    """What is not of the request but of this person: her drafts, and where she was called, by reference."""

    drafts: Mapping[str, list[Waiting]] = field(default_factory=dict)
    calls: Mapping[str, list[Called]] = field(default_factory=dict)


@dataclass
class ToDo:
    """Each request once, in the first pile that fits, the nearest promise first."""

    piles: dict[Pile, list[Task]] = field(default_factory=dict)
    waiting_elsewhere: int = 0

    @property
    def lines(self) -> list[Task]:
        """Everything, in the order in which it is to be taken."""
        return [task for pile in Pile for task in self.piles.get(pile, ())]

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def sections(self) -> list[Section]:
        return [Section(pile, self.piles[pile], _TONES.get(pile, "")) for pile in Pile if self.piles.get(pile)]

    def page_after(self, reference: str) -> str | None:
        """The page of the line after this request's; the first when it has none, None after the last."""
        lines = self.lines
        places = [place for place, line in enumerate(lines) if line.reference == reference]
        following = lines[places[0] + 1 :] if places else lines
        return following[0].url if following else None


def hers(drafts: Iterable[Waiting], calls: Iterable[Called]) -> Hers:
    """Sorted by the request that they are about; a draft about none stays by itself."""
    about: dict[str, list[Waiting]] = {}
    for draft in drafts:
        about.setdefault(draft.about or draft.url, []).append(draft)
    called: dict[str, list[Called]] = {}
    for call in calls:
        called.setdefault(call.reference, []).append(call)
    return Hers(about, called)


def pile_of(
    request: ServiceRequest, now: datetime, unsent: Container[int] = (), own: Hers | None = None
) -> Pile | None:
    """The first pile that fits; None when the request only waits for the operator, in time."""
    own = own or Hers()
    until = request.promised_until
    if until is not None and until < now:
        return Pile.LATE
    if until is not None and until.astimezone(PARIS).date() == now.astimezone(PARIS).date():
        return Pile.TODAY
    if request.has_answer_to_pass_on:
        return Pile.ANSWER
    if request.call_back_at is not None or request.outcome == Outcome.CALL_BACK:
        return Pile.CALL
    if request.reference in own.drafts:
        return Pile.DRAFT
    if request.pk in unsent:
        return Pile.UNSENT
    if request.referred_at is None:
        return Pile.HAND_OVER
    return Pile.MENTION if request.reference in own.calls else None


def sorted_into_piles(
    requests: Iterable[ServiceRequest],
    names: Mapping[int, str],
    now: datetime,
    unsent: Container[int] = (),
    idle: Container[int] = (),
    own: Hers | None = None,
) -> ToDo:
    """Each request once, in the first pile that fits; what she has of others, after those of this site."""
    own, to_do, seen = own or Hers(), ToDo({pile: [] for pile in Pile}), set()
    for until, request in sorted(((r.promised_until, r) for r in requests), key=_nearest_first):
        pile = pile_of(request, now, unsent, own)
        seen.add(request.reference)
        if pile is None:
            to_do.waiting_elsewhere += 1
            continue
        also = {
            "le message n’est pas parti": request.pk in unsent and pile is not Pile.UNSENT,
            "rouverte": request.reopened_at is not None,
            "sans nouvelles depuis cinq mois, effacée dans un mois": request.pk in idle,
            **dict.fromkeys(_mentions(own.calls.get(request.reference, ())), True),
        }
        drafts = own.drafts.get(request.reference, [])
        to_do.piles[pile].append(
            Task(
                reference=request.reference,
                url=drafts[0].url if pile is Pile.DRAFT else _page(request.reference),
                label=names.get(request.procedure_id, ""),
                when=deadline_in_words(until, now) if until else "la personne est informée",
                is_late=pile is Pile.LATE,
                has_answer=request.has_answer_to_pass_on,
                call=call_in_words(request, now),
                also=tuple(words for words, is_so in also.items() if is_so),
                drafts=drafts,
            )
        )
    _add_what_is_hers(to_do, own, seen)
    to_do.piles = {pile: tasks for pile, tasks in to_do.piles.items() if tasks}
    return to_do


def _nearest_first(dated: tuple[datetime | None, ServiceRequest]) -> datetime:
    until, request = dated
    return until or request.due_at


def _add_what_is_hers(to_do: ToDo, own: Hers, seen: Container[str]) -> None:
    """Her drafts and calls about requests that are not open here: closed ones, or those of another site of hers."""
    for about, drafts in own.drafts.items():
        if about in seen:
            continue
        first, calls = drafts[0], own.calls.get(about, ())
        line = Task(
            reference=first.about,
            url=first.url,
            label=calls[0].procedure if calls else first.label,
            when=f"le {first.saved}",
            also=tuple(_mentions(calls)),
            drafts=drafts,
        )
        to_do.piles[Pile.DRAFT].append(line)
    for reference, calls in own.calls.items():
        if reference not in seen and reference not in own.drafts:
            line = Task(reference, _page(reference), calls[0].procedure, _mentions(calls)[0])
            to_do.piles[Pile.MENTION].append(line)


def _mentions(calls: Iterable[Called]) -> list[str]:
    """Who called her here, once each: « mention de Luc »."""
    who = enumerated(list(dict.fromkeys(call.by for call in calls)))
    return [f"mention de {who}"] if who else []


def _page(reference: str) -> str:
    return reverse("referrals:detail", args=[reference])


def call_in_words(request: ServiceRequest, now: datetime) -> str:
    """Who is to be called and when: "rappeler la personne", "appeler l’interlocuteur mardi…"; empty without call."""
    if request.has_answer_to_pass_on:
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


def to_do_at(
    structure: Structure, now: datetime, names: Mapping[int, str] | None = None, own: Hers | None = None
) -> ToDo:
    """What the requests of the site ask for: three queries at most, whatever their number.

    `names`: those of the démarches that the caller has read; only the missing ones are.
    """
    open_here = ServiceRequest.objects.still_open().filter(structure=structure)
    rows = list(open_here.order_by(deadline())[:SHOWN])
    known = dict(names or {})
    if missing := {row.procedure_id for row in rows} - known.keys():
        asked = Procedure.objects.filter(pk__in=missing).order_by()
        known |= dict(asked.values_list("pk", "name"))
    unsent, idle = requests_whose_mail_is_stuck(structure), _warned_as_idle(rows, now)
    return sorted_into_piles(rows, known, now, unsent, idle, own)


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
