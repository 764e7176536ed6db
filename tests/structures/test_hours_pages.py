"""The hours of a place, as its own people change them."""

from datetime import date, time

import pytest
from django.urls import reverse

from schedules.forms.typed import as_typed
from schedules.models import Slot
from schedules.opening_hours import Access, Frequency
from schedules.snapshots import hours_of
from structures.changes import snapshot_of_hours
from structures.models import Change, LocationKind, StructureKind, What
from structures.opened import ChangedMeanwhile, digest, refuse_if_changed
from tests.structures.factories import LocationFactory

NBSP = "\u00a0"
pytestmark = pytest.mark.django_db


@pytest.fixture
def place(structure):
    return structure.locations.get()


@pytest.fixture
def url(place):
    return reverse("structures:hours", args=[place.structure.slug, place.pk])


def opened_form(place):
    return as_typed(place.schedule.timetable().slots, place.schedule.note) | {
        "opened": digest(snapshot_of_hours(place))
    }


def text(response):
    return response.content.decode()


def test_the_page_shows_what_is_stored_and_the_total(counsellor, url):
    page = text(counsellor.get(url))
    assert f"32{NBSP}h{NBSP}30 par semaine" in page
    assert 'value="13 h 30"' in page


def test_saving_writes_the_hours_and_remembers_the_change(counsellor, counsellor_user, place, url):
    typed = opened_form(place) | {
        "d5-0-opens": "9h",
        "d5-0-closes": "midi",
        "d5-0-access": "appointment",
        "note": "Sonner",
    }
    response = counsellor.post(url, typed, follow=True)
    assert response.redirect_chain == [(reverse("structures:site", args=[place.structure.slug]), 302)]
    assert f"enregistrés{NBSP}: 35{NBSP}h{NBSP}30 par semaine." in str(next(iter(response.context["messages"])))
    saturday = Slot.objects.get(schedule=place.schedule, weekday=5)
    assert (saturday.opens, saturday.closes, saturday.access) == (time(9), time(12), Access.APPOINTMENT)
    change = Change.objects.get()
    assert change.before is not None
    assert (change.what, change.author, change.location) == (What.HOURS, counsellor_user, place)
    assert change.before["note"] == ""
    assert change.after == hours_of(type(place).objects.get(pk=place.pk).schedule)


def test_saving_without_a_change_writes_nothing(counsellor, place, url):
    keys = set(Slot.objects.values_list("pk", flat=True))
    response = counsellor.post(url, opened_form(place), follow=True)
    assert "Rien n’avait changé." in [str(message) for message in response.context["messages"]]
    assert set(Slot.objects.values_list("pk", flat=True)) == keys
    assert not Change.objects.exists()


def test_seeing_the_result_saves_nothing(counsellor, place, url):
    typed = opened_form(place) | {"d0-0-closes": "11h", "preview": "1"}
    response = counsellor.post(url, typed)
    assert response.status_code == 200
    assert f"31{NBSP}h{NBSP}30 par semaine" in text(response)
    assert not Change.objects.exists()


def test_a_mistake_comes_back_with_everything_typed(counsellor, place, url):
    response = counsellor.post(url, opened_form(place) | {"d0-0-closes": "8h", "note": "Sonner deux fois"})
    assert response.status_code == 422
    assert "La fin doit venir après le début" in text(response)
    assert 'value="Sonner deux fois"' in text(response)
    assert not Change.objects.exists()


def test_a_social_security_number_is_refused_in_the_note(counsellor, place, url):
    response = counsellor.post(url, opened_form(place) | {"note": "2 69 05 49 588 157 80"})
    assert response.status_code == 422


def test_two_people_at_once_the_second_is_told_and_nothing_is_lost(counsellor, coordinator, place, url):
    first, second = opened_form(place), opened_form(place)
    coordinator.post(url, first | {"d0-0-closes": "11h"})
    response = counsellor.post(url, second | {"d0-0-closes": "11h45"})
    assert response.status_code == 409
    page = text(response)
    assert "Modifié entre-temps par" in page
    assert f"le lundi de 9{NBSP}h à 11{NBSP}h" in page
    assert 'value="11h45"' in page
    again = second | {"d0-0-closes": "11h45", "opened": response.context["form"].data["opened"]}
    assert counsellor.post(url, again).status_code == 302
    assert Slot.objects.get(schedule=place.schedule, weekday=0, opens=time(9)).closes == time(11, 45)


def test_a_form_that_no_page_made_is_refused(counsellor, place, url):
    typed = opened_form(place) | {"d0-0-closes": "11h", "opened": ""}
    response = counsellor.post(url, typed)
    assert response.status_code == 409
    assert "l’application" in text(response)


