"""Which cases would change hands if this contact or this rule were changed, in words that a page can show?"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from partners.consequences import NOTHING, SHOWN, Hands, HandsRow
from partners.models import Blocker, Contact, Operator, Rule
from referrals.candidates import absence_of, bare_candidates, bare_rule_fact, kept_by, place_of
from referrals.coverage.facts import communes_of, procedures_of
from referrals.hands.change import Change, Needs, cases, compare, days_to_compare
from referrals.routing import Candidate, RuleFact
from schedules.wording import spoken_date

_Edit = Callable[[Candidate], Candidate]


def when_rules_become(contact: Contact, rules: Iterable[Rule], today: date) -> Hands:
    """`rules`: all those that the contact would have, unsaved ones included. Nothing while it is out of service."""
    facts = tuple(bare_rule_fact(rule) for rule in rules)
    return _changed(contact, lambda candidate: replace(candidate, rules=facts), today)


def when_contact_becomes(saved: Contact, changed: Contact | None, today: date) -> Hands:
    """Its absence, its stand-in or its operator change, or it comes back; None: it goes out of service.

    Its rules stay.
    """
    if changed is None:
        return _changed(saved, None, today)
    if changed.is_active and not saved.is_active:
        return _come_back(changed, today)
    values = (changed.operator_id, absence_of(changed), changed.stand_in_id)
    if values == (saved.operator_id, absence_of(saved), saved.stand_in_id):
        return NOTHING
    operator, absence, stand_in = values
    return _changed(
        saved,
        lambda candidate: replace(candidate, operator=operator, absence=absence, stand_in=stand_in),
        today,
        [saved.operator, changed.operator],
    )


def _changed(contact: Contact, edit: _Edit | None, today: date, operators: Sequence[Operator] = ()) -> Hands:
    """`operators`: those whose cases may change hands; the contact's own unless said otherwise."""
    if not contact.is_active:
        return NOTHING
    asked = list(operators) or [contact.operator]
    colleagues = kept_by(contact.office, [operator.pk for operator in asked])
    before = bare_candidates(colleagues)
    after = [edit(each) if each.pk == contact.pk and edit else each for each in before if edit or each.pk != contact.pk]
    return _compared(contact, before, after, {each.pk: each.name for each in colleagues}, asked, today)


def _come_back(contact: Contact, today: date) -> Hands:
    colleagues = kept_by(contact.office, [contact.operator_id])
    before = bare_candidates(colleagues)
    names = {each.pk: each.name for each in [*colleagues, contact]}
    return _compared(contact, before, [*before, *bare_candidates([contact])], names, [contact.operator], today)


def _compared(
    contact: Contact,
    before: Sequence[Candidate],
    after: Sequence[Candidate],
    names: dict[int, str],
    operators: Iterable[Operator],
    today: date,
) -> Hands:
    places = tuple(place_of(commune) for commune in communes_of(contact.office))
    days, blockers = days_to_compare((before, after), today), blockers_of(before, after)
    procedures: dict[int, str] = {}
    changes: list[Change] = []
    for operator in {each.pk: each for each in operators}.values():
        own = {row.pk: row.name for row in procedures_of(operator)}
        procedures |= own
        changes += compare(before, after, Needs(operator.pk, tuple(own), places, blockers), days)
    return in_words(changes, procedures, names, today)


def blockers_of(*directories: Iterable[Candidate]) -> tuple[int, ...]:
    rules: Iterable[RuleFact] = (rule for each in directories for candidate in each for rule in candidate.rules)
    return tuple(sorted({rule.blocker for rule in rules if rule.blocker is not None}))


def in_words(
    changes: Sequence[Change],
    procedures: Mapping[int, str],
    names: Mapping[int, str],
    today: date,
    uncounted: Sequence[str] = (),
) -> Hands:
    """`uncounted`: operators that were not compared."""
    if not changes and not uncounted:
        return NOTHING
    shown = changes[:SHOWN]
    blockers = dict(Blocker.objects.filter(pk__in={c.blocker for c in shown}).values_list("pk", "name"))
    rows = tuple(
        HandsRow(
            procedure=procedures[change.procedure]
            + (f" ({blockers[change.blocker]})" if change.blocker in blockers else ""),
            commune=change.place.name,
            before=_people(change.before, names),
            after=_people(change.after, names),
            since=spoken_date(change.day, today=today) if change.day > today else "",
        )
        for change in shown
    )
    left_alone = cases(change for change in changes if not change.after)
    return Hands(cases(changes), rows, _mark(changes, uncounted), left_alone, tuple(uncounted))


def _people(pks: Iterable[int], names: Mapping[int, str]) -> str:
    return " ou ".join(names.get(pk, "un interlocuteur hors de l’équipe") for pk in pks) or "personne"


def _mark(changes: Iterable[Change], uncounted: Iterable[str]) -> str:
    """The same list gives the same mark, whoever asks."""
    said = [f"{c.procedure},{c.place.code},{c.blocker},{c.day},{c.before},{c.after}" for c in changes]
    return hashlib.sha256("|".join([*said, *uncounted]).encode()).hexdigest()[:24]
