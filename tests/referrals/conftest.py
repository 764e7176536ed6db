"""A site with an operator to call: what most stories about requests start from."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Team, User
from partners.models import Contact, Procedure
from referrals.models import ServiceRequest
from schedules.calendars import PARIS
from structures.models import Structure
from tests.partners.factories import ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.referrals.factories import ServiceRequestFactory

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)
"""A Monday morning, far from any holiday."""


@pytest.fixture
def procedure(db: None) -> Procedure:
    operator = OperatorFactory(code="CAF", name="Allocations familiales")
    return ProcedureFactory(
        code="CAF_RSA", name="RSA : demande ou suivi", synonyms="revenu de solidarité", operator=operator
    )


@pytest.fixture
def contact(procedure: Procedure, partner_office: Team) -> Contact:
    """The contact of the operator on the whole département."""
    contact = ContactFactory(
        operator=procedure.operator, office=partner_office, name="Claire Martin", mail="claire.martin@exemple.fr"
    )
    RuleFactory(contact=contact)
    return contact


@pytest.fixture
def next_contact(procedure: Procedure, partner_office: Team, contact: Contact) -> Contact:
    """Who comes after `contact` in rank."""
    following = ContactFactory(
        operator=procedure.operator, office=partner_office, name="Luc Bernard", mail="luc.bernard@exemple.fr"
    )
    RuleFactory(contact=following, priority=9)
    return following


@pytest.fixture
def waiting_request(structure: Structure, procedure: Procedure, counsellor_user: User) -> ServiceRequest:
    """Received now, nobody asked yet."""
    return ServiceRequestFactory(
        structure=structure,
        procedure=procedure,
        author=counsellor_user,
        received_at=timezone.now() - timedelta(minutes=5),
    )
