"""Does the public find the nearest place, when it opens, and nothing that is not for the public?"""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from schedules.models import Closure, Schedule, Slot
from structures.models import LabelState, Location, LocationKind, Structure
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory, PostalCodeFactory

pytestmark = pytest.mark.django_db


def always_open() -> Schedule:
    """Open at any hour of any day: tests run at all times."""
    schedule = ScheduleFactory(week=[])
    for weekday in range(7):
        Slot.objects.create(schedule=schedule, weekday=weekday, opens=time(0), closes=time(0), on_public_holidays=True)
    return schedule


def never_open() -> Schedule:
    return ScheduleFactory(week=[])


@pytest.fixture
def dieppe() -> Location:
    return LocationFactory(
        structure=StructureFactory(name="France services de Dieppe", slug="dieppe", phone="0261910031"),
        commune=CommuneFactory(dieppe=True),
        schedule=always_open(),
    )


@pytest.fixture
def rouen() -> Location:
    commune = CommuneFactory(rouen=True)
    PostalCodeFactory(code="76000", commune=commune)
    return LocationFactory(
        structure=StructureFactory(name="France services de Rouen", slug="rouen"),
        commune=commune,
        latitude=49.4500,
        longitude=1.0939,
        schedule=never_open(),
    )


@pytest.fixture
def bus(dieppe: Location) -> Structure:
    """A bus of Dieppe with its office in Rouen and one stop in Elbeuf, every Tuesday."""
    structure = StructureFactory(bus=True, name="Bus de la vallée", slug="bus")
    LocationFactory(
        structure=structure, kind=LocationKind.OFFICE, address="9 rue du Bureau", commune=CommuneFactory(rouen=True)
    )
    LocationFactory(
        structure=structure,
        kind=LocationKind.BUS_STOP,
        name="Parking du stade",
        commune=CommuneFactory(elbeuf=True),
        schedule=ScheduleFactory(week=[(1, time(9), time(12))]),
    )
    return structure


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def order(page: str, *names: str) -> list[str]:
    assert all(name in page for name in names), names
    return sorted(names, key=page.index)


# The list


def test_without_a_commune_every_place_is_listed_by_name(client, rouen, dieppe):
    page = text(client, "/")
    assert order(page, ">France services de Dieppe<", ">France services de Rouen<") == [
        ">France services de Dieppe<",
        ">France services de Rouen<",
    ]
    assert "2 lieux d’accueil" in page
    assert "\u00a0km" not in page


@pytest.mark.parametrize("typed", ["Rouen", "rouen", "76000"])
def test_the_nearest_place_comes_first_with_its_distance(client, rouen, dieppe, typed):
    page = text(client, f"/?lieu={typed}")
    assert order(page, ">France services de Rouen<", ">France services de Dieppe<")[0] == ">France services de Rouen<"
    assert "1,1\u00a0km" in page
    assert "53,7\u00a0km" in page
    assert f'value="{typed}"' in page


def test_a_place_says_until_when_it_is_open_how_and_whom_to_call(client, dieppe):
    page = text(client, "/")
    assert "Ouvert jusqu’à" in page
    assert "sans rendez-vous" in page
    assert 'href="tel:0261910031"' in page
    assert "02\u00a061\u00a091\u00a000\u00a031" in page
    assert 'href="/structures/dieppe/"' in page


def test_only_open_places_are_kept_when_asked(client, rouen, dieppe):
    page = text(client, "/?lieu=Rouen&ouvert=on")
    assert ">France services de Dieppe<" in page
    assert ">France services de Rouen<" not in page
    assert "1 lieu d’accueil ouvert maintenant" in page
    assert "checked" in page


def test_when_nothing_is_open_the_page_says_what_to_do(client, rouen):
    assert "Décochez" in text(client, "/?lieu=Rouen&ouvert=on")


def test_the_stop_of_a_bus_is_listed_with_its_next_passage_and_its_office_never(client, bus):
    page = text(client, "/?lieu=Elbeuf")
    assert "Parking du stade, Elbeuf" in page
    assert "arrêt du bus" in page
    assert "Prochain passage" in page or "Le bus est là" in page
    assert "9 rue du Bureau" not in page


@pytest.mark.parametrize("state", [LabelState.APPLICATION, LabelState.SUSPENDED, LabelState.WITHDRAWN])
def test_a_structure_whose_label_is_not_in_force_is_shown_nowhere(client, dieppe, state):
    Structure.objects.update(label_state=state)
    assert "France services de Dieppe" not in text(client, "/")
    assert client.get("/structures/dieppe/").status_code == 404


def test_a_place_out_of_service_is_not_listed(client, dieppe):
    Location.objects.update(is_active=False)
    assert "Aucun lieu d’accueil n’est encore enregistré" in text(client, "/")


# What was typed


def test_communes_of_one_postcode_are_offered_as_links_that_lead_to_one(client, dieppe):
    for insee, name in (("76801", "Ici-le-Bois"), ("76802", "Là-le-Bois")):
        PostalCodeFactory(code="76999", commune=CommuneFactory(insee=insee, name=name))
    page = text(client, "/?lieu=76999&ouvert=on")
    assert "Plusieurs communes correspondent" in page
    assert 'href="?insee=76802&amp;ouvert=on"' in page or 'href="?insee=76802&ouvert=on"' in page
    assert "Là-le-Bois (76999)" in page
    chosen = text(client, "/?insee=76802&ouvert=on")
    assert "France services de Dieppe" in chosen
    assert 'value="Là-le-Bois"' in chosen


