"""Who may put a message in the outbox, send it again, or close its case?"""

import logging
from datetime import datetime
from typing import Protocol

from django.conf import settings

from outbox.messages import Mail, new_message_id
from outbox.models import FOR_A_PERSON, Message, State

logger = logging.getLogger("app.outbox")


class Person(Protocol):
    """Any account: this app only keeps its number."""

    @property
    def pk(self) -> int: ...


class NothingToDecide(Exception):
    """The message does not wait for a decision any more: it left, is about to, or its text was erased."""


def write(mail: Mail, *, key: str, now: datetime, not_before: datetime | None = None) -> Message:
    """Put a mail in the outbox, inside the caller's transaction: it leaves if, and only if, that one is committed.

    `key` names the intention ("referral-12"): a second write with the same key gives back the first message and
    changes nothing. It leaves at `not_before` at the earliest. Raises `UnsendableMail`, a `ValueError`, before touching
    the database. Two statements.
    """
    mail.check()
    if not key:
        raise ValueError("A message needs a key.")
    message = Message(
        key=key,
        to_address=mail.to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=dict(mail.headers),
        message_id=new_message_id(settings.DEFAULT_FROM_EMAIL),
        purpose=mail.purpose,
        created_at=now,
        next_try_at=not_before or now,
    )
    # INSERT … ON CONFLICT DO NOTHING: two transactions with one key do not break each other, and no savepoint is paid.
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.get(key=key)


def replace(message: Message, mail: Mail) -> bool:
    """Say something else in a message that waits, to the same person; False when a sender has taken it already.

    Raises `UnsendableMail` before touching the database.
    """
    mail.check()
    waiting = Message.objects.not_sent().filter(pk=message.pk, state=State.WAITING, to_address=mail.to)
    return bool(waiting.update(subject=mail.subject, text=mail.text, html=mail.html, headers=dict(mail.headers)))


def resend(message: Message, *, by: Person, now: datetime) -> Message:
    """Send an uncertain, refused or held message again, with the same Message-ID.

    A mail system that got the first copy can so recognise the second. Raises `NothingToDecide` when somebody, or a
    late answer of the mail server, was quicker.
    """
    _decide(
        message,
        by=by,
        now=now,
        state=State.WAITING,
        next_try_at=now,
        attempts=0,
        claimed_by="",
    )
    logger.info("mail put back by a person", extra={"message_pk": message.pk, "user_id": by.pk})
    return message


def close_case(message: Message, *, by: Person, now: datetime) -> Message:
    """Take a message out of the review list as it is: it did arrive, or it is not needed any more.

    Raises `NothingToDecide` like `resend`.
    """
    _decide(message, by=by, now=now)
    logger.info("mail case closed by a person", extra={"message_pk": message.pk, "user_id": by.pk})
    return message


def _decide(message: Message, *, by: Person, now: datetime, **changes: object) -> None:
    waiting = Message.objects.not_sent().filter(pk=message.pk, state__in=FOR_A_PERSON, erased_at__isnull=True)
    if not waiting.update(decided_by=by.pk, decided_at=now, **changes):
        raise NothingToDecide
    message.refresh_from_db()