def test_what_was_typed_when_the_session_ended_comes_back(client, counsellor, counsellor_user, place, url):
    mark = counsellor.get(url).context["typed_by"]
    typed = opened_form(place) | {"d6-3-opens": "10h", "typed_by": mark}
    client.post(url, typed)
    client.force_login(counsellor_user)
    assert 'name="d6-3-opens" value="10h"' in text(client.get(url))


def test_24_hours_are_asked_of_the_main_place_of_a_fixed_site_only(counsellor, place, url):
    assert "de la charte" in text(counsellor.get(url))
    antenna = LocationFactory(structure=place.structure, kind=LocationKind.ANTENNA)
    assert "de la charte" not in text(
        counsellor.get(reverse("structures:hours", args=[place.structure.slug, antenna.pk]))
    )
    place.structure.kind = StructureKind.BUS
    place.structure.save()
    assert "de la charte" not in text(counsellor.get(url))


def test_a_place_of_another_structure_is_not_found_under_this_one(counsellor, structure, other_structure):
    elsewhere = other_structure.locations.get()
    assert counsellor.get(reverse("structures:hours", args=[structure.slug, elsewhere.pk])).status_code == 404


def test_an_unusual_schedule_survives_opening_and_saving(counsellor, place, url):
    Slot.objects.create(
        schedule=place.schedule, weekday=None, frequency=Frequency.DATES, dates=["2027-01-05", "2026-12-01"], interval=3
    )
    place = type(place).objects.get(pk=place.pk)
    before = snapshot_of_hours(place)
    counsellor.post(url, opened_form(place) | {"d0-0-closes": "11h"})
    after = snapshot_of_hours(type(place).objects.get(pk=place.pk))
    assert [row for row in after["slots"] if row["frequency"] == "dates"] == [
        row for row in before["slots"] if row["frequency"] == "dates"
    ]


def test_the_page_costs_the_same_whatever_the_number_of_slots(counsellor, place, url, queries_for):
    few = queries_for(lambda: counsellor.get(url))
    for day in range(1, 29):
        Slot.objects.create(schedule=place.schedule, frequency=Frequency.DATES, dates=[f"2027-01-{day:02}"])
    assert queries_for(lambda: counsellor.get(url)) == few


def test_equal_snapshots_have_one_digest_whatever_their_order():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
    assert digest(None) != digest({})


def test_a_change_of_another_place_is_not_named(structure, place):
    with pytest.raises(ChangedMeanwhile) as told:
        refuse_if_changed("old", {"slots": []}, structure=structure, what=What.HOURS, location=place)
    assert (told.value.by, told.value.at) == ("l’application", None)


def test_a_cycle_from_the_last_day_of_time_is_refused_beside_its_field(counsellor, place, url):
    typed = opened_form(place) | {
        "r9-frequency": "every_n_weeks",
        "r9-weekday": "4",
        "r9-interval": "2",
        "r9-start": "9999-12-31",
        "r9-access": "walk_in",
        "r9-0-opens": "9h",
        "r9-0-closes": "10h",
    }
    response = counsellor.post(url, typed)
    assert response.status_code == 422
    assert "Vérifiez l’année." in text(response)
    assert not place.schedule.slots.filter(frequency=Frequency.EVERY_N_WEEKS).exists()


@pytest.mark.parametrize("anchor", [date.min, date.max])
def test_every_page_of_a_place_stands_whatever_slot_is_stored(client, counsellor, coordinator, place, url, anchor):
    for frequency in (Frequency.EVERY_N_WEEKS, Frequency.NTH_WEEKDAY, Frequency.WEEKLY):
        Slot.objects.create(
            schedule=place.schedule,
            weekday=6,
            opens=time(9),
            closes=time(10),
            frequency=frequency,
            interval=32767,
            anchor=anchor,
            nth=-1,
            valid_from=anchor,
        )
    slug = place.structure.slug
    pages = {"structures:detail": client, "structures:structure_calendar": client, "structures:site": counsellor}
    pages |= {"structures:closures": counsellor, "quality:site_charter": counsellor, "quality:structure": coordinator}
    for name, reader in pages.items():
        assert reader.get(reverse(name, args=[slug])).status_code == 200, name
    for name in ("structures:list", "structures:data"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.get(reverse("structures:poster", args=[slug, place.pk])).status_code == 200
    assert counsellor.get(reverse("structures:exceptions", args=[slug, place.pk])).status_code == 200
    assert counsellor.get(url).status_code == 200
