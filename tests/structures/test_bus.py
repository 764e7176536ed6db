"""Does the page of the buses say where they stop, when, and on which days they do not come?"""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from schedules.calendars import PARIS
from schedules.models import Closure, Extra, Slot
from schedules.opening_hours import Access
from structures.bus import Rounds, Stop, monday_asked, read_choices, read_rounds
from structures.models import LabelState, Location, LocationKind, Structure, StructureClosure
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

SUNDAY = datetime(2026, 11, 22, 18, tzinfo=PARIS)
MONDAY = date(2026, 11, 23)
CHRISTMAS_WEEK = date(2026, 12, 21)


@pytest.fixture
def bus() -> Structure:
    """Elbeuf every Friday, morning and afternoon; its office in Rouen."""
    structure = StructureFactory(bus=True, name="Bus de la vallée", slug="vallee", phone="0261910040")
    LocationFactory(structure=structure, kind=LocationKind.OFFICE, commune=CommuneFactory(rouen=True))
    stop(structure, "Parking du stade", "elbeuf", (4, time(9), time(12)), (4, time(14), time(16)))
    return structure


def stop(structure: Structure, name: str, town: str, *week: tuple[int, time, time]) -> Location:
    return LocationFactory(
        structure=structure,
        kind=LocationKind.BUS_STOP,
        name=name,
        address="rue du Stade",
        commune=CommuneFactory(**{town: True}),
        schedule=ScheduleFactory(week=list(week)),
    )


def rounds(monday: date = MONDAY, **asked: Any) -> Rounds:
    values: dict[str, Any] = {"by_commune": False, "bus": "", "commune": "", "now": SUNDAY} | asked
    return read_rounds(read_choices(), monday=monday, **values)


def stops(found: Rounds, week: int = 0) -> list[Stop]:
    return [stop for group in found.weeks[week].groups for stop in group.stops]


def text(client: Client, url: str = "/bus/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


# Days


def test_a_day_says_where_the_bus_is_from_when_to_when_and_how_one_is_received(bus):
    this_week = rounds().weeks[0]
    assert [group.title for group in this_week.groups] == ["Vendredi 27 novembre"]
    (only,) = stops(rounds())
    assert only.said == "de 9\u00a0h à 12\u00a0h et de 14\u00a0h à 16\u00a0h"
    assert (only.bus, only.place, only.access) == ("Bus de la vallée", "Parking du stade, Elbeuf", "sans rendez-vous")
    assert "rue du Stade" in only.address


def test_the_days_that_are_over_stand_apart_in_the_present_week_only(bus):
    saturday = rounds(MONDAY, now=SUNDAY + timedelta(days=6))
    assert [group.title for group in saturday.weeks[0].past] == ["Vendredi 27 novembre"]
    assert saturday.weeks[0].coming == []
    assert [group.title for group in saturday.weeks[1].coming] == ["Vendredi 4 décembre"]
    asked_for = rounds(MONDAY, now=SUNDAY + timedelta(days=13))
    assert [group.title for group in asked_for.weeks[0].coming] == ["Vendredi 27 novembre"]


def test_the_day_itself_is_not_over(bus):
    friday = rounds(MONDAY, now=SUNDAY + timedelta(days=5))
    assert [group.title for group in friday.weeks[0].coming] == ["Vendredi 27 novembre"]


def test_this_week_and_the_next_are_named_and_the_others_dated(bus):
    assert [week.title for week in rounds(MONDAY, now=SUNDAY + timedelta(days=1)).weeks] == [
        "Cette semaine",
        "La semaine prochaine",
    ]
    assert [week.title for week in rounds(CHRISTMAS_WEEK).weeks] == [
        "Semaine du lundi 21 décembre au dimanche 27 décembre 2026",
        "Semaine du lundi 28 décembre au dimanche 3 janvier 2027",
    ]


def test_an_absence_is_shown_with_its_reason_and_never_dropped(bus):
    (christmas,) = stops(rounds(CHRISTMAS_WEEK))
    assert christmas.is_absence
    assert christmas.said == "Pas de bus le vendredi 25 décembre\u00a0: jour férié (Noël)"
    (new_year,) = stops(rounds(CHRISTMAS_WEEK), week=1)
    assert new_year.said == "Pas de bus le vendredi 1er janvier\u00a0: jour férié (Jour de l’an)"


def test_the_closure_of_the_whole_bus_is_an_absence_of_each_stop(bus):
    stop(bus, "Mairie", "dieppe", (3, time(9), time(12)))
    StructureClosure.objects.create(
        structure=bus, first_day=date(2026, 11, 26), last_day=date(2026, 11, 27), reason="panne"
    )
    assert [s.said for s in stops(rounds())] == [
        "Pas de bus le jeudi 26 novembre\u00a0: panne",
        "Pas de bus le vendredi 27 novembre\u00a0: panne",
    ]


def test_a_replacement_is_said_on_both_days(bus):
    schedule = bus.locations.get(kind=LocationKind.BUS_STOP).schedule
    Closure.objects.create(schedule=schedule, first_day=date(2026, 11, 27), last_day=date(2026, 11, 27), reason="foire")
    Extra.objects.create(
        schedule=schedule, day=date(2026, 11, 26), opens=time(9), closes=time(12), replaces=date(2026, 11, 27)
    )
    thursday, friday = stops(rounds())
    assert (thursday.said, thursday.note) == ("de 9\u00a0h à 12\u00a0h", "Remplace le vendredi 27 novembre")
    assert (friday.said, friday.note) == (
        "Pas de bus le vendredi 27 novembre\u00a0: foire",
        "Remplacé le jeudi 26 novembre",
    )


def test_times_that_are_not_known_are_to_be_confirmed_and_the_telephone_is_no_passage(bus):
    schedule = ScheduleFactory(week=[])
    Slot.objects.create(schedule=schedule, weekday=1)
    Slot.objects.create(schedule=schedule, weekday=2, opens=time(9), closes=time(12), access=Access.PHONE)
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, commune=CommuneFactory(dieppe=True), schedule=schedule)
    tuesday, friday = stops(rounds())
    assert (tuesday.said_day, tuesday.said) == ("mardi 24 novembre", "horaires à confirmer")
    assert friday.said_day == "vendredi 27 novembre"


