"""Does the list find, sort, page and cost what it should, whatever the number of requests?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.bench.history import add_history
from partners.models import Operator, Procedure
from referrals.finding import paging
from referrals.models import Channel, ClosingReason, Outcome, ServiceRequest
from schedules.calendars import PARIS
from structures.models import Structure
from tests.partners.factories import OperatorFactory, ProcedureFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
LIST = "/demandes/"
HOUR = timedelta(hours=1)


def references(page: object) -> list[str]:
    return [line.reference for line in page.context["page"].lines]  # type: ignore[attr-defined]


def chips(page: object) -> list[str]:
    return [chip.label for chip in page.context["chips"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("filters", "situation"),
    [
        ({"suite": "call_back"}, {"outcome": Outcome.CALL_BACK}),
        ({"venue": "workshop"}, {"channel": Channel.WORKSHOP}),
        ({"etat": "closes", "issue": "abandoned"}, {"answered": True, "closing_reason": ClosingReason.ABANDONED}),
        ({"retard": "on"}, {}),
        ({"retard": "on", "etat": "operateur"}, {"referred_at": timezone.now() - 9 * 24 * HOUR}),
    ],
)
def test_each_filter_finds_its_request(
    counsellor: Client, structure: Structure, filters: dict[str, str], situation: dict[str, object]
) -> None:
    wanted = ServiceRequestFactory(structure=structure, **situation)
    ServiceRequestFactory(structure=structure, received_at=timezone.now() - HOUR)
    ServiceRequestFactory(structure=structure, answered=True)
    page = counsellor.get(LIST, filters)
    assert references(page) == [wanted.reference]
    assert len(chips(page)) == len(filters)


def test_the_period_holds_both_its_days(counsellor: Client, structure: Structure) -> None:
    noon = timezone.now().astimezone(PARIS).replace(hour=23, minute=30) - timedelta(days=20)
    inside = ServiceRequestFactory(structure=structure, received_at=noon)
    for days in (-1, 1):
        ServiceRequestFactory(structure=structure, received_at=noon + timedelta(days=days))
    day = noon.date().isoformat()
    assert references(counsellor.get(LIST, {"depuis": day, "jusqua": day})) == [inside.reference]


def test_a_period_that_ends_before_it_begins_says_so(counsellor: Client) -> None:
    page = counsellor.get(LIST, {"depuis": "2026-11-02", "jusqua": "2026-11-01"})
    assert page.status_code == 422
    assert "avant son début" in page.content.decode()


def test_the_commune_of_the_person_is_a_filter(counsellor: Client, structure: Structure) -> None:
    commune = CommuneFactory(name="Sahurs")
    wanted = ServiceRequestFactory(structure=structure, commune=commune)
    ServiceRequestFactory(structure=structure)
    page = counsellor.get(LIST, {"commune": "sahurs"})
    assert references(page) == [wanted.reference]
    assert chips(page) == ["Sahurs"]


def test_a_demarche_out_of_service_is_still_found(counsellor: Client, structure: Structure) -> None:
    gone = ProcedureFactory(name="Prime de Noël", is_active=False)
    wanted = ServiceRequestFactory(structure=structure, procedure=gone)
    assert references(counsellor.get(LIST, {"demarche": "noel"})) == [wanted.reference]


def test_a_demarche_that_nobody_knows_says_so_and_stays_in_its_field(counsellor: Client) -> None:
    page = counsellor.get(LIST, {"demarche": "xyzzy"})
    assert page.status_code == 422
    assert "Aucune démarche ne correspond" in page.content.decode()
    assert 'value="xyzzy"' in page.content.decode()


def test_each_chip_leads_to_the_list_without_its_filter(counsellor: Client, structure: Structure) -> None:
    ServiceRequestFactory(structure=structure)
    page = counsellor.get(LIST, {"etat": "toutes", "miennes": "on", "venue": "phone", "apres": "x", "bizarre": "1"})
    urls = {chip.url for chip in page.context["chips"]}
    assert urls == {"/demandes/?venue=phone&miennes=on", "/demandes/?etat=toutes&miennes=on",
                    "/demandes/?etat=toutes&venue=phone"}  # fmt: skip


@pytest.mark.parametrize("order", ["", "ancienne", "echeance"])
def test_pages_go_both_ways_in_every_order_without_a_gap(counsellor: Client, structure: Structure, order: str) -> None:
    at = timezone.now() - 4 * HOUR
    for number in range(75):  # many at the same instant, deadlines the other way round
        received = at - (number // 10) * HOUR
        ServiceRequestFactory(
            structure=structure, received_at=received, due_at=at + timedelta(days=3) + number // 7 * HOUR
        )
    pages: list[list[str]] = []
    place: dict[str, str] = {}
    while True:
        page = counsellor.get(LIST, {"tri": order, **place})
        pages.append(references(page))
        if not page.context["page"].next:
            break
        place = {"apres": page.context["page"].next}
    rows = ServiceRequest.objects.order_by(*{
        "": ("-received_at", "-pk"), "ancienne": ("received_at", "pk"), "echeance": ("due_at", "pk")
    }[order])  # fmt: skip
    assert [one for page in pages for one in page] == [row.reference for row in rows]
    back = [references(page)]
    while before := page.context["page"].previous:
        page = counsellor.get(LIST, {"tri": order, "avant": before})
        back.append(references(page))
    assert back[::-1] == pages


def test_what_is_closed_is_not_sorted_by_deadline(counsellor: Client, structure: Structure) -> None:
    rows = [ServiceRequestFactory(structure=structure, answered=True, received_at=timezone.now() - n * HOUR - 24 * HOUR)
            for n in range(3)]  # fmt: skip
    assert references(counsellor.get(LIST, {"etat": "closes", "tri": "echeance"})) == [r.reference for r in rows]


def test_what_is_closed_untold_says_why_and_is_not_late(counsellor: Client, structure: Structure) -> None:
    ServiceRequestFactory(structure=structure, closed_at=timezone.now(), closing_reason=ClosingReason.UNREACHABLE)
    page = counsellor.get(LIST, {"etat": "closes"})
    assert page.context["page"].lines[0].state == "close, personne injoignable"
    assert page.context["page"].lines[0].due == ""
    assert references(counsellor.get(LIST, {"retard": "on"})) == []


def test_a_name_that_was_changed_is_shown_at_once(
    counsellor: Client, structure: Structure, procedure: Procedure
) -> None:
    ServiceRequestFactory(structure=structure, procedure=procedure)
    assert procedure.name in counsellor.get(LIST).content.decode()
    procedure.name = "Revenu minimum"
    procedure.save()
    operator = Operator.objects.get(code="CAF")
    operator.name = "Caisse de tous"
    operator.save()
    page = counsellor.get(LIST).content.decode()
    assert "Revenu minimum" in page
    assert page.count("Caisse de tous") == 2, "on the line, and among the filters"


def test_an_operator_just_added_is_a_filter_at_once(counsellor: Client, structure: Structure) -> None:
    counsellor.get(LIST)
    wanted = ServiceRequestFactory(structure=structure, operator=OperatorFactory(code="NEW", name="Nouvel opérateur"))
    ServiceRequestFactory(structure=structure)
    assert references(counsellor.get(LIST, {"operateur": "NEW"})) == [wanted.reference]


def test_rows_written_without_history_are_named_too(counsellor: Client, structure: Structure) -> None:
    counsellor.get(LIST)
    operator = OperatorFactory()
    new = Procedure.objects.bulk_create([Procedure(code="BULK", name="Écrite en masse", operator=operator)])[0]
    ServiceRequestFactory(structure=structure, procedure=new)
    assert "Écrite en masse" in counsellor.get(LIST).content.decode()


def test_a_search_without_index_stops_somewhere_says_where_and_goes_on(
    counsellor: Client, structure: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "LOOKED_AT", 50)
    at = timezone.now() - 1000 * HOUR
    wanted = ServiceRequestFactory(structure=structure, answered=True, channel=Channel.BUS_STOP, received_at=at)
    model = ServiceRequestFactory(structure=structure, answered=True)
    add_history(model, first=1, last=120, now=timezone.now(), step=HOUR)
    page, turns, seen = counsellor.get(LIST, {"etat": "toutes", "venue": "bus_stop"}), 1, []
    while page.context["page"].next:
        seen += references(page)
        assert "Chercher plus loin" in page.content.decode()
        page = counsellor.get(LIST, {"etat": "toutes", "venue": "bus_stop", "apres": page.context["page"].next})
        turns += 1
    assert [*seen, *references(page)] == [wanted.reference]
    assert turns == 3


def list_statements(client: Client, **filters: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(LIST, filters).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_the_list_costs_five_statements_and_joins_no_table(counsellor: Client, structure: Structure) -> None:
    ServiceRequestFactory.create_batch(3, structure=structure)
    list_statements(counsellor)
    found = list_statements(counsellor)
    assert len(found) == 5
    listed = next(sql for sql in found if 'FROM "referrals_servicerequest"' in sql)
    assert " JOIN " not in listed


@pytest.fixture
def long_history(structure: Structure, other_structure: Structure) -> Structure:
    """20,000 closed requests at the site and as many next door, forty open."""
    now = timezone.now()
    for site in (structure, other_structure):
        add_history(
            ServiceRequestFactory(structure=site, answered=True), now=now, step=timedelta(minutes=20),
            first=1 if site == structure else 20_001, last=20_000 if site == structure else 40_000,
        )  # fmt: skip
        ServiceRequestFactory.create_batch(40, structure=site, received_at=now - HOUR)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return structure


LISTS = [
    {},
    {"retard": "on"},
    {"tri": "echeance"},
    {"tri": "ancienne"},
    {"etat": "toutes"},
    {"etat": "closes"},
    {"etat": "operateur"},
    {"etat": "toutes", "tri": "ancienne"},
]


def deep(client: Client, filters: dict[str, str]) -> dict[str, str]:
    """The same list, far down."""
    place = paging._written(paging.Place(timezone.now() - timedelta(days=100), 1))
    return {**filters, "apres": place}


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_postgresql_reads_twenty_blocks_at_most_for_a_page(counsellor: Client, long_history: Structure) -> None:
    found = {}
    for filters in [*LISTS, deep(counsellor, {"etat": "toutes"}), deep(counsellor, {"etat": "closes"})]:
        listed = next(sql for sql in list_statements(counsellor, **filters) if "operators_version" in sql)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {listed}")
            plan = cursor.fetchone()[0][0]["Plan"]
        found[str(filters)] = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    assert {key: blocks for key, blocks in found.items() if blocks > 20} == {}


def index_for(filters: dict[str, str]) -> str:
    if filters.get("etat") in ("toutes", "closes"):
        return "request_history_of_site"
    by_deadline = filters.get("tri") == "echeance" or "retard" in filters
    return "request_deadline_of_site" if by_deadline else "request_open_of_site"


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_sqlite_reads_the_page_along_an_index_in_its_order(counsellor: Client, long_history: Structure) -> None:
    for filters in [*LISTS, deep(counsellor, {"etat": "toutes"})]:
        listed = next(sql for sql in list_statements(counsellor, **filters) if "operators_version" in sql)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {listed}")
            plan = [str(row[3]) for row in cursor.fetchall()]
        read = next(step for step in plan if "referrals_servicerequest" in step)
        name = re.search(r"USING INDEX (\w+)", read)
        assert name, (filters, plan)
        assert index_for(filters) in name[1], (filters, plan)
        # The late ones are few: they are found by their deadline, then put in order.
        assert "retard" in filters or not any("TEMP B-TREE" in step for step in plan), (filters, plan)
