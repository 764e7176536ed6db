"""Nobody can tell which request a reply answers: whoever wrote it is asked, and the sites learn that it came."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from outbox.actions import write
from outbox.messages import UnsendableMail
from partners.actions import signs
from referrals import emails
from referrals.actions import AlreadyClosed
from referrals.answers import acknowledge
from referrals.incoming.acknowledgements import has_postscript, only_acknowledges
from referrals.incoming.effects import is_old, line_of_the_day, writer_of
from referrals.incoming.judging import wants_an_answer
from referrals.incoming.reading import Incoming
from referrals.models import Happening, Referral
from referrals.reply_addresses import group_address, group_mark
from schedules.calendars import PARIS
from schedules.wording import NBSP

_CAME = (
    f"Réponse reçue, à rattacher{NBSP}: elle répond à un message qui portait plusieurs demandes, sans dire laquelle. "
    "Qui l’a écrite est invité à le préciser."
)
_NOT_TOLD = (
    f"Réponse reçue, à rattacher{NBSP}: elle répond à un message qui portait plusieurs demandes, sans dire laquelle. "
    "Appelez l’interlocuteur."
)


def follow(mail: Incoming, waiting: Sequence[Referral], text: str, *, now: datetime) -> None:
    """« Bien reçu, je regarde » is said of each request; anything else is asked again, politely and once a day.

    What it says is shown to no site: it may speak of the resident of another one.
    """
    actor = writer_of(mail, waiting[0])
    if not actor:
        signs.mark_here(contact=waiting[0].contact)
    if not mail.files and only_acknowledges(text) and not has_postscript(mail.text):
        for referral in waiting:
            with suppress(AlreadyClosed):
                acknowledge(referral=referral, text=text, now=now, actor=actor)
        return
    is_told = wants_an_answer(mail) and not is_old(mail, now) and _ask_which(mail, waiting, now)
    for referral in waiting:
        if referral.request.erased_at is None:
            said = _CAME if is_told else _NOT_TOLD
            line_of_the_day(referral, Happening.MAIL_RECEIVED, said, now, same_text=True)


def _ask_which(mail: Incoming, waiting: Sequence[Referral], now: datetime) -> bool:
    """One mail a day to one sender; the links go to who was asked, nobody else."""
    hers = [each for each in waiting if each.contact.mail.lower() == mail.sender]
    back = next((group_address(found) for address in mail.recipients if (found := group_mark(address))), "")
    mark = hashlib.sha256(mail.sender.encode()).hexdigest()[:24]
    try:
        asked = emails.which_request(mail.sender, hers, reply_to=back, answers_to=mail.message_id)
        write(asked, key=f"which-request-{now.astimezone(PARIS).date()}-{mark}", now=now)
    except UnsendableMail:
        return False
    return True
