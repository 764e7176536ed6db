"""Does the history tell who changed what from what to what, and take it back?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from structures.actions.labels import decide
from structures.actions.places import create_location
from structures.actions.sheet import update_sheet, version_of
from structures.changes import record, snapshot_of_structure
from structures.models import Change, Structure, What
from tests.accounts.factories import UserFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def aline(structure: Structure) -> User:
    return UserFactory(full_name="Aline Dubois")


def changes_url(structure: Structure, query: str = "") -> str:
    return reverse("structures:changes", args=[structure.slug]) + query


def undo_url(change: Change) -> str:
    return reverse("structures:undo", args=[change.structure.slug, change.pk])


def write_phone(structure: Structure, by: User, phone: str) -> Change:
    structure.refresh_from_db()
    update_sheet(
        structure=structure, opened=version_of(structure), by=by, now=timezone.now(), phone=phone, mail="",
        website="", services=[], by_appointment=False, comment="",
    )  # fmt: skip
    return structure.changes.order_by("-pk")[0]


def read(client: Client, structure: Structure, query: str = "") -> str:
    response = client.get(changes_url(structure, query))
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_history_says_what_it_is_for(counsellor: Client, structure: Structure) -> None:
    assert "Rien n’a encore été modifié ici" in read(counsellor, structure)


def test_who_when_and_what_before_and_after(counsellor: Client, structure: Structure, aline: User) -> None:
    write_phone(structure, aline, "02 61 91 00 12")
    write_phone(structure, aline, "02 61 91 00 13")
    text = read(counsellor, structure)
    assert "Aline Dubois" in text
    assert "<del>02\u00a061\u00a091\u00a000\u00a012</del>" in text
    assert "<ins>02\u00a061\u00a091\u00a000\u00a013</ins>" in text


def test_a_kind_of_change_is_looked_for(counsellor: Client, structure: Structure, aline: User) -> None:
    write_phone(structure, aline, "02 61 91 00 12")
    create_location(
        structure=structure, by=aline, now=timezone.now(), kind="outreach", name="Mairie", commune=CommuneFactory()
    )
    assert "Lieu ajouté · Mairie" in read(counsellor, structure, "?objet=location")
    assert "Téléphone" not in read(counsellor, structure, "?objet=location")
    assert "Aucune modification de ce genre" in read(counsellor, structure, "?objet=label")
    assert "Téléphone" in read(counsellor, structure, "?objet=nimporte")


def test_a_change_is_undone_from_the_page_and_marked(counsellor: Client, structure: Structure, aline: User) -> None:
    change = write_phone(structure, aline, "02 61 91 00 12")
    response = counsellor.post(undo_url(change), {"objet": "structure", "page": "2"})
    assert response["Location"] == changes_url(structure, "?objet=structure&page=2")
    text = read(counsellor, structure)
    assert "annulée par Aline Counsellor" in text
    assert "annule la modification du" in text
    assert f'action="{undo_url(change)}"' not in text
    assert ">Rétablir<" in text
    structure.refresh_from_db()
    assert structure.phone == ""


def test_what_was_changed_since_is_not_undone(counsellor: Client, structure: Structure, aline: User) -> None:
    change = write_phone(structure, aline, "02 61 91 00 12")
    write_phone(structure, UserFactory(full_name="Bruno Petit"), "02 61 91 00 13")
    counsellor.post(undo_url(change))
    assert "Modifié depuis par Bruno Petit" in read(counsellor, structure)
    structure.refresh_from_db()
    assert structure.phone == "02 61 91 00 13"


def test_only_the_coordinator_takes_back_the_label_and_the_name(
    counsellor: Client, coordinator: Client, structure: Structure, aline: User
) -> None:
    now = timezone.now()
    decide(structure=structure, state="suspended", decided_on=timezone.localdate(), note="", by=aline, now=now)
    before = snapshot_of_structure(structure)
    structure.name = "Autre nom"
    structure.save()
    record(
        structure=structure,
        what=What.STRUCTURE,
        before=before,
        after=snapshot_of_structure(structure),
        by=aline,
        now=now,
    )
    assert "/annuler/" not in read(counsellor, structure)
    for change in structure.changes.all():
        counsellor.post(undo_url(change))
    assert structure.changes.count() == 2
    assert "décidés par la coordination" in read(counsellor, structure)
    for change in structure.changes.all():
        coordinator.post(undo_url(change))
    structure.refresh_from_db()
    assert (structure.label_state, structure.name) == ("labelled", "France services de Montivilliers")


def test_a_change_of_another_site_is_out_of_reach(
    other_counsellor: Client, structure: Structure, other_structure: Structure, aline: User
) -> None:
    change = write_phone(structure, aline, "02 61 91 00 12")
    assert other_counsellor.post(undo_url(change)).status_code == 404
    elsewhere = reverse("structures:undo", args=[other_structure.slug, change.pk])
    assert other_counsellor.post(elsewhere).status_code == 404
    structure.refresh_from_db()
    assert structure.phone == "02 61 91 00 12"


def test_pages_follow_one_another_at_the_same_cost(
    counsellor: Client, structure: Structure, aline: User, queries_for: Callable[..., int]
) -> None:
    first = write_phone(structure, aline, "02 61 91 00 12")
    one = queries_for(lambda: read(counsellor, structure))
    Change.objects.bulk_create(
        Change(structure=structure, what=What.STRUCTURE, before=first.before, after=first.after, actor=f"Qui {number}",
               at=first.at - timedelta(hours=number + 1))
        for number in range(60)
    )  # fmt: skip
    assert queries_for(lambda: read(counsellor, structure)) == one <= 15
    assert "Page 1 sur 4" in read(counsellor, structure)
    assert "Qui 59" in read(counsellor, structure, "?page=4")
    assert "?page=3" in read(counsellor, structure, "?page=4")
