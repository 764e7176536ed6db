"""Operators, démarches and contacts, named by the situation they make."""

from datetime import date, time, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from partners.models import (
    ActionMember,
    ActionSession,
    Blocker,
    Confirmation,
    Contact,
    ContactImport,
    KnowHowNote,
    LocalService,
    LocalServiceKind,
    LocalServicePlace,
    MonthOfActivity,
    NoteState,
    Operator,
    Procedure,
    Report,
    Role,
    Rule,
    Subject,
    Theme,
    Workshop,
    Wrong,
)
from tests.accounts.factories import TeamFactory, UserFactory
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


class ThemeFactory(DjangoModelFactory[Theme]):
    class Meta:
        model = Theme

    code = factory.Sequence(lambda n: f"theme-{n}")
    name = factory.Sequence(lambda n: f"Thème {n}")
    position = factory.Sequence(int)


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


class LocalServicePlaceFactory(DjangoModelFactory[LocalServicePlace]):
    class Meta:
        model = LocalServicePlace

    service = factory.SubFactory(LocalServiceFactory)
    name = factory.Sequence(lambda n: f"Lieu {n}")
    commune = factory.SubFactory(CommuneFactory)


class SubjectFactory(DjangoModelFactory[Subject]):
    """A need that ends outside the operators."""

    class Meta:
        model = Subject

    code = factory.Sequence(lambda n: f"SUBJECT_{n}")
    name = factory.Sequence(lambda n: f"Besoin {n}")
    who_label = "La mairie"


class ConfirmationFactory(DjangoModelFactory[Confirmation]):
    """Asked now and not answered yet."""

    class Meta:
        model = Confirmation

    contact = factory.SubFactory(ContactFactory)
    asked_at = factory.LazyFunction(timezone.now)


class ReportFactory(DjangoModelFactory[Report]):
    """Open."""

    class Meta:
        model = Report

    contact = factory.SubFactory(ContactFactory)
    wrong = Wrong.PHONE
    author = factory.SubFactory(UserFactory)
    at = factory.LazyFunction(timezone.now)


class ActionFactory(LocalServiceFactory):
    """SOS paperasse, kept by a coordination."""

    kind = LocalServiceKind.PAPERWORK_HELP
    name = "SOS paperasse"
    coordination = factory.SubFactory(TeamFactory, coordination=True)


class AdvisorFactory(LocalServiceFactory):
    kind = LocalServiceKind.DIGITAL_ADVISOR
    name = factory.Sequence(lambda n: f"Conseillère {n}")
    digital_team = factory.SubFactory(TeamFactory, digital=True)


class ActionSessionFactory(DjangoModelFactory[ActionSession]):
    """A Friday afternoon of 2 h 30."""

    class Meta:
        model = ActionSession

    service = factory.SubFactory(ActionFactory)
    day = factory.Sequence(lambda n: date(2024, 1, 5) + timedelta(weeks=2 * n))
    opens = time(14)
    closes = time(16, 30)


class ActionMemberFactory(DjangoModelFactory[ActionMember]):
    class Meta:
        model = ActionMember

    service = factory.SubFactory(ActionFactory)
    full_name = factory.Sequence(lambda n: f"Membre {n}")
    role = Role.PROFESSIONAL
    joined_on = date(2020, 1, 1)


class WorkshopFactory(DjangoModelFactory[Workshop]):
    """Two hours, tomorrow, at the advisor's."""

    class Meta:
        model = Workshop

    service = factory.SubFactory(AdvisorFactory)
    title = "Créer sa boîte mail"
    seats = 8
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    ends_at = factory.LazyAttribute(lambda workshop: workshop.starts_at + timedelta(hours=2))
    commune = factory.SelfAttribute("service.commune")


class MonthOfActivityFactory(DjangoModelFactory[MonthOfActivity]):
    class Meta:
        model = MonthOfActivity

    service = factory.SubFactory(AdvisorFactory)
    month = date(2026, 9, 1)
    people = 40
    workshops = 2
    attendees = 12
    author = factory.SubFactory(UserFactory)
    recorded_at = factory.LazyFunction(timezone.now)


class KnowHowNoteFactory(DjangoModelFactory[KnowHowNote]):
    """Published, unless said otherwise."""

    class Meta:
        model = KnowHowNote

    class Params:
        draft = factory.Trait(state=NoteState.DRAFT, reviewed_at=None)

    office = factory.SubFactory(TeamFactory, partner_office=True)
    procedure = factory.SubFactory(ProcedureFactory)
    title = factory.Sequence(lambda n: f"Fiche {n}")
    what_solved_it = "Déposer la pièce dans la messagerie du compte."
    state = NoteState.PUBLISHED
    author = factory.SubFactory(UserFactory)
    written_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=20))
    reviewed_at = factory.LazyAttribute(lambda note: note.written_at + timedelta(days=1))


class ContactImportFactory(DjangoModelFactory[ContactImport]):
    """A file that is looked at."""

    class Meta:
        model = ContactImport

    office = factory.SubFactory(TeamFactory, partner_office=True)
    file_name = "interlocuteurs.csv"
    file_sha256 = factory.Sequence(lambda n: f"{n:064}")
    author = factory.SubFactory(UserFactory)
    uploaded_at = factory.LazyFunction(timezone.now)
