"""Does the sheet for the door say what is true when it is read, and fit a page?"""

from datetime import date, datetime, time, timedelta

import pytest
from django.test import override_settings

from schedules.calendars import PARIS
from schedules.models import Closure, Extra, Slot
from schedules.opening_hours import Access
from structures.models import Location, LocationKind
from structures.poster import MOST_PASSAGES, Poster, code_of, read_poster
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

SUNDAY = datetime(2026, 11, 22, 10, tzinfo=PARIS)


def read(place: Location, now: datetime = SUNDAY) -> Poster:
    return read_poster(Location.objects.select_related("commune").with_hours().get(pk=place.pk), now)


@pytest.fixture
def place() -> Location:
    return LocationFactory(
        structure__name="France services de Dieppe",
        structure__slug="dieppe",
        structure__phone="0261910031",
        commune=CommuneFactory(dieppe=True),
    )


@pytest.fixture
def stop() -> Location:
    return LocationFactory(
        structure=StructureFactory(bus=True, name="Bus de la vallée", slug="bus"),
        kind=LocationKind.BUS_STOP,
        name="Parking du stade",
        commune=CommuneFactory(elbeuf=True),
        schedule=ScheduleFactory(week=[(1, time(9), time(12))]),
    )


def test_the_sheet_says_where_when_how_and_whom_to_call(place):
    poster = read(place)
    assert poster.title == "France services de Dieppe"
    assert poster.address == ("1 place de la Mairie", "76000 Dieppe")
    assert poster.hours == ("du lundi au vendredi de 9\u00a0h à 12\u00a0h et de 13\u00a0h\u00a030 à 17\u00a0h",)
    assert poster.access == "Sans rendez-vous"
    assert poster.phone is not None
    assert poster.phone.said == "02\u00a061\u00a091\u00a000\u00a031"
    assert poster.printed_on == "22 novembre 2026"


def test_no_day_is_called_today_or_tomorrow_because_the_sheet_is_read_later(place):
    for day in (23, 24):
        Closure.objects.create(
            schedule=place.schedule, first_day=date(2026, 11, day), last_day=date(2026, 11, day), reason=f"raison {day}"
        )
    Extra.objects.create(schedule=place.schedule, day=date(2026, 11, 22), opens=time(9), closes=time(12))
    poster = read(place)
    said = " ".join(poster.interruptions + poster.openings)
    assert "Fermé le lundi 23 novembre\u00a0: raison 23" in said
    assert "Ouvert exceptionnellement le dimanche 22 novembre de 9" in said
    assert "demain" not in said
    assert "aujourd’hui" not in said


def test_what_changes_in_the_next_eight_weeks_is_on_the_sheet_and_nothing_after(place):
    for first, last, reason in (
        (date(2026, 12, 21), date(2026, 12, 24), "congés"),
        (date(2027, 1, 14), date(2027, 1, 14), "formation"),
        (date(2027, 2, 1), date(2027, 2, 2), "travaux"),
    ):
        Closure.objects.create(schedule=place.schedule, first_day=first, last_day=last, reason=reason)
    Extra.objects.create(
        schedule=place.schedule, day=date(2026, 12, 19), opens=time(9), closes=time(12), replaces=date(2026, 12, 21)
    )
    poster = read(place)
    said = " · ".join(poster.interruptions)
    assert "Fermé du lundi 21 décembre au jeudi 24 décembre\u00a0: congés" in said
    assert "le vendredi 25 décembre\u00a0: jour férié (Noël)" in said
    assert "formation" in said
    assert "travaux" not in said
    assert poster.openings[0].startswith("Ouvert exceptionnellement le samedi 19 décembre de 9\u00a0h à 12\u00a0h")
    assert poster.until == "dimanche 17 janvier 2027"


def test_a_stop_lists_its_passages_by_date(stop):
    poster = read(stop)
    assert len(poster.passages) == 8
    assert poster.passages[0] == "mardi 24 novembre de 9\u00a0h à 12\u00a0h"
    assert poster.passages[-1] == "mardi 12 janvier 2027 de 9\u00a0h à 12\u00a0h"
    assert poster.title == "Parking du stade, Elbeuf"


