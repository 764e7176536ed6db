"""How is a difference between two versions of a contact said to the person who decides?"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from partners.models import ContactKind
from partners.sheets.columns import TITLES
from partners.sheets.known import Known
from partners.sheets.snapshots import DAYS, FIELDS, RuleValues, Values, rule_key
from schedules.wording import spoken_date

Difference = dict[str, str]
"""`label`, `before` and `after`, all in French; empty when there is nothing."""


def differences(
    before: Values, after: Values, rules_before: Sequence[RuleValues], rules_after: Sequence[RuleValues], known: Known
) -> list[Difference]:
    """Field by field in the order of the columns, then rule by rule."""
    found = [
        {"label": TITLES[name], "before": said(name, before[name], known), "after": said(name, after[name], known)}
        for name in sorted(FIELDS, key=list(TITLES).index)
        if before[name] != after[name]
    ]
    one, other = ({rule_key(rule): rule for rule in rules} for rules in (rules_before, rules_after))
    for key in [*one, *(key for key in other if key not in one)]:
        if one.get(key) != other.get(key):
            said_before, said_after = (rule_said(rules[key], known) if key in rules else "" for rules in (one, other))
            found.append({"label": "Règle", "before": said_before, "after": said_after})
    return found


def said(name: str, value: Any, known: Known) -> str:
    if name == "is_active":
        return "oui" if value else "non"
    if value in (None, ""):
        return ""
    if name == "operator":
        return known.operators.by_key[str(value)].name
    if name == "stand_in":
        return str(value["name"]) if isinstance(value, dict) else known.contact_name(value)
    if name == "kind":
        return str(ContactKind(value).label)
    return spoken_date(date.fromisoformat(value), with_year=True) if name in DAYS else str(value)


def rule_said(rule: Mapping[str, Any], known: Known) -> str:
    """ "Carte Vitale – Le Havre (quartier Caucriauville), si document non reçu, priorité 5"."""
    procedure = known.procedures.by_key[str(rule["procedure"])].name if rule["procedure"] else "toutes les démarches"
    kind, _, code = rule["area"].partition(":")
    place = known.areas[kind].by_key[code].name
    note = f" ({rule['note']})" if rule["note"] else ""
    blocker = f", si {known.blockers.by_key[str(rule['blocker'])].name}" if rule["blocker"] else ""
    return f"{procedure} – {place}{note}{blocker}, priorité {rule['priority']}"
