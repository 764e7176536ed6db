"""How do the rows of the directory become what the pure ranking reads?"""

from collections.abc import Collection, Iterable
from datetime import date

from accounts.models import Team
from partners.models import Contact, Rule
from referrals.places import Place
from referrals.routing import Candidate, Reach, RuleFact, Territory
from territories.models import Commune


def candidate_of(contact: Contact, rules: Iterable[RuleFact], *, with_hours: bool = False) -> Candidate:
    """`with_hours` reads the contact's schedule, which the caller has fetched (`for_routing`)."""
    return Candidate(
        pk=contact.pk,
        operator=contact.operator_id,
        rules=tuple(rules),
        absence=absence_of(contact),
        stand_in=contact.stand_in_id,
        timetable=contact.schedule.timetable() if with_hours and contact.schedule else None,
    )


def absence_of(contact: Contact) -> tuple[date, date] | None:
    return (contact.absent_from, contact.absent_until) if contact.absent_from and contact.absent_until else None


def rule_fact(rule: Rule) -> RuleFact:
    """A rule with the names that the reason gives: its territory and its blocker, which the caller has fetched."""
    if rule.commune is not None:
        territory = Territory(Reach.COMMUNE, rule.commune.insee, rule.commune.name)
    elif rule.epci is not None:
        territory = Territory(Reach.EPCI, rule.epci.siren, rule.epci.name)
    elif rule.arrondissement is not None:
        territory = Territory(Reach.ARRONDISSEMENT, rule.arrondissement.code, rule.arrondissement.name)
    else:
        territory = Territory(Reach.DEPARTEMENT, rule.departement_id or "", "")
    blocker_name = rule.blocker.name if rule.blocker else ""
    return RuleFact(rule.procedure_id, territory, rule.priority, rule.blocker_id, rule.note, blocker_name)


def bare_rule_fact(rule: Rule) -> RuleFact:
    """A rule without a name: where it holds, and no query to say it."""
    where = (
        (Reach.COMMUNE, rule.commune_id),
        (Reach.EPCI, rule.epci_id),
        (Reach.ARRONDISSEMENT, rule.arrondissement_id),
        (Reach.DEPARTEMENT, rule.departement_id),
    )
    territory = next(
        (Territory(reach, code, "") for reach, code in where if code), Territory(Reach.DEPARTEMENT, "", "")
    )
    return RuleFact(rule.procedure_id, territory, rule.priority, rule.blocker_id, rule.note)


def kept_by(office: Team, operators: Collection[int] | None = None) -> list[Contact]:
    """The contacts in service that the office keeps (for these operators), their rules with them: two queries."""
    contacts = Contact.objects.in_service().filter(office=office).prefetch_related("rules")
    if operators is not None:
        contacts = contacts.filter(operator__in=operators)
    return list(contacts.order_by("plain_name", "pk"))


def bare_candidates(contacts: Iterable[Contact]) -> list[Candidate]:
    """Without hours nor names: who answers for what, whatever the hour."""
    return [candidate_of(contact, map(bare_rule_fact, contact.rules.all())) for contact in contacts]


def place_of(commune: Commune) -> Place:
    """A commune as the pure modules read it."""
    areas = {(Reach.COMMUNE, commune.insee), (Reach.DEPARTEMENT, commune.departement_id)}
    if commune.epci_id:
        areas.add((Reach.EPCI, commune.epci_id))
    if commune.arrondissement_id:
        areas.add((Reach.ARRONDISSEMENT, commune.arrondissement_id))
    return Place(commune.insee, commune.name, frozenset(areas))
