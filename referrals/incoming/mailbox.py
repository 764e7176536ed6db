"""Which mails wait in the box that replies come to, and which of them are taken? IMAP, read by the worker."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from referrals.incoming.reading import LARGEST
from referrals.incoming.taking import take

logger = logging.getLogger("app.mail_in")

DONE_FOLDER = "Traités"
MOST_AT_ONCE = 50
"""Mails of one visit: a job of the worker stays short, and the next one comes a minute later."""
TIMEOUT = 20.0
"""Seconds, for each exchange with the server."""
_HEADERS_READ = 100_000
_WAYS = {"imaps": (MailBox, 993), "imap+tls": (MailBoxStartTls, 143), "imap": (MailBoxUnencrypted, 143)}


def visit(now: datetime) -> int:
    """Take what waits in the box, oldest first; count what was taken. A mail leaves the box once all it changed is
    committed: stopped anywhere, the next visit takes it again, and changes nothing twice.

    Whatever is wrong with one mail, the next ones are taken. Raises the errors of the connection and of the database.
    """
    taken = 0
    with _opened(settings.REPLY_MAILBOX_URL) as box:
        uids = sorted(box.uids(), key=int)[:MOST_AT_ONCE]
        folder = _done_folder(box) if uids else ""
        for uid in uids:
            try:
                take(_content(box, uid), now=now)
            except Error:
                raise
            except Exception as error:  # a disk that is full, a library that fails: the mail stays, for the next visit
                logger.error("mail left in the box", exc_info=error)
                continue
            _put_away(box, uid, folder)
            taken += 1
    if taken:
        logger.info("mails taken from the box", extra={"count": taken})
    return taken


@contextmanager
def _opened(url: str) -> Iterator[BaseMailBox]:
    """`imaps://user:password@host:993/INBOX`; imap+tls:// begins in the clear and turns to TLS."""
    parts = urlsplit(url)
    if parts.scheme not in _WAYS or not parts.hostname:
        raise ImproperlyConfigured("REPLY_MAILBOX_URL\u00a0: imaps://compte:mot-de-passe@serveur:993/INBOX.")
    kind, port = _WAYS[parts.scheme]
    folder = unquote(parts.path.strip("/")) or "INBOX"
    with kind(parts.hostname, parts.port or port, timeout=TIMEOUT) as box:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""), initial_folder=folder)
        yield box


def _content(box: BaseMailBox, uid: str) -> bytes:
    """The bytes of a mail, which stays unread; of one that is too large, the beginning, and as much room as it took."""
    size = int(_answer(box, uid, "(RFC822.SIZE)", rb"RFC822\.SIZE (\d+)"))
    if size > LARGEST:
        return _literal(box, uid, f"(BODY.PEEK[]<0.{_HEADERS_READ}>)").ljust(LARGEST + 1)
    return _literal(box, uid, "(BODY.PEEK[])")


def _answer(box: BaseMailBox, uid: str, asked: str, pattern: bytes) -> bytes:
    _, data = box.client.uid("FETCH", uid, asked)
    lines = [each if isinstance(each, bytes) else each[0] for each in data if each]
    return next(found[1] for line in lines if (found := re.search(pattern, line)))


def _literal(box: BaseMailBox, uid: str, asked: str) -> bytes:
    _, data = box.client.uid("FETCH", uid, asked)
    return next(bytes(each[1]) for each in data if isinstance(each, tuple))


def _done_folder(box: BaseMailBox) -> str:
    """Where mails go once taken, made when it is missing; empty where the server lets nobody make one."""
    for info in box.folder.list():
        if info.name.rpartition(info.delim or "\0")[2] == DONE_FOLDER:
            return str(info.name)
    delim = next((info.delim for info in box.folder.list() if info.delim), "/")
    for name in (DONE_FOLDER, f"INBOX{delim}{DONE_FOLDER}"):
        try:
            box.folder.create(name)
        except ImapToolsError:
            continue
        return name
    return ""


def _put_away(box: BaseMailBox, uid: str, folder: str) -> None:
    """Marked as read, then moved. Where it cannot be, it is erased from nowhere: the next visit knows it already."""
    try:
        box.flag(uid, MailMessageFlags.SEEN, True)
        if folder:
            box.move(uid, folder)
    except ImapToolsError as error:
        logger.warning("mail not put away", exc_info=error)
