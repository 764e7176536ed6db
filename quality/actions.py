"""What is written about quality: a charter version to start from, and what a visit has seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User, journal
from quality.models import CharterVersion, Criterion, CriterionKind, Observation, Visit
from referrals.deadlines import Unit
from referrals.models import Promise
from schedules.calendars import PARIS
from structures.models import Course, Structure

STARTS_ON = date(2020, 1, 1)

_COMPUTED = [
    ("opening_hours", 1, "Ouvrir au moins 24 heures par semaine", "Horaires"),
    ("trained_counsellors", 2, "Au moins deux conseillers formés", "Conseillers formés"),
    ("response_time", 4, "Répondre dans les 72 heures", "Réponse à temps"),
]
_OBSERVED = [
    (
        "signage",
        3,
        "Une enseigne visible de l’extérieur",
        "Enseigne",
        "L’enseigne France services est-elle visible de la rue ?",
        "Poser l’enseigne fournie avec le label, visible de la rue.",
    ),
    (
        "confidential_office",
        5,
        "Un bureau confidentiel",
        "Bureau confidentiel",
        "Peut-on recevoir sans être vu ni entendu ? Dans un bus, un coin à l’écart suffit.",
        "Réserver un bureau fermé ou, dans un bus, un coin à l’écart.",
    ),
    (
        "free_of_charge",
        6,
        "Un accompagnement gratuit",
        "Gratuité",
        "L’accompagnement est-il entièrement gratuit ? Une photocopie payante se note en précision.",
        "Ne rien faire payer pour l’accompagnement.",
    ),
    (
        "accessibility",
        7,
        "Un lieu accessible à tous",
        "Accessibilité",
        "Le lieu est-il accessible aux personnes en situation de handicap ? Dire pour quel handicap il ne l’est pas.",
        "Lever les obstacles notés lors de la visite et tenir à jour la fiche Acceslibre.",
    ),
]
_COURSES = [
    ("core", "Formation socle", "CNFPT", Decimal(3)),
    ("operators", "Formation des opérateurs", "Opérateurs partenaires", Decimal(2)),
]


@dataclass(frozen=True)
class CharterLoad:
    """What a load has added; all False when everything was there."""

    version: bool
    courses: int
    promise: bool


@transaction.atomic
def load_charter(now: datetime) -> CharterLoad:
    """Create what is absent of the charter of 2020, its courses and its promise; what was edited stays as it is."""
    version, is_new = CharterVersion.objects.get_or_create(
        starts_on=STARTS_ON, defaults={"name": "Charte France services", "weekly_hours_fixed": Decimal(24)}
    )
    if is_new:
        Criterion.objects.bulk_create([*_computed(version), *_observed(version)])
        journal(verb="charte créée", subject=f"charte {STARTS_ON}", now=now, actor="Chargement de la charte")
    courses = [
        Course.objects.get_or_create(code=code, defaults={"name": name, "provider": provider, "days": days})[1]
        for code, name, provider, days in _COURSES
    ]
    _, promise_is_new = Promise.objects.get_or_create(
        starts_on=STARTS_ON, defaults={"hours": 72, "unit": Unit.CALENDAR}
    )
    return CharterLoad(version=is_new, courses=sum(courses), promise=promise_is_new)


def _computed(version: CharterVersion) -> list[Criterion]:
    return [
        Criterion(charter=version, key=key, position=position, name=name, short_name=short, kind=CriterionKind.COMPUTED)
        for key, position, name, short in _COMPUTED
    ]


def _observed(version: CharterVersion) -> list[Criterion]:
    return [
        Criterion(
            charter=version,
            key=key,
            position=position,
            name=name,
            short_name=short,
            kind=CriterionKind.OBSERVED,
            question=question,
            to_meet=to_meet,
        )
        for key, position, name, short, question, to_meet in _OBSERVED
    ]


@dataclass(frozen=True)
class Observed:
    """What a visit saw of one criterion."""

    criterion: str
    is_met: bool
    detail: str = ""


class VisitInFuture(ValueError):
    """Nobody has seen tomorrow."""


class NothingSeen(ValueError):
    """A visit tells what it saw, or leaves a note."""


@transaction.atomic
def record_visit(
    *, structure: Structure, visited_on: date, observations: Sequence[Observed], note: str, by: User, now: datetime
) -> Visit:
    """Keep what a visit saw. Sent twice by the same person (double click, two tabs), it is one visit.

    Raises VisitInFuture and NothingSeen.
    """
    if visited_on > now.astimezone(PARIS).date():
        raise VisitInFuture
    if not observations and not note:
        raise NothingSeen
    for visit in structure.visits.filter(visited_on=visited_on, author=by, note=note).prefetch_related("observations"):
        if _same(visit, observations):
            return visit
    visit = Visit.objects.create(structure=structure, visited_on=visited_on, author=by, note=note, recorded_at=now)
    Observation.objects.bulk_create(
        Observation(visit=visit, criterion_key=seen.criterion, is_met=seen.is_met, detail=seen.detail)
        for seen in observations
    )
    journal(verb="visite enregistrée", subject=f"visite {visit.pk}", now=now, by=by)
    return visit


def _same(visit: Visit, observations: Sequence[Observed]) -> bool:
    kept = {(o.criterion_key, o.is_met, o.detail) for o in visit.observations.all()}
    return kept == {(o.criterion, o.is_met, o.detail) for o in observations}
