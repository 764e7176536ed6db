"""A resident's request: what was asked, to whom it was handed over, and what was promised."""

from referrals.models.closed_lists import AgeBand, Channel, ClosingReason, Outcome, Situation
from referrals.models.erasures import Erasure, Why
from referrals.models.files import Attachment, AttachmentQuerySet, FileKind, IncomingMail, Scan, Verdict
from referrals.models.hand_overs import (
    LINK_LASTS,
    USEFUL,
    Exchange,
    Happening,
    Referral,
    ReferralChannel,
    ReferralQuerySet,
)
from referrals.models.identities import Identity, IdentityMark, IdentityQuerySet, Mandate, MarkKind
from referrals.models.promises import Promise, deadline
from referrals.models.references import new_reference
from referrals.models.reminders import Notice, NoticeChoice, NoticeQuerySet, Pace, Reminder, Step
from referrals.models.requests import ServiceRequest, ServiceRequestQuerySet
from referrals.models.teamwork import Draft, Mention, SavedView, Viewing

__all__ = [
    "LINK_LASTS",
    "USEFUL",
    "AgeBand",
    "Attachment",
    "AttachmentQuerySet",
    "Channel",
    "ClosingReason",
    "Draft",
    "Erasure",
    "Exchange",
    "FileKind",
    "Happening",
    "Identity",
    "IdentityMark",
    "IdentityQuerySet",
    "IncomingMail",
    "Mandate",
    "MarkKind",
    "Mention",
    "Notice",
    "NoticeChoice",
    "NoticeQuerySet",
    "Outcome",
    "Pace",
    "Promise",
    "Referral",
    "ReferralChannel",
    "ReferralQuerySet",
    "Reminder",
    "SavedView",
    "Scan",
    "ServiceRequest",
    "ServiceRequestQuerySet",
    "Situation",
    "Step",
    "Verdict",
    "Viewing",
    "Why",
    "deadline",
    "new_reference",
]
