"""Is it always clear for which structure a person works?"""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from accounts.access import SignedInRequest
from accounts.models import User
from structures.current import choose_structure, current_structure
from structures.models import Structure
from tests.accounts.factories import TeamFactory, UserFactory
from tests.structures.factories import StructureFactory

pytestmark = pytest.mark.django_db


def a_request(user: User) -> SignedInRequest:
    request = RequestFactory().get("/")
    request.user = user
    request.session = {}  # type: ignore[assignment]
    return request  # type: ignore[return-value]


@pytest.fixture
def of_both(structure: Structure, other_structure: Structure) -> User:
    """She works at Montivilliers and at Yvetot."""
    return UserFactory(teams=[structure.team, other_structure.team])


def test_the_structure_of_her_team_is_hers(structure, counsellor_user):
    assert current_structure(a_request(counsellor_user)) == structure


def test_with_two_structures_the_first_by_name_is_hers_until_she_chooses(structure, other_structure, of_both):
    request = a_request(of_both)
    assert current_structure(request) == other_structure, "« d’Yvetot » comes before « de Montivilliers »"
    choose_structure(request, structure)
    assert current_structure(request) == structure


def test_a_choice_that_is_not_hers_any_more_is_forgotten(structure, other_structure, counsellor_user):
    request = a_request(counsellor_user)
    choose_structure(request, other_structure)
    assert current_structure(request) == structure


@pytest.mark.parametrize("kind", ["coordination", "partner_office", "digital"])
def test_who_works_for_no_structure_has_none(kind, structure):
    team = structure.coordination if kind == "coordination" else TeamFactory(**{kind: True})
    with pytest.raises(PermissionDenied):
        current_structure(a_request(UserFactory(teams=[team])))


def test_a_team_without_structure_has_none(db):
    with pytest.raises(PermissionDenied):
        current_structure(a_request(UserFactory(teams=[TeamFactory()])))


def test_choosing_keeps_the_choice_and_goes_back_where_she_was(of_both, other_structure, sign_in):
    client = sign_in(of_both)
    answer = client.post("/ma-structure/", {"structure": other_structure.pk, "next": "/structures/ailleurs/"})
    assert (answer.status_code, answer["Location"]) == (302, "/structures/ailleurs/")
    assert client.session["structure"] == other_structure.pk


def test_choosing_never_leads_to_another_site(of_both, other_structure, sign_in):
    answer = sign_in(of_both).post("/ma-structure/", {"structure": other_structure.pk, "next": "https://exemple.fr/"})
    assert answer["Location"] == "/bienvenue/"


@pytest.mark.parametrize("value", ["", "abc", "999999"])
def test_a_structure_that_is_not_hers_does_not_exist(counsellor: Client, value):
    assert counsellor.post("/ma-structure/", {"structure": value}).status_code == 404


def test_the_structure_of_another_team_cannot_be_chosen(counsellor: Client):
    stranger = StructureFactory()
    assert counsellor.post("/ma-structure/", {"structure": stranger.pk}).status_code == 404


def test_choosing_is_a_post_by_a_counsellor(counsellor, coordinator, client):
    assert counsellor.get("/ma-structure/").status_code == 405
    assert coordinator.post("/ma-structure/", {"structure": 1}).status_code == 403
    assert client.post("/ma-structure/", {"structure": 1}).status_code == 302
