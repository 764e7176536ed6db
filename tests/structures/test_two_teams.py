"""Does a person of two teams of different kinds change what each team lets her change, and nothing else?"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from structures.models import LabelState, Structure
from tests.accounts.factories import TeamFactory, UserFactory
from tests.structures.factories import LocationFactory, StructureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere() -> Structure:
    return LocationFactory(structure=StructureFactory(slug="ailleurs")).structure


def signed_in(*teams: Team | None) -> Client:
    client = Client()
    client.force_login(UserFactory(teams=list(teams)))
    return client


def test_a_counsellor_who_keeps_partners_elsewhere_keeps_no_site_there(structure: Structure, elsewhere: Structure):
    client = signed_in(structure.team, elsewhere.partner_office)
    place = elsewhere.locations.get()
    pages: dict[str, list[Any]] = {
        "structures:site": ["ailleurs"],
        "structures:sheet": ["ailleurs"],
        "structures:hours": ["ailleurs", place.pk],
        "structures:exceptions": ["ailleurs", place.pk],
        "structures:closures": ["ailleurs"],
        "structures:changes": ["ailleurs"],
        "quality:team": ["ailleurs"],
        "quality:person_add": ["ailleurs"],
        "quality:site_charter": ["ailleurs"],
    }
    for name, args in pages.items():
        assert client.get(reverse(name, args=args)).status_code == 404, name
    client.post(
        reverse("structures:closures", args=["ailleurs"]),
        {"first_day": "2027-02-01", "last_day": "2027-02-02", "reason": "pirate"},
    )
    assert not elsewhere.closures.exists()


def test_a_coordinator_of_elsewhere_decides_nothing_of_the_label_of_her_own_site(structure: Structure):
    client = signed_in(structure.team, TeamFactory(coordination=True))
    for name in ("quality:label", "quality:holder", "quality:structure", "quality:record_visit"):
        assert client.get(reverse(name, args=[structure.slug])).status_code == 404, name
    assert Structure.objects.get(pk=structure.pk).label_state == LabelState.LABELLED


def test_a_coordinator_still_keeps_and_decides(structure: Structure):
    client = signed_in(structure.coordination)
    for name in ("structures:site", "quality:label", "quality:holder", "quality:team"):
        assert client.get(reverse(name, args=[structure.slug])).status_code == 200, name
