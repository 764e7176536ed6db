"""How do the messages that are due leave, each exactly once as far as SMTP lets one know?"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection

from outbox.messages import seal
from outbox.models import Message, State
from outbox.transport import Answer, Outcome, Transport

logger = logging.getLogger("app.outbox")

# Pauses after the 1st, 2nd… refusal for now, in minutes; the last one repeats. Fifty attempts make about two days.
BACK_OFF = (1, 2, 5, 10, 20, 30, 60)
MAX_ATTEMPTS = 50
AWAY_PAUSE = timedelta(seconds=15)  # nothing is wrong with the mail: it leaves soon after the server is back
LEASE_MARGIN = timedelta(minutes=2)  # what the lease adds to the time-outs: a busy machine, a database that waits
# How long an outcome is kept in memory for a database that went away meanwhile, in seconds between two attempts.
RECORDING_PAUSES = (0.2, 0.5, 1, 2, 5, 10, 15)

INTERRUPTED = "envoi interrompu avant la remise"
LOST_FROM_SIGHT = "envoi interrompu pendant la remise"
NOT_WRITABLE = "message impossible à composer"
UNEXPECTED = "incident imprévu"


class ClaimLost(Exception):
    """The lease ran out and the message is in other hands: stop before the final dot."""


def always() -> bool:
    return True


def send_due(
    now: datetime,
    transport: Transport,
    worker_name: str,
    limit: int = 50,
    *,
    carry_on: Callable[[], bool] = always,
) -> Counter[Outcome]:
    """Send at most `limit` messages due at `now`, one claim at a time; count the outcomes.

    `carry_on` is asked before each message; a message begun is finished. Stops by itself when no mail can leave.
    """
    started = time.monotonic()
    lease = transport.patience + LEASE_MARGIN
    outcomes: Counter[Outcome] = Counter()
    recover(now)
    try:
        for pk in list(Message.objects.due(now).values_list("pk", flat=True)[:limit]):
            if not carry_on():
                break
            instant = now + timedelta(seconds=time.monotonic() - started)
            message = Message.objects.claim(pk, worker=worker_name, now=instant, until=instant + lease)
            if message is None:
                continue
            try:
                answer = _hand_over(message, transport)
            except ClaimLost:
                logger.warning("mail left to another worker", extra={"message_pk": pk})
                continue
            record(message, answer, now + timedelta(seconds=time.monotonic() - started))
            outcomes[answer.outcome] += 1
            if answer.outcome is Outcome.AWAY:
                break
    finally:
        transport.close()
    return outcomes


def recover(now: datetime) -> int:
    """Take care of the messages whose sender died: back in the queue, or uncertain if the hand-over had begun."""
    expired = Message.objects.expired(now)
    if not expired.exists():
        return 0
    in_doubt = expired.filter(state=State.HANDING_OVER).update(
        state=State.UNCERTAIN, claimed_until=None, last_error=LOST_FROM_SIGHT, decided_at=None
    )
    # A message that kills its sender every time must not do so for ever.
    tired = expired.filter(state=State.CLAIMED, attempts__gte=MAX_ATTEMPTS).update(
        state=State.HELD, claimed_until=None, last_error=INTERRUPTED, decided_at=None
    )
    back = expired.filter(state=State.CLAIMED).update(
        state=State.WAITING, claimed_until=None, next_try_at=now, last_error=INTERRUPTED
    )
    recovered = in_doubt + tired + back
    logger.warning("mails of a lost worker", extra={"count": recovered, "uncertain": in_doubt, "held": tired})
    return recovered


def record(message: Message, answer: Answer, now: datetime) -> None:
    """Write down what happened to a claimed message; insist while the database is away, since only we know.

    Raises the database's error in the end: the lease then runs out and the message is treated as one of a dead sender.
    """
    for pause in (*RECORDING_PAUSES, None):
        try:
            written = Message.objects.in_hand_of(message).update(**_what_to_write(message, answer, now))
            break
        except Error:
            if pause is None or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(pause)
    if not written:
        logger.warning("outcome came too late", extra=_line(message) | {"state": answer.outcome.value})
    elif answer.outcome is not Outcome.SENT:
        logger.warning("mail not sent", extra=_line(message) | {"state": answer.outcome.value, "reason": answer.reason})


def _line(message: Message) -> dict[str, object]:
    """What a log line says of a message: nothing about a person."""
    return {"message_pk": message.pk, "purpose": message.purpose, "attempts": message.attempts}


def _hand_over(message: Message, transport: Transport) -> Answer:
    """Seal one message and deliver it; whatever goes wrong with it stays with it."""
    try:
        envelope = seal(
            message.mail,
            message_id=message.message_id,
            from_email=settings.DEFAULT_FROM_EMAIL,
            written_at=message.created_at,
        )
    except Exception as error:  # a mail that cannot be written must not stop those behind it
        logger.error("mail not writable", extra=_line(message), exc_info=error)
        return Answer(Outcome.REFUSED, NOT_WRITABLE)

    begun = False

    def before_the_end() -> None:
        nonlocal begun
        if not Message.objects.in_hand_of(message).filter(state=State.CLAIMED).update(state=State.HANDING_OVER):
            raise ClaimLost
        begun = True

    try:
        return transport.hand_over(envelope, before_the_end)
    except ClaimLost:
        raise
    except Exception as error:
        logger.error("mail stopped", extra=_line(message), exc_info=error)
        return Answer(Outcome.UNCERTAIN if begun else Outcome.LATER, UNEXPECTED)


def _what_to_write(message: Message, answer: Answer, now: datetime) -> dict[str, object]:
    settled: dict[str, object] = {"claimed_until": None, "last_error": answer.reason}
    match answer.outcome:
        case Outcome.SENT:
            return settled | {"state": State.SENT, "sent_at": now}
        case Outcome.AWAY:
            return settled | {
                "state": State.WAITING,
                "next_try_at": now + AWAY_PAUSE,
                "attempts": max(message.attempts - 1, 0),
            }
        case Outcome.LATER if message.attempts < MAX_ATTEMPTS:
            minutes = BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
            return settled | {"state": State.WAITING, "next_try_at": now + timedelta(minutes=minutes)}
        case Outcome.LATER:
            return settled | {"state": State.HELD, "decided_at": None}
        case Outcome.REFUSED:
            return settled | {"state": State.REFUSED, "decided_at": None}
        case Outcome.UNCERTAIN:
            return settled | {"state": State.UNCERTAIN, "decided_at": None}
    raise AssertionError(answer.outcome)
