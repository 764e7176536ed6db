"""What the hand-over page needs from the directory: the ranked contacts, as cards ready to read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Team, User
from partners.models import Contact, Operator, Procedure, Report, Rule
from partners.models.contacts import read_for_routing
from partners.reached import Reached
from referrals.candidates import candidate_of, place_of, rule_fact
from referrals.models import ServiceRequest
from referrals.routing import Need, Reach, Reachable, Recommendation, rank
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
    is_reported: bool = False
    measured: Reached | None = None
    """Whether they were reached lately; never part of the order."""

    @property
    def reachable_now(self) -> bool:
        return self.reachable is Reachable.NOW

    @property
    def is_doubtful(self) -> bool:
        return self.contact.is_doubtful(self.now.astimezone(PARIS).date())

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
    without: Collection[int] | QuerySet[Any, Any] = (),
    limit: int | None = None,
    blocker: int | None = None,
    reader: User | None = None,
) -> list[Card]:
    """The contacts to ask, best first; `operators`: those the question left; `without`: contacts already asked,
    as numbers or as a query that the database follows by itself.

    `blocker`: what stands in the way, None when nobody said. `reader`: whose open reports are marked on the cards.

    An empty list means that nobody is left: the page then names the partner office.
    """
    asked = list(operators) or procedure.operators()
    need = need_of(procedure, commune, asked, blocker)
    contacts = {contact.pk: contact for contact in _contacts(need, office, without, reader)}
    calendar = calendar_around(now)
    candidates = {
        contact.pk: candidate_of(contact, map(rule_fact, contact.rules.all()), with_hours=True)
        for contact in contacts.values()
    }
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
    without: Collection[int] | QuerySet[Any, Any],
    limit: int | None = None,
    commune: Commune | None = None,
    reader: User | None = None,
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
        reader=reader,
    )


def commune_of(structure: Structure) -> Commune | None:
    """Where a fixed site receives people. A bus has no commune of its own: its office is nobody's place."""
    main = structure.locations.filter(kind=LocationKind.MAIN, is_active=True).select_related("commune").first()
    return main.commune if main else None


def need_of(procedure: Procedure, commune: Commune, operators: Iterable[Operator], blocker: int | None = None) -> Need:
    """The need as the ranking reads it: the commune and all that contains it."""
    return Need(procedure.pk, tuple(operator.pk for operator in operators), place_of(commune).areas, blocker)


def _contacts(
    need: Need, office: Team | None, without: Collection[int] | QuerySet[Any, Any], reader: User | None
) -> list[Contact]:
    """Contacts with a rule for this need, then their stand-ins: six queries at most, whatever the directory's size."""
    codes = dict(need.areas)
    fitting = Rule.objects.filter(Q(procedure=need.procedure) | Q(procedure__isnull=True)).filter(
        Q(commune=codes.get(Reach.COMMUNE))
        | Q(epci__isnull=False, epci=codes.get(Reach.EPCI))
        | Q(arrondissement__isnull=False, arrondissement=codes.get(Reach.ARRONDISSEMENT))
        | Q(departement=codes.get(Reach.DEPARTEMENT))
    )
    in_service = Contact.objects.in_service().for_routing().exclude(pk__in=without)
    if office is not None:
        in_service = in_service.filter(office=office)
    if reader is not None:
        hers = Report.objects.open().filter(contact=OuterRef("pk"), author=reader)
        in_service = in_service.annotate(is_reported=Exists(hers))
    found = list(in_service.filter(operator__in=need.operators, pk__in=fitting.values("contact")))
    known = {contact.pk for contact in found}
    if missing := {contact.stand_in_id for contact in found if contact.stand_in_id} - known:
        found += in_service.filter(pk__in=_followed(missing)).exclude(pk__in=known)
    read_for_routing(found)
    return found


def _followed(stand_ins: Collection[int]) -> QuerySet[Any, Any]:
    """These, who stands in for them, and so on as far as stand-ins are followed: read by the database in one go."""
    first = Contact.objects.filter(pk__in=stand_ins).order_by()
    further = ["__".join(["stand_in"] * steps) for steps in range(1, _STAND_INS_FOLLOWED)]
    return first.values("pk").union(*(first.values(path) for path in further))


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
        is_reported=getattr(contact, "is_reported", False),
    )
