"""What lets anyone check a finding: the hours, the trainings, the months of requests, the visits, the places?"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth

from quality.findings import CharterParameters, SiteFacts
from quality.places import counted
from quality.training import NAMES, missing_trainings
from quality.visits import VisitLine, lines, visits_of
from quality.wording import share, spoken_month, spoken_share
from referrals.models import ServiceRequest
from schedules.calendars import PARIS
from schedules.here import calendar_from
from schedules.opening_hours import absences, in_words
from schedules.wording import spoken_date, spoken_day
from structures.models import Location

MONTHS_SHOWN = 12
FOUR_WEEKS = timedelta(weeks=4)
DISABILITIES = {
    "accessible_motor": "handicap moteur",
    "accessible_hearing": "handicap auditif",
    "accessible_sight": "handicap visuel",
    "accessible_mind": "handicap mental ou psychique",
}
ANSWERS = {True: ("accessible", "success"), False: ("pas accessible", "error"), None: ("non renseigné", "")}


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
class AccessLine:
    """What a place says of itself, by kind of disability: beside what a visit saw, never instead of it."""

    name: str
    kind: str
    said: list[tuple[str, str, str]]
    """The disability, the answer in words, and the level of its badge."""
    page: str
    """Of Acceslibre; empty when nobody has given it."""


def hours(site: SiteFacts) -> list[PlaceHours]:
    """Every place in service with its hours, those that count first."""
    calendar = calendar_from(site.day)
    counting = {place.pk for place in counted(site.kind, site.places)}
    places = []
    for place in site.places:
        missing = absences(place.timetable, site.day, site.day + FOUR_WEEKS - timedelta(days=1), calendar)
        places.append(
            PlaceHours(
                name=place.name,
                kind=place.kind_label,
                counts=place.pk in counting,
                lines=in_words(place.timetable, site.day),
                absences=[f"{spoken_day(a.day, today=site.day)}\u00a0: {a.reason}" for a in missing if a.whole_day],
            )
        )
    return sorted(places, key=lambda place: not place.counts)


def access(site: SiteFacts) -> list[AccessLine]:
    """What each place that receives people says of its accessibility. One statement."""
    rows = Location.objects.receiving_public().filter(structure=site.pk).select_related("commune").order_by("pk")
    return [
        AccessLine(
            name=place.name or place.address or place.commune.name,
            kind=place.get_kind_display(),
            said=[(label, *ANSWERS[getattr(place, name)]) for name, label in DISABILITIES.items()],
            page=place.acceslibre_url,
        )
        for place in rows
    ]


def team(site: SiteFacts, charter: CharterParameters) -> list[CounsellorLine]:
    """Counsellors with their trainings; those who left come last."""
    found = [
        CounsellorLine(
            name=counsellor.name,
            presence=_presence(counsellor.arrived_on, counsellor.left_on, site.day),
            trainings=[_training(t.name, t.completed_on, t.expires_on, site.day) for t in counsellor.trainings],
            is_present=counsellor.is_present_on(site.day),
            lacks=[NAMES[code] for code in missing_trainings(counsellor, site.day, charter)],
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
    return lines(visits_of(site.pk), charter, criterion)
