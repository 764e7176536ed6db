"""Which small network do the browser's tests visit? The same each time, with one row of everything a page shows."""

import io
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from accounts.models import Team, User
from partners.actions.imports import open_import
from partners.actions.upkeep import propose
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
    Procedure,
    Report,
    Role,
    SentTo,
    Workshop,
)
from quality.actions import load_charter
from referrals import links
from referrals.attachments import vault
from referrals.models import (
    Attachment,
    Exchange,
    Happening,
    Identity,
    IncomingMail,
    Mandate,
    Outcome,
    Referral,
    ReferralChannel,
    SavedView,
    ServiceRequest,
    Verdict,
)
from schedules.calendars import PARIS
from structures.actions.drafts import open_draft
from structures.models import Counsellor, ImportDraft, Structure, TrainingSession
from tests.accounts.factories import TeamFactory, UserFactory
from tests.partners.factories import (
    ActionFactory,
    ActionMemberFactory,
    ActionSessionFactory,
    BlockerFactory,
    ConfirmationFactory,
    ContactFactory,
    KnowHowNoteFactory,
    LocalServiceFactory,
    LocalServicePlaceFactory,
    MonthOfActivityFactory,
    OperatorFactory,
    ProcedureFactory,
    ReportFactory,
    RuleFactory,
    ThemeFactory,
    WorkshopFactory,
)
from tests.quality.factories import TrainedCounsellorFactory, VisitFactory
from tests.referrals import files
from tests.referrals.factories import AttachmentFactory, ReferralFactory, ServiceRequestFactory
from tests.referrals.incoming.corpus import ANSWER, ZIMBRA, mail
from tests.structures.factories import (
    CounsellorFactory,
    LabelChangeFactory,
    LocationFactory,
    ScheduleFactory,
    StructureFactory,
    TrainingSessionFactory,
)
from tests.structures.national import a_file
from tests.territories.factories import CommuneFactory, PostalCodeFactory

PASSWORD = "une phrase assez longue"


@dataclass(frozen=True)
class Network:
    """Le Havre and Rouen, their people, one operator of each kind of answer, and requests at every step."""

    built_at: datetime
    structure: Structure
    other_structure: Structure
    counsellor: User
    coordinator: User
    partner_manager: User
    digital_coordinator: User
    superuser: User
    procedure: Procedure
    contact: Contact
    local_service: LocalService
    advisor: LocalService
    advisor_place: LocalServicePlace
    workshop: Workshop
    action_session: ActionSession
    action_member: ActionMember
    to_hand_over: ServiceRequest
    by_mail: Referral
    mandate: Mandate
    by_phone: Referral
    answered: ServiceRequest
    incoming: IncomingMail
    attachment: Attachment
    late: ServiceRequest
    leaving: Counsellor
    gone: User
    session: TrainingSession
    draft: ImportDraft
    asked: Confirmation
    proposal: Confirmation
    report: Report
    know_how: KnowHowNote
    know_how_draft: KnowHowNote
    contact_import: ContactImport
    saved_view: SavedView

    def persona(self, name: str) -> User | None:
        return None if name == "anonymous" else getattr(self, name)

    def logged_since(self) -> list[ServiceRequest]:
        """What a test has logged."""
        return list(ServiceRequest.objects.filter(received_at__gte=self.built_at))

    def path_of_link(self) -> str:
        return f"/repondre/{links.token_for(self.by_mail)}/"


