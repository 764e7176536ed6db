"""Does chance give the demonstration the same year every time, and the shape of a real one? No database here."""

from datetime import UTC, datetime
from functools import cache
from random import Random

import pytest

from accounts.models import User
from config.demo import load as demo
from config.demo.catalogue import BLOCKERS, SHARES, needs
from config.demo.diary import Desk, Opening, arrivals, desk_of, openings, operators_desk
from config.demo.hours import timetable
from config.demo.people import DEMO_SITE
from config.demo.requests import Cast, Clerk, solved_shares
from config.demo.waiting import SCENES, Stage
from partners.models import Blocker, Operator, Procedure
from referrals.desk.needs import Pile, pile_of
from referrals.models import Outcome, Promise, ServiceRequest
from schedules.calendars import PARIS, french_calendar
from schedules.opening_hours import is_open
from structures.models import Structure

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=PARIS)  # a Tuesday
CALENDAR = french_calendar(2024, 2028)


ON_STAGE = tuple(site for site in demo.EVERYWHERE if site.slug in {scene.site for scene in SCENES})


@cache
def doors(now: datetime) -> dict[str, list[Opening]]:
    return {site.slug: openings(site, now, CALENDAR) for site in ON_STAGE}


@cache
def desks(now: datetime) -> dict[str, Desk]:
    return {site.slug: desk_of(site, now, CALENDAR) for site in ON_STAGE}


OPERATORS = [Operator(pk=n, code=code, name=code) for n, code in enumerate(SHARES, start=1)]
PROCEDURES = [Procedure(pk=operator.pk, operator=operator, name=operator.code) for operator in OPERATORS]


def clerk_of(seed: int, now: datetime = NOW) -> Clerk:
    """Somebody who writes requests for rows that are not saved."""
    sites = list(enumerate(ON_STAGE, start=1))
    cast = Cast(
        structures={site.slug: Structure(pk=n, departement_id="76") for n, site in sites},
        authors={site.slug: [User(pk=n)] for n, site in sites},
        neighbours={site.slug: [site.home.insee] for _, site in sites},
        desks=desks(now),
        needs=needs(PROCEDURES),
        blockers={code: Blocker(pk=n) for n, code in enumerate(BLOCKERS, start=1)},
        operators_desk=operators_desk(timetable("lun-ven 9:00-17:00"), now, CALENDAR),
        promise=Promise(starts_on=now.date()),
    )
    return Clerk(cast, Random(seed), now.astimezone(UTC))


def drawn(seed: int, count: int) -> list[ServiceRequest]:
    people = arrivals(doors(NOW), count, Random(seed))
    return list(clerk_of(seed).past(people, solved_shares(ON_STAGE)))


def rows(requests: list[ServiceRequest]) -> list[tuple[object, ...]]:
    return [(r.reference, r.received_at, r.idempotency_key, r.structure_id, r.resident_informed_at) for r in requests]


def test_the_same_seed_and_instant_give_the_same_requests():
    once = rows(drawn(76, 300))
    assert rows(drawn(76, 300)) == once
    assert rows(drawn(77, 300)) != once


def test_the_year_has_the_shape_of_a_real_one():
    requests = drawn(76, 4000)
    by_operator = {code: sum(r.operator.code == code for r in requests) / 40 for code in SHARES}
    assert all(by_operator[code] == pytest.approx(share, abs=2) for code, share in SHARES.items())
    assert sum(r.outcome == Outcome.SOLVED for r in requests) / 4000 == pytest.approx(0.82, abs=0.02)
    on_time = sum(r.kept_in_time is True for r in requests) / 4000
    assert 0.89 <= on_time <= 0.96
    months = [r.received_at.astimezone(PARIS).month for r in requests]
    assert months.count(8) < min(months.count(month) for month in range(1, 8))
    days = [r.received_at.astimezone(PARIS).weekday() for r in requests]
    assert days.count(0) == max(days.count(day) for day in range(7))
    assert 6 not in days


def test_people_come_when_the_site_is_open():
    for site in ON_STAGE[:3]:
        hours = [timetable(spot.hours) for spot in site.spots]
        for arrival in arrivals({site.slug: doors(NOW)[site.slug]}, 100, Random(1)):
            assert any(is_open(each, arrival.at, CALENDAR) for each in hours)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 22, 16, 0, tzinfo=PARIS),  # a Sunday
        datetime(2026, 11, 25, 8, 30, tzinfo=PARIS),  # a Wednesday: 72 hours ago was a Sunday
        datetime(2027, 1, 2, 23, 40, tzinfo=PARIS),  # the night after New Year's Day
        datetime(2027, 3, 30, 7, 0, tzinfo=PARIS),  # after Easter Monday and a change of clocks
        datetime(2026, 8, 5, 0, 10, tzinfo=PARIS),
    ],
)
def test_the_desk_has_each_pile_whatever_the_day_and_the_hour(now):
    clerk, sites = clerk_of(76, now), {site.slug: site for site in ON_STAGE}
    every_need = {scene.procedure: (OPERATORS[0], PROCEDURES[0]) for scene in SCENES}
    requests = [staged.request for staged in Stage(clerk, sites, doors(now)).play(every_need)]
    here = [r for r in requests if r.structure_id == clerk.cast.structures[DEMO_SITE].pk]
    assert {pile_of(request, now) for request in here} - {None} == set(Pile) - {Pile.UNSENT, Pile.DRAFT, Pile.MENTION}
    assert sum(request.due_at < now for request in requests) == 6
    assert all(request.received_at <= now for request in requests)
    assert all(r.received_at <= r.referred_at <= now for r in requests if r.referred_at)
    assert all(r.referred_at and r.referred_at <= r.answered_at <= now for r in requests if r.answered_at)


@pytest.mark.parametrize("word", ["mer 9:00-12:00 5e", "lundi-prochain", "lun 9:00-12:00 parfois"])
def test_hours_that_mean_nothing_are_refused(word):
    with pytest.raises(ValueError, match="inconnu"):
        timetable(word)
