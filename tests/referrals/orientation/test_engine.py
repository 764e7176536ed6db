"""Is every need sent first to what can be done here, then to who is meant for it, limits and closed doors behind?"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from referrals.orientation.engine import Area, Limit, Meant, Option, Ranked, Service, Sought, Venue, Via, orient
from referrals.routing import Reach, Reachable, Territory
from schedules.calendars import PARIS, french_calendar
from schedules.opening_hours import is_open
from schedules.slots import Slot, Timetable

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)
CALENDAR = french_calendar(2026, 2027, "B")
HAVRE, ROUEN = Territory(Reach.COMMUNE, "76351", "Le Havre"), Territory(Reach.COMMUNE, "76540", "Rouen")
EPCI = Territory(Reach.EPCI, "200084952", "Le Havre Seine Métropole")
DEPARTEMENT = Territory(Reach.DEPARTEMENT, "76", "Seine-Maritime")
AREAS = frozenset({(Reach.COMMUNE, "76351"), (Reach.EPCI, "200084952"), (Reach.DEPARTEMENT, "76")})
DEBTS, PAPERS, RSA = 1, 2, 30
SOUGHT = Sought(procedure=RSA, needs=frozenset({DEBTS}), areas=AREAS)
MORNINGS = Timetable(tuple(Slot(day, time(9), time(12)) for day in range(5)))
AFTERNOONS = Timetable(tuple(Slot(day, time(14), time(17)) for day in range(5)))
FRIDAYS = Timetable((Slot(4, time(14), time(16, 30)),))


def service(pk: int, **values: object) -> Service:
    return Service(pk, **({"needs": frozenset({DEBTS})} | values))  # type: ignore[arg-type]


def found(*services: Service, sought: Sought = SOUGHT, contacts: list[Ranked] | None = None) -> list[Option]:
    return orient(sought, contacts or [], services, MONDAY, CALENDAR)


def opens_at(option: Option) -> datetime | None:
    return option.next.opens_at if option.next else None


def keys(options: list[Option]) -> list[int]:
    return [option.key for option in options]


def test_the_counter_comes_first_then_the_need_then_the_contact_then_whoever_helps_then_words():
    sought = Sought(
        RSA, frozenset({DEBTS}), AREAS, counter="Faire la demande en ligne.", elsewhere="La Banque de France"
    )
    contact = Ranked(7, "suit cette démarche", Reachable.NOT_NOW)
    helping = service(3, needs=frozenset(), procedures=frozenset({RSA}))
    options = found(helping, service(9), sought=sought, contacts=[contact])
    assert [(option.via, option.key) for option in options] == [
        (Via.HERE, 0), (Via.SERVICE, 9), (Via.CONTACT, 7), (Via.SERVICE, 3), (Via.ELSEWHERE, 0),
    ]  # fmt: skip


def test_nothing_known_gives_nothing_and_no_error():
    assert found() == []
    assert orient(Sought(None, frozenset(), frozenset()), [], [service(1)], MONDAY, CALENDAR) == []


def test_the_contacts_keep_the_order_of_their_ranking():
    contacts = [Ranked(pk, "", Reachable.NOT_NOW) for pk in (9, 2, 5)]
    assert keys(found(contacts=contacts)) == [9, 2, 5]


def test_a_limit_that_fits_the_need_is_a_warning_and_pushes_behind_even_the_words():
    limited = service(1, limits=(Limit("Pas de dossier de surendettement", need=DEBTS), Limit("Fermé en août")))
    options = found(limited, service(2), sought=Sought(RSA, frozenset({DEBTS}), AREAS, elsewhere="La Banque de France"))
    assert keys(options) == [2, 0, 1]
    assert (options[2].warnings, options[2].limits) == (("Pas de dossier de surendettement",), ("Fermé en août",))


def test_a_limit_tied_to_another_need_or_procedure_says_nothing():
    other = service(1, limits=(Limit("Pas de passeport", need=PAPERS), Limit("Pas d’APL", procedure=99)))
    [option] = found(other)
    assert (option.warnings, option.limits) == ((), ())


def test_a_limit_tied_to_the_procedure_warns():
    [option] = found(service(1, limits=(Limit("Pas de RSA", procedure=RSA),)))
    assert option.warnings == ("Pas de RSA",)


def test_a_service_of_another_territory_is_not_proposed_and_the_narrowest_comes_first():
    services = [
        service(1, areas=(Area(DEPARTEMENT),)),
        service(2, areas=(Area(ROUEN),)),
        service(3, areas=(Area(EPCI),)),
        service(4, areas=(Area(DEPARTEMENT), Area(HAVRE))),
        service(5),
    ]
    assert keys(found(*services)) == [4, 3, 1, 5]


def test_a_commune_with_several_sectors_is_to_be_checked_with_the_address_rather_than_guessed():
    sectors = (Area(HAVRE, "quartiers sud"), Area(HAVRE, "Sanvic"), Area(EPCI, "hors du Havre"))
    [option] = found(service(1, areas=sectors))
    assert option.to_check == ("quartiers sud", "Sanvic")
    assert option.reason == "répond à ce besoin · couvre Le Havre"


def test_near_comes_before_open_but_two_kilometres_do_not_count():
    near_closed = service(1, distance_km=4, venues=(Venue("A", AFTERNOONS),))
    far_open = service(2, distance_km=60, venues=(Venue("B", MORNINGS),))
    as_near_open = service(3, distance_km=6, venues=(Venue("C", MORNINGS),))
    assert keys(found(near_closed, far_open, as_near_open)) == [3, 1, 2]


def test_open_then_unknown_then_closed_and_the_soonest_session_first():
    services = [
        service(1, venues=(Venue("A", FRIDAYS),)),
        service(2, venues=(Venue("B", AFTERNOONS),)),
        service(3),
        service(4, venues=(Venue("D", MORNINGS),)),
    ]
    options = found(*services)
    assert keys(options) == [4, 3, 2, 1]
    assert options[0].open_until == MONDAY.replace(hour=12)
    assert opens_at(options[2]) == MONDAY.replace(hour=14)
    assert opens_at(options[3]) == datetime(2026, 11, 27, 14, tzinfo=PARIS)


def test_the_place_that_opens_first_is_the_one_that_is_named():
    [option] = found(service(1, venues=(Venue("CMS", FRIDAYS), Venue("Mairie", AFTERNOONS), Venue("École"))))
    assert option.place == "Mairie"
    assert opens_at(option) == MONDAY.replace(hour=14)


def test_a_calendar_that_has_nothing_to_come_is_closed_and_last():
    over = Timetable((Slot(0, time(9), time(12), valid_until=MONDAY.date() - timedelta(days=9)),))
    options = found(service(1, venues=(Venue("A", over),)), service(2, venues=(Venue("B", FRIDAYS),)))
    assert keys(options) == [2, 1]
    assert (options[1].reachable, options[1].next) == (Reachable.NOT_NOW, None)


def test_an_instant_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="fuseau"):
        orient(SOUGHT, [], [service(1, venues=(Venue("A", MORNINGS),))], datetime(2026, 11, 23), CALENDAR)


# Against a slow reading of the rule


def a_service(pk: int, chance: Random) -> Service:
    hours = [None, Timetable(), MORNINGS, AFTERNOONS, FRIDAYS]
    limits = [Limit("général"), Limit("dettes", need=DEBTS), Limit("papiers", need=PAPERS), Limit("rsa", procedure=RSA)]
    areas = [Area(HAVRE), Area(HAVRE, "secteur"), Area(EPCI), Area(ROUEN), Area(DEPARTEMENT)]
    return Service(
        pk=pk,
        needs=frozenset(chance.sample([DEBTS, PAPERS], chance.randint(0, 2))),
        procedures=frozenset(chance.sample([RSA, 31], chance.randint(0, 2))),
        limits=tuple(chance.sample(limits, chance.randint(0, 2))),
        areas=tuple(chance.sample(areas, chance.randint(0, 3))),
        venues=tuple(Venue(f"lieu {n}", chance.choice(hours)) for n in range(chance.randint(0, 3))),
        distance_km=chance.choice([None, 0.0, 3.0, 9.5, 12.0, 30.0, 80.0]),
    )


def goes_before(one: Service, other: Service, sought: Sought) -> bool:
    """The rule as it is said, one criterion after the other."""
    criteria: list[Callable[[Service, Sought], Any]] = [_warned, _less_meant, _reach, _band, _closed, _opens_at]
    for criterion in (*criteria, _distance, lambda s, _: s.pk):
        mine, theirs = criterion(one, sought), criterion(other, sought)
        if mine != theirs:
            return bool(mine < theirs)
    raise AssertionError("two services have the same number")


def _warned(s: Service, sought: Sought) -> bool:
    procedures = {sought.procedure} - {None}
    return any(limit.need in sought.needs or limit.procedure in procedures for limit in s.limits)


def _less_meant(s: Service, sought: Sought) -> bool:
    return not any(need in sought.needs for need in s.needs)


def _reach(s: Service, sought: Sought) -> int:
    return min((a.territory.reach for a in s.areas if (a.territory.reach, a.territory.code) in sought.areas), default=4)


def _band(s: Service, _: Sought) -> int:
    far = 1e9 if s.distance_km is None else s.distance_km
    return [far <= 10, far <= 25, far <= 50, True].index(True)


def _hours(s: Service) -> list[Timetable]:
    return [venue.timetable for venue in s.venues if venue.timetable is not None and venue.timetable.slots]


def _closed(s: Service, _: Sought) -> int:
    if not _hours(s):
        return 1
    return 0 if any(is_open(hours, MONDAY, CALENDAR) for hours in _hours(s)) else 2


def _opens_at(s: Service, sought: Sought) -> datetime:
    never = datetime.max.replace(tzinfo=PARIS) - timedelta(days=2)
    if _closed(s, sought) != 2:
        return never
    minutes = (MONDAY + timedelta(minutes=n) for n in range(8 * 24 * 60))
    return next((at for at in minutes if any(is_open(h, at, CALENDAR) for h in _hours(s))), never)


def _distance(s: Service, _: Sought) -> float:
    return 1e9 if s.distance_km is None else s.distance_km


def is_proposed(s: Service, sought: Sought) -> bool:
    serves = any(need in sought.needs for need in s.needs) or sought.procedure in s.procedures
    return serves and (not s.areas or any((a.territory.reach, a.territory.code) in sought.areas for a in s.areas))


@pytest.mark.parametrize("seed", range(40))
def test_the_order_is_that_of_the_rule_read_slowly(seed: int):
    chance = Random(seed)
    for _ in range(5):
        services = [a_service(pk, chance) for pk in chance.sample(range(100), chance.randint(0, 8))]
        needs = frozenset(chance.sample([DEBTS, PAPERS], chance.randint(0, 2)))
        sought = Sought(chance.choice([None, RSA]), needs, AREAS, elsewhere=chance.choice(["", "La mairie"]))
        contacts = [Ranked(pk, "", Reachable.NOW) for pk in range(chance.randint(0, 3))]
        options = orient(sought, contacts, services, MONDAY, CALENDAR)
        by_pk = {s.pk: s for s in services}
        proposed = [by_pk[o.key] for o in options if o.via is Via.SERVICE]
        assert {s.pk for s in proposed} == {s.pk for s in services if is_proposed(s, sought)}
        for before, after in pairwise(proposed):
            assert goes_before(before, after, sought)
        assert [o.key for o in options if o.via is Via.CONTACT] == [c.pk for c in contacts]
        warned = [bool(o.warnings) for o in options]
        assert warned == sorted(warned)
        shuffled = orient(sought, contacts, chance.sample(services, len(services)), MONDAY, CALENDAR)
        assert shuffled == options


def test_the_order_says_what_it_compares():
    [option] = found(service(1, distance_km=12.0, areas=(Area(EPCI),)))
    assert option.order[:6] == (True, False, Meant.NEED, 0, Reach.EPCI, 1)
