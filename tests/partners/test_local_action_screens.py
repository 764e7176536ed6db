"""Can the coordinator run a local action: its calendar, its team, its attendance sheets, its year?"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.actions.local_actions import SessionWasHeld, cancel_session
from partners.models import ActionMember, ActionSession, LocalService, LocalServiceKind, Role, SentTo
from tests.accounts.factories import UserFactory
from tests.partners.factories import (
    ActionFactory,
    ActionMemberFactory,
    ActionSessionFactory,
    AdvisorFactory,
    OperatorFactory,
)
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
CALENDAR = {
    "annee": "2026",
    "first_session": "2026-09-11",
    "every_weeks": "2",
    "opens": "14",
    "closes": "16h30",
    "in_term_only": "on",
}
SHEET = {"people_received": "15", "procedures_done": "18", "to_0": "CAF", "count_0": "3"}


@pytest.fixture
def action(coordination):
    return ActionFactory(coordination=coordination)


@pytest.fixture
def last_week(action):
    return ActionSessionFactory(service=action, day=timezone.localdate() - timedelta(days=7))


def url(name: str, *rows) -> str:
    return reverse(f"partners:{name}", args=[row.pk for row in rows])


def confirm(client, action, values=CALENDAR):
    """Look at the dates, then confirm what was shown."""
    page = client.post(url("action_calendar", action), values)
    shown = {"shown": page.context["shown"], "confirmer": "oui"}
    return page, client.post(url("action_calendar", action), values | shown)


# The sheet


def test_an_action_starts_from_a_model(coordinator, coordination):
    CommuneFactory(rouen=True)
    page = coordinator.get(reverse("partners:local_action_create") + "?modele=paperwork_help")
    values = page.context["form"].initial | {"commune": "Rouen"}
    assert "Pas de demande d’aide financière." in values["limits"]
    for _ in range(2):
        coordinator.post(reverse("partners:local_action_create"), values)
    action = LocalService.objects.get()
    assert (action.kind, action.coordination) == (LocalServiceKind.PAPERWORK_HELP, coordination)
    assert "SOS paperasse" in coordinator.get(reverse("partners:local_actions")).content.decode()


def test_each_coordination_keeps_its_own_actions(coordinator, foreign_coordinator, digital_coordinator, action):
    for client in (foreign_coordinator, digital_coordinator):
        assert client.get(url("local_action", action)).status_code == 404
        assert client.get(reverse("partners:local_actions")).context["lines"] == []
    assert coordinator.get(url("local_action", action)).status_code == 200


def test_an_advisor_is_not_an_action(coordinator, coordination):
    advisor = AdvisorFactory(coordination=coordination)
    assert coordinator.get(url("local_action", advisor)).status_code == 404


def test_two_people_who_edit_the_same_sheet_do_not_overwrite_each_other(coordinator, coordination, action, sign_in):
    opened = coordinator.get(url("local_action_edit", action)).context["form"].initial
    values = opened | {"commune": action.commune_id}
    other = sign_in(UserFactory(teams=[coordination], full_name="Odile"))
    other.post(url("local_action_edit", action), values | {"host": "Bibliothèque"})
    page = coordinator.post(url("local_action_edit", action), values | {"host": "Médiathèque"})
    assert page.status_code == 409
    assert "Odile" in page.content.decode()
    action.refresh_from_db()
    assert action.host == "Bibliothèque"


def test_a_stopped_action_is_kept_and_taken_up_again(coordinator, action):
    for asked, expected in (("non", False), ("oui", True)):
        coordinator.post(url("local_action_set_active", action), {"en_service": asked})
        action.refresh_from_db()
        assert action.is_active is expected


# The calendar


def test_the_dates_are_shown_with_what_is_skipped_before_anything_is_saved(coordinator, action):
    page, _ = confirm(coordinator, action)
    said = page.content.decode()
    assert "vacances" in said
    assert "Confirmer" in said
    reasons = {planned.day: planned.skipped_because for planned in page.context["days"]}
    assert "vacances" in reasons[date(2026, 10, 23)]


def test_looking_at_the_dates_saves_nothing(coordinator, action):
    coordinator.post(url("action_calendar", action), CALENDAR)
    assert not ActionSession.objects.exists()


def test_confirmed_twice_nothing_is_made_twice(coordinator, action):
    page, answer = confirm(coordinator, action)
    assert answer.status_code == 302
    made = list(ActionSession.objects.values_list("day", flat=True))
    assert made == [planned.day for planned in page.context["days"] if not planned.skipped_because]
    again = {"shown": page.context["shown"], "confirmer": "oui"}
    coordinator.post(url("action_calendar", action), CALENDAR | again)
    assert list(ActionSession.objects.values_list("day", flat=True)) == made


def test_other_dates_than_those_shown_are_shown_again(coordinator, action):
    page = coordinator.post(url("action_calendar", action), CALENDAR)
    changed = CALENDAR | {"every_weeks": "1", "shown": page.context["shown"], "confirmer": "oui"}
    again = coordinator.post(url("action_calendar", action), changed)
    assert again.context["is_other"]
    assert not ActionSession.objects.exists()


def test_the_rhythm_becomes_the_hours_of_the_sheet(coordinator, action):
    confirm(coordinator, action)
    action.refresh_from_db()
    slot = action.schedule.slots.get()
    assert (slot.anchor, slot.interval, slot.except_school_holidays) == (date(2026, 9, 11), 2, True)
    assert coordinator.get(url("action_calendar", action)).context["form"].initial["first_session"] == slot.anchor


def test_a_cancelled_day_is_not_planned_again(coordinator, action):
    ActionSessionFactory(service=action, day=date(2026, 9, 25), cancelled_because="travaux")
    confirm(coordinator, action)
    assert ActionSession.objects.get(day=date(2026, 9, 25)).cancelled_because == "travaux"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"closes": "13h"}, "La fin vient après le début"),
        ({"first_session": "2027-09-10"}, "après la fin de l’année scolaire"),
        ({"opens": ""}, "Donnez une heure"),
        ({"annee": "1900"}, "annee"),
    ],
)
def test_an_impossible_calendar_is_refused_in_french(coordinator, action, wrong, said):
    page = coordinator.post(url("action_calendar", action), CALENDAR | wrong)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_a_session_is_added_and_cancelled_with_a_reason(coordinator, action):
    day = timezone.localdate() + timedelta(days=3)
    values = {"day": day.isoformat(), "opens": "10", "closes": "12"}
    for _ in range(2):
        coordinator.post(url("action_session_add", action), values)
    session = ActionSession.objects.get()
    assert coordinator.post(url("action_session_cancel", action, session), {"because": ""}).status_code == 422
    coordinator.post(url("action_session_cancel", action, session), {"because": "bibliothèque fermée"})
    assert "bibliothèque fermée" in coordinator.get(url("local_action", action)).content.decode()
    coordinator.post(url("action_session_cancel", action, session), {"retablir": "oui"})
    session.refresh_from_db()
    assert session.cancelled_because == ""


def test_a_session_that_was_held_is_not_cancelled(last_week, db):
    last_week.people_received = 3
    last_week.save()
    with pytest.raises(SessionWasHeld):
        cancel_session(session=last_week, because="travaux", by=UserFactory(), now=timezone.now())


# The team


def test_a_volunteer_holds_no_mandate_and_is_never_counted_as_one_who_does(coordinator, action):
    for name, role in (("Anne", Role.PROFESSIONAL), ("Boris", Role.VOLUNTEER), ("Chloé", Role.VOLUNTEER)):
        values = {"full_name": name, "role": role.value, "joined_on": "2025-01-06"}
        assert coordinator.post(url("action_member_create", action), values).status_code == 302
    page = coordinator.get(url("local_action", action))
    assert (page.context["mandates"], page.context["volunteers"]) == (1, 2)
    assert "bénévole, sans mandat" in page.content.decode()


def test_who_left_is_a_former_member_and_keeps_the_sessions_she_held(coordinator, action, last_week):
    member = ActionMemberFactory(service=action, full_name="Anne")
    last_week.present.add(member)
    left = {"full_name": "Anne", "role": "professional", "joined_on": "2020-01-01"}
    before = left | {"left_on": "2019-01-01"}
    assert "après l’arrivée" in coordinator.post(url("action_member_edit", action, member), before).content.decode()
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    coordinator.post(url("action_member_edit", action, member), left | {"left_on": yesterday})
    page = coordinator.get(url("local_action", action))
    assert (page.context["members"], page.context["former"]) == ([], [member])
    assert list(last_week.present.all()) == [member]


# The attendance sheet


def test_the_sheet_is_filled_in_one_screen_then_corrected(coordinator, action, last_week):
    OperatorFactory(name="CAF")
    member = ActionMemberFactory(service=action)
    values = SHEET | {"to_1": "Mission locale", "count_1": "1", "present": [member.pk], "note": "beaucoup de courriers"}
    coordinator.post(url("action_session", action, last_week), values)
    last_week.refresh_from_db()
    assert (last_week.people_received, last_week.procedures_done) == (15, 18)
    assert [(row.label, row.count) for row in last_week.sent.all()] == [("CAF", 3), ("Mission locale", 1)]
    assert list(last_week.present.all()) == [member]
    coordinator.post(url("action_session", action, last_week), SHEET | {"people_received": "16"})
    last_week.refresh_from_db()
    assert last_week.people_received == 16
    assert SentTo.objects.count() == 1
    reasons = list(LocalService.history.filter(id=action.pk).values_list("history_change_reason", flat=True))
    assert "feuille corrigée, personnes reçues 15 devient 16" in reasons[0]
    assert "feuille remplie, personnes reçues 15" in reasons[1]


def test_the_same_destination_twice_is_counted_once(coordinator, action, last_week):
    coordinator.post(url("action_session", action, last_week), SHEET | {"to_3": "CAF", "count_3": "2"})
    assert [(row.label, row.count) for row in SentTo.objects.all()] == [("CAF", 5)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"note": "rappeler au 06 12 34 56 78"}, "un téléphone"),
        ({"note": "mme@exemple.fr"}, "une adresse mail"),
        ({"note": "1 84 12 76 451 089 46"}, "sécurité sociale"),
        ({"to_0": "M. L. 0261910077"}, "un téléphone"),
        ({"count_0": ""}, "Dites combien de personnes"),
        ({"to_0": ""}, "Dites vers qui"),
        ({"people_received": "-1"}, "people_received"),
        ({"people_received": "0"}, "sans personne reçue"),
    ],
)
def test_a_wrong_sheet_is_refused_and_kept_on_screen(coordinator, action, last_week, wrong, said):
    page = coordinator.post(url("action_session", action, last_week), SHEET | wrong)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert 'value="18"' in page.content.decode()
    last_week.refresh_from_db()
    assert last_week.people_received is None


def test_a_session_to_come_has_no_sheet_to_fill(coordinator, action):
    session = ActionSessionFactory(service=action, day=timezone.localdate() + timedelta(days=2))
    assert "pas encore eu lieu" in coordinator.get(url("action_session", action, session)).content.decode()
    assert coordinator.post(url("action_session", action, session), SHEET).status_code == 422
    assert not ActionSession.objects.filter(people_received__isnull=False).exists()


def test_a_session_of_another_action_is_out_of_reach(coordinator, action):
    foreign = ActionSessionFactory(service__name="Ailleurs")
    assert coordinator.get(url("action_session", action, foreign)).status_code == 404


# The year


def held(action, day: date, people: int, procedures: int, **sent: int) -> ActionSession:
    session = ActionSessionFactory(service=action, day=day, people_received=people, procedures_done=procedures)
    for label, count in sent.items():
        SentTo.objects.create(session=session, label=label, count=count)
    return session


def test_the_year_adds_up_what_the_sheets_say(coordinator, action):
    held(action, date(2025, 3, 7), 15, 18, CAF=2, CMS=1)
    held(action, date(2025, 10, 10), 10, 12, CAF=1)
    held(action, date(2024, 10, 11), 99, 99)
    ActionSessionFactory(service=action, day=date(2025, 5, 2), cancelled_because="travaux")
    ActionSessionFactory(service=action, day=date(2025, 5, 16))
    result = coordinator.get(url("action_results", action), {"annee": "2025"}).context["result"]
    assert (result.held, result.people, result.procedures, result.average) == (2, 25, 30, 12.5)
    assert (result.cancelled, result.missing) == (1, 1)
    assert result.sent == [("CAF", 3), ("CMS", 1)]
    assert [line.people for line in result.months] == [None, None, 15, *[None] * 6, 10, None, None]


def test_a_school_year_is_counted_from_september(coordinator, action):
    held(action, date(2025, 3, 7), 15, 18)
    held(action, date(2025, 10, 10), 10, 12)
    asked = {"annee": "2025", "type": "scolaire"}
    result = coordinator.get(url("action_results", action), asked).context["result"]
    assert (result.held, result.people) == (1, 10)
    assert result.months[0].name == "septembre 2025"


def test_a_year_that_means_nothing_is_this_one(coordinator, action):
    page = coordinator.get(url("action_results", action), {"annee": "l’an dernier"})
    assert page.context["result"].year.number == timezone.localdate().year


def test_the_file_of_the_year_runs_no_formula(coordinator, action):
    held(action, date(2025, 3, 7), 15, 18, **{"=1+1": 2})
    file = coordinator.get(url("action_results_csv", action), {"annee": "2025"}).content.decode("utf-8-sig")
    assert "2025-03-07;14\u00a0h;16\u00a0h\u00a030;;15;18;0;'=1+1\u00a0: 2" in file


def test_the_leaflet_gives_the_figures_of_the_last_year(coordinator, action):
    last_year = timezone.localdate().year - 1
    held(action, date(last_year, 3, 7), 15, 18)
    held(action, date(last_year, 3, 21), 16, 20)
    ActionMemberFactory(service=action, occupation="secrétaire médico-sociale")
    ActionMemberFactory(service=action, role=Role.VOLUNTEER)
    page = coordinator.get(url("action_leaflet", action))
    assert (page.context["result"].people, page.context["volunteers"]) == (31, 1)
    assert page.context["professions"] == [("secrétaire médico-sociale", 1)]
    assert "Secrétaire médico-sociale" in page.content.decode()


def test_the_pages_cost_the_same_for_one_session_as_for_fifty(coordinator, action, queries_for):
    names = ("local_action", "action_results", "action_results_csv", "action_leaflet")
    session = held(action, timezone.localdate() - timedelta(days=30), 10, 10, CAF=1)
    session.present.add(ActionMemberFactory(service=action))
    pages = [url(name, action) for name in names] + [reverse("partners:local_actions")]
    for page in pages:
        coordinator.get(page)
    costs = [queries_for(lambda page=page: coordinator.get(page)) for page in pages]
    for number in range(50):
        session = held(action, timezone.localdate() - timedelta(days=31 + number), 10, 10, CAF=1)
        session.present.add(ActionMemberFactory(service=action))
        ActionSessionFactory(service=action, day=timezone.localdate() + timedelta(days=1 + number))
    for _ in range(10):
        ActionSessionFactory(service=ActionFactory(coordination=action.coordination))
    assert [queries_for(lambda page=page: coordinator.get(page)) for page in pages] == costs
    assert ActionMember.objects.count() == 51


# Two people at once


def test_a_member_and_a_sheet_that_changed_meanwhile_are_not_overwritten_unknowingly(coordinator, action, last_week):
    member = ActionMemberFactory(service=action, full_name="Anne")
    page = url("action_member_edit", action, member)
    opened = coordinator.get(page).context["form"]["version"].value()
    ActionMember.objects.update(occupation="secrétaire")
    values = {"full_name": "Anna", "role": "professional", "joined_on": "2020-01-01", "version": opened}
    refused = coordinator.post(page, values)
    assert refused.status_code == 409
    assert "secrétaire" in refused.content.decode()
    member.refresh_from_db()
    assert member.full_name == "Anne"
    page = url("action_session", action, last_week)
    opened = coordinator.get(page).context["form"]["version"].value()
    coordinator.post(page, SHEET)
    assert coordinator.post(page, SHEET | {"version": opened}).status_code == 302
    refused = coordinator.post(page, SHEET | {"version": opened, "count_0": "2"})
    assert refused.status_code == 409
    assert SentTo.objects.get().count == 3
    again = SHEET | {"version": refused.context["form"]["version"].value(), "count_0": "2"}
    assert coordinator.post(page, again).status_code == 302
    assert SentTo.objects.get().count == 2
