"""Does a database that has lived get a first line of history for each theme and blocker, and go back?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from partners import changes
from partners.actions.closed_lists import rename_row
from partners.actions.undo import undo_change
from partners.models import Blocker, Theme
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = ("partners", "0012_file_numbers_and_absence_replies")
AFTER = ("partners", "0014_themes_and_blockers_begin_their_history")


def migrate(target: tuple[str, str]) -> Any:
    MigrationExecutor(connection).migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps


@pytest.fixture
def old_apps() -> Iterator[Any]:
    """The database before; every migration is applied again afterwards."""
    yield migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_each_row_begins_its_history_and_the_first_change_can_be_undone(old_apps: Any):
    theme = old_apps.get_model("partners", "Theme").objects.create(code="SANTE", name="Santé", position=7)
    blockers = old_apps.get_model("partners", "Blocker").objects
    for code, position in (("B", 4), ("A", 2)):
        blockers.create(code=code, name=code, position=position, is_active=code == "A")
    migrate(AFTER)
    assert list(Blocker.objects.values_list("code", "position", "is_active")) == [("A", 1, True), ("B", 2, False)]
    assert list(Theme.objects.values_list("position", "is_active")) == [(1, True)]
    begun = Theme.history.get(id=theme.pk)
    assert (begun.name, begun.position, begun.history_user) == ("Santé", 1, None)
    paula = UserFactory()
    rename_row(Theme.objects.get(), name="Soins", version=None, by=paula, now=timezone.now())
    renamed, first = changes.read(paula, number=1, kind="theme").changes
    assert (renamed.may_be_undone, first.may_be_undone) == (True, False)
    assert (first.by, first.sentences) == ("Début de l’historique", ["Déjà dans la liste"])
    undo_change(change=Theme.history.latest("history_id"), by=paula, now=timezone.now())
    assert Theme.objects.get().name == "Santé"


def test_what_has_a_history_already_gets_no_second_beginning(old_apps: Any):
    old_apps.get_model("partners", "Theme").objects.create(code="SANTE", name="Santé", position=1)
    migrate(AFTER)
    migrate(("partners", "0013_themes_and_blockers_keep_their_history"))
    migrate(AFTER)
    assert Theme.history.count() == 1
