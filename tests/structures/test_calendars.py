"""Can an agenda read the calendars, and do they say what the engine says?"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client, override_settings
from django.utils import timezone

from schedules.calendars import PARIS
from schedules.here import calendar_between
from schedules.models import Closure, Extra, Slot
from schedules.opening_hours import Access, Frequency, is_open, next_opening
from structures.calendars import bus_calendar, commune_calendar, structure_calendar
from structures.models import Location, LocationKind, Structure, StructureClosure
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, tzinfo=PARIS)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def site() -> Location:
    return LocationFactory(
        structure=StructureFactory(name="France services de Dieppe", slug="dieppe", phone="0261910031"),
        commune=CommuneFactory(dieppe=True),
        latitude=49.9229,
        longitude=1.0777,
        schedule=ScheduleFactory(week=[(1, time(9), time(12)), (1, time(14), time(17)), (4, time(9), time(12))]),
    )


@pytest.fixture
def stop() -> Location:
    structure = StructureFactory(bus=True, name="Bus de la vallée", slug="bus")
    LocationFactory(structure=structure, kind=LocationKind.OFFICE, commune=CommuneFactory(dieppe=True))
    return LocationFactory(
        structure=structure,
        kind=LocationKind.BUS_STOP,
        name="Parking de l’église Saint-Éloi, derrière la salle des fêtes, côté jardin",
        commune=CommuneFactory(dieppe=True),
        schedule=ScheduleFactory(week=[(4, time(9), time(12))]),
    )


def events(content: bytes) -> list[Any]:
    """The events of a file that an agenda reads without a fault."""
    calendar = icalendar.Calendar.from_ical(content)
    assert not calendar.errors
    found = list(calendar.walk("VEVENT"))
    assert not any(event.errors for event in found)
    return found


def on(content: bytes, day: date) -> list[str]:
    """The summaries of this day, in the order of the file."""
    return [str(e["SUMMARY"]) for e in events(content) if _starts(e) == day]


def _starts(event: Any) -> date:
    start: date | datetime = event.decoded("DTSTART")
    return start.date() if isinstance(start, datetime) else start


def lines(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def is_whole_day(event: Any) -> bool:
    return not isinstance(event.decoded("DTSTART"), datetime)


# What is in it


def test_the_window_goes_from_last_week_to_twenty_six_weeks_ahead(site):
    days = [_starts(event) for event in events(structure_calendar(site.structure, NOW))]
    assert (min(days), max(days)) == (date(2026, 11, 17), date(2027, 5, 28))


def test_openings_are_at_the_instants_of_the_engine_on_both_sides_of_the_clock_change(site):
    calendar, timetable = calendar_between(date(2026, 11, 1), date(2027, 6, 1)), site.timetable()
    found = [event for event in events(structure_calendar(site.structure, NOW)) if not is_whole_day(event)]
    offsets = set()
    for event in found:
        starts, ends = event.decoded("DTSTART"), event.decoded("DTEND")
        offsets.add(starts.utcoffset())
        assert is_open(timetable, starts, calendar)
        assert not is_open(timetable, starts - A_MINUTE, calendar)
        assert is_open(timetable, ends - A_MINUTE, calendar)
        assert not is_open(timetable, ends, calendar)
    assert offsets == {timedelta(hours=1), timedelta(hours=2)}
    following = next_opening(timetable, NOW, calendar)
    assert following is not None
    assert following.opens_at in [event.decoded("DTSTART") for event in found]


def test_the_zone_is_described_and_agrees_with_the_system(site):
    calendar = icalendar.Calendar.from_ical(structure_calendar(site.structure, NOW))
    (zone,) = [part for part in calendar.walk("VTIMEZONE") if isinstance(part, icalendar.Timezone)]
    described = zone.to_tz(lookup_tzid=False)
    for day in (date(2026, 12, 1), date(2027, 3, 27), date(2027, 3, 29), date(2026, 10, 24), date(2026, 10, 26)):
        noon = datetime.combine(day, time(12))
        assert noon.replace(tzinfo=described).utcoffset() == noon.replace(tzinfo=PARIS).utcoffset(), day
    assert "DTSTART;TZID=Europe/Paris:20261124T090000" in lines(structure_calendar(site.structure, NOW))


def test_the_end_of_the_day_is_midnight_of_the_next(site):
    site.schedule.slots.all().delete()
    Slot.objects.create(schedule=site.schedule, weekday=1, opens=time(18), closes=time(0))
    event = events(structure_calendar(site.structure, NOW))[0]
    assert event.decoded("DTEND") == datetime(2026, 11, 18, tzinfo=PARIS)


def test_a_public_holiday_is_a_day_without_bus_that_makes_nobody_busy(stop):
    content = bus_calendar(stop.structure, NOW)
    (summary,) = on(content, date(2026, 12, 25))
    assert summary.startswith("Pas de bus\u00a0: jour férié (Noël)")
    (event,) = [e for e in events(content) if _starts(e) == date(2026, 12, 25)]
    assert is_whole_day(event)
    assert event.decoded("DTEND") == date(2026, 12, 26)
    assert str(event["TRANSP"]) == "TRANSPARENT"


def test_a_closure_is_one_event_for_days_in_a_row(site):
    site.schedule.slots.all().delete()
    for weekday in range(5):
        Slot.objects.create(schedule=site.schedule, weekday=weekday, opens=time(9), closes=time(12))
    StructureClosure.objects.create(
        structure=site.structure, first_day=date(2026, 12, 7), last_day=date(2026, 12, 20), reason="travaux"
    )
    closed = [e for e in events(structure_calendar(site.structure, NOW)) if "travaux" in e["SUMMARY"]]
    assert [(e.decoded("DTSTART"), e.decoded("DTEND")) for e in closed] == [
        (date(2026, 12, 7), date(2026, 12, 12)),
        (date(2026, 12, 14), date(2026, 12, 19)),
    ]
    assert all(str(e["SUMMARY"]).startswith("Fermé\u00a0: travaux") for e in closed)


def test_a_replacement_is_in_the_calendar_on_its_own_day(site):
    Closure.objects.create(
        schedule=site.schedule, first_day=date(2026, 12, 1), last_day=date(2026, 12, 1), reason="foire"
    )
    Extra.objects.create(
        schedule=site.schedule, day=date(2026, 11, 30), opens=time(9), closes=time(12), replaces=date(2026, 12, 1)
    )
    content = structure_calendar(site.structure, NOW)
    (monday,) = [e for e in events(content) if _starts(e) == date(2026, 11, 30)]
    assert "Remplace le mardi 1er décembre" in monday["DESCRIPTION"]
    (tuesday,) = [e for e in events(content) if _starts(e) == date(2026, 12, 1)]
    assert "Remplacé le lundi 30 novembre" in tuesday["DESCRIPTION"]


def test_times_to_be_confirmed_are_a_whole_day(site):
    Slot.objects.create(schedule=site.schedule, weekday=2)
    (event,) = [e for e in events(structure_calendar(site.structure, NOW)) if _starts(e) == date(2026, 11, 25)]
    assert is_whole_day(event)
    assert "horaires à confirmer" in event["SUMMARY"]


def test_the_rule_of_a_slot_is_followed_through_week_53(stop):
    stop.schedule.slots.all().delete()
    Slot.objects.create(
        schedule=stop.schedule,
        weekday=4,
        opens=time(9),
        closes=time(12),
        frequency=Frequency.EVERY_N_WEEKS,
        interval=2,
        anchor=date(2026, 12, 4),
    )
    found = [_starts(e) for e in events(bus_calendar(stop.structure, NOW)) if not is_whole_day(e)]
    assert found[:4] == [date(2026, 12, 4), date(2026, 12, 18), date(2027, 1, 15), date(2027, 1, 29)]


def test_how_one_is_received_is_said_when_it_is_not_by_walking_in(site):
    Slot.objects.create(schedule=site.schedule, weekday=2, opens=time(9), closes=time(12), access=Access.APPOINTMENT)
    content = structure_calendar(site.structure, NOW)
    assert on(content, date(2026, 11, 25)) == ["France services de Dieppe (sur rendez-vous)"]
    assert on(content, date(2026, 11, 24)) == ["France services de Dieppe"] * 2


@override_settings(SITE_URL="https://services.exemple.fr")
def test_an_event_says_where_and_where_to_read_more(site):
    event = events(structure_calendar(site.structure, NOW))[0]
    assert str(event["LOCATION"]) == "1 place de la Mairie, 76000 Dieppe"
    assert (event["GEO"].latitude, event["GEO"].longitude) == (49.9229, 1.0777)
    assert str(event["URL"]) == "https://services.exemple.fr/structures/dieppe/"
    assert "02\u00a061\u00a091\u00a000\u00a031" in event["DESCRIPTION"]
    assert str(event["UID"]).endswith("@services.exemple.fr")


# Whose events


def test_the_calendar_of_a_structure_has_all_its_places_and_not_the_office(stop):
    LocationFactory(structure=stop.structure, kind=LocationKind.OUTREACH, name="Mairie", is_active=False)
    places = {str(e["LOCATION"]) for e in events(structure_calendar(stop.structure, NOW))}
    assert places == {"1 place de la Mairie, 76000 Dieppe"}
    assert {_starts(e).weekday() for e in events(structure_calendar(stop.structure, NOW))} == {4}


def test_the_calendar_of_a_commune_says_who_comes_buses_first(site, stop):
    LocationFactory(commune=CommuneFactory(rouen=True))
    friday = on(commune_calendar(CommuneFactory(dieppe=True), NOW), date(2026, 11, 27))
    assert friday == [
        "Bus\u00a0: Parking de l’église Saint-Éloi, derrière la salle des fêtes, côté jardin, Dieppe",
        "France services de Dieppe",
    ]


def test_a_structure_without_label_is_in_no_calendar_of_a_commune(site):
    Structure.objects.update(label_state="suspended")
    assert events(commune_calendar(CommuneFactory(dieppe=True), NOW)) == []


# How it is written


def test_the_bytes_change_when_the_content_does_and_not_with_the_clock(site):
    monday, sunday = datetime(2026, 11, 23, tzinfo=PARIS), datetime(2026, 11, 29, 23, 59, tzinfo=PARIS)
    first = structure_calendar(site.structure, monday)
    assert structure_calendar(site.structure, sunday) == first
    site.structure.changed_at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    site.structure.save()
    assert "DTSTAMP:20261124T093000Z" in lines(structure_calendar(Structure.objects.get(), sunday))


def test_an_event_keeps_its_identifier_when_its_hours_change_and_no_two_share_one(site, stop):
    StructureClosure.objects.create(
        structure=site.structure, first_day=date(2026, 12, 1), last_day=date(2026, 12, 1), reason="travaux"
    )
    before = [str(e["UID"]) for e in events(commune_calendar(site.commune, NOW))]
    assert len(set(before)) == len(before)
    site.schedule.slots.filter(opens=time(9)).update(opens=time(8, 30))
    assert [str(e["UID"]) for e in events(commune_calendar(site.commune, NOW))] == before


def test_lines_are_folded_at_75_octets_and_never_inside_a_letter(stop):
    content = bus_calendar(stop.structure, NOW)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    for line in content.split(b"\r\n"):
        line.decode()
    assert any("Saint-Éloi\\, derrière" in line for line in lines(content))


def test_the_head_says_its_name_and_how_often_to_come_back(stop):
    head = lines(bus_calendar(stop.structure, NOW))
    for line in (
        "VERSION:2.0",
        "X-WR-CALNAME:Bus de la vallée",
        "NAME:Bus de la vallée",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        "TZID:Europe/Paris",
    ):
        assert line in head


# Over the wire


@pytest.mark.parametrize(
    "url", ["/structures/dieppe/calendrier.ics", "/bus/bus/calendrier.ics", "/communes/76217/calendrier.ics"]
)
def test_a_calendar_is_public_typed_and_not_sent_twice(client, site, stop, url):
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies
    assert events(answer.content)
    again = client.get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_does_not_exist_has_no_calendar(client, site):
    for url in ("/structures/rien/calendrier.ics", "/bus/dieppe/calendrier.ics", "/communes/99999/calendrier.ics"):
        assert client.get(url).status_code == 404


def test_a_commune_where_nobody_comes_yet_has_an_empty_calendar(client):
    CommuneFactory(elbeuf=True)
    answer = client.get("/communes/76231/calendrier.ics")
    assert answer.status_code == 200
    assert events(answer.content) == []


def test_somebody_who_signed_in_gets_the_same_bytes(counsellor: Client, client: Client, site):
    assert (
        counsellor.get("/structures/dieppe/calendrier.ics").content
        == client.get("/structures/dieppe/calendrier.ics").content
    )


def test_a_calendar_costs_the_same_for_one_place_as_for_thirty(queries_for, site):
    now = timezone.now()
    one = queries_for(lambda: commune_calendar(site.commune, now))
    for _ in range(30):
        LocationFactory(commune=site.commune, schedule=ScheduleFactory(week=[(1, time(9), time(12))]))
    assert queries_for(lambda: commune_calendar(site.commune, now)) == one
    assert one <= 6
