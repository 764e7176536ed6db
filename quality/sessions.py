"""Which training sessions have seats to fill, who could take them, and who was there?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from quality.people import days_of_session
from quality.shortages import Missing
from quality.training import family
from structures.models import Training, TrainingSession
from structures.models.people import TrainingSessionQuerySet

A_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class SessionLine:
    """A session in a list."""

    session: TrainingSession
    days: str
    taken: int
    left: int
    could_come: int
    """How many of the network must follow this course and have a seat nowhere."""


@dataclass(frozen=True)
class Seated:
    pk: int
    name: str
    structure: str
    has_certificate: bool


@dataclass(frozen=True)
class Sheet:
    """A session with the people who have a seat, and those who could take one, whose site breaks first at the top."""

    seated: list[Seated]
    could_come: list[Missing]
    left: int
    is_over: bool

    @property
    def without_certificate(self) -> list[Seated]:
        return [person for person in self.seated if not person.has_certificate]


def to_fill(sessions: TrainingSessionQuerySet, missing: Sequence[Missing], day: date) -> list[SessionLine]:
    """Sessions to come, the nearest first, in one statement."""
    rows: QuerySet[Any] = sessions.coming(day).select_related("course").annotate(taken=Count("participants"))
    return [
        SessionLine(
            session=row,
            days=days_of_session(row),
            taken=row.taken,
            left=max(0, row.seats - row.taken),
            could_come=len(_could_come(row, missing)),
        )
        for row in rows
    ]


def to_certify(sessions: TrainingSessionQuerySet, day: date) -> list[tuple[TrainingSession, str, int]]:
    """Sessions of the last year that are over and whose people have no certificate yet: session, days, how many."""
    followed = Q(participants__trainings__course=F("course"), participants__trainings__completed_on=F("ends_on"))
    rows: QuerySet[Any] = (
        sessions.filter(ends_on__lte=day, ends_on__gt=day - A_YEAR)
        .select_related("course")
        .annotate(
            taken=Count("participants", distinct=True),
            certified=Count("participants", filter=followed, distinct=True),
        )
        .filter(taken__gt=F("certified"))
        .order_by("-ends_on", "pk")
    )
    return [(row, days_of_session(row), row.taken - row.certified) for row in rows]


def sheet_of(session: TrainingSession, missing: Sequence[Missing], day: date) -> Sheet:
    """Two statements, whatever the number of people."""
    certified = set(
        Training.objects.filter(course=session.course_id, completed_on=session.ends_on).values_list(
            "counsellor", flat=True
        )
    )
    people = session.participants.select_related("structure").order_by("full_name", "pk")
    seated = [Seated(p.pk, p.full_name, p.structure.name, p.pk in certified) for p in people]
    here = {person.pk for person in seated}
    return Sheet(
        seated=seated,
        could_come=[line for line in _could_come(session, missing) if line.pk not in here],
        left=max(0, session.seats - len(seated)),
        is_over=session.ends_on <= day,
    )


def _could_come(session: TrainingSession, missing: Sequence[Missing]) -> list[Missing]:
    wanted = family(session.course.code)
    return [line for line in missing if wanted in line.courses and wanted not in line.seated_for]
