"""How often has somebody without an account come through this link, or from this address, these last minutes?"""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import connection
from django.utils.crypto import salted_hmac

from accounts.models import VisitCount

_COUNT = """
    INSERT INTO accounts_visitcount (mark, ends_at, visits) VALUES {rows}
    ON CONFLICT (mark) DO UPDATE SET
        visits = CASE
            WHEN accounts_visitcount.ends_at = excluded.ends_at THEN accounts_visitcount.visits + 1
            ELSE 1
        END,
        ends_at = excluded.ends_at
    RETURNING mark, visits
"""


def seconds_to_wait(limits: Mapping[str, int], *, minutes: int, now: datetime) -> int | None:
    """Counts this visit under each name, and says how long to wait, in seconds; None while all are within their limit.

    One statement, which the database does whole: visits at the same instant, in several processes, all count.
    `limits`: the visits allowed in a window of so many minutes, by name; names are not stored, their digest is.
    """
    if not limits:
        return None
    length = minutes * 60
    spent = int(now.timestamp()) % length
    ends_at = datetime.fromtimestamp(int(now.timestamp()) - spent + length, UTC)
    most = {_mark(name): allowed for name, allowed in limits.items()}
    counts = _count(list(most), ends_at)
    return length - spent if any(counts[mark] > allowed for mark, allowed in most.items()) else None


def erase_past(now: datetime) -> int:
    """Forget who came in windows that are over; count them. A periodic job."""
    erased, _ = VisitCount.objects.filter(ends_at__lt=now).delete()
    return erased


def _count(marks: list[str], ends_at: datetime) -> dict[str, int]:
    until = connection.ops.adapt_datetimefield_value(ends_at)
    rows = ", ".join("(%s, %s, 1)" for _ in marks)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(rows=rows), [value for mark in marks for value in (mark, until)])
        return dict(cursor.fetchall())


def _mark(name: str) -> str:
    """An address of the internet has few enough values to be found again from a plain digest."""
    return salted_hmac("accounts.visits", name, algorithm="sha256").hexdigest()[:32]
