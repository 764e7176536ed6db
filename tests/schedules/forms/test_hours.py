"""The hours editor: nothing lost, everything typed comes back, errors beside the field."""

from datetime import date, time

import pytest
from django.http import QueryDict
from hypothesis import given, settings

from schedules.forms.hours import HoursForm
from schedules.forms.typed import as_typed, step_of
from schedules.slots import Access, Frequency, Slot
from tests.schedules.random_slots import schedules

TODAY = date(2026, 11, 30)
MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17))


def posted_by_a_browser(form):
    """What a browser sends of a form that it shows: the values of its fields."""
    data = {}
    for field in form:
        value = field.value()
        if field.field.__class__.__name__ == "BooleanField":
            if value:
                data[field.html_name] = "on"
        elif value is not None:
            data[field.html_name] = value
    return data


def filled(typed, stored=()):
    return HoursForm(typed, today=TODAY, stored=stored)


def rule(number=0, **values):
    return {f"r{number}-{name}": value for name, value in ({"access": "walk_in"} | values).items()}


def errors(form):
    form.is_valid()
    return {name: " ".join(found) for name, found in form.errors.items()}


@settings(max_examples=200, deadline=None)
@given(schedules())
def test_opening_and_saving_changes_nothing(slots):
    shown = HoursForm.opened_on(slots, " Une précision ", digest="abc", today=TODAY)
    form = HoursForm(posted_by_a_browser(shown), today=TODAY, stored=slots, stored_note=" Une précision ")
    assert errors(form) == {}
    assert sorted(map(repr, form.cleaned_data["slots"])) == sorted(map(repr, slots))
    assert form.cleaned_data["note"] == " Une précision "
    assert form.cleaned_data["opened"] == "abc"


@settings(max_examples=60, deadline=None)
@given(schedules())
def test_the_preview_of_what_is_stored_is_that_of_what_is_shown(slots):
    shown = HoursForm.opened_on(slots, "", digest="", today=TODAY)
    assert sorted(map(repr, shown.slots_so_far())) == sorted(map(repr, slots))


def test_a_week_is_read():
    form = filled({"d0-0-opens": "9h", "d0-0-closes": "12h", "d0-0-access": "appointment", "d6-unknown": "on"})
    assert errors(form) == {}
    assert form.cleaned_data["slots"] == [Slot(0, *MORNING, access=Access.APPOINTMENT), Slot(6)]


def test_every_second_friday_from_a_date():
    typed = rule(frequency="every_n_weeks", weekday="4", interval="2", start="2026-12-04") | {
        "r0-0-opens": "14",
        "r0-0-closes": "16h30",
    }
    form = filled(typed)
    assert errors(form) == {}
    assert form.cleaned_data["slots"] == [
        Slot(4, time(14), time(16, 30), frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=date(2026, 12, 4))
    ]


def test_another_date_wins_over_those_proposed():
    typed = rule(frequency="every_n_weeks", weekday="4", interval="2", start="2026-12-04", anchor="2027-03-05")
    form = filled(typed | {"r0-unknown": "on"})
    assert errors(form) == {}
    assert form.cleaned_data["slots"][0].anchor == date(2027, 3, 5)


def test_the_last_friday_of_the_month_during_the_summer():
    typed = rule(
        frequency="nth_weekday", weekday="4", nth="-1", valid_from="2027-07-01", valid_until="31/08/2027", unknown="on"
    )
    form = filled(typed | rule(except_school_holidays="on", on_public_holidays="on"))
    assert errors(form) == {}
    assert form.cleaned_data["slots"] == [
        Slot(
            4,
            frequency=Frequency.NTH_WEEKDAY,
            nth=-1,
            valid_from=date(2027, 7, 1),
            valid_until=date(2027, 8, 31),
            except_school_holidays=True,
            on_public_holidays=True,
        )
    ]


