"""Does the measuring command measure every page, and does every page keep within its statements?"""

import io
import json
from dataclasses import fields
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone

from config.bench import data, measure, report
from referrals.models import ServiceRequest
from structures.models import Structure

pytestmark = pytest.mark.django_db
KEYS = [
    "bare_log", "bare_list", "log", "list", "list_filtered", "desk", "detail", "hand_over", "answer", "public_list",
    "structure", "dashboard", "board", "list_small", "list_large",
    "search_reference", "search_words", "list_rare", "list_deep", "export",
    "directory", "directory_search", "directory_misspelt", "routing", "ranking",
    "hours",
]  # fmt: skip


def bench(**options: Any) -> str:
    out = io.StringIO()
    tiny = {"requests": 200, "contacts": 200, "rounds": 2, "repeats": 1}
    call_command("bench", stdout=out, stderr=io.StringIO(), **(tiny | options))
    return out.getvalue()


@pytest.fixture(scope="module")
def measured(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """One run for the whole module, undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        # Inside a transaction the end of a request must not close the connection (the test client does the same).
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            found: dict[str, Any] = json.loads(bench(format="json"))
            found["left"] = ServiceRequest.objects.count()
            found["written again"] = data.prepare(data.Size(200, 200), timezone.now())
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
            transaction.set_rollback(True)
    return found


def statements(measured: dict[str, Any]) -> dict[str, int]:
    return {line["key"]: line["statements"] for line in measured["lines"]}


def test_every_page_has_its_line(measured: dict[str, Any]) -> None:
    assert [line["key"] for line in measured["lines"]] == KEYS
    assert all(line["cpu_ms"] > 0 for line in measured["lines"])
    assert all(line["times"] > 0 for line in measured["lines"] if line["beside"])


def test_what_was_logged_to_measure_is_taken_away_again(measured: dict[str, Any]) -> None:
    assert measured["left"] == measured["requests"] + 37 * measured["of_quiet"]


def test_rows_that_are_already_there_are_not_made_again(measured: dict[str, Any]) -> None:
    assert measured["written again"] is False


def test_the_table_is_french_and_has_a_line_a_page_with_its_verdict(measured: dict[str, Any]) -> None:
    names = [field.name for field in fields(report.Line)]
    found = [report.Line(**{name: line[name] for name in names}) for line in measured["lines"]]
    table = report.in_words(found, measured)
    for line in measured["lines"]:
        row = next(row for row in table.splitlines() if row.startswith(line["title"]))
        assert ("ok" in row or "dépassé" in row) == bool(line["verdict"])
    assert "CPU, ms" in table
    assert "(≤ 2)" in table


def test_logging_a_request_costs_ten_statements_at_most(measured: dict[str, Any]) -> None:
    assert 0 < statements(measured)["log"] <= 10


def test_a_list_costs_five_statements_session_and_account_included(measured: dict[str, Any]) -> None:
    assert 3 < statements(measured)["list"] <= 5
    # These rows do not fill the page: one more says whether others remain to be looked at.
    assert statements(measured)["list_filtered"] <= 6


def test_a_search_and_an_export_keep_their_statements(measured: dict[str, Any]) -> None:
    lines = {line["key"]: line for line in measured["lines"] if line["key"] in ("search_words", "list_rare", "export")}
    assert [key for key, line in lines.items() if line["statements"] > line["most_statements"]] == []
    assert len(lines) == 3


@pytest.mark.parametrize(
    "key", ["desk", "detail", "hand_over", "answer", "public_list", "structure", "dashboard", "board"]
)
def test_other_pages_cost_twelve_statements_at_most(measured: dict[str, Any], key: str) -> None:
    assert 0 < statements(measured)[key] <= 12


def test_the_directory_keeps_its_statements(measured: dict[str, Any]) -> None:
    lines = [line for line in measured["lines"] if line["key"].startswith("directory")]
    assert len(lines) == 3
    assert [line["key"] for line in lines if line["statements"] > line["most_statements"]] == []


def test_a_large_site_costs_no_more_statements_than_a_small_one(measured: dict[str, Any]) -> None:
    assert statements(measured)["list_large"] == statements(measured)["list_small"]


def test_a_database_that_holds_something_else_is_left_alone(structure: Structure) -> None:
    with pytest.raises(CommandError, match="autre chose"):
        bench()
    assert Structure.objects.get() == structure


@pytest.mark.parametrize("options", [{"requests": 0}, {"contacts": -1}, {"rounds": 0}, {"repeats": 0}])
def test_nothing_is_measured_on_too_little(options: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="au moins"):
        bench(**options)


def test_transactions_are_not_counted() -> None:
    texts = ["BEGIN IMMEDIATE", "SELECT 1", "SAVEPOINT s", "INSERT INTO a", "RELEASE SAVEPOINT s", "COMMIT"]
    assert measure.without_transactions(texts) == ["SELECT 1", "INSERT INTO a"]


def test_the_ratio_is_of_each_round_so_that_a_slow_moment_changes_nothing() -> None:
    mine, its = measure.Cost(1, [2.0, 20.0, 2.0]), measure.Cost(1, [1.0, 10.0, 1.0])
    assert mine.times(its) == 2.0
    assert mine.cpu_ms == 2.0


def test_a_bound_that_is_not_kept_is_said() -> None:
    line = report.Line("list", "Liste", 5.0, 1.3, "bare_list", 1.2, 6, 5, None)
    assert (line.verdict, line.over) == ("over", ["times", "sql"])
    assert "dépassé : ×, SQL" in report.in_words(
        [line], dict.fromkeys(["database", "requests", "of_quiet", "contacts", "rounds"])
    )
