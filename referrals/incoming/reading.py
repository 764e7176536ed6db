"""What does a mail that came in say: who writes, to which hand-over, in which words, and does a machine speak?"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from referrals.incoming.bodies import plain, reply_in, text_of_html

LARGEST = 15_000_000
"""Bytes of one mail, its attached files included; of a larger one the headers alone are read."""
_HEADERS_READ = 100_000
_PAGE_READ = 1_000_000
_MOST_PARTS = 100
_MOST_ADDRESSES = 50
_LOGO = 60_000
"""Bytes: a picture woven into a text and smaller than this is the ornament of a signature."""

_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc", "Resent-To")
_IDENTIFIER = re.compile(r"<[^<>\s]{3,250}>")
_NOT_ANSWERS = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "text/x-amp-html"}
)


_SHOWN = frozenset({"text/plain", "text/html"})
_WORDY = ("Subject", "From", "To", "Cc", "Reply-To", "Thread-Topic", "Comments", "Keywords")


class Unreadable(ValueError):
    """No mail can be read in these bytes."""


@dataclass(frozen=True)
class File:
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Incoming:
    """One mail, read; nothing is decided yet. Addresses are bare and in small letters."""

    digest: str
    """The same for two deliveries of one mail."""
    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    returns_to: str | None = None
    """Who sends, as the mail server says; empty: a machine that wants no answer. None: nobody said."""
    recipients: tuple[str, ...] = ()
    answers_to: tuple[str, ...] = ()
    """Message-ID of the mails that it answers, or of the one that comes back."""
    subject: str = ""
    written_at: datetime | None = None
    text: str = field(default="", repr=False)
    """All of it, what is quoted included."""
    reply: str = field(default="", repr=False)
    """The new words."""
    everything: str = field(default="", repr=False)
    """Every word that the original would keep, whether it is read or not."""
    files: tuple[File, ...] = ()
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    """By name in small letters: those by which machines make themselves known."""
    is_report: bool = False
    """A delivery report (RFC 3464)."""
    failed: tuple[str, ...] = ()
    """Addresses that the report says nothing reaches, for good."""
    is_too_big: bool = False


_TELLING = (
    "auto-submitted", "precedence", "x-loop", "x-autoreply", "x-autorespond", "x-autoreply-from", "x-autoresponder",
    "x-auto-response-suppress", "x-mail-autoreply", "list-id", "list-unsubscribe", "x-failed-recipients",
    "x-spam-flag", "x-ms-exchange-inbox-rules-loop", "x-vacation", "x-zimbra-autoreply",
)  # fmt: skip


def read(content: bytes, *, sender: str | None = None, recipients: tuple[str, ...] = ()) -> Incoming:
    """One mail from its bytes; `sender` and `recipients` as the mail server gave them, when it did. Raises Unreadable.

    Whatever is broken in a part or a header is left out: the rest is read.
    """
    is_too_big = len(content) > LARGEST
    try:
        mail = message_from_bytes(content[:_HEADERS_READ] if is_too_big else content, policy=policy.compat32)
        if not mail.keys():
            raise Unreadable("No header.")
        return _read(mail, content, sender, recipients, is_too_big)
    except Unreadable:
        raise
    except Exception as error:  # whatever a hostile or broken mail makes the library do
        raise Unreadable(type(error).__name__) from error


def without_files(content: bytes) -> bytes:
    """The mail without its files, which have a door of their own, nor what is never shown. Raises Unreadable."""
    try:
        mail = message_from_bytes(content, policy=policy.compat32)
        if sum(1 for _ in mail.walk()) > _MOST_PARTS:
            raise Unreadable("Too many parts.")
        for part, _ in _parts(mail):
            if part.get_content_type() not in _SHOWN or part.get_filename():
                part.set_payload("")
        return mail.as_bytes()
    except Exception as error:  # nested too deep, or headers that no program could have written
        raise Unreadable(type(error).__name__) from error


def digest_of(content: bytes) -> str:
    """The mark of bytes that are no mail."""
    return hashlib.sha256(content).hexdigest()


def _read(mail: Message, content: bytes, sender: str | None, recipients: tuple[str, ...], is_too_big: bool) -> Incoming:
    message_id = next(iter(_identifiers(mail, "Message-ID")), "")
    (name, address), *_ = [*_addresses(mail, "From"), ("", "")]
    plain_text, html, files = ("", "", ()) if is_too_big else _contents(mail)
    page = text_of_html(html[:_PAGE_READ])
    text = plain(plain_text) or page
    returned = _returned_part(mail)
    answers_to = [*_identifiers(mail, "In-Reply-To"), *_identifiers(mail, "References")]
    return Incoming(
        digest=_digest(mail, message_id, content),
        message_id=message_id,
        sender=address,
        sender_name=name,
        returns_to=_bare(sender) if sender is not None else _return_path(mail),
        recipients=tuple(dict.fromkeys([*(each.lower() for each in recipients), *_recipients(mail)])),
        answers_to=tuple(dict.fromkeys([*answers_to, *(_identifiers(returned, "Message-ID") if returned else ())])),
        subject=_words(mail, "Subject")[:300],
        written_at=_date(mail),
        text=text,
        reply=reply_in(text),
        everything="\n".join((*_headers_with_words(mail), plain_text, page)),
        files=tuple(files),
        headers={name: _words(mail, name)[:300] for name in _TELLING if name in mail},
        is_report=_is_report(mail),
        failed=tuple(_failed(mail)),
        is_too_big=is_too_big,
    )


def _digest(mail: Message, message_id: str, content: bytes) -> str:
    """Of its identifier; else of what no mail server changes on the way."""
    if message_id:
        return hashlib.sha256(message_id.encode()).hexdigest()
    head = "\n".join(_words(mail, name) for name in ("From", "Date", "Subject"))
    body = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[-1].replace(b"\r\n", b"\n").strip()
    return hashlib.sha256(head.encode() + b"\n\n" + body).hexdigest()


def _words(mail: Message, name: str) -> str:
    """A header in plain words, on one line; empty when nobody could read it."""
    value = mail.get(name)
    if value is None:
        return ""
    try:
        words = str(make_header(decode_header(str(value))))
    except (LookupError, ValueError):
        words = str(value)
    return " ".join(words.encode("utf-8", "replace").decode().replace("\x00", "").split())


def _headers_with_words(mail: Message) -> Iterator[str]:
    """Where people write words beside the text: the subject, the names, what the attached files are called."""
    yield from (_words(mail, name) for name in _WORDY)
    for part in mail.walk():
        yield from (_file_name(part), _words(part, "Content-Description"))


def _addresses(mail: Message, name: str) -> list[tuple[str, str]]:
    """(name, bare address in small letters); the pairs are told apart before the words are decoded."""
    found = []
    for value in mail.get_all(name, []):
        for _, address in getaddresses([str(value)])[:_MOST_ADDRESSES]:
            if "@" in address:
                shown = _words(mail, name).split("<")[0].strip(" \"'") if name == "From" else ""
                found.append(("" if "@" in shown else shown[:120], address.strip().lower()))
    return found


def _recipients(mail: Message) -> list[str]:
    return [address for name in _ADDRESSED for _, address in _addresses(mail, name)]


def _identifiers(mail: Message, name: str) -> list[str]:
    return [each for value in mail.get_all(name, []) for each in _IDENTIFIER.findall(str(value))][:_MOST_ADDRESSES]


def _return_path(mail: Message) -> str | None:
    value = mail.get("Return-Path")
    return None if value is None else _bare(str(value))


def _bare(address: str) -> str:
    return address.strip().strip("<>").lower()


def _date(mail: Message) -> datetime | None:
    try:
        written = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError, OverflowError):
        return None
    return written if written.tzinfo else None


def _parts(mail: Message) -> Iterator[tuple[Message, bool]]:
    """The leaves, each with whether it is woven into a text; mails inside the mail are not opened."""
    waiting: list[tuple[Message, bool]] = [(mail, False)]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part, woven = waiting.pop(0)
        inside = part.get_payload() if part.is_multipart() else None
        if isinstance(inside, list) and part.get_content_type() != "message/rfc822":
            woven = woven or part.get_content_type() == "multipart/related"
            waiting = [(each, woven) for each in inside if isinstance(each, Message)] + waiting
        else:
            yield part, woven


def _contents(mail: Message) -> tuple[str, str, list[File]]:
    """The text as written, the text as a page, and the attached files."""
    text, html, files = [], [], []
    for part, woven in _parts(mail):
        kind = part.get_content_type()
        is_file = part.get_content_disposition() == "attachment" or bool(part.get_filename())
        if kind == "text/plain" and not is_file:
            text.append(_text(part))
        elif kind == "text/html" and not is_file:
            html.append(_text(part))
        elif is_file and kind not in _NOT_ANSWERS and not kind.startswith("message/"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and not (woven and kind.startswith("image/") and len(content) < _LOGO):
                files.append(File(_file_name(part), content))
    return "\n\n".join(text), "\n".join(html), files


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    named = str(part.get_content_charset() or "utf-8").lower()
    # What calls itself Latin 1 is Windows 1252: same letters, and the euro and the quotation marks beside.
    for charset in ("cp1252" if named in {"iso-8859-1", "latin-1", "us-ascii"} else named, "utf-8", "cp1252"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", "replace")


def _file_name(part: Message) -> str:
    try:
        name = str(make_header(decode_header(part.get_filename() or "")))
    except (LookupError, ValueError):
        name = ""
    return re.sub(r"[\x00-\x1f/\\]", "_", name.encode("utf-8", "replace").decode()).strip()[-120:] or "sans nom"


def _is_report(mail: Message) -> bool:
    return mail.get_content_type() == "multipart/report" and mail.get_param("report-type") in {
        None, "delivery-status"
    }  # fmt: skip


def _returned_part(mail: Message) -> Message | None:
    """What comes back inside a delivery report: the mail, or its headers."""
    if mail.get_content_type() != "multipart/report":
        return None
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            inside = part.get_payload()
            return inside[0] if isinstance(inside, list) and inside and isinstance(inside[0], Message) else None
        if part.get_content_type() == "text/rfc822-headers":
            return message_from_bytes(part.get_payload(decode=True) or b"", policy=policy.compat32)  # type: ignore[arg-type]
    return None


def _failed(mail: Message) -> Iterator[str]:
    """« Action: failed » with a 5.x.x status; a full box (x.2.2) or a delay says nothing against the address."""
    if not _is_report(mail):
        return
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload() if isinstance(part.get_payload(), list) else ():
            if not isinstance(block, Message) or str(block.get("Action", "")).strip().lower() != "failed":
                continue
            status = str(block.get("Status", "5")).strip()
            address = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "").partition(";")[2]
            if status.startswith("5") and not status.startswith("5.2.2") and "@" in address:
                yield address.strip().strip("<>").lower()
