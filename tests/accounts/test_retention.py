"""Is the journal kept twelve months, and taken from through one door only?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import retention
from accounts.models import JournalEntry, journal
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_lines_older_than_twelve_months_go_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)
    now, by = timezone.now(), UserFactory()
    for days in (400, 370, 366, 364, 0):
        journal(verb="x", subject=str(days), now=now - timedelta(days=days), by=by)
    assert retention.old_lines(now) == 3
    assert retention.erase_old_journal(now) == 3
    assert set(JournalEntry.objects.values_list("subject", flat=True)) == {"364", "0"}


def test_nothing_else_takes_a_line_away() -> None:
    journal(verb="x", subject="y", now=timezone.now(), by=UserFactory())
    with pytest.raises(TypeError):
        JournalEntry.objects.all().delete()
    with pytest.raises(TypeError):
        JournalEntry.objects.update(verb="z")
