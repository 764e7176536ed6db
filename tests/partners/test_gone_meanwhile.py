"""A colleague took away the row whose form was open: is it said, and is what was typed still there?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.forms import CarefulForm
from accounts.models import Team
from accounts.permissions import TeamKind
from partners.actions.local_actions import update_member
from partners.forms.local_actions import MemberForm, member_initial
from partners.models import ActionMember, ActionSession, Contact, LocalService, LocalServicePlace, Rule
from partners.views.sheets import Sheet, edit
from tests.accounts.factories import UserFactory
from tests.partners.factories import (
    ActionFactory,
    ActionMemberFactory,
    ActionSessionFactory,
    AdvisorFactory,
    ContactFactory,
    LocalServiceFactory,
    LocalServicePlaceFactory,
    RuleFactory,
)
from tests.partners.history_lines import line_of
from tests.territories.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db
MEMBER = {"full_name": "Anne Le Goff", "role": "professional", "occupation": "secrétaire", "joined_on": "2025-01-06"}


@pytest.fixture
def action(coordination: Team) -> LocalService:
    return ActionFactory(coordination=coordination)


@pytest.fixture
def contact(partner_office: Team) -> Contact:
    DepartementFactory()
    return ContactFactory(office=partner_office)


@pytest.fixture
def service(partner_office: Team) -> LocalService:
    return LocalServiceFactory(office=partner_office)


@pytest.fixture
def place(digital_team: Team) -> LocalServicePlace:
    return LocalServicePlaceFactory(
        service=AdvisorFactory(digital_team=digital_team), name="Mairie", commune=CommuneFactory(rouen=True)
    )


@pytest.fixture
def digital_team(digital_coordinator: Client) -> Team:
    return Team.objects.get(kind=TeamKind.DIGITAL_COORDINATION)


def url(name: str, *rows: object) -> str:
    return reverse(name, args=[getattr(row, "pk", row) for row in rows])


def test_a_member_whose_adding_was_taken_back_while_her_sheet_was_open_is_added_again(
    coordinator: Client, action: LocalService
) -> None:
    coordinator.post(url("partners:action_member_create", action), MEMBER)
    page = url("partners:action_member_edit", action, ActionMember.objects.get())
    coordinator.post(url("partners:local_action_undo", action, line_of(action).history_id))
    assert not ActionMember.objects.exists()
    answer = coordinator.post(page, MEMBER | {"full_name": "Anna Le Goff"})
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "entre-temps" in said
    assert 'value="Anna Le Goff"' in said
    assert f'action="{url("partners:action_member_create", action)}"' in said
    assert coordinator.get(page).status_code == 404


def test_a_row_removed_between_the_reading_and_the_writing_is_said_to_be_gone(
    coordination: Team, action: LocalService, rf: RequestFactory
) -> None:
    member = ActionMemberFactory(service=action)
    request: Any = rf.post("/", MEMBER | {"version": "1"})
    request.user, request.session = UserFactory(teams=[coordination]), {}

    def save(**values: Any) -> bool:
        ActionMember.objects.filter(pk=member.pk).delete()
        return update_member(member=member, by=request.user, now=timezone.now(), **values)

    def gone(form: CarefulForm) -> HttpResponse:
        return HttpResponse(form["full_name"].value(), status=409)

    sheet = Sheet(
        member, MemberForm, member_initial, save, page=lambda form, other: HttpResponse(), back="/", gone=gone
    )
    answer = edit(request, sheet)
    assert (answer.status_code, answer.content) == (409, b"Anne Le Goff")


def test_a_session_that_is_no_longer_in_the_calendar_is_said_so_with_the_reason_that_was_typed(
    coordinator: Client, action: LocalService
) -> None:
    session = ActionSessionFactory(service=action, day=timezone.localdate() + timedelta(days=20))
    page = url("partners:action_session_cancel", action, session)
    ActionSession.objects.all().delete()
    answer = coordinator.post(page, {"because": "bibliothèque inondée"})
    assert answer.status_code == 409
    assert "n’est plus au calendrier" in answer.content.decode()
    assert "bibliothèque inondée" in answer.content.decode()
    assert coordinator.get(page).status_code == 404


def test_a_rule_removed_while_it_was_edited_may_be_added_again(partner_manager: Client, contact: Contact) -> None:
    rule = RuleFactory(contact=contact)
    page = url("referrals:rule_edit", contact, rule)
    opened = partner_manager.get(page).context["form"].initial
    Rule.objects.all().delete()
    typed = {name: value for name, value in opened.items() if value is not None} | {"note": "Rive gauche seulement"}
    answer = partner_manager.post(page, typed)
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "entre-temps" in said
    assert "Rive gauche seulement" in said
    assert f'action="{url("referrals:rule_add", contact)}"' in said


@pytest.mark.parametrize("what", ["rule", "limit", "area"])
def test_what_is_removed_twice_is_said_to_be_gone_already(
    what: str, partner_manager: Client, contact: Contact, service: LocalService
) -> None:
    addresses: dict[str, Callable[[], str]] = {
        "rule": lambda: url("referrals:rule_remove", contact, 999_999),
        "limit": lambda: url("partners:limit_remove", service, 999_999),
        "area": lambda: url("partners:area_remove", service, 999_999),
    }
    answer = partner_manager.post(addresses[what](), follow=True)
    assert answer.status_code == 200
    assert "déjà" in str(*answer.context["messages"])


def test_a_place_retired_while_it_was_edited_comes_back_knowingly(
    digital_coordinator: Client, place: LocalServicePlace
) -> None:
    page = url("partners:advisor_place_edit", place.service, place)
    opened = digital_coordinator.get(page).context["form"]["version"].value()
    digital_coordinator.post(page, {"retirer": "oui"})
    typed = {"name": "Mairie annexe", "commune": "Rouen", "version": opened}
    answer = digital_coordinator.post(page, typed)
    assert answer.status_code == 409
    assert "Mairie annexe" in answer.content.decode()
    assert "retiré" in answer.content.decode()
    again = typed | {"version": answer.context["form"]["version"].value()}
    assert digital_coordinator.post(page, again).status_code == 302
    place.refresh_from_db()
    assert (place.name, place.is_active) == ("Mairie annexe", True)


def test_a_place_retired_twice_or_given_hours_once_retired_is_no_dead_end(
    digital_coordinator: Client, place: LocalServicePlace
) -> None:
    page = url("partners:advisor_place_edit", place.service, place)
    digital_coordinator.post(page, {"retirer": "oui"})
    assert digital_coordinator.post(page, {"retirer": "oui"}).status_code == 302
    hours = digital_coordinator.get(url("partners:advisor_place_hours", place.service, place))
    assert hours.status_code == 200
    assert "n’est plus proposé" in hours.content.decode()


def test_a_retired_place_that_is_typed_again_is_in_service_again(
    digital_coordinator: Client, place: LocalServicePlace
) -> None:
    digital_coordinator.post(url("partners:advisor_place_edit", place.service, place), {"retirer": "oui"})
    typed = {"name": "Mairie", "commune": "Rouen", "address": "2 place de l’Hôtel-de-Ville"}
    answer = digital_coordinator.post(url("partners:advisor_place_create", place.service), typed, follow=True)
    assert answer.status_code == 200
    place.refresh_from_db()
    assert (place.is_active, place.address) == (True, "2 place de l’Hôtel-de-Ville")
    assert LocalServicePlace.objects.count() == 1
