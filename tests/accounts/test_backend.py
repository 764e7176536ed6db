"""Is the person of a session read with her teams, in one statement?"""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.backend import PersonAndTeams
from accounts.models import User
from structures.models import Structure
from tests.accounts.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_comes_with_her_teams_in_one_statement(
    structure: Structure, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    teams = [TeamFactory(name="B"), TeamFactory(name="A"), TeamFactory(coordination=True)]
    person = UserFactory(teams=teams)
    found: list[User | None] = []
    assert queries_for(lambda: found.append(PersonAndTeams().get_user(person.pk))) == 1
    assert found[0] == person
    assert found[0].teams == User.objects.get(pk=person.pk).teams
    assert len(found[0].teams) == 3


def test_a_person_without_a_team_is_known_and_may_nothing(superuser: Client) -> None:
    person = PersonAndTeams().get_user(User.objects.get(is_superuser=True).pk)
    assert person is not None
    assert person.teams == ()
    assert person.permissions == frozenset()


def test_an_account_that_was_closed_ends_its_sessions(counsellor: Client, counsellor_user: User) -> None:
    assert counsellor.get("/demandes/").status_code == 200
    User.objects.filter(pk=counsellor_user.pk).update(is_active=False)
    assert PersonAndTeams().get_user(counsellor_user.pk) is None
    assert counsellor.get("/demandes/").status_code == 302
