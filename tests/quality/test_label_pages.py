"""Does the coordinator decide on a label with open eyes, and only she?"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from structures.models import LabelState, Structure
from tests.quality.factories import CharterVersionFactory
from tests.structures.factories import CarrierFactory, LabelChangeFactory, StructureFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _charter() -> None:
    CharterVersionFactory()


@pytest.fixture
def label(structure) -> str:
    LabelChangeFactory(structure=structure)
    return f"/pilotage/structures/{structure.slug}/label/"


def typed(state: str = "suspended", day: date = TODAY, **more: str) -> dict[str, str]:
    return {"state": state, "decided_on": day.isoformat(), "note": "Locaux fermés.", **more}


def text_of(answer) -> str:
    return str(answer.content.decode().replace("\u00a0", " "))


def test_a_decision_is_asked_about_before_it_is_taken(coordinator, structure, label):
    asked = coordinator.post(label, typed())
    assert "la page publique disparaît" in text_of(asked)
    assert "Locaux fermés." in text_of(asked)
    assert Structure.objects.get(pk=structure.pk).label_state == LabelState.LABELLED
    confirmed = asked.context["form"]["confirmed"].value()
    assert coordinator.post(label, typed(confirmed=confirmed)).status_code == 302
    assert Structure.objects.get(pk=structure.pk).label_state == LabelState.SUSPENDED
    assert coordinator.get(f"/structures/{structure.slug}/").status_code == 404


def test_another_state_than_the_one_confirmed_is_asked_about_again(coordinator, structure, label):
    confirmed = coordinator.post(label, typed("reserve")).context["form"]["confirmed"].value()
    answer = coordinator.post(label, typed("withdrawn", confirmed=confirmed))
    assert "la page publique disparaît" in text_of(answer)
    assert structure.label_changes.count() == 1


@pytest.mark.parametrize(
    ("before", "state", "said"),
    [
        ("labelled", "reserve", "Rien ne change pour le public."),
        ("suspended", "labelled", "la page publique apparaît"),
        ("application", "withdrawn", "Rien ne change pour le public."),
    ],
)
def test_the_confirmation_says_what_changes_for_the_public(coordinator, structure, label, before, state, said):
    Structure.objects.filter(pk=structure.pk).update(label_state=before)
    LabelChangeFactory(structure=structure, state=before, decided_on=date(2023, 1, 1))
    assert said in text_of(coordinator.post(label, typed(state)))


def test_a_decision_to_come_says_its_day_and_waits(coordinator, structure, label):
    day = TODAY + timedelta(days=10)
    asked = coordinator.post(label, typed(day=day))
    assert text_of(asked).count("Le ") >= 1
    coordinator.post(label, typed(day=day, confirmed=asked.context["form"]["confirmed"].value()))
    assert Structure.objects.get(pk=structure.pk).label_state == LabelState.LABELLED
    assert [line.is_coming for line in coordinator.get(label).context["history"]] == [True, False]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": date(1900, 1, 1)}, "Vérifiez l’année"),
        ({"day": date(2021, 1, 1)}, "ne peut pas le précéder"),
        ({"state": "labelled"}, "rien ne changerait"),
        ({"state": ""}, "Choisissez l’état du label"),
        ({"state": "gold"}, "Sélectionnez un choix valide"),
        ({"note": "né le 1 85 05 78 006 084 91"}, "sécurité sociale"),
    ],
)
def test_what_cannot_be_is_refused_in_french_and_the_note_comes_back(coordinator, structure, label, changes, said):
    sent = typed(changes.pop("state", "suspended"), changes.pop("day", TODAY), **changes)
    answer = coordinator.post(label, sent)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert structure.label_changes.count() == 1


def test_a_day_that_does_not_exist_is_said(coordinator, label):
    answer = coordinator.post(label, {"state": "suspended", "decided_on": "2026-02-30", "note": ""})
    assert "Cette date n’existe pas." in text_of(answer)


def test_a_note_is_corrected_without_touching_the_decision(coordinator, structure, label):
    line = structure.label_changes.get()
    assert coordinator.post(f"{label}{line.pk}/", {"note": "Dossier complet."}).status_code == 302
    line.refresh_from_db()
    assert (line.note, line.state, line.decided_on) == ("Dossier complet.", "labelled", date(2022, 1, 3))
    assert "Dossier complet." in text_of(coordinator.get(label))


def test_the_note_of_another_structure_is_not_reached_through_this_one(coordinator, label, other_structure):
    line = LabelChangeFactory(structure=other_structure)
    assert coordinator.get(f"{label}{line.pk}/").status_code == 404


# Who holds the label


@pytest.fixture
def sheet(structure) -> str:
    return f"/pilotage/structures/{structure.slug}/porteur/"


def sent(coordinator, sheet: str, **changes: str) -> dict[str, str]:
    form = coordinator.get(sheet).context["form"]
    kept = {name: form[name].value() or "" for name in form.fields}
    return kept | changes


def test_the_sheet_is_saved_and_the_address_of_the_page_stays(coordinator, structure, sheet):
    CarrierFactory(name="Ville de Montivilliers")
    answer = coordinator.post(
        sheet, sent(coordinator, sheet, name="Maison des services", carrier="ville de montivilliers")
    )
    assert answer.headers["Location"] == f"/pilotage/structures/{structure.slug}/"
    saved = Structure.objects.get(pk=structure.pk)
    assert (saved.name, str(saved.carrier), saved.slug) == (
        "Maison des services",
        "Ville de Montivilliers",
        structure.slug,
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Donnez le nom"),
        ({"name": "…"}, "Donnez le nom"),
        ({"id_fs": "76/12"}, "12 chiffres ou lettres"),
        ({"carrier": "", "carrier_kind": "epci"}, "Donnez le nom du porteur"),
        ({"id_fs": "999999"}, "celui de France services d’Ailleurs"),
    ],
)
def test_a_wrong_sheet_is_refused_and_nothing_is_written(coordinator, structure, sheet, changes, said):
    StructureFactory(id_fs="999999", name="France services d’Ailleurs")
    answer = coordinator.post(sheet, sent(coordinator, sheet, **changes))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert Structure.objects.get(pk=structure.pk).name == structure.name


def test_two_who_edit_at_once_are_told_and_the_second_can_still_save(coordinator, structure, sheet):
    slow = sent(coordinator, sheet, name="Par la plus lente")
    coordinator.post(sheet, sent(coordinator, sheet, name="Par la plus rapide"))
    answer = coordinator.post(sheet, slow)
    assert "Modifié entre-temps par" in text_of(answer)
    assert "Par la plus rapide" in text_of(answer)
    again = {name: answer.context["form"][name].value() or "" for name in slow}
    assert coordinator.post(sheet, again).status_code == 302
    assert Structure.objects.get(pk=structure.pk).name == "Par la plus lente"


# A new structure


def test_a_structure_is_added_to_her_network_with_what_remains_to_be_done(coordinator, coordination):
    CommuneFactory(rouen=True)
    new = {"name": "France services du Port", "kind": "fixed", "commune": "rouen", "state": "application"}
    answer = coordinator.post("/pilotage/structures/nouvelle/", new | {"decided_on": TODAY.isoformat()}, follow=True)
    structure = Structure.objects.get()
    assert (structure.coordination, structure.slug) == (coordination, "france-services-du-port")
    assert "lieu sans horaires" in text_of(answer)
    assert coordinator.get(f"/structures/{structure.slug}/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"commune": "Nulle-Part"}, "n’est pas connue"),
        ({"commune": ""}, "Donnez la commune"),
        ({"decided_on": "1900-01-01"}, "Vérifiez l’année"),
        ({"decided_on": "tomorrow"}, "Cette date est à venir"),
    ],
)
def test_a_structure_that_cannot_be_is_refused(coordinator, changes, said):
    CommuneFactory(rouen=True)
    today = timezone.localdate()  # not the day on which the tests were read
    days = {"tomorrow": (today + timedelta(days=1)).isoformat()}
    new = {"name": "Port", "kind": "fixed", "commune": "Rouen", "state": "labelled", "decided_on": today.isoformat()}
    changed = {name: days.get(value, value) for name, value in changes.items()}
    answer = coordinator.post("/pilotage/structures/nouvelle/", new | changed)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Structure.objects.exists()
