"""Is this a PDF, a JPEG or a PNG, whatever its name says, and is it safe to hand to somebody?"""

from collections.abc import Callable
from dataclasses import dataclass

from referrals.attachments.harmless.jpeg import bare_jpeg
from referrals.attachments.harmless.pdf import checked_pdf
from referrals.attachments.harmless.png import bare_png
from referrals.attachments.harmless.refusal import Refused

LARGEST = 10 * 1024 * 1024
"""10 MB: twenty scanned pages, or one large photo."""

_KINDS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "pdf": (b"%PDF-", checked_pdf),
    "jpeg": (b"\xff\xd8\xff", bare_jpeg),
    "png": (b"\x89PNG\r\n\x1a\n", bare_png),
}


@dataclass(frozen=True)
class Harmless:
    """What may be kept: the kind, and the content without what it said about its author."""

    kind: str
    content: bytes


def read(content: bytes) -> Harmless:
    """The kind and the content to keep. Raises Refused."""
    if not content:
        raise Refused("Ce fichier est vide.")
    if len(content) > LARGEST:
        raise Refused(f"Ce fichier pèse {size_in_words(len(content))} : 10\u00a0Mo au plus.")
    for kind, (start, checked) in _KINDS.items():
        if content.startswith(start):
            return Harmless(kind, checked(content))
    raise Refused("Ce n’est ni un PDF, ni une image JPEG ou PNG.")


def size_in_words(size: int) -> str:
    """« 340 Ko », « 1,2 Mo »; `size` in bytes. Rounded up: what is just over a limit never reads as the limit."""
    if size < 1024 * 1024:
        return f"{max(1, -(-size // 1024))}\u00a0Ko"
    tenths = -(-size * 10 // (1024 * 1024))
    whole, tenth = divmod(tenths, 10)
    return f"{whole},{tenth}\u00a0Mo" if tenth else f"{whole}\u00a0Mo"
