"""The clock's own gestures: remind a contact, ask the next in rank, tell the coordination.

One short transaction for each person written to. Whoever holds the row of that person writes; the others find it done.
`no_key`: an answer that refers to the same contact needs not wait, nor be waited for at its end.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import Team, User
from outbox.actions import replace, write
from outbox.models import Message
from partners.models import Contact
from partners.one_mail_a_day import hold as hold_addresses
from partners.one_mail_a_day import mail_of_today
from referrals import emails
from referrals.actions.hand_overs import settle
from referrals.actions.timeline import AlreadyClosed, add_exchange, hold
from referrals.facts import cards_for
from referrals.models import Happening, Referral, ReferralChannel, Reminder, ServiceRequest
from referrals.reminding import notices, reminder_emails
from referrals.reminding.cadence import Due, is_open
from referrals.reminding.due import Waiting, holidays_around, to_do
from referrals.reminding.mail_of_the_day import because, joined, may_be_joined
from referrals.reminding.reminder_emails import Reminded
from schedules.calendars import PARIS
from schedules.wording import NBSP, deadline_in_words

logger = logging.getLogger("app.referrals")

ACTOR = "Rappel automatique"
PEOPLE_A_RUN = 200
"""Written to in one passage of the job; the next passage, a quarter of an hour later, takes the others."""
PASSED_ON_A_RUN = 300
CASES_A_MAIL = 50
LISTED_FOR_COORDINATION = 30
TOLD_TO_COORDINATION = 200
_STAND_INS_FOLLOWED = 3
_SAID = {Due.HALF_TIME: "à mi-parcours", Due.DUE: "à l’échéance"}


def remind(now: datetime) -> None:
    """Do every step that is due. Begun again, or run by two workers at once, it does nothing twice."""
    if not is_open(now, holidays_around(now)):
        return
    found = to_do(now)
    by_person = _by_person(found.at_contacts, now)
    for contact, cases in list(by_person.items())[:PEOPLE_A_RUN]:
        with suppress(LeftMeanwhile):
            write_to_contact(contact=contact, cases=cases[:CASES_A_MAIL], now=now)
    for team, requests in found.of_coordinations.items():
        tell_coordination(team=team, requests=requests[:TOLD_TO_COORDINATION], now=now)
    if by_person or found.of_coordinations:
        logger.info(
            "reminders", extra={"count": len(by_person), "state": f"{len(found.of_coordinations)} coordinations"}
        )


class LeftMeanwhile(Exception):
    """The mail that these steps were to join was taken by a sender: they wait for tomorrow."""


@transaction.atomic
def write_to_contact(*, contact: int | None, cases: Sequence[Waiting], now: datetime) -> None:
    """Do these steps with this contact (None: nobody is left to ask), by the one mail of the day: unless it has left.

    A case answered, closed, declined or taken back meanwhile is left alone: its row is held before it is read. Raises
    LeftMeanwhile, and nothing is done.
    """
    person = Contact.objects.filter(pk=contact).first() if contact else None
    today = None
    if person is not None:
        hold_addresses([person.mail])
        today = mail_of_today(person.mail, now)
        if today is not None and not may_be_joined(today):
            return
    done = [each for case in sorted(cases, key=lambda case: case.request) if (each := _do(case, person, now))]
    by_mail = [reminded for reminded, _ in done if reminded.referral.channel == ReferralChannel.MAIL]
    if person is None or not by_mail:
        return
    key = _joined(today, by_mail, now) if today is not None else _written(person, by_mail, now)
    Reminder.objects.filter(pk__in=[reminder for _, reminder in done]).update(message_key=key)


def _written(person: Contact, reminded: Sequence[Reminded], now: datetime) -> str:
    """The key of the mail of the day."""
    new = [each.referral for each in reminded if each.why]
    key = emails.key_of(new[0]) if new else f"reminder-{person.pk}-{now.astimezone(PARIS).date()}"
    write(reminder_emails.reminder(person, reminded, now), key=key, now=now)
    return key


def _joined(message: Message, reminded: Sequence[Reminded], now: datetime) -> str:
    """The key of the mail that waits, which says this too from now on."""
    mail = joined(message, reminded, now)
    if mail is None or not replace(message, mail):
        raise LeftMeanwhile
    return message.key


@transaction.atomic
def tell_coordination(*, team: int, requests: Sequence[int], now: datetime) -> None:
    """Tell each member of the coordination of these requests by one mail, unless one left today: references only."""
    coordination = Team.objects.select_for_update(no_key=True).get(pk=team)
    members = list(User.objects.filter(memberships__team=coordination, is_active=True).order_by("pk"))
    told_today = Reminder.objects.filter(
        contact=None, step=Due.COORDINATOR, at__gte=_midnight(now), request__structure__coordination=coordination
    )
    if not members or told_today.exists():
        return
    names = ", ".join(str(member) for member in members)
    told = [request for pk in sorted(requests) if (request := _escalate(pk, coordination, names, now))]
    told.sort(key=lambda request: request.promised_until or request.due_at)
    if not told:
        return
    listed, more = told[:LISTED_FOR_COORDINATION], max(0, len(told) - LISTED_FOR_COORDINATION)
    for member in members:
        mail = reminder_emails.escalation(member, coordination.name, listed, more, now)
        write(mail, key=f"escalation-{team}-{member.pk}-{now.astimezone(PARIS).date()}", now=now)


def _by_person(cases: Sequence[Waiting], now: datetime) -> dict[int | None, list[Waiting]]:
    """Who is to be written to, and of which cases: those due now bring along those that fall due later today."""
    known = Contact.objects.in_bulk({case.contact for case in cases})
    found: dict[int | None, list[Waiting]] = defaultdict(list)
    passed_on = 0
    for case in cases:
        if case.step is not Due.NEXT_IN_RANK and can_be_written_to(known[case.contact], now):
            found[case.contact].append(case)
        elif case.is_due_now and not case.is_followed and passed_on < PASSED_ON_A_RUN:
            passed_on += 1
            following = successor(case, now)
            found[following.pk if following else None].append(case)
    return {person: each for person, each in found.items() if any(case.is_due_now for case in each)}


def can_be_written_to(contact: Contact, now: datetime) -> bool:
    """There today, in service, with an address that mail reaches."""
    try:
        validate_email(contact.mail)
    except ValidationError:
        return False
    is_there = not contact.is_absent(now.astimezone(PARIS).date())
    return contact.is_active and is_there and contact.bounced_at is None


def successor(case: Waiting, now: datetime) -> Contact | None:
    """Who is asked instead: the stand-in of who is away, else the next in rank; nobody who was asked already."""
    referral = Referral.objects.select_related(
        "contact__operator", "request__structure__partner_office", "request__procedure", "request__commune"
    ).get(pk=case.referral)
    asked = set(referral.request.referrals.of_this_promise().values_list("contact", flat=True))
    if case.step is not Due.NEXT_IN_RANK:
        stand_in = referral.contact.stand_in
        for _ in range(_STAND_INS_FOLLOWED):
            if stand_in is None or (stand_in.pk not in asked and can_be_written_to(stand_in, now)):
                break
            stand_in = stand_in.stand_in
        else:
            stand_in = None
        if stand_in is not None:
            return stand_in
    return next((c.contact for c in cards_for(referral.request, [referral.contact.operator], now, asked)), None)


def _do(case: Waiting, person: Contact | None, now: datetime) -> tuple[Reminded, int] | None:
    """One step of one case, if it still is to be done; what was written on its timeline, and the row of the step."""
    referral = _held(case, now)
    if referral is None:
        return None
    request = referral.request
    reminder = Reminder(request=request, referral=referral, step=case.step, contact=person, at=now)
    if person is None:
        _say_that_nobody_is_left(referral, case.step, now)
        reminded = Reminded(referral)
    elif person.pk == referral.contact_id:
        text = f"{_SAID[case.step][:1].upper()}{_SAID[case.step][1:]}, à {person}"
        add_exchange(request, Happening.REMINDED, now, actor=ACTOR, referral=referral, text=text)
        reminded = Reminded(referral)
    else:
        reminded = _pass_on(referral, person, case.step, now)
    reminder.save(force_insert=True)
    return reminded, reminder.pk


def _held(case: Waiting, now: datetime) -> Referral | None:
    """The hand-over as it is now, its request held; None when the step is done, or not needed any more."""
    rows = Referral.objects.pending().select_related(
        "contact__operator", "request__structure", "request__procedure", "request__holder", "request__author"
    )
    referral = rows.filter(pk=case.referral).first()
    if referral is None:
        return None
    try:
        hold(referral.request)
    except AlreadyClosed:
        return None
    # Read again: an answer may have been written while the row was waited for.
    fresh = rows.of_this_promise().filter(pk=case.referral).first()
    if fresh is None or fresh.request.promised_until is None:
        return None
    if fresh.request.referrals.filter(answered_at__gte=fresh.sent_at).exists():
        return None
    return None if fresh.reminders.filter(step=case.step).exists() else fresh


def _say_that_nobody_is_left(referral: Referral, step: Due, now: datetime) -> None:
    """Once for a hand-over: the site is told that the next word is its own."""
    if referral.exchanges.filter(kind=Happening.NOBODY_LEFT).exists():
        return
    text = f"{because(referral, step)}, et personne d’autre n’est à solliciter."
    exchange = add_exchange(referral.request, Happening.NOBODY_LEFT, now, actor=ACTOR, referral=referral, text=text)
    notices.tell_keeper(exchange, now)


def _pass_on(referral: Referral, to: Contact, step: Due, now: datetime) -> Reminded:
    """Ask somebody else in the same words; the first contact may still answer, and no clock stops."""
    request, by_mail = referral.request, can_be_written_to(to, now)
    following = Referral(
        request=request,
        contact=to,
        channel=ReferralChannel.MAIL if by_mail else ReferralChannel.PHONE,
        question=referral.question,
        previous=referral,
        sent_at=now,
    )
    following.save(force_insert=True)
    why = because(referral, step)
    text = f"Passée à {to}{NBSP}: {why}."
    exchange = add_exchange(request, Happening.PASSED_ON, now, actor=ACTOR, referral=following, text=text)
    settle(request, **({} if by_mail else {"call_back_at": request.call_back_at or now}))
    if step is Due.NEXT_IN_RANK:
        notices.tell_keeper(exchange, now)
    return Reminded(following, why=f"Cette demande vous est confiée{NBSP}: {why}.")


def _escalate(pk: int, coordination: Team, names: str, now: datetime) -> ServiceRequest | None:
    """The request, held and told; None when an answer came, it was closed, or it was told already."""
    try:
        hold(ServiceRequest(pk=pk))
    except AlreadyClosed:
        return None
    waiting = ServiceRequest.objects.asked_in_vain().filter(pk=pk)
    request = waiting.select_related("structure", "operator", "procedure", "holder", "author").first()
    if request is None or _told_already(request):
        return None
    late = deadline_in_words(request.promised_until or request.due_at, now)
    text = f"{coordination.name} ({names}){NBSP}: {late}"
    exchange = add_exchange(request, Happening.ESCALATED, now, actor=ACTOR, text=text)
    Reminder.objects.create(request=request, referral=_asked_again(request), step=Due.COORDINATOR, at=now)
    notices.tell_keeper(exchange, now)
    return request


def _told_already(request: ServiceRequest) -> bool:
    """Of the promise that runs: what was said of the first one says nothing of the second."""
    told = request.reminders.filter(step=Due.COORDINATOR)
    if request.return_due_at is not None:
        told = told.filter(at__gte=request.reopened_at)
    return told.exists()


def _asked_again(request: ServiceRequest) -> Referral | None:
    """The hand-over that a second telling hangs on; None for the first promise, told once for the request."""
    if request.return_due_at is None:
        return None
    return request.referrals.of_this_promise().order_by("-sent_at", "-pk").first()


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(PARIS).date(), time(), tzinfo=PARIS)
