"""Whom would each démarche × commune be handed to before a change of the directory, and after?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from referrals.places import Area, Place, alike, areas_with_rules
from referrals.routing import Candidate, RuleFact, present_one

_Named = tuple[int | None, int | None]
"""The démarche and the blocker that a rule names; None: whatever it is."""
_Difference = tuple[date, tuple[int, ...], tuple[int, ...]]
_Known = dict[tuple[tuple[int, ...], tuple[int, ...]], _Difference | None]


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

    Hours count for nothing: they change every hour. Communes that no rule tells apart are answered together, démarches
    that no rule names too, and each set of rules is followed once along the days: twenty thousand rules take a second.
    """
    was, becomes = _Firsts(before, needs.operator), _Firsts(after, needs.operator)
    known: _Known = {}
    found: dict[int, list[Change]] = {procedure: [] for procedure in needs.procedures}
    for areas, places in alike(needs.places, areas_with_rules(before) | areas_with_rules(after)).items():
        here = _Here(was.around(areas), becomes.around(areas), needs.blockers, days, known)
        others = here.differences(None)
        for procedure, changes in found.items():
            own = here.differences(procedure) if procedure in here.named else others
            changes += [Change(procedure, place, blocker, *said) for blocker, said in own for place in places]
    return [
        change
        for changes in found.values()
        for change in sorted(changes, key=lambda c: (c.place.name, c.place.code, c.blocker or 0))
    ]


def cases(changes: Iterable[Change]) -> int:
    """How many démarche × commune: one that differs for several blockers counts once."""
    return len({(change.procedure, change.place.code) for change in changes})


def days_to_compare(directories: Iterable[Collection[Candidate]], today: date) -> list[date]:
    """Today, then each day from which somebody is away or back: between two of them nothing moves."""
    days = {today}
    for candidate in (candidate for candidates in directories for candidate in candidates):
        if candidate.absence is not None:
            first, last = candidate.absence
            back = last + timedelta(days=1) if last < date.max else today
            days |= {day for day in (first, back) if day > today}
    return sorted(days)


class _Firsts:
    """Who comes first in one directory, on any day. Rules that only their priority tells apart are a bucket."""

    def __init__(self, candidates: Collection[Candidate], operator: int) -> None:
        self._by_pk = {candidate.pk: candidate for candidate in candidates}
        self._present: dict[tuple[int, date], int | None] = {}
        self._first: dict[tuple[int, date], tuple[int, ...]] = {}
        self._buckets: list[dict[int, list[Candidate]]] = []
        self._by_area: dict[Area, dict[_Named, int]] = {}
        for candidate in candidates:
            if candidate.operator == operator:
                for rule in candidate.rules:
                    self._take(candidate, rule)

    def around(self, areas: Iterable[Area]) -> "_Around":
        """What a place that lies in these areas may count on."""
        return _Around(self, [self._by_area[area] for area in sorted(areas) if area in self._by_area])

    def first(self, buckets: Iterable[int], day: date) -> tuple[int, ...]:
        """A contact of several of them changes nothing: where it is present, the most specific one answers already."""
        for bucket in buckets:
            if found := self._first_of(bucket, day):
                return found
        return ()

    def _take(self, candidate: Candidate, rule: RuleFact) -> None:
        here = self._by_area.setdefault((rule.territory.reach, rule.territory.code), {})
        bucket = here.setdefault((rule.procedure, rule.blocker), len(self._buckets))
        if bucket == len(self._buckets):
            self._buckets.append({})
        self._buckets[bucket].setdefault(rule.priority, []).append(candidate)

    def _first_of(self, bucket: int, day: date) -> tuple[int, ...]:
        key = (bucket, day)
        if key not in self._first:
            self._first[key] = ()
            for _, candidates in sorted(self._buckets[bucket].items()):
                present = {pk for candidate in candidates if (pk := self._present_one(candidate, day)) is not None}
                if present:
                    self._first[key] = tuple(sorted(present))
                    break
        return self._first[key]

    def _present_one(self, candidate: Candidate, day: date) -> int | None:
        key = (candidate.pk, day)
        if key not in self._present:
            found = present_one(candidate, self._by_pk, day)
            self._present[key] = found.pk if found else None
        return self._present[key]


class _Around:
    """The buckets of one directory in some areas, the narrowest area first."""

    def __init__(self, firsts: _Firsts, by_area: Sequence[Mapping[_Named, int]]) -> None:
        self.firsts, self._by_area = firsts, by_area
        self.named = {procedure for area in by_area for procedure, _ in area if procedure is not None}
        self.blocked = {blocker for area in by_area for _, blocker in area if blocker is not None}
        self._parts: dict[_Named, tuple[int, ...]] = {}

    def buckets(self, procedure: int | None, blocker: int | None) -> tuple[int, ...]:
        """Those that fit, the most specific first: the démarche, then the blocker, then the narrowest area."""
        found: tuple[int, ...] = ()
        for named in (procedure, None) if procedure is not None else (None,):
            if blocker is not None:
                found += self._part((named, blocker))
            found += self._part((named, None))
        return found

    def _part(self, named: _Named) -> tuple[int, ...]:
        if named not in self._parts:
            self._parts[named] = tuple(area[named] for area in self._by_area if named in area)
        return self._parts[named]


class _Here:
    """Two directories in places that are alike; `known`: what was compared elsewhere, for most share their rules."""

    def __init__(
        self, was: _Around, becomes: _Around, blockers: Sequence[int], days: Sequence[date], known: _Known
    ) -> None:
        self._was, self._becomes, self._days, self._known = was, becomes, days, known
        self.named = was.named | becomes.named
        blocked = was.blocked | becomes.blocked
        self._blockers = [blocker for blocker in blockers if blocker in blocked]

    def differences(self, procedure: int | None) -> list[tuple[int | None, _Difference]]:
        """None: a démarche that no rule names. A blocker is said only where it makes a difference of its own."""
        whatever = self._first_difference(procedure, None)
        found: list[tuple[int | None, _Difference]] = [(None, whatever)] if whatever else []
        for blocker in self._blockers:
            other = self._first_difference(procedure, blocker)
            if other and other != whatever:
                found.append((blocker, other))
        return found

    def _first_difference(self, procedure: int | None, blocker: int | None) -> _Difference | None:
        old, new = self._was.buckets(procedure, blocker), self._becomes.buckets(procedure, blocker)
        if (old, new) not in self._known:
            self._known[old, new] = self._compared(old, new)
        return self._known[old, new]

    def _compared(self, old: tuple[int, ...], new: tuple[int, ...]) -> _Difference | None:
        for day in self._days:
            before, after = self._was.firsts.first(old, day), self._becomes.firsts.first(new, day)
            if before != after:
                return day, before, after
        return None
