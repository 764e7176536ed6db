"""The partners: which operators, for which démarches, through whom, and where."""

from partners.models.contacts import CHECKED_FOR, Contact, ContactQuerySet, Rule
from partners.models.local_services import LocalService, LocalServiceKind, LocalServiceQuerySet
from partners.models.operators import Blocker, Operator, OperatorQuerySet, Procedure, ProcedureQuerySet, Subject

__all__ = [
    "CHECKED_FOR",
    "Blocker",
    "Contact",
    "ContactQuerySet",
    "LocalService",
    "LocalServiceKind",
    "LocalServiceQuerySet",
    "Operator",
    "OperatorQuerySet",
    "Procedure",
    "ProcedureQuerySet",
    "Rule",
    "Subject",
]
