"""Which needs did people bring that went to nobody, and which needs have no local service?

Counts only: no request, no person; a count under five is not shown.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from partners.models import Contact, LocalService, Procedure, Subject
from referrals.candidates import place_of
from referrals.coverage.facts import answering_for
from referrals.models import ClosingReason, Exchange, Happening, Outcome, Referral, ServiceRequest
from referrals.orientation.gestures import hidden_when_few
from schedules.calendars import PARIS
from structures.models import Location, LocationKind, Structure
from territories.models import Commune

WINDOW = timedelta(days=90)
_WITHOUT_HELP = ["", ClosingReason.NO_HELP, ClosingReason.UNREACHABLE, ClosingReason.ABANDONED]


@dataclass(frozen=True)
class Unmet:
    """A démarche in a commune, and how many requests for it went to nobody, in words."""

    procedure: Procedure
    commune: Commune | None
    count: str
    has_contact: bool | None
    """Whether the directory names somebody for it today, who was never asked; None without a commune."""


def unmet_needs(structures: QuerySet[Structure], now: datetime) -> list[Unmet]:
    """Démarche × commune of the last 90 days at these sites, the most asked first; six statements.

    The commune is the person's, else the one where the site receives people; None for a bus.
    """
    counts = _counts(structures, now)
    procedures = Procedure.objects.select_related("operator", "alternative_operator").in_bulk(
        {procedure for procedure, _ in counts}
    )
    communes = Commune.objects.in_bulk({commune for _, commune in counts if commune})
    lines = [
        (number, procedures[procedure], communes.get(commune) if commune else None)
        for (procedure, commune), number in counts.items()
    ]
    lines.sort(key=lambda line: (-line[0], line[1].name, line[1].pk, line[2].plain_name if line[2] else ""))
    known = _Directory(structures, procedures.values(), now.astimezone(PARIS).date())
    return [
        Unmet(procedure, commune, hidden_when_few(number), known.answers(procedure, commune))
        for number, procedure, commune in lines
    ]


def needs_without_service() -> list[Subject]:
    """The needs outside the operators that no local service in service answers."""
    serving = LocalService.objects.in_service().filter(needs=OuterRef("pk"))
    return list(Subject.objects.filter(~Exists(serving)))


class _Directory:
    """Who answers for what, in the offices that serve these sites; two statements."""

    def __init__(self, structures: QuerySet[Structure], procedures: Iterable[Procedure], day: date) -> None:
        operators = {operator.pk for procedure in procedures for operator in procedure.operators()}
        offices = structures.order_by().values("partner_office")
        contacts = Contact.objects.in_service().filter(office__in=offices, operator__in=operators)
        by_operator: dict[int, list[Contact]] = defaultdict(list)
        for contact in contacts.prefetch_related("rules").order_by("pk"):
            by_operator[contact.operator_id].append(contact)
        self._answering = {operator: answering_for(found, day) for operator, found in by_operator.items()}

    def answers(self, procedure: Procedure, commune: Commune | None) -> bool | None:
        if commune is None:
            return None
        asked = [self._answering[operator.pk] for operator in procedure.operators() if operator.pk in self._answering]
        return any(answering.who(procedure.pk, place_of(commune).areas) for answering in asked)


def _counts(structures: QuerySet[Structure], now: datetime) -> dict[tuple[int, str | None], int]:
    handed_over = Referral.objects.filter(request=OuterRef("pk"))
    asked_since = Referral.objects.filter(request=OuterRef("request"), sent_at__gt=OuterRef("at"))
    nobody_left = Exchange.objects.filter(~Exists(asked_since), request=OuterRef("pk"), kind=Happening.NOBODY_LEFT)
    asked = ServiceRequest.objects.filter(
        structure__in=structures.order_by(),
        received_at__gte=now - WINDOW,
        received_at__lte=now,
        outcome=Outcome.REFERRED,
        oriented_to=None,
        answered_at=None,
        cancelled_at=None,
        closing_reason__in=_WITHOUT_HELP,
    ).filter(~Exists(handed_over) | Q(Exists(nobody_left)))
    rows = list(asked.order_by().values_list("procedure", "commune", "structure").annotate(number=Count("pk")))
    homes = _homes(structure for _, commune, structure, _ in rows if commune is None)
    counts: dict[tuple[int, str | None], int] = defaultdict(int)
    for procedure, commune, structure, number in rows:
        counts[procedure, commune or homes.get(structure)] += number
    return counts


def _homes(structures: Iterable[int]) -> dict[int, str]:
    main = Location.objects.filter(structure__in=set(structures), kind=LocationKind.MAIN, is_active=True)
    return dict(main.order_by("-pk").values_list("structure", "commune"))