def test_a_stop_whose_days_are_unknown_is_named_apart(bus):
    stop(bus, "Halle", "dieppe")
    assert rounds().to_confirm == (("Bus de la vallée", "Halle, Dieppe"),)


def test_the_bus_of_every_second_friday_keeps_its_step_over_the_week_53(bus):
    """2026 has 53 weeks: weeks 53 and 1 are both odd, so a parity would send the bus two weeks in a row."""
    place = bus.locations.get(kind=LocationKind.BUS_STOP)
    place.schedule.slots.all().delete()
    Slot.objects.create(
        schedule=place.schedule,
        weekday=4,
        opens=time(9),
        closes=time(12),
        frequency="every_n_weeks",
        interval=2,
        anchor=date(2026, 12, 4),
        on_public_holidays=True,
    )
    mondays = [date(2026, 11, 30) + timedelta(weeks=2 * number) for number in range(4)]
    days = [s.day for monday in mondays for week in (0, 1) for s in stops(rounds(monday), week)]
    assert days == [date(2026, 12, 4), date(2026, 12, 18), date(2027, 1, 1), date(2027, 1, 15)]


# Communes and filters


def test_by_commune_each_one_has_its_days(bus):
    stop(bus, "Mairie", "dieppe", (0, time(9), time(12)))
    week = rounds(by_commune=True).weeks[0]
    assert [(group.title, [s.said_day for s in group.stops]) for group in week.groups] == [
        ("Dieppe", ["lundi 23 novembre"]),
        ("Elbeuf", ["vendredi 27 novembre"]),
    ]


def test_one_bus_or_one_commune_can_be_looked_at_alone(bus):
    other = StructureFactory(bus=True, name="Bus de la côte", slug="cote")
    stop(other, "Mairie", "dieppe", (0, time(9), time(12)))
    assert {s.bus for s in stops(rounds())} == {"Bus de la vallée", "Bus de la côte"}
    assert {s.bus for s in stops(rounds(bus="cote"))} == {"Bus de la côte"}
    assert {s.commune for s in stops(rounds(commune="76231"))} == {"Elbeuf"}


def test_a_bus_without_label_is_not_shown(client, bus):
    Structure.objects.update(label_state=LabelState.SUSPENDED)
    assert stops(rounds()) == []
    assert "Aucun bus ne circule" in text(client)
    assert client.get("/bus/vallee/calendrier.ics").status_code == 404


def test_a_bus_without_stops_says_whom_to_call(client):
    StructureFactory(bus=True, name="Bus neuf", slug="neuf", phone="0261910041")
    page = text(client)
    assert "ses arrêts ne sont pas encore enregistrés" in page
    assert "tel:0261910041" in page


# Weeks


@pytest.mark.parametrize(
    ("asked", "monday"),
    [
        ("", "2026-11-16"),
        ("2026-12-25", "2026-12-21"),
        ("bientôt", "2026-11-16"),
        ("0001-01-01", "2026-10-19"),
        ("9999-12-31", "2027-05-17"),
        ("2026-11-31", "2026-11-16"),
    ],
)
def test_the_week_asked_for_is_a_monday_within_bounds(asked, monday):
    assert monday_asked(asked, SUNDAY) == date.fromisoformat(monday)


def test_one_goes_from_week_to_week_and_stops_at_the_ends(bus):
    this_monday = date(2026, 11, 16)
    assert (rounds(this_monday).previous, rounds(this_monday).next) == (date(2026, 11, 9), MONDAY)
    assert rounds(monday_asked("1990-01-01", SUNDAY)).previous is None
    assert rounds(monday_asked("2090-01-01", SUNDAY)).next is None


def test_the_address_keeps_what_was_chosen(client, bus):
    page = text(client, f"/bus/?bus=vallee&commune=76231&par=commune&semaine={timezone.localdate()}")
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    assert f"bus=vallee&amp;commune=76231&amp;par=commune&amp;semaine={monday + timedelta(weeks=1)}" in page
    assert f"bus=vallee&amp;commune=76231&amp;par=jour&amp;semaine={monday}" in page
    assert '<option value="vallee" selected>' in page


@pytest.mark.parametrize("query", ["bus=rien", "commune=99999", "par=hasard", "semaine=" + "9" * 50])
def test_odd_addresses_are_answered_in_words(client, bus, query):
    page = text(client, f"/bus/?{query}")
    assert "Ce choix n’existe pas" in page or "au plus" in page


def test_the_page_has_the_calendars(client, bus):
    page = text(client)
    assert 'href="/bus/vallee/calendrier.ics"' in page
    assert 'href="/communes/76231/calendrier.ics"' in page


# Cost


def test_the_page_costs_the_same_for_one_stop_as_for_a_hundred(client, queries_for, bus):
    one = queries_for(lambda: text(client))
    for number in range(20):
        other = StructureFactory(bus=True)
        for day in range(5):
            stop(other, f"Arrêt {number}", "dieppe", (day, time(9), time(12)))
    assert queries_for(lambda: text(client)) == one
    assert one <= 8