def build(now: datetime) -> Network:
    load_charter(now=now)
    coordination = TeamFactory(coordination=True, name="Coordination de Seine-Maritime")
    office = TeamFactory(partner_office=True)
    digital = TeamFactory(digital=True, name="Conseillers numériques de Seine-Maritime")
    structure, other_structure = _structures(coordination, office)
    counsellor = UserFactory(email="conseillere@exemple.fr", full_name="Aline Dubois", teams=[structure.team])
    counsellor.set_password(PASSWORD)
    counsellor.save()
    procedure, contact = _partners(office, now)
    LabelChangeFactory(structure=structure, note="Dossier complet.")
    VisitFactory(structure=structure, visited_on=(now - timedelta(days=40)).date(), seen={"signage": False})
    requests = _requests(structure, procedure, contact, counsellor, now)
    return Network(
        built_at=now,
        structure=structure,
        other_structure=other_structure,
        counsellor=counsellor,
        coordinator=UserFactory(full_name="Claire Coordinatrice", teams=[coordination]),
        partner_manager=UserFactory(full_name="Paul Partenaires", teams=[office]),
        digital_coordinator=UserFactory(full_name="Nadia Numérique", teams=[digital]),
        superuser=UserFactory(full_name="Sam Technique", is_staff=True, is_superuser=True),
        procedure=procedure,
        contact=contact,
        know_how=KnowHowNoteFactory(office=office, procedure=procedure, title="Attestation manquante"),
        know_how_draft=KnowHowNoteFactory(office=office, procedure=procedure, author=counsellor, draft=True),
        local_service=_local_service(office, procedure),
        **_local_helps(digital, coordination, now),
        draft=_draft(coordination, structure, now),
        **requests,
        **_people(structure, counsellor, requests["late"], now),
        **_upkeep(contact, now),
        contact_import=_contact_import(contact, now),
        saved_view=SavedView.objects.create(
            owner=counsellor, structure=structure, name="Par téléphone", query="etat=toutes&venue=phone", created_at=now
        ),
    )


def _contact_import(contact: Contact, now: datetime) -> ContactImport:
    """A file that creates a contact, changes another and has a row refused."""
    operator = contact.operator.name
    rows = ["Opérateur;Organisme;Nom;Téléphone", f"{operator};{contact.body};{contact.name};261910055"]
    rows += [f"{operator};Agence;Service des recours;261910056", f"{operator};Agence;Sans voie;"]
    opened = open_import(
        source=io.BytesIO("\n".join(rows).encode()),
        file_name="interlocuteurs.csv",
        office=contact.office,
        offices=[contact.office],
        by=UserFactory(full_name="Paula Partenaires", teams=[contact.office]),
        now=now,
    )
    return opened.batch


def _upkeep(contact: Contact, now: datetime) -> dict[str, Any]:
    """What waits for the partner manager, and a question that waits for the contact."""
    proposal = ConfirmationFactory(contact=contact, asked_at=now - timedelta(days=40))
    propose(confirmation=proposal, changes={"phone": "02 61 91 00 77"}, message="Nouvelle ligne.", now=now)
    return {
        "asked": ConfirmationFactory(contact=contact, asked_at=now),
        "proposal": proposal,
        "report": ReportFactory(contact=contact, detail="Sonne dans le vide", at=now),
    }


def _local_service(office: Team, procedure: Procedure) -> LocalService:
    """With one row of each kind: a limit that fits the démarche, a sector to check, another place."""
    havre = CommuneFactory(le_havre=True)
    service: LocalService = LocalServiceFactory(
        office=office, name="CMS du Havre", commune=havre, schedule=ScheduleFactory()
    )
    service.procedures.add(procedure)
    service.limit_rows.create(text="Environ un mois d’attente", procedure=procedure)
    service.areas.create(commune=havre, note="quartiers sud")
    LocalServicePlaceFactory(service=service, name="Mairie annexe", commune=havre)
    return service


