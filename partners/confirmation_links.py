"""May this link still open the sheets it was sent for? A signed address for one mail, without an account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

from partners.models import Confirmation

_SALT = "partners.confirmation"
OPENS_FOR = timedelta(days=30)


class Refusal(StrEnum):
    """Why a link opens nothing; the value is what its page says."""

    BROKEN = "Ce lien est incomplet ou a été modifié."
    EXPIRED = "Ce lien a plus de 30 jours : il n’ouvre plus rien."
    REPLACED = "Un message plus récent a remplacé celui-ci, ou la fiche n’est plus à cette adresse."


@dataclass(frozen=True)
class Followed:
    """Where a link leads: the questions it still opens, or the reason why there are none."""

    confirmations: list[Confirmation]
    refusal: Refusal | None = None


def token_for(confirmations: Iterable[Confirmation]) -> str:
    """For questions asked at one instant to one address; only numbers are in it, and a mark that says no address."""
    asked = list(confirmations)
    mail = asked[0].contact.mail
    payload = [_stamp(asked[0].asked_at), _mark(mail), *(confirmation.pk for confirmation in asked)]
    return signing.Signer(salt=_SALT).sign_object(payload)


def url_for(confirmations: Iterable[Confirmation]) -> str:
    return f"{settings.SITE_URL}{reverse('partners:confirmation', args=[token_for(confirmations)])}"


def follow(token: str, now: datetime) -> Followed:
    """The questions behind a token, without those asked again since and the sheets that changed address."""
    try:
        asked, mark, *pks = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return Followed([], Refusal.BROKEN)
    if now.timestamp() > asked + OPENS_FOR.total_seconds():
        return Followed([], Refusal.EXPIRED)
    rows = (
        Confirmation.objects.filter(pk__in=pks, contact__is_active=True)
        .select_related("contact__operator", "contact__office", "contact__schedule", "contact__stand_in")
        .prefetch_related(
            "contact__schedule__slots",
            "contact__schedule__closures",
            "contact__schedule__extras",
            "contact__rules__procedure",
            "contact__rules__commune",
            "contact__rules__epci",
            "contact__rules__arrondissement",
            "contact__rules__departement",
        )
    )
    still = [row for row in rows if _stamp(row.asked_at) == asked and _mark(row.contact.mail) == mark]
    still.sort(key=lambda row: (row.contact.operator.plain_name, row.contact.plain_name, row.pk))
    return Followed(still, None if still else Refusal.REPLACED)


def _stamp(at: datetime) -> int:
    return int(at.timestamp())


def _mark(mail: str) -> str:
    """Changes with the address: whoever has left it reads nothing more through an old link."""
    return salted_hmac(_SALT, mail.lower()).hexdigest()[:12]
