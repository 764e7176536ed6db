"""Can a resident's request about her own data be answered at once, within the site, and with a line each time?"""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import JournalEntry, User
from accounts.sensitive import NIR_REFUSED
from referrals import actions
from referrals.forgetting.rights import find
from referrals.models import Erasure, Identity, ServiceRequest, Why
from referrals.readings import PERSON_FOUND, RIGHTS_EXPORTED
from structures.models import Structure
from tests.referrals.factories import ServiceRequestFactory

pytestmark = pytest.mark.django_db


def known_as(request: ServiceRequest, name: str, reach: str, by: User) -> None:
    actions.keep_identity(request=request, name=name, reach=reach, file_number="", by=by, now=timezone.now())


@pytest.fixture
def known(waiting_request: ServiceRequest, counsellor_user: User) -> ServiceRequest:
    known_as(waiting_request, "Jeanne Durand-Léger", "06 12 34 56 78", counsellor_user)
    return waiting_request


@pytest.mark.parametrize(
    "typed", ["0612345678", "+33 6 12 34 56 78", "06.12.34.56.78", "durand", "LEGER jeanne", "Jeanne Durand Léger"]
)
def test_a_person_is_found_however_it_is_typed(known: ServiceRequest, counsellor_user: User, typed: str) -> None:
    assert find(counsellor_user, typed) == [known]


@pytest.mark.parametrize("typed", ["06 12 34 56 79", "durand martin", "dur", "jeanne.durand@exemple.fr"])
def test_nobody_else_is_found(known: ServiceRequest, counsellor_user: User, typed: str) -> None:
    assert find(counsellor_user, typed) == []


def test_an_address_is_found_whatever_its_capitals(waiting_request: ServiceRequest, counsellor_user: User) -> None:
    known_as(waiting_request, "", "Jeanne@Exemple.fr", counsellor_user)
    assert find(counsellor_user, "jeanne@exemple.fr") == [waiting_request]


def test_only_one_s_own_sites_are_searched(
    known: ServiceRequest, other_structure: Structure, counsellor: Client, other_counsellor: Client, coordinator: Client
) -> None:
    assert known.reference in counsellor.post("/demandes/droits/", {"person": "durand"}).content.decode()
    assert known.reference not in other_counsellor.post("/demandes/droits/", {"person": "durand"}).content.decode()
    assert coordinator.post("/demandes/droits/", {"person": "durand"}).status_code == 403


def test_looking_is_by_post_and_leaves_a_line_for_each_request_found(known: ServiceRequest, counsellor: Client) -> None:
    response = counsellor.post("/demandes/droits/", {"person": "durand"})
    assert (response.status_code, "Durand" in response.request["QUERY_STRING"]) == (200, False)
    assert JournalEntry.objects.about(known.reference).filter(verb=PERSON_FOUND).count() == 1
    counsellor.get("/demandes/droits/?person=durand")
    assert JournalEntry.objects.filter(verb=PERSON_FOUND).count() == 1


@pytest.mark.parametrize("typed", ["", "a", "184127645108946"])
def test_what_cannot_be_looked_for_is_said(counsellor: Client, typed: str) -> None:
    response = counsellor.post("/demandes/droits/", {"person": typed})
    assert response.status_code == 422
    if len(typed) > 1:
        assert NIR_REFUSED.split("(")[0] in response.content.decode()


def test_looking_costs_the_same_whatever_is_kept(
    known: ServiceRequest, counsellor_user: User, queries_for: object
) -> None:
    def cost() -> int:
        return queries_for(lambda: find(counsellor_user, "jeanne durand"))  # type: ignore[operator]

    cost()  # her teams are read once
    one = cost()
    for _ in range(20):
        request = ServiceRequestFactory(structure=known.structure, procedure=known.procedure)
        known_as(request, "Jeanne Durand", "06 12 34 56 78", counsellor_user)
    assert cost() == one


def test_everything_held_is_exported_for_her_and_for_machines(
    known: ServiceRequest, counsellor: Client, counsellor_user: User
) -> None:
    actions.add_note(request=known, text="elle rappellera lundi", by=counsellor_user, now=timezone.now())
    page = counsellor.get(reverse("referrals:rights_everything", args=[known.reference])).content.decode()
    response = counsellor.get(reverse("referrals:rights_json", args=[known.reference]))
    for text in (page, response.content.decode()):
        for said in (
            "Jeanne Durand-Léger",
            "06 12 34 56 78",
            "elle rappellera lundi",
            known.reference,
            known.procedure.name,
        ):
            assert said in text
    held = json.loads(response.content)
    assert held["L’identité"] == [{"Nom ou initiales": "Jeanne Durand-Léger", "Pour la rappeler": "06 12 34 56 78"}]
    assert "Durand" not in response["Content-Disposition"]
    assert JournalEntry.objects.about(known.reference).filter(verb=RIGHTS_EXPORTED).count() == 2


def test_erasing_says_first_what_goes_and_then_does_it(known: ServiceRequest, counsellor: Client) -> None:
    url = reverse("referrals:rights_erase", args=[known.reference])
    page = counsellor.get(url).content.decode()
    assert "Identités" in page
    assert "sera close" in page
    assert counsellor.post(url, {}).status_code == 422
    assert Identity.objects.exists()
    assert counsellor.post(url, {"sure": "on"}).status_code == 302
    assert not Identity.objects.exists()
    assert Erasure.objects.get().why == Why.ASKED
    assert counsellor.get(known.get_absolute_url()).status_code == 200
    assert counsellor.get(url).status_code == 200


def test_the_page_of_a_person_leads_to_each_right(known: ServiceRequest, counsellor: Client) -> None:
    page = counsellor.get(reverse("referrals:rights_person", args=[known.reference])).content.decode()
    for name in ("rights_everything", "rights_json", "correct_identity", "rights_erase", "readings"):
        assert reverse(f"referrals:{name}", args=[known.reference]) in page
    assert "Jeanne" not in page
