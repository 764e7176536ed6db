"""What is said of a place now, and of the weeks that come?"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from schedules.calendars import PARIS, french_calendar
from schedules.opening_hours import Access, Closure, Extra, Frequency, Slot, Timetable
from structures.openings import coming_passages, exceptional_openings, interruptions, opening_now, soonest, stop_now

CALENDAR = french_calendar(2026, 2027)
TUESDAY = date(2026, 11, 24)


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS)


def week(*hours: tuple[int, int], days: range = range(5), **rule: object) -> Timetable:
    slots = [Slot(weekday=day, opens=time(o), closes=time(c), **rule) for day in days for o, c in hours]  # type: ignore[arg-type]
    return Timetable(tuple(slots))


OFFICE_HOURS = week((9, 12), (14, 17))


@pytest.mark.parametrize(
    ("now", "is_open", "said"),
    [
        (at(10), True, "Ouvert jusqu’à 12\u00a0h"),
        (at(8, 59), False, "Fermé, ouvre aujourd’hui à 9\u00a0h"),
        (at(12), False, "Fermé, ouvre aujourd’hui à 14\u00a0h"),
        (at(18), False, "Fermé, ouvre demain à 9\u00a0h"),
        (at(18, day=date(2026, 11, 27)), False, "Fermé, ouvre lundi 30 novembre à 9\u00a0h"),
        (at(18, day=date(2026, 12, 31)), False, "Fermé, ouvre lundi 4 janvier 2027 à 9\u00a0h"),
    ],
)
def test_a_place_says_until_when_it_is_open_or_when_it_opens(now, is_open, said):
    opening = opening_now(OFFICE_HOURS, now, CALENDAR)
    assert (opening.is_open, opening.said, opening.access) == (is_open, said, "sans rendez-vous")


def test_hours_to_be_confirmed_are_never_said_to_be_closed():
    unknown = Timetable((Slot(weekday=1),))
    assert opening_now(unknown, at(10), CALENDAR).said == "Horaires à confirmer"
    assert opening_now(Timetable(), at(10), CALENDAR).said == "Horaires à confirmer"


def test_a_day_to_be_confirmed_says_so_beside_the_next_opening():
    timetable = Timetable((Slot(weekday=1), Slot(weekday=2, opens=time(9), closes=time(12))))
    assert opening_now(timetable, at(10), CALENDAR).said == (
        "Horaires d’aujourd’hui à confirmer, ouvre demain à 9\u00a0h"
    )


def test_the_telephone_does_not_open_the_door():
    slots = (
        Slot(weekday=1, opens=time(9), closes=time(12), access=Access.PHONE),
        Slot(weekday=1, opens=time(14), closes=time(17), access=Access.APPOINTMENT),
    )
    opening = opening_now(Timetable(slots), at(10), CALENDAR)
    assert opening.said == "Fermé, mais joignable par téléphone, ouvre aujourd’hui à 14\u00a0h"
    assert (opening.is_open, opening.access) == (False, "sur rendez-vous")


def test_a_place_that_does_not_open_any_more_says_so():
    over = Timetable(OFFICE_HOURS.slots, (Closure(TUESDAY, TUESDAY + timedelta(days=200), "travaux"),))
    assert opening_now(over, at(10), CALENDAR).said == "Fermé, aucune ouverture prévue dans les trois mois"


def test_a_stop_gives_its_next_passage_and_skips_holidays():
    stop = week((9, 12), days=range(4, 5), frequency=Frequency.NTH_WEEKDAY, nth=1)
    assert stop_now(stop, at(10), CALENDAR).said == "Prochain passage vendredi 4 décembre de 9\u00a0h à 12\u00a0h"
    assert coming_passages(stop, at(10), CALENDAR) == [
        "vendredi 4 décembre de 9\u00a0h à 12\u00a0h",
        "vendredi 5 février 2027 de 9\u00a0h à 12\u00a0h",
    ]
    assert interruptions(stop, date(2026, 12, 1), CALENDAR) == [
        "vendredi 1er janvier 2027\u00a0: jour férié (Jour de l’an)"
    ]


def test_a_bus_that_is_at_its_stop_says_until_when():
    stop = week((9, 12), days=range(1, 2))
    opening = stop_now(stop, at(10), CALENDAR)
    assert (opening.is_open, opening.said) == (True, "Le bus est là jusqu’à 12\u00a0h")
    assert stop_now(stop, at(12), CALENDAR).said.startswith("Prochain passage mardi 1er décembre")


def test_a_stop_without_known_time_says_the_day():
    stop = Timetable((Slot(weekday=2),))
    assert stop_now(stop, at(10), CALENDAR).said == "Prochain passage demain, heure à confirmer"
    assert stop_now(Timetable(), at(10), CALENDAR).said == "Prochain passage à confirmer"


def test_a_closure_is_said_from_its_first_to_its_last_day_and_a_public_holiday_on_its_own():
    closed = Closure(date(2026, 12, 7), date(2026, 12, 11), "congés de l’équipe")
    timetable = Timetable(OFFICE_HOURS.slots, (closed,))
    assert interruptions(timetable, TUESDAY, CALENDAR) == [
        "du lundi 7 décembre au vendredi 11 décembre\u00a0: congés de l’équipe",
        "vendredi 25 décembre\u00a0: jour férié (Noël)",
        "vendredi 1er janvier 2027\u00a0: jour férié (Jour de l’an)",
    ]


def test_a_closure_that_has_begun_says_until_when():
    timetable = Timetable(OFFICE_HOURS.slots, (Closure(date(2026, 11, 20), date(2026, 11, 25), "inondation"),))
    assert interruptions(timetable, TUESDAY, CALENDAR)[0] == "jusqu’au mercredi 25 novembre\u00a0: inondation"


def test_the_stop_with_the_soonest_passage_comes_first():
    friday, wednesday, never = week((9, 12), days=range(4, 5)), week((9, 12), days=range(2, 3)), Timetable()
    assert soonest([never, friday, wednesday], at(10), CALENDAR) == [2, 1, 0]


# Exceptional openings and replacements

THE_23RD, THE_24TH = TUESDAY - timedelta(days=1), TUESDAY


def with_extras(*extras: Extra, closures: tuple[Closure, ...] = ()) -> Timetable:
    return Timetable(week((9, 12), days=range(1, 2)).slots, closures, extras)


def test_closed_on_the_24th_open_on_the_23rd_instead():
    closed = Closure(THE_24TH, THE_24TH, "inventaire")
    replaced = with_extras(Extra(THE_23RD, time(9), time(12), replaces=THE_24TH), closures=(closed,))
    day_before = THE_23RD - timedelta(days=7)
    assert interruptions(replaced, day_before, CALENDAR)[0] == (
        "mardi 24 novembre\u00a0: inventaire, ouvert à la place le lundi 23 novembre de 9\u00a0h à 12\u00a0h"
    )
    assert interruptions(replaced, day_before, CALENDAR, is_stop=True)[0].startswith(
        "mardi 24 novembre\u00a0: inventaire, passage à la place le lundi 23"
    )
    assert exceptional_openings(replaced, day_before, CALENDAR) == [
        "lundi 23 novembre de 9\u00a0h à 12\u00a0h, à la place du mardi 24 novembre"
    ]
    assert coming_passages(replaced, at(10, day=THE_23RD), CALENDAR)[0] == (
        "aujourd’hui de 9\u00a0h à 12\u00a0h, passage exceptionnel, à la place du mardi 24 novembre"
    )


def test_a_replacement_that_is_past_is_not_announced_any_more():
    closed = Closure(THE_24TH, THE_24TH, "inventaire")
    replaced = with_extras(Extra(THE_23RD, time(9), time(12), replaces=THE_24TH), closures=(closed,))
    assert interruptions(replaced, THE_24TH, CALENDAR)[0] == "aujourd’hui\u00a0: inventaire"


def test_an_opening_on_a_public_holiday_is_said_beside_the_holiday():
    christmas = date(2026, 12, 25)
    fridays = replace(week((9, 12), days=range(4, 5)), extras=(Extra(christmas, time(10), time(11)),))
    assert "vendredi 25 décembre\u00a0: jour férié (Noël), ouvert exceptionnellement de 10\u00a0h à 11\u00a0h" in (
        interruptions(fridays, TUESDAY, CALENDAR)
    )


def test_a_day_open_within_a_longer_closure_is_said_beside_it():
    closed = Closure(date(2026, 12, 7), date(2026, 12, 11), "congés")
    desk = Extra(date(2026, 12, 9), time(14), time(16), access=Access.APPOINTMENT)
    assert interruptions(with_extras(desk, closures=(closed,)), TUESDAY, CALENDAR)[0] == (
        "du lundi 7 décembre au vendredi 11 décembre\u00a0: congés, "
        "sauf le mercredi 9 décembre de 14\u00a0h à 16\u00a0h, sur rendez-vous"
    )


def test_an_exceptional_opening_gives_its_reason_and_how_one_is_received():
    fair = Extra(date(2026, 11, 28), time(14), time(17), access=Access.APPOINTMENT, reason="forum des associations")
    unknown = Extra(date(2026, 11, 29))
    assert exceptional_openings(with_extras(fair, unknown), TUESDAY, CALENDAR) == [
        "samedi 28 novembre de 14\u00a0h à 17\u00a0h, sur rendez-vous\u00a0: forum des associations",
        "dimanche 29 novembre, heure à confirmer",
    ]


def test_a_place_open_by_exception_says_so_and_only_then():
    opening = opening_now(with_extras(Extra(THE_23RD, time(9), time(12))), at(10, day=THE_23RD), CALENDAR)
    assert opening.said == "Ouvert exceptionnellement jusqu’à 12\u00a0h"
    longer = with_extras(Extra(THE_24TH, time(12), time(14)))
    assert opening_now(longer, at(10), CALENDAR).said == "Ouvert jusqu’à 14\u00a0h"
    assert opening_now(with_extras(Extra(THE_23RD, time(9), time(12))), at(8, day=THE_23RD), CALENDAR).said == (
        "Fermé, ouvre aujourd’hui à 9\u00a0h"
    )


def test_a_closure_that_takes_nothing_away_is_not_said():
    """The bus in the garage on a Thursday is nothing to a stop on Tuesdays."""
    tuesdays = week((9, 12), days=range(1, 2))
    garage = Closure(date(2026, 12, 10), date(2026, 12, 10), "garage")
    assert interruptions(replace(tuesdays, closures=(garage,)), TUESDAY, CALENDAR) == []
    tuesday = Closure(date(2026, 12, 8), date(2026, 12, 8), "garage")
    assert interruptions(replace(tuesdays, closures=(tuesday,)), TUESDAY, CALENDAR) == [
        "mardi 8 décembre\u00a0: garage"
    ]


def test_a_closure_is_said_where_no_hours_are_known():
    works = Closure(date(2026, 12, 10), date(2026, 12, 10), "travaux")
    assert interruptions(Timetable((), (works,)), TUESDAY, CALENDAR) == ["jeudi 10 décembre\u00a0: travaux"]
