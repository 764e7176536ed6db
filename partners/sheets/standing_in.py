"""Who stands in for whom in a file, stored or not yet, and does nobody end up standing in for herself?"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from partners.sheets.columns import TITLES
from partners.sheets.groups import Group, Problem
from partners.sheets.known import Known, spelled

Reference: TypeAlias = int | dict[str, Any] | None
"""A stored contact, or one that the file creates: {"line": its first row, "name": …}."""

Node: TypeAlias = int | tuple[str, int]
_WITH_BODY = re.compile(r"(.+?)\s*\((.+)\)")


class _Wrong(Exception):
    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def refuse_wrong_stand_ins(
    groups: Sequence[Group], known: Known, refuse: Callable[[Group, list[Problem]], None]
) -> list[Group]:
    """The groups that stay, their `stand_in` found. A contact refused is nobody's stand-in: hence the rounds."""
    kept = list(groups)
    while True:
        wrong = _wrong_ones(kept, known)
        if not wrong:
            return kept
        for group in kept:
            if reason := wrong.get(group.number):
                refuse(group, [{"column": TITLES["stand_in"], "reason": reason}])
        kept = [group for group in kept if group.number not in wrong]


def stand_ins_first(groups: Iterable[Group]) -> list[Group]:
    """In the order of the file, but for those created: a stand-in comes before whom it stands in for."""
    waiting = {group.number: group for group in groups}
    ordered: list[Group] = []
    for first in list(waiting):
        chain: list[Group] = []
        number: int | None = first
        while number is not None and (group := waiting.pop(number, None)):
            chain.append(group)
            number = group.stand_in["line"] if isinstance(group.stand_in, dict) else None
        ordered += reversed(chain)
    return ordered


def _wrong_ones(groups: Sequence[Group], known: Known) -> dict[int, str]:
    """By first row, why the stand-in cannot be taken."""
    named: dict[tuple[int, str], list[Group]] = defaultdict(list)
    for group in groups:
        named[group.said["operator"], spelled(group.name)].append(group)
    in_file = {group.stored.pk for group in groups if group.stored}
    wrong = {}
    for group in groups:
        if "stand_in" not in group.said:
            continue
        try:
            group.stand_in = _found(group, named, in_file, known)
            group.says_stand_in = True
        except _Wrong as problem:
            wrong[group.number] = problem.said
    return wrong or _cycles(groups, known)


def _found(group: Group, named: dict[tuple[int, str], list[Group]], in_file: set[int], known: Known) -> Reference:
    typed, stored = str(group.said["stand_in"]), group.stored.values["stand_in"] if group.stored else None
    if not typed:
        return None
    if stored and typed in (str(stored), known.contact_label(stored)):
        return int(stored)
    found = [int(typed)] if typed.isascii() and typed.isdigit() else _by_name(typed, group, named, known)
    if len(found) > 1:
        raise _Wrong(f"Plusieurs interlocuteurs se nomment «\u00a0{typed}\u00a0»\u00a0: donnez le numéro de la fiche.")
    if not found or (isinstance(found[0], int) and found[0] not in known.contacts):
        names = [name for operator, name in known.by_name if operator == group.said["operator"]]
        close = known.effort.closest(spelled(typed), names)
        contact = known.by_name[group.said["operator"], close][0].values["name"] if close else ""
        hint = f" Vouliez-vous dire «\u00a0{contact}\u00a0»\u00a0?" if contact else ""
        raise _Wrong(f"«\u00a0{typed}\u00a0» n’est pas un interlocuteur de cet opérateur.{hint}")
    _check(found[0], group, in_file, known)
    return found[0]


def _by_name(
    typed: str, group: Group, named: dict[tuple[int, str], list[Group]], known: Known
) -> list[int | dict[str, Any]]:
    operator = group.said["operator"]
    with_body = _WITH_BODY.fullmatch(typed)
    for name, body in [(typed, None), *([(with_body[1], with_body[2])] if with_body else [])]:
        key = operator, spelled(name)
        pks = {one.pk: one.values["body"] for one in known.by_name.get(key, ())}
        pks |= {one.stored.pk: one.said.get("body", "") for one in named.get(key, ()) if one.stored}
        new = [one for one in named.get(key, ()) if not one.stored]
        found: list[int | dict[str, Any]] = [
            pk for pk, of in pks.items() if body is None or spelled(of) == spelled(body)
        ]
        found += [
            {"line": one.number, "name": one.name}
            for one in new
            if body is None or spelled(one.said.get("body", "")) == spelled(body)
        ]
        if found:
            return found
    return []


def _check(reference: int | dict[str, Any], group: Group, in_file: set[int], known: Known) -> None:
    if _node(reference) == _node_of(group):
        raise _Wrong("Personne ne se remplace soi-même.")
    if isinstance(reference, dict):
        return
    values = known.contacts[reference].values
    if values["operator"] != group.said["operator"] and reference not in in_file:
        operator = known.operators.by_key[str(values["operator"])].name
        raise _Wrong(f"Cette personne répond pour {operator}\u00a0: choisissez un collègue.")
    if not values["is_active"] and reference not in in_file:
        raise _Wrong(f"La fiche de {values['name']} est hors service.")


# Cycles


def _cycles(groups: Sequence[Group], known: Known) -> dict[int, str]:
    """By first row, the contacts whose new stand-in would end by coming back to them. Linear in their number."""
    after: dict[Node, Node] = {
        pk: one.values["stand_in"] for pk, one in known.contacts.items() if one.values["stand_in"]
    }
    for group in groups:
        if group.says_stand_in:
            after.pop(_node_of(group), None)
            if group.stand_in:
                after[_node_of(group)] = _node(group.stand_in)
    turning = _turning(after)
    said = "De remplaçant en remplaçant, on revient à cette personne\u00a0: personne ne répondrait."
    return {
        group.number: said
        for group in groups
        if _node_of(group) in turning and group.stand_in != (group.stored.values["stand_in"] if group.stored else None)
    }


def _turning(after: dict[Node, Node]) -> set[Node]:
    """The nodes from which one comes back to where one was; each has one way out at most."""
    seen: set[Node] = set()
    turning: set[Node] = set()
    for start in after:
        path: dict[Node, int] = {}
        node: Node | None = start
        while node is not None and node not in seen:
            seen.add(node)
            path[node] = len(path)
            node = after.get(node)
        if node is not None and node in path:
            turning |= {one for one, place in path.items() if place >= path[node]}
    return turning


def _node(reference: int | dict[str, Any]) -> Node:
    return ("line", reference["line"]) if isinstance(reference, dict) else reference


def _node_of(group: Group) -> Node:
    return group.stored.pk if group.stored else ("line", group.number)
