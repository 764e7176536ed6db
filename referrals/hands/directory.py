"""Which cases would change hands if many contacts and rules changed together: an import, its undoing, a way back?

Contacts are read as plain values, once: twenty thousand rules cost as many statements as one.
"""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Q

from partners.consequences import Foreseen, Hands
from partners.models import Operator, Procedure
from partners.sheets.screen import counted
from partners.sheets.snapshots import AREAS, RuleValues, Stored
from referrals.candidates import place_of
from referrals.coverage.facts import communes_of
from referrals.hands.change import Change, Needs, compare, days_to_compare
from referrals.hands.in_words import blockers_of, in_words
from referrals.routing import Candidate, Reach, RuleFact, Territory

_REACH = dict(zip(AREAS, (Reach.COMMUNE, Reach.EPCI, Reach.ARRONDISSEMENT, Reach.DEPARTEMENT), strict=True))
MOST_RULES = 30_000
"""Of one operator, before or after: beyond, the page says that it did not count."""
MOST_COMPARED = 400_000
"""Démarches × communes × blockers of all the operators together, about three seconds; the same beyond."""


def when_directory_becomes(foreseen: Sequence[Foreseen], today: date) -> Hands:
    """Three statements, and two for each office; nothing is read when nothing differs for the ranking."""
    touched = [(one, _touched(one)) for one in foreseen]
    operators = dict(
        Operator.objects.filter(pk__in=set().union(*(pks for _, pks in touched))).values_list("pk", "name")
    )
    procedures = _procedures(operators)
    changes: list[Change] = []
    people: dict[int, str] = {}
    uncounted: list[str] = []
    effort = MOST_COMPARED
    for one, pks in touched:
        if not pks:
            continue
        places = tuple(place_of(commune) for commune in communes_of(one.office))
        before, after = _directories(one, pks)
        people |= {each.pk: str(each.values["name"]) for side in (one.before, one.after) for each in side.values()}
        for pk in sorted(pks, key=operators.__getitem__):
            was, becomes = ([each for each in side if each.operator == pk] for side in (before, after))
            needs = Needs(pk, tuple(procedures[pk]), places, blockers_of(was, becomes))
            effort -= len(needs.procedures) * len(places) * (1 + len(needs.blockers))
            rules = max(sum(len(each.rules) for each in side) for side in (was, becomes))
            if effort < 0 or rules > MOST_RULES:
                uncounted.append(f"{operators[pk]} ({counted(rules, 'règle', 'règles')})")
            else:
                changes += compare(was, becomes, needs, days_to_compare((was, becomes), today))
    names = {pk: name for each in procedures.values() for pk, name in each.items()}
    return in_words(changes, names, people, today, uncounted)


def _procedures(operators: Collection[int]) -> dict[int, dict[int, str]]:
    """The démarches in use of each operator, those that its question leads to included, by name; one statement."""
    found: dict[int, dict[int, str]] = {operator: {} for operator in operators}
    served = Q(operator__in=operators) | Q(alternative_operator__in=operators)
    rows = Procedure.objects.in_use().filter(served).order_by("name", "pk")
    for pk, name, *both in rows.values_list("pk", "name", "operator", "alternative_operator"):
        for operator in both:
            if operator in found:
                found[operator][pk] = name
    return found


def _touched(foreseen: Foreseen) -> set[int]:
    """The operators of the contacts that the ranking would not read the same."""
    found: set[int] = set()
    for pk in foreseen.before.keys() | foreseen.after.keys():
        was, becomes = foreseen.before.get(pk), foreseen.after.get(pk)
        if was is not becomes and _ranked_by(was) != _ranked_by(becomes):
            found |= {one.values["operator"] for one in (was, becomes) if one is not None}
    return found


def _ranked_by(one: Stored | None) -> tuple[object, ...]:
    """What the ranking reads of a contact; nothing while it is out of service."""
    if one is None or not one.values["is_active"]:
        return ()
    values = one.values
    rules = [(rule["procedure"], rule["blocker"], rule["area"], rule["priority"]) for rule in one.rules]
    return values["operator"], values["absent_from"], values["absent_until"], values["stand_in"], rules


def _directories(foreseen: Foreseen, operators: Collection[int]) -> tuple[list[Candidate], list[Candidate]]:
    """Both sides, for these operators; what stays as it is is made once."""
    before = {pk: _candidate(one) for pk, one in foreseen.before.items() if _answers(one, operators)}
    after = [
        before[pk] if foreseen.before.get(pk) is one else _candidate(one)
        for pk, one in foreseen.after.items()
        if _answers(one, operators)
    ]
    return list(before.values()), after


def _answers(one: Stored, operators: Collection[int]) -> bool:
    return one.values["is_active"] and one.values["operator"] in operators


def _candidate(one: Stored) -> Candidate:
    values = one.values
    first, last = values["absent_from"], values["absent_until"]
    return Candidate(
        pk=one.pk,
        operator=values["operator"],
        rules=tuple(map(_rule, one.rules)),
        absence=(date.fromisoformat(first), date.fromisoformat(last)) if first and last else None,
        stand_in=values["stand_in"],
    )


def _rule(said: RuleValues) -> RuleFact:
    kind, _, code = said["area"].partition(":")
    return RuleFact(said["procedure"], Territory(_REACH[kind], code, ""), said["priority"], said["blocker"])
