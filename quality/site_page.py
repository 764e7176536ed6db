"""What does the coordinator's page of one structure show? Nine statements: two more than the facts of a network."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from quality.evidence import CounsellorLine, team
from quality.facts import AlreadyRead, Row, facts_of, read
from quality.findings import CharterParameters, SiteFacts
from quality.label_history import LabelLine, label_lines
from quality.places import counted
from quality.roster import LABEL_LEVELS, RosterRow, rows_of
from quality.training import falls_short_on, trained_on
from quality.visits import VisitLine, latest_seen, lines, visits_of
from referrals.models import ServiceRequest
from schedules.calendars import PARIS
from schedules.opening_hours import in_words
from schedules.wording import spoken_date, spoken_moment
from structures.models import CarrierKind, Change, LabelChange, LabelState, Structure

CHANGES_SHOWN = 5


@dataclass(frozen=True)
class PlaceLine:
    pk: int
    name: str
    kind: str
    commune: str
    hours: list[str]
    receives_public: bool
    counts: bool


@dataclass(frozen=True)
class Sibling:
    """Another structure of the same carrier."""

    name: str
    slug: str
    label: str
    level: str


@dataclass(frozen=True)
class ChangeLine:
    what: str
    place: str
    at: str
    actor: str


@dataclass(frozen=True)
class SitePage:
    row: RosterRow
    carrier_kind: str
    group_name: str
    places: list[PlaceLine]
    people: list[CounsellorLine]
    trained: int
    short_on: str
    """From when fewer trained counsellors remain than asked; empty when no such day is known."""
    label: list[LabelLine]
    siblings: list[Sibling]
    changes: list[ChangeLine]
    visits: list[VisitLine]


def read_page(structures: QuerySet[Structure], slug: str, charter: CharterParameters, now: datetime) -> SitePage | None:
    """The page of one of these structures; None when it is not one of them."""
    rows = _with_its_carrier(structures, slug, now)
    own = next((row for row in rows if row["slug"] == slug), None)
    if own is None:
        return None
    day = now.astimezone(PARIS).date()
    visits = visits_of(own["pk"])
    known = AlreadyRead(seen={own["pk"]: latest_seen(visits, day)}, late={own["pk"]: own["late"] or 0})
    site = facts_of([own], charter, now, known=known)[0]
    short_on = falls_short_on(site, charter)
    return SitePage(
        row=rows_of([site], charter)[0],
        carrier_kind=CarrierKind(own["carrier__kind"]).label if own["carrier__kind"] else "",
        group_name=own["group_name"],
        places=_places(site),
        people=[line for line in team(site, charter) if line.is_present],
        trained=trained_on(day, site, charter),
        short_on=spoken_date(short_on, with_year=True) if short_on else "",
        label=label_lines(LabelChange.objects.filter(structure=own["pk"]).select_related("author"), day),
        siblings=[_sibling(row) for row in rows if row is not own],
        changes=_changes(own["pk"], now),
        visits=lines(visits, charter),
    )


def _with_its_carrier(structures: QuerySet[Structure], slug: str, now: datetime) -> list[Row]:
    """It, and the structures of its carrier that are in sight."""
    carrier = Structure.objects.filter(slug=slug, carrier__isnull=False).values("carrier")
    late = ServiceRequest.objects.late(now).filter(structure=OuterRef("pk")).order_by().values("structure")
    found = structures.filter(Q(slug=slug) | Q(carrier__in=carrier)).annotate(
        late=Subquery(late.annotate(number=Count("pk")).values("number"))
    )
    return read(found, "late", "carrier__kind", "group_name")


def _places(site: SiteFacts) -> list[PlaceLine]:
    """Those that count for the charter first, those that receive nobody last."""
    counting = {place.pk for place in counted(site.kind, site.places)}
    shown = [
        PlaceLine(
            pk=place.pk,
            name=place.name,
            kind=place.kind_label,
            commune=place.commune,
            hours=in_words(place.timetable, site.day),
            receives_public=place.receives_public,
            counts=place.pk in counting,
        )
        for place in site.places
    ]
    return sorted(shown, key=lambda place: (not place.receives_public, not place.counts))


def _sibling(row: Row) -> Sibling:
    state = row["label_state"]
    return Sibling(row["name"], row["slug"], LabelState(state).label, LABEL_LEVELS[state])


def _changes(structure: int, now: datetime) -> list[ChangeLine]:
    today = now.astimezone(PARIS).date()
    latest = Change.objects.filter(structure=structure).select_related("location__commune")[:CHANGES_SHOWN]
    return [
        ChangeLine(
            what=change.get_what_display(),
            place=(change.location.name or change.location.commune.name) if change.location else "",
            at=spoken_moment(change.at, today=today),
            actor=change.actor,
        )
        for change in latest
    ]
