"""Where does nobody answer for an operator, and where does everything hang on one person?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from referrals.places import Area, Place, alike, areas_with_rules
from referrals.routing import Candidate, present_one

WHOLE_OPERATOR = 0
"""Stands for « any démarche » where an operator has none yet: only rules for all of them serve it."""


class Cover(IntEnum):
    """From the worst to the best."""

    HOLE = 0
    ONE_PERSON = 1
    COVERED = 2

    @property
    def label(self) -> str:
        return ("trou", "une seule personne", "couvert")[self]


@dataclass(frozen=True, slots=True)
class Cell:
    """One operator in one area: how many démarche × commune cases it has, and how many are badly covered."""

    cases: int
    holes: int
    one_person: int

    @property
    def cover(self) -> Cover:
        if self.holes:
            return Cover.HOLE
        return Cover.ONE_PERSON if self.one_person else Cover.COVERED


class Answering:
    """Who answers for one operator on one day: rules sorted once, then asked for each démarche and group of communes.

    A rule that holds for one blocker only covers nothing here: nobody knows beforehand what will stand in the way.
    `desks`: contacts that are a service of several people, whose absence leaves nobody alone.
    """

    def __init__(self, candidates: Collection[Candidate], day: date, desks: Collection[int] = ()) -> None:
        self.areas = areas_with_rules(candidates)
        self._desks = frozenset(desks)
        self._by_area: dict[Area, dict[int | None, set[int]]] = {}
        by_pk = {candidate.pk: candidate for candidate in candidates}
        for candidate in candidates:
            present = present_one(candidate, by_pk, day)
            if present is not None:
                self._note(candidate, present.pk)

    def who(self, procedure: int, areas: Iterable[Area]) -> frozenset[int]:
        """The contacts present that day for this démarche, in a commune that lies in these areas."""
        found: set[int] = set()
        for area in areas:
            rules = self._by_area.get(area, {})
            found |= rules.get(None, set()) | rules.get(procedure, set())
        return frozenset(found)

    def cover(self, procedure: int, areas: Iterable[Area]) -> Cover:
        return self.cover_by(self.who(procedure, areas))

    def cover_by(self, contacts: frozenset[int]) -> Cover:
        if not contacts:
            return Cover.HOLE
        return Cover.ONE_PERSON if len(contacts) == 1 and not contacts & self._desks else Cover.COVERED

    def _note(self, candidate: Candidate, present: int) -> None:
        for rule in candidate.rules:
            if rule.blocker is None:
                area = (rule.territory.reach, rule.territory.code)
                self._by_area.setdefault(area, {}).setdefault(rule.procedure, set()).add(present)


def cell(answering: Answering, procedures: Sequence[int], places: Iterable[Place]) -> Cell:
    """Every démarche × commune case of one operator in these places; `procedures` empty: the operator as a whole."""
    counts = dict.fromkeys(Cover, 0)
    for areas, group in alike(places, answering.areas).items():
        for procedure in procedures or (WHOLE_OPERATOR,):
            counts[answering.cover(procedure, areas)] += len(group)
    return Cell(sum(counts.values()), counts[Cover.HOLE], counts[Cover.ONE_PERSON])


def grid(
    answering: Mapping[int, Answering], procedures: Mapping[int, Sequence[int]], zones: Mapping[str, Sequence[Place]]
) -> dict[tuple[int, str], Cell]:
    """One cell for each operator (by its key) in each zone (by its code)."""
    return {
        (operator, zone): cell(answers, procedures.get(operator, ()), places)
        for operator, answers in answering.items()
        for zone, places in zones.items()
    }


@dataclass(frozen=True, slots=True)
class Case:
    """One démarche in communes where the same contacts answer (`who`: their keys)."""

    procedure: int
    places: tuple[Place, ...]
    who: frozenset[int]
    cover: Cover


def cases(answering: Answering, procedures: Sequence[int], places: Iterable[Place]) -> list[Case]:
    """Each démarche × commune of one operator, those with the same answer together; the worst of a démarche first."""
    groups = alike(places, answering.areas)
    found: list[Case] = []
    for procedure in procedures or (WHOLE_OPERATOR,):
        together: dict[frozenset[int], list[Place]] = {}
        for areas, group in groups.items():
            together.setdefault(answering.who(procedure, areas), []).extend(group)
        found += sorted(
            (
                Case(procedure, tuple(sorted(same, key=lambda p: (p.name, p.code))), who, answering.cover_by(who))
                for who, same in together.items()
            ),
            key=lambda case: (case.cover, case.places[0].name),
        )
    return found
