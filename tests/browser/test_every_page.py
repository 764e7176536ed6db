"""Can everyone use every page: with a screen reader, a keyboard, a phone, at 400 %, on paper, at night?

Every address that shows a page is in PAGES, with a persona it is for; other states of these pages are in STATES.
"""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from playwright.sync_api import Page, Response, expect

from partners.confirmation_links import token_for
from tests.browser import usable
from tests.browser.conftest import OpenWindow
from tests.browser.network import Network
from tests.test_access import addresses

pytestmark = pytest.mark.looks
PERSONAS = ["anonymous", "counsellor", "coordinator", "partner_manager", "digital_coordinator", "superuser"]
PAGES = {
    "structures:find": "anonymous",
    "structures:detail": "anonymous",
    "structures:imports": "coordinator",
    "structures:import_preview": "coordinator",
    "structures:site": "counsellor",
    "structures:sheet": "counsellor",
    "structures:location_create": "counsellor",
    "structures:location_edit": "counsellor",
    "structures:hours": "counsellor",
    "structures:exceptions": "counsellor",
    "structures:closures": "counsellor",
    "structures:changes": "counsellor",
    "structures:data": "anonymous",
    "structures:list": "anonymous",
    "structures:bus": "anonymous",
    "structures:poster": "anonymous",
    "referrals:desk": "counsellor",
    "referrals:notices": "counsellor",
    "referrals:sheet": "counsellor",
    "referrals:original": "counsellor",
    "referrals:list": "counsellor",
    "referrals:views": "counsellor",
    "referrals:view_edit": "counsellor",
    "referrals:detail": "counsellor",
    "referrals:hand_over": "counsellor",
    "referrals:rights": "counsellor",
    "referrals:rights_person": "counsellor",
    "referrals:rights_everything": "counsellor",
    "referrals:rights_erase": "counsellor",
    "referrals:correct_identity": "counsellor",
    "referrals:readings": "counsellor",
    "referrals:site_readings": "counsellor",
    "referrals:mandates": "counsellor",
    "referrals:mandate_to_sign": "counsellor",
    "referrals:mandate_printed": "counsellor",
    "referrals:assign": "counsellor",
    "referrals:correct": "counsellor",
    "referrals:orient_request": "counsellor",
    "referrals:orient": "counsellor",
    "referrals:local_service": "counsellor",
    "referrals:answer": "anonymous",
    "referrals:file_erase": "counsellor",
    "referrals:directory": "counsellor",
    "referrals:know_how": "counsellor",
    "referrals:know_how_write": "counsellor",
    "referrals:know_how_note": "counsellor",
    "referrals:know_how_edit": "counsellor",
    "referrals:contact_departure": "partner_manager",
    "partners:know_how_queue": "partner_manager",
    "partners:know_how_review": "partner_manager",
    "referrals:procedure_sheet": "counsellor",
    "referrals:report": "counsellor",
    "referrals:partner_queue": "partner_manager",
    "partners:confirmation": "anonymous",
    "partners:upkeep_proposal": "partner_manager",
    "partners:contacts": "partner_manager",
    "partners:contact_create": "partner_manager",
    "partners:contact_edit": "partner_manager",
    "partners:contact_hours": "partner_manager",
    "partners:contact_changes": "partner_manager",
    "partners:changes": "partner_manager",
    "partners:imports": "partner_manager",
    "partners:import_preview": "partner_manager",
    "partners:import_undo": "partner_manager",
    "partners:contact_deactivate": "partner_manager",
    "referrals:rule_add": "partner_manager",
    "referrals:rule_edit": "partner_manager",
    "referrals:rule_remove": "partner_manager",
    "referrals:coverage": "partner_manager",
    "referrals:coverage_area": "partner_manager",
    "partners:operators": "partner_manager",
    "partners:operator_create": "partner_manager",
    "partners:operator_edit": "partner_manager",
    "partners:operator_deactivate": "partner_manager",
    "partners:procedures": "partner_manager",
    "partners:procedure_create": "partner_manager",
    "partners:procedure_edit": "partner_manager",
    "partners:procedure_deactivate": "partner_manager",
    "partners:blockers": "partner_manager",
    "partners:blocker_rename": "partner_manager",
    "partners:themes": "partner_manager",
    "partners:theme_rename": "partner_manager",
    "partners:local_services": "partner_manager",
    "partners:local_service_create": "partner_manager",
    "partners:local_service_edit": "partner_manager",
    "partners:local_service_hours": "partner_manager",
    "partners:limit_add": "partner_manager",
    "partners:area_add": "partner_manager",
    "partners:service_place_create": "partner_manager",
    "partners:service_place_edit": "partner_manager",
    "partners:service_place_hours": "partner_manager",
    "partners:digital_advisors": "digital_coordinator",
    "partners:digital_advisor_create": "digital_coordinator",
    "partners:digital_advisor_edit": "digital_coordinator",
    "partners:digital_advisor": "digital_coordinator",
    "partners:digital_activity": "digital_coordinator",
    "partners:advisor_hours": "digital_coordinator",
    "partners:advisor_place_create": "digital_coordinator",
    "partners:advisor_place_edit": "digital_coordinator",
    "partners:advisor_place_hours": "digital_coordinator",
    "partners:workshop_create": "digital_coordinator",
    "partners:workshop_edit": "digital_coordinator",
    "partners:advisor_month": "digital_coordinator",
    "partners:workshops": "anonymous",
    "partners:local_actions": "coordinator",
    "partners:local_action_create": "coordinator",
    "partners:local_action": "coordinator",
    "partners:local_action_edit": "coordinator",
    "partners:action_member_create": "coordinator",
    "partners:action_member_edit": "coordinator",
    "partners:action_calendar": "coordinator",
    "partners:action_session_add": "coordinator",
    "partners:action_session": "coordinator",
    "partners:action_session_cancel": "coordinator",
    "partners:action_session_sheet": "coordinator",
    "partners:action_results": "coordinator",
    "partners:action_leaflet": "coordinator",
    "quality:site_charter": "counsellor",
    "quality:dashboard": "coordinator",
    "quality:late": "coordinator",
    "quality:contacts": "coordinator",
    "quality:unmet": "coordinator",
    "quality:board": "coordinator",
    "quality:evidence": "coordinator",
    "quality:structures": "coordinator",
    "quality:structure": "coordinator",
    "quality:record_visit": "coordinator",
    "quality:structure_create": "coordinator",
    "quality:label": "coordinator",
    "quality:label_note": "coordinator",
    "quality:holder": "coordinator",
    "quality:team": "counsellor",
    "quality:person_add": "counsellor",
    "quality:person": "counsellor",
    "quality:presence": "counsellor",
    "quality:departure": "counsellor",
    "quality:hand_on": "counsellor",
    "quality:training": "coordinator",
    "quality:session": "coordinator",
    "quality:session_create": "coordinator",
    "quality:session_edit": "coordinator",
    "quality:course_create": "coordinator",
    "quality:course_edit": "coordinator",
    "config:accessibility": "anonymous",
    "config:privacy": "anonymous",
    "config:legal": "anonymous",
    "config:sitemap": "anonymous",
    "account_login": "anonymous",
    "account_reset_password": "anonymous",
    "account_reset_password_done": "anonymous",
    "account_reset_password_from_key": "anonymous",
    "account_reset_password_from_key_done": "anonymous",
    "account_signup": "anonymous",
    "account_inactive": "anonymous",
    "account_logout": "counsellor",
    "account_change_password": "counsellor",
    "account_reauthenticate": "counsellor",
}
STATES = {
    "a search by commune": ("anonymous", "/?lieu=Rouen"),
    "a commune that is not known": ("anonymous", "/?lieu=Nulle-Part"),
    "structures that do not exist": ("anonymous", "/structures/?recherche=nulle+part"),
    "structures that are open now": ("anonymous", "/structures/?ouvert=on&tri=commune"),
    "buses by commune": ("anonymous", "/bus/?par=commune"),
    "a week that is asked for": ("anonymous", "/bus/?semaine=2026-12-25"),
    "a page that does not exist": ("anonymous", "/nulle-part/"),
    "a page for others": ("counsellor", "/pilotage/"),
    "a link that was altered": ("anonymous", "/repondre/rien/"),
    "a search in the directory": ("counsellor", "/annuaire/?q=carte"),
    "a misspelt search in the directory": ("counsellor", "/annuaire/?q=carte+grsie"),
    "an operator of the directory": ("counsellor", "/annuaire/?operateur=CAF"),
    "requests that do not exist": ("counsellor", "/demandes/?etat=closes&depuis=2090-01-01"),
    "requests under every kind of filter": (
        "counsellor",
        "/demandes/?etat=toutes&venue=counter&depuis=2026-01-01&miennes=on",
    ),
    "filters that are not understood": (
        "counsellor",
        "/demandes/?demarche=xyzzy&depuis=2026-02-01&jusqua=2026-01-01&trouvees=x",
    ),
    "filters to keep as a view": ("counsellor", "/demandes/vues/?etat=toutes&miennes=on"),
    "late requests of a site": ("coordinator", "/pilotage/retards/?structure=le-havre"),
    "who helps for a démarche": ("counsellor", "/orienter/?demarche=CAF_RSA"),
    "the history of a closed list": ("partner_manager", "/partenaires/historique/?objet=theme"),
    "hours as evidence": ("coordinator", "/pilotage/charte/le-havre/opening_hours/"),
    "trained counsellors as evidence": ("coordinator", "/pilotage/charte/le-havre/trained_counsellors/"),
    "months as evidence": ("coordinator", "/pilotage/charte/le-havre/response_time/"),
}
SENT_EMPTY = [
    "referrals:desk",
    "partners:contact_create",
    "partners:procedure_create",
    "quality:record_visit",
    "account_login",
]
AT_NIGHT = [
    "structures:find",
    "referrals:desk",
    "referrals:detail",
    "referrals:hand_over",
    "partners:contact_edit",
    "quality:board",
    "quality:dashboard",
]


