"""What the ordering of options needs from the rows: contacts, local services, their limits and hours, ready to read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import Team
from partners.models import (
    ActionSession,
    Blocker,
    LocalService,
    LocalServiceArea,
    LocalServicePlace,
    Operator,
    Procedure,
    Subject,
)
from referrals.candidates import place_of
from referrals.facts import Card, commune_of, recommend
from referrals.models import ServiceRequest
from referrals.orientation import Area, Limit, Option, Ranked, Service, Sought, Venue, Via, orient
from referrals.routing import Reach, Reachable, Territory
from schedules.calendars import PARIS
from schedules.here import calendar_around
from schedules.models import Schedule
from schedules.opening_hours import Closure, Extra, Timetable
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
) -> list[Choice]:
    """What can be done for a démarche or for a need, best first; `operators`, `office`: as for `facts.recommend`.

    Without a commune, only the counter and what is said in words. At most nine statements, and those of `recommend`,
    whatever the number of services.
    """
    needs, ends_at = _needs(procedure, subject, blocker)
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
    services = _services(sought, commune, now) if commune else []
    by_card = {card.contact.pk: card for card in cards}
    by_service = {service.pk: service for service in services}
    facts = [_fact(service, sought, commune) for service in services] if commune else []
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
    procedure: Procedure | None, subject: Subject | None, blocker: Blocker | None
) -> tuple[frozenset[int], Subject | None]:
    """The needs behind what is asked, and the one in whose words it ends; one query at most."""
    code = NEED_BEHIND_A_BLOCKER.get(blocker.code) if blocker else None
    ends_at = procedure.ends_at_id if procedure else None
    rows = list(Subject.objects.filter(Q(pk=ends_at) | Q(code=code or ""))) if ends_at or code else []
    last = subject or next((row for row in rows if row.pk == ends_at), None)
    return frozenset({row.pk for row in rows} | ({subject.pk} if subject else set())), last


def _services(sought: Sought, commune: Commune, now: datetime) -> list[LocalService]:
    """The services in service for this need here, with all that is read of them: seven statements."""
    here = Q()
    fields = {Reach.COMMUNE: "commune", Reach.EPCI: "epci", Reach.ARRONDISSEMENT: "arrondissement"}
    for reach, code in sought.areas:
        here |= Q(**{fields.get(reach, "departement"): code})
    areas = LocalServiceArea.objects.filter(service=OuterRef("pk"))
    rows = _serving(sought).filter(
        Exists(areas.filter(here)) | (~Exists(areas) & Q(commune__departement=commune.departement_id))
    )
    named = LocalServiceArea.objects.select_related("commune", "epci", "arrondissement", "departement")
    places = LocalServicePlace.objects.filter(is_active=True).select_related("commune", "schedule")
    ahead = ActionSession.objects.filter(day__gte=now.astimezone(PARIS).date())
    services = list(
        rows.select_related("commune", "schedule")
        .prefetch_related(
            "limit_rows", Prefetch("areas", named), Prefetch("places", places), Prefetch("sessions", ahead)
        )
        .order_by("pk")
    )
    schedules = [schedule for service in services for schedule in _schedules(service)]
    prefetch_related_objects(schedules, "slots", "closures", "extras")
    return services


def _serving(sought: Sought) -> QuerySet[LocalService]:
    """Those that serve a need or the démarche, each marked with which."""
    need = LocalService.needs.through.objects.filter(localservice=OuterRef("pk"), subject__in=sought.needs)
    procedure = LocalService.procedures.through.objects.filter(localservice=OuterRef("pk"), procedure=sought.procedure)
    marked = LocalService.objects.in_service().annotate(serves_need=Exists(need), serves_procedure=Exists(procedure))
    return marked.filter(Q(serves_need=True) | Q(serves_procedure=True))


def _schedules(service: LocalService) -> list[Schedule]:
    owners: list[LocalService | LocalServicePlace] = [service, *service.places.all()]
    return [owner.schedule for owner in owners if owner.schedule is not None]


def _ranked(card: Card) -> Ranked:
    return Ranked(card.contact.pk, card.reason, card.reachable, card.open_until, card.next_opening)


def _fact(service: LocalService, sought: Sought, commune: Commune) -> Service:
    places = list(service.places.all())
    main = Venue(service.host or service.name, _main_hours(service))
    others = [Venue(place.name, place.schedule.timetable() if place.schedule else None) for place in places]
    return Service(
        pk=service.pk,
        needs=sought.needs if _is_marked(service, "serves_need") else frozenset(),
        procedures=frozenset(
            {sought.procedure} if _is_marked(service, "serves_procedure") and sought.procedure else ()
        ),
        limits=tuple(Limit(row.text, row.need_id, row.procedure_id) for row in service.limit_rows.all()),
        areas=tuple(Area(_territory(row), row.note) for row in service.areas.all()),
        venues=(main, *others),
        distance_km=_nearest([service.commune, *(place.commune for place in places)], commune),
    )


def _is_marked(service: LocalService, how: str) -> bool:
    """What `_serving` annotated."""
    return bool(getattr(service, how))


def _main_hours(service: LocalService) -> Timetable | None:
    """Its calendar of sessions when one is to come, else its regular hours without the sessions that were cancelled."""
    ahead = list(service.sessions.all())
    held = tuple(_extra(session) for session in ahead if not session.cancelled_because)
    if held:
        return Timetable(extras=held)
    if service.schedule is None:
        return None
    regular = service.schedule.timetable()
    cancelled = tuple(Closure(session.day, session.day, session.cancelled_because) for session in ahead)
    return Timetable(regular.slots, regular.closures + cancelled, regular.extras)


def _extra(session: ActionSession) -> Extra:
    return Extra(day=session.day, opens=session.opens, closes=session.closes)


def _territory(row: LocalServiceArea) -> Territory:
    if row.commune is not None:
        return Territory(Reach.COMMUNE, row.commune.insee, row.commune.name)
    if row.epci is not None:
        return Territory(Reach.EPCI, row.epci.siren, row.epci.name)
    if row.arrondissement is not None:
        return Territory(Reach.ARRONDISSEMENT, row.arrondissement.code, f"l’arrondissement : {row.arrondissement.name}")
    return Territory(Reach.DEPARTEMENT, row.departement_id or "", row.departement.name if row.departement else "")


def _nearest(places: Iterable[Commune], commune: Commune) -> float:
    home = Point(commune.latitude, commune.longitude)
    return min(great_circle_km(home, Point(place.latitude, place.longitude)) for place in places)


def services_among(choices: Sequence[Choice]) -> dict[int, Choice]:
    """The options that are local services, by the number of the service."""
    return {choice.service.pk: choice for choice in choices if choice.service is not None}
