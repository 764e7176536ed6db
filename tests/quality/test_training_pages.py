"""Does the coordinator see who lacks what, whose site breaks first, and fill sessions without a seat too many?"""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from schedules.calendars import PARIS
from structures.models import Course, Training, TrainingSession
from tests.quality.factories import CharterVersionFactory, TrainedCounsellorFactory
from tests.structures.factories import (
    CounsellorFactory,
    CourseFactory,
    StructureFactory,
    TrainingFactory,
    TrainingSessionFactory,
)

pytestmark = pytest.mark.django_db
TRAINING = "/pilotage/formations/"


@pytest.fixture(autouse=True)
def charter():
    return CharterVersionFactory()


@pytest.fixture
def core() -> Course:
    return CourseFactory()


@pytest.fixture
def session(coordination, core) -> TrainingSession:
    return TrainingSessionFactory(coordination=coordination, course=core, starts_on=in_days(20), ends_on=in_days(22))


def today() -> date:
    return timezone.now().astimezone(PARIS).date()


def in_days(number: int) -> date:
    return today() + timedelta(days=number)


def lines(client, **asked):
    response = client.get(TRAINING, asked)
    assert response.status_code == 200
    return [line.name for line in response.context["lines"]]


# Who lacks what


def test_those_whose_site_breaks_first_come_first(coordinator, coordination, structure, other_structure):
    soon = StructureFactory(name="Bientôt", coordination=coordination)
    TrainedCounsellorFactory(structure=soon, full_name="Formée")
    TrainedCounsellorFactory(structure=soon, full_name="Expire", expires_on=in_days(40))
    for name in ("Alix", "Bella"):
        TrainedCounsellorFactory(structure=other_structure, full_name=name)
    CounsellorFactory(structure=other_structure, full_name="Troisième")
    CounsellorFactory(structure=structure, full_name="Seule")
    assert lines(coordinator) == ["Seule", "Expire", "Troisième"]
    breaks = coordinator.get(TRAINING).context["found"].breaks
    assert [(found.structure.name, found.is_now) for found in breaks] == [(structure.name, True), ("Bientôt", False)]


def test_the_list_is_filtered_by_training_and_by_structure(coordinator, structure, other_structure, core):
    TrainingFactory(counsellor=CounsellorFactory(structure=structure, full_name="Sans opérateurs"), course=core)
    CounsellorFactory(structure=other_structure, full_name="Sans rien")
    assert lines(coordinator, manque="core") == ["Sans rien"]
    assert set(lines(coordinator, manque="operators")) == {"Sans rien", "Sans opérateurs"}
    assert lines(coordinator, structure=structure.slug) == ["Sans opérateurs"]
    assert len(lines(coordinator, manque="nimporte", structure="nulle-part")) == 2


def test_those_who_have_left_or_are_of_another_network_are_not_there(coordinator, structure):
    CounsellorFactory(structure=structure, full_name="Partie", left_on=today())
    CounsellorFactory(full_name="Ailleurs")
    assert lines(coordinator) == []


def test_the_days_asked_are_those_of_the_version_in_force(coordinator, charter):
    assert "3\u00a0jours de formation socle et 2\u00a0jours" in coordinator.get(TRAINING).text
    charter.core_training_days = 4
    charter.save()
    assert "4\u00a0jours de formation socle" in coordinator.get(TRAINING).text


def test_a_network_of_thirty_costs_as_much_as_one(coordinator, coordination, queries_for, session):
    def grow() -> None:
        structure = StructureFactory(coordination=coordination)
        person = CounsellorFactory(structure=structure)
        TrainingFactory(counsellor=person, course=session.course)
        session.participants.add(person)

    grow()
    lines(coordinator)
    one = queries_for(lambda: lines(coordinator))
    for _ in range(10):
        grow()
    TrainingSessionFactory.create_batch(3, coordination=coordination, starts_on=today(), ends_on=today())
    assert queries_for(lambda: lines(coordinator)) == one


