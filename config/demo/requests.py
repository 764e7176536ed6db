"""How did each request of the past year go: what was asked, and when was the resident told?"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from config.demo.catalogue import BLOCKERS, COUNTER, ENDINGS, Need, Urn
from config.demo.diary import Arrival, Desk, Opening, is_bus_stop, to_the_second
from config.demo.places import Site
from partners.models import Blocker
from referrals.actions import due_at
from referrals.models import Channel, ClosingReason, Outcome, Promise, ServiceRequest
from schedules.calendars import PARIS
from schedules.opening_hours import Access
from structures.models import Structure

SOLVED_HERE = 0.82  # nationally
SOLVED_WHEN_STRAINED = 0.68
LATE, LATE_WHEN_STRAINED = 0.30, 0.48  # among those that the counter did not solve
CALLED_BACK = 0.14  # likewise; the others are handed over
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TOO_RECENT_TO_BE_ANSWERED = timedelta(hours=3)


@dataclass(frozen=True)
class Cast:
    """All that a request refers to, by the slug of its site."""

    structures: Mapping[str, Structure]
    authors: Mapping[str, Sequence[User]]
    neighbours: Mapping[str, Sequence[str]]
    """INSEE codes around the site, its own first."""
    desks: Mapping[str, Desk]
    needs: Urn[Need]
    blockers: Mapping[str, Blocker]
    operators_desk: Desk
    promise: Promise


@dataclass
class Registry:
    """References already given, and everything that must be unique."""

    chance: Random
    taken: set[str] = field(default_factory=set)

    def reference(self, departement: str, received_at: datetime) -> str:
        month = received_at.astimezone(PARIS).strftime("%y%m")
        while True:
            number = self.chance.getrandbits(30)
            drawn = "".join(ALPHABET[number >> shift & 31] for shift in range(0, 30, 5))
            reference = f"FS{departement}-{month}-{drawn}"
            if reference not in self.taken:
                self.taken.add(reference)
                return reference

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)


def solved_shares(sites: Iterable[Site], target: float = SOLVED_HERE) -> dict[str, float]:
    """The share solved at the counter of each site: lower where work is strained, so that the whole is the target."""
    every = list(sites)
    strained = sum(site.weight for site in every if site.is_strained) / sum(site.weight for site in every)
    others = (target - strained * SOLVED_WHEN_STRAINED) / (1 - strained)
    return {site.slug: SOLVED_WHEN_STRAINED if site.is_strained else others for site in every}


class Clerk:
    """Writes requests, with one source of chance: the same arrivals give the same rows."""

    def __init__(self, cast: Cast, chance: Random, now: datetime) -> None:
        self.cast, self.chance, self.now = cast, chance, now
        self.registry = Registry(chance)
        self._channels, self._endings = Urn(COUNTER.items()), Urn(ENDINGS.items())
        self._blockers = Urn((cast.blockers[code], weight) for code, weight in BLOCKERS.items())

    def past(self, arrivals: Sequence[Arrival], solved: Mapping[str, float]) -> Iterator[ServiceRequest]:
        """One finished request per arrival, in order."""
        for arrival, need in zip(arrivals, self.cast.needs.draw_many(self.chance, len(arrivals)), strict=True):
            site = arrival.opening.site
            request = self.logged(site, arrival.at, need, self._channel(arrival.opening))
            if self.chance.random() < solved[site.slug] or not self._followed(request, site):
                self._solve(request)
            yield request

    def logged(self, site: Site, received_at: datetime, need: Need, channel: str) -> ServiceRequest:
        """A request as it is at its first minute, with nothing done yet."""
        operator, procedure = need
        structure = self.cast.structures[site.slug]
        return ServiceRequest(
            reference=self.registry.reference(structure.departement_id, received_at),
            structure=structure,
            procedure=procedure,
            operator=operator,
            commune_id=self._commune(site),
            outcome=Outcome.REFERRED,
            channel=channel,
            author=self._somebody(site),
            idempotency_key=self.registry.key(),
            received_at=received_at,
            due_at=due_at(self.cast.promise, received_at),
            promised_hours=self.cast.promise.hours,
            promised_unit=self.cast.promise.unit,
        )

    def blocker(self) -> Blocker:
        return self._blockers.draw(self.chance)

    def _channel(self, opening: Opening) -> str:
        if is_bus_stop(opening.spot):
            return Channel.BUS_STOP if self.chance.random() < 0.93 else Channel.PHONE
        if opening.access is Access.APPOINTMENT:
            return Channel.APPOINTMENT
        return self._channels.draw(self.chance)

    def _commune(self, site: Site) -> str | None:
        if self.chance.random() < 0.55:
            return None
        around = self.cast.neighbours[site.slug]
        return around[0] if self.chance.random() < 0.6 else self.chance.choice(around)

    def _somebody(self, site: Site) -> User:
        return self.chance.choice(self.cast.authors[site.slug])

    def _solve(self, request: ServiceRequest) -> None:
        request.outcome = Outcome.SOLVED
        request.resident_informed_at = request.closed_at = request.received_at
        request.informed_by = request.author
        request.closing_reason = ClosingReason.SOLVED_HERE
        if self.chance.random() < 0.12:
            request.blocker = self.blocker()

    def _followed(self, request: ServiceRequest, site: Site) -> bool:
        """Hand it over or call back, then tell the resident; False when it is too recent for that to be over."""
        if self.now - request.received_at < TOO_RECENT_TO_BE_ANSWERED:
            return False
        is_late = self.chance.random() < (LATE_WHEN_STRAINED if site.is_strained else LATE)
        told_at = (self._late(request, site) if is_late else None) or self._in_time(request, site)
        request.resident_informed_at = request.closed_at = told_at
        request.informed_by = self._somebody(site)
        if self.chance.random() < 0.6:
            request.blocker = self.blocker()
        if self.chance.random() < CALLED_BACK:
            request.outcome, request.closing_reason = Outcome.CALL_BACK, ClosingReason.SOLVED_HERE
            return True
        request.closing_reason = self._endings.draw(self.chance)
        if not ClosingReason(request.closing_reason).tells_the_resident:
            request.resident_informed_at = request.informed_by = None
        self.hand_over(request, told_at)
        return True

    def hand_over(self, request: ServiceRequest, until: datetime) -> None:
        """Some minutes after the request; the operator answers before `until`, in its own hours when it can."""
        wait, desk = until - request.received_at, self.cast.operators_desk
        sent_at = request.received_at + min(timedelta(minutes=self.chance.randint(2, 25)), wait / 3)
        planned, latest = sent_at + (until - sent_at) * self.chance.uniform(0.3, 0.9), until - (until - sent_at) * 0.05
        answered_at = desk.next(planned, self.chance)
        if answered_at is None or answered_at > latest:
            answered_at = desk.last(sent_at, latest, self.chance) or planned
        request.referred_at, request.answered_at = to_the_second(sent_at), to_the_second(answered_at)

    def _in_time(self, request: ServiceRequest, site: Site) -> datetime:
        end = min(request.due_at, self.now)
        span = end - request.received_at
        told_at = self.cast.desks[site.slug].next(
            request.received_at + span * self.chance.betavariate(1.2, 2.2), self.chance
        )
        if told_at is None or told_at > end:
            told_at = request.received_at + min(span, timedelta(hours=2)) * self.chance.uniform(0.5, 1)
        return to_the_second(told_at)

    def _late(self, request: ServiceRequest, site: Site) -> datetime | None:
        """None when that would be in the future."""
        planned = request.due_at + timedelta(hours=0.5 + self.chance.expovariate(1 / 20))
        told_at = self.cast.desks[site.slug].next(planned, self.chance)
        return to_the_second(told_at) if told_at is not None and told_at <= self.now else None
