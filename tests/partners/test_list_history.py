"""Is every gesture on a closed list one line with its author, and does each come back alone?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from partners import changes
from partners.actions import load_reference
from partners.actions.closed_lists import add_row, move_row, rename_row, restore_row, retire_row
from partners.models import Blocker, ClosedListRow, Procedure, Theme
from partners.told_changes import ToldChange
from tests.accounts.factories import UserFactory
from tests.partners.factories import BlockerFactory, ThemeFactory

ALL = "/partenaires/historique/"
minutes = count(1)


def later() -> datetime:
    """Each gesture of these tests comes a minute after the one before."""
    return timezone.now() + timedelta(minutes=next(minutes))


@pytest.fixture
def paula(partner_office: Team) -> User:
    return UserFactory(full_name="Paula", teams=[partner_office])


@pytest.fixture
def hers(paula: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(paula)


@pytest.fixture(params=[("theme", ThemeFactory), ("blocage", BlockerFactory)], ids=["themes", "blockers"])
def kind_and_rows(request: pytest.FixtureRequest, db: None) -> tuple[str, list[ClosedListRow]]:
    kind, factory = request.param
    return kind, [factory(code=f"R{n}", name=name, position=n) for n, name in enumerate("ABCD", start=1)]


@pytest.fixture
def kind(kind_and_rows: tuple[str, list[ClosedListRow]]) -> str:
    return kind_and_rows[0]


@pytest.fixture
def rows(kind_and_rows: tuple[str, list[ClosedListRow]]) -> list[ClosedListRow]:
    return kind_and_rows[1]


def last_of(row: ClosedListRow) -> Any:
    return type(row).history.filter(id=row.pk).latest("history_id")


def undo(client: Client, kind: str, line: Any) -> Any:
    return client.post(reverse("partners:change_undo", args=[kind, line.history_id]), follow=True)


def order(rows: list[ClosedListRow]) -> str:
    """The names in their order, once it is sure that the ranks have no gap."""
    found = list(type(rows[0]).objects.all())
    assert [row.position for row in found] == list(range(1, len(found) + 1))
    return "".join(row.name for row in found)


def told(user: User, kind: str) -> list[ToldChange]:
    return changes.read(user, number=1, kind=kind).changes


def test_a_move_is_one_line_that_puts_the_row_back_at_its_rank(hers, paula, kind, rows):
    move_row(rows[0], up=False, by=paula, now=later())
    assert order(rows) == "BACD"
    first = told(paula, kind)[0]
    assert len(told(paula, kind)) == 5, "the four additions, and one line for the two rows that changed rank"
    assert first.sentences == ["Descendu dans la liste, de la place 1 à la place 2"]
    assert (first.about, first.by, first.may_be_undone) == ("A", "Paula", True)
    assert undo(hers, kind, last_of(rows[0])).status_code == 200
    assert order(rows) == "ABCD"


def test_a_move_comes_back_whatever_moved_since(hers, paula, kind, rows):
    move_row(rows[0], up=False, by=paula, now=later())
    line = last_of(rows[0])
    move_row(rows[3], up=True, by=paula, now=later())
    move_row(rows[3], up=True, by=paula, now=later())
    assert order(rows) == "BDAC"
    assert undo(hers, kind, line).status_code == 200
    assert order(rows) == "ABDC"


def test_a_row_that_others_pushed_goes_back_to_where_it_was_when_it_moved(hers, paula, kind, rows):
    move_row(rows[0], up=False, by=paula, now=later())
    move_row(rows[1], up=False, by=paula, now=later())
    assert order(rows) == "ABCD"
    move_row(rows[2], up=True, by=paula, now=later())
    assert order(rows) == "ACBD"
    undo(hers, kind, last_of(rows[2]))
    assert order(rows) == "ABCD"


def test_only_the_last_move_of_a_row_comes_back(hers, paula, kind, rows):
    move_row(rows[0], up=False, by=paula, now=later())
    first = last_of(rows[0])
    move_row(rows[0], up=False, by=paula, now=later())
    refused = undo(hers, kind, first)
    assert refused.status_code == 409
    assert "changé de la même façon depuis" in refused.content.decode()
    assert order(rows) == "BCAD"
    assert [one.may_be_undone for one in told(paula, kind)[:2]] == [True, False]


def test_a_move_past_retired_rows_comes_back_exactly(hers, paula, kind, rows):
    retire_row(rows[1], by=paula, now=later())
    move_row(rows[2], up=True, by=paula, now=later())
    assert order(rows) == "CABD"
    undo(hers, kind, last_of(rows[2]))
    assert order(rows) == "ABCD"


def test_a_rename_comes_back_even_after_a_move_and_can_come_again(hers, paula, kind, rows):
    rename_row(rows[0], name="Z", version=None, by=paula, now=later())
    line = last_of(rows[0])
    move_row(rows[1], up=True, by=paula, now=later())
    assert told(paula, kind)[1].sentences == ["Renommé\u00a0: «\u00a0A\u00a0» devient «\u00a0Z\u00a0»"]
    undo(hers, kind, line)
    assert order(rows) == "BACD"
    back = last_of(rows[0])
    assert (back.history_user, back.history_change_reason[:25]) == (paula, "Annule la modification du")
    assert undo(hers, kind, line).status_code == 409
    undo(hers, kind, back)
    assert order(rows) == "BZCD"


def test_a_rename_does_not_come_back_when_somebody_took_the_name(hers, paula, kind, rows):
    rename_row(rows[0], name="Z", version=None, by=paula, now=later())
    line = last_of(rows[0])
    rename_row(rows[1], name="a", version=None, by=paula, now=later())
    refused = undo(hers, kind, line)
    assert refused.status_code == 409
    assert "se nomme «\u00a0A\u00a0» depuis" in refused.content.decode()
    assert order(rows) == "ZaCD"


def test_a_retirement_and_a_restoration_come_back(hers, paula, kind, rows):
    retire_row(rows[0], by=paula, now=later())
    gone = last_of(rows[0])
    assert told(paula, kind)[0].sentences == ["Retiré de la liste"]
    undo(hers, kind, gone)
    rows[0].refresh_from_db()
    assert rows[0].is_active
    retire_row(rows[0], by=paula, now=timezone.now() + timedelta(days=1))
    restore_row(rows[0], by=paula, now=timezone.now() + timedelta(days=2))
    assert told(paula, kind)[0].sentences == ["Remis dans la liste"]
    undo(hers, kind, last_of(rows[0]))
    rows[0].refresh_from_db()
    assert not rows[0].is_active


def test_an_addition_taken_back_is_a_retirement(hers, paula, kind, rows):
    added = add_row(type(rows[0]), name="E", by=paula, now=later())
    assert (told(paula, kind)[0].sentences, told(paula, kind)[0].may_be_undone) == (["Ajouté à la liste"], True)
    assert undo(hers, kind, last_of(added)).status_code == 200
    added.refresh_from_db()
    assert not added.is_active
    assert order(rows) == "ABCDE"
    birth = added.history.earliest("history_id")
    assert not next(one for one in told(paula, kind) if one.pk == birth.history_id).may_be_undone
    assert undo(hers, kind, birth).status_code == 409


def test_what_is_gone_since_is_refused_in_words(hers, paula, kind, rows):
    rename_row(rows[0], name="Z", version=None, by=paula, now=later())
    line = last_of(rows[0])
    rows[0].delete()
    assert undo(hers, kind, line).status_code == 409
    assert told(paula, kind)[0].sentences in (["Supprimé"], ["Renommé\u00a0: «\u00a0A\u00a0» devient «\u00a0Z\u00a0»"])


def test_the_page_of_all_changes_shows_them_and_narrows_to_one_list(hers, paula, kind, rows):
    rename_row(rows[0], name="Zénith", version=None, by=paula, now=later())
    other = "blocage" if kind == "theme" else "theme"
    page = hers.get(ALL).content.decode()
    assert "Zénith" in page
    assert reverse(f"partners:{'theme' if kind == 'theme' else 'blocker'}_rename", args=["R1"]) in page
    assert "Zénith" in hers.get(ALL, {"objet": kind}).content.decode()
    assert "Zénith" not in hers.get(ALL, {"objet": other}).content.decode()
    assert "Annuler ce changement" in hers.get(ALL, {"objet": kind, "auteur": str(paula.pk)}).content.decode()


def test_the_history_of_a_list_costs_the_same_whatever_its_length(hers, paula, kind, rows, queries_for):
    move_row(rows[0], up=False, by=paula, now=later())
    few = queries_for(lambda: hers.get(ALL, {"objet": kind}))
    for turn in range(6):
        for row in rows:
            rename_row(row, name=f"{row.code} {turn}", version=None, by=paula, now=later())
            move_row(row, up=False, by=paula, now=later())
    assert queries_for(lambda: hers.get(ALL, {"objet": kind})) == few


@pytest.mark.django_db
def test_what_the_files_brought_is_told_without_an_author_and_stays(paula):
    load_reference(later())
    for kind, model in (("theme", Theme), ("blocage", Blocker)):
        assert model.objects.count() == model.history.count()
        first = told(paula, kind)[0]
        assert (first.by, first.sentences, first.may_be_undone) == (
            "Chargement du référentiel",
            ["Ajouté à la liste"],
            False,
        )


@pytest.mark.django_db
def test_a_load_leaves_no_gap_beside_what_was_added_by_hand(paula):
    load_reference(later())
    Procedure.objects.filter(theme__code="COURRIER").delete()
    Theme.objects.filter(code="COURRIER").delete()
    hand_made = add_row(Theme, name="Numérique", by=paula, now=later())
    load_reference(later())
    found = list(Theme.objects.all())
    assert [row.position for row in found] == list(range(1, len(found) + 1))
    assert [row.code for row in found][-2:] == ["COURRIER", hand_made.code]
    assert load_reference(later()).themes.kept == []
