"""Does a database that has lived go through the migrations, and back, without losing who carries what?"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = ("structures", "0002_carriers_changes_and_imports")
AFTER = ("structures", "0004_carrier_texts_are_gone")


def migrate(target: tuple[str, str]) -> Any:
    """Go there, and give the models as they were at that point."""
    MigrationExecutor(connection).migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps


@pytest.fixture
def old_apps() -> Iterator[Any]:
    """The database before carriers were rows; every migration is applied again afterwards."""
    yield migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def structures(old_apps: Any) -> Any:
    """Two spelled alike, one of which says the kind; one elsewhere; one without carrier nor date."""
    departement = old_apps.get_model("territories", "Departement").objects.create(code="76", name="Seine-Maritime")
    Structure = old_apps.get_model("structures", "Structure")
    rows = [
        ("forges", "CC des Quatre Rivières", "", date(2020, 7, 1), "labelled"),
        ("gournay", "Cc  des QUATRE RIVIERES", "epci", date(2021, 3, 1), "suspended"),
        ("rouen", "Ville de Rouen", "municipality", date(2020, 1, 6), "labelled"),
        ("nouvelle", "", "", None, "application"),
    ]
    for slug, carrier, kind, day, state in rows:
        Structure.objects.create(
            slug=slug,
            name=slug,
            carrier_name=carrier,
            carrier_kind=kind,
            labelled_on=day,
            label_state=state,
            departement=departement,
        )
    return Structure


def test_two_structures_of_one_carrier_spelled_alike_share_its_row(structures):
    apps = migrate(AFTER)
    carriers = dict(apps.get_model("structures", "Structure").objects.values_list("slug", "carrier__name"))
    assert carriers == {
        "forges": "CC des Quatre Rivières",
        "gournay": "CC des Quatre Rivières",
        "rouen": "Ville de Rouen",
        "nouvelle": None,
    }
    kinds = dict(apps.get_model("structures", "Carrier").objects.values_list("plain_name", "kind"))
    assert kinds == {"cc des quatre rivieres": "epci", "ville de rouen": "municipality"}


def test_the_history_of_a_label_begins_on_its_day_and_leaves_the_state_alone(structures):
    apps = migrate(AFTER)
    history = set(apps.get_model("structures", "LabelChange").objects.values_list("structure__slug", "decided_on"))
    assert history == {
        ("forges", date(2020, 7, 1)),
        ("gournay", date(2021, 3, 1)),
        ("rouen", date(2020, 1, 6)),
    }
    states = dict(apps.get_model("structures", "Structure").objects.values_list("slug", "label_state"))
    assert states == {"forges": "labelled", "gournay": "suspended", "rouen": "labelled", "nouvelle": "application"}


def test_going_back_gives_each_structure_the_name_of_its_carrier(structures):
    migrate(AFTER)
    apps = migrate(BEFORE)
    named = set(apps.get_model("structures", "Structure").objects.values_list("slug", "carrier_name", "carrier_kind"))
    assert named == {
        ("forges", "CC des Quatre Rivières", "epci"),
        ("gournay", "CC des Quatre Rivières", "epci"),
        ("rouen", "Ville de Rouen", "municipality"),
        ("nouvelle", "", ""),
    }


def test_going_forth_again_makes_nothing_twice(structures):
    migrate(AFTER)
    migrate(BEFORE)
    apps = migrate(AFTER)
    assert apps.get_model("structures", "Carrier").objects.count() == 2
    assert apps.get_model("structures", "LabelChange").objects.count() == 3
