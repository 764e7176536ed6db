"""Is everything about a resident forgotten on time, wherever it lies, and the anonymous count kept?"""

import json
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from accounts.models import JournalEntry, User, journal
from outbox.models import Message, State
from partners.models import Contact
from referrals import actions
from referrals.actions import erasing
from referrals.actions.erasing import erase_asked, forget_on_time, replay
from referrals.attachments import vault
from referrals.forgetting import erasure_list, retention
from referrals.forgetting.retention import counted
from referrals.models import (
    Attachment,
    ClosingReason,
    Draft,
    Erasure,
    Exchange,
    FileKind,
    Happening,
    Identity,
    IdentityMark,
    IncomingMail,
    Mandate,
    Referral,
    ServiceRequest,
    Verdict,
    Why,
)
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
CANARY = "CANARI"
CLOSED_FOR = retention.KEPT_AFTER_CLOSING + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def apart(tmp_path: Path) -> Iterator[None]:
    with override_settings(ERASURE_LIST=tmp_path / "apart" / "erased.txt", VAULT_DIR=tmp_path / "vault"):
        yield


def told_everything(request: ServiceRequest, contact: Contact, by: User, now: datetime) -> None:
    """A canary in every place where something about a resident may lie."""
    actions.keep_identity(
        request=request, name=f"{CANARY} Jeanne", reach="02 61 91 00 99", file_number=CANARY, by=by, now=now
    )
    referral = actions.refer(
        request=request, contact=contact, channel="mail", question=f"{CANARY} question", by=by, now=now
    ).referral
    Message.objects.update(state=State.SENT, sent_at=now)
    actions.add_note(request=request, text=f"{CANARY} note", by=by, now=now)
    mandate = Mandate.objects.create(
        request=request, purpose=f"{CANARY} mandat", given_on=now.date(), recorded_by=by, recorded_at=now
    )
    mandate.procedures.add(request.procedure)
    Attachment.objects.create(
        key=vault.write(CANARY.encode()),
        request=request,
        name=f"{CANARY}.pdf",
        kind=FileKind.PDF,
        size=6,
        digest=CANARY,
        added_at=now,
    )
    IncomingMail.objects.create(
        digest="d" * 64, received_at=now, verdict=Verdict.ATTACHED, referral=referral, original=vault.write(b"mail")
    )
    Draft.objects.create(user=by, form="note", about=request.reference, typed=CANARY, saved_at=now)
    ServiceRequest.objects.filter(pk=request.pk).update(national_number=CANARY)


@pytest.fixture
def told(waiting_request: ServiceRequest, contact: Contact, counsellor_user: User) -> ServiceRequest:
    request = ServiceRequestFactory(
        structure=waiting_request.structure,
        procedure=waiting_request.procedure,
        author=counsellor_user,
        received_at=MONDAY - timedelta(hours=2),
    )
    waiting_request.delete()
    told_everything(request, contact, counsellor_user, MONDAY)
    return request


def close(request: ServiceRequest, at: datetime) -> None:
    ServiceRequest.objects.filter(pk=request.pk).update(
        closed_at=at, resident_informed_at=at, closing_reason=ClosingReason.SOLVED_HERE
    )


