"""Does the board show every site and criterion, lead to the evidence, and keep what it must not show?"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quality.exports import harmless
from quality.findings import AskedCriterion, Finding, Verdict
from referrals.models import Exchange, Happening, Identity
from structures.models import LocationKind, StructureKind
from tests.quality.factories import COMPUTED, OBSERVED, CharterVersionFactory, TrainedCounsellorFactory, VisitFactory
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory

pytestmark = pytest.mark.django_db
BOARD = "/pilotage/charte/"


@pytest.fixture(autouse=True)
def charter():
    return CharterVersionFactory()


def board(client: Client, **asked: str):
    response = client.get(BOARD, asked)
    assert response.status_code == 200
    return response.context["board"]


def names(client: Client, **asked: str) -> list[str]:
    return [row.site.name for row in board(client, **asked).rows]


# Who sees what


def test_the_coordinator_sees_the_sites_of_her_network_and_no_other(coordinator, structure, other_structure):
    StructureFactory(name="Ailleurs")
    assert names(coordinator) == [other_structure.name, structure.name]


def test_the_coordinator_of_another_departement_sees_none_of_them(foreign_coordinator, structure):
    assert names(foreign_coordinator) == []
    for name, args in [("structure", []), ("evidence", ["signage"]), ("record_visit", [])]:
        assert foreign_coordinator.get(reverse(f"quality:{name}", args=[structure.slug, *args])).status_code == 404


@pytest.mark.parametrize("persona", ["counsellor", "partner_manager", "digital_coordinator", "superuser"])
@pytest.mark.parametrize("name", ["dashboard", "board", "structures", "late", "contacts"])
def test_nobody_else_may_steer(persona, name, structure, request):
    assert request.getfixturevalue(persona).get(reverse(f"quality:{name}")).status_code == 403


def test_who_has_not_signed_in_is_sent_to_sign_in(client, structure):
    assert client.get(BOARD).status_code == 302


# The cells


def test_every_site_has_a_cell_for_every_criterion_that_leads_to_its_evidence(coordinator, structure, other_structure):
    page = coordinator.get(BOARD).content.decode()
    for site in (structure, other_structure):
        for key in [*COMPUTED, *OBSERVED]:
            address = f'href="/pilotage/charte/{site.slug}/{key}/"'
            assert page.count(address) == 1
            assert coordinator.get(f"/pilotage/charte/{site.slug}/{key}/").status_code == 200


def test_a_cell_says_its_verdict_in_a_word_with_its_figure(coordinator, structure):
    page = coordinator.get(BOARD, {"critere": "opening_hours"}).content.decode()
    assert '<span class="app-verdict__word">tenu</span>' in page
    assert "32\u00a0h\u00a030" in page


def test_the_summary_counts_the_verdicts_of_the_rows_shown(coordinator, structure, other_structure):
    VisitFactory(structure=structure, seen={"signage": False})
    (column,) = board(coordinator, critere="signage").summary
    assert [(verdict.value, number) for verdict, number, _ in column.counts] == [("not_met", 1), ("unknown", 1)]


# Filters, order, export


def test_a_verdict_keeps_the_sites_that_have_it(coordinator, structure, other_structure):
    VisitFactory(structure=structure, seen={"signage": False})
    assert names(coordinator, verdict="not_met") == [structure.name]
    assert names(coordinator, verdict="not_met", critere="accessibility") == []
    assert names(coordinator, verdict="unknown") == [other_structure.name, structure.name]


def test_a_criterion_is_the_only_column(coordinator, structure):
    assert [asked.key for asked in board(coordinator, critere="signage").columns] == ["signage"]


def test_a_kind_and_a_search_without_accents_narrow_the_board(coordinator, structure, other_structure, coordination):
    bus = StructureFactory(name="France services itinérante", kind=StructureKind.BUS, coordination=coordination)
    assert names(coordinator, forme="bus") == [bus.name]
    assert names(coordinator, recherche="ITINERANTE") == [bus.name]
    assert names(coordinator, recherche=structure.id_fs) == [structure.name]


def test_the_most_troubled_site_comes_first_when_asked(coordinator, structure, other_structure):
    VisitFactory(structure=other_structure, seen={"signage": False, "free_of_charge": False})
    VisitFactory(structure=structure, seen={"signage": False})
    assert names(coordinator, tri="ecarts") == [other_structure.name, structure.name]


def test_values_that_do_not_exist_ask_for_everything(coordinator, structure):
    asked = {"verdict": "<b>", "critere": "moon", "forme": "boat", "tri": "x", "recherche": "x" * 500}
    assert names(coordinator, **asked) == [structure.name]


def test_nothing_found_offers_to_see_everything(coordinator, structure):
    page = coordinator.get(BOARD, {"recherche": "zzz"}).content.decode()
    assert "Aucun site ne correspond" in page


def read_csv(response) -> list[list[str]]:
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:]), delimiter=";"))


def test_the_export_has_a_line_per_site_and_criterion_and_keeps_the_filters(coordinator, structure, other_structure):
    header, *rows = read_csv(coordinator.get(BOARD, {"format": "csv"}))
    assert len(rows) == 14
    assert {len(row) for row in rows} == {len(header)}
    _, *rows = read_csv(coordinator.get(BOARD, {"format": "csv", "critere": "opening_hours"}))
    assert [row[6] for row in rows] == ["32,5", "32,5"]


def test_a_name_that_is_a_formula_leaves_as_text(coordinator, coordination):
    StructureFactory(name='=HYPERLINK("http://exemple.fr")', coordination=coordination)
    _, row, *_ = read_csv(coordinator.get(BOARD, {"format": "csv"}))
    assert row[1].startswith("'=")


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-x", "@x", " =1"])
def test_no_cell_starts_a_formula(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("blank", ["\t", "\r", "\n"])
def test_no_formula_hides_behind_a_blank_that_spreadsheets_drop(blank):
    assert harmless(f"{blank}=1") == f"{blank}'=1"


def test_numbers_and_plain_text_are_left_alone():
    assert [harmless(cell) for cell in (20.5, -3, "Yvetot", None)] == ["20,5", "-3", "Yvetot", ""]


def test_without_a_charter_the_board_says_what_to_do(coordinator, structure, charter):
    charter.delete()
    for address in (BOARD, "/pilotage/", f"/pilotage/structures/{structure.slug}/"):
        assert coordinator.get(address).status_code == 200
    assert "Aucune version de la charte" in coordinator.get(BOARD).content.decode()


# The evidence


def evidence(client: Client, site, key: str) -> str:
    response = client.get(f"/pilotage/charte/{site.slug}/{key}/")
    assert response.status_code == 200
    return response.content.decode()


def test_an_unknown_criterion_has_no_page(coordinator, structure):
    assert coordinator.get(f"/pilotage/charte/{structure.slug}/moon/").status_code == 404


def test_the_hours_are_shown_in_words_and_the_office_of_a_bus_does_not_count(coordinator, coordination):
    bus = StructureFactory(bus=True, coordination=coordination)
    LocationFactory(structure=bus, kind=LocationKind.OFFICE, name="Bureau")
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, name="Place du marché")
    page = evidence(coordinator, bus, "opening_hours")
    assert "Du lundi au vendredi de 9\u00a0h à 12\u00a0h" in page
    assert page.index("Place du marché") < page.index("compte pour la charte") < page.index("ne compte pas<")


def test_the_team_is_shown_with_its_trainings_and_the_day_it_falls_short(coordinator, structure):
    expiry = timezone.localdate() + timedelta(days=20)
    TrainedCounsellorFactory(structure=structure, full_name="Nadia Ferey")
    TrainedCounsellorFactory(structure=structure, expires_on=expiry)
    page = evidence(coordinator, structure, "trained_counsellors")
    assert "Nadia Ferey" in page
    assert "Sous le seuil à partir du" in page


def test_the_months_of_requests_are_shown(coordinator, structure):
    ServiceRequestFactory(structure=structure, answered_late=True)
    page = evidence(coordinator, structure, "response_time")
    assert "Demandes par mois de réception" in page
    assert f"{timezone.localtime() - timedelta(days=10):%Y}" in page


def test_the_visits_behind_an_observed_criterion_are_its_history(coordinator, structure):
    VisitFactory(structure=structure, visited_on=date(2025, 1, 7), seen={"signage": False})
    VisitFactory(structure=structure, visited_on=date(2026, 3, 12), seen={"signage": True})
    VisitFactory(structure=structure, visited_on=date(2026, 4, 2), seen={"accessibility": True})
    page = evidence(coordinator, structure, "signage")
    assert page.index("Visite du 12 mars 2026") < page.index("Visite du 7 janvier 2025")
    assert "Visite du 2 avril 2026" not in page


# Cost


def fill(coordination, number: int) -> None:
    for _ in range(number):
        site = StructureFactory(coordination=coordination)
        LocationFactory(structure=site, schedule=ScheduleFactory())
        TrainedCounsellorFactory(structure=site)
        ServiceRequestFactory(structure=site)
        VisitFactory(structure=site, seen=dict.fromkeys(OBSERVED, True))


@pytest.mark.parametrize(
    "address",
    [
        BOARD,
        f"{BOARD}?format=csv",
        "/pilotage/",
        "/pilotage/structures/",
        "/pilotage/retards/",
        "/pilotage/interlocuteurs/",
    ],
)
def test_a_list_costs_the_same_for_one_site_as_for_many(address, coordinator, coordination, queries_for):
    fill(coordination, 1)
    cost_of_one = queries_for(lambda: coordinator.get(address))
    fill(coordination, 14)
    assert queries_for(lambda: coordinator.get(address)) == cost_of_one
    assert cost_of_one <= 12


@pytest.mark.parametrize("key", [*COMPUTED, "signage"])
def test_evidence_costs_the_same_for_one_fact_as_for_many(key, coordinator, structure, queries_for):
    def more(number: int) -> None:
        for _ in range(number):
            LocationFactory(structure=structure, kind=LocationKind.OUTREACH)
            TrainedCounsellorFactory(structure=structure)
            ServiceRequestFactory(structure=structure)
            VisitFactory(structure=structure, seen={"signage": True})

    more(1)
    cost_of_one = queries_for(lambda: evidence(coordinator, structure, key))
    more(9)
    assert queries_for(lambda: evidence(coordinator, structure, key)) == cost_of_one


# Identities


@pytest.fixture
def canaries(structure) -> list[str]:
    """A request whose every text must stay at the site."""
    request = ServiceRequestFactory(structure=structure)
    Identity.objects.create(request=request, name="CANARI-NOM", reach="CANARI-TEL", file_number="CANARI-DOSSIER")
    referral = ReferralFactory(request=request, question="CANARI-QUESTION")
    Exchange.objects.create(
        request=request,
        referral=referral,
        kind=Happening.NOTE,
        at=timezone.now(),
        actor="CANARI-QUI",
        text="CANARI-TEXTE",
    )
    return [f"/demandes/{request.reference}"]


def every_page(structure) -> Iterator[str]:
    for name in ("dashboard", "board", "structures", "late", "contacts"):
        yield reverse(f"quality:{name}")
    for name in ("board", "late"):
        yield reverse(f"quality:{name}") + "?format=csv"
    for name in ("structure", "record_visit"):
        yield reverse(f"quality:{name}", args=[structure.slug])
    for key in [*COMPUTED, *OBSERVED]:
        yield reverse("quality:evidence", args=[structure.slug, key])


def test_no_page_and_no_export_ever_shows_or_reads_an_identity_or_a_text(coordinator, structure, canaries):
    VisitFactory(structure=structure, seen={"signage": False})
    for address in every_page(structure):
        with CaptureQueriesContext(connection) as captured:
            response = coordinator.get(address)
        assert response.status_code == 200, address
        page = response.content.decode()
        assert "CANARI" not in page, address
        assert not [link for link in canaries if link in page], address
        for query in captured:
            for table in ("referrals_identity", "referrals_referral", "referrals_exchange"):
                assert table not in query["sql"], address


@pytest.mark.parametrize(
    ("threshold", "unit", "said"),
    [
        (24.0, "h", "24\u00a0h"),
        (22.5, "h", "22,5\u00a0h"),
        (90.0, "%", "90\u00a0%"),
        (2.0, "conseillers", "2"),
        (None, "h", ""),
    ],
)
def test_a_threshold_fits_in_a_cell(threshold, unit, said):
    asked = AskedCriterion(key="opening_hours", name="Horaires", short_name="Horaires", is_observed=False)
    finding = Finding(asked=asked, verdict=Verdict.MET, figure="x", unit=unit, threshold_value=threshold)
    assert finding.threshold_cell == said
