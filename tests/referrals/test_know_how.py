"""Notes where the work is done: read before a hand-over, made of an answer, counted when they solve a request."""

from collections.abc import Callable
from datetime import time

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User
from partners.models import Contact, KnowHowNote, NoteState, Procedure
from referrals.actions import AlreadyInformed, record_call, refer
from referrals.know_how import solve_with, solved_counts, total_solved
from referrals.models import Exchange, Happening, Outcome, ServiceRequest
from schedules.models import Schedule, Slot
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.partners.factories import KnowHowNoteFactory

pytestmark = pytest.mark.django_db
Queries = Callable[[Callable[[], object]], int]


@pytest.fixture
def note(partner_office: Team, procedure: Procedure) -> KnowHowNote:
    return KnowHowNoteFactory(office=partner_office, procedure=procedure, title="Attestation manquante")


@pytest.fixture
def answer(waiting_request: ServiceRequest, contact: Contact, counsellor_user: User) -> Exchange:
    now = timezone.now()
    referral = refer(
        request=waiting_request, contact=contact, channel="phone", question="", now=now, by=counsellor_user
    ).referral
    record_call(
        referral=referral, kind=Happening.CALL_ANSWERED, by=counsellor_user, now=now, text="Renvoyer l’attestation."
    )
    return Exchange.objects.get(kind=Happening.CALL_ANSWERED)


def test_it_is_read_before_a_hand_over(counsellor: Client, waiting_request: ServiceRequest, note: KnowHowNote) -> None:
    page = counsellor.get(f"/demandes/{waiting_request.reference}/transmettre/").content.decode()
    assert "Déjà débloqué ailleurs" in page
    assert page.index("Attestation manquante") < page.index("Interlocuteurs</h2>")


def test_solved_with_a_note_closes_here_and_is_counted(
    counsellor: Client, counsellor_user: User, waiting_request: ServiceRequest, note: KnowHowNote
) -> None:
    counsellor.post(f"/demandes/{waiting_request.reference}/fiches/{note.pk}/")
    waiting_request.refresh_from_db()
    assert (waiting_request.solved_with, waiting_request.outcome) == (note, Outcome.SOLVED)
    assert (waiting_request.informed_by, waiting_request.closing_reason) == (counsellor_user, "solved_here")
    assert waiting_request.resident_informed_at is not None
    assert solved_counts([note]) == {note.pk: 1}
    assert total_solved([note.office_id]) == 1
    assert "1 demande réglée avec cette fiche" in counsellor.get(f"/fiches/{note.pk}/").content.decode()


def test_after_somebody_was_asked_it_is_solved_here_and_was_handed_over_all_the_same(
    answer: Exchange, counsellor_user: User, note: KnowHowNote
) -> None:
    solve_with(request=answer.request, note=note, by=counsellor_user, now=timezone.now())
    assert answer.request.outcome == Outcome.REFERRED
    assert answer.request.solved_with == note


def test_a_colleague_who_was_first_stands(
    waiting_request: ServiceRequest, counsellor_user: User, note: KnowHowNote
) -> None:
    now = timezone.now()
    solve_with(request=waiting_request, note=note, by=counsellor_user, now=now)
    with pytest.raises(AlreadyInformed):
        solve_with(request=waiting_request, note=KnowHowNoteFactory(), by=UserFactory(), now=now)
    assert solved_counts([note]) == {note.pk: 1}


@pytest.mark.parametrize("state", [NoteState.DRAFT, NoteState.OUTDATED, NoteState.REFUSED])
def test_only_a_published_note_of_the_sites_office_solves(
    counsellor: Client, waiting_request: ServiceRequest, note: KnowHowNote, state: str
) -> None:
    KnowHowNote.objects.update(state=state)
    foreign = KnowHowNoteFactory(procedure=note.procedure)
    for pk in (note.pk, foreign.pk):
        assert counsellor.post(f"/demandes/{waiting_request.reference}/fiches/{pk}/").status_code == 404
    waiting_request.refresh_from_db()
    assert waiting_request.is_waiting


def test_an_answer_becomes_a_note_in_two_clicks(counsellor: Client, answer: Exchange, partner_office: Team) -> None:
    page = counsellor.get(answer.request.get_absolute_url()).content.decode()
    assert f'href="/fiches/nouvelle/?reponse={answer.pk}"' in page
    form = counsellor.get(f"/fiches/nouvelle/?reponse={answer.pk}")
    assert "Ni nom, ni situation de personne" in form.content.decode()
    sent = {name: form.context["form"][name].value() or "" for name in form.context["form"].fields}
    assert sent["what_solved_it"] == "Renvoyer l’attestation."
    counsellor.post(f"/fiches/nouvelle/?reponse={answer.pk}", sent)
    written = KnowHowNote.objects.get()
    assert (written.state, written.office, written.procedure) == (
        NoteState.DRAFT,
        partner_office,
        answer.request.procedure,
    )


def test_a_residents_phone_in_the_answer_is_refused_and_the_text_kept(counsellor: Client, answer: Exchange) -> None:
    url = f"/fiches/nouvelle/?reponse={answer.pk}"
    sent = {"procedure": answer.request.procedure_id, "title": "Titre", "what_solved_it": "Rappeler au 06 12 34 56 78"}
    response = counsellor.post(url, sent)
    assert response.status_code == 422
    assert "06 12 34 56 78" in response.content.decode()
    assert KnowHowNote.objects.count() == 0


