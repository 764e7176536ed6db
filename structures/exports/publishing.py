"""Which bytes does a reader get, since when are they so, and how seldom are they made?"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time

from django.core.cache import cache
from django.db.models import Count, Max

from schedules.calendars import PARIS
from structures.exports.catalogue import DataFile
from structures.models import Location, Structure

# Seconds during which a copy may be given again, by us and by any cache on the way.
KEPT_FOR = 15 * 60


@dataclass(frozen=True, slots=True)
class Published:
    """The bytes of a file, their strong ETag with its quotes, and the instant since when they are right."""

    body: bytes
    etag: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """What the files hold: structures, those among them that have a matricule, places; the last change of any."""

    structures: int
    listed: int
    places: int
    changed_at: datetime | None

    def mark(self) -> str:
        """Another text as soon as something changed."""
        changed = self.changed_at.timestamp() if self.changed_at else 0
        return f"{self.structures}-{self.listed}-{self.places}-{changed}"

    def lines_of(self, file: DataFile) -> int:
        return self.places if file.lists_places else self.listed


def contents() -> Contents:
    """Two statements."""
    in_force = Structure.objects.open_to_public()
    found = in_force.aggregate(structures=Count("pk"), listed=Count("id_fs"), changed_at=Max("changed_at"))
    return Contents(places=Location.objects.receiving_public().filter(structure__in=in_force).count(), **found)


def published(file: DataFile, now: datetime) -> Published:
    """The file as it is now. It is made again when something changed, each day, and each quarter of an hour."""
    holds = contents()
    key = f"open-data:{file.name}:{now.astimezone(PARIS).date()}:{holds.mark()}"
    found: Published | None = cache.get(key)
    if found is None:
        body = file.build(now)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        found = Published(body, etag, _right_since(file, holds.changed_at, now))
        cache.set(key, found, KEPT_FOR)
    return found


def _right_since(file: DataFile, changed_at: datetime | None, now: datetime) -> datetime:
    """Exceptions are told for so many days from today, so every file is new each morning."""
    if file.follows_the_clock:
        return now
    midnight = datetime.combine(now.astimezone(PARIS).date(), time(), PARIS)
    return max(changed_at or midnight, midnight)
