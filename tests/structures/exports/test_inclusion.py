"""Is every structure and service one that data·inclusion accepts?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from data_inclusion.schema import v1

from structures.exports.inclusion import inclusion_json
from structures.models import LocationKind
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 11, 24, 9, tzinfo=UTC)


def told() -> dict[str, list[dict[str, Any]]]:
    answer: dict[str, list[dict[str, Any]]] = json.loads(inclusion_json(NOW))
    for structure in answer["structures"]:
        v1.Structure.model_validate(structure)
    for service in answer["services"]:
        v1.Service.model_validate(service)
    assert {service["structure_id"] for service in answer["services"]} <= {row["id"] for row in answer["structures"]}
    assert len({service["id"] for service in answer["services"]}) == len(answer["services"])
    return answer


def test_a_structure_and_its_services_are_valid():
    structure = StructureFactory(
        id_fs="440", phone="0261910012", mail="etang@exemple.fr", website="https://etang.exemple.fr/",
        services=["digital"], changed_at=NOW,
    )  # fmt: skip
    LocationFactory(
        structure=structure, commune=CommuneFactory(rouen=True), latitude=49.4, longitude=1.1,
        acceslibre_url="https://acceslibre.beta.gouv.fr/app/76-rouen/",
    )  # fmt: skip
    answer = told()
    (row,) = answer["structures"]
    assert (row["id"], row["date_maj"], row["reseaux_porteurs"]) == (
        "france-services-76--440",
        "2025-11-24",
        ["france-service"],
    )
    assert row["horaires_accueil"].startswith("Mo-Fr 09:00-12:00")
    assert row["accessibilite_lieu"] == "https://acceslibre.beta.gouv.fr/app/76-rouen/"
    assert [service["type"] for service in answer["services"]] == ["accompagnement", "aide-materielle", "formation"]
    help_given = answer["services"][0]
    assert (help_given["frais"], help_given["modes_accueil"], help_given["publics"]) == (
        "gratuit",
        ["en-presentiel"],
        ["tous-publics"],
    )
    assert help_given["modes_mobilisation"] == ["envoyer-un-courriel", "se-presenter", "telephoner"]
    assert len(help_given["thematiques"]) == 3


def test_the_stops_of_a_bus_are_served_and_its_office_has_no_address():
    bus = StructureFactory(id_fs="9", bus=True)
    LocationFactory(structure=bus, kind=LocationKind.OFFICE, address="1 rue du Bureau", commune=CommuneFactory())
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, address="place du Marché", commune=CommuneFactory())
    answer = told()
    assert "adresse" not in answer["structures"][0]
    assert "horaires_accueil" not in answer["structures"][0]
    assert [service["adresse"] for service in answer["services"]] == ["place du Marché"]
    assert [service["nom"] for service in answer["services"]] == ["Aide aux démarches administratives"]


def test_the_barest_structure_is_valid_too():
    StructureFactory(id_fs=None, slug="sans-lieu")
    LocationFactory(
        structure=StructureFactory(name="N" * 180 + "."), address="", postcode="", schedule=ScheduleFactory(week=[])
    )
    assert len(told()["structures"]) == 2
