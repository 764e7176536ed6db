"""What is kept is sealed, readable by nobody else on the machine, and gone when it is said to be."""

import os
import stat
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as live_settings
from django.utils import timezone

from referrals.attachments import vault
from referrals.models import IncomingMail, Verdict
from tests.referrals.factories import AttachmentFactory

CONTENT = b"Avis de situation" * 1000


def path_of(key: uuid.UUID) -> Path:
    return Path(live_settings.VAULT_DIR, key.hex[:2], key.hex)


def grow_old(*paths: Path) -> None:
    for path in paths:
        then = (timezone.now() - timedelta(days=2)).timestamp()
        os.utime(path, (then, then))


def test_what_is_kept_comes_back_and_says_nothing_on_the_disk() -> None:
    key = vault.write(CONTENT)
    assert vault.read(key) == CONTENT
    assert b"situation" not in path_of(key).read_bytes()


def test_nobody_else_on_the_machine_may_look() -> None:
    key = vault.write(CONTENT)
    path = path_of(key)
    assert [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent, path.parent.parent)] == [
        0o600,
        0o700,
        0o700,
    ]


def test_what_is_erased_is_gone_and_erasing_again_is_no_error() -> None:
    key = vault.write(CONTENT)
    for _ in range(2):
        vault.delete(key)
    with pytest.raises(vault.Gone):
        vault.read(key)
    with pytest.raises(vault.Gone):
        vault.seal_again(key)


def test_a_disk_that_refuses_leaves_nothing_behind(monkeypatch) -> None:
    before = set(live_settings.VAULT_DIR.glob("??/*"))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        vault.write(CONTENT)
    assert set(live_settings.VAULT_DIR.glob("??/*")) == before


def test_keys_turn(settings) -> None:
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]
    key = vault.write(CONTENT)
    settings.SEALING_KEYS = [Fernet.generate_key().decode(), *settings.SEALING_KEYS]
    assert key in set(vault.keys())
    assert [vault.seal_again(key), vault.seal_again(key)] == [True, False]
    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]
    assert vault.read(key) == CONTENT


@pytest.mark.django_db
def test_a_file_that_no_row_knows_is_swept_after_a_day_and_no_other() -> None:
    now = timezone.now()
    kept, of_mail, young, orphan, erased = (vault.write(CONTENT) for _ in range(5))
    AttachmentFactory(key=kept)
    AttachmentFactory(key=erased, erased_at=now)
    IncomingMail.objects.create(digest="d", received_at=now, verdict=Verdict.ATTACHED, original=of_mail)
    half = path_of(orphan).with_name(f"{orphan.hex}-00.part")
    half.write_bytes(b"half")
    grow_old(half, *map(path_of, (kept, of_mail, orphan, erased)))
    assert {orphan, erased} <= set(vault.orphans(now))
    vault.sweep(now)
    assert [path_of(key).exists() for key in (kept, of_mail, young, orphan, erased)] == [True, True, True, False, False]
    assert not half.exists()
    vault.delete(kept)
