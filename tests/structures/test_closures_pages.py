"""Closures, what makes up for them, exceptional openings."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from schedules.models import Closure, Extra
from schedules.wording import spoken_day
from structures.changes import snapshot_of_closures, snapshot_of_exceptions
from structures.models import Change, StructureClosure, What
from structures.opened import digest
from tests.structures.factories import LocationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(structure):
    return structure.locations.get()


@pytest.fixture
def url(place):
    return reverse("structures:exceptions", args=[place.structure.slug, place.pk])


@pytest.fixture
def url_of_all(structure):
    return reverse("structures:closures", args=[structure.slug])


@pytest.fixture
def today():
    return timezone.localdate()


def next_weekday(today, weekday):
    """A day of this name, in four weeks or so."""
    return today + timedelta(days=28 + (weekday - today.weekday()) % 7)


def closing(place, first, last=None, **more):
    opened = digest(snapshot_of_exceptions(type(place).objects.get(pk=place.pk)))
    typed = {
        "add_closure": "1",
        "opened": opened,
        "first_day": first.isoformat(),
        "confirmed": f"{first}/{last or first}",
    }
    return typed | ({"last_day": last.isoformat()} if last else {}) | more


def text(response):
    return response.content.decode()


def test_a_closure_is_added_with_its_reason(counsellor, counsellor_user, place, url, today):
    first = next_weekday(today, 0)
    response = counsellor.post(url, closing(place, first, first + timedelta(days=3), reason="congés"), follow=True)
    assert "La fermeture est enregistrée." in text(response)
    closure = Closure.objects.get(schedule=place.schedule)
    assert (closure.first_day, closure.last_day, closure.reason) == (first, first + timedelta(days=3), "congés")
    change = Change.objects.get()
    assert (change.what, change.author, change.location) == (What.EXCEPTIONS, counsellor_user, place)


def test_openings_already_announced_are_listed_before_they_fall_away(counsellor, place, url, today):
    tuesday = next_weekday(today, 1)
    response = counsellor.post(url, closing(place, tuesday, confirmed=""))
    assert f"{spoken_day(tuesday, today=today)} de 9\u00a0h à 12\u00a0h" in text(response)
    assert not Closure.objects.exists()
    confirmed = response.context["desk"].to_confirm
    assert counsellor.post(url, closing(place, tuesday, confirmed=confirmed)).status_code == 302
    assert Closure.objects.get().first_day == tuesday


def test_other_days_are_to_be_confirmed_again(counsellor, place, url, today):
    tuesday, wednesday = next_weekday(today, 1), next_weekday(today, 2)
    counsellor.post(url, closing(place, wednesday, confirmed=f"{tuesday}/{tuesday}"))
    assert not Closure.objects.exists()


def test_a_long_closure_names_the_first_openings_and_counts_the_others(counsellor, place, url, today):
    first = next_weekday(today, 0)
    response = counsellor.post(url, closing(place, first, first + timedelta(days=60), confirmed=""))
    assert len(response.context["desk"].lost.passages) == 12
    assert response.context["desk"].lost.more > 12


def test_closed_on_one_day_and_open_on_another(counsellor, place, url, today):
    thursday, saturday = next_weekday(today, 3), next_weekday(today, 5)
    instead = {"instead_day": saturday.isoformat(), "instead_opens": "9h", "instead_closes": "12h"}
    counsellor.post(url, closing(place, thursday, **instead))
    extra = Extra.objects.get(schedule=place.schedule)
    assert (extra.day, extra.opens, extra.closes, extra.replaces) == (saturday, time(9), time(12), thursday)
    page = text(counsellor.get(url))
    assert f"à la place du {spoken_day(thursday, today=today)}" in page


@pytest.mark.parametrize(
    ("days", "where", "why"),
    [
        ((-3, None), "first_day", "déjà passée"),
        ((-9, -3), "last_day", "déjà passée"),
        ((9, 3), "last_day", "finir avant"),
        ((9, 900), "last_day", "Plus d’un an"),
    ],
)
def test_days_that_make_no_sense_are_refused(counsellor, place, url, today, days, where, why):
    first, last = (None if n is None else today + timedelta(days=n) for n in days)
    response = counsellor.post(url, closing(place, first, last, reason="congés"))
    assert response.status_code == 422
    assert why in str(response.context["desk"].closure_form.errors[where])
    assert 'value="congés"' in text(response)


def test_a_closure_that_has_begun_may_still_be_entered(counsellor, place, url, today):
    counsellor.post(url, closing(place, today - timedelta(days=2), today + timedelta(days=2)))
    assert Closure.objects.count() == 1


def test_the_same_closure_is_not_entered_twice(counsellor, place, url, today):
    day = next_weekday(today, 1)
    counsellor.post(url, closing(place, day))
    assert counsellor.post(url, closing(place, day)).status_code == 422


@pytest.mark.parametrize(
    ("instead", "where"),
    [
        ({"instead_opens": "9h", "instead_closes": "12h"}, "instead_day"),
        ({"instead_day": "{first}"}, "instead_day"),
        ({"instead_day": "2020-01-01"}, "instead_day"),
        ({"instead_day": "{later}", "instead_opens": "9h"}, "instead_closes"),
        ({"instead_day": "{later}", "instead_opens": "9h", "instead_closes": "8h"}, "instead_closes"),
    ],
)
def test_a_replacement_that_makes_no_sense_is_refused(counsellor, place, url, today, instead, where):
    first = next_weekday(today, 1)
    instead = {name: value.format(first=first, later=first + timedelta(days=9)) for name, value in instead.items()}
    response = counsellor.post(url, closing(place, first, **instead))
    assert list(response.context["desk"].closure_form.errors) == [where]
    assert not Closure.objects.exists()


def extra_typed(place, on, **more):
    opened = digest(snapshot_of_exceptions(type(place).objects.get(pk=place.pk)))
    typed = {
        "day": on.isoformat(),
        "opens": "14h",
        "closes": "minuit",
        "access": "appointment",
        "extra_reason": "forum",
    }
    return {"add_extra": "1", "opened": opened} | typed | more


def test_an_exceptional_opening_is_added_and_taken_away(counsellor, place, url, today):
    saturday = next_weekday(today, 5)
    response = counsellor.post(url, extra_typed(place, saturday), follow=True)
    assert f"{spoken_day(saturday, today=today)} de 14\u00a0h à minuit, sur rendez-vous" in text(response)
    counsellor.post(url, {"remove": "extras-0", "opened": response.context["opened"]})
    assert not Extra.objects.exists()
    assert Change.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"closes": ""}, {"closes": "13h"}, {"opens": "tôt"}, {"day": "2020-01-01"}, {"day": ""}]
)
def test_an_opening_that_makes_no_sense_is_refused(counsellor, place, url, today, wrong):
    assert counsellor.post(url, extra_typed(place, next_weekday(today, 5), **wrong)).status_code == 422
    assert not Extra.objects.exists()


@pytest.mark.parametrize("name", ["closures-7", "rien-0", "closures", "closures--1", "", "extras-²"])
def test_a_line_that_does_not_exist_is_not_taken_away(counsellor, place, url, today, name):
    counsellor.post(url, closing(place, next_weekday(today, 1)))
    opened = digest(snapshot_of_exceptions(type(place).objects.get(pk=place.pk)))
    assert counsellor.post(url, {"remove": name, "opened": opened}).status_code == 200
    assert Closure.objects.count() == 1


def test_a_list_that_changed_meanwhile_is_not_touched(counsellor, coordinator, place, url, today):
    mine = closing(place, next_weekday(today, 1))
    coordinator.post(url, closing(place, next_weekday(today, 2), reason="travaux"))
    response = counsellor.post(url, mine)
    assert response.status_code == 409
    assert "Modifié entre-temps par" in text(response)
    assert "travaux" in text(response)
    assert Closure.objects.count() == 1
    again = mine | {"opened": response.context["opened"]}
    assert counsellor.post(url, again).status_code == 302


def test_past_closures_are_folded(counsellor, place, url, today):
    Closure.objects.create(
        schedule=place.schedule, first_day=date(2020, 5, 4), last_day=date(2020, 5, 8), reason="travaux"
    )
    agenda = counsellor.get(url).context["agenda"]
    assert (len(agenda.coming), len(agenda.past)) == (0, 1)


def test_christmas_is_said_to_be_closed_already(counsellor, url):
    lines = counsellor.get(url).context["agenda"].holidays
    effects = {line.name: line.effect for line in lines}
    assert effects["Lundi de Pâques"] == "jour férié, déjà fermé"


def test_the_whole_structure_is_closed_at_once(counsellor, structure, url_of_all, today):
    LocationFactory(structure=structure, kind="antenna", name="Antenne du port")
    tuesday = next_weekday(today, 1)
    typed = {"add_closure": "1", "opened": digest(snapshot_of_closures(structure)), "first_day": tuesday.isoformat()}
    response = counsellor.post(url_of_all, typed)
    assert "12\u00a0h, Antenne du port" in text(response)
    counsellor.post(url_of_all, typed | {"confirmed": response.context["desk"].to_confirm, "reason": "formation"})
    assert StructureClosure.objects.get().first_day == tuesday
    assert Change.objects.get().what == What.STRUCTURE_CLOSURES
    assert "formation" in text(counsellor.get(url_of_all))
    counsellor.post(url_of_all, {"remove": "closures-0", "opened": digest(snapshot_of_closures(structure))})
    assert not StructureClosure.objects.exists()


def test_two_people_close_the_whole_structure_at_once(counsellor, coordinator, structure, url_of_all, today):
    opened = digest(snapshot_of_closures(structure))
    for client, day, expected in ((coordinator, 5, 302), (counsellor, 6, 409)):
        sunday = next_weekday(today, day).isoformat()
        typed = {"add_closure": "1", "opened": opened, "first_day": sunday, "confirmed": f"{sunday}/{sunday}"}
        assert client.post(url_of_all, typed).status_code == expected


def test_the_shortcut_fills_the_form(counsellor, url):
    page = text(counsellor.get(url + "?du=2026-12-26&au=2026-12-31&raison=congés"))
    assert 'value="2026-12-26"' in page
    assert 'value="congés"' in page


def test_the_list_costs_the_same_for_one_closure_and_a_hundred(counsellor, place, url, today, queries_for):
    day = next_weekday(today, 1)
    Closure.objects.create(schedule=place.schedule, first_day=day, last_day=day)
    few = queries_for(lambda: counsellor.get(url))
    for n in range(99):
        Closure.objects.create(schedule=place.schedule, first_day=day + timedelta(n), last_day=day + timedelta(n))
    assert queries_for(lambda: counsellor.get(url)) == few


def test_the_whole_structure_costs_the_same_for_one_place_and_ten(counsellor, structure, url_of_all, queries_for):
    few = queries_for(lambda: counsellor.get(url_of_all))
    for _ in range(9):
        LocationFactory(structure=structure, kind="antenna")
    assert queries_for(lambda: counsellor.get(url_of_all)) == few
