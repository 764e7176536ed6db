"""What does the outbox forget, and when?"""

from collections.abc import Collection
from datetime import datetime, timedelta

from outbox.models import FOR_A_PERSON, Heartbeat, JobRun, Message, MessageQuerySet, State

TEXTS_KEPT = timedelta(days=60)
RUNS_KEPT = timedelta(days=30)
HEARTBEATS_KEPT = timedelta(days=1)


def erase_old_texts(now: datetime) -> int:
    """Erase address, subject, texts and extra headers of the messages written more than 60 days ago; count them.

    The row stays, with its key (nothing is announced twice) and its Message-ID (a late reply still finds its case). A
    message that waited 60 days for a person is not worth sending any more. Old runs and signs of life go too.
    """
    JobRun.objects.filter(slot__lt=now - RUNS_KEPT).delete()
    Heartbeat.objects.filter(at__lt=now - HEARTBEATS_KEPT).delete()
    old = Message.objects.filter(
        created_at__lt=now - TEXTS_KEPT, erased_at__isnull=True, state__in=(State.SENT, *FOR_A_PERSON)
    )
    return _erase(old, now)


def texts_of(keys: Collection[str]) -> MessageQuerySet:
    """The messages of these intentions whose text is still there, and that do not leave any more by themselves."""
    return Message.objects.filter(key__in=keys, erased_at__isnull=True, state__in=(State.SENT, *FOR_A_PERSON))


def erase_texts_of(keys: Collection[str], now: datetime) -> int:
    """Erase these messages before their time, because what they are about is forgotten; count them."""
    return _erase(texts_of(keys), now)


def _erase(messages: MessageQuerySet, now: datetime) -> int:
    return messages.update(to_address="", subject="", text="", html="", headers={}, erased_at=now)
