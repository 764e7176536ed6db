"""Is who carries a structure written once, for all that it carries, and is a new structure begun whole?"""

from datetime import UTC, date, datetime

import pytest

from accounts.permissions import TeamKind
from structures.actions.carriers import Holder, NumberTaken, begin, describe, snapshot_of_holder
from structures.models import Carrier, CarrierKind, Change, LabelState, LocationKind, Structure, StructureKind, What
from structures.opened import ChangedMeanwhile, digest
from tests.accounts.factories import TeamFactory, UserFactory
from tests.structures.factories import CarrierFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def holder(**changes: str) -> Holder:
    told = {"name": "France services d’Ici", "id_fs": "77777", "kind": "fixed", "carrier": "", "carrier_kind": ""}
    return Holder(**told | changes)


def write(structure: Structure, opened: str | None = None, **changes: str) -> None:
    fresh = Structure.objects.get(pk=structure.pk)
    seen = opened or digest(snapshot_of_holder(fresh))
    describe(structure=fresh, holder=holder(**changes), opened=seen, by=UserFactory(), now=NOW)


def test_a_carrier_spelled_alike_is_the_same_carrier():
    known = CarrierFactory(name="CC des Quatre Rivières", kind=CarrierKind.EPCI)
    first, second = StructureFactory(), StructureFactory()
    write(first, carrier="cc des quatre rivieres")
    write(second, id_fs="88888", carrier="Ville de Rouen", carrier_kind="municipality")
    assert Structure.objects.get(pk=first.pk).carrier == known
    assert set(Carrier.objects.values_list("name", "kind")) == {
        ("CC des Quatre Rivières", "epci"),
        ("Ville de Rouen", "municipality"),
    }


def test_the_kind_of_a_carrier_is_written_for_all_that_it_carries():
    carrier = CarrierFactory(name="La Poste")
    one, other = StructureFactory(carrier=carrier), StructureFactory(carrier=carrier)
    write(one, carrier="La Poste", carrier_kind="la_poste")
    assert Structure.objects.get(pk=other.pk).carrier == Carrier.objects.get(kind=CarrierKind.LA_POSTE)
    write(one, carrier="La Poste")
    assert Carrier.objects.get().kind == CarrierKind.LA_POSTE


def test_a_new_name_is_found_and_remembered_with_the_one_before():
    structure = StructureFactory(name="France services d’Avant")
    write(structure)
    assert Structure.objects.get(plain_name__contains="ici").pk == structure.pk
    change = Change.objects.get(what=What.STRUCTURE)
    assert ((change.before or {})["name"], (change.after or {})["name"]) == (
        "France services d’Avant",
        "France services d’Ici",
    )
    assert ((change.before or {})["id_fs"], (change.after or {})["id_fs"]) == (structure.id_fs, "77777")


def test_the_number_of_another_structure_is_refused_by_its_name():
    StructureFactory(id_fs="77777", name="France services d’Ailleurs")
    with pytest.raises(NumberTaken, match="d’Ailleurs"):
        write(StructureFactory())
    write(StructureFactory(), id_fs="")
    write(StructureFactory(), id_fs="")
    assert Structure.objects.filter(id_fs=None).count() == 2


def test_who_opened_the_form_before_somebody_else_saved_writes_nothing():
    structure = StructureFactory()
    opened = digest(snapshot_of_holder(structure))
    write(structure, name="France services de Claire")
    with pytest.raises(ChangedMeanwhile):
        write(structure, opened, name="France services de Paul")
    assert Structure.objects.get().name == "France services de Claire"


# A new structure


def begun(**changes) -> Structure:
    facts = {
        "holder": holder(),
        "commune": CommuneFactory(rouen=True),
        "state": LabelState.APPLICATION,
        "decided_on": date(2026, 11, 1),
        "coordination": TeamFactory(coordination=True),
        "by": UserFactory(),
        "now": NOW,
    }
    return begin(**{**facts, **changes})


def test_a_new_structure_has_its_team_its_history_and_a_place_without_hours():
    structure = begun()
    place = structure.locations.get()
    assert (place.kind, place.commune.name, place.schedule.slots.count()) == (LocationKind.MAIN, "Rouen", 0)
    assert structure.team
    assert (structure.team.kind, structure.team.name) == (TeamKind.STRUCTURE, structure.name)
    assert structure.label_changes.get().state == structure.label_state == LabelState.APPLICATION
    assert structure.labelled_on is None
    assert structure.departement_id == "76"
    assert not Structure.objects.open_to_public().exists()


def test_a_new_bus_works_from_an_office_that_receives_nobody():
    structure = begun(holder=holder(kind=StructureKind.BUS))
    assert structure.locations.get().kind == LocationKind.OFFICE


def test_a_new_structure_that_is_labelled_already_is_dated():
    assert begun(state=LabelState.LABELLED).labelled_on == date(2026, 11, 1)


def test_two_structures_of_one_name_have_two_addresses_and_none_takes_that_of_a_page():
    coordination = TeamFactory(coordination=True)
    names = ["Nouvelle", "Nouvelle", "Import"]
    slugs = [begun(holder=holder(name=name, id_fs=""), coordination=coordination).slug for name in names]
    assert slugs == ["nouvelle-2", "nouvelle-3", "import-2"]


def test_the_partner_office_is_the_one_of_the_network_when_there_is_one():
    office, coordination = TeamFactory(partner_office=True), TeamFactory(coordination=True)
    StructureFactory(coordination=coordination, partner_office=office)
    assert begun(coordination=coordination).partner_office == office
    StructureFactory(coordination=coordination, partner_office=TeamFactory(partner_office=True))
    assert begun(coordination=coordination, holder=holder(id_fs="")).partner_office is None
