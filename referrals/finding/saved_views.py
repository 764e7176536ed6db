"""Which saved views does this person find above the list of this site?"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from referrals.models import SavedView
from structures.models import Structure

AT_MOST = 20
"""Views that one person may keep."""
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    url: str
    is_current: bool
    is_shared: bool = False


def views_at(user: User, structure: Structure) -> QuerySet[SavedView]:
    """Her own for herself, and those that she or a colleague shared with this site."""
    return SavedView.objects.filter(Q(owner=user, structure__isnull=True) | Q(structure=structure))


def tabs(user: User, structure: Structure, base: str, query: str) -> list[Tab]:
    """What is open, everything, then the views; the one whose filters are on screen is current. One query."""
    kept: Iterable[tuple[str, str, int | None]] = views_at(user, structure).values_list("name", "query", "structure")
    fixed = [("En cours", "", None), ("En retard", "retard=on", None), ("Toutes", "etat=toutes", None)]
    found = [*fixed, *list(kept)[:_SHOWN]]
    return [
        Tab(name, f"{base}?{filters}" if filters else base, filters == query, shared is not None)
        for name, filters, shared in found
    ]
