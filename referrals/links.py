"""May this link still open the request? A signed address for one contact and one request, without an account."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.urls import reverse

from referrals.models import Referral

LINK_TAKEN_OUT = "[lien retiré]"

_SALT = "referrals.link"


class Refusal(StrEnum):
    """Why a link opens nothing; the value is what its page says."""

    BROKEN = "Ce lien est incomplet ou a été modifié."
    EXPIRED = "Ce lien a plus de 30 jours : il n’ouvre plus rien."
    REVOKED = "Ce lien a été retiré par la structure France services."
    DECLINED = "Vous avez indiqué que ce n’était pas vous\u00a0: la demande est passée à quelqu’un d’autre. Merci."
    CLOSED = "Cette demande est close : la personne a eu sa réponse. Merci."


@dataclass(frozen=True)
class Followed:
    """Where a link leads: a referral, or the reason of a refusal (with the referral when it is known)."""

    referral: Referral | None
    refusal: Refusal | None = None


def token_for(referral: Referral) -> str:
    return signing.Signer(salt=_SALT).sign_object(referral.pk)


def url_for(referral: Referral) -> str:
    return f"{settings.SITE_URL}{reverse('referrals:answer', args=[token_for(referral)])}"


def hand_overs_in(text: str) -> list[int]:
    """The numbers of the hand-overs whose links stand in a text of ours, each once, in its order."""
    before, _, after = reverse("referrals:answer", args=["0"]).rpartition("0")
    signer = signing.Signer(salt=_SALT)
    pks: dict[int, None] = {}
    for token in re.findall(rf"{re.escape(before)}([^/\s\"<>]+){re.escape(after)}", text):
        try:
            pks[signer.unsign_object(token)] = None
        except (signing.BadSignature, ValueError):
            continue
    return list(pks)


def without_links(text: str) -> str:
    """A text that came in, with no signed link that could be followed: it may quote those of other sites' requests.

    However a mail scanner has wrapped them.
    """
    name = reverse("referrals:answer", args=["0"]).partition("0")[0].strip("/")
    slash = "(?:/|%(?:25)*2f)"
    is_ours = re.compile(f"{slash}{name}{slash}", re.IGNORECASE)
    # Word by word: a text of one endless word is looked at once.
    return re.sub(r"[^\s<>\"]+", lambda word: LINK_TAKEN_OUT if is_ours.search(word[0]) else word[0], text)


def follow(token: str, now: datetime) -> Followed:
    """The referral behind a token, unless altered; with the reason when it opens nothing any more."""
    try:
        pk = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return Followed(None, Refusal.BROKEN)
    referral = (
        Referral.objects.select_related(
            "request__structure__partner_office",
            "request__procedure",
            "request__operator",
            "request__commune",
            "request__blocker",
            "contact__operator",
        )
        .filter(pk=pk)
        .first()
    )
    if referral is None:
        return Followed(None, Refusal.BROKEN)
    return Followed(referral, refusal_of(referral, now))


def refusal_of(referral: Referral, now: datetime) -> Refusal | None:
    """Why this hand-over is answered no more, by link or by mail; None while it is.

    Someone who left, or said « not me », reads nothing about the resident any more.
    """
    if referral.revoked_at is not None or not referral.contact.is_active:
        return Refusal.REVOKED
    if referral.declined_at is not None:
        return Refusal.DECLINED
    if now > referral.link_ends_at():
        return Refusal.EXPIRED
    return None if referral.request.is_open else Refusal.CLOSED
