"""Who follows a request, what does somebody who leaves hold, and how does it pass to a colleague?

Work moves, memory stays: nothing is closed, no clock is touched, the author remains who logged it. Nothing here reads
who the residents are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User, journal, members_of
from partners.models import Procedure
from referrals.actions import add_exchange, hold
from referrals.desk.needs import call_in_words
from referrals.models import Exchange, Happening, ServiceRequest, ServiceRequestQuerySet, deadline
from schedules.calendars import PARIS
from schedules.wording import deadline_in_words
from structures.models import Structure


class NotAColleague(ValueError):
    """Only somebody whose account is in the site's team may follow its requests, and not the one who leaves."""


@dataclass(frozen=True)
class Held:
    """One open request as a colleague must know it, without whose it is."""

    pk: int
    reference: str
    procedure: str
    due: str
    is_late: bool
    call: str
    """Who is to be called and when; empty when no call is due."""


@dataclass(frozen=True)
class Work:
    """What somebody follows at a site, the nearest deadline first."""

    requests: tuple[Held, ...] = ()

    @property
    def count(self) -> int:
        return len(self.requests)

    @property
    def late(self) -> int:
        return sum(request.is_late for request in self.requests)

    @property
    def calls(self) -> list[Held]:
        return [request for request in self.requests if request.call]

    @property
    def next_due(self) -> str:
        """ "en retard de 2 h", "dans 6 h"; empty without work."""
        return self.requests[0].due if self.requests else ""


@dataclass(frozen=True)
class LeftBehind:
    """What is still held by somebody who is gone."""

    user: User
    count: int
    next_due: str
    is_late: bool


def work_of(user: User, structure: Structure, now: datetime) -> Work:
    """What she follows there: two statements, that read neither an identity nor a text."""
    rows = list(_open_at(structure).held_by(user).order_by(deadline(), "pk"))
    procedures = Procedure.objects.filter(pk__in={row.procedure_id for row in rows}).order_by()
    names = dict(procedures.values_list("pk", "name"))
    return Work(
        tuple(
            Held(
                pk=row.pk,
                reference=row.reference,
                procedure=names[row.procedure_id],
                due=deadline_in_words(row.promised_until or row.due_at, now),
                is_late=row.is_late(now),
                call=call_in_words(row, now),
            )
            for row in rows
        )
    )


def left_behind(structure: Structure, now: datetime) -> list[LeftBehind]:
    """What is held by people who have left, whose account is closed or who are out of the team: three statements."""
    held = (
        _open_at(structure)
        .order_by()
        .annotate(keeper_pk=Coalesce("holder_id", "author_id"))
        .values("keeper_pk")
        .annotate(number=Count("pk"), first_due=Min(deadline()))
    )
    found = {row["keeper_pk"]: row for row in held}
    here = set(colleagues(structure, now).filter(pk__in=found).values_list("pk", flat=True))
    gone = User.objects.filter(pk__in=set(found) - here).order_by("full_name", "pk")
    return [
        LeftBehind(
            user=user,
            count=found[user.pk]["number"],
            next_due=deadline_in_words(found[user.pk]["first_due"], now),
            is_late=found[user.pk]["first_due"] < now,
        )
        for user in gone
    ]


def colleagues(structure: Structure, now: datetime) -> QuerySet[User]:
    """Those who may follow its requests: open accounts of its team, but those of counsellors who have left."""
    if structure.team is None:
        return User.objects.none()
    day = now.astimezone(PARIS).date()
    known = structure.counsellors.filter(user__isnull=False)
    staying = known.filter(Q(left_on__isnull=True) | Q(left_on__gt=day)).values("user")
    gone = known.filter(left_on__lte=day).exclude(user__in=staying).values("user")
    return members_of([structure.team]).exclude(pk__in=gone).order_by("full_name", "pk")


@transaction.atomic
def hand_over_work(
    *, structure: Structure, leaving: User, to: User, by: User, now: datetime, only: Collection[int] | None = None
) -> int:
    """Confide to a colleague the open requests that somebody holds there (`only` some, by pk); count them.

    One line on each timeline, one in the journal. What was closed or taken over meanwhile stays as it is. Raises
    NotAColleague.
    """
    if to.pk == leaving.pk or not colleagues(structure, now).filter(pk=to.pk).exists():
        raise NotAColleague
    rows = _open_at(structure).held_by(leaving)
    if only is not None:
        rows = rows.filter(pk__in=only)
    pks = list(rows.select_for_update().values_list("pk", flat=True))
    if not pks:
        return 0
    ServiceRequest.objects.filter(pk__in=pks).update(holder=to)
    Exchange.objects.bulk_create(
        [
            Exchange(
                request_id=pk, kind=Happening.NEW_HOLDER, at=now, author=by, actor=str(by), text=_change(leaving, to)
            )
            for pk in pks
        ]
    )
    journal(verb=f"suivi confié ({len(pks)})", subject=f"compte {leaving.pk} → {to.pk}", now=now, by=by)
    return len(pks)


@transaction.atomic
def take_over(*, request: ServiceRequest, by: User, now: datetime) -> bool:
    """She follows it from now on; False when she did already. Raises AlreadyClosed."""
    hold(request)
    request.refresh_from_db(fields=["holder", "author"])
    before = request.keeper
    if before.pk == by.pk:
        return False
    ServiceRequest.objects.filter(pk=request.pk).update(holder=by)
    request.holder = by
    add_exchange(request, Happening.NEW_HOLDER, now, by=by, text=_change(before, by))
    journal(verb="suivi repris", subject=request.reference, now=now, by=by)
    return True


@transaction.atomic
def assign(*, request: ServiceRequest, to: User, by: User, now: datetime) -> bool:
    """A colleague of the site follows it from now on; False when she did already. Raises AlreadyClosed, NotAColleague.

    The last of two who assign wins, as the timeline tells: nothing is lost, and it can be assigned again.
    """
    if to.pk == by.pk:
        return take_over(request=request, by=by, now=now)
    hold(request)
    if not colleagues(request.structure, now).filter(pk=to.pk).exists():
        raise NotAColleague
    request.refresh_from_db(fields=["holder", "author"])
    before = request.keeper
    if before.pk == to.pk:
        return False
    ServiceRequest.objects.filter(pk=request.pk).update(holder=to)
    request.holder = to
    add_exchange(request, Happening.NEW_HOLDER, now, by=by, text=_change(before, to))
    journal(verb="suivi confié", subject=request.reference, now=now, by=by)
    return True


def _open_at(structure: Structure) -> ServiceRequestQuerySet:
    return ServiceRequest.objects.filter(structure=structure).still_open()


def _change(before: User, after: User) -> str:
    return f"Suivie par {after}, après {before}."
