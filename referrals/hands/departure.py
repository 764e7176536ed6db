"""A contact leaves: what does it hold, who takes it up, and how does each hand-over pass without a clock that stops?

Whoever keeps the directory has no sight of the requests: what is listed here says the site, the démarche and the
delays, never a reference nor an identity.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from partners.actions.departures import record_departure
from partners.models import Contact
from partners.one_mail_a_day import hold as hold_addresses
from partners.versions import locked
from referrals.actions import AlreadyClosed, add_exchange, hold, settle
from referrals.candidates import bare_candidates, kept_by, place_of
from referrals.hands.taking_up import tell
from referrals.models import Happening, Referral, ReferralChannel, ReferralQuerySet, ServiceRequest, deadline
from referrals.routing import Candidate, Need, rank
from schedules.calendars import PARIS
from schedules.here import calendar_around
from schedules.wording import NBSP, deadline_in_words, spoken_moment
from structures.models import Location, LocationKind
from territories.models import Commune


@dataclass(frozen=True)
class Held:
    """One hand-over that waits at the contact, and who could take it up, the one proposed first."""

    referral: int
    structure: str
    procedure: str
    since: str
    due: str
    is_late: bool
    proposed: int | None
    """None: nobody is left, the site will choose."""
    others: tuple[Contact, ...]


@dataclass(frozen=True)
class Left:
    """What a departure moved: to somebody, or back to the sites as « à transmettre »."""

    moved: int
    given_back: int
    told_at: datetime | None = None
    """When the last one is told, if not now: it had its mail of the day, or the day is off."""


def held_by(contact: Contact, now: datetime) -> list[Held]:
    """What waits at this contact, site by site, the nearest deadline first; the same queries for one and a hundred."""
    referrals = list(_pending_at(contact).order_by("request__structure__name", deadline("request__"), "pk"))
    if not referrals:
        return []
    successors = _Successors(contact, [referral.request for referral in referrals], now)
    today = now.astimezone(PARIS).date()
    return [
        Held(
            referral=referral.pk,
            structure=referral.request.structure.name,
            procedure=referral.request.procedure.name,
            since=spoken_moment(referral.sent_at, today=today),
            due=deadline_in_words(referral.request.promised_until or referral.request.due_at, now),
            is_late=referral.request.is_late(now),
            proposed=successors.proposed_for(referral.request),
            others=tuple(successors.all_for(referral.request)),
        )
        for referral in referrals
    ]


@transaction.atomic
def leave(*, contact: Contact, left_on: date, to: Mapping[int, Contact | None], by: User, now: datetime) -> Left:
    """The contact is gone since that day, and each hand-over it held passes to the one chosen (`to`, by hand-over).

    Nothing is closed and no clock is touched: the operator's runs from its first hand-over, the resident's from the
    request. The old links open nothing any more. Whoever takes up several gets one mail a day for all,
    reminders included. What has no
    taker (None, or what arrived meanwhile) goes back to its site as « à transmettre ». Done twice, it is done once.
    """
    locked(contact, None)
    # Before the requests, as the reminders do, which would wait for each other otherwise.
    hold_addresses([other.mail for other in to.values() if other is not None])
    taken_up: dict[int, list[Referral]] = defaultdict(list)
    moved = given_back = 0
    for referral in _pending_at(contact).order_by(deadline("request__"), "pk"):
        try:
            following = _pass_on(referral, to.get(referral.pk), by=by, now=now)
        except AlreadyClosed:
            continue
        if following is None:
            given_back += 1
            continue
        moved += 1
        if following.channel == ReferralChannel.MAIL:
            taken_up[following.contact_id].append(following)
    # In one order, so that two departures at once never wait for each other.
    told = [tell(taken_up[pk], now) for pk in sorted(taken_up)]
    record_departure(contact=contact, left_on=left_on, by=by, now=now)
    return Left(moved, given_back, told_at=max((at for at in told if at is not None), default=None))


def _pending_at(contact: Contact) -> ReferralQuerySet:
    """Those of open requests: closing a request ends its links anyway."""
    open_ones = Referral.objects.pending().filter(
        contact=contact, request__closed_at__isnull=True, request__cancelled_at__isnull=True
    )
    return open_ones.select_related("contact", "request__structure", "request__procedure", "request__commune")


def _pass_on(referral: Referral, to: Contact | None, *, by: User, now: datetime) -> Referral | None:
    """Take the old link back; hand over again in the same words, by the same way when that one can be reached so."""
    request = referral.request
    hold(request)
    Referral.objects.filter(pk=referral.pk).update(revoked_at=now)
    gone = f"{referral.contact.name} a quitté son poste"
    was_a_call = referral.channel == ReferralChannel.PHONE
    if to is None:
        text = f"{gone}{NBSP}: la demande est à transmettre."
        add_exchange(request, Happening.NOBODY_LEFT, now, by=by, referral=referral, text=text)
        settle(request, **({"call_back_at": None} if was_a_call else {}))
        return None
    by_phone = not to.mail or (was_a_call and bool(to.best_phone))
    following = Referral.objects.create(
        request=request,
        contact=to,
        channel=ReferralChannel.PHONE if by_phone else ReferralChannel.MAIL,
        question=referral.question,
        author=by,
        previous=referral,
        sent_at=now,
    )
    add_exchange(request, Happening.PASSED_ON, now, by=by, referral=following, text=f"Passée à {to}{NBSP}: {gone}.")
    settle(request, **_call_due(request, by_phone, was_a_call, now))
    return following


def _call_due(request: ServiceRequest, by_phone: bool, was_a_call: bool, now: datetime) -> dict[str, object]:
    """A call that was agreed keeps its hour; one that becomes due is due now; a mail needs none."""
    if by_phone:
        return {"call_back_at": request.call_back_at or now}
    return {"call_back_at": None} if was_a_call else {}


class _Successors:
    """Who may take up what a contact holds: its stand-in, then by rank, then the others; six queries for all."""

    def __init__(self, contact: Contact, requests: Iterable[ServiceRequest], now: datetime) -> None:
        self._contact, self._now, self._requests = contact, now, list(requests)
        others = [c for c in kept_by(contact.office, [contact.operator_id]) if c.pk != contact.pk]
        self._others = {other.pk: other for other in others}
        self._candidates: list[Candidate] = bare_candidates(others)
        self._calendar = calendar_around(now)
        self._today = now.astimezone(PARIS).date()
        self._communes = self._communes_of_sites()
        self._asked: dict[int, set[int]] = defaultdict(set)
        asked = Referral.objects.filter(request__in=[request.pk for request in self._requests]).order_by()
        for request, other in asked.values_list("request", "contact"):
            self._asked[request].add(other)

    def proposed_for(self, request: ServiceRequest) -> int | None:
        """The stand-in when it is there, else the first in rank, of those who were not asked yet."""
        stand_in = self._others.get(self._contact.stand_in_id or 0)
        if stand_in and self._may_take(stand_in, request) and not stand_in.is_absent(self._today):
            return stand_in.pk
        return next(iter(self._ranked(request)), None)

    def all_for(self, request: ServiceRequest) -> list[Contact]:
        """In rank order, then the colleagues whose rules do not name this need: the manager may know better."""
        first = [pk for pk in (self.proposed_for(request), *self._ranked(request)) if pk is not None]
        rest = [pk for pk, other in self._others.items() if self._may_take(other, request)]
        return [self._others[pk] for pk in dict.fromkeys([*first, *rest])]

    def _may_take(self, other: Contact, request: ServiceRequest) -> bool:
        """Another office's contacts are not for a site that this one does not serve."""
        return request.structure.partner_office_id == other.office_id and other.pk not in self._asked[request.pk]

    def _ranked(self, request: ServiceRequest) -> list[int]:
        commune = request.commune or self._communes.get(request.structure_id)
        if commune is None:
            return []
        operators = (self._contact.operator_id,)
        need = Need(request.procedure_id, operators, place_of(commune).areas, request.blocker_id)
        ranked = rank(self._candidates, need, self._now, self._calendar)
        return [found.contact for found in ranked if self._may_take(self._others[found.contact], request)]

    def _communes_of_sites(self) -> dict[int, Commune]:
        """Where the fixed sites receive people, for the requests that say no commune."""
        without = {request.structure_id for request in self._requests if request.commune_id is None}
        mains = Location.objects.filter(structure__in=without, kind=LocationKind.MAIN, is_active=True)
        return {main.structure_id: main.commune for main in mains.select_related("commune").order_by("-pk")}