def test_a_passage_that_is_over_is_not_listed_and_one_that_lasts_is(stop):
    assert read(stop, datetime(2026, 11, 24, 11, 59, tzinfo=PARIS)).passages[0].startswith("mardi 24")
    assert read(stop, datetime(2026, 11, 24, 12, tzinfo=PARIS)).passages[0].startswith("mardi 1er décembre")


def test_a_sheet_that_would_overflow_says_how_much_it_leaves_out(stop):
    for day in (0, 2, 3, 4):
        Slot.objects.create(schedule=stop.schedule, weekday=day, opens=time(9), closes=time(12))
    poster = read(stop)
    assert len(poster.passages) == MOST_PASSAGES
    assert poster.more_passages == 40 - 2 - MOST_PASSAGES, "less Christmas and New Year’s Day"
    assert poster.is_crowded


def test_morning_and_afternoon_are_one_line(stop):
    Slot.objects.create(schedule=stop.schedule, weekday=1, opens=time(14), closes=time(17))
    assert read(stop).passages[0] == "mardi 24 novembre de 9\u00a0h à 12\u00a0h et de 14\u00a0h à 17\u00a0h"


def test_changes_that_do_not_fit_send_to_the_page(place):
    for day in range(1, 29):
        Closure.objects.create(
            schedule=place.schedule,
            first_day=date(2026, 12, day),
            last_day=date(2026, 12, day),
            reason="une raison si longue qu’elle ne tient pas sur une ligne de la feuille",
        )
    poster = read(place)
    assert poster.has_more_changes
    assert 0 < len(poster.interruptions) < 28
    assert not read(LocationFactory()).has_more_changes


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ([Access.WALK_IN], "Sans rendez-vous"),
        ([Access.APPOINTMENT], "Sur rendez-vous"),
        ([Access.WALK_IN, Access.APPOINTMENT], "Sans rendez-vous, sauf aux heures où c’est écrit"),
        ([Access.WALK_IN, Access.PHONE], "Sans rendez-vous"),
        ([], ""),
    ],
)
def test_how_one_is_received_is_said_in_large(place, ways, said):
    place.schedule.slots.all().delete()
    for weekday, access in enumerate(ways):
        Slot.objects.create(schedule=place.schedule, weekday=weekday, opens=time(9), closes=time(12), access=access)
    assert read(place).access == said


@override_settings(SITE_URL="https://services.exemple.fr")
def test_the_code_and_the_words_lead_to_the_public_page(place):
    poster = read(place)
    assert poster.address_of_page == "services.exemple.fr/structures/dieppe"
    assert poster.code == code_of("https://services.exemple.fr/structures/dieppe/")
    assert "style=" not in poster.code


def test_the_page_shows_the_sheet(client, place):
    page = client.get(f"/structures/dieppe/affiche/{place.pk}/").content.decode()
    assert "Affiche imprimée le" in page
    assert "<svg" in page
    assert "style=" not in page
    assert "data-print" in page


def test_a_place_of_another_structure_an_office_and_one_out_of_service_have_no_sheet(client, place, stop):
    office = LocationFactory(structure=stop.structure, kind=LocationKind.OFFICE)
    gone = LocationFactory(structure=stop.structure, kind=LocationKind.BUS_STOP, is_active=False)
    for pk in (place.pk, office.pk, gone.pk, 10**9):
        assert client.get(f"/structures/bus/affiche/{pk}/").status_code == 404
    assert client.get(f"/structures/bus/affiche/{stop.pk}/").status_code == 200


def test_hours_that_are_not_known_send_to_the_telephone(client, place):
    place.schedule.slots.all().delete()
    page = client.get(f"/structures/dieppe/affiche/{place.pk}/").content.decode()
    assert "téléphonez avant de venir" in page


def test_the_sheet_costs_the_same_whatever_its_hours(client, place, queries_for):
    url = f"/structures/dieppe/affiche/{place.pk}/"
    few = queries_for(lambda: client.get(url))
    for number in range(30):
        Extra.objects.create(
            schedule=place.schedule,
            day=SUNDAY.date() + timedelta(days=number),
            opens=time(9),
            closes=time(12),
        )
    assert queries_for(lambda: client.get(url)) == few
    assert few <= 8
