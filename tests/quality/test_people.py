"""Does the team page say who is trained, what is missing, until when, and what somebody who leaves leaves behind?"""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from quality.findings import CharterParameters, CounsellorFacts, SiteFacts, SiteKind, TrainingFacts
from quality.training import ends_soonest, lacks_in_words, why_short
from referrals.models import Identity
from schedules.calendars import PARIS
from structures.actions import people as actions
from structures.models import Change, Counsellor, Training, What
from structures.opened import digest
from tests.accounts.factories import UserFactory
from tests.quality.factories import CharterVersionFactory, TrainedCounsellorFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.structures.factories import (
    CounsellorFactory,
    CourseFactory,
    ScheduleFactory,
    TrainingFactory,
    TrainingSessionFactory,
)

CHARTER = CharterParameters(trained_counsellors=2, core_training_days=3, operator_training_days=2)
DAY = date(2026, 11, 24)


def today() -> date:
    return timezone.now().astimezone(PARIS).date()


def training(course="core", days=3.0, completed_on=date(2024, 3, 1), expires_on=None) -> TrainingFacts:
    return TrainingFacts(course, f"Formation {course}", days, completed_on, expires_on)


def counsellor(*trainings, name="Aline", left_on=None) -> CounsellorFacts:
    return CounsellorFacts(name, date(2024, 1, 8), left_on, trainings)


TRAINED = (training(), training("operators", 2.0))


# What is missing, in words


def test_what_was_never_followed_is_said_with_the_days_asked():
    assert lacks_in_words(counsellor(TRAINED[0]), DAY, CHARTER) == [
        "formation des opérateurs\u00a0: 2\u00a0jours demandés, aucune attestation"
    ]


def test_a_certificate_that_is_over_says_since_when():
    ended = training("operators", 2.0, expires_on=date(2026, 3, 12))
    (said,) = lacks_in_words(counsellor(TRAINED[0], ended), DAY, CHARTER)
    assert said.endswith("attestation expirée depuis le 12 mars 2026")


def test_a_course_that_was_too_short_says_how_long_it_was():
    (said,) = lacks_in_words(counsellor(TRAINED[0], training("operators", 1.5)), DAY, CHARTER)
    assert said.endswith("attestation de 1,5\u00a0jour seulement")


def test_who_is_trained_lacks_nothing():
    assert lacks_in_words(counsellor(*TRAINED), DAY, CHARTER) == []


def test_a_later_edition_counts():
    assert lacks_in_words(counsellor(training("core-2"), TRAINED[1]), DAY, CHARTER) == []


def test_the_end_that_matters_is_the_last_of_each_training_and_the_first_of_both():
    first, second = date(2027, 1, 5), date(2027, 2, 5)
    renewed = counsellor(training(expires_on=first), training(expires_on=second), TRAINED[1])
    assert ends_soonest(renewed, DAY, CHARTER) == training(expires_on=second)
    both = counsellor(training(expires_on=second), training("operators", 2.0, expires_on=first))
    assert ends_soonest(both, DAY, CHARTER) == training("operators", 2.0, expires_on=first)
    assert ends_soonest(counsellor(*TRAINED), DAY, CHARTER) is None


def test_the_day_the_charter_breaks_says_because_of_whom():
    leaves = counsellor(*TRAINED, name="Béatrice", left_on=date(2026, 12, 15))
    expires = counsellor(TRAINED[0], training("operators", 2.0, expires_on=date(2026, 12, 14)), name="Carole")
    site = SiteFacts(kind=SiteKind.FIXED, day=DAY, counsellors=(counsellor(*TRAINED), leaves, expires))
    assert why_short(site, CHARTER, date(2026, 12, 15)) == [
        "départ de Béatrice",
        "fin de validité de la formation des opérateurs de Carole",
    ]


# The page


@pytest.fixture
def charter(db):
    return CharterVersionFactory()


def page(client, structure, **asked):
    response = client.get(reverse("quality:team", args=[structure.slug]), asked)
    assert response.status_code == 200
    return response


