"""Every address × every persona: who gets in, who is refused (403), who must not even know (404).

A line reads: method, then the status for each persona in the order of PERSONAS. An address without a line fails, and so
does a line without an address.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import JournalEntry, Team, User, VisitCount
from accounts.permissions import PERMISSIONS, Can, TeamKind
from partners import confirmation_links
from partners.models import LocalServiceKind, Verdict
from quality.actions import load_charter
from referrals import links
from referrals.attachments import vault
from referrals.incoming.taking import take
from referrals.models import Exchange, Happening, Identity, Mandate, SavedView
from structures.models import Change, Structure, What
from tests.accounts.factories import TeamFactory, UserFactory
from tests.partners.factories import (
    ActionFactory,
    ActionMemberFactory,
    ActionSessionFactory,
    BlockerFactory,
    ConfirmationFactory,
    ContactFactory,
    ContactImportFactory,
    KnowHowNoteFactory,
    LocalServiceFactory,
    LocalServicePlaceFactory,
    ProcedureFactory,
    ReportFactory,
    RuleFactory,
    ThemeFactory,
    WorkshopFactory,
)
from tests.referrals.factories import AttachmentFactory, ReferralFactory, ServiceRequestFactory
from tests.referrals.incoming.corpus import simple
from tests.structures.factories import (
    CounsellorFactory,
    ImportDraftFactory,
    LabelChangeFactory,
    StructureFactory,
    TrainingFactory,
    TrainingSessionFactory,
)

PERSONAS = [
    "anonymous",
    "counsellor of A",
    "counsellor of B",
    "coordinator",
    "coordinator of another département",
    "partner manager",
    "digital coordinator",
    "superuser",
]
TABLE = """
structures:find                           GET  200 200 200 200 200 200 200 200
structures:detail                         GET  200 200 200 200 200 200 200 200
structures:list                           GET  200 200 200 200 200 200 200 200
structures:poster                         GET  200 200 200 200 200 200 200 200
structures:structure_calendar             GET  200 200 200 200 200 200 200 200
structures:bus                            GET  200 200 200 200 200 200 200 200
structures:bus_calendar                   GET  200 200 200 200 200 200 200 200
structures:commune_calendar               GET  200 200 200 200 200 200 200 200
structures:data                           GET  200 200 200 200 200 200 200 200
structures:data_file                      GET  200 200 200 200 200 200 200 200
structures:choose                         POST 302 302 404 403 403 403 403 403
structures:my_site                        GET  302 302 302 302 302 403 403 403
structures:site                           GET  302 200 404 200 404 403 403 403
structures:settle_comment                 POST 302 302 404 302 404 403 403 403
structures:sheet                          GET  302 200 404 200 404 403 403 403
structures:location_create                GET  302 200 404 200 404 403 403 403
structures:location_edit                  GET  302 200 404 200 404 403 403 403
structures:hours                          GET  302 200 404 200 404 403 403 403
structures:exceptions                     GET  302 200 404 200 404 403 403 403
structures:closures                       GET  302 200 404 200 404 403 403 403
structures:location_set_active            POST 302 302 404 302 404 403 403 403
structures:changes                        GET  302 200 404 200 404 403 403 403
structures:undo                           POST 302 302 404 302 404 403 403 403
structures:imports                        GET  302 403 403 200 200 403 403 403
structures:import_preview                 GET  302 403 403 200 404 403 403 403
structures:import_accept                  POST 302 403 403 302 404 403 403 403
structures:import_give_up                 POST 302 403 403 302 404 403 403 403
structures:import_progress                GET  302 403 403 302 404 403 403 403
referrals:desk                            GET  302 200 200 403 403 403 403 403
referrals:next                            GET  302 302 302 403 403 403 403 403
referrals:draft                           POST 302 200 200 403 403 403 403 403
referrals:draft_erase                     POST 302 302 302 403 403 403 403 403
referrals:correct                         GET  302 200 404 403 403 403 403 403
referrals:cancel                          POST 302 302 404 403 403 403 403 403
referrals:restore                         POST 302 302 404 403 403 403 403 403
referrals:directory                       GET  302 200 200 200 200 200 200 403
referrals:procedure_sheet                 GET  302 200 200 200 200 200 200 403
referrals:report                          GET  302 200 200 200 404 200 404 403
referrals:partner_queue                   GET  302 403 403 403 403 200 403 403
referrals:orient                          GET  302 200 200 403 403 403 403 403
referrals:local_service                   GET  302 200 200 200 200 200 200 403
referrals:list                            GET  302 200 200 403 403 403 403 403
referrals:search                          POST 302 422 422 403 403 403 403 403
referrals:export                          GET  302 200 200 403 403 403 403 403
referrals:views                           GET  302 200 200 403 403 403 403 403
referrals:view_edit                       GET  302 200 404 403 403 403 403 403
referrals:view_delete                     POST 302 302 404 403 403 403 403 403
referrals:detail                          GET  302 200 404 403 403 403 403 403
referrals:hand_over                       GET  302 200 404 403 403 403 403 403
referrals:orient_request                  GET  302 200 404 403 403 403 403 403
referrals:log_call                        POST 302 422 404 403 403 403 403 403
referrals:say_useful                      POST 302 302 404 403 403 403 403 403
referrals:revoke                          POST 302 302 404 403 403 403 403 403
referrals:send_again                      POST 302 404 404 403 403 403 403 403
referrals:note                            POST 302 422 404 403 403 403 403 403
referrals:take_over                       POST 302 302 404 403 403 403 403 403
referrals:assign                          GET  302 200 404 403 403 403 403 403
referrals:presence                        POST 302 200 404 403 403 403 403 403
referrals:national                        POST 302 302 404 403 403 403 403 403
referrals:identity                        POST 302 422 404 403 403 403 403 403
referrals:inform                          POST 302 302 404 403 403 403 403 403
referrals:close_untold                    POST 302 302 404 403 403 403 403 403
referrals:reopen                          POST 302 302 404 403 403 403 403 403
referrals:sheet                           GET  302 200 404 403 403 403 403 403
referrals:notices                         GET  302 200 200 403 403 403 403 403
referrals:rights                          GET  302 200 200 403 403 403 403 403
referrals:rights_person                   GET  302 200 404 403 403 403 403 403
referrals:rights_everything               GET  302 200 404 403 403 403 403 403
referrals:rights_json                     GET  302 200 404 403 403 403 403 403
referrals:rights_erase                    GET  302 200 404 403 403 403 403 403
referrals:correct_identity                GET  302 200 404 403 403 403 403 403
referrals:readings                        GET  302 200 404 403 403 403 403 403
referrals:site_readings                   GET  302 200 200 403 403 403 403 403
referrals:mandates                        GET  302 200 404 403 403 403 403 403
referrals:mandate_to_sign                 GET  302 200 404 403 403 403 403 403
referrals:mandate_printed                 GET  302 200 404 403 403 403 403 403
referrals:mandate_withdraw                POST 302 302 404 403 403 403 403 403
referrals:answer                          GET  200 200 200 200 200 200 200 200
referrals:answer_file                     GET  302 302 302 302 302 302 302 302
referrals:attach                          POST 302 422 404 403 403 403 403 403
referrals:original                        GET  302 200 404 403 403 403 403 403
referrals:file                            GET  302 200 404 403 403 403 403 403
referrals:file_erase                      GET  302 200 404 403 403 403 403 403
partners:confirmation                     GET  200 200 200 200 200 200 200 200
partners:upkeep_proposal                  GET  302 403 403 403 403 200 403 403
partners:report_settle                    GET  302 403 403 403 403 302 403 403
partners:contacts                         GET  302 403 403 403 403 200 403 403
partners:contact_create                   GET  302 403 403 403 403 200 403 403
partners:contact_edit                     GET  302 403 403 403 403 200 403 403
partners:contact_hours                    GET  302 403 403 403 403 200 403 403
partners:contact_export                   GET  302 403 403 403 403 200 403 403
partners:contact_changes                  GET  302 403 403 403 403 200 403 403
partners:changes                          GET  302 403 403 403 403 200 403 403
partners:change_undo                      POST 302 403 403 403 403 200 403 403
partners:imports                          GET  302 403 403 403 403 200 403 403
partners:import_preview                   GET  302 403 403 403 403 200 403 403
partners:import_confirm                   POST 302 403 403 403 403 302 403 403
partners:import_abandon                   POST 302 403 403 403 403 302 403 403
partners:import_undo                      GET  302 403 403 403 403 200 403 403
partners:import_progress                  GET  302 403 403 403 403 302 403 403
partners:contact_confirm                  GET  302 403 403 403 403 302 403 403
partners:contact_deactivate               GET  302 403 403 403 403 200 403 403
partners:contact_reactivate               GET  302 403 403 403 403 302 403 403
referrals:rule_add                        GET  302 403 403 403 403 200 403 403
referrals:rule_edit                       GET  302 403 403 403 403 200 403 403
referrals:rule_remove                     GET  302 403 403 403 403 200 403 403
referrals:coverage                        GET  302 403 403 403 403 200 403 403
referrals:coverage_area                   GET  302 403 403 403 403 200 403 403
partners:operators                        GET  302 403 403 403 403 200 403 403
partners:operator_create                  GET  302 403 403 403 403 200 403 403
partners:operator_edit                    GET  302 403 403 403 403 200 403 403
partners:operator_deactivate              GET  302 403 403 403 403 200 403 403
partners:operator_reactivate              GET  302 403 403 403 403 302 403 403
partners:procedures                       GET  302 403 403 403 403 200 403 403
partners:procedure_create                 GET  302 403 403 403 403 200 403 403
partners:procedure_edit                   GET  302 403 403 403 403 200 403 403
partners:procedure_deactivate             GET  302 403 403 403 403 200 403 403
partners:procedure_reactivate             GET  302 403 403 403 403 302 403 403
partners:blockers                         GET  302 403 403 403 403 200 403 403
partners:blocker_rename                   GET  302 403 403 403 403 200 403 403
partners:blocker_move                     GET  302 403 403 403 403 302 403 403
partners:blocker_set_active               GET  302 403 403 403 403 302 403 403
partners:themes                           GET  302 403 403 403 403 200 403 403
partners:theme_rename                     GET  302 403 403 403 403 200 403 403
partners:theme_move                       GET  302 403 403 403 403 302 403 403
partners:theme_set_active                 GET  302 403 403 403 403 302 403 403
partners:local_services                   GET  302 403 403 403 403 200 403 403
partners:local_service_create             GET  302 403 403 403 403 200 403 403
partners:local_service_edit               GET  302 403 403 403 403 200 403 403
partners:local_service_set_active         GET  302 403 403 403 403 302 403 403
partners:local_service_undo               GET  302 403 403 403 403 302 403 403
partners:limit_add                        GET  302 403 403 403 403 200 403 403
partners:limit_remove                     GET  302 403 403 403 403 302 403 403
partners:area_add                         GET  302 403 403 403 403 200 403 403
partners:area_remove                      GET  302 403 403 403 403 302 403 403
partners:local_service_hours              GET  302 403 403 403 403 200 403 403
partners:service_place_create             GET  302 403 403 403 403 200 403 403
partners:service_place_edit               GET  302 403 403 403 403 200 403 403
partners:service_place_hours              GET  302 403 403 403 403 200 403 403
partners:digital_advisors                 GET  302 403 403 403 403 403 200 403
partners:digital_advisor_create           GET  302 403 403 403 403 403 200 403
partners:digital_advisor_edit             GET  302 403 403 403 403 403 200 403
partners:digital_advisor_set_active       GET  302 403 403 403 403 403 302 403
partners:digital_advisor_undo             GET  302 403 403 403 403 403 302 403
partners:digital_advisors_csv             GET  302 403 403 403 403 403 200 403
partners:digital_activity                 GET  302 403 403 403 403 403 200 403
partners:digital_activity_csv             GET  302 403 403 403 403 403 200 403
partners:digital_advisor                  GET  302 403 403 403 403 403 200 403
partners:advisor_hours                    GET  302 403 403 403 403 403 200 403
partners:advisor_place_create             GET  302 403 403 403 403 403 200 403
partners:advisor_place_edit               GET  302 403 403 403 403 403 200 403
partners:advisor_place_hours              GET  302 403 403 403 403 403 200 403
partners:workshop_create                  GET  302 403 403 403 403 403 200 403
partners:workshop_edit                    GET  302 403 403 403 403 403 200 403
partners:advisor_month                    GET  302 403 403 403 403 403 200 403
partners:workshop_cancel                  POST 302 403 403 403 403 403 302 403
partners:workshops                        GET  200 200 200 200 200 200 200 200
partners:local_actions                    GET  302 403 403 200 200 403 200 403
partners:local_action_create              GET  302 403 403 200 200 403 200 403
partners:local_action                     GET  302 403 403 200 404 403 404 403
partners:local_action_edit                GET  302 403 403 200 404 403 404 403
partners:action_member_create             GET  302 403 403 200 404 403 404 403
partners:action_member_edit               GET  302 403 403 200 404 403 404 403
partners:action_calendar                  GET  302 403 403 200 404 403 404 403
partners:action_session_add               GET  302 403 403 200 404 403 404 403
partners:action_session                   GET  302 403 403 200 404 403 404 403
partners:action_session_cancel            GET  302 403 403 200 404 403 404 403
partners:action_session_sheet             GET  302 403 403 200 404 403 404 403
partners:action_results                   GET  302 403 403 200 404 403 404 403
partners:action_results_csv               GET  302 403 403 200 404 403 404 403
partners:action_leaflet                   GET  302 403 403 200 404 403 404 403
partners:local_action_set_active          POST 302 403 403 302 404 403 404 403
partners:local_action_undo                GET  302 403 403 302 404 403 404 403
partners:know_how_queue                   GET  302 403 403 403 403 200 403 403
partners:know_how_review                  GET  302 403 403 403 403 200 403 403
partners:know_how_refuse                  GET  302 403 403 403 403 302 403 403
partners:know_how_undo                    GET  302 403 403 403 403 302 403 403
referrals:know_how                        GET  302 200 200 200 200 200 200 403
referrals:know_how_write                  GET  302 200 200 403 403 200 403 403
referrals:know_how_note                   GET  302 200 200 200 404 200 404 403
referrals:know_how_edit                   GET  302 200 404 403 403 404 403 403
referrals:know_how_opinion                POST 302 302 302 302 404 302 404 403
referrals:solve_with_note                 POST 302 302 404 403 403 403 403 403
referrals:contact_departure               GET  302 403 403 403 403 200 403 403
quality:dashboard                         GET  302 403 403 200 200 403 403 403
quality:late                              GET  302 403 403 200 200 403 403 403
quality:contacts                          GET  302 403 403 200 200 403 403 403
quality:unmet                             GET  302 403 403 200 200 403 403 403
quality:board                             GET  302 403 403 200 200 403 403 403
quality:evidence                          GET  302 403 403 200 404 403 403 403
quality:structures                        GET  302 403 403 200 200 403 403 403
quality:structure                         GET  302 403 403 200 404 403 403 403
quality:record_visit                      GET  302 403 403 200 404 403 403 403
quality:structure_create                  GET  302 403 403 200 200 403 403 403
quality:label                             GET  302 403 403 200 404 403 403 403
quality:label_note                        GET  302 403 403 200 404 403 403 403
quality:holder                            GET  302 403 403 200 404 403 403 403
quality:site_charter                      GET  302 200 404 200 404 403 403 403
quality:team                              GET  302 200 404 200 404 403 403 403
quality:person_add                        GET  302 200 404 200 404 403 403 403
quality:person                            GET  302 200 404 200 404 403 403 403
quality:presence                          GET  302 200 404 200 404 403 403 403
quality:departure                         GET  302 200 404 200 404 403 403 403
quality:training_add                      POST 302 422 404 422 404 403 403 403
quality:training_remove                   POST 302 302 404 302 404 403 403 403
quality:hand_on                           GET  302 200 404 200 404 403 403 403
quality:training                          GET  302 403 403 200 200 403 403 403
quality:session_create                    GET  302 403 403 200 200 403 403 403
quality:session                           GET  302 403 403 200 404 403 403 403
quality:session_edit                      GET  302 403 403 200 404 403 403 403
quality:session_enrol                     POST 302 403 403 422 404 403 403 403
quality:session_withdraw                  POST 302 403 403 302 404 403 403 403
quality:session_attended                  POST 302 403 403 422 404 403 403 403
quality:course_create                     GET  302 403 403 200 200 403 403 403
quality:course_edit                       GET  302 403 403 200 200 403 403 403
config:landing                            GET  302 302 302 302 302 302 302 302
config:accessibility                      GET  200 200 200 200 200 200 200 200
config:privacy                            GET  200 200 200 200 200 200 200 200
config:legal                              GET  200 200 200 200 200 200 200 200
config:sitemap                            GET  200 200 200 200 200 200 200 200
config:security_txt                       GET  200 200 200 200 200 200 200 200
config:demonstration_mails                GET  404 404 404 404 404 404 404 404
config:alive                              GET  200 200 200 200 200 200 200 200
config:ready                              GET  503 503 503 503 503 503 503 503
admin/login/                              GET  302 302 302 302 302 302 302 302
account_login                             GET  200 302 302 302 302 302 302 302
account_logout                            GET  302 200 200 200 200 200 200 200
account_inactive                          GET  200 200 200 200 200 200 200 200
account_signup                            GET  200 302 302 302 302 302 302 302
account_reauthenticate                    GET  302 200 200 200 200 200 200 200
account_change_password                   GET  302 200 200 200 200 200 200 200
account_set_password                      GET  302 302 302 302 302 302 302 302
account_reset_password                    GET  200 200 200 200 200 200 200 200
account_reset_password_done               GET  200 200 200 200 200 200 200 200
account_reset_password_from_key           GET  200 200 200 200 200 200 200 200
account_reset_password_from_key_done      GET  200 200 200 200 200 200 200 200
"""
CANARY = "CANARI"
READERS = [("counsellor of A", "referrals:"), ("partner manager", "partners:upkeep_proposal")]
"""Who reads texts, and where: the site its own requests, the holder of a contact what this contact answered."""


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or str(pattern.pattern)}"


def lines() -> dict[str, tuple[str, list[int]]]:
    rows = [row.split() for row in TABLE.strip().splitlines() if not row.startswith("#")]
    return {name: (method, [int(status) for status in statuses]) for name, method, *statuses in rows}


@dataclass
class Network:
    """Two structures, a neighbouring département, and one object of each kind that belongs to A."""

    clients: dict[str, Client] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def network(structure: Structure, other_structure: Structure, partner_office: Team) -> Network:
    load_charter(now=timezone.now())
    digital = TeamFactory(digital=True)
    foreign = TeamFactory(coordination=True)
    StructureFactory(coordination=foreign)
    teams = {
        "counsellor of A": structure.team,
        "counsellor of B": other_structure.team,
        "coordinator": structure.coordination,
        "coordinator of another département": foreign,
        "partner manager": partner_office,
        "digital coordinator": digital,
    }
    network = Network()
    network.clients["anonymous"] = Client()
    for persona, team in teams.items():
        network.clients[persona] = Client()
        network.clients[persona].force_login(UserFactory(teams=[team]))
    network.clients["superuser"] = Client()
    network.clients["superuser"].force_login(UserFactory(is_staff=True, is_superuser=True))

    procedure = ProcedureFactory(code="DEMARCHE")
    blocker = BlockerFactory()
    theme = ThemeFactory()
    contact = ContactFactory(operator=procedure.operator, office=partner_office)
    rule = RuleFactory(contact=contact)
    request = ServiceRequestFactory(
        structure=structure, procedure=procedure, received_at=timezone.now() - timedelta(hours=1)
    )
    referral = ReferralFactory(request=request, contact=contact, sent_at=timezone.now(), question=f"{CANARY} question")
    Identity.objects.create(request=request, name=f"{CANARY} nom", reach=f"{CANARY} téléphone")
    replied = ReferralFactory(request__structure=structure, request__procedure=procedure, contact=contact)
    incoming = take(simple(replied, f"{CANARY} réponse", sender=contact.mail), now=timezone.now())
    attachment = AttachmentFactory(
        request=request, name=f"{CANARY}.pdf", key=vault.write(f"{CANARY} pièce".encode()), added_by=request.author
    )
    Exchange.objects.create(
        request=request, kind=Happening.NOTE, at=timezone.now(), actor="Aline", text=f"{CANARY} note"
    )
    mandate = Mandate.objects.create(
        request=request,
        purpose=f"{CANARY} mandat",
        given_on=timezone.localdate(),
        recorded_by=request.author,
        recorded_at=timezone.now(),
    )
    view = SavedView.objects.create(
        owner=request.author, structure=structure, name=f"{CANARY} vue", query="etat=toutes", created_at=timezone.now()
    )
    service = LocalServiceFactory(office=partner_office)
    service_place = LocalServicePlaceFactory(service=service)
    advisor = LocalServiceFactory(kind=LocalServiceKind.DIGITAL_ADVISOR, digital_team=digital)
    advisor_place = LocalServicePlaceFactory(service=advisor)
    workshop = WorkshopFactory(service=advisor)
    action = ActionFactory(coordination=structure.coordination)
    action_session = ActionSessionFactory(service=action)
    member = ActionMemberFactory(service=action)
    draft = ImportDraftFactory(coordination=structure.coordination)
    contact_import = ContactImportFactory(office=partner_office)
    person = CounsellorFactory(structure=structure)
    training = TrainingFactory(counsellor=person)
    session = TrainingSessionFactory(coordination=structure.coordination)
    place = structure.locations.get()
    change = Change.objects.create(
        structure=structure,
        what=What.STRUCTURE,
        before={"phone": "1"},
        after={"phone": ""},
        at=timezone.now(),
        actor="A",
    )
    proposed = ConfirmationFactory(
        contact=contact, verdict=Verdict.GONE, answered_at=timezone.now(), message=f"{CANARY} message"
    )
    note = KnowHowNoteFactory(office=partner_office, procedure=procedure)
    author = User.objects.filter(memberships__team=structure.team).earliest("pk")
    draft_note = KnowHowNoteFactory(office=partner_office, procedure=procedure, author=author, draft=True)
    arguments: dict[str, list[object]] = {
        "structures:detail": [structure.slug],
        "structures:site": [structure.slug],
        "structures:settle_comment": [structure.slug],
        "structures:sheet": [structure.slug],
        "structures:location_create": [structure.slug],
        "structures:location_edit": [structure.slug, place.pk],
        "structures:hours": [structure.slug, place.pk],
        "structures:exceptions": [structure.slug, place.pk],
        "structures:closures": [structure.slug],
        "structures:location_set_active": [structure.slug, place.pk],
        "structures:changes": [structure.slug],
        "structures:undo": [structure.slug, change.pk],
        "quality:site_charter": [structure.slug],
        "structures:data_file": ["france-services.csv"],
        "structures:poster": [structure.slug, structure.locations.get().pk],
        "structures:structure_calendar": [structure.slug],
        "structures:bus_calendar": [StructureFactory(bus=True).slug],
        "structures:commune_calendar": [structure.locations.get().commune_id],
        "structures:import_preview": [draft.pk],
        "structures:import_accept": [draft.pk],
        "structures:import_give_up": [draft.pk],
        "structures:import_progress": [draft.pk],
        "referrals:detail": [request.reference],
        "referrals:export": ["csv"],
        "referrals:view_edit": [view.pk],
        "referrals:view_delete": [view.pk],
        "referrals:hand_over": [request.reference],
        "referrals:draft": ["saisie"],
        "referrals:draft_erase": ["saisie"],
        "referrals:correct": [request.reference],
        "referrals:cancel": [request.reference],
        "referrals:restore": [request.reference],
        "referrals:log_call": [request.reference, referral.pk],
        "referrals:revoke": [request.reference, referral.pk],
        "referrals:say_useful": [replied.request.reference, incoming.exchange_id],
        "referrals:send_again": [request.reference, referral.pk],
        "referrals:note": [request.reference],
        "referrals:take_over": [request.reference],
        "referrals:assign": [request.reference],
        "referrals:presence": [request.reference],
        "referrals:national": [request.reference],
        "referrals:identity": [request.reference],
        "referrals:inform": [request.reference],
        "referrals:rights_person": [request.reference],
        "referrals:rights_everything": [request.reference],
        "referrals:rights_json": [request.reference],
        "referrals:rights_erase": [request.reference],
        "referrals:correct_identity": [request.reference],
        "referrals:readings": [request.reference],
        "referrals:mandates": [request.reference],
        "referrals:mandate_to_sign": [request.reference],
        "referrals:mandate_printed": [request.reference, mandate.pk],
        "referrals:mandate_withdraw": [request.reference, mandate.pk],
        "referrals:close_untold": [request.reference],
        "referrals:reopen": [request.reference],
        "referrals:sheet": [request.reference],
        "referrals:answer": [links.token_for(referral)],
        "referrals:answer_file": [links.token_for(referral), attachment.key],
        "referrals:attach": [request.reference],
        "referrals:original": [incoming.pk],
        "referrals:file": [request.reference, attachment.key],
        "referrals:file_erase": [request.reference, attachment.key],
        "referrals:report": [contact.pk],
        "partners:confirmation": [confirmation_links.token_for([ConfirmationFactory(contact=contact)])],
        "partners:upkeep_proposal": [proposed.pk],
        "partners:report_settle": [ReportFactory(contact=contact).pk],
        "partners:know_how_review": [draft_note.pk],
        "partners:know_how_refuse": [draft_note.pk],
        "partners:know_how_undo": [draft_note.pk, 1],
        "referrals:know_how_note": [note.pk],
        "referrals:know_how_edit": [draft_note.pk],
        "referrals:know_how_opinion": [note.pk],
        "referrals:solve_with_note": [request.reference, note.pk],
        "referrals:contact_departure": [contact.pk],
        "partners:contact_edit": [contact.pk],
        "partners:contact_hours": [contact.pk],
        "partners:contact_changes": [contact.pk],
        "partners:change_undo": ["interlocuteur", contact.history.latest("history_id").history_id],
        "partners:import_preview": [contact_import.pk],
        "partners:import_confirm": [contact_import.pk],
        "partners:import_abandon": [contact_import.pk],
        "partners:import_undo": [contact_import.pk],
        "partners:import_progress": [contact_import.pk],
        "partners:contact_confirm": [contact.pk],
        "partners:contact_deactivate": [contact.pk],
        "partners:contact_reactivate": [contact.pk],
        "referrals:rule_add": [contact.pk],
        "referrals:rule_edit": [contact.pk, rule.pk],
        "referrals:rule_remove": [contact.pk, rule.pk],
        "referrals:coverage_area": [procedure.operator.code, place.commune.epci_id],
        "partners:operator_edit": [procedure.operator.code],
        "partners:operator_deactivate": [procedure.operator.code],
        "partners:operator_reactivate": [procedure.operator.code],
        "referrals:procedure_sheet": [procedure.code],
        "partners:blocker_rename": [blocker.code],
        "partners:blocker_move": [blocker.code],
        "partners:blocker_set_active": [blocker.code],
        "partners:theme_rename": [theme.code],
        "partners:theme_move": [theme.code],
        "partners:theme_set_active": [theme.code],
        "partners:procedure_edit": [procedure.code],
        "partners:procedure_deactivate": [procedure.code],
        "partners:procedure_reactivate": [procedure.code],
        "partners:local_service_edit": [service.pk],
        "partners:local_service_set_active": [service.pk],
        "partners:local_service_undo": [service.pk, 1],
        "partners:limit_add": [service.pk],
        "partners:limit_remove": [service.pk, 1],
        "partners:area_add": [service.pk],
        "partners:area_remove": [service.pk, 1],
        "partners:local_service_hours": [service.pk],
        "partners:service_place_create": [service.pk],
        "partners:service_place_edit": [service.pk, service_place.pk],
        "partners:service_place_hours": [service.pk, service_place.pk],
        "referrals:local_service": [service.pk],
        "referrals:orient_request": [request.reference],
        "partners:digital_advisor_edit": [advisor.pk],
        "partners:digital_advisor": [advisor.pk],
        "partners:advisor_hours": [advisor.pk],
        "partners:advisor_place_create": [advisor.pk],
        "partners:advisor_place_edit": [advisor.pk, advisor_place.pk],
        "partners:advisor_place_hours": [advisor.pk, advisor_place.pk],
        "partners:workshop_create": [advisor.pk],
        "partners:workshop_edit": [advisor.pk, workshop.pk],
        "partners:workshop_cancel": [advisor.pk, workshop.pk],
        "partners:advisor_month": [advisor.pk, 2026, 1],
        "partners:local_action": [action.pk],
        "partners:local_action_edit": [action.pk],
        "partners:local_action_set_active": [action.pk],
        "partners:local_action_undo": [action.pk, 1],
        "partners:action_member_create": [action.pk],
        "partners:action_member_edit": [action.pk, member.pk],
        "partners:action_calendar": [action.pk],
        "partners:action_session_add": [action.pk],
        "partners:action_session": [action.pk, action_session.pk],
        "partners:action_session_cancel": [action.pk, action_session.pk],
        "partners:action_session_sheet": [action.pk, action_session.pk],
        "partners:action_results": [action.pk],
        "partners:action_results_csv": [action.pk],
        "partners:action_leaflet": [action.pk],
        "partners:digital_advisor_set_active": [advisor.pk],
        "partners:digital_advisor_undo": [advisor.pk, 1],
        "quality:evidence": [structure.slug, "opening_hours"],
        "quality:structure": [structure.slug],
        "quality:record_visit": [structure.slug],
        "quality:label": [structure.slug],
        "quality:label_note": [structure.slug, LabelChangeFactory(structure=structure).pk],
        "quality:holder": [structure.slug],
        "quality:team": [structure.slug],
        "quality:person_add": [structure.slug],
        "quality:person": [structure.slug, person.pk],
        "quality:presence": [structure.slug, person.pk],
        "quality:departure": [structure.slug, person.pk],
        "quality:training_add": [structure.slug, person.pk],
        "quality:training_remove": [structure.slug, person.pk, training.pk],
        "quality:hand_on": [structure.slug, request.author.pk],
        "quality:session": [session.pk],
        "quality:session_edit": [session.pk],
        "quality:session_enrol": [session.pk],
        "quality:session_withdraw": [session.pk, person.pk],
        "quality:session_attended": [session.pk],
        "quality:course_edit": [training.course.code],
        "account_reset_password_from_key": ["1", "set-password"],
    }
    special = {"admin/login/": "/admin/login/"}
    for name in addresses(get_resolver()):
        network.urls[name] = special.get(name) or reverse(name, args=arguments.get(name, []))
    network.urls["structure of A"] = str(structure.pk)
    return network


def visit(network: Network, name: str, method: str, persona: str) -> tuple[int, str]:
    data = {"structure": network.urls["structure of A"]} if name == "structures:choose" else {}
    client = network.clients[persona]
    response = client.get(network.urls[name]) if method == "GET" else client.post(network.urls[name], data)
    return response.status_code, "" if response.streaming else response.content.decode(errors="replace")


def rows_in_all_tables() -> dict[str, int]:
    ours = {"accounts", "territories", "schedules", "outbox", "structures", "partners", "referrals", "quality"}
    # A visit by a link is counted whatever it gets: that is what keeps guesses few.
    rows = [m for m in apps.get_models() if m._meta.app_label in ours and m is not VisitCount]
    return {m._meta.label: m._default_manager.count() for m in rows}


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    known = set(addresses(get_resolver()))
    assert len(known) > 60
    assert known - set(lines()) == set()
    assert set(lines()) - known == set()


ROOMS = sorted({name.partition(":")[0] if ":" in name else "sign-in" for name in lines()})


@pytest.mark.django_db
@pytest.mark.parametrize("room", ROOMS)
def test_who_gets_in(network: Network, room: str) -> None:
    """One network a room: each visit is undone before the next."""
    names = [name for name in lines() if (name.partition(":")[0] if ":" in name else "sign-in") == room]
    found = {name: [undone(partial(statuses, network, name, persona)) for persona in PERSONAS] for name in names}
    assert found == {name: lines()[name][1] for name in names}


def undone(work: Callable[[], int]) -> int:
    before = transaction.savepoint()
    try:
        return work()
    finally:
        transaction.savepoint_rollback(before)


def statuses(network: Network, name: str, persona: str) -> int:
    """What this persona gets; when it is a refusal, no method does better, nothing is shown and no row changes."""
    method = lines()[name][0]
    before = rows_in_all_tables()
    status, page = visit(network, name, method, persona)
    if not any(persona == reader and name.startswith(where) for reader, where in READERS):
        assert CANARY not in page, f"{persona} reads an identity or a text on {name}"
    if status in (403, 404):
        other, page = visit(network, name, "POST" if method == "GET" else "GET", persona)
        assert other in (status, 405), f"{persona} is refused {name} by {method}, not by the other method"
        assert CANARY not in page
        assert rows_in_all_tables() == before, f"{persona}: the refused {name} changed a row"
    return status


@pytest.mark.django_db
def test_only_the_site_reads_the_identity_and_each_read_leaves_a_line(network: Network) -> None:
    url = network.urls["referrals:detail"] + "?identite=1"
    readers = [p for p in PERSONAS if f"{CANARY} nom" in network.clients[p].get(url).content.decode(errors="replace")]
    assert readers == ["counsellor of A"]
    assert JournalEntry.objects.filter(verb="identité lue").count() == 1


@pytest.mark.django_db
def test_the_table_of_rights_names_every_kind_of_team() -> None:
    assert set(PERMISSIONS) == set(TeamKind)
    assert set(Can) == {can for cans in PERMISSIONS.values() for can in cans}
