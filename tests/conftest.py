"""People of the network at work, and what every test may ask for."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import Team, User
from structures.models import Structure
from tests.accounts.factories import TeamFactory, UserFactory
from tests.structures.factories import LocationFactory, StructureFactory

Persona = Callable[[User], Client]


@pytest.fixture(scope="session", autouse=True)
def nobody_left_in_the_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database that somebody reads: a browser may still be fetching when the last test ends."""
    yield
    if connection.vendor == "postgresql":
        connection.close()  # a test that stops the database may have left a dead one
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Sign-in limits and remembered reference rows never pass from one test to the next."""
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def coordination(db: None) -> Team:
    return TeamFactory(coordination=True, name="Coordination de Seine-Maritime")


@pytest.fixture
def partner_office(db: None) -> Team:
    return TeamFactory(partner_office=True)


@pytest.fixture
def structure(coordination: Team, partner_office: Team) -> Structure:
    """Structure A: where « the counsellor » works, with its main location."""
    structure = StructureFactory(
        name="France services de Montivilliers", coordination=coordination, partner_office=partner_office
    )
    LocationFactory(structure=structure)
    return structure


@pytest.fixture
def other_structure(coordination: Team, partner_office: Team) -> Structure:
    """Structure B, of the same network."""
    structure = StructureFactory(
        name="France services d’Yvetot", coordination=coordination, partner_office=partner_office
    )
    LocationFactory(structure=structure)
    return structure


@pytest.fixture
def counsellor_user(structure: Structure) -> User:
    return UserFactory(full_name="Aline Counsellor", teams=[structure.team])


@pytest.fixture
def sign_in() -> Persona:
    """A browser in which this person has signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def counsellor(counsellor_user: User, sign_in: Persona) -> Client:
    return sign_in(counsellor_user)


@pytest.fixture
def other_counsellor(other_structure: Structure, sign_in: Persona) -> Client:
    return sign_in(UserFactory(teams=[other_structure.team]))


@pytest.fixture
def coordinator(coordination: Team, sign_in: Persona) -> Client:
    return sign_in(UserFactory(teams=[coordination]))


@pytest.fixture
def foreign_coordinator(db: None, sign_in: Persona) -> Client:
    """The coordinator of another département."""
    return sign_in(UserFactory(teams=[TeamFactory(coordination=True, name="Coordination voisine")]))


@pytest.fixture
def partner_manager(partner_office: Team, sign_in: Persona) -> Client:
    return sign_in(UserFactory(teams=[partner_office]))


@pytest.fixture
def digital_coordinator(db: None, sign_in: Persona) -> Client:
    return sign_in(UserFactory(teams=[TeamFactory(digital=True)]))


@pytest.fixture
def superuser(db: None, sign_in: Persona) -> Client:
    return sign_in(UserFactory(is_staff=True, is_superuser=True))


@pytest.fixture
def queries_for() -> Callable[[Callable[[], object]], int]:
    """How many statements something costs."""

    def count(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            work()
        return len(captured)

    return count
