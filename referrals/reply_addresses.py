"""To which hand-over does a reply belong? The address that it is sent to says so, signed."""

import base64
import re
from email.utils import parseaddr
from typing import Any, Protocol

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

LONGEST_LOCAL_PART = 64
"""Characters before the @ (RFC 5321, 4.5.3.1.1)."""

_SALT = "referrals.reply"
_MARK = re.compile(r"\+([0-9a-z]{1,13})-([a-z2-7]{16})$")
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
    local, at, domain = parseaddr(settings.REPLY_ADDRESS)[1].rpartition("@")
    marked = f"{local}+{_in_letters(referral.pk)}-{_signature(referral.pk, settings.SECRET_KEY)}"
    return f"{marked}@{domain}" if at and local and len(marked) <= LONGEST_LOCAL_PART else ""


def referral_pk(address: str) -> int | None:
    """The number of the hand-over that this address names; None unless the mark is ours.

    Whatever stands around the mark is not looked at: mail systems rewrite it on the way.
    """
    local = parseaddr(address)[1].rpartition("@")[0].lower()
    found = _MARK.search(local)
    if found is None:
        return None
    pk = int(found[1], 36)
    secrets = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return pk if any(constant_time_compare(found[2], _signature(pk, secret)) for secret in secrets) else None


def _signature(pk: int, secret: str) -> str:
    """80 bits, in letters that have no capitals to lose."""
    digest = salted_hmac(_SALT, str(pk), secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()


def _in_letters(number: int) -> str:
    letters = ""
    while number:
        number, last = divmod(number, 36)
        letters = _FIGURES[last] + letters
    return letters or "0"
