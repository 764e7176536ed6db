"""What would a file of contacts and rules create, change and leave alone, and which of its rows cannot be taken?

Nothing is written here; twenty thousand rows cost as many statements as one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from partners.forms.import_rows import ContactCellsForm, RuleCellsForm, absence_problem
from partners.models import ContactImportLine, ContactLineKind
from partners.sheets.columns import CONTACT_NAMES, RULE_NAMES, TITLES
from partners.sheets.groups import Ambiguous, GoodRow, Group, Identity, Problem, add, identity_of, is_bare
from partners.sheets.known import Known
from partners.sheets.reading import Sheet, SheetRow
from partners.sheets.snapshots import NEW, NEW_RULE, RuleValues, Values, rule_key, sorted_rules
from partners.sheets.standing_in import refuse_wrong_stand_ins, stand_ins_first
from partners.sheets.words import differences

_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "’": "'"})
_PHONES = ("phone", "direct_phone")
_CONTACT_CELLS = (*CONTACT_NAMES, "identifier")


@dataclass(slots=True)
class Preview:
    """Lines not yet kept: a created or changed contact each, or a refused row each, in the order of the file."""

    read: int
    unchanged: int = 0
    lines: list[ContactImportLine] = field(default_factory=list)

    def of(self, kind: ContactLineKind) -> list[ContactImportLine]:
        """Those with a problem are refused, whatever they meant to do."""
        if kind == ContactLineKind.REFUSED:
            return [line for line in self.lines if line.problems]
        return [line for line in self.lines if line.kind == kind and not line.problems]


def compare(sheet: Sheet, known: Known, *, today: date) -> Preview:
    """The file beside what is stored. Stand-ins that are created come before those they stand in for."""
    found = _Comparison(sheet, known, today)
    for row in sheet.rows:
        found.take(row)
    groups = found.complete_groups()
    preview = Preview(len(sheet.rows))
    for group in stand_ins_first(groups):
        line = found.line_of(group)
        if line is None:
            preview.unchanged += len(group.rows)
        else:
            preview.lines.append(line)
    preview.lines += found.refused
    return preview


class _Comparison:
    def __init__(self, sheet: Sheet, known: Known, today: date) -> None:
        self.sheet, self.known = sheet, known
        self.contact_form = ContactCellsForm(known, columns=sheet.columns, today=today)
        # A rule without a territory is refused, also when nothing in the file could give one.
        self.rule_form = RuleCellsForm(known, columns={*sheet.columns, "area"})
        self.groups: dict[Identity, Group] = {}
        self.refused: list[ContactImportLine] = []
        self._contacts: dict[tuple[str, ...], tuple[Values, list[tuple[str, str]]]] = {}
        self._rules: dict[tuple[str | int | None, ...], tuple[Values, list[tuple[str, str]]]] = {}

    def take(self, row: SheetRow) -> None:
        """Put the row in the group of its contact, or among the refused."""
        values, wrong = self._contact_cells(row)
        said, wrong_rule = self._rule_cells(row, values.get("operator"))
        problems = [{"column": TITLES[name], "reason": reason} for name, reason in (*wrong, *wrong_rule)]
        if row.extra:
            problems.append({"column": "", "reason": "Cette ligne a plus de cases que la ligne de titres."})
        if problems:
            self._refuse(row.number, row.cells.get("name", ""), problems)
            self._cut(values)
            return
        try:
            identity = identity_of(values, self.known)
        except Ambiguous:
            reason = "Plusieurs fiches portent ce nom chez cet opérateur\u00a0: donnez le numéro de la bonne."
            self._refuse(row.number, values["name"], [{"column": TITLES["identifier"], "reason": reason}])
            return
        group = self.groups.get(identity)
        if group is None:
            stored = self.known.contacts[identity] if isinstance(identity, int) else None
            group = self.groups[identity] = Group(identity, stored)
        good = GoodRow(row.number, values, said["rule"], is_bare(row.cells, CONTACT_NAMES))
        if problem := add(group, good):
            self._refuse(row.number, values["name"], [problem])

    def complete_groups(self) -> list[Group]:
        """Those that make a contact that can be written; the rows of the others are refused."""
        groups = []
        for group in self.groups.values():
            if not group.rows:
                continue
            if problems := self._problems_of(group):
                self._refuse_group(group, problems)
            else:
                groups.append(group)
        return refuse_wrong_stand_ins(groups, self.known, self._refuse_group)

    def line_of(self, group: Group) -> ContactImportLine | None:
        """What the group writes; None when everything is as it says."""
        after, rules_after = self._after(group), self._rules_after(group)
        stored = group.stored
        before, rules_before = (stored.values, stored.rules) if stored else (NEW, [])
        if stored and after == before and rules_after == rules_before:
            return None
        return ContactImportLine(
            number=group.number,
            kind=ContactLineKind.CHANGED if stored else ContactLineKind.CREATED,
            name=group.name,
            contact_id=stored.pk if stored else None,
            values={"contact": after, "rules": rules_after, "rows": [row.number for row in group.rows]},
            differences=differences(before, after, rules_before, rules_after, self.known),
            before={"contact": before, "rules": rules_before} if stored else None,
        )

    # Rows

    def _contact_cells(self, row: SheetRow) -> tuple[Values, list[tuple[str, str]]]:
        """Repeated on each row of a contact: read once."""
        key = tuple(row.cells.get(name, "") for name in _CONTACT_CELLS)
        if key not in self._contacts:
            self._contacts[key] = self.contact_form.read(row.cells)
        return self._contacts[key]

    def _rule_cells(self, row: SheetRow, operator: int | None) -> tuple[Values, list[tuple[str, str]]]:
        key = (operator, *(row.cells.get(name, "") for name in RULE_NAMES))
        if key not in self._rules:
            self._rules[key] = self.rule_form.read_for(row.cells, operator)
        return self._rules[key]

    def _refuse(self, number: int, name: str, problems: list[Problem]) -> None:
        line = ContactImportLine(number=number, kind=ContactLineKind.REFUSED, name=name[:160], problems=problems)
        self.refused.append(line)

    def _refuse_group(self, group: Group, problems: list[Problem]) -> None:
        for row in group.rows:
            self._refuse(row.number, group.name, problems)

    def _cut(self, values: Values) -> None:
        """A refused row of a stored contact: its other rules are not concluded to be gone."""
        pk = values.get("identifier")
        if pk:
            group = self.groups.setdefault(pk, Group(pk, self.known.contacts[pk]))
            group.is_cut = True

    # Contacts

    def _after(self, group: Group) -> Values:
        before = group.stored.values if group.stored else NEW
        said = {name: value for name, value in group.said.items() if name in before and name != "stand_in"}
        if group.says_stand_in:
            said["stand_in"] = group.stand_in
        if self._comes_back(group):
            said.setdefault("is_active", True)
        return {name: was if _same(name, was, said.get(name, was)) else said[name] for name, was in before.items()}

    def _comes_back(self, group: Group) -> bool:
        """Named anew without its number: in service again, unless it is known to have left."""
        return group.stored is not None and not group.says_all and not group.stored.has_left

    def _problems_of(self, group: Group) -> list[Problem]:
        after = self._after(group)
        problems = []
        if not (after["phone"] or after["direct_phone"] or after["mail"]):
            problems.append({"column": TITLES["phone"], "reason": "Donnez un téléphone ou une adresse électronique."})
        if reason := absence_problem(after):
            problems.append({"column": TITLES["absent_until"], "reason": reason})
        return problems + list(self._out_of_service(group, after)) + list(self._rules_that_do_not_fit(group, after))

    def _out_of_service(self, group: Group, after: Mapping[str, Any]) -> Iterable[Problem]:
        """A stored contact keeps what it has; nothing else is given what is out of service."""
        operator = self.known.operators.by_key[str(after["operator"])]
        if not operator.is_active and not (group.stored and group.stored.values["operator"] == after["operator"]):
            yield {"column": TITLES["operator"], "reason": f"{operator.name} est hors service."}
        had = {rule["procedure"] for rule in group.stored.rules} if group.stored else set()
        for _, rule in group.rules.values():
            procedure = self.known.procedures.by_key.get(str(rule["procedure"]))
            if procedure and not procedure.is_active and rule["procedure"] not in had:
                yield {"column": TITLES["procedure"], "reason": f"La démarche {procedure.name} est hors service."}

    def _rules_that_do_not_fit(self, group: Group, after: Mapping[str, Any]) -> Iterable[Problem]:
        """The operator changes: the rules kept from before must be on its démarches too."""
        if group.stored is None or group.stored.values["operator"] == after["operator"]:
            return
        for rule in self._rules_after(group):
            if rule["procedure"] and not self.known.procedures.by_key[str(rule["procedure"])].is_for(after["operator"]):
                reason = "Cette fiche a des règles sur les démarches de l’autre opérateur\u00a0: retirez-les d’abord."
                yield {"column": TITLES["operator"], "reason": reason}
                return

    def _rules_after(self, group: Group) -> list[RuleValues]:
        """An export names every rule of a contact: one that is not there any more goes. Another list only adds."""
        stored = {rule_key(rule): rule for rule in group.stored.rules} if group.stored else {}
        said = {key: self._completed(rule, stored.get(key, NEW_RULE)) for key, (_, rule) in group.rules.items()}
        replaces = group.says_all and not group.is_cut and "area" in self.sheet.columns
        return sorted_rules((said if replaces else stored | said).values())

    def _completed(self, rule: RuleValues, stored: RuleValues) -> RuleValues:
        """What the file leaves unsaid of a rule stays as it is."""
        unsaid = {} if "rule_note" in self.sheet.columns else {"note": stored["note"]}
        return {**rule, **unsaid, "priority": rule["priority"] or stored["priority"]}


def _same(name: str, one: Any, other: Any) -> bool:
    """Told apart neither by blanks that look alike nor by the way a number is grouped."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return bool(one == other)
    if name in _PHONES:
        return "".join(filter(str.isdigit, one)) == "".join(filter(str.isdigit, other))
    return one.replace("\r\n", "\n").strip().translate(_BLANKS) == other.translate(_BLANKS)
