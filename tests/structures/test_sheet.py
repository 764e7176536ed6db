"""Does the page of a structure say everything that somebody needs before coming?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from schedules.calendars import PARIS
from schedules.models import Closure, Extra
from structures.models import Carrier, Location, LocationKind
from structures.sheet import read_structure, shown_structures
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, tzinfo=PARIS)


@pytest.fixture
def place() -> Location:
    return LocationFactory(
        structure=StructureFactory(
            name="France services de Dieppe",
            slug="dieppe",
            carrier=Carrier.objects.create(name="Ville de Dieppe"),
            website="https://www.exemple.fr/dieppe",
            services=["digital", "procedures"],
            changed_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
        ),
        commune=CommuneFactory(dieppe=True),
        how_to_come="Ligne 5, arrêt Mairie",
        accessible_motor=True,
        accessible_sight=False,
        acceslibre_url="https://acceslibre.exemple.fr/dieppe",
    )


def text(client: Client, url: str = "/structures/dieppe/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_one_finds_there_and_who_carries_it(client, place):
    page = text(client)
    assert page.index("Accompagnement aux démarches administratives") < page.index("Initiation au numérique")
    assert "Structure portée par Ville de Dieppe" in page
    assert 'href="https://www.exemple.fr/dieppe"' in page
    assert "Ligne 5, arrêt Mairie" in page


def test_accessibility_is_said_for_each_disability_and_what_nobody_checked_is_not_a_no(client, place):
    page = " ".join(text(client).split())
    assert "Handicap moteur&nbsp;: accessible" in page
    assert "Handicap visuel&nbsp;: non accessible" in page
    assert "Handicap auditif&nbsp;: non renseigné" in page
    assert 'href="https://acceslibre.exemple.fr/dieppe"' in page


def test_a_place_that_nobody_checked_says_nothing_of_accessibility(client):
    LocationFactory(structure__slug="dieppe")
    assert "Accessibilité</h3>" not in text(client)


def test_the_day_of_the_last_change_is_that_of_paris(client, place):
    assert "Fiche mise à jour le samedi 21 novembre" in text(client)


def test_a_replacement_is_said_with_what_it_replaces(place):
    Closure.objects.create(
        schedule=place.schedule, first_day=date(2026, 12, 24), last_day=date(2026, 12, 24), reason="inventaire"
    )
    Extra.objects.create(
        schedule=place.schedule,
        day=date(2026, 12, 19),
        opens=time(8),
        closes=time(12),
        replaces=date(2026, 12, 24),
    )
    (facts,) = read_structure(shown_structures().get(), NOW).places
    assert facts.exceptional == ("samedi 19 décembre de 8\u00a0h à 12\u00a0h, à la place du jeudi 24 décembre",)
    assert facts.interruptions[0].startswith("jeudi 24 décembre\u00a0: inventaire, ouvert à la place")


def test_each_place_has_its_sheet_and_the_calendar_of_its_commune(client, place):
    page = text(client)
    assert f'href="/structures/dieppe/affiche/{place.pk}/"' in page
    assert 'href="/communes/76217/calendrier.ics"' in page
    assert 'href="/structures/dieppe/calendrier.ics"' in page


def test_the_page_of_a_bus_leads_to_its_calendar_and_to_its_weeks(client):
    bus = StructureFactory(bus=True, slug="bus")
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, schedule=ScheduleFactory(week=[(1, time(9), time(12))]))
    office = LocationFactory(structure=bus, kind=LocationKind.OFFICE)
    page = text(client, "/structures/bus/")
    assert 'href="/bus/bus/calendrier.ics"' in page
    assert 'href="/bus/?bus=bus"' in page
    assert f"affiche/{office.pk}/" not in page


def test_the_page_of_a_structure_asks_at_most_eight_questions_whatever_it_shows(client, place, queries_for):
    one = queries_for(lambda: text(client))
    today = timezone.localdate()
    for number in range(30):
        schedule = ScheduleFactory()
        Closure.objects.create(schedule=schedule, first_day=today, last_day=today, reason="travaux")
        Extra.objects.create(schedule=schedule, day=today + timedelta(days=2), opens=time(9), closes=time(12))
        LocationFactory(
            structure=place.structure,
            kind=LocationKind.OUTREACH,
            name=f"Mairie {number}",
            schedule=schedule,
            accessible_mind=True,
        )
    assert queries_for(lambda: text(client)) == one
    assert one <= 8
