"""What does a mail that was taken change: an answer, a line of the timeline, a mark on the contact, a refusal?"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from accounts.sensitive import masked
from outbox.actions import write
from outbox.messages import UnsendableMail
from partners.actions import signs
from partners.models import Contact
from referrals import emails
from referrals.actions import add_exchange, hold
from referrals.answers import acknowledge, answer
from referrals.attachments import attaching
from referrals.incoming.judging import REFUSED_POLITELY, Kind, wants_an_answer
from referrals.incoming.reading import Incoming
from referrals.models import Exchange, Happening, Referral
from referrals.reminding.notices import tell_keeper
from schedules.calendars import PARIS
from schedules.wording import NBSP

LATE_REFUSAL = timedelta(days=3)
"""A mail written before is refused in silence: whoever opens an old box does not wake up everybody in it."""
_LONGEST_ABSENCE = 600

_WHY = {
    Kind.NO_ADDRESS: "il ne répond à aucune demande connue. Pour répondre à une demande, répondez au message que vous "
    "avez reçu sans changer le destinataire, ou ouvrez le lien qu’il contient.",
    Kind.UNKNOWN_SENDER: "il vient d’une adresse que cette demande ne connaît pas. Répondez depuis l’adresse qui a "
    "reçu la demande, ou ouvrez le lien que le message contient.",
    Kind.CLOSED: "cette demande est close, ou elle n’est plus chez vous. Si elle vous concerne encore, téléphonez à la "
    "structure France services.",
    Kind.TOO_BIG: "il dépasse 15 Mo. Répondez de nouveau sans les pièces jointes, ou avec des pièces plus légères.",
}
_LINES = {
    Kind.UNKNOWN_SENDER: "Un message venu d’une adresse inconnue a été refusé.",
    Kind.CLOSED: "Un message est arrivé après la fin de cette transmission : il n’a pas été gardé.",
    Kind.TOO_BIG: "Un message de plus de 15 Mo a été refusé : l’interlocuteur le sait.",
    Kind.LOOP: "Trop de messages en une heure : les suivants ne sont plus pris.",
    Kind.AUTOMATIC: "Accusé de réception automatique.",
}


def answered(
    referral: Referral,
    text: str,
    files: Sequence[attaching.Examined],
    refused: Sequence[str],
    *,
    actor: str,
    now: datetime,
) -> Exchange:
    """The contact's answer: the operator's clock stops. A refused file is said on it. Raises AlreadyClosed."""
    request, contact = referral.request, referral.contact
    words = text or ("Sans texte : voir la pièce jointe." if files else "Sans texte.")
    exchange = answer(referral=referral, kind=Happening.ANSWERED, text=words, now=now, actor=actor)
    refused = list(refused)
    if files and not exchange.attachments.exists():
        try:
            attaching.keep(request=request, files=files, now=now, contact=contact, exchange=exchange)
        except attaching.Refused as full:
            refused.append(str(full))
    if refused:
        said = "\n".join(f"Pièce jointe refusée – {why}" for why in refused)
        # The answer itself has been told already.
        add_exchange(request, Happening.MAIL_RECEIVED, now, actor=str(contact), referral=referral, text=said)
    _is_here(contact, actor)
    return exchange


def acknowledged(referral: Referral, text: str, *, actor: str, now: datetime) -> Exchange:
    """« Bien reçu, je regarde »: no answer yet, so that the clock and the reminders go on. Raises AlreadyClosed."""
    exchange = acknowledge(referral=referral, text=text, now=now, actor=actor)
    _is_here(referral.contact, actor)
    return exchange


def writer_of(mail: Incoming, referral: Referral) -> str:
    """Whom the timeline names when a colleague answers for the contact; empty when it is the contact herself."""
    if mail.sender == referral.contact.mail.lower():
        return ""
    name = masked(mail.sender_name)[0] or "Un collègue"
    return f"{name}, pour {referral.contact}"[:260]


def _is_here(contact: Contact, actor: str) -> None:
    """A colleague who answers for her does not say that she is back."""
    if not actor:
        signs.mark_here(contact=contact)


def wrote_nothing(referral: Referral, *, now: datetime) -> Exchange:
    """A person wrote, and no word of it could be told from what she quotes. Raises AlreadyClosed."""
    hold(referral.request)
    return _line(referral, Happening.MAIL_RECEIVED, "Aucun texte nouveau n’y a été reconnu : lisez l’original.", now)


def follow(mail: Incoming, kind: Kind, referral: Referral | None, text: str, *, is_known: bool, now: datetime) -> None:
    """What becomes of a mail that is no answer. `is_known`: its sender is who was asked, or of the same house."""
    if referral is not None and referral.request.erased_at is None:
        _say(mail, kind, referral, text, is_known, now)
    if referral is not None and mail.sender == referral.contact.mail.lower() and kind is Kind.AWAY:
        signs.mark_away(contact=referral.contact, now=now)
    if kind in REFUSED_POLITELY and wants_an_answer(mail) and not is_old(mail, now):
        _turn_away(mail, kind, referral if is_known else None, now)


def _say(mail: Incoming, kind: Kind, referral: Referral, text: str, is_known: bool, now: datetime) -> None:
    """One line a day for one reason: a machine does not fill a timeline."""
    if kind is Kind.BOUNCE:
        _came_back(mail, referral, now)
    elif kind is Kind.AWAY:
        line_of_the_day(referral, Happening.AWAY, text[:_LONGEST_ABSENCE], now)
    elif kind in _LINES and (is_known or kind is not Kind.LOOP):
        line_of_the_day(referral, Happening.MAIL_RECEIVED, _LINES[kind], now, same_text=True)


def _came_back(mail: Incoming, referral: Referral, now: datetime) -> None:
    """Only for the contact's own address: what a colleague's forward refuses is not hers."""
    address = referral.contact.mail.lower()
    if not address or (mail.failed and address not in mail.failed):
        return
    signs.mark_returned(contact=referral.contact, now=now)
    said = f"Le message n’est pas arrivé{NBSP}: l’adresse {referral.contact.mail} le refuse."
    text = f"{said} Appelez, ou demandez à quelqu’un d’autre."
    line_of_the_day(referral, Happening.MAIL_RECEIVED, text, now, same_text=True)


def line_of_the_day(referral: Referral, kind: str, text: str, now: datetime, *, same_text: bool = False) -> None:
    midnight = datetime.combine(now.astimezone(PARIS).date(), time(), PARIS)
    said = referral.exchanges.filter(kind=kind, at__gte=midnight)
    if not (said.filter(text=text) if same_text else said).exists():
        _line(referral, kind, text, now)


def _line(referral: Referral, kind: str, text: str, now: datetime) -> Exchange:
    line = add_exchange(referral.request, kind, now, actor=str(referral.contact), referral=referral, text=text)
    if kind == Happening.MAIL_RECEIVED:
        tell_keeper(line, now)
    return line


def is_old(mail: Incoming, now: datetime) -> bool:
    return mail.written_at is not None and now - mail.written_at > LATE_REFUSAL


def _turn_away(mail: Incoming, kind: Kind, referral: Referral | None, now: datetime) -> None:
    """One mail a day to one sender; the key outlives the message, so the address is not in it."""
    mark = hashlib.sha256(mail.sender.encode()).hexdigest()[:24]
    try:
        refusal = emails.turned_away(mail.sender, _WHY[kind], referral=referral, answers_to=mail.message_id)
        write(refusal, key=f"turned-away-{now.astimezone(PARIS).date()}-{mark}", now=now)
    except UnsendableMail:
        return
