"""Does the map's file hold every place that receives the public, with its next opening, and nothing else?"""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from schedules.models import Slot
from schedules.opening_hours import Frequency
from structures.exports.geojson import places_geojson
from structures.models import LabelState, LocationKind
from tests.structures.factories import CounsellorFactory, LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)  # ten o'clock in Paris


def features(now: datetime = TUESDAY) -> list[dict[str, Any]]:
    collection = json.loads(places_geojson(now))
    assert collection["type"] == "FeatureCollection"
    found: list[dict[str, Any]] = collection["features"]
    return found


def test_a_place_is_told_with_its_next_opening():
    structure = StructureFactory(
        id_fs="440", name="France services de Rouen", phone="0261910012", services=["digital", "procedures"]
    )
    rouen = CommuneFactory(rouen=True)
    LocationFactory(structure=structure, commune=rouen, latitude=49.44, longitude=1.09, accessible_motor=True)
    (feature,) = features()
    said = feature["properties"]
    assert (feature["id"], feature["geometry"]) == ("440", {"type": "Point", "coordinates": [1.09, 49.44]})
    assert (said["structure"], said["nature"], said["commune"]) == ("France services de Rouen", "main", "Rouen")
    assert said["horaires"] == [
        "du lundi au vendredi de 9\u00a0h à 12\u00a0h et de 13\u00a0h\u00a030 à 17\u00a0h",
    ]
    assert said["opening_hours"].startswith("Mo-Fr 09:00-12:00,13:30-17:00")
    assert said["ouvert_jusqu_a"] == "2026-11-24T12:00:00+01:00"
    assert said["prochaine_ouverture"] == "2026-11-24T13:30:00+01:00"
    assert said["prochaine_ouverture_en_clair"] == "mardi 24 novembre à 13\u00a0h\u00a030"
    assert said["accessibilite"] == {
        "moteur": True, "auditif": None, "visuel": None, "mental_ou_psychique": None
    }  # fmt: skip
    assert said["services"] == ["Accompagnement aux démarches administratives", "Initiation au numérique"]
    assert said["url"].endswith(f"/structures/{structure.slug}/")


def test_stops_antennas_and_sessions_are_there_and_the_office_of_a_bus_never():
    bus = StructureFactory(id_fs="9", bus=True)
    for kind in (LocationKind.OFFICE, LocationKind.BUS_STOP, LocationKind.ANTENNA, LocationKind.OUTREACH):
        LocationFactory(structure=bus, kind=kind)
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, is_active=False)
    assert [feature["properties"]["nature"] for feature in features()] == ["antenna", "outreach", "bus_stop"]
    assert len({feature["id"] for feature in features()}) == 3


def test_a_stop_of_every_second_friday_has_its_next_passage():
    schedule = ScheduleFactory(week=[])
    Slot.objects.create(
        schedule=schedule, weekday=4, opens=time(14), closes=time(16, 30),
        frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=date(2026, 11, 20),
    )  # fmt: skip
    LocationFactory(structure=StructureFactory(bus=True), kind=LocationKind.BUS_STOP, schedule=schedule)
    said = features()[0]["properties"]
    assert (said["prochaine_ouverture"], said["ouvert_jusqu_a"]) == ("2026-12-04T14:00:00+01:00", None)


def test_a_place_without_hours_or_point_is_there_all_the_same():
    commune = CommuneFactory(latitude=49.1, longitude=0.5)
    LocationFactory(commune=commune, schedule=ScheduleFactory(week=[]))
    (feature,) = features()
    said = feature["properties"]
    assert (feature["geometry"]["coordinates"], said["position"]) == ([0.5, 49.1], "commune")
    assert (said["horaires"], said["opening_hours"], said["prochaine_ouverture"]) == ([], "", None)


def test_private_things_and_labels_not_in_force_are_nowhere():
    hidden = LocationFactory(structure=StructureFactory(label_state=LabelState.SUSPENDED, name="CANARI suspendue"))
    shown = LocationFactory(structure=StructureFactory(settled_comment="CANARI traité"))
    CounsellorFactory(structure=shown.structure, full_name="CANARI Aline")
    assert len(features()) == 1
    assert hidden.structure.slug not in str(features())
    assert "CANARI" not in str(features())
