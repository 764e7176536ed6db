"""Operators, démarches and contacts, named by the situation they make."""

import factory
from factory.django import DjangoModelFactory

from partners.models import Blocker, Contact, LocalService, LocalServiceKind, Operator, Procedure, Rule
from tests.accounts.factories import TeamFactory
from tests.territories.factories import CommuneFactory


class OperatorFactory(DjangoModelFactory[Operator]):
    class Meta:
        model = Operator
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"OPERATOR_{n}")
    name = factory.Sequence(lambda n: f"Opérateur {n}")


class ProcedureFactory(DjangoModelFactory[Procedure]):
    class Meta:
        model = Procedure

    operator = factory.SubFactory(OperatorFactory)
    code = factory.Sequence(lambda n: f"PROCEDURE_{n}")
    name = factory.Sequence(lambda n: f"Démarche {n}")


class BlockerFactory(DjangoModelFactory[Blocker]):
    class Meta:
        model = Blocker

    code = factory.Sequence(lambda n: f"blocker-{n}")
    name = "document ou courrier non reçu"


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    operator = factory.SubFactory(OperatorFactory)
    office = factory.SubFactory(TeamFactory, partner_office=True)
    name = factory.Sequence(lambda n: f"Interlocutrice {n}")
    phone = "02 61 91 00 20"
    mail = factory.Sequence(lambda n: f"interlocutrice{n}@exemple.fr")


class RuleFactory(DjangoModelFactory[Rule]):
    """The whole operator on the whole département, unless said otherwise."""

    class Meta:
        model = Rule

    contact = factory.SubFactory(ContactFactory)
    departement_id = "76"


class LocalServiceFactory(DjangoModelFactory[LocalService]):
    class Meta:
        model = LocalService

    kind = LocalServiceKind.CMS
    name = factory.Sequence(lambda n: f"Service local {n}")
    commune = factory.SubFactory(CommuneFactory)
