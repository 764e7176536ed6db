"""Does the public list find, narrow, sort and page the network, at one price whatever its size?"""

from datetime import UTC, date, datetime, time

import pytest
from django.test import Client

from schedules.calendars import PARIS
from schedules.models import Closure, Extra, Schedule, Slot
from schedules.opening_hours import Access, Frequency
from structures.listing import Asked, Order, areas, find_structures
from structures.models import LabelState, Location, LocationKind, Structure
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

TUESDAY_AT_TEN = datetime(2026, 11, 24, 10, tzinfo=PARIS)


def site(name: str, town: str = "rouen", **more: object) -> Structure:
    location = LocationFactory(structure__name=name, commune=CommuneFactory(**{town: True}), **more)
    return location.structure


def names(asked: Asked, now: datetime = TUESDAY_AT_TEN) -> list[str]:
    return [line.name for line in find_structures(asked, now).lines]


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


# What is found


@pytest.mark.parametrize("typed", ["la Mer", "mér", "dieppe", "DIEP", "mer dieppe", "76200"])
def test_a_structure_is_found_by_its_name_its_commune_or_its_postcode(typed):
    site("Maison de la Mer", "dieppe", postcode="76200")
    site("Maison de la Seine")
    assert names(Asked(text=typed)) == ["Maison de la Mer"]


def test_a_bus_is_found_by_the_commune_of_a_stop_and_never_by_that_of_its_office():
    bus = StructureFactory(bus=True, name="Bus de la vallée")
    LocationFactory(structure=bus, kind=LocationKind.OFFICE, commune=CommuneFactory(rouen=True))
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, commune=CommuneFactory(elbeuf=True))
    assert names(Asked(text="elbeuf")) == ["Bus de la vallée"]
    assert names(Asked(text="rouen")) == []


def test_the_list_is_narrowed_by_kind():
    site("Site")
    StructureFactory(bus=True, name="Bus")
    StructureFactory(antenna=True, name="Antenne")
    assert names(Asked(kind="bus")) == ["Bus"]
    assert names(Asked(kind="antenna")) == ["Antenne"]
    assert names(Asked(kind="fixed")) == ["Site"]


def test_the_list_is_narrowed_by_arrondissement_and_by_intercommunalite():
    site("Ici", "rouen")
    site("Là-bas", "dieppe")
    assert names(Asked(area="763")) == ["Ici"]
    assert names(Asked(area="200023414")) == ["Ici"]
    assert names(Asked(area="761")) == ["Là-bas"]


def test_only_the_areas_where_somebody_is_received_are_offered():
    site("Ici", "dieppe")
    CommuneFactory(le_havre=True)
    assert areas() == [
        ("Arrondissements", [("761", "Dieppe")]),
        ("Intercommunalités", [("247600786", "CA de la Région Dieppoise")]),
    ]


@pytest.mark.parametrize("state", [LabelState.APPLICATION, LabelState.SUSPENDED, LabelState.WITHDRAWN])
def test_a_structure_whose_label_is_not_in_force_is_not_in_the_list(client, state):
    structure = site("France services retirée")
    Structure.objects.update(label_state=state)
    assert names(Asked()) == []
    assert "retirée" not in text(client, "/structures/")
    place = Location.objects.get()
    for path in ("", f"affiche/{place.pk}/", "calendrier.ics"):
        assert client.get(f"/structures/{structure.slug}/{path}").status_code == 404


# Open now


def test_only_those_that_are_open_now_are_kept():
    site("Ouverte")
    site("Fermée ce jour", schedule=ScheduleFactory(week=[(3, time(9), time(12))]))
    site("Plus tard", schedule=ScheduleFactory(week=[(1, time(14), time(18))]))
    assert names(Asked(open_only=True)) == ["Ouverte"]


def test_a_closure_and_a_public_holiday_close_what_the_hours_open():
    closed = site("Fermée")
    Closure.objects.create(
        schedule=closed.locations.get().schedule, first_day=date(2026, 11, 24), last_day=date(2026, 11, 24)
    )
    site("Ouverte")
    assert names(Asked(open_only=True)) == ["Ouverte"]
    assert names(Asked(open_only=True), datetime(2026, 12, 25, 10, tzinfo=PARIS)) == []


def dated() -> Schedule:
    schedule = ScheduleFactory(week=[])
    Slot.objects.create(
        schedule=schedule, opens=time(9), closes=time(12), frequency=Frequency.DATES, dates=["2026-11-24"]
    )
    return schedule


def exceptional() -> Schedule:
    schedule = ScheduleFactory(week=[])
    Extra.objects.create(schedule=schedule, day=date(2026, 11, 24), opens=time(9), closes=time(12))
    return schedule


def until_midnight() -> Schedule:
    return ScheduleFactory(week=[(1, time(9), time(0))])