def test_a_long_list_is_paged(coordinator, structure):
    CounsellorFactory.create_batch(51, structure=structure)
    assert len(lines(coordinator)) == 50
    assert len(lines(coordinator, page="2")) == 1
    assert lines(coordinator, page="9") == []


# Exports


def test_the_csv_says_the_same_and_runs_no_formula(coordinator, structure):
    CounsellorFactory(structure=structure, full_name="=CMD()")
    text = coordinator.get(TRAINING, {"format": "csv"}).content.decode("utf-8-sig")
    header, line = text.splitlines()
    assert header.startswith("Personne;Structure;Matricule;Manque")
    assert line.startswith(f"'=CMD();{structure.name};")
    assert "formation socle\u00a0: 3\u00a0jours demandés" in line


def test_the_workbook_holds_texts_only(coordinator, structure):
    CounsellorFactory(structure=structure, full_name="=CMD()")
    response = coordinator.get(TRAINING, {"format": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(response.content)).worksheets[0]
    assert sheet["A2"].value == "=CMD()"
    assert sheet["A2"].data_type == "s"
    assert sheet.max_row == 2


def test_the_export_keeps_the_filters(coordinator, structure, other_structure):
    CounsellorFactory(structure=structure)
    CounsellorFactory(structure=other_structure)
    text = coordinator.get(TRAINING, {"format": "csv", "structure": structure.slug}).content.decode()
    assert len(text.splitlines()) == 2


# Sessions


def open_session(client, core, **changes):
    typed = {"course": core.pk, "starts_on": "2027-01-12", "ends_on": "2027-01-14", "place": "Rouen", "seats": "10"}
    return client.post(reverse("quality:session_create"), typed | changes)


def test_a_session_is_opened_for_her_coordination(coordinator, coordination, core):
    assert open_session(coordinator, core).status_code == 302
    session = TrainingSession.objects.get()
    assert (session.coordination, session.seats, session.ends_on) == (coordination, 10, date(2027, 1, 14))


def test_a_session_without_last_day_lasts_one_day(coordinator, core):
    open_session(coordinator, core, ends_on="")
    assert TrainingSession.objects.get().ends_on == date(2027, 1, 12)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends_on": "2027-01-11"}, "La session finit après avoir commencé."),
        ({"ends_on": "2027-12-11"}, "moins de trois mois"),
        ({"starts_on": "0027-01-12"}, "Vérifiez l’année."),
        ({"course": "999999"}, "Cette formation n’existe pas."),
        ({"seats": ""}, "Donnez le nombre de places."),
    ],
)
def test_a_session_that_cannot_be_is_refused(coordinator, core, changes, message):
    response = open_session(coordinator, core, **changes)
    assert response.status_code == 422
    assert message in response.text
    assert not TrainingSession.objects.exists()


def test_the_session_proposes_those_who_lack_it_and_have_no_seat(coordinator, structure, coordination, session, core):
    CounsellorFactory(structure=structure, full_name="Libre")
    seated = CounsellorFactory(structure=structure, full_name="Ailleurs inscrite")
    other = TrainingSessionFactory(coordination=coordination, course=core, starts_on=in_days(3), ends_on=in_days(4))
    other.participants.add(seated)
    TrainedCounsellorFactory(structure=structure, full_name="Formée")
    sheet = coordinator.get(reverse("quality:session", args=[session.pk])).context["sheet"]
    assert [line.name for line in sheet.could_come] == ["Libre"]


def test_people_are_enrolled_and_the_next_one_meets_a_full_session(coordinator, structure, session):
    session.seats = 1
    session.save()
    first, second = CounsellorFactory.create_batch(2, structure=structure)
    url = reverse("quality:session_enrol", args=[session.pk])
    assert coordinator.post(url, {"people": [first.pk]}).status_code == 302
    response = coordinator.post(url, {"people": [second.pk]})
    assert response.status_code == 422
    assert "La session est complète." in response.text
    assert list(session.participants.all()) == [first]


