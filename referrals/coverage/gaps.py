"""Where does nobody answer, told without reading who answers? For a page that shows the holes and nothing else.

The same holes as `referrals.coverage.facts.holes`; rules that say the same are read once, whoever they are of, so that
twenty thousand contacts cost no more than the areas and démarches that they name.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from accounts.models import Team
from partners.models import Contact, Operator, Rule
from referrals.coverage.facts import Hole, mend_url, procedures_by_operator, zones
from referrals.coverage.grid import Answering, Cover, cell
from referrals.routing import Candidate, Reach, RuleFact, Territory, present_one

_SOMEBODY = 0
"""Stands for all the contacts of an operator that are there, or whose stand-in is."""
_AREAS = (
    ("commune", Reach.COMMUNE),
    ("epci", Reach.EPCI),
    ("arrondissement", Reach.ARRONDISSEMENT),
    ("departement", Reach.DEPARTEMENT),
)


def gaps(office: Team, day: date) -> list[Hole]:
    """The holes of that day, by operator then by zone; six queries. Their cells count no « one person »."""
    operators = list(Operator.objects.in_bundle(day))
    procedures, rules, areas = procedures_by_operator(operators), _rules(office, day), zones(office)
    found = []
    for operator in operators:
        somebody = Candidate(_SOMEBODY, operator.pk, tuple(rules.get(operator.pk, ())))
        answering = Answering([somebody], day, [_SOMEBODY])
        for zone in areas:
            counted = cell(answering, procedures[operator.pk], zone.places)
            if counted.cover is Cover.HOLE:
                found.append(Hole(operator, zone.name, mend_url(operator, zone.code, office), counted))
    return found


def _rules(office: Team, day: date) -> Mapping[int, Collection[RuleFact]]:
    """By operator, what somebody present answers for; a rule for one blocker covers nothing here."""
    absent = Q(contact__absent_from__lte=day, contact__absent_until__gte=day)
    rows = (
        Rule.objects.filter(contact__office=office, contact__is_active=True, blocker__isnull=True)
        .annotate(away=Case(When(absent, then=F("contact_id"))))
        .order_by()
        .values_list("contact__operator", "away", "procedure", *(name for name, _ in _AREAS))
        .distinct()
    )
    replaced = _replaced(office, day)
    said: dict[int, set[tuple[int | None, Reach, str]]] = defaultdict(set)
    for operator, away, procedure, *codes in rows:
        if away is None or away in replaced:
            reach, code = next((reach, code) for (_, reach), code in zip(_AREAS, codes, strict=True) if code)
            said[operator].add((procedure, reach, code))
    return {
        operator: [RuleFact(procedure, Territory(reach, code, ""), 1) for procedure, reach, code in each]
        for operator, each in said.items()
    }


def _replaced(office: Team, day: date) -> set[int]:
    """Those who are away that day, and whose stand-ins lead to somebody of the same operator who is there."""
    by_operator: dict[int, dict[int, Candidate]] = defaultdict(dict)
    for pk, operator, first, last, stand_in in _away_and_their_stand_ins(office, day):
        absence = (first, last) if first and last else None
        by_operator[operator][pk] = Candidate(pk, operator, absence=absence, stand_in=stand_in)
    return {
        pk
        for colleagues in by_operator.values()
        for pk, one in colleagues.items()
        if one.is_absent(day) and present_one(one, colleagues, day)
    }


def _away_and_their_stand_ins(office: Team, day: date) -> QuerySet[Contact, Any]:
    ours = Contact.objects.in_service().filter(office=office)
    away = ours.absent(day)
    stand_ins = away.filter(stand_in__isnull=False).order_by().values("stand_in")
    named = ours.filter(Q(pk__in=away.order_by().values("pk")) | Q(pk__in=stand_ins))
    return named.order_by().values_list("pk", "operator", "absent_from", "absent_until", "stand_in")
