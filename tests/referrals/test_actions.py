"""What a counsellor's gestures leave in the rows, and which clock they stop."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import JournalEntry, User
from outbox.models import Message
from partners.models import Contact, Procedure
from referrals import actions
from referrals.clocks import operator_clock, resident_clock
from referrals.deadlines import Unit
from referrals.models import (
    ClosingReason,
    Exchange,
    Happening,
    Identity,
    Outcome,
    Promise,
    Referral,
    ReferralChannel,
    ServiceRequest,
)
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged(structure: Structure, procedure: Procedure, counsellor_user: User) -> ServiceRequest:
    """Logged on Monday morning, to hand over."""
    return actions.log_request(
        structure=structure,
        procedure=procedure,
        outcome=Outcome.REFERRED,
        key=uuid.uuid4(),
        by=counsellor_user,
        now=MONDAY,
    ).request


@pytest.fixture
def by_phone(logged: ServiceRequest, contact: Contact, counsellor_user: User) -> Referral:
    return actions.refer(
        request=logged, contact=contact, channel=ReferralChannel.PHONE, question="", by=counsellor_user, now=MONDAY
    ).referral


def test_the_promise_is_72_hours_of_the_clock_unless_said_otherwise(logged: ServiceRequest) -> None:
    assert logged.due_at - logged.received_at == timedelta(hours=72)
    assert logged.promised_unit == Unit.CALENDAR


def test_the_promise_in_force_on_the_day_is_the_one_that_counts(
    structure: Structure, procedure: Procedure, counsellor_user: User
) -> None:
    Promise.objects.create(starts_on="2026-01-01", hours=72, unit=Unit.WORKING_DAYS)
    Promise.objects.create(starts_on="2027-01-01", hours=24, unit=Unit.CALENDAR)
    friday = MONDAY + timedelta(days=4)
    logged = actions.log_request(
        structure=structure,
        procedure=procedure,
        outcome=Outcome.REFERRED,
        key=uuid.uuid4(),
        by=counsellor_user,
        now=friday,
    ).request
    assert (logged.promised_hours, logged.promised_unit) == (72, Unit.WORKING_DAYS)
    assert logged.due_at == friday + timedelta(days=5)


def test_a_reference_says_its_departement_and_month_and_nothing_else(logged: ServiceRequest) -> None:
    prefix, month, drawn = logged.reference.split("-")
    assert (prefix, month, len(drawn)) == ("FS76", "2611", 6)


def test_the_mail_exists_only_with_the_hand_over(
    logged: ServiceRequest, contact: Contact, counsellor_user: User
) -> None:
    before = transaction.savepoint()
    actions.refer(
        request=logged, contact=contact, channel=ReferralChannel.MAIL, question="", by=counsellor_user, now=MONDAY
    )
    assert (Referral.objects.count(), Message.objects.count()) == (1, 1)
    transaction.savepoint_rollback(before)
    assert (Referral.objects.count(), Message.objects.count()) == (0, 0)


def test_the_mail_says_nothing_of_the_resident(logged: ServiceRequest, contact: Contact, counsellor_user: User) -> None:
    actions.keep_identity(
        request=logged,
        name="CANARI Jeanne",
        reach="02 61 91 99 98",
        file_number="7654321",
        by=counsellor_user,
        now=MONDAY,
    )
    actions.refer(
        request=logged,
        contact=contact,
        channel=ReferralChannel.MAIL,
        question="CANARI ne reçoit plus rien",
        by=counsellor_user,
        now=MONDAY,
    )
    mail = Message.objects.get()
    assert mail.to_address == contact.mail
    assert logged.reference in mail.subject
    everything = f"{mail.subject}{mail.text}{mail.html}{mail.headers}{mail.key}"
    assert not [secret for secret in ("CANARI", "02 61 91 99 98", "7654321") if secret in everything]
    assert "/repondre/" in mail.text


def test_nothing_is_handed_over_once_closed(logged: ServiceRequest, contact: Contact, counsellor_user: User) -> None:
    actions.inform_resident(request=logged, by=counsellor_user, now=MONDAY, reason=ClosingReason.SOLVED_HERE)
    with pytest.raises(actions.AlreadyClosed):
        actions.refer(
            request=logged, contact=contact, channel=ReferralChannel.MAIL, question="", by=counsellor_user, now=MONDAY
        )
    assert Message.objects.count() == 0


def test_a_useful_answer_stops_the_operators_clock_and_not_the_residents(
    by_phone: Referral, counsellor_user: User
) -> None:
    later = MONDAY + timedelta(hours=5)
    actions.record_call(
        referral=by_phone, kind=Happening.CALL_ANSWERED, text="Le dossier part", by=counsellor_user, now=later
    )
    request = ServiceRequest.objects.get()
    assert request.answered_at == later
    assert request.resident_informed_at is None
    assert operator_clock(request, list(request.referrals.all()), later).state == "kept"
    assert resident_clock(request, later).state == "on-time"


@pytest.mark.parametrize("kind", [Happening.CALL_NO_ANSWER, Happening.CALL_BACK, Happening.WRONG_CONTACT])
def test_no_other_call_stops_a_clock(by_phone: Referral, counsellor_user: User, kind: str) -> None:
    later = MONDAY + timedelta(hours=5)
    actions.record_call(referral=by_phone, kind=kind, by=counsellor_user, now=later, call_back_at=later)
    request = ServiceRequest.objects.get()
    assert (request.answered_at, request.resident_informed_at) == (None, None)
    assert operator_clock(request, list(request.referrals.all()), later).left.startswith("Attend depuis 5")
    assert Exchange.objects.filter(kind=kind).count() == 1


def test_a_note_stops_no_clock(logged: ServiceRequest, counsellor_user: User) -> None:
    actions.add_note(request=logged, text="Vu avec Aline", by=counsellor_user, now=MONDAY)
    assert ServiceRequest.objects.waiting().count() == 1


def test_the_promise_is_kept_at_the_last_minute_and_late_one_minute_after(
    structure: Structure, counsellor_user: User
) -> None:
    for minutes, kept in ((0, True), (1, False)):
        request = ServiceRequestFactory(structure=structure)
        told = request.due_at + timedelta(minutes=minutes)
        actions.inform_resident(request=request, by=counsellor_user, now=told, reason=ClosingReason.SOLVED_BY_OPERATOR)
        assert request.kept_in_time is kept
        assert resident_clock(request, told).state == ("kept" if kept else "late")


def test_of_two_people_informing_the_same_resident_the_first_instant_stands(
    logged: ServiceRequest, counsellor_user: User
) -> None:
    first, second = MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2)
    actions.inform_resident(request=logged, by=counsellor_user, now=first, reason=ClosingReason.SOLVED_BY_OPERATOR)
    with pytest.raises(actions.AlreadyInformed) as already:
        actions.inform_resident(request=logged, by=UserFactory(), now=second, reason=ClosingReason.NO_HELP)
    assert already.value.request.resident_informed_at == first
    assert already.value.request.informed_by == counsellor_user
    assert Exchange.objects.filter(kind=Happening.INFORMED).count() == 1


def test_writing_an_identity_is_in_the_journal_without_the_name(logged: ServiceRequest, counsellor_user: User) -> None:
    actions.keep_identity(
        request=logged, name="CANARI", reach="02 61 91 99 98", file_number="", by=counsellor_user, now=MONDAY
    )
    line = JournalEntry.objects.get()
    assert Identity.objects.get().name == "CANARI"
    assert (line.subject, line.user) == (logged.reference, counsellor_user)
    assert "CANARI" not in f"{line.actor}{line.verb}{line.subject}"


def test_a_drawn_reference_that_exists_is_drawn_again(
    structure: Structure, procedure: Procedure, counsellor_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["FS76-2611-AAAAAA", "FS76-2611-AAAAAA", "FS76-2611-BBBBBB"])
    monkeypatch.setattr("referrals.actions.logging.new_reference", lambda *_: next(drawn))
    references = [
        actions.log_request(
            structure=structure,
            procedure=procedure,
            outcome=Outcome.SOLVED,
            key=uuid.uuid4(),
            by=counsellor_user,
            now=MONDAY,
        ).request.reference
        for _ in range(2)
    ]
    assert references == ["FS76-2611-AAAAAA", "FS76-2611-BBBBBB"]


@pytest.mark.django_db(transaction=True)
def test_the_same_entry_sent_eight_times_at_once_is_one_request(
    structure: Structure, procedure: Procedure, counsellor_user: User
) -> None:
    key = uuid.uuid4()

    def send(_: int) -> str:
        try:
            return actions.log_request(
                structure=structure,
                procedure=procedure,
                outcome=Outcome.SOLVED,
                key=key,
                by=counsellor_user,
                now=timezone.now(),
            ).request.reference
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        references = set(threads.map(send, range(8)))
    assert len(references) == 1
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"due_at": MONDAY - timedelta(days=1)},
        {"resident_informed_at": MONDAY - timedelta(days=1)},
        {"answered_at": MONDAY - timedelta(days=1)},
        {"outcome": "lost"},
    ],
    ids=["due before received", "informed before received", "answered before received", "unknown outcome"],
)
def test_the_database_refuses_what_must_never_be(logged: ServiceRequest, broken: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRequest.objects.filter(pk=logged.pk).update(**broken)


def test_the_database_refuses_an_answer_before_the_hand_over() -> None:
    referral = ReferralFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(answered_at=referral.sent_at - timedelta(minutes=1))


def test_the_journal_is_only_ever_added_to(logged: ServiceRequest, counsellor_user: User) -> None:
    actions.keep_identity(request=logged, name="A", reach="", file_number="", by=counsellor_user, now=MONDAY)
    with pytest.raises(TypeError):
        JournalEntry.objects.all().update(verb="rien")
    with pytest.raises(TypeError):
        JournalEntry.objects.all().delete()
