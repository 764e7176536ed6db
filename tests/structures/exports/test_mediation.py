"""Does the file of « lieux de médiation numérique » follow the national schema, value by value?"""

import csv
import io
import re
from datetime import UTC, date, datetime, time

import pytest

from schedules.models import Slot
from schedules.opening_hours import Access
from structures.exports.mediation import COLUMNS, mediation_csv
from structures.models import Carrier, LocationKind
from tests.structures.factories import LocationFactory, StructureFactory
from tests.territories.factories import CommuneFactory, PostalCodeFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def one_of(*values: str) -> str:
    return rf"(?:(?:^|\|)({'|'.join(map(re.escape, values))}))*$"


# The patterns of the published schema.
PATTERNS = {
    "id": r".+",
    "pivot": r"^[a-zA-Z0-9]{9,14}$",
    "nom": r".+",
    "commune": r".+",
    "code_postal": r"^\d{5}$",
    "code_insee": r"^([013-9]\d|2[AB1-9])\d{3}$",
    "adresse": r".+",
    "telephone": r"^((\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)(\d){6,9})?$",
    "presentation_resume": r"^.{1,280}$",
    "itinerance": one_of("Itinérant", "Fixe"),
    "date_maj": r"^\d{4}-\d{2}-\d{2}$",
    "services": one_of(
        "Aide aux démarches administratives",
        "Maîtrise des outils numériques du quotidien",
        "Insertion professionnelle via le numérique",
        "Utilisation sécurisée du numérique",
        "Parentalité et éducation avec le numérique",
        "Loisirs et créations numériques",
        "Compréhension du monde numérique",
        "Accès internet et matériel informatique",
        "Acquisition de matériel informatique à prix solidaire",
    ),
    "prise_en_charge_specifique": one_of(
        "Surdité", "Handicaps moteurs", "Handicaps mentaux", "Illettrisme", "Langues étrangères (anglais)",
        "Langues étrangères (autres)", "Déficience visuelle",
    ),
    "frais_a_charge": one_of("Gratuit", "Gratuit sous condition", "Payant"),
    "dispositif_programmes_nationaux": one_of("Aidants Connect", "Conseillers numériques", "France Services"),
    "modalites_acces": one_of("Se présenter", "Téléphoner", "Contacter par mail", "Prendre un RDV en ligne"),
    "modalites_accompagnement": one_of(
        "En autonomie", "Accompagnement individuel", "Dans un atelier collectif", "À distance"
    ),
}  # fmt: skip


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(mediation_csv(NOW).decode(), newline="")))


def test_every_place_follows_the_schema():
    carrier = Carrier.objects.create(name="CC de l’Étang")
    structure = StructureFactory(
        id_fs="440", carrier=carrier, phone="02 61 91 00 12", mail="etang@exemple.fr", services=["digital"],
        website="https://etang.exemple.fr/", changed_at=datetime(2026, 11, 2, 23, 30, tzinfo=UTC),
    )  # fmt: skip
    main = LocationFactory(structure=structure, commune=CommuneFactory(rouen=True), accessible_sight=True)
    Slot.objects.create(schedule=main.schedule, weekday=5, opens=time(9), closes=time(12), access=Access.PHONE)
    bare = CommuneFactory(dieppe=True)
    PostalCodeFactory(code="76200", commune=bare)
    LocationFactory(structure=structure, kind=LocationKind.BUS_STOP, commune=bare, address="", postcode="")
    assert list(rows()[0]) == list(COLUMNS)
    for row in rows():
        for column, pattern in PATTERNS.items():
            assert re.search(pattern, row[column]), (column, row[column])
    first, second = rows()
    assert (first["id"], first["typologie"], first["structure_parente"]) == ("france-services-440", "RFS", carrier.name)
    assert (first["date_maj"], first["telephone"]) == ("2026-11-03", "+33261910012")
    assert first["services"].split("|") == [
        "Aide aux démarches administratives",
        "Maîtrise des outils numériques du quotidien",
        "Accès internet et matériel informatique",
    ]
    assert first["modalites_acces"] == "Se présenter|Téléphoner|Contacter par mail"
    assert first["modalites_accompagnement"] == "En autonomie|Accompagnement individuel|À distance"
    assert first["prise_en_charge_specifique"] == "Déficience visuelle"
    assert first["horaires"].startswith("Mo-Fr 09:00-12:00,13:30-17:00")
    assert (second["itinerance"], second["code_postal"], second["adresse"]) == ("Itinérant", "76200", "Dieppe")
    assert second["services"] == "Aide aux démarches administratives"


def test_a_sheet_that_never_changed_is_dated_by_its_label_and_never_in_the_future():
    LocationFactory(structure=StructureFactory(id_fs="1", labelled_on=date(2021, 4, 1)))
    LocationFactory(structure=StructureFactory(id_fs="2"))
    LocationFactory(structure=StructureFactory(id_fs="3", labelled_on=date(2030, 1, 1)))
    assert [row["date_maj"] for row in rows()] == ["2021-04-01", "2020-01-01", "2026-11-24"]


def test_no_live_formula_leaves():
    structure = StructureFactory(name="=1+1", phone="36 46")
    LocationFactory(structure=structure, address="+b", complement="@x", how_to_come="a ;=b")
    (row,) = rows()
    assert (row["nom"], row["adresse"], row["complement_adresse"]) == ("'=1+1", "'+b", "'@x")
    assert (row["presentation_detail"], row["telephone"]) == ("a ;'=b", "")