def _local_helps(digital: Team, coordination: Team, now: datetime) -> dict[str, Any]:
    """An advisor with another place and a workshop; SOS paperasse with a session whose sheet waits."""
    advisor = LocalServiceFactory(
        kind=LocalServiceKind.DIGITAL_ADVISOR,
        digital_team=digital,
        name="Conseiller numérique du Havre",
        commune=CommuneFactory(le_havre=True),
    )
    action = ActionFactory(coordination=coordination, commune=CommuneFactory(rouen=True), schedule=ScheduleFactory())
    last_week = now.astimezone(PARIS).date() - timedelta(days=7)
    session = ActionSessionFactory(service=action, day=last_week)
    held = ActionSessionFactory(
        service=action, day=last_week - timedelta(days=14), people_received=15, procedures_done=18
    )
    SentTo.objects.create(session=held, label="CAF", count=2)
    ActionSessionFactory(service=action, day=last_week + timedelta(days=21))
    ActionMemberFactory(service=action, full_name="Boris Bénévole", role=Role.VOLUNTEER)
    MonthOfActivityFactory(service=advisor, month=now.astimezone(PARIS).date().replace(day=1), themes={"mail": 3})
    return {
        "advisor": advisor,
        "advisor_place": LocalServicePlaceFactory(
            service=advisor, name="Mairie", commune=CommuneFactory(rouen=True), schedule=ScheduleFactory()
        ),
        "workshop": WorkshopFactory(service=advisor),
        "action_session": session,
        "action_member": ActionMemberFactory(service=action, full_name="Anne Petit", occupation="travailleuse sociale"),
    }


def _structures(coordination: Team, office: Team) -> tuple[Structure, Structure]:
    made = []
    for trait, postcode, name, slug in (
        ("le_havre", "76600", "France services du Havre", "le-havre"),
        ("rouen", "76000", "France services de Rouen", "rouen"),
    ):
        commune = CommuneFactory(**{trait: True})
        PostalCodeFactory(code=postcode, commune=commune)
        structure = StructureFactory(
            name=name, slug=slug, coordination=coordination, partner_office=office, phone="0261910010"
        )
        LocationFactory(
            structure=structure,
            commune=commune,
            postcode=postcode,
            latitude=commune.latitude,
            longitude=commune.longitude,
        )
        made.append(structure)
    for trait, postcode in (("dieppe", "76200"), ("elbeuf", "76500")):
        PostalCodeFactory(code=postcode, commune=CommuneFactory(**{trait: True}))
    return made[0], made[1]


def _draft(coordination: Team, structure: Structure, now: datetime) -> ImportDraft:
    """A file with a line of each kind: in conflict with the first structure, without the second one."""
    file = a_file(
        {"id_fs": str(structure.id_fs), "insee_com": "76351"}, {"id_fs": "1"}, {"id_fs": "2", "type_fs": "Autre"}
    )
    return open_draft(
        source=io.BytesIO(file.encode()),
        file_name="liste-fs-20240801.csv",
        coordination=coordination,
        everywhere=False,
        by=UserFactory(teams=[coordination]),
        now=now,
    )


def _partners(office: Team, now: datetime) -> tuple[Procedure, Contact]:
    family = OperatorFactory(code="CAF", name="Allocations familiales")
    health = OperatorFactory(code="CNAM", name="Assurance Maladie")
    farming = OperatorFactory(code="MSA", name="MSA")
    rsa = ProcedureFactory(
        code="CAF_RSA", name="RSA : demande ou suivi", synonyms="revenu de solidarité", operator=family
    )
    ProcedureFactory(
        code="CAF_APL",
        name="Aide au logement",
        synonyms="APL",
        operator=family,
        question="La personne relève-t-elle du régime agricole ?",
        alternative_operator=farming,
    )
    ProcedureFactory(code="CNAM_CSS", name="Complémentaire santé solidaire", operator=health)
    contact = ContactFactory(
        operator=family,
        office=office,
        name="Claire Martin",
        mail="claire.martin@exemple.fr",
        schedule=ScheduleFactory(),
        checked_on=now.astimezone(PARIS).date() - timedelta(days=9),
    )
    RuleFactory(contact=contact)
    following = ContactFactory(operator=family, office=office, name="Luc Bernard", mail="luc.bernard@exemple.fr")
    RuleFactory(contact=following, priority=9)
    BlockerFactory(code="courrier", name="courrier non reçu")
    ThemeFactory(code="famille", name="Famille", position=1)
    ThemeFactory(code="papiers", name="Papiers et titres", position=2)
    ThemeFactory(code="ancien", name="Un thème retiré", position=3, is_active=False)
    return rsa, contact


