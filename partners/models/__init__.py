"""The partners: which operators, for which démarches, through whom, where; and which helps are not theirs."""

from partners.models.changes import ContactChange, LocalServiceChange
from partners.models.closed_lists import Blocker, ClosedListQuerySet, ClosedListRow, Theme
from partners.models.contact_imports import ContactImport, ContactImportLine, ContactImportState, ContactLineKind
from partners.models.contacts import CHECKED_FOR, Contact, ContactKind, ContactQuerySet, Rule
from partners.models.digital import Level, MonthOfActivity, Workshop
from partners.models.know_how import KnowHowNote, NoteOpinion, NoteState, Opinion
from partners.models.local_actions import ActionMember, ActionSession, Role, SentTo
from partners.models.local_services import (
    LocalService,
    LocalServiceArea,
    LocalServiceKind,
    LocalServiceLimit,
    LocalServicePlace,
    LocalServiceQuerySet,
)
from partners.models.operators import Operator, OperatorQuerySet, Procedure, ProcedureQuerySet, Subject
from partners.models.upkeep import Confirmation, Finding, Report, Verdict, Wrong

__all__ = [
    "CHECKED_FOR",
    "ActionMember",
    "ActionSession",
    "Blocker",
    "ClosedListQuerySet",
    "ClosedListRow",
    "Confirmation",
    "Contact",
    "ContactChange",
    "ContactImport",
    "ContactImportLine",
    "ContactImportState",
    "ContactKind",
    "ContactLineKind",
    "ContactQuerySet",
    "Finding",
    "KnowHowNote",
    "Level",
    "LocalService",
    "LocalServiceArea",
    "LocalServiceChange",
    "LocalServiceKind",
    "LocalServiceLimit",
    "LocalServicePlace",
    "LocalServiceQuerySet",
    "MonthOfActivity",
    "NoteOpinion",
    "NoteState",
    "Operator",
    "OperatorQuerySet",
    "Opinion",
    "Procedure",
    "ProcedureQuerySet",
    "Report",
    "Role",
    "Rule",
    "SentTo",
    "Subject",
    "Theme",
    "Verdict",
    "Workshop",
    "Wrong",
]
