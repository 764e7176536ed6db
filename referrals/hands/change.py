"""Whom would each démarche × commune be handed to before a change of the directory, and after?"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from referrals.places import Area, Place, alike, areas_with_rules
from referrals.routing import Candidate, Reach, RuleFact, present_one

_Specificity = tuple[bool, bool, Reach, int]
_Difference = tuple[date, tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Needs:
    """Every case that may be asked of one operator: its démarches × these places, whatever blocks or this one.

    `blockers`: those that some rule names; what no rule names changes nothing.
    """

    operator: int
    procedures: tuple[int, ...]
    places: tuple[Place, ...]
    blockers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One case that changes hands: `before` and `after` are the contacts equally first (the hour decides), or nobody.

    `blocker`: only when this stands in the way (None: whatever does). `day`: the first of the compared days on which
    they differ.
    """

    procedure: int
    place: Place
    blocker: int | None
    day: date
    before: tuple[int, ...]
    after: tuple[int, ...]


def compare(
    before: Collection[Candidate], after: Collection[Candidate], needs: Needs, days: Sequence[date]
) -> list[Change]:
    """The cases whose first contacts differ between the two directories, by démarche then by commune.

    Hours count for nothing: they change every hour. Communes that no rule tells apart are answered together, and the
    rules that fit are sorted once for all the days, so that 707 communes × 20 démarches take milliseconds.
    """
    was, becomes = _Firsts(before, needs.operator), _Firsts(after, needs.operator)
    groups = alike(needs.places, areas_with_rules(before) | areas_with_rules(after))
    found: list[Change] = []
    for procedure in needs.procedures:
        of_procedure = [
            change
            for areas, places in groups.items()
            for change in _of_group(was, becomes, procedure, areas, places, needs.blockers, days)
        ]
        found += sorted(of_procedure, key=lambda c: (c.place.name, c.place.code, c.blocker or 0))
    return found


def cases(changes: Iterable[Change]) -> int:
    """How many démarche × commune: one that differs for several blockers counts once."""
    return len({(change.procedure, change.place.code) for change in changes})


def days_to_compare(directories: Iterable[Collection[Candidate]], today: date) -> list[date]:
    """Today, then each day from which somebody is away or back: between two of them nothing moves."""
    days = {today}
    for candidate in (candidate for candidates in directories for candidate in candidates):
        if candidate.absence is not None:
            first, last = candidate.absence
            days |= {day for day in (first, date.fromordinal(last.toordinal() + 1)) if day > today}
    return sorted(days)


class _Firsts:
    """Who comes first in one directory, on any day."""

    def __init__(self, candidates: Collection[Candidate], operator: int) -> None:
        self._by_pk = {candidate.pk: candidate for candidate in candidates}
        self._present: dict[tuple[int, date], int | None] = {}
        self._rules: dict[Area, list[tuple[RuleFact, Candidate]]] = {}
        for candidate in candidates:
            if candidate.operator == operator:
                for rule in candidate.rules:
                    self._rules.setdefault((rule.territory.reach, rule.territory.code), []).append((rule, candidate))

    def tiers(self, procedure: int, blocker: int | None, areas: Iterable[Area]) -> list[list[Candidate]]:
        """The contacts whose rules fit, the best first, those of equal rank together."""
        best: dict[int, tuple[_Specificity, Candidate]] = {}
        for area in areas:
            for rule, candidate in self._rules.get(area, ()):
                if rule.procedure not in (None, procedure) or rule.blocker not in (None, blocker):
                    continue
                if candidate.pk not in best or rule.specificity < best[candidate.pk][0]:
                    best[candidate.pk] = (rule.specificity, candidate)
        tiers: dict[_Specificity, list[Candidate]] = {}
        for specificity, candidate in best.values():
            tiers.setdefault(specificity, []).append(candidate)
        return [tiers[specificity] for specificity in sorted(tiers)]

    def first(self, tiers: Iterable[list[Candidate]], day: date) -> tuple[int, ...]:
        for tier in tiers:
            present = {pk for candidate in tier if (pk := self._present_one(candidate, day)) is not None}
            if present:
                return tuple(sorted(present))
        return ()

    def _present_one(self, candidate: Candidate, day: date) -> int | None:
        key = (candidate.pk, day)
        if key not in self._present:
            found = present_one(candidate, self._by_pk, day)
            self._present[key] = found.pk if found else None
        return self._present[key]


def _of_group(
    was: _Firsts,
    becomes: _Firsts,
    procedure: int,
    areas: frozenset[Area],
    places: Sequence[Place],
    blockers: Sequence[int],
    days: Sequence[date],
) -> Iterator[Change]:
    """The changes of communes that are alike; a blocker is named only where it makes a difference of its own."""
    whatever = _first_difference(was, becomes, procedure, None, areas, days)
    differences: list[tuple[int | None, _Difference]] = [(None, whatever)] if whatever else []
    for named in blockers:
        other = _first_difference(was, becomes, procedure, named, areas, days)
        if other and other != whatever:
            differences.append((named, other))
    for blocker, (day, before, after) in differences:
        for place in places:
            yield Change(procedure, place, blocker, day, before, after)


def _first_difference(
    was: _Firsts, becomes: _Firsts, procedure: int, blocker: int | None, areas: frozenset[Area], days: Sequence[date]
) -> _Difference | None:
    old, new = was.tiers(procedure, blocker, areas), becomes.tiers(procedure, blocker, areas)
    for day in days:
        before, after = was.first(old, day), becomes.first(new, day)
        if before != after:
            return day, before, after
    return None
