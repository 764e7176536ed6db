"""How is what designs a resident written so that a stolen database says nothing, and still found again?

Two things from one list of keys, the newest first: a seal (Fernet: AES and an authentication code, opened by any key of
the list) and a mark (a keyed digest, to find a phone number or a name without writing it). Adding a key in front and
running `manage.py rotate_seals` turns the keys; the old one may then leave the list.
"""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

_MARK_LENGTH = 32
"""128 bits in hexadecimal: two different names share a mark once in a very great while, and a search shows both."""


class Unreadable(ValueError):
    """Sealed with a key that is not in the list any more, or altered."""


def seal(text: str) -> str:
    """The sealed form, in ASCII; an empty text stays empty, so that the database can tell that nothing is there."""
    return _seals(_keys()).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text again. Raises Unreadable."""
    return unseal_bytes(sealed.encode()).decode() if sealed else ""


def seal_bytes(content: bytes) -> bytes:
    return _seals(_keys()).encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """The bytes again. Raises Unreadable."""
    try:
        return _seals(_keys()).decrypt(sealed)
    except InvalidToken:
        raise Unreadable("No key of the list opens this.") from None


def is_stale(sealed: str | bytes) -> bool:
    """Whether something is sealed with another key than the newest: `rotate_seals` seals it again."""
    token = sealed.encode() if isinstance(sealed, str) else sealed
    try:
        Fernet(_keys()[0]).decrypt(token)
    except InvalidToken:
        return bool(token)
    return False


def mark(word: str) -> str:
    """The mark of one word under the newest key: what is written."""
    return _mark(_keys()[0], word)


def marks(word: str) -> list[str]:
    """The marks of one word under every key of the list: what is looked for, also while keys turn."""
    return [_mark(key, word) for key in _keys()]


def _mark(key: bytes, word: str) -> str:
    # A key of its own, drawn from the sealing key: the same secret never does two things.
    own = hmac.new(base64.urlsafe_b64decode(key), b"accounts.sealing.mark", hashlib.sha256).digest()
    return hmac.new(own, word.encode(), hashlib.sha256).hexdigest()[:_MARK_LENGTH]


def _keys() -> tuple[bytes, ...]:
    return tuple(key.encode() for key in settings.SEALING_KEYS)


@lru_cache(maxsize=4)
def _seals(keys: tuple[bytes, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