def _requests(
    structure: Structure, procedure: Procedure, contact: Contact, author: User, now: datetime
) -> dict[str, Any]:
    ordinary = {"structure": structure, "procedure": procedure, "author": author, "blocker": Blocker.objects.first()}
    hour = timedelta(hours=1)
    by_mail = ServiceRequestFactory(**ordinary, received_at=now - 5 * hour, referred_at=now - 4 * hour)
    by_phone = ServiceRequestFactory(**ordinary, received_at=now - 6 * hour, referred_at=now - 5 * hour)
    answered = ServiceRequestFactory(
        **ordinary, received_at=now - 8 * hour, referred_at=now - 7 * hour, answered_at=now - hour
    )
    ServiceRequestFactory(**ordinary, solved=True, outcome=Outcome.SOLVED, received_at=now - 3 * hour)
    Identity.objects.create(request=by_mail, name="M. L.", reach="02 61 91 00 77")
    for request, kind, text in (
        (by_mail, Happening.NOTE, "Le courrier date de mars."),
        (answered, Happening.ANSWERED, ANSWER),
    ):
        Exchange.objects.create(request=request, kind=kind, at=now - hour, actor="Claire Martin", text=text)
    replied = ReferralFactory(request=answered, contact=contact, sent_at=now - 7 * hour, answered_at=now - hour)
    incoming = IncomingMail.objects.create(
        digest="browser",
        received_at=now - hour,
        verdict=Verdict.ATTACHED,
        referral=replied,
        exchange=answered.exchanges.get(kind=Happening.ANSWERED),
        original=vault.write(mail(replied, ZIMBRA.headers, ZIMBRA.body)),
    )
    return {
        "attachment": AttachmentFactory(request=by_mail, key=vault.write(files.pdf())),
        "to_hand_over": ServiceRequestFactory(**ordinary, received_at=now - 2 * hour),
        "mandate": Mandate.objects.create(
            request=by_mail, purpose="relire le courrier", given_on=now.date(), recorded_by=author, recorded_at=now
        ),
        "by_mail": ReferralFactory(
            request=by_mail, contact=contact, sent_at=now - 4 * hour, question="Le courrier est-il parti ?"
        ),
        "by_phone": ReferralFactory(
            request=by_phone, contact=contact, channel=ReferralChannel.PHONE, sent_at=now - 5 * hour
        ),
        "answered": answered,
        "incoming": incoming,
        "late": ServiceRequestFactory(**ordinary, received_at=now - 100 * hour),
    }


def _people(structure: Structure, counsellor: User, held: ServiceRequest, now: datetime) -> dict[str, Any]:
    """A team with one full week, one short week and one unknown; a request that somebody gone still follows."""
    today = now.astimezone(PARIS).date()
    leaving = TrainedCounsellorFactory(
        structure=structure, full_name="Aline Dubois", user=counsellor, schedule=ScheduleFactory()
    )
    mornings = ScheduleFactory(week=[(day, time(9), time(12)) for day in range(5)])
    newcomer = CounsellorFactory(structure=structure, full_name="Béatrice Petit", schedule=mornings)
    gone = UserFactory(full_name="Denis Parti")
    CounsellorFactory(structure=structure, full_name="Denis Parti", user=gone, left_on=today - timedelta(days=9))
    ServiceRequest.objects.filter(pk=held.pk).update(holder=gone)
    session = TrainingSessionFactory(
        coordination=structure.coordination,
        course=leaving.trainings.get(course__code="core").course,
        starts_on=today - timedelta(days=3),
        ends_on=today - timedelta(days=1),
    )
    session.participants.add(newcomer)
    return {"leaving": leaving, "gone": gone, "session": session}
