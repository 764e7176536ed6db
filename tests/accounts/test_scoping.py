"""Does each person see the rows of her teams, and those only?"""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Team, User
from accounts.permissions import Can
from accounts.scoping import ScopedQuerySet
from partners.models import Contact
from referrals.models import Identity, ServiceRequest
from structures.models import Structure
from tests.accounts.factories import TeamFactory, UserFactory
from tests.partners.factories import ContactFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.structures.factories import StructureFactory

pytestmark = pytest.mark.django_db


def test_a_person_without_a_team_sees_nothing(structure: Structure) -> None:
    ServiceRequestFactory(structure=structure)
    nobody = UserFactory()
    assert not Structure.objects.visible_to(nobody).exists()
    assert not ServiceRequest.objects.visible_to(nobody).exists()


def test_who_has_not_signed_in_sees_nothing(structure: Structure) -> None:
    assert not Structure.objects.visible_to(AnonymousUser()).exists()


def test_a_superuser_has_no_way_round(structure: Structure) -> None:
    assert not Structure.objects.visible_to(UserFactory(is_superuser=True, is_staff=True)).exists()


def test_a_closed_account_sees_nothing_any_more(structure: Structure) -> None:
    gone = UserFactory(teams=[structure.team], is_active=False)
    assert not Structure.objects.visible_to(gone).exists()


def test_a_counsellor_sees_her_own_site_and_not_the_neighbour(
    counsellor_user: User, structure: Structure, other_structure: Structure
) -> None:
    mine, theirs = ServiceRequestFactory(structure=structure), ServiceRequestFactory(structure=other_structure)
    seen = list(ServiceRequest.objects.visible_to(counsellor_user))
    assert seen == [mine]
    assert theirs not in seen


def test_who_works_at_two_sites_sees_both_once(structure: Structure, other_structure: Structure) -> None:
    both = UserFactory(teams=[structure.team, other_structure.team])
    ServiceRequestFactory(structure=structure)
    ServiceRequestFactory(structure=other_structure)
    assert Structure.objects.visible_to(both).count() == 2
    assert ServiceRequest.objects.visible_to(both).count() == 2


def test_a_permission_of_one_team_never_reaches_the_rows_of_another(structure: Structure) -> None:
    """A counsellor who also keeps the partners of a département sees its sites, and keeps her own only."""
    elsewhere = StructureFactory()
    both = UserFactory(teams=[structure.team, elsewhere.partner_office])
    assert set(Structure.objects.visible_to(both)) == {structure, elsewhere}
    assert list(Structure.objects.visible_to(both, Can.KEEP_SITE)) == [structure]
    assert not Structure.objects.visible_to(both, Can.KEEP_NETWORK).exists()


def test_the_coordinator_sees_her_structures_but_neither_requests_nor_identities(
    coordination: Team, structure: Structure, other_structure: Structure
) -> None:
    StructureFactory(coordination=TeamFactory(coordination=True))
    Identity.objects.create(request=ServiceRequestFactory(structure=structure), name="A. B.")
    coordinator = UserFactory(teams=[coordination])
    assert set(Structure.objects.visible_to(coordinator)) == {structure, other_structure}
    assert not ServiceRequest.objects.visible_to(coordinator).exists()
    assert not Identity.objects.visible_to(coordinator).exists()


def test_the_partner_manager_sees_the_contacts_of_her_office_only(partner_office: Team) -> None:
    kept, other = ContactFactory(office=partner_office), ContactFactory()
    seen = list(Contact.objects.visible_to(UserFactory(teams=[partner_office])))
    assert seen == [kept]
    assert other not in seen


def test_a_row_seen_through_two_teams_comes_once(structure: Structure) -> None:
    teams = [structure.team, structure.coordination, structure.partner_office]
    assert Structure.objects.visible_to(UserFactory(teams=teams)).count() == 1


def test_a_model_that_names_no_path_shows_nothing(structure: Structure) -> None:
    user = UserFactory(teams=[structure.team])
    assert not ScopedQuerySet(Structure).visible_to(user).exists()


def test_teams_are_read_once_per_request(
    structure: Structure, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    user = UserFactory(teams=[structure.team])
    with django_assert_num_queries(3):  # type: ignore[operator]
        list(Structure.objects.visible_to(user))
        list(ServiceRequest.objects.visible_to(user))
