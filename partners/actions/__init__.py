"""What can be done to operators and démarches, contacts and rules, local services? Their verbs under one name."""

from partners.actions.contacts import (
    as_back,
    as_changed,
    confirm_contact,
    create_contact,
    deactivate_contact,
    reactivate_contact,
    update_contact,
)
from partners.actions.local_services import (
    add_area,
    add_limit,
    create_local_service,
    remove_area,
    remove_limit,
    set_service_active,
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
from partners.actions.rules import RuleExists, add_rule, remove_rule, update_rule

__all__ = [
    "LoadReport",
    "LoadTally",
    "RuleExists",
    "add_area",
    "add_limit",
    "add_rule",
    "as_back",
    "as_changed",
    "confirm_contact",
    "create_contact",
    "create_local_service",
    "create_operator",
    "create_procedure",
    "deactivate_contact",
    "deactivate_operator",
    "deactivate_procedure",
    "load_reference",
    "reactivate_contact",
    "reactivate_operator",
    "reactivate_procedure",
    "remove_area",
    "remove_limit",
    "remove_rule",
    "set_service_active",
    "update_contact",
    "update_local_service",
    "update_operator",
    "update_procedure",
    "update_rule",
]
