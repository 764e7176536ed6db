"""Are the files open to everybody and every site, cheap, and never half stale?"""

import json
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from structures.exports.catalogue import FILES
from structures.exports.geojson import places_geojson
from structures.exports.inclusion import inclusion_json
from structures.exports.mediation import COLUMNS as MEDIATION_COLUMNS
from structures.models import Structure, StructureClosure
from structures.national_file import COLUMNS
from tests.structures.factories import LocationFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
NAMES = [file.name for file in FILES]


def address(name: str) -> str:
    return reverse("structures:data_file", args=[name])


def test_the_page_says_what_each_file_is_and_how_to_cite_it(client):
    LocationFactory(structure=StructureFactory(changed_at=timezone.make_aware(datetime(2019, 11, 26, 14, 5))))
    page = client.get(reverse("structures:data")).content.decode()
    for file in FILES:
        assert address(file.name) in page
        assert file.title in page
        for field in file.fields:
            assert f">{field.name}<" in page
    assert "mardi 26 novembre 2019 à 14\u00a0h\u00a005" in page
    assert "Licence Ouverte 2.0" in page
    assert "1 structure labellisée et 1 lieu d’accueil" in page


def test_the_page_says_so_when_there_is_nothing(client):
    page = client.get(reverse("structures:data")).content.decode()
    assert "0 structure labellisée et 0 lieu d’accueil" in page


def test_every_field_is_described_under_its_own_name():
    by_code = {file.code: [field.name for field in file.fields] for file in FILES}
    LocationFactory()
    assert by_code["national"] == list(COLUMNS)
    assert by_code["mediation"] == list(MEDIATION_COLUMNS)
    (feature,) = json.loads(places_geojson(timezone.now()))["features"]
    assert by_code["geojson"] == list(feature["properties"])
    assert by_code["inclusion"] == list(json.loads(inclusion_json(timezone.now())))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_for_any_site_and_kept_a_quarter_of_an_hour(client, name):
    LocationFactory()
    response = client.get(address(name))
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "public, max-age=900"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.headers["Content-Type"].endswith("; charset=utf-8")
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Set-Cookie" not in response.headers


def test_the_page_itself_is_not_for_other_sites(client):
    assert "Access-Control-Allow-Origin" not in client.get(reverse("structures:data")).headers


@pytest.mark.parametrize("name", NAMES)
def test_who_has_the_file_already_is_sent_nothing(client, name):
    LocationFactory()
    first = client.get(address(name))
    again = client.get(address(name), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    since = client.get(address(name), headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert since.status_code == 304
    squeezed = client.get(address(name), headers={"Accept-Encoding": "gzip"})
    squeezed_again = client.get(
        address(name), headers={"Accept-Encoding": "gzip", "If-None-Match": squeezed.headers["ETag"]}
    )
    assert squeezed_again.status_code == 304


@pytest.mark.parametrize("name", NAMES)
def test_a_change_is_in_the_file_at_once(client, name):
    place = LocationFactory()
    first = client.get(address(name))
    StructureClosure.objects.create(
        structure=place.structure, first_day=timezone.localdate(), last_day=timezone.localdate() + timedelta(days=40)
    )
    Structure.objects.update(changed_at=timezone.now(), name="France services de l’Autre Rive")
    other = client.get(address(name), headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert "Autre Rive" in other.content.decode()


def test_another_file_does_not_exist(client):
    assert client.get("/donnees/autre.csv").status_code == 404
    assert client.get("/donnees/autre.csv/").status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_nothing_can_be_sent_to_a_file(name):
    assert Client(enforce_csrf_checks=False).post(address(name)).status_code == 405


@pytest.mark.parametrize("name", NAMES)
def test_a_hundred_places_cost_as_many_statements_as_one(client, queries_for, name):
    commune = CommuneFactory()
    LocationFactory(commune=commune)
    one = queries_for(lambda: client.get(address(name)))
    for _ in range(99):
        LocationFactory(commune=commune, structure=StructureFactory(team=None, coordination=None, partner_office=None))
    cache.clear()
    assert queries_for(lambda: client.get(address(name))) == one <= 11
    assert queries_for(lambda: client.get(address(name))) == 2