@pytest.mark.usefixtures("charter")
def test_each_person_says_presence_account_and_what_is_missing(counsellor, counsellor_user, structure):
    CounsellorFactory(structure=structure, full_name="Aline", user=counsellor_user, schedule=ScheduleFactory())
    TrainedCounsellorFactory(structure=structure, full_name="Béatrice", left_on=today() + timedelta(days=30))
    text = page(counsellor, structure).text
    assert "du lundi au vendredi de 9\u00a0h à 12\u00a0h" in text
    assert "formation des opérateurs\u00a0: 2\u00a0jours demandés, aucune attestation" in text
    assert f"compte {counsellor_user.email}" in text
    assert "sans compte" in text
    assert "départ prévu le" in text
    assert "Présence non saisie" in text


@pytest.mark.usefixtures("charter")
def test_the_day_from_which_fewer_than_two_remain_is_said_with_why(counsellor, structure):
    TrainedCounsellorFactory(structure=structure, full_name="Aline")
    TrainedCounsellorFactory(structure=structure, full_name="Béatrice", left_on=today() + timedelta(days=30))
    facts = page(counsellor, structure).context["facts"]
    assert (facts.trained, facts.is_short, facts.why) == (2, False, ["départ de Béatrice"])


@pytest.mark.usefixtures("charter")
def test_the_hours_with_one_person_only_are_in_the_grid_and_in_words(counsellor, structure):
    CounsellorFactory(structure=structure, full_name="Aline", schedule=ScheduleFactory())
    CounsellorFactory(
        structure=structure,
        full_name="Béatrice",
        schedule=ScheduleFactory(week=[(d, time(9), time(12)) for d in range(5)]),
    )
    response = page(counsellor, structure, semaine="2026-11-23")
    grid = response.context["grid"]
    assert [row.hours for row in grid] == ["9\u00a0h – 12\u00a0h", "13\u00a0h\u00a030 – 17\u00a0h"]
    assert [cell.level for cell in grid[1].cells] == ["short"] * 5 + [""] * 2
    assert response.context["short_total"] == "17\u00a0h\u00a030"
    assert response.context["short"][0] == "lundi 23 novembre de 13\u00a0h\u00a030 à 17\u00a0h"


@pytest.mark.usefixtures("charter")
def test_presences_that_nobody_entered_are_named(counsellor, structure):
    CounsellorFactory.create_batch(2, structure=structure)
    response = page(counsellor, structure)
    assert "Présences non saisies" in response.text
    assert response.context["short"] == []
    assert response.context["unknown"]


@pytest.mark.usefixtures("charter")
@pytest.mark.parametrize("week", ["", "rien", "9999-99-99", "1900-01-01"])
def test_a_week_that_is_nonsense_is_this_one(counsellor, structure, week):
    assert page(counsellor, structure, semaine=week).context["facts"].week.monday <= today()


@pytest.mark.usefixtures("charter")
def test_a_team_of_twenty_costs_as_much_as_one_of_one(counsellor, structure, queries_for):
    course = CourseFactory()

    def join() -> None:
        person = CounsellorFactory(
            structure=structure, schedule=ScheduleFactory(), user=UserFactory(teams=[structure.team])
        )
        TrainingFactory(counsellor=person, course=course)
        session = TrainingSessionFactory(coordination=structure.coordination, course=course, starts_on=today())
        session.participants.add(person)
        ServiceRequestFactory(structure=structure, author=UserFactory())

    join()
    page(counsellor, structure)
    one = queries_for(lambda: page(counsellor, structure))
    for _ in range(10):
        join()
    assert queries_for(lambda: page(counsellor, structure)) == one


# Who sees it


@pytest.mark.usefixtures("charter")
def test_a_site_and_its_coordinator_see_the_team_and_nobody_else(
    counsellor, coordinator, other_counsellor, foreign_coordinator, partner_manager, structure
):
    person = CounsellorFactory(structure=structure)
    for name, args in [("team", []), ("person", [person.pk]), ("departure", [person.pk]), ("presence", [person.pk])]:
        url = reverse(f"quality:{name}", args=[structure.slug, *args])
        clients = (counsellor, coordinator, other_counsellor, foreign_coordinator, partner_manager)
        assert [client.get(url).status_code for client in clients] == [200, 200, 404, 404, 403]


