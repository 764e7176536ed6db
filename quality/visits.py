"""What did each visit of a site see, and what does the latest one say of each criterion?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from quality.findings import CharterParameters, Seen
from quality.models import Visit
from schedules.wording import spoken_date

Observation = tuple[str, bool, str]  # the key of a criterion, whether it is met, the detail


@dataclass(frozen=True)
class VisitFacts:
    visited_on: date
    author: str
    note: str
    seen: tuple[Observation, ...]


@dataclass(frozen=True)
class VisitLine:
    visited_on: str
    author: str
    note: str
    seen: list[Observation]
    """With the short name of the criterion instead of its key."""


def visits_of(structure: int) -> list[VisitFacts]:
    """The visits of a structure, latest first, with what they saw, in one statement."""
    rows = (
        Visit.objects.filter(structure=structure)
        .order_by("-visited_on", "-pk", "observations__pk")
        .values_list(
            "pk",
            "visited_on",
            "author__full_name",
            "author__email",
            "note",
            "observations__criterion_key",
            "observations__is_met",
            "observations__detail",
        )
    )
    found: dict[int, tuple[date, str, str]] = {}
    seen: dict[int, list[Observation]] = {}
    for pk, visited_on, name, email, note, key, is_met, detail in rows:
        found[pk] = (visited_on, name or email, note)
        seen.setdefault(pk, []).extend([(key, is_met, detail)] if key else [])
    return [VisitFacts(*visit, tuple(seen[pk])) for pk, visit in found.items()]


def latest_seen(visits: Iterable[VisitFacts], day: date) -> dict[str, Seen]:
    """By criterion, what the latest visit up to that day saw; the visits come latest first."""
    latest: dict[str, Seen] = {}
    for visit in visits:
        if visit.visited_on <= day:
            for key, is_met, detail in visit.seen:
                latest.setdefault(key, Seen(is_met, visit.visited_on, detail))
    return latest


def lines(visits: Iterable[VisitFacts], charter: CharterParameters, criterion: str | None = None) -> list[VisitLine]:
    """In words; of one criterion, only the visits that looked at it."""
    names = {asked.key: asked.short_name for asked in charter.criteria}
    return [
        VisitLine(
            visited_on=spoken_date(visit.visited_on, with_year=True),
            author=visit.author,
            note=visit.note,
            seen=[
                (names.get(key, key), is_met, detail) for key, is_met, detail in visit.seen if criterion in (None, key)
            ],
        )
        for visit in visits
        if criterion is None or any(key == criterion for key, *_ in visit.seen)
    ]
