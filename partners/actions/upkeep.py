"""What keeps a contact's sheet right: it is asked, it answers, a manager decides; errors are reported and settled."""

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from accounts.models import User
from outbox.actions import write
from outbox.messages import UnsendableMail
from partners import emails, upkeep
from partners.actions.rows import apply
from partners.models import Confirmation, Contact, Finding, Report, Verdict, Wrong
from partners.one_mail_a_day import hold, written_to_today
from partners.proposals import values_of
from partners.versions import locked, sign
from schedules.calendars import PARIS

logger = logging.getLogger("app.partners")

ASKED_FROM = time(17)


class AlreadyDecided(Exception):
    """A manager has decided on this answer: nothing changes any more."""


class NotPossible(Exception):
    """The directory cannot hold the sheet as it is proposed; the text says why, in French."""


def ask_for_confirmations(now: datetime) -> int:
    """Write today's mails; how many. Run again on the same day, it writes none. One transaction for each mail."""
    written = sum(_ask(letter, now) for letter in upkeep.letters(now))
    if written:
        logger.info("confirmations asked", extra={"count": written})
    return written


def ask_once_the_day_is_known(now: datetime) -> None:
    """Late in the day: reminders and departures, which cannot wait, had their turn with the one mail of the day."""
    if now.astimezone(PARIS).time() >= ASKED_FROM:
        ask_for_confirmations(now)


def _ask(letter: upkeep.Letter, now: datetime) -> bool:
    try:
        with transaction.atomic():
            hold([letter.mail])
            if letter.mail in written_to_today(now):
                return False
            # Somebody may have confirmed, or asked from another worker, since the list was made.
            due = upkeep.to_ask(now).filter(pk__in=letter.contacts).select_for_update(of=("self",))
            contacts = list(due.select_related("operator", "office"))
            if not contacts:
                return False
            asked = [_question(contact, now) for contact in contacts]
            write(emails.still_right(asked), key=_key(letter, now), now=now)
    except UnsendableMail:
        # No server could carry it: the manager sees it with those that came back.
        Contact.objects.filter(pk__in=letter.contacts).update(bounced_at=now)
        return False
    return True


def _question(contact: Contact, now: datetime) -> Confirmation:
    """The open question dated again, which revokes the link sent before; else a new one."""
    question, _ = Confirmation.objects.update_or_create(
        contact=contact, answered_at=None, defaults={"asked_at": now, "contact": contact}
    )
    return question


def _key(letter: upkeep.Letter, now: datetime) -> str:
    """One mail a day to an address; the key outlives the message, so the address is not in it."""
    mark = hashlib.sha256(letter.mail.encode()).hexdigest()[:24]
    return f"confirmation-{now.astimezone(PARIS).date()}-{mark}"


@transaction.atomic
def say_still_right(*, confirmation: Confirmation, now: datetime) -> None:
    """« Toujours exact »: the sheet is checked today. Raises AlreadyDecided."""
    _answer(confirmation, Verdict.STILL_RIGHT, now)
    contact = locked(confirmation.contact, None)
    today = now.astimezone(PARIS).date()
    if contact.checked_on != today or contact.away_since is not None:
        contact.checked_on, contact.away_since = today, None
        sign(contact, by=None, now=now, reason="Confirmée par l’interlocuteur").save()


@transaction.atomic
def propose(*, confirmation: Confirmation, changes: Mapping[str, str | None], message: str, now: datetime) -> None:
    """« Corriger »: waits for a manager; the last proposal replaces the one before. Raises AlreadyDecided."""
    _answer(confirmation, Verdict.CORRECTED, now, proposal=dict(changes), message=message)


@transaction.atomic
def say_gone(*, confirmation: Confirmation, instead: str, now: datetime) -> None:
    """« Ce n’est plus moi », and perhaps who it is: nothing moves before a manager has looked. AlreadyDecided."""
    _answer(confirmation, Verdict.GONE, now, message=instead)


def _answer(confirmation: Confirmation, verdict: Verdict, now: datetime, **values: Any) -> None:
    given = {"proposal": {}, "message": ""} | values
    undecided = Confirmation.objects.filter(pk=confirmation.pk, decided_at__isnull=True)
    if not undecided.update(verdict=verdict, answered_at=now, **given):
        raise AlreadyDecided


