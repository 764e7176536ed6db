"""Does the coordinator's page of a structure tell where, when, by whom and since when, for few statements?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from schedules.models import Closure, Extra
from structures.models import Change, LabelState, Location, LocationKind, Structure, StructureClosure, What
from tests.accounts.factories import UserFactory
from tests.quality.factories import CharterVersionFactory, TrainedCounsellorFactory, VisitFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.structures.factories import (
    CarrierFactory,
    CounsellorFactory,
    LabelChangeFactory,
    LocationFactory,
    StructureFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _charter() -> None:
    CharterVersionFactory()


@pytest.fixture
def page(coordinator, structure):
    def read() -> str:
        answer = coordinator.get(f"/pilotage/structures/{structure.slug}/")
        assert answer.status_code == 200
        return str(answer.content.decode().replace("\u00a0", " "))

    return read


def test_places_are_told_with_their_hours_and_the_office_of_a_bus_receives_nobody(page, structure):
    LocationFactory(structure=structure, kind=LocationKind.OFFICE, name="Bureau du bus")
    text = page()
    assert "Du lundi au vendredi de 9 h à 12 h et de 13 h 30 à 17 h" in text
    assert text.count("ne reçoit pas le public") == 1
    place = structure.locations.get(kind=LocationKind.MAIN)
    assert f"/mon-site/{structure.slug}/lieux/{place.pk}/horaires/" in text


def test_the_comment_of_the_national_list_waits_with_its_two_gestures(page, structure):
    assert "liste nationale" not in page()
    Structure.objects.filter(pk=structure.pk).update(comment="Bus le mardi à Épouville")
    text = page()
    assert "Bus le mardi à Épouville" in text
    assert f'href="/mon-site/{structure.slug}/lieux/nouveau/"' in text
    assert f'action="/mon-site/{structure.slug}/commentaire/"' in text


def test_who_is_trained_and_from_when_two_are_missing(page, structure):
    leaves = TODAY + timedelta(days=9)
    TrainedCounsellorFactory(structure=structure, full_name="Aline Restante")
    TrainedCounsellorFactory(structure=structure, full_name="Bruno Partant", left_on=leaves)
    CounsellorFactory(structure=structure, full_name="Carole Nouvelle")
    CounsellorFactory(structure=structure, full_name="Denis Parti", left_on=TODAY)
    text = page()
    assert "2 conseillers formés sur 3" in text
    assert "Moins de 2 à partir du" in text
    assert "Carole Nouvelle" in text
    assert "Denis Parti" not in text
    assert f"/mon-site/{structure.slug}/equipe/" in text


def test_the_history_of_the_label_is_dated_and_signed_and_what_is_to_come_says_so(page, structure):
    LabelChangeFactory(structure=structure, note="Dossier complet.", author=UserFactory(full_name="Claire C."))
    LabelChangeFactory(structure=structure, state=LabelState.RESERVE, decided_on=TODAY + timedelta(days=30))
    text = page()
    assert "Labellisée à compter du 3 janvier 2022" in text
    assert "en vigueur · par Claire C." in text
    assert "Dossier complet." in text
    assert "à venir" in text


def test_the_other_structures_of_the_carrier_are_named_when_they_are_in_sight(
    page, structure, other_structure, coordinator
):
    carrier = CarrierFactory(name="CC des Quatre Rivières")
    elsewhere = StructureFactory(name="France services d’ailleurs", carrier=carrier)
    Structure.objects.filter(pk__in=[structure.pk, other_structure.pk]).update(carrier=carrier)
    text = page()
    assert "CC des Quatre Rivières" in text
    assert f"/pilotage/structures/{other_structure.slug}/" in text
    assert elsewhere.name not in text
    assert coordinator.get(f"/pilotage/structures/{elsewhere.slug}/").status_code == 404


def test_structures_without_carrier_are_not_taken_for_siblings(page, structure, other_structure):
    assert other_structure.name not in page()


def test_the_latest_changes_are_told(page, structure):
    place = structure.locations.get()
    Change.objects.create(
        structure=structure,
        location=place,
        what=What.HOURS,
        before={},
        after={"note": ""},
        at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        actor="Aline Dubois",
    )
    text = page()
    assert "Aline Dubois, vendredi 20 novembre" in text
    assert f"/mon-site/{structure.slug}/historique/" in text


def test_a_label_that_is_not_in_force_has_no_public_page_to_open(page, structure):
    public = f'href="/structures/{structure.slug}/"'
    assert public in page()
    Structure.objects.update(label_state=LabelState.SUSPENDED)
    text = page()
    assert public not in text
    assert "n’est pas en vigueur (suspendue)" in text


def test_the_figures_are_those_of_the_board(page, coordinator, structure):
    """The page reads visits and late requests its own way: they must say the same."""
    VisitFactory(structure=structure, visited_on=date(2026, 3, 1), seen={"signage": True, "accessibility": True})
    VisitFactory(structure=structure, visited_on=date(2026, 4, 1), seen={"signage": False})
    ServiceRequestFactory(structure=structure, received_at=timezone.now() - timedelta(days=9))
    context = coordinator.get(f"/pilotage/structures/{structure.slug}/").context
    board = next(row for row in coordinator.get("/pilotage/structures/").context["rows"] if row.site.pk == structure.pk)
    assert context["site"].seen == board.site.seen
    assert context["site"].requests == board.site.requests
    assert context["line"].findings == board.line.findings
    assert len(context["visits"]) == 2


def test_the_page_costs_twelve_statements_whatever_it_holds(coordinator, structure, queries_for):
    address = f"/pilotage/structures/{structure.slug}/"
    coordinator.get(address)
    alone = queries_for(lambda: coordinator.get(address))
    carrier = CarrierFactory()
    Structure.objects.filter(pk=structure.pk).update(carrier=carrier)
    for number in range(5):
        StructureFactory(carrier=carrier, coordination=structure.coordination)
        LocationFactory(structure=structure, kind=LocationKind.OUTREACH)
        TrainedCounsellorFactory(structure=structure)
        VisitFactory(structure=structure, seen={"signage": True})
        LabelChangeFactory(structure=structure, decided_on=date(2022, 2, 1 + number), author=UserFactory())
        Change.objects.create(structure=structure, what=What.STRUCTURE, at=timezone.now(), actor="Aline")
    assert queries_for(lambda: coordinator.get(address)) == alone <= 12


# What is exceptional, read in one statement for three tables


def test_closures_of_a_place_of_the_whole_structure_and_extra_openings_each_go_to_their_place(coordinator, structure):
    main = structure.locations.get()
    other = LocationFactory(structure=structure, kind=LocationKind.OUTREACH)
    day = TODAY + timedelta(days=3)
    Closure.objects.create(schedule=main.schedule, first_day=day, last_day=day, reason="travaux")
    StructureClosure.objects.create(structure=structure, first_day=day, last_day=day, reason="congés")
    Extra.objects.create(schedule=other.schedule, day=day, opens=time(9), closes=time(12), replaces=day, reason="ici")
    Extra.objects.create(schedule=main.schedule, day=TODAY - timedelta(days=1))
    site = coordinator.get(f"/pilotage/structures/{structure.slug}/").context["site"]
    for place in site.places:
        stored = Location.objects.with_hours().get(pk=place.pk).timetable()
        assert place.timetable.closures == stored.closures
        assert sorted(map(repr, place.timetable.slots)) == sorted(map(repr, stored.slots))
        assert place.timetable.extras == tuple(extra for extra in stored.extras if extra.day >= TODAY)
    assert [len(place.timetable.closures) for place in site.places] == [2, 1]


def test_what_a_place_says_of_its_accessibility_stands_beside_the_visit(coordinator, structure):
    structure.locations.update(accessible_motor=True, accessible_hearing=False)
    answer = coordinator.get(f"/pilotage/charte/{structure.slug}/accessibility/")
    (place,) = answer.context["access"]
    assert [said for _, said, _ in place.said] == ["accessible", "pas accessible", "non renseigné", "non renseigné"]
    assert answer.context["finding"].verdict.value == "unknown"
