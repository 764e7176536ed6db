"""A call to a contact is noted: answered, no answer, to call back, wrong contact."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from referrals.actions.hand_overs import settle
from referrals.actions.timeline import add_exchange, hold
from referrals.models import Happening, Referral


@transaction.atomic
def record_call(
    *,
    referral: Referral,
    kind: str,
    by: User,
    now: datetime,
    text: str = "",
    call_back_at: datetime | None = None,
) -> None:
    """Log a call to the contact: answered (with what was said), no answer, call back at…, wrong contact.

    Only a useful answer stops the operator's clock. Without an answer the call stays due: now, or when it was agreed.
    Raises AlreadyClosed.
    """
    request = referral.request
    hold(request)
    add_exchange(request, kind, now, by=by, referral=referral, text=text, call_back_at=call_back_at)
    due = {Happening.CALL_NO_ANSWER: now, Happening.CALL_BACK: call_back_at}.get(Happening(kind))
    mark = {Happening.CALL_ANSWERED: "answered_at", Happening.WRONG_CONTACT: "declined_at"}.get(Happening(kind))
    if mark is not None:
        Referral.objects.filter(pk=referral.pk, **{f"{mark}__isnull": True}).update(**{mark: now})
    settle(request, call_back_at=due)
