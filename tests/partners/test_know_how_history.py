"""Is every gesture on a note of know-how told among the changes of the directory, and does each come back alone?"""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from partners import changes, know_how
from partners.actions import know_how as actions
from partners.actions.undo import CannotUndo, undo_change
from partners.know_how_history import changes_of, what_differs
from partners.models import KnowHowNote, NoteState, Opinion
from tests.accounts.factories import UserFactory
from tests.partners.factories import (
    BlockerFactory,
    ContactFactory,
    KnowHowNoteFactory,
    LocalServiceFactory,
    ProcedureFactory,
)

pytestmark = pytest.mark.django_db

ALL = "/partenaires/historique/"
minutes = count(1)


def signed(by: User) -> dict[str, Any]:
    """Each gesture at an instant of its own."""
    return {"by": by, "now": timezone.now() + timedelta(minutes=next(minutes))}


@pytest.fixture
def paula(partner_office: Team) -> User:
    return UserFactory(full_name="Paula", teams=[partner_office])


@pytest.fixture
def hers(paula: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(paula)


@pytest.fixture
def note(partner_office: Team, paula: User) -> KnowHowNote:
    """Written by a counsellor, to be reviewed."""
    return actions.write_note(
        office=partner_office,
        procedure=ProcedureFactory(name="Carte grise"),
        blocker=None,
        title="Code perdu",
        what_solved_it="Le vendeur le retrouve dans son espace, puis il le donne.",
        what_to_bring="",
        links="",
        **signed(UserFactory(full_name="Claire")),
    )


def publish(note: KnowHowNote, by: User, **others: Any) -> Any:
    names = ("procedure", "blocker", "title", "what_solved_it", "what_to_bring", "links")
    note.refresh_from_db()
    values: Any = {name: getattr(note, name) for name in names} | others
    actions.publish_note(note=note, version=None, **values, **signed(by))
    return line_of(note)


def line_of(note: KnowHowNote) -> Any:
    history: Any = KnowHowNote.history
    return history.filter(id=note.pk).latest("history_id")


def undo(line: Any, by: User) -> Any:
    undo_change(change=line, **signed(by))
    return line_of(KnowHowNote.objects.get(pk=line.id))


def state_of(note: KnowHowNote) -> tuple[Any, ...]:
    columns = "title", "what_solved_it", "what_to_bring", "links", "procedure", "blocker", "state", "reviewed_at"
    return KnowHowNote.objects.values_list(*columns).get(pk=note.pk)


def refused(line: Any, by: User) -> None:
    before = KnowHowNote.objects.values().get(pk=line.id)
    with pytest.raises(CannotUndo):
        undo(line, by)
    assert KnowHowNote.objects.values().get(pk=line.id) == before


def one_of(note: KnowHowNote, gesture: str, by: User) -> None:
    if gesture == "publish":
        publish(note, by)
    elif gesture == "publish edited":
        publish(note, by, title="Code égaré", links="https://ants.gouv.fr", blocker=BlockerFactory())
    elif gesture == "refuse":
        actions.refuse_note(note=note, reason="Déjà écrit", **signed(by))
    elif gesture == "edit":
        values: Any = {"what_to_bring": "Pièce d’identité", "procedure": ProcedureFactory()}
        actions.update_note(note=note, version=None, **signed(by), **values)
    elif gesture == "review again":
        publish(note, by)
        publish(note, by)
    elif gesture == "outdated":
        publish(note, by)
        for reader in UserFactory.create_batch(2):
            actions.give_opinion(note=note, opinion=Opinion.OUTDATED, **signed(reader))


@pytest.mark.parametrize("gesture", ["publish", "publish edited", "refuse", "edit", "review again"])
def test_each_gesture_is_taken_back_whole_and_so_is_the_way_back(note: KnowHowNote, paula: User, gesture: str) -> None:
    one_of(note, gesture, paula)
    line, done = line_of(note), state_of(note)
    before = line.prev_record
    back = undo(line, paula)
    undone = state_of(note)
    assert undone != done
    assert (undone[0], undone[-2], undone[-1]) == (before.title, before.state, before.reviewed_at)
    refused(line, paula)
    undo(back, paula)
    assert state_of(note) == done


def test_a_note_that_is_not_outdated_after_all_is_published_and_what_was_said_counts_no_more(
    note: KnowHowNote, paula: User
) -> None:
    one_of(note, "outdated", paula)
    line, outdated = line_of(note), state_of(note)
    assert line.state == NoteState.OUTDATED
    back = undo(line, paula)
    actions.give_opinion(note=note, opinion=Opinion.USEFUL, **signed(UserFactory()))
    note.refresh_from_db()
    assert (note.state, note.reviewed_by) == (NoteState.PUBLISHED, paula)
    undo(back, paula)
    assert state_of(note) == outdated


def test_the_writing_taken_back_is_a_refusal_and_comes_back_to_be_reviewed(note: KnowHowNote, paula: User) -> None:
    born = line_of(note)
    back = undo(born, paula)
    note.refresh_from_db()
    assert (note.state, note.reviewed_by) == (NoteState.REFUSED, paula)
    refused(born, paula)
    undo(back, paula)
    assert know_how.to_review(note.office) == 1
    undo(born, paula)


def test_a_correction_comes_back_alone_whatever_was_reviewed_since(note: KnowHowNote, paula: User) -> None:
    publish(note, paula)
    title = publish(note, paula, title="Code égaré")
    publish(note, paula, what_to_bring="Pièce d’identité")
    reviewed = state_of(note)[-1]
    undo(title, paula)
    note.refresh_from_db()
    assert (note.title, note.what_to_bring, note.state) == ("Code perdu", "Pièce d’identité", NoteState.PUBLISHED)
    assert note.reviewed_at == reviewed


def test_what_was_written_over_since_is_not_taken_back(note: KnowHowNote, paula: User) -> None:
    line = publish(note, paula, title="Code égaré")
    publish(note, paula, title="Code de cession")
    refused(line, paula)
    page = {change.line for change in changes_of(note)}
    assert line.history_id not in page
    assert line_of(note).history_id in page


def test_what_changed_is_told_before_and_after(note: KnowHowNote, paula: User) -> None:
    blocker = BlockerFactory(name="Pièce manquante")
    text = note.what_solved_it.replace("son espace", "sa boîte")
    publish(note, paula, blocker=blocker, what_solved_it=text, links="https://ants.gouv.fr")
    said = [sentence.replace("\u00a0", " ") for sentence in changes_of(note)[0].sentences]
    old, new = "« … le retrouve dans son espace, puis il le … »", "« … le retrouve dans sa boîte, puis il le … »"
    assert said == [
        "Fiche publiée",
        "Ce qui bloque : vide devient « Pièce manquante »",
        f"Ce qui a débloqué : {old} devient {new}",
        "Liens : vide devient « https://ants.gouv.fr »",
    ]
    publish(note, paula)
    assert changes_of(note)[0].sentences == ["Fiche relue, toujours publiée"]
    publish(note, paula, what_solved_it=text.replace(", ", ",\n"))
    assert "Ce qui a débloqué\u00a0: mise en lignes changée" in changes_of(note)[0].sentences


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a b c", "a b c d", ("a b c", "a b c d")),
        (
            "un deux trois quatre cinq",
            "un deux trois quatre cinq six",
            ("… trois quatre cinq", "… trois quatre cinq six"),
        ),
        ("a a", "a", ("a a", "a")),
        ("a", "b", ("a", "b")),
        ("", "b", ("", "b")),
    ],
)
def test_of_a_long_text_the_words_that_differ_are_said(before: str, after: str, said: tuple[str, str]) -> None:
    assert what_differs(before, after) == said


