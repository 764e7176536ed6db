"""What the resident allowed a professional to do in her name is noted, or taken back."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from accounts.models import User, journal
from partners.models import Procedure
from referrals.actions.timeline import add_exchange, hold
from referrals.models import Happening, Mandate, ServiceRequest
from schedules.wording import spoken_date


@transaction.atomic
def record_mandate(
    *,
    request: ServiceRequest,
    purpose: str,
    procedures: Collection[Procedure],
    given_on: date,
    ends_on: date | None,
    on_paper: bool,
    by: User,
    now: datetime,
) -> Mandate:
    """Note a mandate that was given: for what, for which démarches, since when and until when. Raises AlreadyClosed.

    The same one sent twice is one mandate.
    """
    hold(request)
    same = request.mandates.filter(
        purpose=purpose, given_on=given_on, ends_on=ends_on, on_paper=on_paper, withdrawn_at__isnull=True
    ).first()
    if same is not None:
        return same
    mandate = Mandate.objects.create(
        request=request,
        purpose=purpose,
        given_on=given_on,
        ends_on=ends_on,
        on_paper=on_paper,
        recorded_by=by,
        recorded_at=now,
    )
    mandate.procedures.set(procedures)
    until = f", jusqu’au {spoken_date(ends_on)}" if ends_on else ""
    add_exchange(request, Happening.MANDATE, now, by=by, text=f"Donné le {spoken_date(given_on)}{until}.")
    journal(verb="mandat noté", subject=request.reference, now=now, by=by)
    return mandate


@transaction.atomic
def withdraw_mandate(*, mandate: Mandate, by: User, now: datetime) -> bool:
    """The person took it back, on an open request or a closed one; False when it already was."""
    if not Mandate.objects.filter(pk=mandate.pk, withdrawn_at__isnull=True).update(withdrawn_at=now):
        return False
    text = f"Mandat du {spoken_date(mandate.given_on)} retiré par la personne."
    add_exchange(mandate.request, Happening.MANDATE, now, by=by, text=text)
    journal(verb="mandat retiré", subject=mandate.request.reference, now=now, by=by)
    return True
