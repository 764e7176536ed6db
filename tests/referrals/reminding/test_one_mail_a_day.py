"""Whoever writes, and in whatever order: does an address ever get two mails on one day besides the hand-overs?"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest

from accounts.models import User
from outbox.models import Message, State
from partners.actions.upkeep import ask_for_confirmations
from partners.models import Contact
from partners.one_mail_a_day import HAND_OVER, days_taken, mail_of_today, written_to_today
from referrals import answers
from referrals.actions import AlreadyClosed, AlreadyWrittenToday, refer
from referrals.actions.reminding import remind
from referrals.hands.departure import held_by, leave
from referrals.models import Happening, Referral, ReferralChannel, ServiceRequest
from referrals.reminding.cadence import is_open_day
from referrals.reminding.due import holidays_around
from schedules.calendars import PARIS
from tests.accounts.factories import UserFactory
from tests.outbox.factories import message_in_state
from tests.partners.factories import ContactFactory, RuleFactory
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = MONDAY + 4 * DAY


@pytest.fixture
def manager(partner_office: object) -> User:
    return UserFactory(teams=[partner_office], full_name="Paule Manager")


def send_due(now: datetime) -> None:
    """The worker sends what is due."""
    Message.objects.due(now).order_by().update(state=State.SENT, sent_at=now)


def to(address: str) -> list[Message]:
    return list(Message.objects.filter(to_address__iexact=address).exclude(purpose=HAND_OVER).order_by("pk"))


def day_of(message: Message) -> date:
    return (message.sent_at or message.next_try_at).astimezone(PARIS).date()


def at(contact: Contact, like: ServiceRequest, now: datetime) -> Referral:
    """One more request that waits at this contact, without its first mail."""
    request = ServiceRequestFactory(
        structure=like.structure,
        procedure=like.procedure,
        author=like.author,
        received_at=now - HOUR,
        due_at=now + timedelta(hours=71),
        referred_at=now,
    )
    referral: Referral = ReferralFactory(request=request, contact=contact, sent_at=now)
    return referral


def goes(contact: Contact, successor: Contact, by: User, now: datetime) -> datetime | None:
    chosen: dict[int, Contact | None] = {one.referral: successor for one in held_by(contact, now)}
    return leave(contact=contact, left_on=now.astimezone(PARIS).date(), to=chosen, by=by, now=now).told_at


def test_a_departure_after_the_reminder_of_the_day_waits_for_the_next_open_morning(
    waiting_request: ServiceRequest, contact: Contact, next_contact: Contact, manager: User
) -> None:
    at(next_contact, waiting_request, FRIDAY - 3 * DAY)
    at(contact, waiting_request, FRIDAY - DAY)
    remind(FRIDAY)
    send_due(FRIDAY)
    waits = goes(contact, next_contact, manager, FRIDAY + 2 * HOUR)
    assert waits == (MONDAY + 7 * DAY).replace(hour=8), "neither Saturday nor Sunday"
    assert [day_of(mail) for mail in to(next_contact.mail)] == [FRIDAY.date(), (MONDAY + 7 * DAY).date()]


def test_the_reminders_of_that_morning_join_the_mail_that_waits(
    waiting_request: ServiceRequest, contact: Contact, next_contact: Contact, manager: User
) -> None:
    reminded = at(next_contact, waiting_request, FRIDAY - 3 * DAY)
    at(contact, waiting_request, FRIDAY - DAY)
    remind(FRIDAY)
    send_due(FRIDAY)
    waits = goes(contact, next_contact, manager, FRIDAY + 2 * HOUR)
    assert waits is not None
    late = at(next_contact, waiting_request, FRIDAY - DAY)
    remind(waits)
    send_due(waits)
    first, second = to(next_contact.mail)
    assert (first.text.count("/repondre/"), second.text.count("/repondre/")) == (1, 2)
    assert "Claire Martin a quitté son poste" in second.text
    assert late.request.reference in second.text
    assert late.reminders.get().message_key == second.key
    assert reminded.request.reference in first.text


def test_a_departure_joins_the_reminders_that_have_not_left_yet(
    waiting_request: ServiceRequest, contact: Contact, next_contact: Contact, manager: User
) -> None:
    reminded = at(next_contact, waiting_request, FRIDAY - 3 * DAY)
    passed = at(contact, waiting_request, FRIDAY - DAY)
    remind(FRIDAY)
    assert goes(contact, next_contact, manager, FRIDAY + HOUR) is None
    (mail,) = to(next_contact.mail)
    assert reminded.request.reference in mail.text
    assert passed.request.reference in mail.text
    assert mail.text.count("/repondre/") == 2


def test_two_sheets_of_one_address_share_its_mail(waiting_request: ServiceRequest, contact: Contact) -> None:
    twin = ContactFactory(operator=contact.operator, office=contact.office, mail=contact.mail.upper())
    at(contact, waiting_request, FRIDAY - 3 * DAY)
    at(twin, waiting_request, FRIDAY - 3 * DAY)
    remind(FRIDAY)
    (mail,) = to(contact.mail)
    assert mail.text.count("/repondre/") == 2


def test_after_the_question_of_the_day_a_reminder_waits_for_tomorrow(
    waiting_request: ServiceRequest, contact: Contact
) -> None:
    at(contact, waiting_request, MONDAY - 4 * DAY)
    Contact.objects.update(checked_on=date(2026, 1, 5))
    assert ask_for_confirmations(MONDAY) == 1
    remind(MONDAY + HOUR)
    assert len(to(contact.mail)) == 1
    send_due(MONDAY + HOUR)
    remind(MONDAY + DAY)
    assert [day_of(mail) for mail in to(contact.mail)] == [MONDAY.date(), (MONDAY + DAY).date()]


def test_what_was_refused_or_is_held_has_written_to_nobody() -> None:
    for state in (State.HELD, State.REFUSED):
        message_in_state(state, to_address="a@exemple.fr", created_at=MONDAY, next_try_at=MONDAY)
    assert mail_of_today("a@exemple.fr", MONDAY) is None
    assert written_to_today(MONDAY) == set()


def test_what_should_have_left_yesterday_leaves_today() -> None:
    waiting = message_in_state(State.WAITING, to_address="A@exemple.fr", created_at=MONDAY, next_try_at=MONDAY)
    assert days_taken("a@exemple.fr", MONDAY + DAY) == {(MONDAY + DAY).date(): waiting}


@pytest.mark.parametrize("seed", range(4))
def test_no_sequence_of_senders_writes_twice_on_one_day_nor_on_a_closed_one(
    waiting_request: ServiceRequest, contact: Contact, next_contact: Contact, manager: User, seed: int
) -> None:
    """Hand-overs, reminders, departures, questions, answers, for a fortnight; the worker sends now or later."""
    chance = random.Random(seed)
    author, people = waiting_request.author, [contact, next_contact, *_five_more(contact)]
    Contact.objects.update(checked_on=date(2026, 1, 5))

    def hand_over(now: datetime) -> None:
        request = ServiceRequestFactory(
            structure=waiting_request.structure,
            procedure=waiting_request.procedure,
            author=author,
            received_at=now - HOUR,
            due_at=now + timedelta(hours=chance.randint(5, 71)),
        )
        there = list(Contact.objects.in_service())
        refer(
            request=request,
            contact=chance.choice(there),
            channel=ReferralChannel.MAIL,
            question="",
            now=now,
            by=author,
        )

    def depart(now: datetime) -> None:
        there = list(Contact.objects.in_service().filter(pk__in=[person.pk for person in people]))
        if len(there) > 3:
            gone, successor = chance.sample(there, 2)
            goes(gone, successor, manager, now)

    def reply(now: datetime) -> None:
        asked = Referral.objects.pending().filter(request__closed_at=None, sent_at__lt=now).order_by("?").first()
        if asked is not None and chance.random() < 0.5:
            answers.answer(referral=asked, kind=Happening.ANSWERED, text="Oui.", now=now)

    gestures: list[Callable[[datetime], object]] = [
        hand_over,
        hand_over,
        remind,
        remind,
        depart,
        ask_for_confirmations,
        reply,
    ]
    now, end = MONDAY - 2 * DAY, MONDAY + 12 * DAY
    while now < end:
        with suppress(AlreadyWrittenToday, AlreadyClosed):
            chance.choice(gestures)(now)
        later = now + timedelta(minutes=chance.randint(5, 150))
        if chance.random() < 0.7 or later.astimezone(PARIS).date() > now.astimezone(PARIS).date():
            send_due(now)
        now = later

    days = _days_of_mails()
    assert sum(sum(counter.values()) for counter in days.values()) > 5
    for address, counter in days.items():
        assert max(counter.values()) == 1, (address, counter)
        assert all(is_open_day(day, holidays_around(now)) for day in counter)


def _five_more(contact: Contact) -> list[Contact]:
    """Two sheets for each address, but the last."""
    people = []
    for number in range(5):
        mail = f"poste{number // 2}@exemple.fr"
        person: Contact = ContactFactory(operator=contact.operator, office=contact.office, mail=mail)
        RuleFactory(contact=person, priority=number + 2)
        people.append(person)
    return people


def _days_of_mails() -> dict[str, Counter[date]]:
    """By address, the days on which it was written to by anybody but a hand-over."""
    sent = Message.objects.exclude(purpose__in=(HAND_OVER, "avis", "coordination prévenue", "réponse reçue"))
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for message in sent.filter(state=State.SENT):
        days[message.to_address.lower()][day_of(message)] += 1
    return days
