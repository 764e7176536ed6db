"""Who works at a site, what is each one trained for or missing, when is she there, and until when is that enough?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet

from quality.findings import CharterParameters, CounsellorFacts, SiteFacts, SiteKind, TrainingFacts
from quality.training import (
    ends_soonest,
    falls_short_on,
    is_trained,
    lacks_in_words,
    trained_on,
    why_short,
)
from schedules.here import calendar_between
from schedules.opening_hours import in_words
from schedules.wording import spoken_date, spoken_day
from structures.models import Counsellor, Location, LocationKind, Structure, StructureKind, Training, TrainingSession
from structures.presence import Person, Week, spoken_minute, week_of

SOON = timedelta(days=90)


@dataclass(frozen=True)
class Certificate:
    pk: int
    name: str
    followed: str
    until: str
    level: str
    """Of components/badge.html: success, warning when it ends soon, error when it is over."""


@dataclass(frozen=True)
class PersonLine:
    """Somebody of a team, as its page shows her."""

    pk: int
    name: str
    since: str
    leaves: str
    is_gone: bool
    account: str
    account_is_open: bool
    hours: list[str]
    """In words; empty when nobody has entered them."""
    certificates: list[Certificate]
    is_trained: bool
    lacks: list[str]
    ends: str
    """When she stops counting as trained, if a certificate ends within three months."""
    enrolled: list[str]


@dataclass(frozen=True)
class TeamFacts:
    """A site's people and what its charter needs of them."""

    people: list[PersonLine]
    gone: list[PersonLine]
    trained: int
    least: int | None
    short_on: str
    """The first day with too few trained counsellors; empty when no such day is known."""
    why: list[str]
    week: Week
    without_hours: list[str]
    """Names of those whose week nobody has entered."""
    is_short: bool


def team_of(structure: Structure, charter: CharterParameters, day: date, monday: date) -> TeamFacts:
    """A dozen statements, whatever the number of people; the week is a real one, absences included."""
    rows = list(_people(Counsellor.objects.filter(structure=structure), day))
    site = site_facts(structure, rows, day)
    lines = [_line(row, facts, day, charter) for row, facts in zip(rows, site.counsellors, strict=True)]
    short_on = falls_short_on(site, charter)
    trained = trained_on(day, site, charter)
    staying = [row for row in rows if row.left_on is None or row.left_on > day]
    return TeamFacts(
        people=[line for line in lines if not line.is_gone],
        gone=[line for line in lines if line.is_gone],
        trained=trained,
        least=charter.trained_counsellors,
        short_on=spoken_date(short_on, with_year=True) if short_on else "",
        why=why_short(site, charter, short_on) if short_on else [],
        week=_week(structure, rows, monday),
        without_hours=[row.full_name for row in staying if not _has_hours(row)],
        is_short=charter.trained_counsellors is not None and trained < charter.trained_counsellors,
    )


def person_line(counsellor: Counsellor, charter: CharterParameters, day: date) -> PersonLine:
    """One person, as on the page of her team."""
    row = _people(Counsellor.objects.filter(pk=counsellor.pk), day).get()
    return _line(row, counsellor_facts(row), day, charter)


def _people(rows: QuerySet[Counsellor], day: date) -> QuerySet[Counsellor]:
    """With everything that a line shows, read once for all."""
    return (
        rows.select_related("user", "schedule", "structure")
        .prefetch_related(
            *certificates_and_sessions(day),
            "schedule__slots",
            "schedule__closures",
            "schedule__extras",
        )
        .order_by("full_name", "pk")
    )


def certificates_and_sessions(day: date) -> "tuple[Prefetch[str], Prefetch[str]]":
    """What people followed, and the sessions to come in which they have a seat."""
    return (
        Prefetch("trainings", Training.objects.select_related("course").order_by("completed_on", "pk")),
        Prefetch("sessions", TrainingSession.objects.coming(day).select_related("course")),
    )


def counsellor_facts(row: Counsellor) -> CounsellorFacts:
    return CounsellorFacts(
        row.full_name,
        row.arrived_on,
        row.left_on,
        tuple(
            TrainingFacts(t.course.code, t.course.name, float(t.course.days), t.completed_on, t.expires_on)
            for t in row.trainings.all()
        ),
    )


def site_facts(structure: Structure, rows: Iterable[Counsellor], day: date) -> SiteFacts:
    """What the charter must know of a team; the rest of the site is left out."""
    return SiteFacts(
        kind=SiteKind(structure.kind),
        day=day,
        name=structure.name,
        slug=structure.slug,
        pk=structure.pk,
        counsellors=tuple(counsellor_facts(row) for row in rows),
    )


