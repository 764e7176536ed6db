"""Does the coordinator find any structure of her network, and what remains to be done at each?"""

import csv
from datetime import date, time, timedelta
from io import StringIO

import pytest
from django.utils import timezone

from quality.roster import ToDoKind
from schedules.models import Slot
from structures.models import LabelState, LocationKind, Structure
from tests.quality.factories import CharterVersionFactory, TrainedCounsellorFactory, VisitFactory
from tests.structures.factories import CarrierFactory, LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _charter() -> None:
    CharterVersionFactory(trained_counsellors=None)


@pytest.fixture
def network(coordination) -> dict[str, Structure]:
    """Dieppe, a bus of Rouen with a stop at Elbeuf, and an application without any place."""
    dieppe = StructureFactory(
        name="France services de Dieppe",
        id_fs="76001",
        coordination=coordination,
        carrier=CarrierFactory(name="Ville de Dieppe"),
    )
    LocationFactory(structure=dieppe, commune=CommuneFactory(dieppe=True))
    bus = StructureFactory(name="Le bus", id_fs="76002", bus=True, coordination=coordination)
    LocationFactory(structure=bus, kind=LocationKind.OFFICE, commune=CommuneFactory(rouen=True))
    LocationFactory(
        structure=bus,
        kind=LocationKind.BUS_STOP,
        commune=CommuneFactory(elbeuf=True),
        schedule=ScheduleFactory(week=[(2, time(9), time(12))]),
    )
    new = StructureFactory(name="À venir", id_fs=None, coordination=coordination, label_state=LabelState.APPLICATION)
    StructureFactory(name="France services d’un autre département")
    return {"dieppe": dieppe, "bus": bus, "new": new}


@pytest.fixture
def names(coordinator, network):
    """The names that an address shows, in its order."""

    def shown(question: str = "") -> list[str]:
        answer = coordinator.get(f"/pilotage/structures/{question}")
        assert answer.status_code == 200
        return [row.site.name for row in answer.context["rows"]]

    return shown


DIEPPE, BUS, NEW = "France services de Dieppe", "Le bus", "À venir"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", [NEW, DIEPPE, BUS]),
        ("?recherche=dieppe", [DIEPPE]),
        ("?recherche=76002", [BUS]),
        ("?recherche=elbeuf", [BUS]),
        ("?recherche=ville+de+dieppe", [DIEPPE]),
        ("?recherche=nulle+part", []),
        ("?forme=bus", [BUS]),
        ("?label=application", [NEW]),
        ("?label=n’importe", [NEW, DIEPPE, BUS]),
        ("?epci=CA+de+la+R%C3%A9gion+Dieppoise", [DIEPPE]),
        ("?arrondissement=Dieppe", [DIEPPE]),
        ("?a_traiter=sans_horaires", [NEW]),
        ("?a_traiter=tout&forme=bus", []),
        ("?tri=matricule", [DIEPPE, BUS, NEW]),
        ("?tri=heures", [BUS, DIEPPE, NEW]),
        ("?tri=lieux", [DIEPPE, BUS, NEW]),
        ("?tri=traiter", [NEW, DIEPPE, BUS]),
        ("?tri=retards&page=99", [NEW, DIEPPE, BUS]),
    ],
)
def test_what_is_asked_in_the_address_is_what_is_shown(names, question, expected):
    assert names(question) == expected


def row_of(coordinator, name: str):
    return next(row for row in coordinator.get("/pilotage/structures/").context["rows"] if row.site.name == name)


def test_the_office_of_a_bus_is_no_place_and_its_hours_are_not_the_bus_s(coordinator, network):
    row = row_of(coordinator, BUS)
    assert (row.places, row.hours_in_words, row.commune) == (1, "3\u00a0h", "Rouen")
    assert row_of(coordinator, DIEPPE).hours_in_words == "32\u00a0h\u00a030"
    assert row_of(coordinator, NEW).hours_in_words == "–"


def kinds(coordinator, name: str = DIEPPE) -> list[ToDoKind]:
    return [each.kind for each in row_of(coordinator, name).to_do]


def test_nothing_is_to_be_done_where_all_is_settled(coordinator, network):
    assert kinds(coordinator) == []


def test_a_comment_of_the_national_list_is_to_be_settled_until_somebody_says_it_is(coordinator, network):
    Structure.objects.filter(pk=network["dieppe"].pk).update(comment="Permanence à Arques le mardi")
    assert kinds(coordinator) == [ToDoKind.COMMENT]
    Structure.objects.filter(pk=network["dieppe"].pk).update(settled_comment="Permanence à Arques le mardi")
    assert kinds(coordinator) == []


def test_places_without_hours_and_hours_to_confirm_are_counted(coordinator, network):
    LocationFactory(structure=network["dieppe"], kind=LocationKind.OUTREACH, schedule=ScheduleFactory(week=[]))
    unsure = LocationFactory(structure=network["dieppe"], kind=LocationKind.ANTENNA)
    Slot.objects.create(schedule=unsure.schedule, weekday=5)
    assert [each.said for each in row_of(coordinator, DIEPPE).to_do] == [
        "1\u00a0lieu sans horaires",
        "horaires à confirmer\u00a0: 1\u00a0lieu",
    ]


def test_a_criterion_not_met_and_too_few_trained_soon_are_to_be_done(coordinator, network):
    CharterVersionFactory(starts_on=date(2021, 1, 1), name="Charte")
    VisitFactory(structure=network["dieppe"], seen={"signage": False})
    TrainedCounsellorFactory(structure=network["dieppe"])
    TrainedCounsellorFactory(structure=network["dieppe"], left_on=TODAY + timedelta(days=9))
    assert kinds(coordinator) == [ToDoKind.NOT_MET, ToDoKind.SHORT_SOON]


def test_nothing_is_asked_where_the_label_was_withdrawn(coordinator, network):
    Structure.objects.filter(pk=network["new"].pk).update(label_state=LabelState.WITHDRAWN)
    assert kinds(coordinator, NEW) == []


def test_the_export_holds_what_is_on_screen_and_runs_no_formula(coordinator, network):
    Structure.objects.filter(pk=network["bus"].pk).update(name="=HYPERLINK(1)")
    answer = coordinator.get("/pilotage/structures/?forme=bus&tri=heures&format=csv")
    header, row = csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    line = dict(zip(header, row, strict=True))
    assert (line["Structure"], line["Matricule"], line["Heures par semaine"]) == ("'=HYPERLINK(1)", "76002", "3")
    assert "attachment" in answer["Content-Disposition"]


def test_the_export_link_keeps_the_question(coordinator, network):
    page = coordinator.get("/pilotage/structures/?forme=bus&page=1").content.decode()
    assert 'href="?forme=bus&amp;format=csv"' in page


def test_a_list_costs_the_same_for_a_few_as_for_a_hundred(coordinator, coordination, network, queries_for):
    cost = queries_for(lambda: coordinator.get("/pilotage/structures/"))
    for number in range(100):
        structure = StructureFactory(coordination=coordination, carrier=CarrierFactory(), comment=f"Le {number}")
        LocationFactory(structure=structure)
        TrainedCounsellorFactory(structure=structure)
    assert queries_for(lambda: coordinator.get("/pilotage/structures/")) == cost <= 12
    second = coordinator.get("/pilotage/structures/?tri=nom&page=2")
    assert len(second.context["rows"]) == 3
    assert second.context["previous_url"] == "?tri=nom&page=1"
