"""Only a structure whose label is in force is judged; the others stay in sight, with their state."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from quality.charter import assess
from quality.facts import charter_in_force
from quality.findings import SiteFacts, SiteKind
from structures.models import LabelState, Structure
from tests.quality.factories import CharterVersionFactory, VisitFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.structures.factories import LocationFactory, StructureFactory

pytestmark = pytest.mark.django_db
NOT_IN_FORCE = [LabelState.APPLICATION, LabelState.SUSPENDED, LabelState.WITHDRAWN]


@pytest.fixture(autouse=True)
def _charter() -> None:
    CharterVersionFactory()


@pytest.fixture(params=NOT_IN_FORCE)
def unlabelled(request, coordination, structure) -> Structure:
    """Beside a labelled structure: one that keeps no criterion, and whose label is not in force."""
    site: Structure = StructureFactory(
        name="France services d’Ailleurs", coordination=coordination, label_state=request.param, id_fs="666"
    )
    LocationFactory(structure=site)
    VisitFactory(structure=site, seen={"signage": False})
    return site


def test_a_site_whose_label_is_not_in_force_has_no_finding():
    today = timezone.localdate()
    charter = charter_in_force(today)
    assert assess(SiteFacts(kind=SiteKind.FIXED, day=today, label="retirée"), charter) == []
    assert len(assess(SiteFacts(kind=SiteKind.FIXED, day=today), charter)) == 7


def test_it_is_not_on_the_board_nor_in_its_export(coordinator, unlabelled, structure):
    answer = coordinator.get("/pilotage/charte/")
    assert [row.site.pk for row in answer.context["board"].rows] == [structure.pk]
    assert answer.context["total"] == 1
    export = coordinator.get("/pilotage/charte/?format=csv")
    assert unlabelled.name not in b"".join(export).decode()


def test_it_is_not_counted_among_the_sites_that_do_not_keep_a_criterion(coordinator, unlabelled, structure):
    glance = coordinator.get("/pilotage/").context["glance"]
    assert (glance.judged, glance.sites_not_met) == (1, 0)
    assert "sur 1" in coordinator.get("/pilotage/").content.decode()


def test_its_late_requests_are_late_all_the_same(coordinator, unlabelled):
    ServiceRequestFactory(structure=unlabelled, received_at=timezone.now() - timedelta(days=30))
    answer = coordinator.get("/pilotage/")
    assert answer.context["glance"].late_now == 1
    assert [line.site.pk for line in answer.context["first"]][-1] == unlabelled.pk


def test_it_is_in_the_list_with_its_state_and_without_criteria(coordinator, unlabelled, structure):
    rows = {row.site.pk: row for row in coordinator.get("/pilotage/structures/").context["rows"]}
    assert set(rows) == {structure.pk, unlabelled.pk}
    assert rows[unlabelled.pk].label == unlabelled.get_label_state_display()
    assert rows[unlabelled.pk].line.not_met == []
    only = coordinator.get(f"/pilotage/structures/?label={unlabelled.label_state}").context["rows"]
    assert [row.site.pk for row in only] == [unlabelled.pk]


def test_its_page_says_why_it_is_not_judged_and_has_no_evidence(coordinator, unlabelled):
    page = coordinator.get(f"/pilotage/structures/{unlabelled.slug}/").content.decode()
    assert "n’est pas en vigueur" in page
    assert unlabelled.get_label_state_display() in page
    assert "Non tenu" not in page
    assert coordinator.get(f"/pilotage/charte/{unlabelled.slug}/signage/").status_code == 404


def test_a_visit_there_leads_back_to_its_page(coordinator, unlabelled):
    address = f"/pilotage/structures/{unlabelled.slug}/visite/"
    form = coordinator.get(address).context["form"]
    name = next(field for field in form.fields if "signage" in field)
    seen = next(key for key, _ in form.fields[name].choices if key)
    answer = coordinator.post(address, {"visited_on": timezone.localdate().isoformat(), name: seen})
    assert answer.headers["Location"] == f"/pilotage/structures/{unlabelled.slug}/"


def test_the_command_does_not_judge_it(unlabelled, structure):
    written = StringIO()
    call_command("charter", "--format", "json", stdout=written)
    assert {row["structure"] for row in json.loads(written.getvalue())} == {structure.name}
    written = StringIO()
    call_command("charter", stdout=written)
    assert "label pas en vigueur" in written.getvalue()
