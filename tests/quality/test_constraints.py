"""Can the database be made to hold what must never be true of the charter?"""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from quality.models import Observation
from tests.quality.factories import CharterVersionFactory, CriterionFactory, VisitFactory

pytestmark = pytest.mark.django_db


def refused(work) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        work()


def test_two_versions_never_start_on_the_same_day():
    version = CharterVersionFactory()
    version.pk = None
    version._state.adding = True
    refused(version.save)


def test_a_criterion_is_named_once_in_a_charter_and_again_in_the_next():
    version = CharterVersionFactory()
    refused(lambda: CriterionFactory(charter=version, key="signage"))
    CriterionFactory(charter=CharterVersionFactory(starts_on=date(2026, 1, 1), criteria=False), key="signage")


def test_a_visit_sees_a_criterion_once():
    visit = VisitFactory(seen={"signage": True})
    refused(lambda: Observation.objects.create(visit=visit, criterion_key="signage", is_met=False))


def test_an_observation_names_a_criterion_and_says_so_in_french():
    visit = VisitFactory()
    refused(lambda: Observation.objects.create(visit=visit, criterion_key="", is_met=True))
    with pytest.raises(ValidationError, match="Un constat porte sur un critère"):
        Observation(visit=visit, criterion_key="", is_met=True).validate_constraints()


def test_an_observation_says_yes_or_no():
    visit = VisitFactory()
    observation = Observation.objects.create(visit=visit, criterion_key="signage", is_met=True)
    refused(lambda: Observation.objects.filter(pk=observation.pk).update(is_met=None))


def test_a_structure_that_was_visited_is_not_deleted():
    with pytest.raises(ProtectedError):
        VisitFactory().structure.delete()