def test_nobody_of_another_network_is_enrolled(coordinator, session):
    stranger = CounsellorFactory()
    url = reverse("quality:session_enrol", args=[session.pk])
    assert coordinator.post(url, {"people": [stranger.pk]}).status_code == 422
    assert not session.participants.exists()


def test_a_seat_is_given_back(coordinator, structure, session):
    person = CounsellorFactory(structure=structure)
    session.participants.add(person)
    coordinator.post(reverse("quality:session_withdraw", args=[session.pk, person.pk]))
    assert not session.participants.exists()


def test_attendance_writes_certificates_and_clears_the_reminder(coordinator, structure, coordination, core):
    session = TrainingSessionFactory(coordination=coordination, course=core, starts_on=in_days(-3), ends_on=in_days(-1))
    there, away = CounsellorFactory.create_batch(2, structure=structure)
    session.participants.add(there, away)
    assert [number for _, _, number in coordinator.get(TRAINING).context["to_certify"]] == [2]
    coordinator.post(reverse("quality:session_attended", args=[session.pk]), {"people": [there.pk]})
    assert Training.objects.get().counsellor == there
    assert [number for _, _, number in coordinator.get(TRAINING).context["to_certify"]] == [1]


def test_attendance_waits_for_the_last_day(coordinator, structure, session):
    person = CounsellorFactory(structure=structure)
    session.participants.add(person)
    response = coordinator.post(reverse("quality:session_attended", args=[session.pk]), {"people": [person.pk]})
    assert response.status_code == 422
    assert "n’est pas terminée" in response.text
    assert not Training.objects.exists()


def test_a_session_of_another_coordination_is_out_of_sight(foreign_coordinator, session):
    for name in ("session", "session_edit"):
        assert foreign_coordinator.get(reverse(f"quality:{name}", args=[session.pk])).status_code == 404


def test_fewer_seats_than_people_is_refused(coordinator, structure, session, core):
    session.participants.add(*CounsellorFactory.create_batch(2, structure=structure))
    typed = {"course": core.pk, "starts_on": session.starts_on, "ends_on": session.ends_on, "seats": "1"}
    response = coordinator.post(reverse("quality:session_edit", args=[session.pk]), typed)
    assert response.status_code == 422
    assert "Davantage de personnes sont déjà inscrites." in response.text


# Courses


def test_a_new_edition_of_a_course_is_data(coordinator, core):
    typed = {
        "family": "core",
        "name": "Formation socle 2027",
        "provider": "CNFPT",
        "days": "3,5",
        "modules": "Accueil\n\nPosture \n",
        "validity_months": "36",
    }
    assert coordinator.post(reverse("quality:course_create"), typed).status_code == 302
    course = Course.objects.exclude(pk=core.pk).get()
    assert (course.code, float(course.days), course.modules) == ("core-2", 3.5, ["Accueil", "Posture"])


def test_a_course_is_corrected_and_keeps_its_code(coordinator, core):
    page = coordinator.get(reverse("quality:course_edit", args=[core.code]))
    assert 'name="days" value="3,0"' in page.text
    typed = {"name": "Formation socle", "provider": "CNFPT", "days": "4", "modules": "", "validity_months": ""}
    assert coordinator.post(reverse("quality:course_edit", args=[core.code]), typed).status_code == 302
    core.refresh_from_db()
    assert (core.code, float(core.days)) == ("core", 4)


@pytest.mark.parametrize(
    ("field", "value"), [("days", "trois"), ("days", "0"), ("validity_months", "0"), ("family", "nouvelle")]
)
def test_a_course_that_cannot_be_is_refused(coordinator, core, field, value):
    typed = {"family": "core", "name": "A", "provider": "B", "days": "1", "modules": "", "validity_months": ""}
    assert coordinator.post(reverse("quality:course_create"), typed | {field: value}).status_code == 422
    assert Course.objects.count() == 1
