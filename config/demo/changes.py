"""What has been changed lately in the invented network, by whom, from what to what?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from structures.changes import Snapshot, snapshot_of_exceptions, snapshot_of_hours, snapshot_of_structure
from structures.models import Change, Location, LocationKind, Structure, What

# Days ago, and the hour at which the afternoons ended before.
LONGER_AFTERNOONS = {"montivilliers": (12, "17:00:00"), "yvetot": (33, "16:30:00"), "barentin": (5, "16:30:00")}
MOVED_DAYS = {"yvetot": 3, "neufchatel-en-bray": 2}
NEW_PHONES = {"montivilliers": 47, "eu": 20}
AFTERNOON = "16:00:00"


@dataclass(frozen=True)
class _Written:
    slug: str
    days_ago: int
    what: What
    before: Snapshot
    after: Snapshot
    place: Location | None = None


def write_changes(structures: Mapping[str, Structure], authors: Mapping[str, Sequence[User]], now: datetime) -> int:
    """A few changes by the people of the sites, each true to what is stored now; says how many."""
    changes = []
    for each in sorted(_written(structures), key=lambda each: -each.days_ago):
        author, structure = authors[each.slug][0], structures[each.slug]
        structure.changed_at = now - timedelta(days=each.days_ago)
        changes.append(
            Change(
                structure=structure,
                location=each.place,
                what=each.what,
                before=each.before,
                after=each.after,
                at=structure.changed_at,
                author=author,
                actor=str(author),
            )
        )
    Structure.objects.bulk_update({change.structure for change in changes}, ["changed_at"])
    return len(Change.objects.bulk_create(changes))


def _written(structures: Mapping[str, Structure]) -> Iterator[_Written]:
    rows = Location.objects.filter(kind=LocationKind.MAIN, structure__slug__in={*LONGER_AFTERNOONS, *MOVED_DAYS})
    places = {place.structure.slug: place for place in rows.with_hours()}
    for slug, (days_ago, closed_at) in LONGER_AFTERNOONS.items():
        after = snapshot_of_hours(places[slug])
        yield _Written(slug, days_ago, What.HOURS, _shorter(after, closed_at), after, places[slug])
    for slug, days_ago in MOVED_DAYS.items():
        after = snapshot_of_exceptions(places[slug])
        yield _Written(slug, days_ago, What.EXCEPTIONS, {"closures": [], "extras": []}, after, places[slug])
    for slug, days_ago in NEW_PHONES.items():
        after = snapshot_of_structure(structures[slug])
        yield _Written(slug, days_ago, What.STRUCTURE, after | {"phone": ""}, after)


def _shorter(hours: Snapshot, closed_at: str) -> Snapshot:
    """The same hours with afternoons that ended earlier."""
    slots = [
        slot | {"closes": closed_at} if slot["closes"] and AFTERNOON <= slot["closes"] <= "17:30:00" else slot
        for slot in hours["slots"]
    ]
    return hours | {"slots": slots}
