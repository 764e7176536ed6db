"""What is written by the clock: reminders to contacts, cases to the coordination, notices to counsellors?

One mail for all that concerns a person that day; a reference, a démarche, a date, a link, never who nor what was said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import User
from outbox.messages import Mail
from partners.models import Contact
from referrals import emails, links
from referrals.models import Exchange, Referral, ServiceRequest
from referrals.reply_addresses import address_of
from schedules.wording import deadline_in_words, spoken_moment
from structures.models import Structure

REMINDER = "rappel"
_AUTOMATIC = {"Auto-Submitted": "auto-generated"}


@dataclass(frozen=True)
class Reminded:
    """One hand-over in a reminder; `why` says to whom it comes for the first time what happened before."""

    referral: Referral
    why: str = ""


def reminder(contact: Contact, reminded: Sequence[Reminded], now: datetime) -> Mail:
    """To the contact: every case that waits for them today, a signed link each."""
    cases = [
        {
            "reference": each.referral.request.reference,
            "procedure": each.referral.request.procedure.name,
            "structure": each.referral.request.structure.name,
            "structure_phone": each.referral.request.structure.phone,
            "due": spoken_moment(_deadline(each.referral.request)),
            "late": deadline_in_words(_deadline(each.referral.request), now)
            if each.referral.request.is_late(now)
            else "",
            "link": links.url_for(each.referral),
            "why": each.why,
        }
        for each in reminded
    ]
    only = reminded[0].referral if len(reminded) == 1 else None
    return Mail(
        to=contact.mail,
        subject=emails.subject_of(only) if only else f"{len(cases)} demandes attendent votre réponse",
        headers={**emails.thread_headers(only), **_AUTOMATIC}
        if only
        else emails.group_headers([each.referral for each in reminded], now),
        purpose=REMINDER,
        **_bodies("reminder", {"cases": cases, "may_reply": bool(address_of(reminded[0].referral))}),
    )


def escalation(user: User, team: str, requests: Sequence[ServiceRequest], more: int, now: datetime) -> Mail:
    """To a coordinator: figures and references of promises broken since a day, `more` being those not listed."""
    cases = [
        {
            "reference": request.reference,
            "structure": request.structure.name,
            "operator": request.operator.name,
            "late": deadline_in_words(_deadline(request), now),
        }
        for request in requests
    ]
    count = len(cases) + more
    s = "s" if count > 1 else ""
    return Mail(
        to=user.email,
        subject=f"{count} promesse{s} dépassée{s} sans réponse",
        headers=_AUTOMATIC,
        purpose="coordination prévenue",
        **_bodies(
            "escalation", {"cases": cases, "count": count, "more": more, "team": team, "link": settings.SITE_URL}
        ),
    )


def notices(to: User | Structure, exchanges: Sequence[Exchange]) -> Mail:
    """To a counsellor, or to the mailbox of her site: what happened to which requests, and when it was promised."""
    lines = [
        {
            "what": exchange.get_kind_display(),
            "reference": exchange.request.reference,
            "procedure": exchange.request.procedure.name,
            "due": spoken_moment(until) if (until := exchange.request.promised_until) else "",
            "link": settings.SITE_URL + exchange.request.get_absolute_url(),
        }
        for exchange in exchanges
    ]
    one = lines[0]
    is_person = isinstance(to, User)
    return Mail(
        to=to.email if isinstance(to, User) else to.mail,
        subject=f"{one['reference']} : {one['what'][:1].lower()}{one['what'][1:]}"
        if len(lines) == 1
        else f"Du nouveau sur {len({line['reference'] for line in lines})} demandes",
        headers=_AUTOMATIC,
        purpose="avis",
        **_bodies("notices", {"lines": lines, "is_person": is_person}),
    )


def _deadline(request: ServiceRequest) -> datetime:
    return request.promised_until or request.due_at


def _bodies(name: str, context: dict[str, object]) -> dict[str, str]:
    context["service_name"] = settings.SERVICE_NAME
    return {
        kind: render_to_string(f"referrals/emails/{name}.{kind if kind == 'html' else 'txt'}", context)
        for kind in ("text", "html")
    }
