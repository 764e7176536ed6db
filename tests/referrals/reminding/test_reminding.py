"""What do the passages of the clock leave on the timeline, in the outbox and on the desk?"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import Team, User
from outbox import jobs
from outbox.models import Message, State
from partners.models import Contact
from referrals import actions, answers
from referrals.actions import reminding
from referrals.actions.reminding import remind
from referrals.models import (
    ClosingReason,
    Exchange,
    Happening,
    NoticeChoice,
    Pace,
    Referral,
    ReferralChannel,
    Reminder,
    ServiceRequest,
    deadline,
)
from referrals.reminding.cadence import Due
from referrals.reminding.due import asked_in_vain, to_do
from schedules.calendars import PARIS
from tests.accounts.factories import UserFactory
from tests.partners.factories import ContactFactory
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.fixture
def coordinator_user(coordination: Team) -> User:
    return UserFactory(full_name="Nadia Coordination", email="nadia@exemple.fr", teams=[coordination])


@pytest.fixture
def asked(waiting_request: ServiceRequest, contact: Contact, next_contact: Contact, coordinator_user: User) -> Referral:
    """Received on Monday at 9, handed over by mail at 10, promised for Thursday at 9."""
    return referral_of(waiting_request, contact, MONDAY)


def referral_of(request: ServiceRequest, contact: Contact, at: datetime) -> Referral:
    received = at - HOUR
    ServiceRequest.objects.filter(pk=request.pk).update(
        received_at=received, due_at=received + timedelta(hours=72), referred_at=at
    )
    request.refresh_from_db()
    referral: Referral = ReferralFactory(request=request, contact=contact, sent_at=at, question="Rien reçu en mai")
    return referral


def pass_every(step: timedelta, start: datetime, end: datetime) -> None:
    """The job passes as the worker makes it pass, again and again, and what is due leaves."""
    now = start
    while now <= end:
        remind(now)
        Message.objects.due(now).order_by().update(state=State.SENT, sent_at=now)
        now += step


def timeline(kind: str = "") -> list[tuple[str, datetime]]:
    rows = Exchange.objects.order_by("at", "pk")
    return [(row.kind, row.at) for row in (rows.filter(kind=kind) if kind else rows)]


def mails_to(address: str) -> list[Message]:
    return list(Message.objects.filter(to_address=address).order_by("pk"))


# The whole story


def test_a_week_without_an_answer(asked: Referral, next_contact: Contact, coordinator_user: User) -> None:
    pass_every(timedelta(minutes=30), MONDAY, paris("2026-12-04T12:00"))
    assert timeline() == [
        (Happening.REMINDED, paris("2026-11-24T21:30")),
        (Happening.REMINDED, paris("2026-11-26T09:00")),
        (Happening.PASSED_ON, paris("2026-11-26T21:00")),
        (Happening.ESCALATED, paris("2026-11-27T09:00")),
        (Happening.REMINDED, paris("2026-11-27T21:00")),
    ]
    assert len(mails_to(asked.contact.mail)) == 2
    assert len(mails_to(next_contact.mail)) == 2
    assert len(mails_to(coordinator_user.email)) == 1
    assert Referral.objects.exclude(pk=asked.pk).get().previous == asked
    request = ServiceRequest.objects.get()
    assert (request.due_at, request.referred_at) == (paris("2026-11-26T09:00"), MONDAY)


def test_over_christmas_nothing_leaves_on_a_closed_day(asked: Referral) -> None:
    ServiceRequest.objects.update(due_at=paris("2026-12-25T09:00"), received_at=paris("2026-12-22T09:00"))
    Referral.objects.update(sent_at=paris("2026-12-22T10:00"))
    with time_machine.travel(paris("2026-12-22T10:00"), tick=False) as clock:
        while timezone.now() < paris("2026-12-31T12:00"):
            jobs.run_due(timezone.now(), [jobs.Job("remind of the promises", remind, timedelta(minutes=15))])
            clock.shift(timedelta(minutes=30))
    days = [at.astimezone(PARIS).date() for _, at in timeline()]
    assert days[:3] == [date(2026, 12, 23), date(2026, 12, 28), date(2026, 12, 28)]
    assert not {date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 27)} & set(days)


def test_the_mails_say_neither_who_nor_what(asked: Referral, coordinator_user: User) -> None:
    pass_every(timedelta(hours=1), MONDAY, paris("2026-11-30T12:00"))
    request = asked.request
    for message in Message.objects.all():
        assert "Rien reçu en mai" not in message.text + message.html + message.subject
        assert message.headers["Auto-Submitted"] == "auto-generated"
    told = mails_to(coordinator_user.email)[0]
    assert request.reference in told.text
    assert "1\xa0j" in told.text
    reminded = mails_to(asked.contact.mail)[0]
    assert "/repondre/" in reminded.text
    assert "mardi" not in reminded.subject


def test_the_timeline_says_who_was_reminded_asked_and_told(asked: Referral) -> None:
    pass_every(timedelta(hours=1), MONDAY, paris("2026-11-28T12:00"))
    texts = list(Exchange.objects.order_by("at", "pk").values_list("text", flat=True))
    assert texts[0].startswith("À mi-parcours, à Claire Martin")
    assert texts[1].startswith("À l’échéance, à Claire Martin")
    assert texts[2].startswith("Passée à Luc Bernard")
    assert "Nadia Coordination" in texts[3]


# What stops everything


def stop_by_an_answer(referral: Referral, by: User, now: datetime) -> None:
    answers.answer(referral=referral, kind=Happening.MISSING, text="Un relevé", now=now)


def stop_by_a_call(referral: Referral, by: User, now: datetime) -> None:
    called = ReferralFactory(
        request=referral.request,
        contact=ContactFactory(operator=referral.contact.operator),
        channel=ReferralChannel.PHONE,
        sent_at=now - timedelta(minutes=5),
    )
    actions.record_call(referral=called, kind=Happening.CALL_ANSWERED, by=by, now=now, text="Payé lundi")


def stop_by_closing(referral: Referral, by: User, now: datetime) -> None:
    actions.close(request=referral.request, by=by, now=now, reason=ClosingReason.UNREACHABLE)


def stop_by_revoking(referral: Referral, by: User, now: datetime) -> None:
    actions.revoke(referral=referral, by=by, now=now)


def stop_by_declining(referral: Referral, by: User, now: datetime) -> None:
    Contact.objects.exclude(pk=referral.contact_id).delete()
    answers.decline(referral=referral, now=now, instead=None, says="Ce n’est pas moi")


@pytest.mark.parametrize(
    "stop", [stop_by_an_answer, stop_by_a_call, stop_by_closing, stop_by_revoking, stop_by_declining]
)
def test_a_useful_answer_the_end_a_link_taken_back_or_not_me_stops_every_reminder(
    asked: Referral, counsellor_user: User, stop: Callable[[Referral, User, datetime], None]
) -> None:
    stop(asked, counsellor_user, MONDAY + HOUR)
    written = Message.objects.count()
    pass_every(timedelta(hours=1), MONDAY + HOUR, paris("2026-12-04T12:00"))
    assert Reminder.objects.count() == 0
    assert Message.objects.count() == written


def test_asked_again_after_an_answer_only_the_one_asked_again_is_reminded(
    asked: Referral, next_contact: Contact, counsellor_user: User
) -> None:
    answers.answer(referral=asked, kind=Happening.MISSING, text="Un relevé", now=MONDAY + HOUR)
    other = ContactFactory(operator=asked.contact.operator)
    waits_still = ReferralFactory(request=asked.request, contact=other, sent_at=MONDAY + timedelta(minutes=5))
    again = actions.refer(
        request=asked.request,
        contact=next_contact,
        channel=ReferralChannel.MAIL,
        question="Voici",
        now=MONDAY + 2 * HOUR,
        by=counsellor_user,
    ).referral
    pass_every(timedelta(hours=1), MONDAY + 2 * HOUR, paris("2026-11-26T10:00"))
    assert set(Reminder.objects.values_list("referral", flat=True)) == {again.pk}
    assert not waits_still.reminders.exists()


# Who is written to


def test_all_the_cases_of_a_contact_leave_in_one_mail_a_day(
    asked: Referral, contact: Contact, structure: object, counsellor_user: User
) -> None:
    for hours in (1, 2, 5):
        request = ServiceRequestFactory(
            structure=asked.request.structure, procedure=asked.request.procedure, author=counsellor_user
        )
        referral_of(request, contact, MONDAY + hours * HOUR)
    pass_every(timedelta(minutes=15), MONDAY, paris("2026-11-26T20:00"))
    days = Counter(message.created_at.astimezone(PARIS).date() for message in mails_to(contact.mail))
    assert set(days.values()) == {1}
    last = mails_to(contact.mail)[-1]
    assert last.text.count("/repondre/") == 4
    assert last.subject == "4 demandes attendent votre réponse"
    assert Exchange.objects.filter(kind=Happening.REMINDED).count() >= 4


@pytest.mark.parametrize("why", ["absent", "out of service", "address refused"])
def test_the_stand_in_is_asked_when_the_contact_is_away(asked: Referral, next_contact: Contact, why: str) -> None:
    stand_in = ContactFactory(
        operator=asked.contact.operator, office=asked.contact.office, name="Noé Petit", mail="noe.petit@exemple.fr"
    )
    how: dict[str, dict[str, object]] = {
        "absent": {"absent_from": date(2026, 11, 20), "absent_until": date(2026, 12, 20)},
        "out of service": {"is_active": False},
        "address refused": {"bounced_at": MONDAY},
    }
    Contact.objects.filter(pk=asked.contact_id).update(stand_in=stand_in, **how[why])
    pass_every(timedelta(hours=1), MONDAY, paris("2026-11-26T20:00"))
    assert mails_to(asked.contact.mail) == []
    mails = mails_to(stand_in.mail)
    assert "ne peut pas être joint" in mails[0].text
    assert len(mails) == 2, "asked at half-time, reminded when the promise fell due"
    assert mails_to(next_contact.mail) == []


def test_nobody_left_is_said_once_and_told_to_the_site(asked: Referral, next_contact: Contact) -> None:
    structure = asked.request.structure
    structure.mail = "site@exemple.fr"
    structure.save()
    next_contact.rules.all().delete()
    pass_every(timedelta(hours=1), MONDAY, paris("2026-11-27T08:00"))
    assert len(timeline(Happening.NOBODY_LEFT)) == 1
    assert [message.to_address for message in Message.objects.order_by("pk")].count("site@exemple.fr") == 1


def test_the_next_in_rank_without_an_address_is_a_call_for_the_site(asked: Referral, next_contact: Contact) -> None:
    Contact.objects.filter(pk=next_contact.pk).update(mail="")
    pass_every(timedelta(hours=1), MONDAY, paris("2026-11-27T08:00"))
    following = Referral.objects.exclude(pk=asked.pk).get()
    assert (following.channel, following.contact) == (ReferralChannel.PHONE, next_contact)
    assert ServiceRequest.objects.get().call_back_at is not None


def test_who_was_called_is_never_written_to_but_the_coordination_is_told(asked: Referral) -> None:
    Referral.objects.update(channel=ReferralChannel.PHONE)
    pass_every(timedelta(hours=1), MONDAY, paris("2026-11-28T12:00"))
    assert [kind for kind, _ in timeline()] == [Happening.ESCALATED]


def test_the_keeper_is_told_that_the_reminders_had_no_effect(asked: Referral, counsellor_user: User) -> None:
    NoticeChoice.objects.create(user=counsellor_user, pace=Pace.IMMEDIATE)
    pass_every(timedelta(hours=1), MONDAY, paris("2026-11-28T12:00"))
    subjects = [message.subject for message in mails_to(counsellor_user.email)]
    reference = asked.request.reference
    assert subjects == [
        f"{reference}\xa0: passée à un autre interlocuteur",
        f"{reference}\xa0: coordination prévenue",
    ]


def test_a_coordinator_gets_one_mail_for_all_that_is_late(
    asked: Referral, contact: Contact, counsellor_user: User, coordinator_user: User
) -> None:
    for _ in range(3):
        request = ServiceRequestFactory(
            structure=asked.request.structure, procedure=asked.request.procedure, author=counsellor_user
        )
        referral_of(request, contact, MONDAY + 3 * HOUR)
    pass_every(timedelta(minutes=30), MONDAY, paris("2026-11-27T20:00"))
    (told,) = mails_to(coordinator_user.email)
    assert told.subject == "4 promesses dépassées sans réponse"
    assert told.text.count("FS76-") == 4


# Hurry, accidents


def test_a_passage_begun_again_does_nothing_twice(asked: Referral) -> None:
    for now in (paris("2026-11-25T09:00"), paris("2026-11-26T10:00"), paris("2026-11-27T10:00")):
        remind(now)
        before = (Message.objects.count(), Exchange.objects.count())
        remind(now)
        remind(now + timedelta(minutes=15))
        assert (Message.objects.count(), Exchange.objects.count()) == before


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(
    asked: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail, the line of the timeline and the step are written together, or none of them is."""

    def killed(*args: object, **kwargs: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(reminding, "write", killed)
        with pytest.raises(SystemExit):
            remind(paris("2026-11-25T09:00"))
    assert (Reminder.objects.count(), Exchange.objects.count(), Message.objects.count()) == (0, 0, 0)
    remind(paris("2026-11-25T09:15"))
    assert (Reminder.objects.count(), Exchange.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_an_answer_written_while_the_clock_was_reading_is_not_reminded(asked: Referral) -> None:
    """What was read outside of the transaction is read again with the row in hand."""
    now = paris("2026-11-25T09:00")
    due = to_do(now).at_contacts
    assert [case.step for case in due] == [Due.HALF_TIME]
    answers.answer(referral=asked, kind=Happening.ANSWERED, text="Payé lundi", now=now)
    reminding.write_to_contact(contact=asked.contact_id, cases=due, now=now)
    assert Reminder.objects.count() == 0


def together(*works: Callable[[], object]) -> None:
    def alone(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        for done in [threads.submit(alone, work) for work in works]:
            done.result()


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_once(asked: Referral, contact: Contact, next_contact: Contact) -> None:
    author = asked.request.author
    for each in (contact, next_contact, contact):
        request = ServiceRequestFactory(
            structure=asked.request.structure, procedure=asked.request.procedure, author=author
        )
        referral_of(request, each, MONDAY)
    for now in (paris("2026-11-25T09:00"), paris("2026-11-26T10:00"), paris("2026-11-30T10:00")):
        together(*[lambda at=now: remind(at)] * 4)
    written = Message.objects.exclude(purpose="avis")
    days = Counter((m.to_address, m.created_at.astimezone(PARIS).date()) for m in written)
    assert set(days.values()) == {1}
    steps = Counter(Reminder.objects.values_list("request", "referral", "step"))
    assert set(steps.values()) == {1}
    assert Exchange.objects.filter(kind=Happening.ESCALATED).count() == 4


@pytest.mark.django_db(transaction=True)
def test_an_answer_racing_a_reminder_leaves_a_true_story(asked: Referral) -> None:
    """Whoever is first, no reminder is written after the answer, and the answer is never lost."""
    now = paris("2026-11-25T09:00")
    together(
        lambda: remind(now),
        lambda: answers.answer(referral=asked, kind=Happening.ANSWERED, text="Payé lundi", now=now),
    )
    kinds = list(Exchange.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds in ([Happening.ANSWERED], [Happening.REMINDED, Happening.ANSWERED])
    remind(now + timedelta(days=1))
    assert Reminder.objects.count() == len(kinds) - 1
    assert ServiceRequest.objects.get().answered_at == now


# Scale


def test_reading_what_is_due_costs_the_same_for_one_and_fifty(
    asked: Referral, contact: Contact, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    now = paris("2026-11-26T10:00")
    alone = queries_for(lambda: to_do(now))
    for _ in range(50):
        request = ServiceRequestFactory(
            structure=asked.request.structure, procedure=asked.request.procedure, author=asked.request.author
        )
        referral_of(request, contact, MONDAY)
    assert queries_for(lambda: to_do(now)) == alone == 3
    assert len(to_do(now).at_contacts) == 51


def test_what_is_asked_in_vain_is_found_by_an_index(asked: Referral) -> None:
    """Of a million requests, the open promises of the last weeks are read, not the rest."""
    rows = asked_in_vain(MONDAY).order_by(deadline(), "pk")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()
    # Both hold open promises only, by deadline; on a small table PostgreSQL may take either.
    assert "request_open_by_deadline" in plan or "request_deadline_of_site" in plan


def test_a_closed_day_costs_nothing(asked: Referral, queries_for: Callable[[Callable[[], object]], int]) -> None:
    assert queries_for(lambda: remind(paris("2026-12-25T10:00"))) == 0
