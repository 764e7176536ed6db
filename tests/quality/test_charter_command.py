"""Do the commands print what the board shows, on a database where nothing else was loaded?"""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from quality.models import CharterVersion, Criterion
from referrals.models import Promise
from structures.models import Course, LocationKind
from tests.quality.factories import CharterVersionFactory, VisitFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("charter", *arguments, stdout=out)
    return out.getvalue()


def rows(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("--format", "json", *arguments))
    return found


def opening(id_fs: str) -> dict[str, Any]:
    (row,) = [row for row in rows() if row["id_fs"] == id_fs and row["criterion"] == "opening_hours"]
    return row


def a_site(id_fs: str, name: str, minutes_a_day: int, **more: object) -> None:
    """Five days a week, from 8 h."""
    closes = (datetime(2000, 1, 1, 8) + timedelta(minutes=minutes_a_day)).time()
    week = [(day, time(8), closes) for day in range(5)]
    LocationFactory(structure=StructureFactory(id_fs=id_fs, name=name, **more), schedule=ScheduleFactory(week=week))


def test_twenty_hours_and_a_half_are_not_enough_and_twenty_four_are():
    a_site("2260", "Londinières", 246)
    a_site("1234", "Oissel", 288)
    assert opening("2260") == {
        "id_fs": "2260",
        "structure": "Londinières",
        "criterion": "opening_hours",
        "verdict": "not_met",
        "figure": 20.5,
        "unit": "h",
        "threshold": 24,
    }
    assert (opening("1234")["verdict"], opening("1234")["figure"]) == ("met", 24.0)


def test_without_a_charter_the_command_loads_it_and_unknown_stays_unknown():
    a_site("2260", "Londinières", 246)
    verdicts = {row["criterion"]: row["verdict"] for row in rows()}
    assert verdicts == {
        "opening_hours": "not_met",
        "trained_counsellors": "unknown",
        "signage": "unknown",
        "response_time": "unknown",
        "confidential_office": "unknown",
        "free_of_charge": "unknown",
        "accessibility": "unknown",
    }
    assert CharterVersion.objects.count() == 1


def test_an_existing_charter_is_left_as_it_is():
    CharterVersionFactory(name="La nôtre")
    a_site("2260", "Londinières", 246)
    run()
    assert CharterVersion.objects.get().name == "La nôtre"


def test_a_bus_shows_its_stops_and_is_asked_nothing():
    bus = StructureFactory(id_fs="77", bus=True)
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP)
    row = opening("77")
    assert (row["verdict"], row["figure"], row["threshold"]) == ("not_asked", 32.5, None)


def test_a_past_day_forgets_what_came_after():
    now = timezone.now()
    site = StructureFactory()
    ServiceRequestFactory(structure=site, received_at=now - timedelta(days=20), resident_informed_at=now)
    VisitFactory(structure=site, visited_on=now.date(), seen={"signage": True})
    day = (now - timedelta(days=10)).date().isoformat()
    before = {row["criterion"]: row for row in rows("--at", day)}
    assert (before["signage"]["verdict"], before["response_time"]["figure"]) == ("unknown", 0.0)
    assert {row["criterion"]: row["verdict"] for row in rows()}["signage"] == "met"


def test_in_words_each_structure_has_its_findings_and_what_would_mend_them():
    a_site("2260", "Londinières", 246)
    text = run().replace("\u00a0", " ")
    assert "Londinières (2260)" in text
    assert "✕ non tenu · Horaires : 20 h 30, pour 24 h par semaine. Ouvrir 3 h 30 de plus par semaine." in text


def test_an_empty_database_says_what_to_do_first():
    assert "import_structures" in run()
    assert rows() == []


def test_before_the_first_version_there_is_nothing_to_find():
    a_site("2260", "Londinières", 246)
    assert "n’était en vigueur" in run("--at", "2019-06-01")
    assert rows("--at", "2019-06-01") == []


def test_a_day_that_is_not_one_is_refused_in_french():
    with pytest.raises(CommandError, match="n’est pas un jour"):
        run("--at", "24/11/2026")


# Loading the charter


def load() -> str:
    out = StringIO()
    call_command("load_charter", stdout=out)
    return out.getvalue()


def test_the_charter_is_loaded_with_its_seven_criteria_its_courses_and_its_promise():
    load()
    version = CharterVersion.objects.get()
    assert (version.starts_on, version.weekly_hours_fixed) == (date(2020, 1, 1), Decimal(24))
    assert (version.weekly_hours_antenna, version.weekly_hours_bus) == (None, None)
    assert list(version.criteria.values_list("key", "kind")) == [
        ("opening_hours", "computed"),
        ("trained_counsellors", "computed"),
        ("signage", "observed"),
        ("response_time", "computed"),
        ("confidential_office", "observed"),
        ("free_of_charge", "observed"),
        ("accessibility", "observed"),
    ]
    assert all(c.question and c.to_meet for c in version.criteria.filter(kind="observed"))
    assert dict(Course.objects.values_list("code", "days")) == {"core": 3, "operators": 2}
    promise = Promise.objects.get()
    assert (promise.starts_on, promise.hours, promise.unit) == (date(2020, 1, 1), 72, "calendar")


def test_loading_again_changes_nothing_and_undoes_no_edit():
    load()
    CharterVersion.objects.update(name="La nôtre", response_share=95)
    Criterion.objects.filter(key="signage").delete()
    Course.objects.filter(code="core").update(days=Decimal("5.5"))
    assert "rien n’a changé" in load()
    assert (CharterVersion.objects.get().name, CharterVersion.objects.get().response_share) == ("La nôtre", 95)
    assert Criterion.objects.count() == 6
    assert Course.objects.get(code="core").days == Decimal("5.5")
