"""What lets anyone check a finding: the hours, the trainings, the months of requests, the visits behind it?"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth

from quality.charter import CharterParameters, SiteFacts, SiteKind
from quality.models import Visit
from quality.training import CORE, OPERATORS, missing_trainings
from quality.wording import share, spoken_month, spoken_share
from referrals.models import ServiceRequest
from schedules.calendars import PARIS, french_calendar
from schedules.opening_hours import absences, in_words
from schedules.wording import spoken_date, spoken_day
from structures.models import Location, LocationKind

MONTHS_SHOWN = 12
TRAININGS = {CORE: "formation socle", OPERATORS: "formation des opérateurs"}
FOUR_WEEKS = timedelta(weeks=4)


@dataclass(frozen=True)
class PlaceHours:
    """A place and its hours in words; only some places count for the charter."""

    name: str
    kind: str
    counts: bool
    lines: list[str]
    absences: list[str]


@dataclass(frozen=True)
class CounsellorLine:
    name: str
    presence: str
    trainings: list[str]
    is_present: bool
    lacks: list[str]


@dataclass(frozen=True)
class MonthLine:
    month: str
    on_time: int
    late: int
    still_in_time: int
    share_in_words: str
    bar: int
    """The share on time, in hundredths."""


@dataclass(frozen=True)
class VisitLine:
    visited_on: str
    author: str
    note: str
    seen: list[tuple[str, bool, str]]
    """Name of the criterion, whether it is met, detail."""


def hours(site: SiteFacts) -> list[PlaceHours]:
    """Every place in service with its hours, those that count first."""
    calendar = french_calendar(site.day.year, site.day.year + 1)
    places = []
    for location in Location.objects.filter(structure=site.pk, is_active=True).select_related("commune").with_hours():
        timetable = location.timetable()
        missing = absences(timetable, site.day, site.day + FOUR_WEEKS - timedelta(days=1), calendar)
        places.append(
            PlaceHours(
                name=location.name or location.address or location.commune.name,
                kind=location.get_kind_display(),
                counts=_counts(site.kind, location.kind),
                lines=in_words(timetable, site.day),
                absences=[f"{spoken_day(a.day, today=site.day)} : {a.reason}" for a in missing if a.whole_day],
            )
        )
    return sorted(places, key=lambda place: not place.counts)


def _counts(site: SiteKind, place: str) -> bool:
    if site is SiteKind.BUS:
        return place == LocationKind.BUS_STOP
    return place == LocationKind.MAIN or (site is SiteKind.ANTENNA and place == LocationKind.ANTENNA)


def team(site: SiteFacts, charter: CharterParameters) -> list[CounsellorLine]:
    """Counsellors with their trainings; those who left come last."""
    found = [
        CounsellorLine(
            name=counsellor.name,
            presence=_presence(counsellor.arrived_on, counsellor.left_on, site.day),
            trainings=[_training(t.name, t.completed_on, t.expires_on, site.day) for t in counsellor.trainings],
            is_present=counsellor.is_present_on(site.day),
            lacks=[TRAININGS[code] for code in missing_trainings(counsellor, site.day, charter)],
        )
        for counsellor in site.counsellors
    ]
    return sorted(found, key=lambda line: not line.is_present)


def _presence(arrived_on: date, left_on: date | None, day: date) -> str:
    start = f"{'arrivée' if arrived_on > day else 'depuis'} le {spoken_date(arrived_on, with_year=True)}"
    if left_on is None:
        return start
    return f"{'départ prévu' if left_on > day else 'départ'} le {spoken_date(left_on, with_year=True)}"


def _training(name: str, completed_on: date, expires_on: date | None, day: date) -> str:
    until = ""
    if expires_on is not None:
        word = "expirée depuis le" if expires_on < day else "valable jusqu’au"
        until = f", {word} {spoken_date(expires_on, with_year=True)}"
    return f"{name}, suivie le {spoken_date(completed_on, with_year=True)}{until}"


def months(site: SiteFacts, now: datetime) -> list[MonthLine]:
    """Requests by month of reception over a year, latest first: told in time, late, or still in time."""
    first = now.astimezone(PARIS).date().replace(day=1)
    for _ in range(MONTHS_SHOWN - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    told_in_time = Q(resident_informed_at__lte=F("due_at"))
    rows = (
        ServiceRequest.objects.filter(structure=site.pk, cancelled_at__isnull=True)
        .received_between(datetime.combine(first, time(), tzinfo=PARIS), now)
        .annotate(month=TruncMonth("received_at", tzinfo=PARIS))
        .order_by()
        .values("month")
        .annotate(
            number=Count("pk"),
            on_time=Count("pk", filter=told_in_time),
            still_in_time=Count("pk", filter=Q(resident_informed_at__isnull=True, due_at__gte=now)),
        )
    )
    return [
        _month(row["month"].date(), row["number"], row["on_time"], row["still_in_time"])
        for row in sorted(rows, key=lambda row: row["month"], reverse=True)
    ]


def _month(month: date, number: int, on_time: int, still_in_time: int) -> MonthLine:
    due = number - still_in_time
    percent = share(on_time, due) if due else None
    words = "–" if percent is None else spoken_share(percent)
    return MonthLine(spoken_month(month), on_time, due - on_time, still_in_time, words, int(percent or 0))


def visits(site: SiteFacts, charter: CharterParameters, criterion: str | None = None) -> list[VisitLine]:
    """Visits of the site, latest first; of one criterion, only those that looked at it."""
    found = (
        Visit.objects.filter(structure=site.pk).select_related("author").prefetch_related("observations").latest_first()
    )
    if criterion is not None:
        found = found.filter(observations__criterion_key=criterion)
    names = {asked.key: asked.short_name for asked in charter.criteria}
    return [
        VisitLine(
            visited_on=spoken_date(visit.visited_on, with_year=True),
            author=str(visit.author),
            note=visit.note,
            seen=[
                (names.get(o.criterion_key, o.criterion_key), o.is_met, o.detail)
                for o in visit.observations.all()
                if criterion in (None, o.criterion_key)
            ],
        )
        for visit in found
    ]
