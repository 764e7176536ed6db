"""What does a contact say, with its rules, as plain values that can be kept in an import and compared later?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Team
from partners.models import Contact, Rule

Values = dict[str, Any]
"""Of a contact: keys of other rows, days in ISO; ready for JSON."""

RuleValues = dict[str, Any]
"""Of a rule: `procedure` and `blocker` (keys or None), `area` (« commune:76540 »), `priority`, `note`."""

TEXTS = ("body", "name", "function", "phone", "direct_phone", "mail", "note")
DAYS = ("absent_from", "absent_until", "checked_on")
FIELDS = ("operator", "kind", *TEXTS, *DAYS, "stand_in", "is_active")
AREAS = ("commune", "epci", "arrondissement", "departement")
NEW: Values = {
    "operator": None,
    "kind": "person",
    **dict.fromkeys(TEXTS, ""),
    **dict.fromkeys(DAYS),
    "stand_in": None,
    "is_active": True,
}
NEW_RULE: RuleValues = {"priority": 5, "note": ""}
_COLUMNS = {"operator": "operator_id", "stand_in": "stand_in_id"}
_READ = ("pk", "office_id", "left_on", *(_COLUMNS.get(name, name) for name in FIELDS))
_RULE_READ = ("contact_id", "procedure_id", "blocker_id", *(f"{area}_id" for area in AREAS), "priority", "note")


@dataclass(slots=True)
class Stored:
    """A contact as it is stored."""

    pk: int
    values: Values
    rules: list[RuleValues] = field(default_factory=list)
    has_left: bool = False
    office: int = 0


def stored_contacts(
    offices: Collection[Team] | None = None,
    pks: Collection[int] | None = None,
    operators: Collection[int] | None = None,
) -> dict[int, Stored]:
    """Those of these offices, for these operators, or those that are named; two statements."""
    contacts, rules = Contact.objects.order_by(), Rule.objects.order_by("pk")
    if offices is not None:
        contacts, rules = contacts.filter(office__in=offices), rules.filter(contact__office__in=offices)
    if pks is not None:
        contacts, rules = contacts.filter(pk__in=pks), rules.filter(contact__in=pks)
    if operators is not None:
        contacts, rules = contacts.filter(operator__in=operators), rules.filter(contact__operator__in=operators)
    found: dict[int, Stored] = {}
    for pk, office, left_on, *row in contacts.values_list(*_READ):
        values = dict(zip(FIELDS, row, strict=True))
        values |= {name: _iso(values[name]) for name in DAYS}
        found[pk] = Stored(pk, values, has_left=left_on is not None, office=office)
    by_contact: dict[int, list[RuleValues]] = defaultdict(list)
    for contact, procedure, blocker, *areas, priority, note in rules.values_list(*_RULE_READ):
        by_contact[contact].append(rule_values(procedure, blocker, _area(areas), priority, note))
    for pk, stored in found.items():
        stored.rules = sorted_rules(by_contact[pk])
    return found


def rule_values(procedure: int | None, blocker: int | None, area: str, priority: int, note: str) -> RuleValues:
    return {"procedure": procedure, "blocker": blocker, "area": area, "priority": priority, "note": note}


def rule_key(rule: Mapping[str, Any]) -> tuple[int, int, str]:
    """What makes two rules of a contact the same one."""
    return rule["procedure"] or 0, rule["blocker"] or 0, rule["area"]


def sorted_rules(rules: Iterable[RuleValues]) -> list[RuleValues]:
    return sorted(rules, key=rule_key)


def of_contact(values: Mapping[str, Any]) -> Values:
    """What the model is given: its columns, with real days."""
    given = {_COLUMNS.get(name, name): values[name] for name in FIELDS}
    return given | {name: date.fromisoformat(values[name]) if values[name] else None for name in DAYS}


def of_rule(rule: Mapping[str, Any]) -> Values:
    """What the model is given."""
    kind, _, code = rule["area"].partition(":")
    areas = {f"{area}_id": code if area == kind else None for area in AREAS}
    given = {"procedure_id": rule["procedure"], "blocker_id": rule["blocker"]}
    return {**given, **areas, "priority": rule["priority"], "note": rule["note"]}


def key_of_row(rule: Rule) -> tuple[int, int, str]:
    """The same as `rule_key`, of a stored rule."""
    areas = [getattr(rule, f"{area}_id") for area in AREAS]
    return rule.procedure_id or 0, rule.blocker_id or 0, _area(areas)


def _area(codes: Iterable[str | None]) -> str:
    return next(f"{kind}:{code}" for kind, code in zip(AREAS, codes, strict=True) if code)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