def test_a_long_text_written_anew_is_cut() -> None:
    old, new = what_differs("mot " * 100, "autre " * 100)
    assert (len(old.split()), old[-1], len(new.split())) == (41, "…", 41)


def test_it_is_in_the_history_of_all_and_undone_from_there(hers: Client, note: KnowHowNote, paula: User) -> None:
    line = publish(note, paula, title="Code égaré")
    page = hers.get(ALL, {"objet": "fiche"}).content.decode()
    assert "Code perdu\u00a0» devient «\u00a0Code égaré" in page
    assert reverse("partners:know_how_review", args=[note.pk]) in page
    address = reverse("partners:change_undo", args=["fiche", line.history_id])
    assert address in page
    assert "Annule la modification du" in hers.post(address, follow=True).content.decode()
    note.refresh_from_db()
    assert (note.title, note.state) == ("Code perdu", NoteState.DRAFT)
    assert hers.post(address).status_code == 409
    assert address not in hers.get(ALL).content.decode()


def test_it_is_undone_from_its_own_page_by_those_who_review_it(hers: Client, note: KnowHowNote, paula: User) -> None:
    actions.refuse_note(note=note, reason="Déjà écrit", **signed(paula))
    review = reverse("partners:know_how_review", args=[note.pk])
    address = reverse("partners:know_how_undo", args=[note.pk, line_of(note).history_id])
    assert address in hers.get(review).content.decode()
    assert "comme avant lui" in hers.post(address, follow=True).content.decode()
    note.refresh_from_db()
    assert note.state == NoteState.DRAFT
    page = hers.post(address, follow=True).content.decode()
    assert "modifiée depuis" in page
    assert address not in page


