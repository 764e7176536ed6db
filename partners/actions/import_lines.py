"""How are contacts and rules written from lines of an import, hundreds at a time, each with its line of history?

The callers hold the transaction. A line is written only while its contact still says what the line was compared with.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from simple_history.utils import bulk_create_with_history

from accounts.models import Team, User
from partners.actions.rows import apply
from partners.models import Contact, ContactImportLine, ContactLineKind, Rule
from partners.sheets.snapshots import (
    RuleValues,
    Stored,
    Values,
    key_of_row,
    of_contact,
    of_rule,
    rule_key,
    stored_contacts,
)
from partners.stand_ins import circle, hold_stand_ins
from partners.versions import sign

AT_ONCE = 200
MEANWHILE = "Cette fiche a été modifiée entre-temps\u00a0: elle est laissée comme elle est."
TYPED_MEANWHILE = "Cette fiche a été créée à la main entre-temps\u00a0: importez le fichier de nouveau."
GONE = "Cette fiche n’existe plus."
TURNS = (
    "De remplaçant en remplaçant, cette fiche tournerait en rond avec ce qui a été modifié entre-temps\u00a0: "
    "elle est laissée comme elle est."
)


@dataclass(slots=True)
class Signature:
    """Who writes, when, and the reason (in French) that each line of history gives."""

    by: User | None
    now: datetime
    reason: str

    def on(self, row: Any) -> Any:
        return sign(row, by=self.by, now=self.now, reason=self.reason)

    def in_bulk(self) -> dict[str, Any]:
        return {
            "default_user": self.by,
            "default_date": self.now,
            "default_change_reason": self.reason[:100],
            "batch_size": AT_ONCE,
        }


@dataclass(slots=True)
class Target:
    """What a contact must say: `expected` now, `wanted` then. `refuse` hears why when it says something else."""

    pk: int
    expected: Values
    expected_rules: list[RuleValues]
    wanted: Values
    wanted_rules: list[RuleValues]
    refuse: Callable[[str], None]


@dataclass(slots=True)
class _Rules:
    """What is to be done to rules, once every contact is seen."""

    new: list[Rule] = field(default_factory=list)
    changed: list[Rule] = field(default_factory=list)
    gone: list[Rule] = field(default_factory=list)

    def write(self, signature: Signature) -> None:
        for row in self.gone:
            signature.on(row).delete()
        for row in self.changed:
            signature.on(row).save()
        if self.new:
            bulk_create_with_history(self.new, Rule, **signature.in_bulk())


def create_contacts(
    lines: Sequence[ContactImportLine], *, office: Team, signature: Signature, created: dict[int, int]
) -> None:
    """New contacts with their rules. `created`: contacts by line, known ones in, new ones added.

    Each line is given its contact, and the key of its stand-in; a stand-in that could not be written leaves none.
    Somebody typed the same contact since the preview: the line is refused.
    """
    waiting = _not_typed_meanwhile(lines, office)
    lines = list(waiting)
    while waiting:
        here = {line.number for line in waiting}
        ready = [line for line in waiting if _stand_in_line(line) not in here]
        for line in ready:
            reference = _stand_in_line(line)
            if reference is not None:
                line.values["contact"]["stand_in"] = created.get(reference)
        contacts = [Contact(office=office, **of_contact(line.values["contact"])) for line in ready]
        made = bulk_create_with_history(contacts, Contact, **signature.in_bulk())
        for line, contact in zip(ready, made, strict=True):
            line.contact = contact
            created[line.number] = contact.pk
        waiting = [line for line in waiting if line.contact_id is None]
    rules = _Rules()
    for line in lines:
        rules.new += [Rule(contact=line.contact, **of_rule(rule)) for rule in line.values["rules"]]
    rules.write(signature)


def _not_typed_meanwhile(lines: Sequence[ContactImportLine], office: Team) -> list[ContactImportLine]:
    names = {line.values["contact"]["name"] for line in lines}
    rows = Contact.objects.filter(office=office, name__in=names).values_list("operator_id", "name", "body")
    there = set(rows)
    kept = []
    for line in lines:
        values = line.values["contact"]
        if (values["operator"], values["name"], values["body"]) in there:
            line.problems = [{"column": "", "reason": TYPED_MEANWHILE}]
        else:
            kept.append(line)
    return kept


def bring_to(targets: Sequence[Target], signature: Signature) -> None:
    """Give contacts and their rules what is wanted, where they still say what is expected and nobody's stand-ins turn
    in a circle. Six statements to look at most.
    """
    if any(_other_stand_in(target) for target in targets):
        hold_stand_ins({target.wanted["operator"] for target in targets})
    pks = [target.pk for target in targets]
    contacts = Contact.objects.select_for_update().in_bulk(pks)
    stored = stored_contacts(pks=pks)
    rows: dict[int, dict[Any, Rule]] = {}
    for row in Rule.objects.filter(contact__in=pks):
        rows.setdefault(row.contact_id, {})[key_of_row(row)] = row
    rules = _Rules()
    turning = _turning([target for target in targets if _is_as_expected(stored.get(target.pk), target)])
    for target in targets:
        if target.pk not in contacts:
            target.refuse(GONE)
        elif not _is_as_expected(stored[target.pk], target):
            target.refuse(MEANWHILE)
        elif target.pk in turning:
            target.refuse(TURNS)
        else:
            _bring(contacts[target.pk], target, signature)
            _plan(rules, target, rows.get(target.pk, {}))
    rules.write(signature)


def change_targets(
    lines: Sequence[ContactImportLine], created: Mapping[int, int], refuse: Callable[[ContactImportLine, str], None]
) -> list[Target]:
    """What the changed lines want of their contacts; a stand-in that the file creates gets its key."""
    targets = []
    for line in lines:
        if line.contact_id is None or line.before is None:
            refuse(line, GONE)
            continue
        reference = _stand_in_line(line)
        if reference is not None:
            line.values["contact"]["stand_in"] = created.get(reference)
        before, after, refused = line.before, line.values, partial(refuse, line)
        targets.append(
            Target(line.contact_id, before["contact"], before["rules"], after["contact"], after["rules"], refused)
        )
    return targets


def undo_targets(lines: Sequence[ContactImportLine], refuse: Callable[[ContactImportLine, str], None]) -> list[Target]:
    """The way back: what was created goes out of service with its rules, what was changed says what it said before."""
    targets = []
    for line in lines:
        if line.contact_id is None:
            refuse(line, GONE)
            continue
        written, rules = line.values["contact"], line.values["rules"]
        before, rules_before = written | {"is_active": False}, rules
        if line.before is not None:
            before, rules_before = line.before["contact"], line.before["rules"]
        refused = partial(refuse, line)
        targets.append(Target(line.contact_id, written, rules, before, rules_before, refused))
    return targets


def referred_lines(lines: Sequence[ContactImportLine]) -> set[int]:
    """The rows that create somebody's stand-in."""
    return {number for line in lines if (number := _stand_in_line(line)) is not None}


