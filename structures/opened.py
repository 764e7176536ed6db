"""Has someone else changed this since the form was opened?

A form carries the digest of what it showed. Whoever saves holds the structure, looks at what is stored now, and writes
nothing when the two differ: `hold`, a snapshot (`structures.changes`), `refuse_if_changed`, in that order and in one
transaction.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from schedules.wording import spoken_moment
from structures.models import Change, Counsellor, Location, Structure, What

Snapshot = dict[str, Any]
THE_APPLICATION = "l’application"


class ChangedMeanwhile(Exception):
    """Nothing was written. `by` is a name that can be shown; `at` is None when the change left no trace (an import)."""

    def __init__(self, by: str, at: datetime | None) -> None:
        super().__init__("changed meanwhile")
        self.by = by
        self.at = at

    @property
    def said(self) -> str:
        """A sentence without full stop: « Modifié entre-temps par Aline Dubois, mardi 24 novembre à 14 h 05 »."""
        return f"Modifié entre-temps par {self.by}" + (f", {spoken_moment(self.at)}" if self.at else "")


def digest(snapshot: Snapshot | None) -> str:
    """What a hidden field carries: the same for equal snapshots, whatever the order of their keys."""
    canonical = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def hold(structure: Structure) -> Structure:
    """The structure as it is now; until the end of the transaction nobody else changes what belongs to it."""
    return Structure.objects.select_for_update().get(pk=structure.pk)


def refuse_if_changed(
    opened: str,
    present: Snapshot | None,
    *,
    structure: Structure,
    what: What,
    location: Location | None = None,
    counsellor: Counsellor | None = None,
) -> None:
    """ChangedMeanwhile when the digest that the form carried is not that of what is stored at present.

    A form without a digest was not made by the page: it is older than anything.
    """
    if opened == digest(present):
        return
    rows = Change.objects.filter(structure=structure, what=what, location=location, counsellor=counsellor)
    last = rows.order_by("-at", "-pk").first()
    raise ChangedMeanwhile(last.actor if last else THE_APPLICATION, last.at if last else None)
