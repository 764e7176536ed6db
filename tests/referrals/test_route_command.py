"""`manage.py route`, as a script would call it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from partners.models import Rule
from tests.partners.factories import ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.structures.factories import ScheduleFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db


def route(**options: str | bool) -> str:
    out = StringIO()
    call_command("route", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def contact_of_rouen() -> None:
    CommuneFactory(rouen=True)
    procedure = ProcedureFactory(code="CAF_RSA", operator=OperatorFactory(code="CAF"))
    contact = ContactFactory(
        operator=procedure.operator, name="Claire Martin", mail="claire@exemple.fr", schedule=ScheduleFactory()
    )
    RuleFactory(contact=contact, procedure=procedure)


@pytest.mark.usefixtures("contact_of_rouen")
def test_the_json_has_one_line_a_contact_with_its_reason() -> None:
    found = json.loads(route(procedure="CAF_RSA", commune="76540", at="2026-11-24T10:00", format="json"))
    assert found == [
        {
            "rank": 1,
            "operator": "CAF",
            "contact": "Claire Martin",
            "phone": "02 61 91 00 20",
            "mail": "claire@exemple.fr",
            "reason": "suit cette démarche · couvre tout le département",
            "reachable_now": True,
            "stand_in_for": None,
        }
    ]


@pytest.mark.usefixtures("contact_of_rouen")
@pytest.mark.parametrize(("at", "reachable"), [("2026-11-24T10:00", True), ("2026-11-29T10:00", False)])
def test_the_instant_decides_who_can_be_reached(at: str, reachable: bool) -> None:
    (found,) = json.loads(route(procedure="CAF_RSA", commune="76540", at=at, format="json"))
    assert found["reachable_now"] is reachable


@pytest.mark.usefixtures("contact_of_rouen")
def test_in_words_nobody_left_is_said() -> None:
    ProcedureFactory(code="VIDE")
    assert "Plus personne à solliciter" in route(procedure="VIDE", commune="76540")
    assert "1. Claire Martin" in route(procedure="CAF_RSA", commune="76540")


@pytest.mark.usefixtures("contact_of_rouen")
@pytest.mark.parametrize(
    "options",
    [
        {"procedure": "INCONNUE", "commune": "76540"},
        {"procedure": "CAF_RSA", "commune": "99999"},
        {"procedure": "CAF_RSA", "commune": "76540", "at": "demain"},
        {"procedure": "CAF_RSA", "commune": "76540", "at": "2026-13-45T99:00"},
        {"procedure": "CAF_RSA", "commune": "76540", "operator": "PERSONNE"},
    ],
)
def test_what_is_unknown_is_one_french_sentence(options: dict[str, str]) -> None:
    with pytest.raises(CommandError) as refused:
        route(**options)
    assert str(refused.value).endswith(".")


@pytest.fixture
def hole_of_le_havre(contact_of_rouen: None) -> None:
    CommuneFactory(le_havre=True)
    Rule.objects.update(departement=None, epci="200023414")


@pytest.mark.usefixtures("hole_of_le_havre")
def test_holes_are_listed_with_the_page_that_mends_them() -> None:
    (found,) = json.loads(route(holes=True, format="json"))
    assert (found["operator"], found["area"]) == ("CAF", "CU Le Havre Seine Métropole")
    assert (found["unanswered"], found["cases"]) == (1, 1)
    assert found["url"].startswith("/partenaires/couverture/CAF/200084952/")
    assert "CU Le Havre Seine Métropole\u00a0: 1 couple démarche × commune sur 1" in route(holes=True)


@pytest.mark.usefixtures("contact_of_rouen")
def test_no_hole_is_said_and_a_route_still_needs_its_demarche() -> None:
    assert "Aucun trou" in route(holes=True)
    with pytest.raises(CommandError, match="--procedure et --commune"):
        route()
