"""Does everything sealed with an old key end up sealed, and found, with the new one alone?"""

import uuid
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.sealing import is_stale
from referrals import actions, resealing
from referrals.attachments import vault
from referrals.forgetting.rights import find
from referrals.models import Attachment, Draft, FileKind, Identity, ServiceRequest
from referrals.resealing import Progress

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def sealed(settings: object, tmp_path: Path, waiting_request: ServiceRequest, counsellor_user: User) -> uuid.UUID:
    """Written under the old key; the key of the file that was joined."""
    settings.VAULT_DIR = tmp_path  # type: ignore[attr-defined]
    settings.SEALING_KEYS = [OLD]  # type: ignore[attr-defined]
    now = timezone.now()
    actions.keep_identity(
        request=waiting_request,
        name="Jeanne Durand",
        reach="02 61 91 00 99",
        file_number="12",
        by=counsellor_user,
        now=now,
    )
    Draft.objects.create(user=counsellor_user, form="note", typed="un brouillon", saved_at=now)
    file = vault.write(b"contenu")
    Attachment.objects.create(
        key=file, request=waiting_request, name="a.pdf", kind=FileKind.PDF, size=7, digest="x", added_at=now
    )
    return file


def columns() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, reach, file_number FROM referrals_identity")
        found = list(cursor.fetchone() or ())
        for statement in ("SELECT typed FROM referrals_draft", "SELECT name FROM referrals_attachment"):
            cursor.execute(statement)
            found += cursor.fetchone() or ()
    return found


def test_after_turning_the_old_key_may_leave(
    sealed: uuid.UUID, settings: object, counsellor_user: User, waiting_request: ServiceRequest
) -> None:
    settings.SEALING_KEYS = [NEW, OLD]  # type: ignore[attr-defined]
    assert all(map(is_stale, columns()))
    assert find(counsellor_user, "durand") == [waiting_request]
    out = StringIO()
    call_command("rotate_seals", stdout=out)
    assert "identités" in out.getvalue()
    settings.SEALING_KEYS = [NEW]  # type: ignore[attr-defined]
    assert not any(map(is_stale, columns()))
    assert (Identity.objects.get().name, Draft.objects.get().typed) == ("Jeanne Durand", "un brouillon")
    assert vault.read(sealed) == b"contenu"
    assert find(counsellor_user, "durand") == [waiting_request]


def test_begun_again_it_does_nothing_twice(sealed: uuid.UUID, settings: object) -> None:
    settings.SEALING_KEYS = [NEW, OLD]  # type: ignore[attr-defined]
    said: list[Progress] = []
    assert resealing.seal_everything_again(said.append) == 5
    assert resealing.seal_everything_again(said.append) == 0
    assert {progress.kind for progress in said} >= {"identités", "brouillons", "empreintes", "fichiers"}


def test_stopped_in_the_middle_it_goes_on_where_it_was(
    sealed: uuid.UUID, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEALING_KEYS = [NEW, OLD]  # type: ignore[attr-defined]

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resealing.seal_everything_again(stop)
    assert resealing.seal_everything_again(lambda progress: None) == 4


def test_a_key_that_left_too_early_is_said(sealed: uuid.UUID, settings: object) -> None:
    settings.SEALING_KEYS = [NEW]  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="SEALING_KEYS"):
        call_command("rotate_seals", stdout=StringIO())


def test_a_new_key_seals_and_differs_each_time() -> None:
    made = set()
    for _ in range(2):
        out = StringIO()
        call_command("make_sealing_key", stdout=out)
        made.add(out.getvalue().strip())
    assert len(made) == 2
    assert all(Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x" for key in made)
