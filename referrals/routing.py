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
    the ranking cannot check and the counsellor reads.
    """

    procedure: int | None
    territory: Territory
    priority: int
    blocker: int | None = None
    note: str = ""

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

    def best_rule(self, need: Need) -> RuleFact | None:
        fitting = [rule for rule in self.rules if rule.serves(need)]
        return min(fitting, key=lambda rule: (rule.specificity, rule.territory.code), default=None)

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
    order: tuple[int, bool, bool, Reach, int, Reachable, int]


def rank(candidates: Iterable[Candidate], need: Need, now: datetime, calendar: Calendar) -> list[Recommendation]:
    """Most specific rule first, then priority, then who can be reached now; absent contacts give way to their stand-in.

    Stable: equal contacts come by their number. An empty list means that nobody is left to ask.
    """
    by_pk = {candidate.pk: candidate for candidate in candidates}
    found = [r for c in by_pk.values() if (r := _recommend(c, by_pk, need, now, calendar)) is not None]
    best: dict[int, Recommendation] = {}
    for recommendation in sorted(found, key=lambda r: r.order):
        best.setdefault(recommendation.contact, recommendation)
    return list(best.values())


def _recommend(
    candidate: Candidate, by_pk: Mapping[int, Candidate], need: Need, now: datetime, calendar: Calendar
) -> Recommendation | None:
    rule = candidate.best_rule(need)
    if rule is None or candidate.operator not in need.operators:
        return None
    present = _present_one(candidate, by_pk, now.astimezone(PARIS).date())
    if present is None:
        return None
    reachable = present.reachable(now, calendar)
    return Recommendation(
        contact=present.pk,
        operator=candidate.operator,
        reason=_reason(rule),
        reachable=reachable,
        stand_in_for=candidate.pk if present is not candidate else None,
        order=(need.operators.index(candidate.operator), *rule.specificity, reachable, present.pk),
    )


def _present_one(candidate: Candidate, by_pk: Mapping[int, Candidate], day: date) -> Candidate | None:
    """The candidate, or the first present one along the stand-ins; None when everybody is away (or they go round)."""
    seen: set[int] = set()
    current: Candidate | None = candidate
    while current is not None and current.is_absent(day):
        seen.add(current.pk)
        current = by_pk.get(current.stand_in) if current.stand_in is not None else None
        if current is not None and current.pk in seen:
            return None
    return current


def _reason(rule: RuleFact) -> str:
    what = "suit cette démarche" if rule.procedure is not None else "suit toutes les démarches de l’opérateur"
    where = {
        Reach.COMMUNE: f"couvre {rule.territory.name}",
        Reach.EPCI: f"couvre {rule.territory.name}",
        Reach.ARRONDISSEMENT: f"couvre l’arrondissement : {rule.territory.name}",
        Reach.DEPARTEMENT: "couvre tout le département",
    }[rule.territory.reach]
    why = [what, "pour ce qui bloque" if rule.blocker is not None else "", where, rule.note]
    return " · ".join(part for part in why if part)
