"""Does the coordinator read true figures first, each leading to its list?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from quality.findings import (
    AskedCriterion,
    CharterParameters,
    Finding,
    OperatorVolume,
    RequestFacts,
    SiteFacts,
    SiteKind,
    Verdict,
)
from quality.network import SiteLine, by_operator, first_to_look_at, glance, ordered
from referrals.models import ServiceRequest
from tests.partners.factories import ContactFactory, KnowHowNoteFactory
from tests.quality.factories import CharterVersionFactory, VisitFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.structures.factories import StructureFactory

TODAY = timezone.localdate()
ASKED = AskedCriterion("signage", "Une enseigne", "Enseigne", is_observed=True)


def a_line(name: str = "", *, not_met: int = 0, warning: str = "", **requests: object) -> SiteLine:
    site = SiteFacts(kind=SiteKind.FIXED, day=TODAY, name=name, requests=RequestFacts(**requests))  # type: ignore[arg-type]
    findings = [Finding(ASKED, Verdict.NOT_MET, "")] * not_met + [Finding(ASKED, Verdict.MET, "", warning=warning)]
    return SiteLine(site, findings)


# Plain values


def test_the_share_of_the_network_weighs_each_request_not_each_site():
    found = glance([a_line(counted=98, on_time=98), a_line(counted=2, on_time=0, late_now=2, not_met=1)])
    assert (found.on_time, found.late_now, found.sites_not_met) == (98.0, 2, 1)


def test_a_network_without_request_has_no_share():
    found = glance([a_line()])
    assert (found.on_time, found.solved) == (None, None)


def test_the_site_with_most_criteria_not_met_comes_first_and_quiet_sites_are_left_out():
    lines = [
        a_line("calme"),
        a_line("bientôt", warning="Sous le seuil"),
        a_line("retards", late_now=9),
        a_line("deux", not_met=2),
        a_line("un", not_met=1, late_now=1),
    ]
    assert [line.site.name for line in first_to_look_at(lines)] == ["deux", "un", "retards", "bientôt"]


def test_operators_are_added_over_sites_and_sorted_by_this_month():
    lines = [
        a_line(by_operator=(OperatorVolume("Caf", 3, 1), OperatorVolume("MSA", 1, 5))),
        a_line(by_operator=(OperatorVolume("Caf", 2, 0), OperatorVolume("Urssaf", 0, 0))),
    ]
    found = [(line.operator, line.this_month, line.last_month, line.bar) for line in by_operator(lines)]
    assert found == [("Caf", 5, 1, 100), ("MSA", 1, 5, 20)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("nom", ["a", "b", "c"]),
        ("ecarts", ["b", "a", "c"]),
        ("retards", ["c", "a", "b"]),
        ("delai", ["c", "a", "b"]),
        ("guichet", ["a", "c", "b"]),
        ("n’importe quoi", ["a", "b", "c"]),
    ],
)
def test_structures_are_sorted_as_asked_and_unknown_shares_come_last(order, expected):
    lines = [
        a_line("a", counted=10, on_time=9, received=10, solved=8),
        a_line("b", not_met=1),
        a_line("c", late_now=3, counted=10, on_time=5, received=10, solved=2),
    ]
    assert [line.site.name for line in ordered(lines, order)] == expected


def test_a_charter_without_criterion_leaves_every_site_quiet():
    assert CharterParameters().criteria == ()


# The page


@pytest.fixture
def page(coordinator, structure, other_structure):
    CharterVersionFactory()

    def get(address: str = "/pilotage/"):
        response = coordinator.get(address)
        assert response.status_code == 200
        return response

    return get


def test_the_dashboard_counts_the_requests_of_her_network_only(page, structure):
    ServiceRequestFactory(structure=structure)
    ServiceRequestFactory(structure=structure, answered=True)
    ServiceRequestFactory(structure=structure, solved=True)
    ServiceRequestFactory(structure=StructureFactory())
    found = page().context["glance"]
    assert (found.late_now, found.counted, found.sites) == (1, 3, 2)
    assert found.on_time == 66.6
    assert found.solved == 33.3


def test_the_dashboard_says_how_many_requests_the_notes_solved_and_never_a_number_under_five(page, structure):
    assert page().context["with_note"] == "aucune"
    note = KnowHowNoteFactory(office=structure.partner_office)
    ServiceRequestFactory(structure=structure, solved=True, solved_with=note)
    ServiceRequestFactory(structure=StructureFactory(), solved=True, solved_with=note)
    assert page().context["with_note"] == "moins de\u00a05"
    ServiceRequestFactory.create_batch(4, structure=structure, solved=True, solved_with=note)
    assert page().context["glance"].with_note == 5
    assert "fiche de savoir-faire" in page().content.decode()


def test_the_table_names_the_site_to_look_at(page, structure):
    VisitFactory(structure=structure, seen={"signage": False})
    assert [line.site.name for line in page().context["first"]] == [structure.name]


def test_contacts_not_confirmed_are_those_of_the_offices_of_her_structures(page, partner_office):
    old = TODAY - timedelta(days=91)
    ContactFactory(office=partner_office, name="Jamais vérifiée")
    ContactFactory(office=partner_office, name="Ancienne", checked_on=old)
    ContactFactory(office=partner_office, name="Récente", checked_on=TODAY - timedelta(days=90))
    ContactFactory(office=partner_office, name="Partie", checked_on=old, is_active=False)
    ContactFactory(name="D’un autre bureau")
    assert page().context["unconfirmed"] == 2
    listed = page("/pilotage/interlocuteurs/")
    assert {contact.name for contact, _ in listed.context["lines"]} == {"Jamais vérifiée", "Ancienne"}
    assert "02 61 91 00 20" not in listed.content.decode().replace("\u00a0", " ")


def test_every_figure_is_a_link_that_opens(page, structure, coordinator):
    ServiceRequestFactory(structure=structure)
    for address in [
        "/pilotage/retards/",
        "/pilotage/structures/?tri=delai",
        "/pilotage/structures/?tri=volume",
        "/pilotage/structures/?tri=guichet",
        "/pilotage/interlocuteurs/",
        "/pilotage/charte/",
    ]:
        assert f'href="{address}' in page().content.decode(), address
        page(address)


def test_a_coordinator_without_structure_is_told_what_to_expect(foreign_coordinator):
    response = foreign_coordinator.get("/pilotage/")
    assert "Aucune structure dans votre réseau" in response.content.decode()


# What is late


def test_the_longest_late_comes_first_and_says_how_far_it_went(page, structure, other_structure):
    now = timezone.now()
    new = ServiceRequestFactory(structure=structure, received_at=now - timedelta(days=4))
    old = ServiceRequestFactory(
        structure=other_structure, received_at=now - timedelta(days=9), referred_at=now - timedelta(days=8)
    )
    ServiceRequestFactory(structure=structure, answered=True)
    ServiceRequestFactory(structure=StructureFactory())
    lines = page("/pilotage/retards/").context["lines"]
    assert [line.reference for line in lines] == [old.reference, new.reference]
    assert [line.progress for line in lines] == ["transmise, sans réponse utile", "pas encore transmise"]
    assert lines[0].late_by.startswith("en retard de 6\u00a0j")


def test_late_requests_may_be_read_site_by_site_and_exported(page, structure, other_structure):
    mine = ServiceRequestFactory(structure=structure)
    ServiceRequestFactory(structure=other_structure)
    lines = page(f"/pilotage/retards/?structure={structure.slug}").context["lines"]
    assert [line.reference for line in lines] == [mine.reference]
    exported = page(f"/pilotage/retards/?structure={structure.slug}&format=csv").content.decode()
    assert exported.startswith("\ufeffRéférence;Structure")
    assert exported.count("\n") == 2


@pytest.mark.parametrize("asked", ["page=0", "page=-1", "page=x", "page=99999999999", "page=²", "structure=ailleurs"])
def test_a_wrong_address_shows_the_first_page(page, structure, asked):
    ServiceRequestFactory(structure=structure)
    assert len(page(f"/pilotage/retards/?{asked}").context["lines"]) == 1


def test_late_requests_come_in_pages(page, structure):
    first = ServiceRequestFactory(structure=structure)
    rows = [
        ServiceRequestFactory.build(
            structure=structure, procedure=first.procedure, operator=first.operator, author=first.author
        )
        for _ in range(50)
    ]
    ServiceRequest.objects.bulk_create(rows)
    shown = page("/pilotage/retards/")
    assert len(shown.context["lines"]) == 50
    assert shown.context["next_url"] == "?page=2"
    assert len(page("/pilotage/retards/?page=2").context["lines"]) == 1