def _line(row: Counsellor, facts: CounsellorFacts, day: date, charter: CharterParameters) -> PersonLine:
    is_gone = row.left_on is not None and row.left_on <= day
    return PersonLine(
        pk=row.pk,
        name=row.full_name,
        since=_dated("arrivée prévue" if row.arrived_on > day else "depuis", row.arrived_on),
        leaves=_dated("départ" if is_gone else "départ prévu", row.left_on) if row.left_on else "",
        is_gone=is_gone,
        account=row.user.email if row.user else "",
        account_is_open=bool(row.user and row.user.is_active),
        hours=in_words(row.schedule.timetable(), day) if row.schedule and _has_hours(row) else [],
        certificates=[_certificate(training, day) for training in row.trainings.all()],
        is_trained=is_trained(facts, day, charter),
        lacks=lacks_in_words(facts, day, charter),
        ends=ends_in_words(facts, day, charter),
        enrolled=[session_in_words(session) for session in row.sessions.all()],
    )


def _dated(words: str, day: date) -> str:
    return f"{words} le {spoken_date(day, with_year=True)}"


def ends_in_words(facts: CounsellorFacts, day: date, charter: CharterParameters) -> str:
    """ "formation des opérateurs valable jusqu’au 12 janvier 2027", when that is within three months."""
    ends = ends_soonest(facts, day, charter)
    if ends is None or ends.expires_on is None or ends.expires_on > day + SOON:
        return ""
    return f"{ends.name}, expire le {spoken_date(ends.expires_on, with_year=True)}"


def _certificate(training: Training, day: date) -> Certificate:
    ends, level, until = training.expires_on, "success", "sans fin de validité"
    if ends is not None:
        level = "error" if ends < day else "warning" if ends <= day + SOON else "success"
        until = f"{'expirée depuis le' if ends < day else 'expire le'} {spoken_date(ends, with_year=True)}"
    followed = f"suivie le {spoken_date(training.completed_on, with_year=True)}"
    return Certificate(training.pk, training.course.name, followed, until, level)


def session_in_words(session: TrainingSession) -> str:
    """ "formation socle, du 12 janvier au 14 janvier 2027"."""
    return f"{session.course.name}, {days_of_session(session)}"


def days_of_session(session: TrainingSession) -> str:
    """ "le 12 janvier 2027", "du 12 au 14 janvier 2027"."""
    first, last = session.starts_on, session.ends_on
    if first == last:
        return f"le {spoken_date(first, with_year=True)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"du {'1er' if first.day == 1 else first.day} au {spoken_date(last, with_year=True)}"
    return f"du {spoken_date(first, with_year=first.year != last.year)} au {spoken_date(last, with_year=True)}"


# Presence


def _has_hours(row: Counsellor) -> bool:
    return row.schedule is not None and bool(row.schedule.slots.all() or row.schedule.extras.all())


def _week(structure: Structure, rows: Sequence[Counsellor], monday: date) -> Week:
    """Somebody is received at the main location; by a bus, at its stops."""
    kind = LocationKind.BUS_STOP if structure.kind == StructureKind.BUS else LocationKind.MAIN
    places = Location.objects.filter(structure=structure, kind=kind, is_active=True).with_hours()
    team = [
        Person(
            name=row.full_name,
            arrived_on=row.arrived_on,
            left_on=row.left_on,
            timetable=row.schedule.timetable() if row.schedule else None,
        )
        for row in rows
    ]
    calendar = calendar_between(monday, monday + timedelta(days=6))
    return week_of([place.timetable() for place in places], team, monday, calendar)


# The grid


@dataclass(frozen=True)
class Cell:
    said: str
    level: str
    """A State of structures.presence; empty when the place is closed."""


@dataclass(frozen=True)
class GridRow:
    hours: str
    cells: list[Cell]


def grid(week: Week) -> list[GridRow]:
    """The open hours of a week as lines of a table, one column per day; no line cuts a stretch."""
    rows = []
    for starts, ends in week.rows:
        found = [day.at(starts, ends) for day in week.days]
        cells = [Cell(stretch.who, stretch.state) if stretch else Cell("fermé", "") for stretch in found]
        rows.append(GridRow(f"{spoken_minute(starts)} – {spoken_minute(ends)}", cells))
    return rows


def headings(week: Week) -> list[tuple[str, str]]:
    """For each day: "lundi 23 novembre", and why it is closed or not quite known."""
    return [(spoken_day(day.day), day.note) for day in week.days]
