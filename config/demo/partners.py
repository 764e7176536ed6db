"""How do the invented contacts and their rules enter the directory, and whom would each démarche reach?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from accounts.models import Team, User
from config.demo import hours
from config.demo.chance import dice, phone
from config.demo.contacts import ABSENT, LINES, UNCONFIRMED, Line
from config.demo.people import names
from partners.models import Contact, ContactKind, Operator, Procedure, Rule
from partners.versions import sign
from referrals.facts import need_of
from referrals.routing import Candidate, Reach, RuleFact, Territory, rank
from schedules.calendars import Calendar
from schedules.models import Schedule
from territories.models import Commune

DIRECT_LINE_EVERY = 4


def write_contacts(*, office: Team, by: User, now: datetime, today: date, seed: int) -> list[Contact]:
    """The directory, saved one by one so that each contact has its first line of history."""
    operators = {operator.code: operator for operator in Operator.objects.all()}
    procedures = {procedure.code: procedure for procedure in Procedure.objects.all()}
    known = [line for line in LINES if line.hours]
    schedules = dict(zip(known, hours.write(hours.timetable(line.hours) for line in known), strict=True))
    contacts = []
    for place, contact in enumerate(_contacts(operators, schedules, office, today, seed)):
        sign(contact, by=by, now=now, reason="Données de démonstration").save()
        for rule in _rules(contact, LINES[place], procedures):
            sign(rule, by=by, now=now).save()
        contacts.append(contact)
    for absent, stand_in in _stand_ins(contacts):
        absent.stand_in = stand_in
        sign(absent, by=by, now=now, reason="Remplaçante indiquée").save(update_fields=["stand_in"])
    return contacts


def _contacts(
    operators: Mapping[str, Operator], schedules: Mapping[Line, Schedule], office: Team, today: date, seed: int
) -> Iterator[Contact]:
    chance = dice(seed, "contacts")
    invented = names(chance)
    for place, line in enumerate(LINES):
        first, last = ABSENT.get((line.body, line.function), (None, None))
        checked = UNCONFIRMED[place] if place in UNCONFIRMED else chance.randint(3, 80)
        yield Contact(
            operator=operators[line.operator],
            kind=ContactKind.DESK if line.is_service else ContactKind.PERSON,
            body=line.body,
            name=line.function if line.is_service else next(invented),
            function="" if line.is_service else line.function,
            phone=phone(2001 + place),
            direct_phone=phone(2501 + place) if place % DIRECT_LINE_EVERY == 1 else "",
            mail=f"contact-{place + 1}@exemple.fr",
            schedule=schedules.get(line),
            office=office,
            absent_from=None if first is None else today + timedelta(days=first),
            absent_until=None if last is None else today + timedelta(days=last),
            checked_on=None if checked is None else today - timedelta(days=checked),
            note=line.note,
        )


def _rules(contact: Contact, line: Line, procedures: Mapping[str, Procedure]) -> Iterator[Rule]:
    for rule in line.rules:
        where, _, code = rule.partition(":")
        yield Rule(
            contact=contact,
            procedure=procedures[code] if code else None,
            priority=line.priority,
            **_territory(where),
        )


def _territory(where: str) -> dict[str, str]:
    """The column of a rule: the length of the code says what it is."""
    columns = {1: "departement_id", 3: "arrondissement_id", 5: "commune_id", 9: "epci_id"}
    return {columns[len(where)]: "76" if where == "d" else where}


def _stand_ins(contacts: Sequence[Contact]) -> Iterator[tuple[Contact, Contact]]:
    """The colleague of the same body who comes next in the list."""
    for place, contact in enumerate(contacts):
        if contact.absent_from is not None:
            others = [*contacts[place + 1 :], *contacts[:place]]
            yield contact, next(each for each in others if each.body == contact.body)


class Switchboard:
    """Whom a request goes to in ordinary times: the ranking of the application, without absences nor hours."""

    def __init__(self, contacts: Sequence[Contact], now: datetime, calendar: Calendar) -> None:
        self._contacts = {contact.pk: contact for contact in contacts}
        rules: dict[int, list[RuleFact]] = {contact.pk: [] for contact in contacts}
        for rule in Rule.objects.filter(contact__in=self._contacts):
            rules[rule.contact_id].append(RuleFact(rule.procedure_id, _reach(rule), rule.priority))
        self._candidates = [Candidate(c.pk, c.operator_id, tuple(rules[c.pk])) for c in contacts]
        self._known: dict[tuple[int, int, str], list[Contact]] = {}
        self._now, self._calendar = now, calendar

    def contacts_for(self, procedure: Procedure, operator: Operator, commune: Commune) -> list[Contact]:
        """In the order of the ranking; empty when nobody answers there."""
        key = (procedure.pk, operator.pk, commune.insee)
        if key not in self._known:
            need = need_of(procedure, commune, [operator])
            ranked = rank(self._candidates, need, self._now, self._calendar)
            self._known[key] = [self._contacts[each.contact] for each in ranked]
        return self._known[key]


def _reach(rule: Rule) -> Territory:
    if rule.commune_id:
        return Territory(Reach.COMMUNE, rule.commune_id, "")
    if rule.epci_id:
        return Territory(Reach.EPCI, rule.epci_id, "")
    if rule.arrondissement_id:
        return Territory(Reach.ARRONDISSEMENT, rule.arrondissement_id, "")
    return Territory(Reach.DEPARTEMENT, rule.departement_id or "", "")
