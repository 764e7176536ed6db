"""What has happened to a request since somebody opened its page, and is it a reason to look again before writing?"""

from collections.abc import Iterable

from accounts.models import User
from referrals.models import Exchange, Happening, ServiceRequest
from referrals.timeline import Line, lines_of

# What a colleague, a contact or the worker did that may make what is being typed untrue.
_CHANGES_THINGS = frozenset(
    {
        Happening.HANDED_OVER_BY_MAIL,
        Happening.HANDED_OVER_BY_PHONE,
        Happening.CALL_ANSWERED,
        Happening.CALL_NO_ANSWER,
        Happening.CALL_BACK,
        Happening.WRONG_CONTACT,
        Happening.ANSWERED,
        Happening.MISSING,
        Happening.PASSED_ON,
        Happening.REVOKED,
        Happening.ORIENTED,
        Happening.INFORMED,
        Happening.CLOSED,
        Happening.REOPENED,
        Happening.CORRECTED,
        Happening.CANCELLED,
        Happening.MAIL_RECEIVED,
        Happening.USEFUL,
        Happening.NOT_USEFUL,
        Happening.IDENTITY,
    }
)


def last_seen(lines: Iterable[Exchange]) -> int:
    """The number of the newest line: what a page says it was drawn from."""
    return max((line.pk for line in lines), default=0)


def meanwhile(request: ServiceRequest, seen: str, user: User) -> list[Line]:
    """What others did since the page that says `seen` was drawn; nothing when the page does not say. One query."""
    if not (seen.isascii() and seen.isdigit() and len(seen) < 18):
        return []
    since = request.exchanges.filter(pk__gt=int(seen), kind__in=_CHANGES_THINGS).exclude(author=user)
    return lines_of(since)
