"""Are filters kept under a name, for one person or her site, and found again above the list?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from referrals.models import SavedView
from structures.models import Structure
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST, VIEWS = "/demandes/", "/demandes/vues/"


def tabs(client: Client, query: str = "") -> list[tuple[str, bool]]:
    return [(tab.name, tab.is_current) for tab in client.get(f"{LIST}?{query}").context["tabs"][3:]]


@pytest.fixture
def colleague(structure: Structure) -> User:
    return UserFactory(teams=[structure.team])


@pytest.fixture
def with_colleague(colleague: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(colleague)


def keep(client: Client, name: str, query: str = "etat=toutes&venue=phone", **more: str) -> Any:
    return client.post(f"{VIEWS}?{query}", {"name": name, **more})


def test_a_view_is_a_tab_and_brings_its_filters_back(counsellor: Client) -> None:
    answer = keep(counsellor, "Au téléphone", "venue=phone&etat=toutes&apres=zzz&inconnu=1")
    assert answer["Location"] == "/demandes/?etat=toutes&venue=phone"
    assert tabs(counsellor) == [("Au téléphone", False)]
    assert tabs(counsellor, "venue=phone&etat=toutes") == [("Au téléphone", True)]


def test_a_view_is_hers_until_she_shares_it_with_her_site(
    counsellor: Client, with_colleague: Client, other_counsellor: Client
) -> None:
    keep(counsellor, "Pour moi")
    keep(counsellor, "Pour nous", shared="on")
    assert tabs(counsellor) == [("Pour moi", False), ("Pour nous", False)]
    assert tabs(with_colleague) == [("Pour nous", False)]
    assert tabs(other_counsellor) == []


def test_a_view_of_somebody_else_is_out_of_reach(counsellor: Client, with_colleague: Client) -> None:
    keep(counsellor, "Pour moi")
    view = SavedView.objects.get()
    assert with_colleague.get(f"{VIEWS}{view.pk}/").status_code == 404
    assert with_colleague.post(f"{VIEWS}{view.pk}/supprimer/").status_code == 404
    assert SavedView.objects.count() == 1


def test_a_view_is_renamed_unshared_and_deleted(counsellor: Client, with_colleague: Client) -> None:
    keep(counsellor, "Pour nous", shared="on")
    view = SavedView.objects.get()
    with_colleague.post(f"{VIEWS}{view.pk}/", {"name": "À nous", "shared": "on"})
    assert tabs(counsellor) == [("À nous", False)]
    counsellor.post(f"{VIEWS}{view.pk}/", {"name": "À moi"})
    assert tabs(with_colleague) == []
    counsellor.post(f"{VIEWS}{view.pk}/supprimer/")
    assert tabs(counsellor) == []


def test_two_views_of_one_person_have_two_names(counsellor: Client) -> None:
    keep(counsellor, "Téléphone")
    page = keep(counsellor, "Téléphone", "etat=closes")
    assert page.status_code == 422
    assert "déjà une vue de ce nom" in page.content.decode()
    keep(counsellor, "Autre", "etat=closes")
    other = SavedView.objects.get(name="Autre")
    assert counsellor.post(f"{VIEWS}{other.pk}/", {"name": "Téléphone"}).status_code == 422


def test_twenty_views_are_enough(counsellor: Client, counsellor_user: User) -> None:
    SavedView.objects.bulk_create(
        SavedView(owner=counsellor_user, name=f"Vue {number}", query="etat=closes", created_at=timezone.now())
        for number in range(20)
    )
    page = keep(counsellor, "Une de trop")
    assert page.status_code == 422
    assert "supprimez-en une" in page.content.decode()
    assert SavedView.objects.count() == 20


def test_what_a_search_found_and_what_is_not_understood_are_not_kept(counsellor: Client) -> None:
    keep(counsellor, "Vue", "etat=closes&trouvees=abc&demarche=xyzzy")
    assert SavedView.objects.get().query == "etat=closes"


def test_a_name_is_asked_for(counsellor: Client) -> None:
    page = keep(counsellor, "")
    assert page.status_code == 422
    assert "Donnez un nom" in page.content.decode()


def test_the_page_of_the_views_costs_the_same_for_one_as_for_twenty(
    counsellor: Client, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    keep(counsellor, "Une", shared="on")
    counsellor.get(VIEWS)
    cost_of_one = queries_for(lambda: counsellor.get(VIEWS))
    for number in range(19):
        keep(counsellor, f"Vue {number}", shared="on")
    assert queries_for(lambda: counsellor.get(VIEWS)) == cost_of_one