@pytest.mark.parametrize(
    ("typed", "where", "why"),
    [
        ({"d0-0-opens": "9h"}, "d0-0-closes", "début et l’heure de fin"),
        ({"d0-0-opens": "12h", "d0-0-closes": "9h"}, "d0-0-closes", "La fin doit venir après"),
        ({"d0-0-opens": "9h", "d0-0-closes": "9h"}, "d0-0-closes", "La fin doit venir après"),
        ({"d0-0-opens": "9:00:30", "d0-0-closes": "12h"}, "d0-0-opens", "secondes"),
        ({"d0-0-opens": "9h", "d0-0-closes": "26h"}, "d0-0-closes", "23 h 59"),
        (
            {"d0-0-opens": "9h", "d0-0-closes": "12h", "d0-1-opens": "11h", "d0-1-closes": "14h"},
            "d0-1-opens",
            "recouvre",
        ),
        (
            {"d0-0-opens": "14h", "d0-0-closes": "18h", "d0-1-opens": "9h", "d0-1-closes": "15h"},
            "d0-0-opens",
            "recouvre",
        ),
        (rule(frequency="every_n_weeks", weekday="4", interval="2", unknown="on"), "r0-start", "premier passage"),
        (rule(frequency="every_n_weeks", weekday="4", interval="0", unknown="on"), "r0-interval", "1 ou plus"),
        (rule(frequency="every_n_weeks", weekday="4", interval="", unknown="on"), "r0-interval", "nombre de semaines"),
        (rule(frequency="every_n_weeks", weekday="4", interval="30", unknown="on"), "r0-anchor", "premier passage"),
        (rule(frequency="dates", unknown="on"), "r0-dates", "au moins une date"),
        (rule(frequency="dates", dates="hier", unknown="on"), "r0-dates", "hier"),
        (rule(frequency="weekly", weekday="1"), "r0-0-opens", "à confirmer"),
        (rule(frequency="weekly", weekday="", unknown="on"), "r0-weekday", "obligatoire"),
        (rule(frequency="nth_weekday", weekday="1", nth="5", unknown="on"), "r0-nth", "choix"),
        (
            rule(frequency="weekly", weekday="1", valid_from="2027-08-31", valid_until="2027-07-01", unknown="on"),
            "r0-valid_until",
            "avant d’avoir commencé",
        ),
        (rule(frequency="weekly", weekday="1", valid_from="0002-07-01", unknown="on"), "r0-valid_from", "année"),
        (rule(frequency="weekly", weekday="1", valid_from="été", unknown="on"), "r0-valid_from", "24/11/2026"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(typed, where, why):
    found = errors(filled(typed))
    assert list(found) == [where]
    assert why in found[where].replace("\u00a0", " ")


def test_everything_typed_comes_back_when_something_is_wrong():
    typed = {"d0-0-opens": "neuf", "d0-0-closes": "12h", "note": "Sonner"} | rule(
        frequency="dates", dates="un jour", unknown="on"
    )
    form = filled(typed)
    assert errors(form)
    assert {name: form[name].value() for name in ("d0-0-opens", "d0-0-closes", "note", "r0-dates")} == {
        "d0-0-opens": "neuf",
        "d0-0-closes": "12h",
        "note": "Sonner",
        "r0-dates": "un jour",
    }


def test_lines_that_are_right_are_previewed_while_others_are_wrong():
    form = filled({"d0-0-opens": "9h", "d0-0-closes": "12h", "d1-0-opens": "neuf"})
    assert form.preview().total == "3\u00a0h par semaine"


@pytest.mark.parametrize("name", ["r0-frequency", "r99999-frequency", "d9-0-opens", "d0-99999-opens", "r0-0-opens"])
def test_a_field_that_no_page_has_changes_nothing(name):
    form = filled({name: "rien", "d0-unknown": "on"})
    assert errors(form) == {}
    assert form.cleaned_data["slots"] == [Slot(0)]


# The buttons


def pressed(button, typed):
    return step_of(QueryDict(f"{button}&" + "&".join(f"{name}={value}" for name, value in typed.items())))


def test_one_more_stretch():
    form = filled({}).after(pressed("add=d2", as_typed([Slot(2, *MORNING)])))
    assert len(list(form.days())[2].stretches) == 3
    assert form.fields["d2-2-opens"].widget.attrs["autofocus"]


@pytest.mark.parametrize(("button", "field"), [("add=d2", "d2-2-opens"), ("add=every_n_weeks", "r0-weekday")])
def test_in_a_page_that_is_open_a_script_moves_the_focus(button, field):
    step = pressed(f"{button}&swapped=1", as_typed([Slot(2, *MORNING)]))
    attributes = filled({}).after(step).fields[field].widget.attrs
    assert attributes["data-focus"]
    assert "autofocus" not in attributes
    assert "swapped" not in step.typed


def test_a_day_is_copied_to_others_and_what_they_had_is_gone():
    monday, tuesday = [Slot(0, *MORNING), Slot(0, *AFTERNOON, access=Access.APPOINTMENT)], [Slot(1, time(8), time(20))]
    step = pressed("copy=1&copy_from=0&copy_to=1&copy_to=3", as_typed([*monday, *tuesday]))
    assert step.said.startswith("Lundi est copié sur mardi et jeudi.")
    assert [(slot.weekday, slot.opens) for slot in filled({}).after(step).slots_so_far()] == [
        (day, opens) for day in (0, 1, 3) for opens in (time(9), time(13, 30))
    ]


@pytest.mark.parametrize("asked", ["copy_from=0", "copy_from=0&copy_to=0", "copy_from=8&copy_to=1", "copy_to=x"])
def test_copying_on_no_day_says_so(asked):
    step = pressed(f"copy=1&{asked}", as_typed([Slot(0, *MORNING)]))
    assert step.said.startswith("Cochez")
    assert filled({}).after(step).slots_so_far() == [Slot(0, *MORNING)]


def test_a_rule_is_added_with_its_dates_to_choose():
    form = filled({}).after(pressed("add=every_n_weeks", {}))
    (row,) = form.rules()
    assert [choice.choice_label for choice in row.start[0]] == [
        "lundi 30 novembre (semaine\u00a049)",
        "lundi 7 décembre (semaine\u00a050)",
    ]


def test_the_dates_follow_the_day_and_the_number_of_weeks():
    typed = rule(frequency="every_n_weeks", weekday="4", interval="3")
    (row,) = filled({}).after(pressed("refresh=0", typed)).rules()
    assert len(list(row.start[0])) == 3


def test_a_rule_is_taken_away_and_no_other():
    typed = rule(1, frequency="dates", dates="24/11/2026", unknown="on") | rule(10, frequency="weekly", weekday="3")
    form = filled({}).after(pressed("remove=1", typed))
    assert [row.number for row in form.rules()] == [10]


@pytest.mark.parametrize("button", ["add=rien", "add=", "add=d9", "remove=", "refresh=x", "add=r7"])
def test_a_button_that_no_page_has_changes_nothing(button):
    assert filled({}).after(pressed(button, as_typed([Slot(0, *MORNING)]))).slots_so_far() == [Slot(0, *MORNING)]


def test_seeing_and_saving_are_not_steps():
    assert step_of(QueryDict("preview=1&d0-0-opens=9h")) is None
