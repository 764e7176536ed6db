"""Can the people of a site keep it: see what it says, write its sheet and its places, and be told what is wrong?"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from schedules.models import Slot
from structures.models import Location, LocationKind, Structure, What
from tests.accounts.factories import TeamFactory, UserFactory
from tests.conftest import Persona
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory, PostalCodeFactory

pytestmark = pytest.mark.django_db
MONTIVILLIERS = {"insee": "76447", "name": "Montivilliers", "latitude": 49.5456, "longitude": 0.1953, "area_km2": 19.0}


def url(name: str, structure: Structure, *more: Any) -> str:
    return reverse(f"structures:{name}", args=[structure.slug, *more])


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def place_form(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "outreach",
        "name": "Mairie annexe",
        "address": "3 rue du Port",
        "commune": "Montivilliers",
    } | changed


def opened(client: Client, address: str) -> str:
    found = re.search(r'name="opened" value="(\w+)"', page(client, address))
    assert found
    return found[1]


# The home of a site


def test_my_site_is_the_structure_one_works_for(counsellor: Client, structure: Structure) -> None:
    assert counsellor.get("/mon-site/")["Location"] == url("site", structure)


def test_a_coordinator_lands_on_her_own_pages(coordinator: Client, structure: Structure) -> None:
    assert coordinator.get("/mon-site/")["Location"] == reverse("config:landing")


def test_the_menu_leads_there(counsellor: Client, structure: Structure) -> None:
    assert 'href="/mon-site/" aria-current="page">Mon site' in page(counsellor, url("site", structure))


def test_the_home_shows_hours_total_and_links(counsellor: Client, structure: Structure) -> None:
    place = structure.locations.get()
    text = page(counsellor, url("site", structure))
    assert "Du lundi au vendredi de 9\u00a0h à 12\u00a0h et de 13\u00a0h\u00a030 à 17\u00a0h" in text
    assert "32\u00a0h\u00a030 par semaine" in text
    for address in (
        structure.get_absolute_url(),
        url("hours", structure, place.pk),
        url("exceptions", structure, place.pk),
    ):
        assert f'href="{address}"' in text


def test_a_coordinator_is_told_whose_page_she_changes(
    coordinator: Client, counsellor: Client, structure: Structure
) -> None:
    assert "Vous modifiez la fiche de" in page(coordinator, url("site", structure))
    assert "Vous modifiez la fiche de" not in page(counsellor, url("site", structure))


def test_a_partner_manager_of_one_site_keeps_that_site_only(
    structure: Structure, other_structure: Structure, partner_office: Team, sign_in: Persona
) -> None:
    """She sees both through her office, and belongs to the team of one."""
    client = sign_in(UserFactory(teams=[partner_office, structure.team]))
    assert client.get(url("site", structure)).status_code == 200
    assert client.get(url("site", other_structure)).status_code == 404
    assert client.get(url("changes", other_structure)).status_code == 404


def test_what_is_missing_is_listed_with_where_to_mend_it(counsellor: Client, structure: Structure) -> None:
    empty = LocationFactory(structure=structure, kind="antenna", name="Antenne", schedule=ScheduleFactory(week=[]))
    Slot.objects.create(schedule=structure.locations.get(kind="main").schedule, weekday=5)
    text = page(counsellor, url("site", structure))
    wanted = ("Horaires à saisir", "Horaires à confirmer", "Coordonnées à donner", "Accessibilité à renseigner",
              "Services non renseignés", "Pas de téléphone")  # fmt: skip
    assert all(words in text for words in wanted)
    assert f'<span><a href="{url("hours", structure, empty.pk)}">Antenne' in text


def test_a_complete_site_has_nothing_to_do(counsellor: Client, structure: Structure) -> None:
    structure.phone, structure.services = "02 61 91 00 12", ["rights"]
    structure.save()
    structure.locations.update(latitude=49.5, longitude=0.2, accessible_motor=False)
    assert "Tout est renseigné" in page(counsellor, url("site", structure))


def test_the_national_comment_is_to_settle_until_somebody_says_so(counsellor: Client, structure: Structure) -> None:
    structure.comment = "Permanence à Criquetot le jeudi"
    structure.save()
    assert "Permanence à Criquetot" in page(counsellor, url("site", structure))
    counsellor.post(url("settle_comment", structure))
    assert "Permanence à Criquetot" not in page(counsellor, url("site", structure))
    structure.refresh_from_db()
    assert structure.settled_comment == structure.comment
    assert structure.changes.get().what == What.STRUCTURE


def test_the_office_of_a_bus_counts_for_nothing(coordinator: Client, coordination: Team) -> None:
    bus = StructureFactory(bus=True, coordination=coordination)
    LocationFactory(structure=bus, kind=LocationKind.OFFICE, name="Dépôt")
    text = page(coordinator, url("site", bus))
    assert "ne reçoit pas le public" in text
    assert "Aucun lieu ne reçoit le public" in text
    assert "32\u00a0h\u00a030" not in text


def test_the_hours_of_a_bus_are_those_of_its_stops_together(coordinator: Client, coordination: Team) -> None:
    bus = StructureFactory(bus=True, coordination=coordination)
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, name="Place")
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, name="Halle")
    assert re.search(
        r"Ouverture aux arrêts du bus</p>\s*<p[^>]*>32\u00a0h\u00a030 par semaine", page(coordinator, url("site", bus))
    )


def test_the_home_costs_as_much_for_forty_places_as_for_one(
    counsellor: Client, structure: Structure, counsellor_user: User, queries_for: Callable[..., int]
) -> None:
    one = queries_for(lambda: counsellor.get(url("site", structure)))
    for number in range(39):
        LocationFactory(structure=structure, kind="outreach", name=f"Mairie {number}", commune__insee=f"76{number:03}")
    counsellor.post(url("location_set_active", structure, structure.locations.latest("pk").pk), {"en_service": "non"})
    counsellor.get(url("site", structure))  # the message of the change is read once
    assert queries_for(lambda: counsellor.get(url("site", structure))) == one <= 12


# Places


@pytest.fixture
def montivilliers(structure: Structure) -> Any:
    commune = CommuneFactory(**MONTIVILLIERS)
    PostalCodeFactory(commune=commune, code="76290")
    return commune


def test_a_new_place_goes_on_to_its_hours(counsellor: Client, structure: Structure, montivilliers: Any) -> None:
    response = counsellor.post(url("location_create", structure), place_form(point="49,5470 0,1880"))
    place = structure.locations.get(kind="outreach")
    assert response["Location"] == url("hours", structure, place.pk)
    assert (place.commune, place.postcode, place.latitude) == (montivilliers, "76290", 49.547)
    change = structure.changes.get()
    assert (change.location, change.before, change.actor) == (place, None, "Aline Counsellor")


def test_an_office_of_the_bus_has_no_hours_to_enter(
    coordinator: Client, coordination: Team, montivilliers: Any
) -> None:
    bus = StructureFactory(bus=True, coordination=coordination)
    response = coordinator.post(url("location_create", bus), place_form(kind="office"))
    assert response["Location"] == url("site", bus)
    assert not bus.locations.get().receives_public


def test_a_second_main_place_is_not_offered(counsellor: Client, structure: Structure, montivilliers: Any) -> None:
    assert 'value="main"' not in page(counsellor, url("location_create", structure))
    response = counsellor.post(url("location_create", structure), place_form(kind="main"))
    assert response.status_code == 422
    assert structure.locations.count() == 1


def test_a_commune_is_found_by_its_postcode(counsellor: Client, structure: Structure, montivilliers: Any) -> None:
    counsellor.post(url("location_create", structure), place_form(commune="76290"))
    assert structure.locations.get(kind="outreach").commune == montivilliers


def test_several_communes_come_back_as_a_list_to_choose_from(
    counsellor: Client, structure: Structure, montivilliers: Any
) -> None:
    other = CommuneFactory(insee="76270", name="Fontaine-la-Mallet")
    PostalCodeFactory(commune=other, code="76290")
    form = place_form(commune="76290")
    response = counsellor.post(url("location_create", structure), form)
    assert response.status_code == 422
    assert "choisissez-en une ci-dessous" in response.content.decode()
    assert 'type="radio" id="insee-76270"' in response.content.decode()
    assert "3 rue du Port" in response.content.decode()
    counsellor.post(url("location_create", structure), form | {"insee": "76270"})
    assert structure.locations.get(kind="outreach").commune == other


def test_a_code_left_from_another_commune_is_forgotten(
    counsellor: Client, structure: Structure, montivilliers: Any
) -> None:
    """Without JavaScript the hidden code stays when the name is typed again."""
    CommuneFactory(dieppe=True)
    counsellor.post(url("location_create", structure), place_form(commune="Montivilliers", insee="76217"))
    assert structure.locations.get(kind="outreach").commune == montivilliers


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"commune": "Atlantis"}, "n’est pas connue"),
        ({"commune": ""}, "Écrivez la commune"),
        ({"point": "49,5"}, "Écrivez la latitude puis la longitude"),
        ({"point": "0,1953 49,5456"}, "sans doute inversées"),
        ({"point": "49,62 0,02"}, "en mer"),
        ({"point": "0 0"}, "Ce point est à"),
        ({"acceslibre_url": "https://exemple.fr/lieu"}, "acceslibre.beta.gouv.fr"),
        ({"acceslibre_url": "http://acceslibre.beta.gouv.fr/lieu"}, "acceslibre.beta.gouv.fr"),
        ({"name": "", "address": ""}, "Donnez le nom du lieu ou son adresse"),
        ({"postcode": "762"}, "5 chiffres"),
        ({"how_to_come": "Demandez 2 85 05 78 006 084 91 au guichet"}, "sécurité sociale"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    counsellor: Client, structure: Structure, montivilliers: Any, typed: dict[str, str], said: str
) -> None:
    response = counsellor.post(url("location_create", structure), place_form(complement="Étage 2") | typed)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "Étage 2" in response.content.decode()
    assert structure.locations.count() == 1


def test_a_place_is_edited_and_says_what_it_knows_of_access(counsellor: Client, structure: Structure) -> None:
    place = structure.locations.get()
    address = url("location_edit", structure, place.pk)
    form = {"kind": "main", "address": "9 rue Neuve", "commune": place.commune.name, "insee": place.commune_id,
            "postcode": "76000", "accessible_motor": "oui", "accessible_sight": "non",
            "acceslibre_url": "https://acceslibre.beta.gouv.fr/app/76/a/erp/b/",
            "opened": opened(counsellor, address)}  # fmt: skip
    assert counsellor.post(address, form).status_code == 302
    place.refresh_from_db()
    known = (place.accessible_motor, place.accessible_sight, place.accessible_mind)
    assert (place.address, known) == ("9 rue Neuve", (True, False, None))


def test_saving_what_was_not_touched_changes_nothing(counsellor: Client, structure: Structure) -> None:
    place = structure.locations.get()
    place.commune.latitude, place.commune.longitude = place.latitude, place.longitude = 49.123456789, 0.987654321
    place.commune.save()
    place.save()
    address = url("location_edit", structure, place.pk)
    form = {"kind": "main", "address": place.address, "commune": place.commune.name, "postcode": place.postcode,
            "point": "49,123457 0,987654", "opened": opened(counsellor, address)}  # fmt: skip
    assert counsellor.post(address, form).status_code == 302
    place.refresh_from_db()
    assert place.latitude == 49.123456789
    assert not structure.changes.exists()


def test_two_people_on_one_place_the_second_is_told(
    counsellor: Client, coordinator: Client, structure: Structure
) -> None:
    place = structure.locations.get()
    address = url("location_edit", structure, place.pk)
    form = {"kind": "main", "commune": place.commune.name, "postcode": "76000", "opened": opened(counsellor, address)}
    assert coordinator.post(address, form | {"address": "1 rue Première"}).status_code == 302
    response = counsellor.post(address, form | {"address": "2 rue Seconde"})
    text = response.content.decode()
    assert response.status_code == 409
    assert "Modifié entre-temps par" in text
    assert "1 rue Première" in text
    assert "2 rue Seconde" in text
    again = re.search(r'name="opened" value="(\w+)"', text)
    assert again
    counsellor.post(address, form | {"address": "2 rue Seconde", "opened": again[1]})
    place.refresh_from_db()
    assert place.address == "2 rue Seconde"


def test_a_place_of_another_site_does_not_exist(
    counsellor: Client, structure: Structure, other_structure: Structure
) -> None:
    foreign = other_structure.locations.get()
    assert counsellor.get(url("location_edit", structure, foreign.pk)).status_code == 404
    assert counsellor.post(url("location_set_active", structure, foreign.pk), {"en_service": "non"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.is_active


def test_out_of_service_and_back(counsellor: Client, structure: Structure) -> None:
    place = structure.locations.get()
    address = url("location_set_active", structure, place.pk)
    counsellor.post(address, {"en_service": "non"})
    assert "1 lieu hors service" in page(counsellor, url("site", structure))
    counsellor.post(address, {"en_service": "oui"})
    assert Location.objects.receiving_public().filter(pk=place.pk).exists()
    assert structure.changes.count() == 2


# The sheet


def sheet_form(client: Client, structure: Structure, **typed: Any) -> dict[str, Any]:
    return {"opened": opened(client, url("sheet", structure))} | typed


def test_the_sheet_is_written_with_its_author(counsellor: Client, structure: Structure) -> None:
    typed = {"phone": "0261910012", "mail": "site@exemple.fr", "website": "exemple.fr", "by_appointment": "on",
             "services": ["printing", "rights"], "comment": "Sonnez."}  # fmt: skip
    assert counsellor.post(url("sheet", structure), sheet_form(counsellor, structure, **typed)).status_code == 302
    structure.refresh_from_db()
    assert (structure.phone, structure.website) == ("02 61 91 00 12", "https://exemple.fr")
    assert (structure.services, structure.by_appointment) == (["rights", "printing"], True)
    assert not structure.has_comment_to_settle
    assert structure.changes.get().actor == "Aline Counsellor"


def test_a_number_spelled_as_the_national_list_does_is_not_rewritten(counsellor: Client, structure: Structure) -> None:
    structure.phone = "0261910012"
    structure.save()
    counsellor.post(url("sheet", structure), sheet_form(counsellor, structure, phone="02 61 91 00 12"))
    structure.refresh_from_db()
    assert structure.phone == "0261910012"
    assert not structure.changes.exists()


def test_a_national_comment_corrected_here_is_still_to_settle(counsellor: Client, structure: Structure) -> None:
    structure.comment = "Permanence a Criquetot"
    structure.save()
    counsellor.post(url("sheet", structure), sheet_form(counsellor, structure, comment="Permanence à Criquetot"))
    structure.refresh_from_db()
    assert structure.has_comment_to_settle


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phone": "12"}, "Ce numéro n’est pas reconnu"),
        ({"mail": "pas une adresse"}, "adresse"),
        ({"services": ["massage"]}, "massage"),
        ({"website": "ht!tp"}, "URL"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(counsellor: Client, structure: Structure, typed: Any, said: str) -> None:
    form = sheet_form(counsellor, structure, comment="Gardez-moi", **typed)
    response = counsellor.post(url("sheet", structure), form)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "Gardez-moi" in response.content.decode()


def test_two_people_on_one_sheet_the_second_is_told(
    counsellor: Client, coordinator: Client, structure: Structure
) -> None:
    form = sheet_form(counsellor, structure)
    coordinator.post(url("sheet", structure), form | {"services": ["rights"]})
    response = counsellor.post(url("sheet", structure), form | {"services": ["video"]})
    assert response.status_code == 409
    assert "Information sur les droits" in response.content.decode()
    structure.refresh_from_db()
    assert structure.services == ["rights"]


def test_the_coordinator_renaming_the_structure_is_no_conflict(counsellor: Client, structure: Structure) -> None:
    form = sheet_form(counsellor, structure, phone="02 61 91 00 12")
    Structure.objects.update(name="France services de Montivilliers et environs")
    assert counsellor.post(url("sheet", structure), form).status_code == 302


def test_boxes_ticked_before_the_session_ended_come_back(counsellor: Client, structure: Structure) -> None:
    structure.by_appointment = True
    structure.save()
    text = page(counsellor, url("sheet", structure))
    mark = re.search(r'name="typed_by" value="([^"]+)"', text)
    assert mark
    form = {"typed_by": mark[1], "services": ["rights", "video"], "opened": "x", "comment": "Tapé avant"}
    user = structure.team.memberships.get().user  # type: ignore[union-attr]
    counsellor.logout()
    counsellor.post(url("sheet", structure), form)
    counsellor.force_login(user)
    text = page(counsellor, url("sheet", structure))
    assert "Tapé avant" in text
    assert len(re.findall(r'name="services"[^>]*checked', text)) == 2
    assert not re.search(r'name="by_appointment"[^>]*checked', text)


def test_a_team_with_two_sites_goes_from_one_to_the_other(sign_in: Persona) -> None:
    team = TeamFactory()
    one, two = StructureFactory(team=team), StructureFactory(team=team)
    client = sign_in(UserFactory(teams=[team]))
    assert f'href="{url("site", two)}"' in page(client, url("site", one))