def whole_database() -> str:
    """Every text of every table, opened where it is sealed."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows.append(repr(cursor.fetchall()))
    opened = [repr(list(model.objects.values())) for model in (Identity, Draft, Attachment)]
    return "".join(rows + opened)


def test_nothing_goes_before_thirty_days(told: ServiceRequest) -> None:
    close(told, MONDAY)
    forget_on_time(MONDAY + timedelta(days=6))
    assert Identity.objects.exists()
    done = forget_on_time(MONDAY + timedelta(days=30))
    assert (done.requests, Identity.objects.count()) == (0, 1)


def test_after_thirty_days_everything_is_gone_wherever_it_lay(
    told: ServiceRequest, django_capture_on_commit_callbacks: object
) -> None:
    close(told, MONDAY)
    assert CANARY in whole_database()
    assert len(list(vault.keys())) == 2
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        done = forget_on_time(MONDAY + CLOSED_FOR)
    assert CANARY not in whole_database()
    assert list(vault.keys()) == []
    assert not IdentityMark.objects.exists()
    assert done == retention.Counted(
        requests=1,
        identities=1,
        mandates=1,
        texts=done.texts,
        questions=1,
        files=1,
        mails=1,
        messages=1,
        drafts=1,
    )
    assert done.texts >= 2
    assert Message.objects.get().text == ""


def test_the_anonymous_count_stays_with_a_dated_line_in_four_places(told: ServiceRequest) -> None:
    close(told, MONDAY)
    now = MONDAY + CLOSED_FOR
    forget_on_time(now)
    told.refresh_from_db()
    assert (told.erased_at, told.procedure_id, told.closed_at) == (now, told.procedure_id, MONDAY)
    assert told.exchanges.get(kind=Happening.ERASED).at == now
    assert Erasure.objects.get().why == Why.CLOSED
    assert JournalEntry.objects.about(told.reference).filter(verb__startswith="demande effacée", at=now).exists()
    assert list(erasure_list.entries()) == [(told.reference, now)]


def test_what_would_go_is_what_goes(told: ServiceRequest, counsellor_user: User) -> None:
    close(told, MONDAY)
    idle = ServiceRequestFactory(structure=told.structure, received_at=MONDAY - timedelta(days=200))
    ServiceRequestFactory(structure=told.structure, received_at=MONDAY - timedelta(days=130))
    Exchange.objects.create(request=idle, kind=Happening.NOTE, at=MONDAY - timedelta(days=199), text="note", actor="A")
    journal(verb="x", subject="y", now=MONDAY - timedelta(days=400), by=counsellor_user)
    now = MONDAY + CLOSED_FOR
    would = counted(now)
    assert Identity.objects.exists()
    assert forget_on_time(now) == would
    assert (would.requests, would.closed, would.warned, would.journal) == (2, 1, 1, 1)
    assert counted(now) == retention.Counted()


def test_a_reopened_request_keeps_its_identity(told: ServiceRequest) -> None:
    close(told, MONDAY)
    ServiceRequest.objects.filter(pk=told.pk).update(closed_at=None, reopened_at=MONDAY + timedelta(days=20))
    forget_on_time(MONDAY + CLOSED_FOR)
    assert Identity.objects.exists()


def test_a_cancelled_request_is_forgotten_too(told: ServiceRequest) -> None:
    ServiceRequest.objects.filter(pk=told.pk).update(cancelled_at=MONDAY)
    assert forget_on_time(MONDAY + CLOSED_FOR).identities == 1


def test_a_person_may_ask_to_be_forgotten_at_once(told: ServiceRequest, counsellor_user: User) -> None:
    erase_asked(request=told, by=counsellor_user, now=MONDAY)
    told.refresh_from_db()
    assert told.closing_reason == ClosingReason.ABANDONED
    assert Erasure.objects.get().why == Why.ASKED
    assert CANARY not in whole_database()
    assert JournalEntry.objects.filter(user=counsellor_user, verb__contains="à la demande").exists()


def test_what_a_restore_brings_back_is_erased_again(
    told: ServiceRequest, contact: Contact, counsellor_user: User
) -> None:
    close(told, MONDAY)
    forget_on_time(MONDAY + CLOSED_FOR)
    # The backup is older: it knows the identity, and nothing of the erasure.
    Erasure.objects.all().delete()
    ServiceRequest.objects.filter(pk=told.pk).update(erased_at=None)
    Identity.objects.create(request=told, name=CANARY)
    Exchange.objects.create(request=told, kind=Happening.NOTE, at=MONDAY, actor="A", text=CANARY)
    before = settings.ERASURE_LIST.read_text()
    assert replay(MONDAY + timedelta(days=40)).requests == 1
    assert CANARY not in whole_database()
    assert settings.ERASURE_LIST.read_text() == before
    assert replay(MONDAY + timedelta(days=41)).requests == 0


def test_a_restore_does_not_open_again_what_was_closed_and_erased(told: ServiceRequest, counsellor_user: User) -> None:
    erase_asked(request=told, by=counsellor_user, now=MONDAY)
    Erasure.objects.all().delete()
    ServiceRequest.objects.filter(pk=told.pk).update(erased_at=None, closed_at=None, closing_reason="")
    replay(MONDAY + timedelta(days=1))
    told.refresh_from_db()
    assert not told.is_open


def test_replaying_where_nothing_was_restored_touches_nothing(told: ServiceRequest, counsellor_user: User) -> None:
    """Erased when asked, opened again since: what was learnt since is not what had been erased."""
    erase_asked(request=told, by=counsellor_user, now=MONDAY)
    Identity.objects.create(request=told, name="M. D.")
    assert replay(MONDAY + timedelta(days=1)) == retention.Counted()
    assert Identity.objects.exists()


def test_the_list_of_the_erased_is_for_its_owner_only_and_survives_a_line_cut_short(told: ServiceRequest) -> None:
    close(told, MONDAY)
    forget_on_time(MONDAY + CLOSED_FOR)
    path = settings.ERASURE_LIST
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text(path.read_text() + "FS76-26")
    assert [reference for reference, _ in erasure_list.entries()] == [told.reference]


def test_an_erasure_that_is_stopped_half_way_is_begun_again(
    told: ServiceRequest, contact: Contact, counsellor_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [ServiceRequestFactory(structure=told.structure, procedure=told.procedure) for _ in range(4)]
    for other in others:
        Identity.objects.create(request=other, name=CANARY)
        ServiceRequest.objects.filter(pk=other.pk).update(closed_at=MONDAY, closing_reason=ClosingReason.ABANDONED)
    close(told, MONDAY)
    monkeypatch.setattr(erasing, "_BATCH", 2)
    assert forget_on_time(MONDAY + CLOSED_FOR).requests == 5
    assert Erasure.objects.count() == 5


def test_the_number_of_statements_does_not_grow_with_the_requests(told: ServiceRequest, queries_for: object) -> None:
    def erased(count: int) -> int:
        for _ in range(count):
            request = ServiceRequestFactory(structure=told.structure, procedure=told.procedure)
            Identity.objects.create(request=request, name="A. B.")
            ReferralFactory(request=request, question="?")
            close(request, MONDAY)
        return queries_for(lambda: forget_on_time(MONDAY + CLOSED_FOR))  # type: ignore[operator]

    close(told, MONDAY + timedelta(days=100))
    assert erased(1) == erased(40)


def test_mails_that_found_no_request_are_not_kept_either() -> None:
    IncomingMail.objects.create(
        digest="e" * 64, received_at=MONDAY, verdict=Verdict.UNKNOWN_SENDER, original=vault.write(b"mail")
    )
    assert forget_on_time(MONDAY + timedelta(days=29)).mails == 0
    assert forget_on_time(MONDAY + timedelta(days=31)).mails == 1


def test_drafts_are_kept_seven_days(counsellor_user: User) -> None:
    Draft.objects.create(user=counsellor_user, form="note", typed=CANARY, saved_at=MONDAY)
    assert forget_on_time(MONDAY + timedelta(days=7)).drafts == 0
    assert forget_on_time(MONDAY + timedelta(days=7, minutes=1)).drafts == 1


def test_the_command_counts_and_then_erases(told: ServiceRequest) -> None:
    now = timezone.now()
    ServiceRequest.objects.filter(pk=told.pk).update(
        received_at=now - timedelta(days=40), due_at=now - timedelta(days=37), closed_at=now - timedelta(days=31)
    )
    out = StringIO()
    call_command("purge", "--dry-run", "--format", "json", stdout=out)
    assert json.loads(out.getvalue())["identities"] == 1
    assert Referral.objects.get().question
    call_command("purge", stdout=out)
    assert "1 identités" in out.getvalue()
    assert not Identity.objects.exists()
    call_command("purge", "--replay", stdout=out)