@pytest.mark.usefixtures("charter")
def test_a_person_is_not_reached_through_the_address_of_another_site(counsellor, structure, other_structure):
    elsewhere = CounsellorFactory(structure=other_structure)
    assert counsellor.get(reverse("quality:person", args=[structure.slug, elsewhere.pk])).status_code == 404


# Adding and correcting


def test_somebody_is_added_with_an_account_of_the_team(counsellor, structure):
    colleague = UserFactory(teams=[structure.team])
    counsellor.post(
        reverse("quality:person_add", args=[structure.slug]),
        {"full_name": "Béatrice Petit", "arrived_on": "2026-09-01", "user": colleague.pk},
    )
    person = Counsellor.objects.get()
    assert (person.full_name, person.user, person.structure) == ("Béatrice Petit", colleague, structure)
    assert Change.objects.get().what == What.COUNSELLOR


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("full_name", "", "Donnez le prénom et le nom."),
        ("arrived_on", "2026-02-30", "Cette date n’existe pas."),
        ("arrived_on", "0206-01-01", "Vérifiez l’année."),
        ("user", "999999", "Ce compte n’est pas dans l’équipe du site."),
        ("full_name", "1 84 12 76 451 089 46", "numéro de sécurité sociale"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_comes_back_filled(counsellor, structure, field, value, message):
    typed = {"full_name": "Béatrice Petit", "arrived_on": "2026-09-01", field: value}
    response = counsellor.post(reverse("quality:person_add", args=[structure.slug]), typed)
    assert response.status_code == 422
    assert message in response.text
    assert not Counsellor.objects.exists()
    if field != "full_name":
        assert "Béatrice Petit" in response.text


def test_a_person_changed_meanwhile_is_shown_and_not_overwritten(counsellor, coordinator, structure):
    person = CounsellorFactory(structure=structure, full_name="Aline")
    url = reverse("quality:person", args=[structure.slug, person.pk])
    opened = digest(actions.full_snapshot(person))
    typed = {"arrived_on": "2024-01-08", "opened": opened}
    assert coordinator.post(url, {**typed, "full_name": "Aline Morel"}).status_code == 302
    response = counsellor.post(url, {**typed, "full_name": "Aline Moreau"})
    assert response.status_code == 409
    assert "Modifié entre-temps par" in response.text
    assert 'value="Aline Moreau"' in response.text
    again = response.context["form"].data["opened"]
    assert counsellor.post(url, {**typed, "full_name": "Aline Moreau", "opened": again}).status_code == 302
    person.refresh_from_db()
    assert person.full_name == "Aline Moreau"


# Trainings


def add_training(client, structure, person, **typed):
    return client.post(reverse("quality:training_add", args=[structure.slug, person.pk]), typed)


@pytest.mark.usefixtures("charter")
def test_a_certificate_is_added_and_taken_away(counsellor, structure):
    person, course = CounsellorFactory(structure=structure), CourseFactory()
    assert add_training(counsellor, structure, person, course=course.pk, completed_on="2025-03-01").status_code == 302
    kept = Training.objects.get()
    counsellor.post(reverse("quality:training_remove", args=[structure.slug, person.pk, kept.pk]))
    assert not Training.objects.exists()
    assert Change.objects.filter(what=What.COUNSELLOR).count() == 2


@pytest.mark.usefixtures("charter")
@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"completed_on": "2999-01-01"}, "cette date est à venir"),
        ({"course": "999999"}, "Cette formation n’existe pas"),
        ({"expires_on": "2020-01-01"}, "La validité finit après la formation."),
        ({"completed_on": "2024-03-01"}, "Cette attestation est déjà enregistrée."),
        ({"completed_on": ""}, "Donnez le dernier jour de la formation."),
    ],
)
def test_a_certificate_that_cannot_be_true_is_refused(counsellor, structure, typed, message):
    person = CounsellorFactory(structure=structure)
    kept = TrainingFactory(counsellor=person)
    right = {"course": str(kept.course.pk), "completed_on": "2025-03-01"}
    response = add_training(counsellor, structure, person, **(right | typed))
    assert response.status_code == 422
    assert message in response.text
    assert Training.objects.count() == 1


