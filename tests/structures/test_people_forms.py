"""Is a date that nobody can mean refused, in French, in the forms about people, trainings and labels?"""

from datetime import date

import pytest

from accounts.models import User
from structures.actions.labels import wrong_day
from structures.forms.people import CounsellorForm, DepartureForm, TrainingForm
from structures.forms.training import SessionForm

TODAY = date(2026, 11, 24)
FAR = ["9999-12-31", "0001-01-01"]
REFUSED = "Vérifiez l’année."

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", FAR)
def test_nobody_arrives_in_another_age(day):
    form = CounsellorForm({"arrived_on": day}, accounts=User.objects.none(), today=TODAY)
    assert form.errors["arrived_on"] == [REFUSED]


@pytest.mark.parametrize("day", FAR)
def test_nobody_leaves_in_another_age(day):
    form = DepartureForm({"left_on": day}, arrived_on=date(2020, 1, 1), today=TODAY, has_account=False)
    assert form.errors["left_on"] == [REFUSED]


@pytest.mark.parametrize(("day", "is_refused"), [(FAR[0], True), (FAR[1], True), ("2046-11-24", False)])
def test_a_certificate_holds_for_twenty_years_at_most(day, is_refused):
    form = TrainingForm({"completed_on": "2026-11-20", "expires_on": day}, today=TODAY)
    assert (form.errors.get("expires_on") == [REFUSED]) == is_refused


def test_a_certificate_of_another_age_is_refused():
    assert TrainingForm({"completed_on": FAR[1]}, today=TODAY).errors["completed_on"] == [REFUSED]


@pytest.mark.parametrize("day", FAR)
def test_a_session_of_another_age_is_refused(day):
    assert SessionForm({"starts_on": day, "ends_on": FAR[0]}, today=TODAY).errors["starts_on"] == [REFUSED]
    form = SessionForm({"starts_on": "2026-12-01", "ends_on": day}, today=TODAY)
    assert "ends_on" in form.errors


@pytest.mark.parametrize("day", FAR)
def test_no_label_is_decided_in_another_age(day):
    assert wrong_day(date.fromisoformat(day), TODAY).startswith("Vérifiez l’année")
