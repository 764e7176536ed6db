"""Is a year that nobody can mean refused, in French, whichever field it was typed in?"""

from datetime import date

import pytest

from schedules.forms.closures import ExtraForm, ReplacedClosureForm
from schedules.forms.hours import HoursForm
from structures.forms.hours import LocationHoursForm
from structures.forms.presence import PresenceForm

TODAY = date(2026, 11, 30)
FAR = ["9999-12-31", "0001-01-01"]
REFUSED = "Vérifiez l’année."
CYCLE = {"r0-frequency": "every_n_weeks", "r0-weekday": "4", "r0-interval": "2", "r0-access": "walk_in"}
RULES = {
    "start": CYCLE,
    "anchor": CYCLE,
    "valid_from": CYCLE | {"r0-start": "2026-12-04"},
    "valid_until": CYCLE | {"r0-start": "2026-12-04"},
}


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("kind", [HoursForm, LocationHoursForm, PresenceForm])
def test_a_rule_of_another_age_is_refused(kind, name, day):
    typed = RULES[name] | {"r0-0-opens": "9h", "r0-0-closes": "10h", f"r0-{name}": day}
    form = kind(typed, today=TODAY)
    assert not form.is_valid()
    assert form.errors[f"r0-{name}"] == [REFUSED]
    assert form.preview().lines == ()


@pytest.mark.parametrize("interval", ["0", "521", "32767", "99999999999999999999"])
def test_a_cycle_of_more_than_ten_years_is_refused(interval):
    typed = CYCLE | {"r0-interval": interval, "r0-anchor": "2026-12-04", "r0-0-opens": "9h", "r0-0-closes": "10h"}
    assert list(HoursForm(typed, today=TODAY).errors) == ["r0-interval"]


def test_a_start_that_is_no_date_is_refused_in_french():
    typed = CYCLE | {"r0-start": "demain", "r0-0-opens": "9h", "r0-0-closes": "10h"}
    assert HoursForm(typed, today=TODAY).errors["r0-start"] == ["Écrivez une date comme 24/11/2026."]


@pytest.mark.parametrize("day", [*FAR, "9999-01-01"])
@pytest.mark.parametrize("name", ["first_day", "last_day", "instead_day"])
def test_a_closure_of_another_age_is_refused(name, day):
    form = ReplacedClosureForm({"first_day": "2026-12-24", "last_day": "2026-12-26", name: day}, today=TODAY)
    assert form.errors[name] == [REFUSED]


@pytest.mark.parametrize("day", FAR)
def test_an_exceptional_opening_of_another_age_is_refused(day):
    form = ExtraForm({"day": day, "opens": "9h", "closes": "12h", "access": "walk_in"}, today=TODAY)
    assert form.errors["day"] == [REFUSED]