# Presence


def test_a_presence_is_saved_from_the_editor(counsellor, structure):
    person = CounsellorFactory(structure=structure)
    url = reverse("quality:presence", args=[structure.slug, person.pk])
    form = counsellor.get(url).context["form"]
    typed = {**form.initial, "d0-0-opens": "9h", "d0-0-closes": "12h30"}
    response = counsellor.post(url, {name: value for name, value in typed.items() if value is not None})
    assert response.status_code == 302, response.context["form"].errors
    person.refresh_from_db()
    slot = person.schedule.slots.get()
    assert (slot.weekday, slot.opens, slot.closes) == (0, time(9), time(12, 30))
    assert Change.objects.get().what == What.PRESENCE


# Departures


def leave(client, structure, person, **typed):
    url = reverse("quality:departure", args=[structure.slug, person.pk])
    opened = client.get(url).context["form"].initial["opened"]
    return client.post(url, {"opened": opened, **typed})


@pytest.fixture
def aline(structure):
    user = UserFactory(full_name="Aline Morel", teams=[structure.team])
    return CounsellorFactory(structure=structure, full_name="Aline Morel", user=user)


def test_the_departure_shows_the_work_and_never_the_residents(counsellor, structure, aline):
    request = ServiceRequestFactory(structure=structure, author=aline.user)
    Identity.objects.create(request=request, name="CANARI", reach="CANARI")
    response = counsellor.get(reverse("quality:departure", args=[structure.slug, aline.pk]))
    assert request.reference in response.text
    assert "1 demande en cours" in response.text
    assert "CANARI" not in response.text


def test_a_departure_hands_the_work_over_in_one_gesture(counsellor, counsellor_user, structure, aline):
    request = ServiceRequestFactory(structure=structure, author=aline.user)
    day = today() + timedelta(days=10)
    response = leave(counsellor, structure, aline, left_on=day.isoformat(), to=counsellor_user.pk)
    assert response.status_code == 302
    request.refresh_from_db()
    aline.refresh_from_db()
    assert (request.holder, aline.left_on) == (counsellor_user, day)
    assert Membership.objects.filter(user=aline.user).exists()


def test_the_access_ends_at_once_when_asked_and_the_day_has_come(counsellor, structure, aline):
    leave(counsellor, structure, aline, left_on=today().isoformat(), ends_access="on")
    assert not Membership.objects.filter(user=aline.user).exists()
    aline.user.refresh_from_db()
    assert aline.user.is_active


def test_a_departure_before_the_arrival_is_refused_and_no_work_moves(counsellor, counsellor_user, structure, aline):
    request = ServiceRequestFactory(structure=structure, author=aline.user)
    response = leave(counsellor, structure, aline, left_on="2020-01-01", to=counsellor_user.pk)
    assert response.status_code == 422
    assert "Le départ vient après l’arrivée." in response.text
    request.refresh_from_db()
    assert request.holder is None


def test_she_may_stay_after_all(counsellor, structure, aline):
    leave(counsellor, structure, aline, left_on=today().isoformat())
    counsellor.post(reverse("quality:departure", args=[structure.slug, aline.pk]), {"stays": "1"})
    aline.refresh_from_db()
    assert aline.left_on is None


@pytest.mark.usefixtures("charter")
def test_what_is_still_held_by_somebody_gone_is_recalled_then_confided(coordinator, counsellor_user, structure, aline):
    request = ServiceRequestFactory(structure=structure, author=aline.user)
    Counsellor.objects.filter(pk=aline.pk).update(left_on=today())
    assert "Du travail attend quelqu’un" in page(coordinator, structure).text
    url = reverse("quality:hand_on", args=[structure.slug, aline.user.pk])
    assert coordinator.post(url, {}).status_code == 422
    assert coordinator.post(url, {"to": counsellor_user.pk}).status_code == 302
    request.refresh_from_db()
    assert request.holder == counsellor_user
    assert "Du travail attend quelqu’un" not in page(coordinator, structure).text
    assert coordinator.get(url).status_code == 404
