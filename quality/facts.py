"""What is known of every site of a network? Plain values, for the same few statements whatever the number of sites."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from quality.charter import assess
from quality.findings import (
    AskedCriterion,
    CharterParameters,
    CounsellorFacts,
    Finding,
    OperatorVolume,
    RequestFacts,
    Seen,
    SiteFacts,
    SiteKind,
    TrainingFacts,
)
from quality.models import CharterVersion, Criterion, CriterionKind, Observation
from quality.places import opening, places_of
from referrals.deadlines import Unit
from referrals.models import Outcome, Promise, ServiceRequest
from schedules.calendars import PARIS
from schedules.here import calendar_around
from structures.models import LABEL_IN_FORCE, Counsellor, LabelState, Structure

ONE_DAY = timedelta(days=1)
Row = dict[str, Any]
COLUMNS = ("pk", "name", "slug", "id_fs", "kind", "label_state", "comment", "settled_comment", "carrier__name")


def charter_in_force(day: date) -> CharterParameters:
    """The thresholds and criteria in force that day, in one statement; no criterion when no version has started."""
    promise = Promise.objects.filter(starts_on__lte=day).order_by("-starts_on")
    latest = CharterVersion.objects.filter(starts_on__lte=day).order_by("-starts_on").values("pk")[:1]
    rows = list(
        Criterion.objects.filter(charter=Subquery(latest))
        .select_related("charter")
        .annotate(hours=Subquery(promise.values("hours")[:1]), unit=Subquery(promise.values("unit")[:1]))
        .order_by("position", "pk")
    )
    return _parameters(rows) if rows else CharterParameters()


def findings_of(site: SiteFacts, charter: CharterParameters) -> dict[str, Finding]:
    """The findings of a site by criterion, in the order of the charter."""
    return {finding.criterion: finding for finding in assess(site, charter)}


@dataclass(frozen=True)
class AlreadyRead:
    """What a page had to read anyway, by structure: the latest observations, and how many requests are late now."""

    seen: dict[int, dict[str, Seen]]
    late: dict[int, int]


def gather(
    structures: QuerySet[Structure], charter: CharterParameters, now: datetime, *, looking_back: bool = False
) -> list[SiteFacts]:
    """The facts of these structures, in the order of their names: seven statements for one site or for all.

    `looking_back`: `now` is past, and what was answered since must be forgotten; slower, since no index is made for it.
    """
    return facts_of(read(structures), charter, now, looking_back=looking_back)


def read(structures: QuerySet[Structure], *more: str) -> list[Row]:
    """The rows of these structures with the columns that `facts_of` needs, and some more, in the order of names."""
    return list(structures.order_by("plain_name", "pk").values(*COLUMNS, *more))


def facts_of(
    rows: Sequence[Row],
    charter: CharterParameters,
    now: datetime,
    *,
    looking_back: bool = False,
    known: AlreadyRead | None = None,
) -> list[SiteFacts]:
    """The same for rows that were read: six statements, four when the page brings what it knows."""
    pks = [row["pk"] for row in rows]
    day = now.astimezone(PARIS).date()
    places, counsellors, requests = places_of(pks, day), _counsellors(pks), _requests(pks, charter, now)
    known = known or AlreadyRead(seen=_seen(pks, day), late=_late(pks, now, looking_back))
    calendar = calendar_around(now)
    return [
        SiteFacts(
            kind=SiteKind(row["kind"]),
            day=day,
            name=row["name"],
            slug=row["slug"],
            id_fs=row["id_fs"] or "",
            pk=row["pk"],
            label="" if row["label_state"] in LABEL_IN_FORCE else LabelState(row["label_state"]).label,
            label_state=row["label_state"],
            carrier=row["carrier__name"] or "",
            comment=_to_settle(row),
            places=tuple(places.get(row["pk"], ())),
            opening=opening(row["kind"], places.get(row["pk"], ()), day, calendar),
            counsellors=tuple(counsellors.get(row["pk"], ())),
            requests=_request_facts(requests.get(row["pk"], []), known.late.get(row["pk"], 0)),
            seen=known.seen.get(row["pk"], {}),
        )
        for row in rows
    ]


def _to_settle(row: Row) -> str:
    structure = Structure(comment=row["comment"], settled_comment=row["settled_comment"])
    return structure.comment if structure.has_comment_to_settle else ""


def _parameters(rows: list[Any]) -> CharterParameters:
    version: CharterVersion = rows[0].charter
    asked = {
        SiteKind.FIXED: version.weekly_hours_fixed,
        SiteKind.ANTENNA: version.weekly_hours_antenna,
        SiteKind.BUS: version.weekly_hours_bus,
    }
    return CharterParameters(
        name=version.name,
        starts_on=version.starts_on,
        criteria=tuple(
            AskedCriterion(
                key=row.key,
                name=row.name,
                short_name=row.short_name,
                is_observed=row.kind == CriterionKind.OBSERVED,
                question=row.question,
                to_meet=row.to_meet,
            )
            for row in rows
        ),
        weekly_hours={kind: None if hours is None else timedelta(hours=float(hours)) for kind, hours in asked.items()},
        open_days=version.open_days,
        trained_counsellors=version.trained_counsellors,
        core_training_days=float(version.core_training_days),
        operator_training_days=float(version.operator_training_days),
        response_share=version.response_share,
        response_window_days=version.response_window_days,
        promised_hours=rows[0].hours or 72,
        promise_in_words=Unit(rows[0].unit or Unit.CALENDAR).label,
    )


# Counsellors


def _counsellors(pks: Collection[int]) -> dict[int, list[CounsellorFacts]]:
    rows = (
        Counsellor.objects.filter(structure__in=pks)
        .order_by("structure_id", "full_name", "pk", "trainings__completed_on")
        .values_list(
            "structure_id",
            "pk",
            "full_name",
            "arrived_on",
            "left_on",
            "trainings__course__code",
            "trainings__course__name",
            "trainings__course__days",
            "trainings__completed_on",
            "trainings__expires_on",
        )
    )
    people: dict[tuple[int, int], tuple[str, date, date | None]] = {}
    trainings: dict[int, list[TrainingFacts]] = defaultdict(list)
    for structure, pk, name, arrived_on, left_on, code, course, days, completed_on, expires_on in rows:
        people[structure, pk] = (name, arrived_on, left_on)
        if code is not None:
            trainings[pk].append(TrainingFacts(code, course, float(days), completed_on, expires_on))
    found: dict[int, list[CounsellorFacts]] = defaultdict(list)
    for (structure, pk), person in people.items():
        found[structure].append(CounsellorFacts(*person, trainings=tuple(trainings[pk])))
    return found


# Requests


def months_compared(now: datetime) -> tuple[datetime, datetime, datetime]:
    """The starts of this month and of the last, and the same moment of the last one (its end at the latest)."""
    local = now.astimezone(PARIS)
    first = local.date().replace(day=1)
    start = datetime.combine(first, time(), tzinfo=PARIS)
    last_start = datetime.combine((first - ONE_DAY).replace(day=1), time(), tzinfo=PARIS)
    return start, last_start, min(last_start + (local - start), start)


def _requests(pks: Collection[int], charter: CharterParameters, now: datetime) -> dict[int, list[dict[str, Any]]]:
    """Counts by structure and operator, in one statement: the charter's window, and this month against the last."""
    window = now - timedelta(days=charter.response_window_days)
    month, last_month, same_moment = months_compared(now)
    recent = Q(received_at__gt=window)
    told = Q(resident_informed_at__lte=now)
    counted = recent & (told | Q(due_at__lt=now))
    on_time = recent & told & Q(resident_informed_at__lte=F("due_at"))
    handed_over = ~Q(outcome=Outcome.SOLVED)
    rows = (
        ServiceRequest.objects.filter(structure__in=pks, received_at__gt=min(window, last_month), received_at__lte=now)
        .filter(Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=now))
        .order_by()
        .values("structure_id", "operator__name")
        .annotate(
            counted=Count("pk", filter=counted),
            on_time=Count("pk", filter=on_time),
            handed_over=Count("pk", filter=counted & handed_over),
            handed_over_on_time=Count("pk", filter=on_time & handed_over),
            received=Count("pk", filter=recent),
            solved=Count("pk", filter=recent & ~handed_over),
            with_note=Count("pk", filter=recent & Q(solved_with__isnull=False)),
            this_month=Count("pk", filter=Q(received_at__gte=month)),
            last_month=Count("pk", filter=Q(received_at__gte=last_month, received_at__lt=same_moment)),
        )
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["structure_id"]].append(dict(row))
    return found