def address(network: Network, name: str) -> str:
    arguments: dict[str, list[object]] = {
        "structures:detail": [network.structure.slug],
        "structures:import_preview": [network.draft.pk],
        "structures:import_accept": [network.draft.pk],
        "structures:import_give_up": [network.draft.pk],
        "structures:import_progress": [network.draft.pk],
        "structures:site": [network.structure.slug],
        "structures:settle_comment": [network.structure.slug],
        "structures:sheet": [network.structure.slug],
        "structures:location_edit": [network.structure.slug, network.structure.locations.earliest("pk").pk],
        "structures:hours": [network.structure.slug, network.structure.locations.earliest("pk").pk],
        "structures:exceptions": [network.structure.slug, network.structure.locations.earliest("pk").pk],
        "structures:closures": [network.structure.slug],
        "structures:location_set_active": [network.structure.slug, network.structure.locations.earliest("pk").pk],
        "structures:changes": [network.structure.slug],
        "structures:undo": [network.structure.slug, 1],
        "quality:site_charter": [network.structure.slug],
        "structures:data_file": ["france-services.csv"],
        "structures:poster": [network.structure.slug, network.structure.locations.get().pk],
        "structures:structure_calendar": [network.structure.slug],
        "structures:bus_calendar": [network.structure.slug],
        "structures:commune_calendar": [network.structure.locations.get().commune_id],
        "referrals:detail": [network.by_phone.request.reference],
        "referrals:export": ["csv"],
        "referrals:view_edit": [network.saved_view.pk],
        "referrals:view_delete": [network.saved_view.pk],
        "referrals:hand_over": [network.to_hand_over.reference],
        "referrals:rights_person": [network.by_mail.request.reference],
        "referrals:rights_everything": [network.by_mail.request.reference],
        "referrals:rights_erase": [network.by_mail.request.reference],
        "referrals:correct_identity": [network.by_mail.request.reference],
        "referrals:readings": [network.by_mail.request.reference],
        "referrals:rights_json": [network.by_mail.request.reference],
        "referrals:mandate_withdraw": [network.by_mail.request.reference, network.mandate.pk],
        "referrals:presence": [network.by_mail.request.reference],
        "referrals:national": [network.by_mail.request.reference],
        "referrals:mandates": [network.by_mail.request.reference],
        "referrals:mandate_to_sign": [network.by_mail.request.reference],
        "referrals:mandate_printed": [network.by_mail.request.reference, network.mandate.pk],
        "referrals:assign": [network.to_hand_over.reference],
        "referrals:correct": [network.to_hand_over.reference],
        "referrals:cancel": [network.to_hand_over.reference],
        "referrals:restore": [network.to_hand_over.reference],
        "referrals:draft": ["saisie"],
        "referrals:draft_erase": ["saisie"],
        "referrals:orient_request": [network.to_hand_over.reference],
        "referrals:local_service": [network.local_service.pk],
        "referrals:know_how_note": [network.know_how.pk],
        "referrals:know_how_opinion": [network.know_how.pk],
        "referrals:know_how_edit": [network.know_how_draft.pk],
        "referrals:solve_with_note": [network.to_hand_over.reference, network.know_how.pk],
        "referrals:contact_departure": [network.contact.pk],
        "partners:know_how_review": [network.know_how_draft.pk],
        "partners:know_how_refuse": [network.know_how_draft.pk],
        "partners:know_how_undo": [network.know_how_draft.pk, 1],
        "referrals:log_call": [network.by_phone.request.reference, network.by_phone.pk],
        "referrals:say_useful": [network.answered.reference, network.incoming.exchange_id],
        "referrals:revoke": [network.late.reference, network.by_mail.pk],
        "referrals:send_again": [network.late.reference, network.by_mail.pk],
        "referrals:note": [network.late.reference],
        "referrals:take_over": [network.late.reference],
        "referrals:identity": [network.late.reference],
        "referrals:inform": [network.late.reference],
        "referrals:close_untold": [network.late.reference],
        "referrals:reopen": [network.late.reference],
        "referrals:sheet": [network.late.reference],
        "referrals:original": [network.incoming.pk],
        "referrals:report": [network.contact.pk],
        "partners:confirmation": [token_for([network.asked])],
        "partners:upkeep_proposal": [network.proposal.pk],
        "partners:contact_changes": [network.contact.pk],
        "partners:contact_export": [],
        "partners:change_undo": ["interlocuteur", 1],
        "partners:local_service_undo": [1, 1],
        "partners:digital_advisor_undo": [1, 1],
        "partners:local_action_undo": [1, 1],
        "partners:import_preview": [network.contact_import.pk],
        "partners:import_confirm": [network.contact_import.pk],
        "partners:import_abandon": [network.contact_import.pk],
        "partners:import_undo": [network.contact_import.pk],
        "partners:import_progress": [network.contact_import.pk],
        "partners:report_settle": [network.report.pk],
        "referrals:answer": [network.path_of_link().split("/")[2]],
        "referrals:answer_file": [network.path_of_link().split("/")[2], network.attachment.key],
        "referrals:attach": [network.by_mail.request.reference],
        "referrals:file": [network.by_mail.request.reference, network.attachment.key],
        "referrals:file_erase": [network.by_mail.request.reference, network.attachment.key],
        "referrals:rule_edit": [network.contact.pk, network.contact.rules.get().pk],
        "referrals:rule_remove": [network.contact.pk, network.contact.rules.get().pk],
        "referrals:coverage_area": [
            network.procedure.operator.code,
            network.structure.locations.earliest("pk").commune.epci_id,
        ],
        "quality:evidence": [network.structure.slug, "signage"],
        "account_reset_password_from_key": ["1", "set-password"],
    }
    person, session = network.leaving, network.session
    arguments |= {
        "quality:team": [network.structure.slug],
        "quality:person_add": [network.structure.slug],
        "quality:person": [network.structure.slug, person.pk],
        "quality:presence": [network.structure.slug, person.pk],
        "quality:departure": [network.structure.slug, person.pk],
        "quality:training_add": [network.structure.slug, person.pk],
        "quality:training_remove": [network.structure.slug, person.pk, person.trainings.earliest("pk").pk],
        "quality:hand_on": [network.structure.slug, network.gone.pk],
        "quality:session_withdraw": [session.pk, person.pk],
        "quality:course_edit": [session.course.code],
    }
    service = network.local_service
    place = service.places.earliest("pk").pk
    arguments |= {
        "partners:limit_add": [service.pk],
        "partners:limit_remove": [service.pk, service.limit_rows.earliest("pk").pk],
        "partners:area_add": [service.pk],
        "partners:area_remove": [service.pk, service.areas.earliest("pk").pk],
        "partners:service_place_create": [service.pk],
        "partners:service_place_edit": [service.pk, place],
        "partners:service_place_hours": [service.pk, place],
    }
    advisor, action_session = network.advisor.pk, network.action_session
    action = action_session.service_id
    arguments |= {
        "partners:digital_advisor": [advisor],
        "partners:advisor_hours": [advisor],
        "partners:advisor_place_create": [advisor],
        "partners:advisor_place_edit": [advisor, network.advisor_place.pk],
        "partners:advisor_place_hours": [advisor, network.advisor_place.pk],
        "partners:workshop_create": [advisor],
        "partners:workshop_edit": [advisor, network.workshop.pk],
        "partners:workshop_cancel": [advisor, network.workshop.pk],
        "partners:advisor_month": [advisor, 2026, 1],
        "partners:action_member_create": [action],
        "partners:action_member_edit": [action, network.action_member.pk],
        "partners:local_actions": [],
        "partners:digital_advisors_csv": [],
    }
    by_beginning: dict[str, list[object]] = {
        "partners:action_session_add": [action],
        "partners:action_session": [action, action_session.pk],
        "partners:action_": [action],
        "partners:local_action": [action],
        "partners:contact_": [network.contact.pk],
        "referrals:rule_add": [network.contact.pk],
        "partners:operator_": [network.procedure.operator.code],
        "partners:procedure_": [network.procedure.code],
        "referrals:procedure_sheet": [network.procedure.code],
        "partners:blocker_": ["courrier"],
        "partners:theme_": ["famille"],
        "partners:local_service_": [network.local_service.pk],
        "partners:digital_advisor_": [network.advisor.pk],
        "quality:structure": [network.structure.slug],
        "quality:label_note": [network.structure.slug, network.structure.label_changes.earliest("pk").pk],
        "quality:label": [network.structure.slug],
        "quality:holder": [network.structure.slug],
        "quality:record_visit": [network.structure.slug],
        "quality:session": [session.pk],
    }
    if name == "admin/login/":
        return "/admin/login/"
    if name == "structures:location_create":
        return reverse(name, args=[network.structure.slug])
    if (name.endswith("_create") and name not in arguments) or name == "quality:structures":
        return reverse(name)
    begun = (found for start, found in by_beginning.items() if name.startswith(start))
    known = arguments[name] if name in arguments else next(begun, [])
    return reverse(name, args=known)