def test_another_offices_note_is_neither_told_nor_undone(hers: Client, note: KnowHowNote, paula: User) -> None:
    theirs = KnowHowNoteFactory(title="Chez les autres", draft=True)
    line = publish(theirs, UserFactory())
    assert "Chez les autres" not in hers.get(ALL).content.decode()
    assert hers.post(reverse("partners:change_undo", args=["fiche", line.history_id])).status_code == 404
    assert hers.post(reverse("partners:know_how_undo", args=[theirs.pk, line.history_id])).status_code == 404
    # Nor through the page of one of hers.
    assert hers.post(reverse("partners:know_how_undo", args=[note.pk, line.history_id])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.is_published


def test_a_counsellor_may_not_undo_even_her_own(
    sign_in: Callable[[User], Client], counsellor_user: User, partner_office: Team, paula: User
) -> None:
    note = KnowHowNoteFactory(office=partner_office, author=counsellor_user, draft=True)
    line = publish(note, paula)
    client = sign_in(counsellor_user)
    assert client.post(reverse("partners:change_undo", args=["fiche", line.history_id])).status_code == 403
    assert client.post(reverse("partners:know_how_undo", args=[note.pk, line.history_id])).status_code == 403
    address = reverse("partners:know_how_undo", args=[note.pk, line.history_id])
    page = client.get(reverse("referrals:know_how_note", args=[note.pk])).content.decode()
    assert "Fiche publiée" in page
    assert address not in page


def test_the_history_of_a_contact_holds_nothing_else_than_that_contact(paula: User, partner_office: Team) -> None:
    contact = ContactFactory(office=partner_office)
    KnowHowNoteFactory(pk=contact.pk, office=partner_office, title="Fiche au même numéro")
    LocalServiceFactory(pk=contact.pk, office=partner_office)
    for kind in ("fiche", "service"):
        told = changes.read(paula, number=1, kind=kind, contact=contact)
        assert {change.kind for change in told.changes} <= {"interlocuteur", "regle"}


def test_telling_costs_the_same_whatever_the_number_of_notes(
    hers: Client, note: KnowHowNote, paula: User, queries_for: Callable[[Callable[[], Any]], int]
) -> None:
    publish(note, paula, blocker=BlockerFactory())
    review = reverse("partners:know_how_review", args=[note.pk])
    hers.get(ALL)
    before, page = queries_for(lambda: hers.get(ALL)), queries_for(lambda: hers.get(review))
    for number in range(8):
        other = KnowHowNoteFactory(office=note.office, draft=True)
        publish(other, paula, title=f"Titre {number}", blocker=BlockerFactory())
        publish(note, paula, title=f"Titre {number}", procedure=ProcedureFactory())
    assert queries_for(lambda: hers.get(ALL)) == before
    assert queries_for(lambda: hers.get(review)) == page
