"""What a counsellor does with a request: log it, hand it over, follow it, tell the resident."""

from referrals.actions.calls import record_call
from referrals.actions.closing import (
    AlreadyInformed,
    AlreadyOpen,
    close,
    inform_resident,
    reopen_closed_by_mistake,
    reopen_for_return,
)
from referrals.actions.corrections import (
    CannotBeCorrected,
    ChangedMeanwhile,
    Entry,
    cancel_entry,
    correct,
    entry_of,
    restore_entry,
)
from referrals.actions.hand_overs import AlreadyWrittenToday, HandedOver, locate, refer, revoke, settle, written_today
from referrals.actions.identities import keep_identity
from referrals.actions.logging import Logged, due_at, log_request
from referrals.actions.saved_views import NameTaken, TooManyViews, delete_view, rename_view, save_view
from referrals.actions.timeline import AlreadyClosed, add_exchange, add_note, hold
from referrals.actions.usefulness import AlreadySaid, not_useful_yet, useful

__all__ = [
    "AlreadyClosed",
    "AlreadyInformed",
    "AlreadyOpen",
    "AlreadySaid",
    "AlreadyWrittenToday",
    "CannotBeCorrected",
    "ChangedMeanwhile",
    "Entry",
    "HandedOver",
    "Logged",
    "NameTaken",
    "TooManyViews",
    "add_exchange",
    "add_note",
    "cancel_entry",
    "close",
    "correct",
    "delete_view",
    "due_at",
    "entry_of",
    "hold",
    "inform_resident",
    "keep_identity",
    "locate",
    "log_request",
    "not_useful_yet",
    "record_call",
    "refer",
    "rename_view",
    "reopen_closed_by_mistake",
    "reopen_for_return",
    "restore_entry",
    "revoke",
    "save_view",
    "settle",
    "useful",
    "written_today",
]
