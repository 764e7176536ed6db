"""The closed list of what stands in the way is kept in order, and nothing in it is ever deleted."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import JournalEntry
from partners.models import Blocker
from tests.partners.factories import BlockerFactory

LIST = "/partenaires/blocages/"


@pytest.fixture
def three(db) -> list[Blocker]:
    return [BlockerFactory(code=f"B{n}", name=f"Blocage {n}", position=n) for n in (1, 2, 3)]


def names() -> list[str]:
    return [row.name for row in Blocker.objects.in_use()]


def test_one_is_added_at_the_end_with_a_code_of_its_own(partner_manager: Client, three):
    assert partner_manager.post(LIST, {"name": "Courrier non reçu"}).status_code == 302
    assert names() == ["Blocage 1", "Blocage 2", "Blocage 3", "Courrier non reçu"]
    assert Blocker.objects.get(name="Courrier non reçu").code == "COURRIER_NON_RECU"
    assert JournalEntry.objects.filter(verb="add_blocker").count() == 1


def test_a_name_is_borne_once_even_by_a_retired_one(partner_manager: Client, three):
    Blocker.objects.filter(code="B2").update(is_active=False)
    answer = partner_manager.post(LIST, {"name": "BLOCAGE 2"})
    assert answer.status_code == 422
    assert "porte déjà ce nom" in answer.content.decode()
    again = partner_manager.post(reverse("partners:blocker_rename", args=["B1"]), {"name": "Blocage 3"})
    assert again.status_code == 422


def test_it_is_renamed_for_all_that_hold_it(partner_manager: Client, three):
    partner_manager.post(reverse("partners:blocker_rename", args=["B1"]), {"name": "Compte bloqué"})
    assert names()[0] == "Compte bloqué"
    assert Blocker.objects.get(code="B1").name == "Compte bloqué"


def test_it_moves_one_place_among_those_proposed(partner_manager: Client, three):
    Blocker.objects.filter(code="B2").update(is_active=False)
    move = reverse("partners:blocker_move", args=["B3"])
    partner_manager.post(move, {"sens": "haut"})
    assert names() == ["Blocage 3", "Blocage 1"]
    partner_manager.post(move, {"sens": "haut"})
    assert names() == ["Blocage 3", "Blocage 1"]
    partner_manager.post(move, {"sens": "bas"})
    assert names() == ["Blocage 1", "Blocage 3"]


def test_it_is_retired_not_deleted_and_comes_back(partner_manager: Client, three):
    state = reverse("partners:blocker_set_active", args=["B1"])
    partner_manager.post(state, {"propose": "non"})
    assert names() == ["Blocage 2", "Blocage 3"]
    assert Blocker.objects.count() == 3
    assert "Retirés" in partner_manager.get(LIST).content.decode()
    partner_manager.post(state, {"propose": "oui"})
    assert names() == ["Blocage 1", "Blocage 2", "Blocage 3"]


def test_a_retired_one_is_no_longer_proposed_at_the_counter(counsellor: Client, three):
    Blocker.objects.filter(code="B2").update(is_active=False)
    page = counsellor.get("/accueil/").content.decode()
    assert "Blocage 1" in page
    assert "Blocage 2" not in page


def test_looking_changes_nothing(partner_manager: Client, three):
    for name in ("blocker_move", "blocker_set_active"):
        assert partner_manager.get(reverse(f"partners:{name}", args=["B1"])).status_code == 302
    assert names() == ["Blocage 1", "Blocage 2", "Blocage 3"]


@pytest.mark.parametrize("persona", ["counsellor", "coordinator", "superuser"])
def test_only_the_partner_office_keeps_it(request: pytest.FixtureRequest, persona: str):
    assert request.getfixturevalue(persona).get(LIST).status_code == 403
