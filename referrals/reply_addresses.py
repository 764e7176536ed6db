"""To which hand-over, or to which mail of several, does a reply belong? The address it is sent to says so, signed."""

import base64
import re
from datetime import datetime
from email.utils import parseaddr
from typing import Any, Protocol

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

LONGEST_LOCAL_PART = 64
"""Characters before the @ (RFC 5321, 4.5.3.1.1)."""

_SALT = "referrals.reply"
_GROUP_SALT = "referrals.reply.group"
_MARK = re.compile(r"\+([0-9a-z]{1,13})-([a-z2-7]{16})$")
_GROUP_MARK = re.compile(r"\+g-([0-9a-z]{1,13})-([a-z2-7]{16})$")
_DAYS = 10**6
"""More than the days of a calendar: the number of a group is that of its first hand-over, and its day."""
_FIGURES = "0123456789abcdefghijklmnopqrstuvwxyz"


class Numbered(Protocol):
    """A hand-over, of which only the number matters here."""

    @property
    def pk(self) -> Any: ...


def address_of(referral: Numbered) -> str:
    """Where to answer: REPLY_ADDRESS with a signed mark before the @; empty when replies do not come back by mail.

    Small letters and figures only: mail systems lower what stands before the @. The mark takes at most 31 characters;
    empty too when the box's own name leaves no room for it.
    """
    return _marked(f"{_in_letters(referral.pk)}-{_signature(referral.pk, settings.SECRET_KEY)}")


def group_address_of(first: Numbered, at: datetime) -> str:
    """Where to answer a mail of several hand-overs, of which this one is the first: one mail a day begins with it."""
    return group_address(_in_letters(first.pk * _DAYS + at.toordinal()))


def group_address(mark: str) -> str:
    """The address that bears this mark: ours, whatever the one that a mail came to looked like."""
    return _marked(f"g-{mark}-{_signature(int(mark, 36), settings.SECRET_KEY, _GROUP_SALT)}")


def group_mark(address: str) -> str | None:
    """What tells this mail of several from the others, as it stands in its address; None unless the mark is ours."""
    found = _GROUP_MARK.search(parseaddr(address)[1].rpartition("@")[0].lower())
    return found[1] if found is not None and _is_ours(int(found[1], 36), found[2], _GROUP_SALT) else None


def referral_pk(address: str) -> int | None:
    """The number of the hand-over that this address names; None unless the mark is ours.

    Whatever stands around the mark is not looked at: mail systems rewrite it on the way.
    """
    local = parseaddr(address)[1].rpartition("@")[0].lower()
    found = _MARK.search(local)
    if found is None:
        return None
    pk = int(found[1], 36)
    return pk if _is_ours(pk, found[2], _SALT) else None


def _marked(mark: str) -> str:
    local, at, domain = parseaddr(settings.REPLY_ADDRESS)[1].rpartition("@")
    marked = f"{local}+{mark}"
    return f"{marked}@{domain}" if at and local and len(marked) <= LONGEST_LOCAL_PART else ""


def _is_ours(number: int, signature: str, salt: str) -> bool:
    secrets = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return any(constant_time_compare(signature, _signature(number, secret, salt)) for secret in secrets)


def _signature(number: int, secret: str, salt: str = _SALT) -> str:
    """80 bits, in letters that have no capitals to lose."""
    digest = salted_hmac(salt, str(number), secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()


def _in_letters(number: int) -> str:
    letters = ""
    while number:
        number, last = divmod(number, 36)
        letters = _FIGURES[last] + letters
    return letters or "0"
