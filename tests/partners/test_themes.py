"""The themes are kept in order and renamed, and nothing in the list is ever deleted."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import JournalEntry
from partners.models import Theme
from tests.partners.factories import ProcedureFactory, ThemeFactory

LIST = "/partenaires/themes/"


@pytest.fixture
def three(db) -> list[Theme]:
    return [ThemeFactory(code=f"T{n}", name=f"Thème {n}", position=n) for n in (1, 2, 3)]


def names() -> list[str]:
    return [row.name for row in Theme.objects.all()]


def test_one_is_added_at_the_end_with_a_code_of_its_own(partner_manager: Client, three):
    assert partner_manager.post(LIST, {"name": "Énergie et habitat"}).status_code == 302
    assert names() == ["Thème 1", "Thème 2", "Thème 3", "Énergie et habitat"]
    assert Theme.objects.get(name="Énergie et habitat").code == "ENERGIE_ET_HABITAT"
    assert JournalEntry.objects.filter(verb="add_theme").count() == 1


def test_a_name_is_borne_once(partner_manager: Client, three):
    answer = partner_manager.post(LIST, {"name": "THÈME 2"})
    assert answer.status_code == 422
    assert "porte déjà ce nom" in answer.content.decode()
    again = partner_manager.post(reverse("partners:theme_rename", args=["T1"]), {"name": "Thème 3"})
    assert again.status_code == 422


def test_it_is_renamed_and_keeps_its_procedures(partner_manager: Client, three):
    procedure = ProcedureFactory(theme=three[0])
    partner_manager.post(reverse("partners:theme_rename", args=["T1"]), {"name": "Logement"})
    procedure.refresh_from_db()
    assert str(procedure.theme) == "Logement"
    page = partner_manager.get(LIST).content.decode()
    assert '?theme=T1">1 démarche</a>' in page


def test_it_moves_one_place(partner_manager: Client, three):
    move = reverse("partners:theme_move", args=["T3"])
    assert partner_manager.get(move).status_code == 302
    partner_manager.post(move, {"sens": "haut"})
    assert names() == ["Thème 1", "Thème 3", "Thème 2"]
    partner_manager.post(move, {"sens": "bas"})
    partner_manager.post(move, {"sens": "bas"})
    assert names() == ["Thème 1", "Thème 2", "Thème 3"]


def test_the_list_of_procedures_leads_to_it(partner_manager: Client):
    assert LIST in partner_manager.get("/partenaires/demarches/").content.decode()


@pytest.mark.parametrize("persona", ["counsellor", "coordinator", "superuser"])
def test_only_the_partner_office_keeps_it(request: pytest.FixtureRequest, persona: str):
    assert request.getfixturevalue(persona).get(LIST).status_code == 403