def test_every_address_that_shows_a_page_is_in_the_list(network: Network) -> None:
    clients = {persona: Client() for persona in PERSONAS}
    for persona, client in clients.items():
        if user := network.persona(persona):
            client.force_login(user)
    named = set(addresses(get_resolver()))
    unseen = {name for name in named - set(PAGES) if any(shows(client, network, name) for client in clients.values())}
    assert unseen == set(), "pages that nobody checks"
    gone = {name for name, persona in PAGES.items() if name not in named or not shows(clients[persona], network, name)}
    assert gone == set(), "pages that their persona cannot see"


def shows(client: Client, network: Network, name: str) -> bool:
    response = client.get(address(network, name))
    return response.status_code == HTTPStatus.OK and response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("name", PAGES)
def test_everyone_can_use_the_page(network: Network, open_window: OpenWindow, name: str) -> None:
    page = open_window(network.persona(PAGES[name]), width=usable.LAPTOP)
    bodies = first_visit(page, address(network, name))
    assert usable.heavy(bodies) + found_on(page) == []


@pytest.mark.parametrize("state", STATES)
def test_everyone_can_use_the_page_in_this_state(network: Network, open_window: OpenWindow, state: str) -> None:
    persona, path = STATES[state]
    page = open_window(network.persona(persona), width=usable.LAPTOP)
    page.goto(path)
    assert found_on(page) == []


