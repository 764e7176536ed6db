"""How long is the journal kept?"""

from datetime import datetime, timedelta

from accounts.models import JournalEntry

JOURNAL_KEPT = timedelta(days=365)
"""Twelve months: long enough to answer « who read this? », as the CNIL advises (délibération 2021-122)."""
_BATCH = 2_000


def erase_old_journal(now: datetime) -> int:
    """Erase the lines of the journal older than twelve months, in short transactions; count them. A periodic job."""
    erased = 0
    while batch := JournalEntry.objects.forget(now - JOURNAL_KEPT, _BATCH):
        erased += batch
    return erased


def old_lines(now: datetime) -> int:
    """How many lines `erase_old_journal` would erase."""
    return JournalEntry.objects.filter(at__lt=now - JOURNAL_KEPT).count()
