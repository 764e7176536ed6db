"""Requests in the situations that matter: waiting, answered, late."""

import uuid
from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from referrals.models import Attachment, FileKind, Outcome, Referral, ReferralChannel, ServiceRequest, new_reference
from tests.accounts.factories import UserFactory
from tests.partners.factories import ContactFactory, ProcedureFactory
from tests.structures.factories import StructureFactory


class ServiceRequestFactory(DjangoModelFactory[ServiceRequest]):
    """A request handed over ten days ago that nobody answered; traits say what happened instead."""

    class Meta:
        model = ServiceRequest

    class Params:
        wait = timedelta(hours=10)
        answered = factory.Trait(
            resident_informed_at=factory.LazyAttribute(lambda r: r.received_at + r.wait),
            closed_at=factory.LazyAttribute(lambda r: r.received_at + r.wait),
        )
        answered_late = factory.Trait(answered=True, wait=timedelta(hours=73))
        solved = factory.Trait(
            outcome=Outcome.SOLVED,
            resident_informed_at=factory.LazyAttribute(lambda r: r.received_at),
            closed_at=factory.LazyAttribute(lambda r: r.received_at),
        )

    structure = factory.SubFactory(StructureFactory)
    procedure = factory.SubFactory(ProcedureFactory)
    operator = factory.LazyAttribute(lambda r: r.procedure.operator)
    outcome = Outcome.REFERRED
    author = factory.SubFactory(UserFactory)
    idempotency_key = factory.LazyFunction(uuid.uuid4)
    received_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))
    due_at = factory.LazyAttribute(lambda r: r.received_at + timedelta(hours=72))
    reference = factory.LazyAttribute(lambda r: new_reference("76", r.received_at))


class ReferralFactory(DjangoModelFactory[Referral]):
    class Meta:
        model = Referral

    request = factory.SubFactory(ServiceRequestFactory)
    contact = factory.SubFactory(ContactFactory, operator=factory.SelfAttribute("..request.operator"))
    channel = ReferralChannel.MAIL
    author = factory.SelfAttribute("request.author")
    sent_at = factory.LazyAttribute(lambda r: r.request.received_at + timedelta(hours=1))


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """A PDF that someone of the site attached; only the row, unless its key is that of a file in the vault."""

    class Meta:
        model = Attachment

    request = factory.SubFactory(ServiceRequestFactory)
    name = "Avis d’imposition.pdf"
    kind = FileKind.PDF
    size = 348_000
    digest = factory.Sequence(lambda n: f"{n:064x}")
    added_at = factory.LazyFunction(timezone.now)
    added_by = factory.SelfAttribute("request.author")
