"""The text of themes becomes rows, without a load of the reference then believing that somebody edited them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from partners.actions import load_reference
from partners.models import Procedure, Theme

BEFORE = [("partners", "0004_a_report_says_how_it_ended")]
DATA = "0006_themes_are_written_as_rows"


@pytest.fixture
def old_apps(transactional_db):
    """The database as it was before the themes, brought back to today's at the end."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps
    executor = MigrationExecutor(connection)
    executor.migrate(leaves)


def migrate_to(name: str):
    executor = MigrationExecutor(connection)
    executor.migrate([("partners", name)])
    return executor.loader.project_state([("partners", name)]).apps


def test_texts_become_rows_and_back(old_apps):
    operator = old_apps.get_model("partners", "Operator").objects.create(
        code="CAF", name="Caf", loaded_values={"name": "Caf"}
    )
    procedures = old_apps.get_model("partners", "Procedure").objects
    loaded = {"theme": "Logement", "name": "Aide"}
    procedures.create(code="A", operator=operator, name="Aide", theme="Logement", loaded_values=loaded)
    procedures.create(code="B", operator=operator, name="Autre", theme="Écrit à la main")
    procedures.create(code="C", operator=operator, name="Sans")
    now = migrate_to("0007_themes_are_rows_only")
    rows = {row.code: row for row in now.get_model("partners", "Procedure").objects.select_related("theme")}
    assert (rows["A"].theme.code, rows["A"].loaded_values["theme"]) == ("LOGEMENT", "LOGEMENT")
    assert rows["A"].loaded_values["ends_at"] == ""
    assert (rows["B"].theme.name, rows["B"].loaded_values) == ("Écrit à la main", {})
    assert rows["C"].theme is None
    back = migrate_to(BEFORE[0][1]).get_model("partners", "Procedure").objects
    assert dict(back.values_list("code", "theme")) == {"A": "Logement", "B": "Écrit à la main", "C": ""}
    assert back.get(code="A").loaded_values["theme"] == "Logement"


@pytest.mark.django_db
def test_the_rows_that_the_step_knows_are_those_of_the_file():
    load_reference(timezone.now())
    known = import_module(f"partners.migrations.{DATA}").KNOWN
    assert known == dict(Theme.objects.values_list("name", "code"))
    assert list(known) == list(Theme.objects.values_list("name", flat=True))
    assert not Procedure.objects.filter(theme__isnull=True).exists()
    assert apps.get_model("partners", "Theme") is Theme
