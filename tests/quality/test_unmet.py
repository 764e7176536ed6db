"""Does the coordinator see which needs went to nobody, without seeing anybody?"""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quality.unmet import needs_without_service, unmet_needs
from referrals.models import ClosingReason, Exchange, Happening, Outcome, ServiceRequest
from structures.models import Structure
from tests.partners.factories import (
    ContactFactory,
    LocalServiceFactory,
    ProcedureFactory,
    RuleFactory,
    SubjectFactory,
)
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
URL = "/pilotage/besoins-sans-reponse/"


def counts(now: datetime) -> dict[tuple[str, str | None], str]:
    lines = unmet_needs(Structure.objects.all(), now)
    return {(line.procedure.name, line.commune.name if line.commune else None): line.count for line in lines}


def test_only_what_went_to_nobody_is_counted_by_procedure_and_commune(structure: Structure):
    now, rsa, dieppe = timezone.now(), ProcedureFactory(name="RSA"), CommuneFactory(dieppe=True)
    asked = {"structure": structure, "procedure": rsa, "commune": dieppe}
    for _ in range(6):
        ServiceRequestFactory(**asked)
    ServiceRequestFactory(**asked, received_at=now - timedelta(days=91))
    ServiceRequestFactory(**asked, solved=True, outcome=Outcome.SOLVED)
    ServiceRequestFactory(**asked, oriented_to=LocalServiceFactory())
    ServiceRequestFactory(**asked, answered=True, closing_reason=ClosingReason.SOLVED_BY_OPERATOR)
    ServiceRequestFactory(**asked, cancelled_at=now)
    ReferralFactory(request=ServiceRequestFactory(**asked))
    assert counts(now) == {("RSA", "Dieppe"): "6"}


def test_a_request_that_nobody_was_left_to_ask_counts_although_somebody_was_asked(structure: Structure):
    request = ServiceRequestFactory(structure=structure, procedure=ProcedureFactory(name="RSA"))
    ReferralFactory(request=request)
    Exchange.objects.create(request=request, kind=Happening.NOBODY_LEFT, at=timezone.now(), actor="A")
    home = structure.locations.get().commune.name
    assert counts(timezone.now()) == {("RSA", home): "moins de\u00a05"}


@pytest.mark.parametrize("since", ["answered", "asked"])
def test_a_request_answered_or_asked_elsewhere_since_nobody_was_left_is_met(structure: Structure, since: str):
    now = timezone.now()
    request = ServiceRequestFactory(structure=structure, answered_at=now if since == "answered" else None)
    ReferralFactory(request=request)
    at = now - timedelta(hours=2)
    Exchange.objects.create(request=request, kind=Happening.NOBODY_LEFT, at=at, actor="A")
    if since == "asked":
        ReferralFactory(request=request, sent_at=now)
    assert counts(now) == {}


def test_a_hole_of_the_directory_is_told_from_somebody_never_asked(structure: Structure):
    known, hole = ProcedureFactory(name="RSA"), ProcedureFactory(name="Retraite")
    contact = ContactFactory(office=structure.partner_office, operator=known.operator)
    RuleFactory(contact=contact, procedure=known)
    ContactFactory(operator=hole.operator)  # another office's
    for procedure in (known, hole):
        ServiceRequestFactory(structure=structure, procedure=procedure)
    lines = unmet_needs(Structure.objects.all(), timezone.now())
    assert {line.procedure.name: line.has_contact for line in lines} == {"RSA": True, "Retraite": False}


def test_a_need_that_no_service_in_service_answers_is_named():
    served, closed, alone = SubjectFactory(), SubjectFactory(), SubjectFactory()
    LocalServiceFactory().needs.add(served)
    LocalServiceFactory(is_active=False).needs.add(closed)
    assert needs_without_service() == [closed, alone]


def test_the_page_counts_her_own_sites_and_shows_no_reference(
    coordinator: Client, foreign_coordinator: Client, structure: Structure
):
    SubjectFactory(name="Dettes sans personne")
    for _ in range(3):
        ServiceRequestFactory(structure=structure, procedure=ProcedureFactory(name="RSA"))
    page = coordinator.get(URL).content.decode()
    assert "RSA" in page
    assert "moins de\u00a05" in page
    assert "Dettes sans personne" in page
    assert not any(reference in page for reference in ServiceRequest.objects.values_list("reference", flat=True))
    assert "RSA" not in foreign_coordinator.get(URL).content.decode()
    assert URL in coordinator.get(reverse("quality:dashboard")).content.decode()


def test_a_hundred_requests_cost_as_much_as_one(coordinator: Client, structure: Structure, queries_for):
    ServiceRequestFactory(structure=structure)
    cost = queries_for(lambda: coordinator.get(URL))
    for _ in range(20):
        ServiceRequestFactory(structure=structure, commune=CommuneFactory())
    assert queries_for(lambda: coordinator.get(URL)) == cost
