"""In which order are the rows of a closed list, and who signs the new ranks?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from accounts.models import User
from partners.list_history import FOLLOWS
from partners.models import ClosedListRow
from partners.versions import sign

Row = TypeVar("Row", bound=ClosedListRow)


def in_order(model: type[Row]) -> list[Row]:
    """The whole list, retired rows too, held until the end of the transaction: who changes it next waits.

    Read again once held: what somebody added while we waited is in it.
    """
    rows: Any = model._default_manager
    list(rows.select_for_update(no_key=True).order_by("pk"))
    return list(rows.order_by("position", "pk"))


def put_in_order(
    rows: Sequence[ClosedListRow], *, by: User | None, now: datetime, moved: ClosedListRow | None = None
) -> None:
    """Number them 1 to n as they stand here. The others only follow `moved`."""
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position
            sign(row, by=by, now=now, reason="" if row is moved else FOLLOWS).save(update_fields=["position"])
