"""How is a page of a long list found by its place, at the same price on the first page and on the last?

By its place and not by counting: the order is one that an index holds, and a page begins after a row or before one. A
search that no index helps looks through a bounded part of the history, then says where it stopped.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import NamedTuple

from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce

from partners.names import Version, newest_version
from referrals.finding.words import LOOKED_AT
from referrals.models import ServiceRequestQuerySet

PAGE = 30
YEARS = range(2000, 2200)
"""Beyond, an instant cannot be moved from one time zone to another; no request is that old."""
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Order(Enum):
    """An order that an index holds: its column, and whether it goes down."""

    NEWEST = ("received_at", True)
    OLDEST = ("received_at", False)
    DEADLINE = ("until", False)

    @property
    def column(self) -> str:
        return self.value[0]

    @property
    def goes_down(self) -> bool:
        return self.value[1]


@dataclass(frozen=True)
class Selection:
    """`rows` under every filter; `along`, the part of the site's history that they are looked for in, along its index.

    They are the same object when every row looked at is shown: no page reads more than it shows.
    """

    rows: ServiceRequestQuerySet
    along: ServiceRequestQuerySet
    order: Order = Order.NEWEST

    @property
    def scans(self) -> bool:
        return self.rows is not self.along


class Place(NamedTuple):
    """Between two rows of the order: after the row of this instant and number, or before it."""

    at: datetime
    pk: int


class Row(NamedTuple):
    """The columns that a line is made of, and the version of the names."""

    pk: int
    reference: str
    procedure_id: int
    operator_id: int
    received_at: datetime
    due_at: datetime
    outcome: str
    channel: str
    referred_at: datetime | None
    answered_at: datetime | None
    call_back_at: datetime | None
    resident_informed_at: datetime | None
    closed_at: datetime | None
    closing_reason: str
    cancelled_at: datetime | None
    return_due_at: datetime | None
    operators_version: int | None
    procedures_version: int | None

    @property
    def until(self) -> datetime:
        return self.return_due_at or self.due_at

    @property
    def version(self) -> Version:
        return self.operators_version, self.procedures_version


@dataclass(frozen=True)
class Slice:
    """The rows of a page, and the places where the pages around it begin; empty when there is none.

    `looked_until`: where the search stopped before the page was full; the next page goes on from there.
    """

    rows: list[Row]
    following: str = ""
    previous: str = ""
    looked_until: datetime | None = None


def slice_of(selection: Selection, *, after: str = "", before: str = "") -> Slice:
    """The page after this place, or before it; the first one when there is no full page before.

    A place that somebody changed leads to the first page, not to an error.
    """
    if (place := _place(before)) and len(back := _read(selection, place, PAGE, backwards=True)) > PAGE:
        rows = back[:PAGE][::-1]
        return Slice(rows, _cursor(selection, rows[-1]), _cursor(selection, rows[0]))
    place = _place(after)
    found = _read(selection, place, PAGE)
    rows, more = found[:PAGE], len(found) > PAGE
    previous = _cursor(selection, rows[0]) if rows and place else ""
    if more:
        return Slice(rows, _cursor(selection, rows[-1]), previous)
    if end := _end(selection, place):
        return Slice(rows, _written(Place(end, 2**63 - 1 if selection.order.goes_down else 0)), previous, end)
    return Slice(rows, "", previous)


def batches(selection: Selection, size: int) -> Iterator[list[Row]]:
    """All the rows, so many at a time, each batch a statement of its own: no long transaction, no cursor to keep."""
    whole, place = Selection(selection.rows, selection.rows, selection.order), None
    while rows := _read(whole, place, size):
        yield rows[:size]
        if len(rows) <= size:
            return
        place = Place(getattr(rows[size - 1], selection.order.column), rows[size - 1].pk)


def _read(selection: Selection, place: Place | None, size: int, *, backwards: bool = False) -> list[Row]:
    """One row more than asked, so as to know whether there are others."""
    order, down = selection.order, selection.order.goes_down != backwards
    rows = _beyond(selection.rows, order, place, down)
    if selection.scans:
        rows = _not_beyond(rows, order, _limit(selection.along, order, place, down), down)
    sign = "-" if down else ""
    shown = rows.order_by(f"{sign}{order.column}", f"{sign}pk").annotate(**newest_version())
    return [Row(*row) for row in shown.values_list(*Row._fields)[: size + 1]]


def _beyond(rows: ServiceRequestQuerySet, order: Order, place: Place | None, down: bool) -> ServiceRequestQuerySet:
    """The rows that come after this place. The first condition is what the index is entered by."""
    if place is None:
        return rows
    column, than = order.column, "lt" if down else "gt"
    same = Q(**{column: place.at, f"pk__{than}": place.pk})
    return rows.filter(Q(**{f"{column}__{than}": place.at}) | same, **{f"{column}__{than}e": place.at})


def _limit(along: ServiceRequestQuerySet, order: Order, place: Place | None, down: bool) -> ServiceRequestQuerySet:
    """The instant of the first row too far to be looked at from here; no row when the history ends before."""
    sign = "-" if down else ""
    ordered = _beyond(along, order, place, down).order_by(f"{sign}{order.column}", f"{sign}pk")
    rows: ServiceRequestQuerySet = ordered.values(order.column)[LOOKED_AT : LOOKED_AT + 1]
    return rows


def _not_beyond(
    rows: ServiceRequestQuerySet, order: Order, limit: ServiceRequestQuerySet, down: bool
) -> ServiceRequestQuerySet:
    nowhere = Value(_FIRST if down else _LAST)
    return rows.filter(**{f"{order.column}__{'gt' if down else 'lt'}": Coalesce(Subquery(limit), nowhere)})


def _end(selection: Selection, place: Place | None) -> datetime | None:
    """Where the search stopped, when rows remain to be looked at."""
    if not selection.scans:
        return None
    order = selection.order
    found = _limit(selection.along, order, place, order.goes_down).values_list(order.column, flat=True)
    return next(iter(found), None)


def _cursor(selection: Selection, row: Row) -> str:
    return _written(Place(getattr(row, selection.order.column), row.pk))


def _written(place: Place) -> str:
    return base64.urlsafe_b64encode(f"{place.at.isoformat()}|{place.pk}".encode()).decode()


def _place(cursor: str) -> Place | None:
    """A cursor that somebody changed leads to the first page, not to an error."""
    try:
        at, pk = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        instant = datetime.fromisoformat(at)
        return Place(instant, int(pk)) if instant.tzinfo and instant.year in YEARS and int(pk) < 2**63 else None
    except (ValueError, binascii.Error, OverflowError):
        return None