@transaction.atomic
def accept_answer(*, confirmation: Confirmation, by: User, now: datetime) -> None:
    """What the contact proposes becomes the sheet, checked on the day of the answer. AlreadyDecided, NotPossible.

    « Ce n’est plus moi » changes nothing by itself: the departure is a gesture of its own.
    """
    fresh = _decide(confirmation, True, by=by, now=now)
    if fresh.verdict != Verdict.CORRECTED or fresh.answered_at is None:
        return
    contact = locked(fresh.contact, None)
    mail = contact.mail
    apply(contact, values_of(fresh))
    contact.checked_on = max(fresh.answered_at.astimezone(PARIS).date(), contact.checked_on or fresh.asked_at.date())
    if contact.mail != mail:
        contact.bounced_at = None
    contact.away_since = None
    try:
        contact.clean_fields(exclude={"stand_in", "schedule", "office", "operator", "plain_name"})
        contact.validate_constraints()
    except ValidationError as error:
        raise NotPossible(" ".join(error.messages)) from None
    sign(contact, by=by, now=now, reason="Correction proposée par l’interlocuteur").save()


@transaction.atomic
def refuse_answer(*, confirmation: Confirmation, by: User, now: datetime) -> None:
    """The sheet stays as it is. Raises AlreadyDecided."""
    _decide(confirmation, False, by=by, now=now)


def _decide(confirmation: Confirmation, accepted: bool, *, by: User, now: datetime) -> Confirmation:
    waiting = Confirmation.objects.to_approve().filter(pk=confirmation.pk)
    if not waiting.update(decided_at=now, decided_by=by, is_accepted=accepted):
        raise AlreadyDecided
    return Confirmation.objects.select_related("contact").get(pk=confirmation.pk)


@transaction.atomic
def report_error(*, contact: Contact, wrong: Wrong, detail: str, by: User, now: datetime) -> Report:
    """« Signaler une erreur »; while hers is open, the same person adds none: what she says last replaces it."""
    report, _ = Report.objects.update_or_create(
        contact=contact,
        author=by,
        settled_at=None,
        defaults={"wrong": wrong, "detail": detail},
        create_defaults={"wrong": wrong, "detail": detail, "at": now},
    )
    return report


@transaction.atomic
def settle_report(*, report: Report, finding: Finding, by: User, now: datetime) -> bool:
    """The manager looked; False when somebody had settled it before."""
    waiting = Report.objects.open().filter(pk=report.pk)
    return bool(waiting.update(settled_at=now, settled_by=by, finding=finding))


@transaction.atomic
def flag_refused_addresses(now: datetime) -> int:
    """Mark the contacts whose mail comes back, and clear those whose address changed or takes mail again.

    Counts those newly marked. It writes no line of history: nobody changed the sheet.
    """
    _clear_changed_addresses()
    flagged = Contact.objects.filter(bounced_at__isnull=False).annotate(small=Lower("mail"))
    taken = upkeep.accepted(set(flagged.values_list("small", flat=True)), now)
    for mail, at in taken.items():
        _with(mail).filter(bounced_at__lt=at).update(bounced_at=None)
    refused = upkeep.refusals(now)
    marked = sum(_with(mail).filter(bounced_at__isnull=True).update(bounced_at=at) for mail, at in refused.items())
    if marked:
        logger.warning("addresses that refuse mail", extra={"count": marked})
    return marked


def _with(mail: str) -> QuerySet[Contact]:
    return Contact.objects.filter(mail__iexact=mail)


def _clear_changed_addresses() -> None:
    """Whoever changed it, and however: by hand, by an import, by an undo."""
    versions: Any = Contact.history.filter(id=OuterRef("pk"), history_date__lte=OuterRef("bounced_at"))
    then = Subquery(versions.order_by("-history_date", "-history_id").values("mail")[:1])
    flagged = Contact.objects.filter(bounced_at__isnull=False).annotate(mail_then=then)
    moved = flagged.filter(mail_then__isnull=False).exclude(mail_then=F("mail"))
    Contact.objects.filter(pk__in=list(moved.values_list("pk", flat=True))).update(bounced_at=None)
