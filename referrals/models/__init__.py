"""A resident's request: what was asked, to whom it was handed over, and what was promised."""

from referrals.models.hand_overs import (
    LINK_LASTS,
    Exchange,
    Happening,
    Identity,
    IdentityQuerySet,
    Referral,
    ReferralChannel,
    ReferralQuerySet,
)
from referrals.models.requests import (
    Channel,
    ClosingReason,
    Outcome,
    Promise,
    ServiceRequest,
    ServiceRequestQuerySet,
    new_reference,
)

__all__ = [
    "LINK_LASTS",
    "Channel",
    "ClosingReason",
    "Exchange",
    "Happening",
    "Identity",
    "IdentityQuerySet",
    "Outcome",
    "Promise",
    "Referral",
    "ReferralChannel",
    "ReferralQuerySet",
    "ServiceRequest",
    "ServiceRequestQuerySet",
    "new_reference",
]
