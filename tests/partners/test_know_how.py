"""Notes of know-how: written, reviewed, called useful or outdated; they never hold anything about a person."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User
from partners import know_how
from partners.actions import know_how as actions
from partners.forms.know_how import KnowHowForm
from partners.know_how_history import changes_of
from partners.models import KnowHowNote, NoteOpinion, NoteState, Opinion, Procedure
from partners.versions import ChangedMeanwhile, version_of
from tests.accounts.factories import TeamFactory, UserFactory
from tests.partners.factories import BlockerFactory, KnowHowNoteFactory, ProcedureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def procedure(db: None) -> Procedure:
    return ProcedureFactory(name="Carte grise", synonyms="certificat d’immatriculation")


def typed(procedure: Procedure, **values: object) -> dict[str, object]:
    return {
        "procedure": procedure.pk,
        "title": "Code de cession perdu",
        "what_solved_it": "Le vendeur le retrouve dans son espace.",
    } | values


def values_of(note: KnowHowNote, **others: Any) -> dict[str, Any]:
    names = ("procedure", "blocker", "title", "what_solved_it", "what_to_bring", "links")
    return {name: getattr(note, name) for name in names} | others


def form(procedure: Procedure, **values: object) -> KnowHowForm:
    return KnowHowForm(typed(procedure, **values), offices=[TeamFactory(partner_office=True)])


def written(office: Team, procedure: Procedure, by: User) -> KnowHowNote:
    return actions.write_note(
        office=office,
        by=by,
        now=timezone.now(),
        procedure=procedure,
        blocker=None,
        title="Code perdu",
        what_solved_it="Le vendeur le retrouve.",
        what_to_bring="",
        links="",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Appeler le 06 12 34 56 78.",
        "Appeler le +33 6 12 34 56 78",
        "Écrire à jeanne.martin@exemple.fr",
        "NIR 1 84 12 76 451 089 46",
        "Voir avec Mme Martin",
        "M. Durand a répondu",
        "Dossier 1234567 débloqué",
    ],
)
@pytest.mark.parametrize("field", ["title", "what_solved_it", "what_to_bring"])
def test_what_leads_to_a_person_is_refused_and_kept_on_screen(procedure: Procedure, field: str, text: str) -> None:
    refused = form(procedure, **{field: text})
    assert field in refused.errors
    assert refused[field].value() == text


@pytest.mark.parametrize(
    "text",
    [
        "Appeler le 34 00 ou le 36 46.",
        "Madame, monsieur : la formule suffit.",
        "Formulaire S3705, article L262-2, délai de 72 h, 1 234,56 euros en 2026.",
        "Le service de la préfecture répond sous 10 jours.",
    ],
)
def test_ordinary_words_pass(procedure: Procedure, text: str) -> None:
    assert form(procedure, what_solved_it=text).errors == {}


def test_links_are_addresses_of_pages(procedure: Procedure) -> None:
    good = form(procedure, links="service-public.fr/F1234\nhttps://ants.gouv.fr")
    assert good.is_valid()
    assert good.cleaned_data["links"] == "https://service-public.fr/F1234\nhttps://ants.gouv.fr"
    assert "links" in form(procedure, links="javascript:alert(1)").errors


def test_the_same_form_twice_is_one_note(procedure: Procedure) -> None:
    office, by = TeamFactory(partner_office=True), UserFactory()
    assert written(office, procedure, by) == written(office, procedure, by)
    assert know_how.to_review(office) == 1


def test_two_outdated_put_it_back_in_the_queue_and_one_person_counts_once() -> None:
    note, now = KnowHowNoteFactory(), timezone.now()
    first, second = UserFactory(), UserFactory()
    for _ in range(3):
        actions.give_opinion(note=note, opinion=Opinion.OUTDATED, by=first, now=now)
    note.refresh_from_db()
    assert note.is_published
    actions.give_opinion(note=note, opinion=Opinion.OUTDATED, by=second, now=now)
    note.refresh_from_db()
    assert (note.state, know_how.to_review(note.office)) == (NoteState.OUTDATED, 1)


def test_the_last_word_of_a_person_counts() -> None:
    note, person = KnowHowNoteFactory(), UserFactory()
    for opinion in (Opinion.OUTDATED, Opinion.USEFUL):
        actions.give_opinion(note=note, opinion=opinion, by=person, now=timezone.now())
    assert know_how.opinions_of(note, person) == know_how.Said(useful=1, outdated=0, own="useful")


def test_published_again_it_forgets_what_was_said_of_being_outdated() -> None:
    note, now = KnowHowNoteFactory(), timezone.now()
    for person in UserFactory.create_batch(2):
        actions.give_opinion(note=note, opinion=Opinion.OUTDATED, by=person, now=now)
    later = now + timedelta(hours=1)
    actions.publish_note(note=note, version=None, by=UserFactory(), now=later, **values_of(note))
    actions.give_opinion(note=note, opinion=Opinion.OUTDATED, by=UserFactory(), now=later + timedelta(hours=1))
    note.refresh_from_db()
    assert note.is_published


def test_every_change_is_kept_with_its_author(procedure: Procedure) -> None:
    office, author, manager = TeamFactory(partner_office=True), UserFactory(), UserFactory()
    note = written(office, procedure, author)
    actions.publish_note(
        note=note, version=version_of(note), by=manager, now=timezone.now(), **values_of(note, title="Code égaré")
    )
    changes = changes_of(note)
    assert [change.by for change in changes] == [str(manager), str(author)]
    titles = "Titre\u00a0: «\u00a0Code perdu\u00a0» devient «\u00a0Code égaré\u00a0»"
    assert changes[0].sentences == ["Fiche publiée", titles]


def test_two_managers_do_not_overwrite_each_other(procedure: Procedure) -> None:
    note = written(TeamFactory(partner_office=True), procedure, UserFactory())
    opened = version_of(note)
    actions.publish_note(note=note, version=opened, by=UserFactory(), now=timezone.now(), **values_of(note, title="A"))
    with pytest.raises(ChangedMeanwhile):
        actions.publish_note(
            note=note, version=opened, by=UserFactory(), now=timezone.now(), **values_of(note, title="B")
        )


def test_before_a_hand_over_what_blocks_comes_first_then_the_most_useful(procedure: Procedure) -> None:
    office, blocker = TeamFactory(partner_office=True), BlockerFactory()
    plain, useful = KnowHowNoteFactory.create_batch(2, office=office, procedure=procedure)
    exact = KnowHowNoteFactory(office=office, procedure=procedure, blocker=blocker)
    KnowHowNoteFactory(office=office, procedure=procedure, blocker=BlockerFactory())
    KnowHowNoteFactory(office=office, procedure=procedure, draft=True)
    KnowHowNoteFactory(procedure=procedure)
    NoteOpinion.objects.create(note=useful, user=UserFactory(), opinion=Opinion.USEFUL, at=timezone.now())
    known = know_how.before_a_hand_over(office, procedure.pk, blocker.pk)
    assert (known.notes, known.has_more) == ([exact, useful, plain], False)
    KnowHowNoteFactory(office=office, procedure=procedure)
    assert know_how.before_a_hand_over(office, procedure.pk, blocker.pk).has_more


@pytest.mark.parametrize("text", ["cession", "VENDEUR", "immatriculation code", "carte gris"])
def test_words_are_looked_for_in_the_note_and_in_the_names_of_the_demarche(procedure: Procedure, text: str) -> None:
    KnowHowNoteFactory(title="Rien à voir", what_solved_it="Autre chose.")
    note = KnowHowNoteFactory(procedure=procedure, title="Code de cession", what_solved_it="Le vendeur sait.")
    assert list(know_how.listed(KnowHowNote.objects.all(), text)) == [note]


def test_the_manager_edits_and_publishes(partner_manager: Client, partner_office: Team, procedure: Procedure) -> None:
    note = written(partner_office, procedure, UserFactory())
    page = partner_manager.get("/partenaires/fiches/").content.decode()
    assert note.title in page
    sent = typed(procedure, title="Code retrouvé", version=version_of(note))
    partner_manager.post(f"/partenaires/fiches/{note.pk}/", sent)
    note.refresh_from_db()
    assert (note.title, note.state) == ("Code retrouvé", NoteState.PUBLISHED)
    assert "Rien à relire" in partner_manager.get("/partenaires/fiches/").content.decode()


def test_a_colleague_was_quicker_is_said_and_nothing_is_lost(
    partner_manager: Client, partner_office: Team, procedure: Procedure
) -> None:
    note = written(partner_office, procedure, UserFactory())
    opened = version_of(note)
    actions.publish_note(
        note=note, version=opened, by=UserFactory(), now=timezone.now(), **values_of(note, title="Autre titre")
    )
    response = partner_manager.post(
        f"/partenaires/fiches/{note.pk}/", typed(procedure, title="Mon titre", version=opened)
    )
    assert response.status_code == 409
    assert "Mon titre" in response.content.decode()
    assert "Autre titre" in response.content.decode()


def test_a_refused_note_is_kept_with_its_reason(
    partner_manager: Client, partner_office: Team, procedure: Procedure
) -> None:
    note = written(partner_office, procedure, UserFactory())
    partner_manager.post(f"/partenaires/fiches/{note.pk}/refuser/", {"reason": "Déjà écrit ailleurs"})
    note.refresh_from_db()
    assert note.state == NoteState.REFUSED
    assert changes_of(note)[0].sentences == ["Déjà écrit ailleurs", "Fiche refusée"]


def test_another_offices_note_is_not_there(partner_manager: Client) -> None:
    note = KnowHowNoteFactory(draft=True)
    assert partner_manager.get(f"/partenaires/fiches/{note.pk}/").status_code == 404
    assert partner_manager.post(f"/partenaires/fiches/{note.pk}/refuser/").status_code == 404
    assert note.title not in partner_manager.get("/partenaires/fiches/").content.decode()