@pytest.mark.parametrize("name", SENT_EMPTY)
def test_what_is_wrong_in_a_form_is_said_to_everyone(network: Network, open_window: OpenWindow, name: str) -> None:
    page = open_window(network.persona(PAGES[name]), width=usable.LAPTOP)
    page.goto(address(network, name))
    page.locator("main form[method=post]").first.locator("button").last.click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    problems = found_on(page)
    target = summary.get_by_role("link").first
    if target.count():
        target.click()
        expect(page.locator("main :is(input, select, textarea):focus, main fieldset:target")).not_to_have_count(0)
    assert problems == []


def test_everyone_can_use_the_pages_behind_a_signed_link(network: Network, open_window: OpenWindow) -> None:
    page = open_window(width=usable.LAPTOP)
    page.goto(network.path_of_link())
    page.get_by_role("button", name="Voir la demande").click()
    problems = found_on(page)
    usable.at_width(page, usable.LAPTOP)
    page.get_by_label("Je m’en occupe").check()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci, c’est enregistré")
    assert problems + found_on(page) == []


@pytest.mark.parametrize("name", AT_NIGHT)
def test_the_page_can_be_read_at_night(network: Network, open_window: OpenWindow, name: str) -> None:
    page = open_window(network.persona(PAGES[name]), dark=True)
    page.goto(address(network, name))
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    assert max(ground) < 60
    assert usable.broken_rules(page, "at night") == []


def found_on(page: Page) -> list[str]:
    problems = usable.unnamed(page) + usable.printed_tools(page) + usable.lost_focus(page)
    problems += usable.broken_rules(page, "on a laptop")
    usable.at_width(page, usable.PHONE)
    problems += usable.broken_rules(page, "on a phone")
    usable.at_width(page, usable.NARROWEST)
    return problems + usable.overflow(page)


def first_visit(page: Page, path: str) -> list[bytes]:
    """Open the page in a browser that has nothing yet; what came, the page itself first."""
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # Playwright marks the function it is given
    page.goto(path)
    page.wait_for_load_state("load")
    came = sorted(responses, key=lambda response: not response.request.is_navigation_request())
    return [response.body() for response in came if response.ok]
