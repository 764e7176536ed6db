"""What can be done to the partners' directory? Every verb that writes, under one name."""

from partners.actions.contacts import (
    RuleExists,
    add_rule,
    confirm_contact,
    create_contact,
    deactivate_contact,
    reactivate_contact,
    remove_rule,
    update_contact,
)
from partners.actions.local_services import (
    create_local_service,
    deactivate_local_service,
    reactivate_local_service,
    update_local_service,
)
from partners.actions.operators import (
    create_operator,
    create_procedure,
    deactivate_operator,
    deactivate_procedure,
    reactivate_operator,
    reactivate_procedure,
    update_operator,
    update_procedure,
)
from partners.actions.reference import LoadReport, LoadTally, load_reference

__all__ = [
    "LoadReport",
    "LoadTally",
    "RuleExists",
    "add_rule",
    "confirm_contact",
    "create_contact",
    "create_local_service",
    "create_operator",
    "create_procedure",
    "deactivate_contact",
    "deactivate_local_service",
    "deactivate_operator",
    "deactivate_procedure",
    "load_reference",
    "reactivate_contact",
    "reactivate_local_service",
    "reactivate_operator",
    "reactivate_procedure",
    "remove_rule",
    "update_contact",
    "update_local_service",
    "update_operator",
    "update_procedure",
]