def _request_facts(rows: list[dict[str, Any]], late_now: int) -> RequestFacts:
    names = ("counted", "on_time", "handed_over", "handed_over_on_time", "received", "solved", "with_note")
    return RequestFacts(
        **{name: sum(row[name] for row in rows) for name in names},
        late_now=late_now,
        by_operator=tuple(OperatorVolume(r["operator__name"], r["this_month"], r["last_month"]) for r in rows),
    )


def _late(pks: Collection[int], now: datetime, looking_back: bool) -> dict[int, int]:
    """Whoever waits beyond what was promised, for the first time or since a return; the share counts the first only."""
    requests = ServiceRequest.objects.filter(structure__in=pks)
    if looking_back:
        untold = Q(resident_informed_at__isnull=True) | Q(resident_informed_at__gt=now)
        back = Q(resident_informed_at__lte=now, reopened_at__lte=now, return_due_at__lt=now)
        late = requests.filter(
            (untold & Q(due_at__lt=now)) | back,
            Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=now),
            Q(closed_at__isnull=True) | Q(closed_at__gt=now),
            received_at__lte=now,
        )
    else:
        late = requests.late(now)
    return dict(late.order_by().values_list("structure_id").annotate(number=Count("pk")))


# Visits


def _seen(pks: Collection[int], day: date) -> dict[int, dict[str, Seen]]:
    """By structure and criterion, what the latest visit that looked at it saw."""
    rows = (
        Observation.objects.filter(visit__structure__in=pks, visit__visited_on__lte=day)
        .annotate(
            rank=Window(
                RowNumber(),
                partition_by=[F("visit__structure_id"), F("criterion_key")],
                order_by=[F("visit__visited_on").desc(), F("visit_id").desc()],
            )
        )
        .filter(rank=1)
        .values_list("visit__structure_id", "criterion_key", "is_met", "visit__visited_on", "detail")
    )
    found: dict[int, dict[str, Seen]] = defaultdict(dict)
    for structure, key, is_met, visited_on, detail in rows:
        found[structure][key] = Seen(is_met, visited_on, detail)
    return found
