"""What the hand-over page needs from the directory: the ranked contacts, as cards ready to read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Team
from partners.models import Contact, Operator, Procedure, Rule
from referrals.models import ServiceRequest
from referrals.routing import Candidate, Need, Reach, Reachable, Recommendation, RuleFact, Territory, rank
from schedules.calendars import PARIS, Calendar
from schedules.here import calendar_around
from schedules.opening_hours import Opening, next_opening, open_until
from schedules.slots import Timetable
from schedules.wording import spoken_day, spoken_time
from structures.models import LocationKind, Structure
from territories.models import Commune

_STAND_INS_FOLLOWED = 3


@dataclass(frozen=True)
class Card:
    """A contact to ask, with everything a counsellor wants to read before calling."""

    rank: int
    contact: Contact
    operator: Operator
    reason: str
    reachable: Reachable
    open_until: datetime | None
    next_opening: Opening | None
    stand_in_for: Contact | None
    is_unconfirmed: bool
    now: datetime

    @property
    def reachable_now(self) -> bool:
        return self.reachable is Reachable.NOW

    @property
    def closes_in_words(self) -> str:
        return spoken_time(self.open_until.astimezone(PARIS).time()) if self.open_until else ""

    @property
    def opens_in_words(self) -> str:
        """« à 13 h 30 » today, « demain à 9 h », else the day."""
        if self.next_opening is None:
            return ""
        opens, today = self.next_opening.opens_at.astimezone(PARIS), self.now.astimezone(PARIS).date()
        at = f"à {spoken_time(opens.time())}"
        if opens.date() == today:
            return at
        return (
            f"demain {at}"
            if opens.date() - today == timedelta(days=1)
            else f"{spoken_day(opens.date(), today=today)} {at}"
        )


def recommend(
    *,
    procedure: Procedure,
    commune: Commune,
    now: datetime,
    operators: Collection[Operator] = (),
    office: Team | None = None,
    without: Collection[int] = (),
    limit: int | None = None,
    blocker: int | None = None,
) -> list[Card]:
    """The contacts to ask, best first; `operators`: those the question left; `without`: contacts already asked.

    `blocker`: what stands in the way, None when nobody said.

    An empty list means that nobody is left: the page then names the partner office.
    """
    asked = list(operators) or procedure.operators()
    need = need_of(procedure, commune, asked, blocker)
    contacts = {c.pk: c for c in _contacts(need, office) if c.pk not in without}
    calendar = calendar_around(now)
    candidates = {contact.pk: _candidate(contact) for contact in contacts.values()}
    ranked = rank(candidates.values(), need, now, calendar)[:limit]
    by_operator = {operator.pk: operator for operator in asked}
    return [
        _card(place, r, contacts, candidates[r.contact].timetable, by_operator[r.operator], now, calendar)
        for place, r in enumerate(ranked, start=1)
    ]


def cards_for(
    request: ServiceRequest,
    operators: Collection[Operator],
    now: datetime,
    without: Collection[int],
    limit: int | None = None,
    commune: Commune | None = None,
) -> list[Card]:
    """The cards of one request: the person's commune, else the site's; the contacts its partner office keeps.

    `commune` is that one, when the caller has read it already.
    """
    commune = commune or request.commune or commune_of(request.structure)
    if commune is None or request.structure.partner_office is None:
        return []
    return recommend(
        procedure=request.procedure,
        commune=commune,
        now=now,
        operators=operators,
        office=request.structure.partner_office,
        without=without,
        limit=limit,
        blocker=request.blocker_id,
    )


def commune_of(structure: Structure) -> Commune | None:
    """Where a fixed site receives people. A bus has no commune of its own: its office is nobody's place."""
    main = structure.locations.filter(kind=LocationKind.MAIN, is_active=True).select_related("commune").first()
    return main.commune if main else None


def need_of(procedure: Procedure, commune: Commune, operators: Iterable[Operator], blocker: int | None = None) -> Need:
    """The need as the ranking reads it: the commune and all that contains it."""
    areas = {(Reach.COMMUNE, commune.insee), (Reach.DEPARTEMENT, commune.departement_id)}
    if commune.epci_id:
        areas.add((Reach.EPCI, commune.epci_id))
    if commune.arrondissement_id:
        areas.add((Reach.ARRONDISSEMENT, commune.arrondissement_id))
    return Need(procedure.pk, tuple(operator.pk for operator in operators), frozenset(areas), blocker)


def _contacts(need: Need, office: Team | None) -> list[Contact]:
    """Contacts with a rule for this need, then their stand-ins: as many queries whatever the directory's size."""
    codes = dict(need.areas)
    fitting = Rule.objects.filter(Q(procedure=need.procedure) | Q(procedure__isnull=True)).filter(
        Q(commune=codes.get(Reach.COMMUNE))
        | Q(epci__isnull=False, epci=codes.get(Reach.EPCI))
        | Q(arrondissement__isnull=False, arrondissement=codes.get(Reach.ARRONDISSEMENT))
        | Q(departement=codes.get(Reach.DEPARTEMENT))
    )
    in_service = Contact.objects.in_service().for_routing()
    if office is not None:
        in_service = in_service.filter(office=office)
    found = list(in_service.filter(operator__in=need.operators, pk__in=fitting.values("contact")))
    known = {contact.pk for contact in found}
    missing = {c.stand_in_id for c in found if c.stand_in_id} - known
    for _ in range(_STAND_INS_FOLLOWED):
        if not missing:
            break
        more = list(in_service.filter(pk__in=missing))
        found += more
        known |= missing
        missing = {c.stand_in_id for c in more if c.stand_in_id} - known
    return found


def _candidate(contact: Contact) -> Candidate:
    absence = (contact.absent_from, contact.absent_until) if contact.absent_from and contact.absent_until else None
    return Candidate(
        pk=contact.pk,
        operator=contact.operator_id,
        rules=tuple(_rule_fact(rule) for rule in contact.rules.all()),
        absence=absence,
        stand_in=contact.stand_in_id,
        timetable=contact.schedule.timetable() if contact.schedule else None,
    )


def _rule_fact(rule: Rule) -> RuleFact:
    if rule.commune is not None:
        territory = Territory(Reach.COMMUNE, rule.commune.insee, rule.commune.name)
    elif rule.epci is not None:
        territory = Territory(Reach.EPCI, rule.epci.siren, rule.epci.name)
    elif rule.arrondissement is not None:
        territory = Territory(Reach.ARRONDISSEMENT, rule.arrondissement.code, rule.arrondissement.name)
    else:
        territory = Territory(Reach.DEPARTEMENT, rule.departement_id or "", "")
    return RuleFact(rule.procedure_id, territory, rule.priority, rule.blocker_id, rule.note)


def _card(
    place: int,
    found: Recommendation,
    contacts: dict[int, Contact],
    timetable: Timetable | None,
    operator: Operator,
    now: datetime,
    calendar: Calendar,
) -> Card:
    contact = contacts[found.contact]
    return Card(
        rank=place,
        contact=contact,
        operator=operator,
        reason=found.reason,
        reachable=found.reachable,
        open_until=open_until(timetable, now, calendar) if timetable and found.reachable is Reachable.NOW else None,
        next_opening=next_opening(timetable, now, calendar)
        if timetable and found.reachable is Reachable.NOT_NOW
        else None,
        stand_in_for=contacts[found.stand_in_for] if found.stand_in_for is not None else None,
        is_unconfirmed=contact.is_unconfirmed(now.astimezone(PARIS).date()),
        now=now,
    )
