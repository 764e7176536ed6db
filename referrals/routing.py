"""Who should be asked, now, for this démarche and this commune? A pure ranking that gives its reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from schedules.calendars import PARIS, Calendar
from schedules.opening_hours import is_open
from schedules.slots import Timetable


class Reach(IntEnum):
    """How wide a rule's territory is; the narrowest wins."""

    COMMUNE = 0
    EPCI = 1
    ARRONDISSEMENT = 2
    DEPARTEMENT = 3


class Reachable(IntEnum):
    """Whether the contact answers at that instant; hours nobody wrote down come between the two."""

    NOW = 0
    UNKNOWN = 1
    NOT_NOW = 2


@dataclass(frozen=True, slots=True)
class Territory:
    """One area: its reach, its code (Insee or Siren) and its name as people say it."""

    reach: Reach
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked: a démarche, the operators that may answer (likeliest first), the areas the commune lies in.

    `blocker`: what stands in the way, None when nobody said.
    """

    procedure: int
    operators: tuple[int, ...]
    areas: frozenset[tuple[Reach, str]]
    blocker: int | None = None


@dataclass(frozen=True, slots=True)
class RuleFact:
    """What a contact answers for: a démarche (None: all of the operator), a territory, a priority (1 first).

    `blocker`: only when this stands in the way (None: whatever does). `note`: a part of the territory, in words, that
    the ranking cannot check and the counsellor reads. `blocker_name`: what stands in the way, as the reason says it.
    """

    procedure: int | None
    territory: Territory
    priority: int
    blocker: int | None = None
    note: str = ""
    blocker_name: str = ""

    def serves(self, need: Need) -> bool:
        fits_procedure = self.procedure is None or self.procedure == need.procedure
        fits_blocker = self.blocker is None or self.blocker == need.blocker
        return fits_procedure and fits_blocker and (self.territory.reach, self.territory.code) in need.areas

    @property
    def specificity(self) -> tuple[bool, bool, Reach, int]:
        """Smaller is better: a démarche before the whole operator, then what blocks before whatever does, then the
        narrowest territory, then the priority."""
        return (self.procedure is None, self.blocker is None, self.territory.reach, self.priority)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact as the ranking sees it; `absence` holds its first and last day."""

    pk: int
    operator: int
    rules: tuple[RuleFact, ...] = ()
    absence: tuple[date, date] | None = None
    stand_in: int | None = None
    timetable: Timetable | None = None

    def is_absent(self, day: date) -> bool:
        return self.absence is not None and self.absence[0] <= day <= self.absence[1]

    def reachable(self, now: datetime, calendar: Calendar) -> Reachable:
        if self.timetable is None or not self.timetable.slots:
            return Reachable.UNKNOWN
        return Reachable.NOW if is_open(self.timetable, now, calendar) else Reachable.NOT_NOW


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Someone to ask, and why: `stand_in_for` is the absent contact whose place this one takes."""

    contact: int
    operator: int
    reason: str
    reachable: Reachable
    stand_in_for: int | None
    order: tuple[int, bool, bool, Reach, int, Reachable, int, int]


class Ranking:
    """The directory at one instant, sorted once: ask it for as many needs as there are.

    Rules are kept by operator and area, and each contact's hours are read once, so that a need costs no more than the
    rules that its own areas hold.
    """

    def __init__(self, candidates: Iterable[Candidate], now: datetime, calendar: Calendar) -> None:
        self._by_pk = {candidate.pk: candidate for candidate in candidates}
        self._now, self._calendar = now, calendar
        self._day = now.astimezone(PARIS).date()
        self._reachable: dict[int, Reachable] = {}
        self._present: dict[int, Candidate | None] = {}
        self._rules: dict[tuple[int, Reach, str], list[tuple[Candidate, RuleFact]]] = {}
        for candidate in self._by_pk.values():
            for rule in candidate.rules:
                place = (candidate.operator, rule.territory.reach, rule.territory.code)
                self._rules.setdefault(place, []).append((candidate, rule))

    def rank(self, need: Need) -> list[Recommendation]:
        """Most specific rule first, then priority, then who can be reached now; an absent contact gives way to its
        stand-in.

        Stable: equal contacts come by their number. An empty list means that nobody is left to ask.
        """
        fitting: dict[int, tuple[Candidate, RuleFact]] = {}
        for operator in need.operators:
            for reach, code in need.areas:
                for candidate, rule in self._rules.get((operator, reach, code), ()):
                    if rule.serves(need):
                        kept = fitting.get(candidate.pk)
                        if kept is None or _better(rule, kept[1]):
                            fitting[candidate.pk] = (candidate, rule)
        found = [r for candidate, rule in fitting.values() if (r := self._recommend(candidate, rule, need)) is not None]
        best: dict[int, Recommendation] = {}
        for recommendation in sorted(found, key=lambda r: r.order):
            best.setdefault(recommendation.contact, recommendation)
        return list(best.values())

    def _recommend(self, candidate: Candidate, rule: RuleFact, need: Need) -> Recommendation | None:
        present = self._present_one(candidate)
        if present is None:
            return None
        reachable = self._reachable_now(present)
        return Recommendation(
            contact=present.pk,
            operator=candidate.operator,
            reason=_reason(rule),
            reachable=reachable,
            stand_in_for=candidate.pk if present is not candidate else None,
            order=(
                need.operators.index(candidate.operator), *rule.specificity, reachable, present.pk,
                # Of two absent contacts with one stand-in, the same is named every time; its own rules come first.
                candidate.pk if present is not candidate else -1,
            ),
        )  # fmt: skip

    def _present_one(self, candidate: Candidate) -> Candidate | None:
        if candidate.pk not in self._present:
            self._present[candidate.pk] = present_one(candidate, self._by_pk, self._day)
        return self._present[candidate.pk]

    def _reachable_now(self, candidate: Candidate) -> Reachable:
        if candidate.pk not in self._reachable:
            self._reachable[candidate.pk] = candidate.reachable(self._now, self._calendar)
        return self._reachable[candidate.pk]


def rank(candidates: Iterable[Candidate], need: Need, now: datetime, calendar: Calendar) -> list[Recommendation]:
    """The answer to one need; `Ranking` answers many at the same instant for little more."""
    return Ranking(candidates, now, calendar).rank(need)


def present_one(candidate: Candidate, by_pk: Mapping[int, Candidate], day: date) -> Candidate | None:
    """The candidate, or the first present one along the stand-ins; None when everybody is away (or they go round)."""
    seen: set[int] = set()
    current: Candidate | None = candidate
    while current is not None and current.is_absent(day):
        seen.add(current.pk)
        current = by_pk.get(current.stand_in) if current.stand_in is not None else None
        if current is not None and current.pk in seen:
            return None
    return current


def _better(rule: RuleFact, other: RuleFact) -> bool:
    return (rule.specificity, rule.territory.code, rule.note) < (other.specificity, other.territory.code, other.note)


def _reason(rule: RuleFact) -> str:
    what = "suit cette démarche" if rule.procedure is not None else "suit toutes les démarches de l’opérateur"
    where = {
        Reach.COMMUNE: f"couvre {rule.territory.name}",
        Reach.EPCI: f"couvre {rule.territory.name}",
        Reach.ARRONDISSEMENT: f"couvre l’arrondissement : {rule.territory.name}",
        Reach.DEPARTEMENT: "couvre tout le département",
    }[rule.territory.reach]
    blocked = f"quand cela bloque\u00a0: {rule.blocker_name}" if rule.blocker_name else "pour ce qui bloque"
    why = [what, blocked if rule.blocker is not None else "", where, rule.note]
    return " · ".join(part for part in why if part)