def test_the_answer_of_another_site_is_not_there(other_counsellor: Client, answer: Exchange) -> None:
    assert other_counsellor.get(f"/fiches/nouvelle/?reponse={answer.pk}").status_code == 404


@pytest.mark.parametrize("number", ["abc", "-1", "9" * 30, "²"])
def test_an_answer_that_does_not_exist_is_not_found(counsellor: Client, number: str) -> None:
    assert counsellor.get(f"/fiches/nouvelle/?reponse={number}").status_code == 404


def test_a_site_without_an_office_is_told_that_nobody_reviews(counsellor: Client) -> None:
    Structure.objects.update(partner_office=None)
    page = counsellor.get("/fiches/nouvelle/", follow=True).content.decode()
    assert "Aucune équipe partenaires" in page


def test_a_draft_is_read_by_its_author_and_by_the_office_only(
    counsellor: Client, other_counsellor: Client, partner_manager: Client, counsellor_user: User, note: KnowHowNote
) -> None:
    KnowHowNote.objects.update(state=NoteState.DRAFT, author=counsellor_user)
    url = f"/fiches/{note.pk}/"
    assert [client.get(url).status_code for client in (counsellor, partner_manager, other_counsellor)] == [
        200,
        200,
        404,
    ]
    assert note.title in counsellor.get("/fiches/").content.decode()
    assert note.title not in other_counsellor.get("/fiches/").content.decode()


def test_the_author_corrects_a_draft_until_it_is_reviewed(
    counsellor: Client, counsellor_user: User, note: KnowHowNote
) -> None:
    url = f"/fiches/{note.pk}/modifier/"
    assert counsellor.get(url).status_code == 404
    KnowHowNote.objects.update(state=NoteState.DRAFT, author=counsellor_user)
    form = counsellor.get(url).context["form"]
    sent = {
        "procedure": note.procedure_id,
        "title": "Mieux",
        "what_solved_it": "Ceci.",
        "version": form["version"].value(),
    }
    assert counsellor.post(url, sent).status_code == 302
    note.refresh_from_db()
    assert note.title == "Mieux"
    assert counsellor.post(url, sent | {"title": "Encore"}).status_code == 409


@pytest.mark.parametrize("reader", ["digital_coordinator", "foreign_coordinator"])
def test_another_networks_notes_are_not_there(reader: str, note: KnowHowNote, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(reader)
    assert client.get(f"/fiches/{note.pk}/").status_code == 404
    assert note.title not in client.get("/fiches/").content.decode()


def test_the_coordinator_reads_how_many_requests_the_notes_solved(
    coordinator: Client, waiting_request: ServiceRequest, note: KnowHowNote, counsellor_user: User
) -> None:
    solve_with(request=waiting_request, note=note, by=counsellor_user, now=timezone.now())
    assert "1 demande réglée grâce à une fiche" in coordinator.get("/fiches/").content.decode()


def test_an_opinion_is_one_click_and_says_when_it_withdraws_the_note(
    counsellor: Client, other_counsellor: Client, note: KnowHowNote
) -> None:
    url = f"/fiches/{note.pk}/avis/"
    assert "votre avis est compté" in counsellor.post(url, {"opinion": "outdated"}, follow=True).content.decode()
    page = other_counsellor.post(url, {"opinion": "outdated"}, follow=True).content.decode()
    assert "la fiche est retirée" in page
    assert "Peut-être périmée" in page


def test_an_opinion_that_does_not_exist_changes_nothing(counsellor: Client, note: KnowHowNote) -> None:
    counsellor.post(f"/fiches/{note.pk}/avis/", {"opinion": "bof"})
    assert note.opinions.count() == 0


def test_from_the_list_one_comes_back_to_the_request(
    counsellor: Client, waiting_request: ServiceRequest, note: KnowHowNote
) -> None:
    page = counsellor.get(f"/fiches/?demande={waiting_request.reference}").content.decode()
    assert f"/fiches/{note.pk}/?demande={waiting_request.reference}" in page
    page = counsellor.get(f"/fiches/{note.pk}/?demande={waiting_request.reference}").content.decode()
    assert "Réglée avec cette fiche" in page


def test_the_list_costs_the_same_for_one_note_as_for_twenty(
    counsellor: Client, note: KnowHowNote, queries_for: Queries
) -> None:
    counsellor.get("/fiches/")
    one = queries_for(lambda: counsellor.get("/fiches/"))
    KnowHowNoteFactory.create_batch(19, office=note.office, procedure=note.procedure)
    assert queries_for(lambda: counsellor.get("/fiches/")) == one


def test_the_hand_over_page_stays_within_twelve_queries(
    counsellor: Client, waiting_request: ServiceRequest, contact: Contact, note: KnowHowNote, queries_for: Queries
) -> None:
    schedule = Schedule.objects.create()
    Slot.objects.create(schedule=schedule, weekday=0, opens=time(9), closes=time(17))
    Contact.objects.filter(pk=contact.pk).update(schedule=schedule)
    url = f"/demandes/{waiting_request.reference}/transmettre/"
    counsellor.get(url)
    assert queries_for(lambda: counsellor.get(url)) <= 12