def test_the_very_name_wins_over_longer_ones(client, rouen):
    CommuneFactory(insee="76803", name="Rouen-les-Bois")
    assert "plus proche au plus loin de Rouen" in text(client, "/?lieu=Rouen")


def test_a_typo_gives_suggestions(client, rouen):
    page = text(client, "/?lieu=Roeun")
    assert "Vouliez-vous dire" in page
    assert "Rouen (76000)" in page


@pytest.mark.parametrize("typed", ["Xyzzyville", "99999", "!!!"])
def test_what_is_not_found_is_said_and_what_was_typed_is_kept(client, rouen, typed):
    page = text(client, f"/?lieu={typed}")
    assert "Nous ne trouvons pas cette commune" in page
    assert f'value="{typed}"' in page


def test_a_social_security_number_is_refused_here_too(client, rouen):
    page = text(client, "/?lieu=2 69 05 49 588 157 80".replace(" ", "%20"))
    assert "sécurité sociale" in page
    assert "France services de Rouen" not in page


@pytest.mark.parametrize("query", ["lieu=%00", "insee=%00"])
def test_an_address_with_a_null_character_is_refused_as_a_bad_request(client, rouen, query):
    assert client.get(f"/?{query}").status_code == 400


@pytest.mark.parametrize("query", ["insee=toolong", "page=zz", "page=-1", "lieu=" + "a" * 500])
def test_odd_addresses_break_nothing(client, rouen, query):
    assert client.get(f"/?{query}").status_code == 200


def test_nothing_changes_by_posting(client):
    assert client.post("/").status_code == 405


# Paging and cost


def test_the_list_is_paged_and_keeps_what_was_asked(client, rouen):
    LocationFactory.create_batch(20, commune=rouen.commune)
    page = text(client, "/?lieu=Rouen")
    assert "21 lieux d’accueil" in page
    assert "lieu=Rouen&amp;page=2" in page
    second = text(client, "/?lieu=Rouen&page=2")
    assert second.count('class="app-place"') == 1
    assert "lieu=Rouen&amp;page=1" in second


@pytest.mark.parametrize("url", ["/", "/?lieu=Rouen", "/?lieu=Rouen&ouvert=on"])
def test_the_list_costs_the_same_for_one_place_as_for_a_hundred(
    client: Client, rouen: Location, queries_for: Callable[[Callable[[], object]], int], url: str
):
    rouen.schedule = always_open()
    rouen.save()
    cost_of_one = queries_for(lambda: client.get(url))
    for _ in range(100):
        LocationFactory(commune=rouen.commune, schedule=always_open() if "ouvert" in url else never_open())
    assert queries_for(lambda: client.get(url)) == cost_of_one
    assert cost_of_one <= 8


# One structure


def test_the_page_of_a_structure_says_its_hours_in_words(client):
    structure = StructureFactory(slug="ici", mail="ici@exemple.fr", comment="Sonner à gauche")
    LocationFactory(structure=structure)
    page = text(client, "/structures/ici/")
    assert "Du lundi au vendredi de 9\u00a0h à 12\u00a0h et de 13\u00a0h\u00a030 à 17\u00a0h" in page
    assert 'href="mailto:ici@exemple.fr"' in page
    assert "Sonner à gauche" in page


def test_the_page_announces_closures(client, dieppe):
    today = timezone.localdate()
    Closure.objects.create(
        schedule=dieppe.schedule,
        first_day=today + timedelta(days=3),
        last_day=today + timedelta(days=6),
        reason="travaux dans la salle",
    )
    page = text(client, "/structures/dieppe/")
    assert "Fermetures à venir" in page
    assert "travaux dans la salle" in page


def test_the_page_of_a_bus_shows_its_stops_and_says_that_its_office_receives_nobody(client, bus):
    page = text(client, "/structures/bus/")
    assert "Prochains passages" in page
    assert "Le mardi de 9\u00a0h à 12\u00a0h" in page
    assert "ne reçoit pas le public" in page
    assert order(page, "Parking du stade", "9 rue du Bureau")[0] == "Parking du stade"
    assert "Du lundi au vendredi" not in page, "the hours of the office are not those of the bus"


def test_a_bus_without_stops_says_whom_to_call(client):
    structure = StructureFactory(bus=True, slug="bus", phone="02 61 91 00 40")
    LocationFactory(structure=structure, kind=LocationKind.OFFICE)
    page = text(client, "/structures/bus/")
    assert "Les arrêts de ce bus ne sont pas encore enregistrés" in page
    assert "tel:0261910040" in page


def test_an_unknown_structure_is_not_found(client):
    assert client.get("/structures/nulle-part/").status_code == 404


def test_the_page_of_a_structure_costs_the_same_for_one_place_as_for_thirty(client, dieppe, queries_for):
    cost_of_one = queries_for(lambda: client.get("/structures/dieppe/"))
    for number in range(30):
        LocationFactory(
            structure=dieppe.structure,
            kind=LocationKind.BUS_STOP,
            name=f"Arrêt {number}",
            schedule=ScheduleFactory(week=[(1, time(9), time(12))]),
        )
    assert queries_for(lambda: client.get("/structures/dieppe/")) == cost_of_one
    assert cost_of_one <= 8


def test_pages_are_the_same_for_somebody_who_signed_in(counsellor, dieppe):
    assert "France services de Dieppe" in text(counsellor, "/")
    assert "France services de Dieppe" in text(counsellor, "/structures/dieppe/")
