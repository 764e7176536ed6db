"""Which communes are alike for the rules, so that thousands of cases are answered a few at a time?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from referrals.routing import Candidate, Reach

Area = tuple[Reach, str]
"""The reach of an area and its code (Insee or Siren)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, and every area that contains it, itself included."""

    code: str
    name: str
    areas: frozenset[Area]


def areas_with_rules(candidates: Iterable[Candidate]) -> frozenset[Area]:
    return frozenset(
        (rule.territory.reach, rule.territory.code) for candidate in candidates for rule in candidate.rules
    )


def alike(places: Iterable[Place], areas: Collection[Area]) -> dict[frozenset[Area], list[Place]]:
    """The places by those of `areas` that contain them: no rule tells apart two places of one group."""
    told_apart = frozenset(areas)
    groups: dict[frozenset[Area], list[Place]] = {}
    for place in places:
        groups.setdefault(place.areas & told_apart, []).append(place)
    return groups