@pytest.mark.parametrize("schedule", [dated, exceptional, until_midnight])
def test_a_date_an_exceptional_opening_and_midnight_are_openings_like_others(schedule):
    site("Ouverte", schedule=schedule())
    assert names(Asked(open_only=True)) == ["Ouverte"]


def test_the_telephone_alone_opens_nothing():
    schedule = ScheduleFactory(week=[])
    Slot.objects.create(schedule=schedule, weekday=1, opens=time(9), closes=time(12), access=Access.PHONE)
    site("Au téléphone", schedule=schedule)
    assert names(Asked(open_only=True)) == []


def test_the_line_speaks_of_the_place_that_is_open_or_that_opens_first():
    structure = site("Deux lieux", schedule=ScheduleFactory(week=[(3, time(9), time(12))]))
    LocationFactory(
        structure=structure,
        kind=LocationKind.OUTREACH,
        name="Mairie",
        commune=CommuneFactory(dieppe=True),
        schedule=ScheduleFactory(week=[(1, time(9), time(12)), (2, time(14), time(16))]),
    )
    (line,) = find_structures(Asked(), TUESDAY_AT_TEN).lines
    assert (line.at, line.now.said, line.where) == ("Mairie, Dieppe", "Ouvert jusqu’à 12\u00a0h", "Rouen, Dieppe")
    (line,) = find_structures(Asked(), TUESDAY_AT_TEN.replace(hour=13)).lines
    assert (line.at, line.now.said) == ("Mairie, Dieppe", "Fermé, ouvre demain à 14\u00a0h")


# Order and pages


def test_the_list_is_sorted_as_asked():
    site("B", "dieppe")
    changed = site("A", "rouen")
    StructureFactory(bus=True, name="C")
    Structure.objects.filter(pk=changed.pk).update(changed_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert names(Asked()) == ["A", "B", "C"]
    assert names(Asked(order=Order.COMMUNE)) == ["B", "A", "C"]
    assert names(Asked(order=Order.KIND)) == ["A", "B", "C"]
    assert names(Asked(order=Order.CHANGED)) == ["A", "B", "C"]


def test_pages_keep_what_was_asked(client):
    for number in range(25):
        site(f"Maison {number:02}")
    first = text(client, "/structures/?recherche=maison&forme=fixed&tri=commune")
    assert "25 structures" in first
    assert "recherche=maison&amp;forme=fixed&amp;tri=commune&amp;page=2" in first
    second = text(client, "/structures/?recherche=maison&forme=fixed&tri=commune&page=2")
    assert second.count('class="app-place"') == 5


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("recherche=xyzzy", "Aucune structure ne correspond"),
        ("ouvert=on&forme=bus", "ouverte en ce moment"),
        ("forme=zeppelin", "Ce choix n’existe pas"),
        ("secteur=999", "Ce choix n’existe pas"),
        ("tri=hasard", "Ce choix n’existe pas"),
        ("recherche=" + "a" * 101, "100 caractères au plus"),
        ("recherche=2%2069%2005%2049%20588%20157%2080", "sécurité sociale"),
        ("recherche=(((", "1 structure<"),
        ("page=zz", "1 structure<"),
        ("page=99", "1 structure<"),
    ],
)
def test_odd_addresses_are_answered_in_words(client, query, said):
    site("Seule")
    assert said in text(client, f"/structures/?{query}").replace("1 structure\n", "1 structure<")


def test_an_empty_network_says_so(client):
    assert "Aucune structure n’est encore enregistrée" in text(client, "/structures/")


def test_finding_a_place_and_the_list_lead_to_each_other(client):
    assert 'href="/structures/"' in text(client, "/")
    assert 'href="/"' in text(client, "/structures/")


# Cost


@pytest.mark.parametrize(
    "query", ["", "recherche=maison", "ouvert=on", "tri=commune&page=2", "secteur=", "forme=fixed&tri=modification"]
)
def test_the_list_costs_the_same_for_one_structure_as_for_a_hundred(client, queries_for, query):
    always = [(day, time(0), time(0)) for day in range(7)]
    site("Maison 0", schedule=ScheduleFactory(week=always))
    Slot.objects.update(on_public_holidays=True)
    one = queries_for(lambda: text(client, f"/structures/?{query}"))
    for number in range(100):
        site(f"Maison {number + 1}", schedule=ScheduleFactory(week=always))
    Slot.objects.update(on_public_holidays=True)
    assert queries_for(lambda: text(client, f"/structures/?{query}")) == one
    assert one <= 10


def test_hours_are_read_for_so_many_structures_only_and_the_list_says_so(monkeypatch):
    monkeypatch.setattr("structures.listing.MOST_READ", 2)
    for number in range(3):
        site(f"Maison {number}")
    found = find_structures(Asked(open_only=True), TUESDAY_AT_TEN)
    assert (found.count, found.is_partial) == (2, True)
