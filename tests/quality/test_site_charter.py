"""Does a site see its own findings, and only its own, with where to mend each?"""

import pytest
from django.test import Client
from django.urls import reverse

from structures.models import LabelState, Structure
from tests.quality.factories import CharterVersionFactory, VisitFactory
from tests.structures.factories import LocationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def charter(db: None) -> None:
    CharterVersionFactory()


def read(client: Client, structure: Structure) -> str:
    response = client.get(reverse("quality:site_charter", args=[structure.slug]))
    assert response.status_code == 200
    return response.content.decode()


def test_each_finding_leads_to_where_it_is_mended(counsellor: Client, structure: Structure) -> None:
    text = read(counsellor, structure)
    place = structure.locations.get()
    assert "32\u00a0h\u00a030" in text
    for address in (
        reverse("structures:hours", args=[structure.slug, place.pk]),
        reverse("quality:team", args=[structure.slug]),
        reverse("referrals:list"),
    ):
        assert f'href="{address}"' in text


def test_several_stops_are_mended_from_the_list_of_places(counsellor: Client, structure: Structure) -> None:
    structure.kind = "bus"
    structure.save()
    LocationFactory.create_batch(2, structure=structure, kind="bus_stop")
    assert f'href="{reverse("structures:site", args=[structure.slug])}">Modifier les horaires' in read(
        counsellor, structure
    )


def test_the_coordinator_sees_the_same_without_the_requests(coordinator: Client, structure: Structure) -> None:
    assert "Voir les demandes" not in read(coordinator, structure)


def test_what_a_visit_saw_is_shown(counsellor: Client, structure: Structure) -> None:
    VisitFactory(structure=structure, seen={"signage": False})
    assert "Visite du 12 mars 2026" in read(counsellor, structure)


def test_another_site_is_neither_shown_nor_named(
    counsellor: Client, structure: Structure, other_structure: Structure
) -> None:
    assert other_structure.name not in read(counsellor, structure)
    other = reverse("quality:site_charter", args=[other_structure.slug])
    assert counsellor.get(other).status_code == 404


def test_a_label_that_is_not_in_force_is_not_judged(counsellor: Client, structure: Structure) -> None:
    structure.label_state = LabelState.SUSPENDED
    structure.save()
    assert "la charte ne juge pas ce site" in read(counsellor, structure)
