"""Is a visit kept as it was seen, once, and refused when it cannot be true?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import JournalEntry
from quality.actions import NothingSeen, Observed, VisitInFuture, record_visit
from quality.models import Observation, Visit
from tests.accounts.factories import UserFactory
from tests.quality.factories import CharterVersionFactory, VisitFactory
from tests.structures.factories import StructureFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # the 25th already in Paris


@pytest.fixture
def author():
    return UserFactory(full_name="Claire Coordinatrice")


def visit(author, structure=None, **changes) -> Visit:
    facts = {
        "structure": structure or StructureFactory(),
        "visited_on": date(2026, 11, 20),
        "observations": [Observed("signage", is_met=False, detail="cachée"), Observed("accessibility", is_met=True)],
        "note": "",
        "by": author,
        "now": NOW,
    }
    return record_visit(**{**facts, **changes})


def test_a_visit_keeps_what_was_seen_and_by_whom(author):
    kept = visit(author)
    assert {(o.criterion_key, o.is_met, o.detail) for o in kept.observations.all()} == {
        ("signage", False, "cachée"),
        ("accessibility", True, ""),
    }
    assert (kept.author, kept.recorded_at) == (author, NOW)
    assert JournalEntry.objects.get().user == author


def test_the_day_is_the_one_of_paris(author):
    assert visit(author, visited_on=date(2026, 11, 25)).pk
    with pytest.raises(VisitInFuture):
        visit(author, visited_on=date(2026, 11, 26))


def test_a_visit_that_saw_nothing_needs_a_note(author):
    with pytest.raises(NothingSeen):
        visit(author, observations=[])
    assert visit(author, observations=[], note="Site fermé ce jour-là.").pk
    assert Visit.objects.count() == 1


def test_the_same_visit_sent_twice_is_one_visit(author):
    structure = StructureFactory()
    assert visit(author, structure) == visit(author, structure)
    assert Observation.objects.count() == 2
    visit(author, structure, note="Autre note.")
    visit(author, structure, observations=[Observed("signage", is_met=True)])
    visit(UserFactory(), structure)
    assert Visit.objects.count() == 4


# The form


@pytest.fixture
def address(structure):
    CharterVersionFactory()
    return f"/pilotage/structures/{structure.slug}/visite/"


def typed(**changes) -> dict[str, str]:
    return {"visited_on": timezone.localdate().isoformat(), "seen_signage": "no", "note": "", **changes}


def test_the_form_asks_each_observed_criterion_and_no_other(coordinator, address):
    page = coordinator.get(address).content.decode()
    for key in ("signage", "confidential_office", "free_of_charge", "accessibility"):
        assert f'name="seen_{key}"' in page
    assert 'name="seen_opening_hours"' not in page
    assert 'name="typed_by"' in page


def test_a_saved_visit_leads_to_the_evidence(coordinator, structure, address):
    data = typed(seen_accessibility="yes", seen_signage="no", detail_signage="cachée par un arbre")
    response = coordinator.post(address, data, follow=True)
    assert response.redirect_chain == [(f"/pilotage/charte/{structure.slug}/signage/", 302)]
    page = response.content.decode()
    assert "cachée par un arbre" in page
    assert "non tenu" in page
    assert Observation.objects.count() == 2


def test_who_came_from_a_criterion_goes_back_to_it(coordinator, structure, address):
    data = typed(seen_accessibility="yes")
    response = coordinator.post(f"{address}?critere=accessibility", data)
    assert response.url == f"/pilotage/charte/{structure.slug}/accessibility/"
    assert coordinator.post(f"{address}?critere=//mal", data | {"note": "x"}).url.endswith("/signage/")


def test_a_note_alone_leads_to_the_structure(coordinator, structure, address):
    response = coordinator.post(address, typed(seen_signage="", note="Site fermé."))
    assert response.url == f"/pilotage/structures/{structure.slug}/"


def test_what_was_not_seen_leaves_the_finding_before(coordinator, structure, address):
    VisitFactory(structure=structure, seen={"accessibility": True})
    coordinator.post(address, typed())
    latest = Visit.objects.latest_first()[0]
    assert [o.criterion_key for o in latest.observations.all()] == ["signage"]


def refused(response) -> str:
    assert response.status_code == 200
    assert Visit.objects.count() == 0
    return response.content.decode()


def test_a_visit_to_come_is_refused_and_what_was_typed_is_kept(coordinator, address):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    page = refused(coordinator.post(address, typed(visited_on=tomorrow, detail_signage="cachée par un arbre")))
    assert "ne peut pas être à venir" in page
    assert "cachée par un arbre" in page
    assert tomorrow in page


@pytest.mark.parametrize("day", ["", "hier", "0202-01-01", "2026-02-30"])
def test_a_date_that_cannot_be_is_refused(coordinator, address, day):
    refused(coordinator.post(address, typed(visited_on=day)))


@pytest.mark.parametrize("field", ["note", "detail_signage"])
def test_a_social_security_number_is_refused_anywhere(coordinator, address, field):
    page = refused(coordinator.post(address, typed(**{field: "Dossier 2 69 05 49 588 157 80"})))
    assert "numéro de sécurité sociale" in page


def test_an_empty_visit_is_refused(coordinator, address):
    assert "au moins un constat" in refused(coordinator.post(address, typed(seen_signage="")))


def test_a_detail_without_an_answer_is_not_lost_in_silence(coordinator, address):
    page = refused(coordinator.post(address, typed(seen_signage="", detail_signage="à vérifier")))
    assert "répondez oui ou non" in page


def test_an_answer_that_does_not_exist_is_refused(coordinator, address):
    refused(coordinator.post(address, typed(seen_signage="maybe")))


def test_a_double_click_records_one_visit(coordinator, address):
    for _ in range(2):
        coordinator.post(address, typed(note="Vu ensemble."))
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("persona", "status"), [("counsellor", 403), ("foreign_coordinator", 404), ("partner_manager", 403)]
)
def test_only_her_coordinator_may_record_a_visit(persona, status, address, request):
    assert request.getfixturevalue(persona).post(address, typed()).status_code == status
    assert Visit.objects.count() == 0
