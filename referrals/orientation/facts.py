"""What the ordering of options needs from the rows: contacts, local services, their limits and hours, ready to read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Team
from partners.models import (
    Blocker,
    LocalService,
    LocalServiceArea,
    Operator,
    Procedure,
    Subject,
)
from referrals.candidates import place_of
from referrals.facts import Card, commune_of, recommend
from referrals.models import ServiceRequest
from referrals.orientation.engine import Option, Ranked, Service, Sought, Venue, Via, orient
from referrals.orientation.service_rows import Hanging, hanging
from referrals.routing import Reach, Reachable
from schedules.calendars import PARIS
from schedules.here import calendar_around
from schedules.opening_hours import Timetable
from schedules.wording import spoken_moment, spoken_time
from territories.distance import Point, great_circle_km
from territories.models import Commune

NEED_BEHIND_A_BLOCKER = {"DIFFICULTE_NUMERIQUE": "APPRENDRE_NUMERIQUE"}
"""Some blockers are needs of their own: whoever cannot use a computer needs someone to learn with."""


@dataclass(frozen=True)
class Choice:
    """An option as a page shows it; `card` for a contact, `service` for a local service, `subject` for words."""

    option: Option
    now: datetime
    card: Card | None = None
    service: LocalService | None = None
    subject: Subject | None = None

    @property
    def is_open(self) -> bool:
        return self.option.reachable is Reachable.NOW

    @property
    def closes_in_words(self) -> str:
        until = self.option.open_until
        return spoken_time(until.astimezone(PARIS).time()) if until else ""

    @property
    def next_in_words(self) -> str:
        """The next session, « mardi 24 novembre à 14 h »; empty when nobody knows."""
        opening = self.option.next
        return spoken_moment(opening.opens_at, today=self.now.astimezone(PARIS).date()) if opening else ""


def options_for(
    *,
    commune: Commune | None,
    now: datetime,
    procedure: Procedure | None = None,
    subject: Subject | None = None,
    blocker: Blocker | None = None,
    office: Team | None = None,
    operators: Collection[Operator] = (),
    with_contacts: bool = True,
    known: Collection[Subject] | None = None,
) -> list[Choice]:
    """What can be done for a démarche or for a need, best first; `operators`, `office`: as for `facts.recommend`.

    `known`: the needs outside the operators, all of them, when the caller has read them already.
    Without a commune, only the counter and what is said in words. At most three statements, and those of `recommend`,
    whatever the number of services.
    """
    needs, ends_at = _needs(procedure, subject, blocker, known)
    areas = place_of(commune).areas if commune else frozenset()
    sought = Sought(
        procedure=procedure.pk if procedure else None,
        needs=needs,
        areas=areas,
        counter=procedure.counter_note if procedure else "",
        elsewhere=ends_at.who_label if ends_at else "",
    )
    cards: list[Card] = []
    if with_contacts and procedure and commune and office:
        cards = recommend(
            procedure=procedure,
            commune=commune,
            now=now,
            operators=operators,
            office=office,
            blocker=blocker.pk if blocker else None,
        )
    services = _services(sought, commune) if commune else []
    around = hanging([service.pk for service in services], now)
    by_card = {card.contact.pk: card for card in cards}
    by_service = {service.pk: service for service in services}
    facts = [_fact(service, around, sought, commune) for service in services] if commune else []
    found = orient(sought, [_ranked(card) for card in cards], facts, now, calendar_around(now))
    return [
        Choice(
            option=option,
            now=now,
            card=by_card[option.key] if option.via is Via.CONTACT else None,
            service=by_service[option.key] if option.via is Via.SERVICE else None,
            subject=ends_at if option.via is Via.ELSEWHERE else None,
        )
        for option in found
    ]


def helps_for(request: ServiceRequest, now: datetime, commune: Commune | None = None) -> list[Choice]:
    """The options of one request but its contacts, whom the hand-over page shows."""
    return options_for(
        commune=commune or request.commune or commune_of(request.structure),
        now=now,
        procedure=request.procedure,
        blocker=request.blocker,
        with_contacts=False,
    )


def matching_limits(service: LocalService, procedure: Procedure, blocker: Blocker | None) -> list[str]:
    """The limits of a service that fit a request: to be read before someone is sent there."""
    needs, _ = _needs(procedure, None, blocker)
    fitting = service.limit_rows.filter(Q(procedure=procedure) | Q(need__in=needs))
    return list(fitting.values_list("text", flat=True))


def _needs(
    procedure: Procedure | None,
    subject: Subject | None,
    blocker: Blocker | None,
    known: Collection[Subject] | None = None,
) -> tuple[frozenset[int], Subject | None]:
    """The needs behind what is asked, and the one in whose words it ends; one query at most, none among `known`."""
    code = NEED_BEHIND_A_BLOCKER.get(blocker.code) if blocker else None
    ends_at = procedure.ends_at_id if procedure else None
    if not (ends_at or code):
        rows = []
    elif known is None:
        rows = list(Subject.objects.filter(Q(pk=ends_at) | Q(code=code or "")))
    else:
        rows = [row for row in known if row.pk == ends_at or row.code == code]
    last = subject or next((row for row in rows if row.pk == ends_at), None)
    return frozenset({row.pk for row in rows} | ({subject.pk} if subject else set())), last


def _services(sought: Sought, commune: Commune) -> list[LocalService]:
    """The services in service for this need here; one statement."""
    here = Q()
    fields = {Reach.COMMUNE: "commune", Reach.EPCI: "epci", Reach.ARRONDISSEMENT: "arrondissement"}
    for reach, code in sought.areas:
        here |= Q(**{fields.get(reach, "departement"): code})
    areas = LocalServiceArea.objects.filter(service=OuterRef("pk"))
    rows = _serving(sought).filter(
        Exists(areas.filter(here)) | (~Exists(areas) & Q(commune__departement=commune.departement_id))
    )
    return list(rows.select_related("commune").order_by("pk"))


def _serving(sought: Sought) -> QuerySet[LocalService]:
    """Those that serve a need or the démarche, each marked with which."""
    need = LocalService.needs.through.objects.filter(localservice=OuterRef("pk"), subject__in=sought.needs)
    procedure = LocalService.procedures.through.objects.filter(localservice=OuterRef("pk"), procedure=sought.procedure)
    marked = LocalService.objects.in_service().annotate(serves_need=Exists(need), serves_procedure=Exists(procedure))
    return marked.filter(Q(serves_need=True) | Q(serves_procedure=True))


def _ranked(card: Card) -> Ranked:
    return Ranked(card.contact.pk, card.reason, card.reachable, card.open_until, card.next_opening)


def _fact(service: LocalService, around: Hanging, sought: Sought, commune: Commune) -> Service:
    places = around.places.get(service.pk, [])
    main = Venue(service.host or service.name, _main_hours(service, around))
    others = [Venue(place.name, around.hours.get(place.schedule or 0)) for place in places]
    return Service(
        pk=service.pk,
        needs=sought.needs if _is_marked(service, "serves_need") else frozenset(),
        procedures=frozenset(
            {sought.procedure} if _is_marked(service, "serves_procedure") and sought.procedure else ()
        ),
        limits=tuple(around.limits.get(service.pk, ())),
        areas=tuple(around.areas.get(service.pk, ())),
        venues=(main, *others),
        distance_km=_nearest([_point(service.commune), *(place.at for place in places)], commune),
    )


def _is_marked(service: LocalService, how: str) -> bool:
    """What `_serving` annotated."""
    return bool(getattr(service, how))


def _main_hours(service: LocalService, around: Hanging) -> Timetable | None:
    """Its calendar of sessions when one is to come, else its regular hours without the sessions that were cancelled."""
    if held := around.held.get(service.pk):
        return Timetable(extras=tuple(held))
    regular = around.hours.get(service.schedule_id or 0)
    if regular is None:
        return None
    cancelled = tuple(around.cancelled.get(service.pk, ()))
    return Timetable(regular.slots, regular.closures + cancelled, regular.extras)


def _point(commune: Commune) -> Point:
    return Point(commune.latitude, commune.longitude)


def _nearest(places: Iterable[Point], commune: Commune) -> float:
    home = _point(commune)
    return min(great_circle_km(home, place) for place in places)
