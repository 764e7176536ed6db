"""Two colleagues press at the same instant: does exactly one win, and is the other told?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from referrals.actions import AlreadyClosed, AlreadyInformed, inform_resident
from referrals.models import Exchange, Happening, ServiceRequest
from referrals.teamwork.holding import assign, take_over
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.referrals.factories import ServiceRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


@pytest.fixture
def team(structure: Structure) -> list[User]:
    return [UserFactory(full_name=f"Collègue {letter}", teams=[structure.team]) for letter in "ABCD"]


def at_once(*gestures: Callable[[], object]) -> list[object]:
    """What each gives back, or the exception that it raises."""

    def done(gesture: Callable[[], object]) -> object:
        try:
            return gesture()
        except (AlreadyClosed, AlreadyInformed) as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gestures)) as threads:
        return list(threads.map(done, gestures))


def told_by(pk: int, user: User) -> None:
    inform_resident(request=ServiceRequest.objects.get(pk=pk), by=user, now=timezone.now(), reason="solved_by_operator")


def taken_over_by(pk: int, user: User) -> bool:
    return take_over(request=ServiceRequest.objects.get(pk=pk), by=user, now=timezone.now())


def confided_by(pk: int, user: User, *, to: User) -> bool:
    return assign(request=ServiceRequest.objects.get(pk=pk), to=to, by=user, now=timezone.now())


def test_of_two_who_tell_the_resident_one_is_first_and_the_other_learns_it(
    structure: Structure, team: list[User]
) -> None:
    for _ in range(ROUNDS):
        request = ServiceRequestFactory(structure=structure)
        told = at_once(*(partial(told_by, request.pk, user) for user in team[:2]))
        assert told.count(AlreadyInformed) == 1
        assert request.exchanges.filter(kind=Happening.INFORMED).count() == 1


def test_four_who_take_over_leave_one_holder_whom_the_last_line_names(structure: Structure, team: list[User]) -> None:
    for _ in range(ROUNDS):
        request = ServiceRequestFactory(structure=structure)
        at_once(*(partial(taken_over_by, request.pk, user) for user in team))
        request.refresh_from_db()
        last = Exchange.objects.filter(request=request, kind=Happening.NEW_HOLDER).order_by("pk").last()
        assert last is not None
        assert last.author == request.holder


def test_confiding_while_another_closes_never_changes_a_closed_request(structure: Structure, team: list[User]) -> None:
    for _ in range(ROUNDS):
        request = ServiceRequestFactory(structure=structure)
        at_once(partial(told_by, request.pk, team[0]), partial(confided_by, request.pk, team[2], to=team[1]))
        kinds = list(request.exchanges.order_by("pk").values_list("kind", flat=True))
        assert kinds.count(Happening.INFORMED) == 1
        assert Happening.NEW_HOLDER not in kinds[kinds.index(Happening.INFORMED) :]
