"""What is written to contacts and to sites: short, plain, and without a word about the resident."""

from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string

from outbox.messages import Mail
from referrals import links
from referrals.models import Referral
from schedules.wording import enumerated, of_name, spoken_moment

TAKEN_UP = "demandes confiées"
_AUTOMATIC = {"Auto-Submitted": "auto-generated"}


def key_of(referral: Referral) -> str:
    """The intention behind the message of a hand-over: one message for one of them."""
    return f"referral-{referral.pk}"


def new_referral(referral: Referral) -> Mail:
    """To the contact: a reference, a démarche, a deadline, a link. No personal data."""
    request = referral.request
    context = {
        "reference": request.reference,
        "procedure": request.procedure.name,
        "structure": request.structure.name,
        "structure_phone": request.structure.phone,
        "due": spoken_moment(request.due_at),
        "link": links.url_for(referral),
        "service_name": settings.SERVICE_NAME,
    }
    return Mail(
        to=referral.contact.mail,
        subject=f"Demande {request.reference} : {request.procedure.name}",
        text=render_to_string("referrals/emails/new_referral.txt", context),
        html=render_to_string("referrals/emails/new_referral.html", context),
        headers=_AUTOMATIC,
        purpose="transmission",
    )


def taken_up(referrals: Sequence[Referral]) -> Mail:
    """To the contact who takes up what colleagues left: one mail for all of it. No personal data."""
    contact = referrals[0].contact
    cases = [
        {
            "reference": referral.request.reference,
            "procedure": referral.request.procedure.name,
            "structure": referral.request.structure.name,
            "due": spoken_moment(referral.request.due_at),
            "link": links.url_for(referral),
        }
        for referral in referrals
    ]
    left = [referral.previous.contact.name for referral in referrals if referral.previous]
    names = enumerated(list(dict.fromkeys(left)))
    said = f"{names} ont quitté leur poste" if len(set(left)) > 1 else f"{names} a quitté son poste"
    context = {"left": said, "cases": cases, "service_name": settings.SERVICE_NAME}
    one = cases[0]
    about = f"Demande {one['reference']} : {one['procedure']}" if len(cases) == 1 else f"{len(cases)} demandes"
    return Mail(
        to=contact.mail,
        subject=f"{about}, après le départ {of_name(names)}",
        text=render_to_string("referrals/emails/taken_up.txt", context),
        html=render_to_string("referrals/emails/taken_up.html", context),
        headers=_AUTOMATIC,
        purpose=TAKEN_UP,
    )


def answer_received(referral: Referral) -> Mail:
    """To the site: an answer waits to be passed on. Neither the answer nor the resident is in the mail."""
    request = referral.request
    context = {
        "reference": request.reference,
        "procedure": request.procedure.name,
        "operator": referral.contact.operator.name,
        "due": spoken_moment(request.due_at),
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
