"""A mistaken entry is put right without moving the promise, and two people never erase each other."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import JournalEntry, User
from partners.models import Contact, Procedure
from referrals import actions
from referrals.actions.corrections import QUIET_FOR
from referrals.links import Refusal, refusal_of
from referrals.models import ClosingReason, Exchange, Happening, Outcome, ServiceRequest
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.conftest import Persona
from tests.partners.factories import BlockerFactory, OperatorFactory, ProcedureFactory
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory
from tests.territories.factories import CommuneFactory


def page_of(request: ServiceRequest) -> str:
    return f"/demandes/{request.reference}/corriger/"


def form_of(client: Client, request: ServiceRequest, **typed: object) -> dict[str, object]:
    """What the browser would send back: the fields of the page, and what was changed."""
    form = client.get(page_of(request)).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in shown.items()} | typed


@pytest.fixture
def solved(structure: Structure, procedure: Procedure, counsellor_user: User) -> ServiceRequest:
    """Logged twenty minutes ago, solved at the counter."""
    return ServiceRequestFactory(
        structure=structure,
        procedure=procedure,
        author=counsellor_user,
        received_at=timezone.now() - timedelta(minutes=20),
        solved=True,
    )


@pytest.fixture
def long_ago(solved: ServiceRequest) -> ServiceRequest:
    at = timezone.now() - QUIET_FOR - timedelta(minutes=5)
    ServiceRequest.objects.update(
        received_at=at, resident_informed_at=at, closed_at=at, due_at=at + timedelta(hours=72)
    )
    solved.refresh_from_db()
    return solved


def test_a_colleague_of_the_site_corrects_within_the_hour_and_the_timeline_says_nothing(
    solved: ServiceRequest, structure: Structure, sign_in: Persona
) -> None:
    colleague = sign_in(UserFactory(teams=[structure.team]))
    other = ProcedureFactory(name="Carte grise", code="ANTS_CG")
    typed = form_of(colleague, solved, procedure="carte gri", procedure_code="", channel="phone", age_band="26-39")
    assert colleague.post(page_of(solved), typed).status_code == 302
    solved.refresh_from_db()
    assert (solved.procedure, solved.operator) == (other, other.operator)
    assert (solved.channel, solved.age_band, solved.version) == ("phone", "26-39", 1)
    assert not Exchange.objects.filter(request=solved).exists()
    assert JournalEntry.objects.get(subject=solved.reference).verb == "saisie corrigée dans l’heure"


def test_after_the_hour_the_timeline_says_what_was_and_what_is(counsellor: Client, long_ago: ServiceRequest) -> None:
    counsellor.post(page_of(long_ago), form_of(counsellor, long_ago, channel="phone"))
    line = Exchange.objects.get(request=long_ago)
    assert (line.kind, line.text) == (Happening.CORRECTED, "Venue\u00a0: au guichet → par téléphone")
    assert JournalEntry.objects.get(subject=long_ago.reference).verb == "saisie corrigée"


def test_solved_by_mistake_opens_again_with_the_same_promise(counsellor: Client, solved: ServiceRequest) -> None:
    due = solved.due_at
    counsellor.post(page_of(solved), form_of(counsellor, solved, outcome=Outcome.REFERRED))
    solved.refresh_from_db()
    assert (solved.outcome, solved.due_at, solved.is_open, solved.is_waiting) == (Outcome.REFERRED, due, True, True)
    assert (solved.closing_reason, solved.informed_by) == ("", None)


@pytest.mark.parametrize(("minutes", "told_at_the_counter"), [(20, True), (200, False)])
def test_solved_after_all_was_told_at_the_counter_within_the_hour_and_now_later(
    counsellor: Client, waiting_request: ServiceRequest, minutes: int, told_at_the_counter: bool
) -> None:
    received = timezone.now() - timedelta(minutes=minutes)
    ServiceRequest.objects.update(received_at=received, due_at=received + timedelta(hours=72))
    counsellor.post(page_of(waiting_request), form_of(counsellor, waiting_request, outcome=Outcome.SOLVED))
    waiting_request.refresh_from_db()
    assert waiting_request.closing_reason == ClosingReason.SOLVED_HERE
    assert (waiting_request.resident_informed_at == received) is told_at_the_counter
    assert waiting_request.closed_at == waiting_request.resident_informed_at


def test_nothing_changed_is_nothing_written(counsellor: Client, solved: ServiceRequest) -> None:
    counsellor.post(page_of(solved), form_of(counsellor, solved))
    solved.refresh_from_db()
    assert solved.version == 0
    assert not JournalEntry.objects.filter(subject=solved.reference).exists()


def test_the_operator_is_chosen_among_those_of_the_demarche(counsellor: Client, solved: ServiceRequest) -> None:
    msa, stranger = OperatorFactory(code="MSA", name="MSA"), OperatorFactory(code="AUTRE", name="Autre")
    Procedure.objects.filter(pk=solved.procedure_id).update(question="Régime agricole ?", alternative_operator=msa)
    refused = counsellor.post(page_of(solved), form_of(counsellor, solved, operator=stranger.pk))
    assert refused.status_code == 422
    assert "se fait chez Allocations familiales ou MSA" in refused.content.decode()
    counsellor.post(page_of(solved), form_of(counsellor, solved, operator=msa.pk))
    solved.refresh_from_db()
    assert solved.operator == msa


def test_two_people_at_once_see_both_versions_and_nothing_is_lost(counsellor: Client, solved: ServiceRequest) -> None:
    mine = form_of(counsellor, solved, channel="phone", commune="")
    theirs = form_of(counsellor, solved, channel="mail")
    counsellor.post(page_of(solved), theirs)
    refused = counsellor.post(page_of(solved), mine)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "par message" in page
    assert refused.context["form"]["channel"].value() == "phone"
    solved.refresh_from_db()
    assert solved.channel == "mail"
    counsellor.post(page_of(solved), mine | {"version": refused.context["form"]["version"].value()})
    solved.refresh_from_db()
    assert (solved.channel, solved.version) == ("phone", 2)


def test_a_social_security_number_is_refused_and_the_form_comes_back_filled(
    counsellor: Client, solved: ServiceRequest
) -> None:
    refused = counsellor.post(page_of(solved), form_of(counsellor, solved, commune="1 84 12 76 451 089 46"))
    assert refused.status_code == 422
    assert "1 84 12 76 451 089 46" in refused.content.decode()


class TestHandedOver:
    """A contact was asked: what it was told is not rewritten behind its back."""

    @pytest.fixture
    def asked(self, waiting_request: ServiceRequest, contact: Contact) -> ServiceRequest:
        ReferralFactory(request=waiting_request, contact=contact, sent_at=timezone.now())
        return waiting_request

    def test_another_demarche_is_said_and_stays_on_the_timeline(
        self, counsellor: Client, asked: ServiceRequest
    ) -> None:
        other = ProcedureFactory(name="Carte grise", operator=asked.operator)
        typed = form_of(counsellor, asked, procedure="carte gri", procedure_code="", knows_it_was_handed_over="")
        refused = counsellor.post(page_of(asked), typed)
        assert refused.status_code == 422
        assert "déjà été sollicité" in refused.content.decode()
        counsellor.post(page_of(asked), typed | {"knows_it_was_handed_over": "on"})
        asked.refresh_from_db()
        assert asked.procedure == other
        assert asked.exchanges.get().kind == Happening.CORRECTED

    def test_solved_here_after_all_closes_it_now_with_its_reason(
        self, asked: ServiceRequest, counsellor: Client, counsellor_user: User
    ) -> None:
        page = counsellor.get(page_of(asked)).content.decode()
        assert "« Réglée ici » clôt la demande" in page.replace("\u00a0", " ")
        before = timezone.now()
        counsellor.post(page_of(asked), form_of(counsellor, asked, outcome=Outcome.SOLVED))
        asked.refresh_from_db()
        assert (asked.outcome, asked.closing_reason) == (Outcome.SOLVED, ClosingReason.SOLVED_HERE)
        assert asked.informed_by == counsellor_user
        assert asked.resident_informed_at is not None
        assert asked.closed_at == asked.resident_informed_at
        assert asked.resident_informed_at >= before, "told now, never before the hand-over"
        assert [line.kind for line in asked.exchanges.all()] == [Happening.INFORMED, Happening.CORRECTED]
        assert refusal_of(asked.referrals.get(), timezone.now()) is Refusal.CLOSED

    def test_it_does_not_become_to_call_back_and_says_what_to_do(
        self, asked: ServiceRequest, counsellor: Client, counsellor_user: User
    ) -> None:
        changed = replace(actions.entry_of(asked), outcome=Outcome.CALL_BACK)
        with pytest.raises(actions.CannotBeCorrected, match="notez-le sur la demande"):
            actions.correct(request=asked, entry=changed, version=0, by=counsellor_user, now=timezone.now())
        refused = counsellor.post(page_of(asked), form_of(counsellor, asked, outcome=Outcome.CALL_BACK))
        assert refused.status_code == 422
        assert f"{asked.get_absolute_url()}#informer" in refused.content.decode()

    def test_once_closed_its_end_is_changed_by_opening_it_again(
        self, asked: ServiceRequest, counsellor: Client, counsellor_user: User
    ) -> None:
        actions.close(request=asked, by=counsellor_user, now=timezone.now(), reason=ClosingReason.SOLVED_BY_OPERATOR)
        page = counsellor.get(page_of(asked))
        assert page.context["form"].fields["outcome"].disabled
        assert f"{asked.get_absolute_url()}#rouvrir" in page.content.decode()
        told = asked.resident_informed_at
        changed = replace(actions.entry_of(asked), outcome=Outcome.SOLVED)
        with pytest.raises(actions.CannotBeCorrected, match="rouvrez-la"):
            actions.correct(request=asked, entry=changed, version=asked.version, by=counsellor_user, now=timezone.now())
        asked.refresh_from_db()
        assert (asked.resident_informed_at, asked.closing_reason) == (told, ClosingReason.SOLVED_BY_OPERATOR)

    def test_what_the_contact_was_not_told_is_corrected_as_usual(
        self, asked: ServiceRequest, counsellor: Client
    ) -> None:
        CommuneFactory(le_havre=True)
        typed = form_of(counsellor, asked, commune="Le Havre", channel="phone", age_band="26-39", situation="retired")
        assert counsellor.post(page_of(asked), typed).status_code == 302
        asked.refresh_from_db()
        assert (str(asked.commune), asked.channel, asked.age_band, asked.situation) == (
            "Le Havre",
            "phone",
            "26-39",
            "retired",
        )

    def test_it_is_not_cancelled(self, counsellor: Client, asked: ServiceRequest) -> None:
        said = counsellor.post(f"/demandes/{asked.reference}/annuler/", follow=True).content.decode()
        asked.refresh_from_db()
        assert asked.cancelled_at is None
        assert "Retirez-lui d’abord la demande" in said
        assert "Retirez-lui d’abord la demande" in counsellor.get(page_of(asked)).content.decode()

    def test_taken_back_from_everybody_it_is_cancelled_as_any_entry(
        self, asked: ServiceRequest, counsellor: Client, counsellor_user: User
    ) -> None:
        actions.revoke(referral=asked.referrals.get(), by=counsellor_user, now=timezone.now())
        assert "Annuler cette saisie" in counsellor.get(page_of(asked)).content.decode()
        counsellor.post(f"/demandes/{asked.reference}/annuler/")
        asked.refresh_from_db()
        assert asked.cancelled_at is not None
        assert asked.exchanges.filter(kind=Happening.CANCELLED).exists(), "somebody was asked: it is said"

    def test_answered_it_is_never_cancelled(self, counsellor: Client, asked: ServiceRequest) -> None:
        asked.referrals.update(answered_at=timezone.now())
        said = counsellor.post(f"/demandes/{asked.reference}/annuler/", follow=True).content.decode()
        asked.refresh_from_db()
        assert asked.cancelled_at is None
        assert "Notez plutôt comment elle se termine" in said


def test_a_cancelled_entry_says_how_to_put_it_back(counsellor: Client, solved: ServiceRequest) -> None:
    counsellor.post(f"/demandes/{solved.reference}/annuler/")
    for path in (page_of(solved), solved.get_absolute_url()):
        assert f"/demandes/{solved.reference}/retablir/" in counsellor.get(path).content.decode(), path


def test_an_entry_is_cancelled_counts_nowhere_and_comes_back(
    counsellor: Client, waiting_request: ServiceRequest
) -> None:
    due = waiting_request.due_at
    back = counsellor.post(f"/demandes/{waiting_request.reference}/annuler/")
    desk = counsellor.get(back["Location"]).content.decode()
    assert f"/demandes/{waiting_request.reference}/retablir/" in desk
    assert "0 demande aujourd’hui" in desk.replace("\n", "")
    assert counsellor.get("/accueil/").context["to_do"].count == 0
    counsellor.post(f"/demandes/{waiting_request.reference}/retablir/")
    waiting_request.refresh_from_db()
    assert (waiting_request.cancelled_at, waiting_request.due_at, waiting_request.is_open) == (None, due, True)
    verbs = set(JournalEntry.objects.filter(subject=waiting_request.reference).values_list("verb", flat=True))
    assert verbs == {"saisie annulée", "saisie rétablie"}


def test_a_cancelled_entry_that_was_forgotten_does_not_come_back(
    counsellor: Client, waiting_request: ServiceRequest
) -> None:
    ServiceRequest.objects.update(cancelled_at=timezone.now(), erased_at=timezone.now())
    address = waiting_request.get_absolute_url()
    page = counsellor.post(f"{address}retablir/", follow=True).content.decode()
    assert "effacée" in page
    assert f"{address}retablir/" not in page
    waiting_request.refresh_from_db()
    assert waiting_request.cancelled_at is not None


def test_a_button_drawn_before_a_correction_cancels_nothing(counsellor: Client, solved: ServiceRequest) -> None:
    counsellor.post(page_of(solved), form_of(counsellor, solved, channel="phone"))
    counsellor.post(f"/demandes/{solved.reference}/annuler/", {"version": "0"})
    solved.refresh_from_db()
    assert solved.cancelled_at is None


def test_the_next_entry_after_a_cancelled_one_is_another(counsellor: Client, procedure: Procedure) -> None:
    def log() -> None:
        key = str(counsellor.get("/accueil/").context["form"]["key"].value())
        counsellor.post("/accueil/", {"key": key, "outcome": Outcome.SOLVED, "procedure": "rsa"})

    log()
    counsellor.post(f"/demandes/{ServiceRequest.objects.get().reference}/annuler/")
    log()
    assert ServiceRequest.objects.filter(cancelled_at=None).count() == 1
    assert ServiceRequest.objects.count() == 2


def test_a_blocker_retired_since_stays_where_it_was(counsellor: Client, solved: ServiceRequest) -> None:
    blocker = BlockerFactory()
    ServiceRequest.objects.update(blocker=blocker, commune=CommuneFactory(le_havre=True))
    blocker.is_active = False
    blocker.save()
    solved.refresh_from_db()
    assert counsellor.post(page_of(solved), form_of(counsellor, solved, channel="phone")).status_code == 302
    solved.refresh_from_db()
    assert (solved.blocker, solved.channel) == (blocker, "phone")


def test_what_was_erased_is_not_opened_again(counsellor: Client, counsellor_user: User, solved: ServiceRequest) -> None:
    ServiceRequest.objects.update(erased_at=timezone.now())
    refused = counsellor.post(page_of(solved), form_of(counsellor, solved, outcome=Outcome.REFERRED))
    assert refused.status_code == 422
    solved.refresh_from_db()
    assert solved.closed_at is not None