def split(lines: Sequence[ContactImportLine]) -> tuple[list[ContactImportLine], list[ContactImportLine]]:
    """Those that create, those that change."""
    new = [line for line in lines if line.kind == ContactLineKind.CREATED]
    return new, [line for line in lines if line.kind == ContactLineKind.CHANGED]


def _stand_in_line(line: ContactImportLine) -> int | None:
    stand_in = line.values["contact"]["stand_in"]
    return stand_in["line"] if isinstance(stand_in, dict) else None


def _is_as_expected(stored: Stored | None, target: Target) -> bool:
    return stored is not None and stored.values == target.expected and stored.rules == target.expected_rules


def _other_stand_in(target: Target) -> bool:
    return bool(target.wanted["stand_in"] != target.expected["stand_in"])


def _turning(targets: Sequence[Target]) -> set[int]:
    """The contacts whose new stand-in would end by coming back to them: the preview could not know all that is there.

    One that is left as it is keeps its stand-in, which may close a circle in turn: hence the rounds.
    """
    new = {target.pk: target.wanted["stand_in"] for target in targets if _other_stand_in(target)}
    operators = {target.wanted["operator"] for target in targets if target.pk in new}
    rows = Contact.objects.filter(operator__in=operators, stand_in__isnull=False) if new else Contact.objects.none()
    now = dict(rows.values_list("pk", "stand_in_id"))
    left: set[int] = set()
    while True:
        then = {pk: stand_in for pk, stand_in in {**now, **new}.items() if stand_in}
        found = {pk for pk, stand_in in new.items() if stand_in and circle(pk, stand_in, then)}
        if not found:
            return left
        left |= found
        new = {pk: stand_in for pk, stand_in in new.items() if pk not in found}


def _bring(contact: Contact, target: Target, signature: Signature) -> None:
    mail = contact.mail
    if apply(contact, of_contact(target.wanted)):
        if contact.mail != mail:
            contact.bounced_at = None
        if contact.is_active:
            contact.left_on = None
        signature.on(contact).save()


def _plan(rules: _Rules, target: Target, rows: dict[Any, Rule]) -> None:
    wanted = {rule_key(rule): rule for rule in target.wanted_rules}
    rules.gone += [row for key, row in rows.items() if key not in wanted]
    for key, rule in wanted.items():
        if key not in rows:
            rules.new.append(Rule(contact_id=target.pk, **of_rule(rule)))
        elif apply(rows[key], {"priority": rule["priority"], "note": rule["note"]}):
            rules.changed.append(rows[key])
