"""What is written to contacts and to sites: short, plain, and without a word about the resident."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import TextField, Value
from django.db.models.functions import Cast, Concat
from django.template.loader import render_to_string

from outbox.messages import RETURN_PATH, Mail
from outbox.models import Message
from partners.one_mail_a_day import HAND_OVER, TURNED_AWAY
from referrals import links
from referrals.models import Referral
from referrals.reply_addresses import address_of, group_address_of
from schedules.wording import enumerated, of_name, spoken_moment

TAKEN_UP = "demandes confiées"
_AUTOMATIC = {"Auto-Submitted": "auto-generated"}


def key_of(referral: Referral) -> str:
    """The intention behind the message of a hand-over: one message for one of them."""
    return f"referral-{referral.pk}"


def subject_of(referral: Referral) -> str:
    """The same words on every mail of a thread: mail programs cut it where the subject changes."""
    return f"Demande {referral.request.reference} : {referral.request.procedure.name}"


def thread_headers(referral: Referral) -> dict[str, str]:
    """What every mail to a contact about this hand-over carries; one statement.

    Reply-To, when replies come back by mail; In-Reply-To and References of the first mail that this contact received
    about this request, unless none was written. Who writes by itself (a reminder) adds `Auto-Submitted` to it.
    """
    headers = _coming_back_to(address_of(referral))
    if first := _first_of_thread(referral):
        headers |= {"In-Reply-To": first, "References": first}
    return headers


def group_headers(referrals: Sequence[Referral], at: datetime) -> dict[str, str]:
    """What a mail about several hand-overs carries: where a reply to it comes back, when replies do."""
    return {**_coming_back_to(group_address_of(referrals[0], at)), **_AUTOMATIC}


def _coming_back_to(address: str) -> dict[str, str]:
    if not address:
        return {}
    headers = {"Reply-To": address, "X-Loop": settings.REPLY_ADDRESS}
    return {**headers, RETURN_PATH: address} if settings.REPLY_TAKES_RETURNS else headers


def _first_of_thread(referral: Referral) -> str:
    """The Message-ID of the first mail; kept when its text is erased."""
    same = Referral.objects.filter(request=referral.request_id, contact=referral.contact_id)
    keys = Cast("pk", TextField())
    written = Message.objects.filter(
        key__in=same.order_by().values_list(Concat(Value("referral-"), keys, output_field=TextField()))
    )
    return written.order_by("pk").values_list("message_id", flat=True).first() or ""


def new_referral(referral: Referral) -> Mail:
    """To the contact: a reference, a démarche, a deadline, a link. No personal data."""
    request = referral.request
    context = {
        "reference": request.reference,
        "procedure": request.procedure.name,
        "structure": request.structure.name,
        "structure_phone": request.structure.phone,
        "due": spoken_moment(request.promised_until or request.due_at),
        "link": links.url_for(referral),
        "may_reply": bool(address_of(referral)),
        "service_name": settings.SERVICE_NAME,
    }
    return Mail(
        to=referral.contact.mail,
        subject=subject_of(referral),
        text=render_to_string("referrals/emails/new_referral.txt", context),
        html=render_to_string("referrals/emails/new_referral.html", context),
        # Written by a person: who is away says so, which a mail that calls itself automatic would not be told.
        headers=thread_headers(referral),
        purpose=HAND_OVER,
    )


def taken_up(referrals: Sequence[Referral]) -> Mail:
    """To the contact who takes up what colleagues left: one mail for all of it. No personal data."""
    contact = referrals[0].contact
    may_reply = bool(address_of(referrals[0]))
    cases = [
        {
            "reference": referral.request.reference,
            "procedure": referral.request.procedure.name,
            "structure": referral.request.structure.name,
            "due": spoken_moment(referral.request.promised_until or referral.request.due_at),
            "link": links.url_for(referral),
        }
        for referral in referrals
    ]
    left = [referral.previous.contact.name for referral in referrals if referral.previous]
    names = enumerated(list(dict.fromkeys(left)))
    said = f"{names} ont quitté leur poste" if len(set(left)) > 1 else f"{names} a quitté son poste"
    context = {"left": said, "cases": cases, "may_reply": may_reply, "service_name": settings.SERVICE_NAME}
    one = cases[0]
    about = f"Demande {one['reference']} : {one['procedure']}" if len(cases) == 1 else f"{len(cases)} demandes"
    return Mail(
        to=contact.mail,
        subject=f"{about}, après le départ {of_name(names)}",
        text=render_to_string("referrals/emails/taken_up.txt", context),
        html=render_to_string("referrals/emails/taken_up.html", context),
        headers=thread_headers(referrals[0])
        if len(referrals) == 1
        else group_headers(referrals, max(referral.sent_at for referral in referrals)),
        purpose=TAKEN_UP,
    )


def answer_received(referral: Referral) -> Mail:
    """To the site: an answer waits to be passed on. Neither the answer nor the resident is in the mail."""
    request = referral.request
    context = {
        "reference": request.reference,
        "procedure": request.procedure.name,
        "operator": referral.contact.operator.name,
        "due": spoken_moment(request.promised_until or request.due_at),
        "link": settings.SITE_URL + request.get_absolute_url(),
        "service_name": settings.SERVICE_NAME,
    }
    return Mail(
        to=request.structure.mail,
        subject=f"Réponse reçue pour {request.reference}",
        text=render_to_string("referrals/emails/answer_received.txt", context),
        html=render_to_string("referrals/emails/answer_received.html", context),
        headers=_AUTOMATIC,
        purpose="réponse reçue",
    )


def turned_away(sender: str, why: str, *, referral: Referral | None, answers_to: str) -> Mail:
    """To whoever wrote a mail that was not taken: why, and what to do instead. Nothing of what she wrote.

    `referral` only when the sender is who was asked: its site may be called.
    """
    context = {
        "why": why,
        "structure": referral.request.structure.name if referral else "",
        "structure_phone": referral.request.structure.phone if referral else "",
        "service_name": settings.SERVICE_NAME,
    }
    headers = {"Auto-Submitted": "auto-replied", "Precedence": "bulk"}
    if settings.REPLY_ADDRESS:
        headers["X-Loop"] = settings.REPLY_ADDRESS
    return Mail(
        to=sender,
        subject="Votre message n’a pas été transmis",
        text=render_to_string("referrals/emails/turned_away.txt", context),
        html=render_to_string("referrals/emails/turned_away.html", context),
        headers=headers | ({"In-Reply-To": answers_to, "References": answers_to} if answers_to else {}),
        purpose=TURNED_AWAY,
    )


def which_request(sender: str, referrals: Sequence[Referral], *, reply_to: str, answers_to: str) -> Mail:
    """To whoever answered a mail of several requests without saying which: a link each. Nothing of what she wrote.

    No `referrals` when she is not the one who was asked: the links are hers alone.
    """
    cases = [
        {
            "reference": referral.request.reference,
            "procedure": referral.request.procedure.name,
            "structure": referral.request.structure.name,
            "link": links.url_for(referral),
        }
        for referral in referrals
    ]
    context = {"cases": cases, "service_name": settings.SERVICE_NAME}
    headers = {"Auto-Submitted": "auto-replied", "Precedence": "bulk"}
    if reply_to:
        headers |= {"Reply-To": reply_to, "X-Loop": settings.REPLY_ADDRESS}
    return Mail(
        to=sender,
        subject="Votre réponse\u00a0: pour quelle demande\u00a0?",
        text=render_to_string("referrals/emails/which_request.txt", context),
        html=render_to_string("referrals/emails/which_request.html", context),
        headers=headers | ({"In-Reply-To": answers_to, "References": answers_to} if answers_to else {}),
        purpose=TURNED_AWAY,
    )
