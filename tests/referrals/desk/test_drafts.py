"""What is being typed survives the session, the computer and the battery, and never comes back once it was sent."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from partners.models import Procedure
from referrals.desk import drafts
from referrals.forgetting.retention import old_drafts
from referrals.models import Draft, Outcome, Referral, ServiceRequest
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.conftest import Persona
from tests.referrals.factories import ReferralFactory

NOTE = "/brouillons/note/"


def save(client: Client, request: ServiceRequest | None = None, form: str = "note", **typed: str) -> dict[str, str]:
    """What the script of the page posts; each save as if a while had passed since the one before."""
    for draft in Draft.objects.all():
        Draft.objects.filter(pk=draft.pk).update(saved_at=draft.saved_at - timedelta(minutes=1))
    typed = {"draft_opened": (timezone.now() - timedelta(minutes=10)).isoformat(), **typed}
    about = {"draft_about": request.reference} if request else {}
    response = client.post(f"/brouillons/{form}/", typed | about)
    return {"status": str(response.status_code), **response.json()}


def test_a_note_being_typed_comes_back_on_its_page_and_stands_on_the_desk(
    counsellor: Client, waiting_request: ServiceRequest
) -> None:
    said = save(counsellor, waiting_request, text="Rappeler la mairie")
    assert "Brouillon enregistré à" in said["said"]
    page = counsellor.get(waiting_request.get_absolute_url()).content.decode()
    assert "Rappeler la mairie" in page
    assert "Brouillon de" in page
    assert "brouillon\u00a0: une note" in counsellor.get("/accueil/").content.decode()


def test_the_database_cannot_read_it(counsellor: Client, waiting_request: ServiceRequest) -> None:
    save(counsellor, waiting_request, form="identite", name="Jeanne Martin", reach="02 61 91 00 12")
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM referrals_draft")
        (sealed,) = cursor.fetchone()
    assert "Jeanne" not in sealed
    assert "02 61" not in sealed


def test_nobody_else_finds_it(
    counsellor: Client, structure: Structure, waiting_request: ServiceRequest, sign_in: Persona
) -> None:
    save(counsellor, waiting_request, text="Rappeler la mairie")
    colleague = sign_in(UserFactory(teams=[structure.team]))
    assert "Rappeler la mairie" not in colleague.get(waiting_request.get_absolute_url()).content.decode()
    assert not any(line.drafts for line in colleague.get("/accueil/").context["to_do"].lines)


@pytest.mark.parametrize(
    ("form", "typed", "posted_to"),
    [
        ("note", {"text": "Rappeler la mairie"}, "notes/"),
        ("identite", {"name": "J. M.", "reach": "02 61 91 00 12"}, "identite/"),
    ],
)
def test_a_form_that_was_sent_has_no_draft_any_more(
    counsellor: Client, waiting_request: ServiceRequest, form: str, typed: dict[str, str], posted_to: str
) -> None:
    save(counsellor, waiting_request, form=form, **typed)
    counsellor.post(f"{waiting_request.get_absolute_url()}{posted_to}", typed | {"drafted": "1"})
    assert drafts.about_request(User.objects.earliest("pk"), waiting_request.reference) == []
    assert not Draft.objects.exclude(typed="").exists()


def test_a_save_that_arrives_after_the_form_was_sent_brings_nothing_back(
    counsellor: Client, waiting_request: ServiceRequest
) -> None:
    opened = timezone.now().isoformat()
    counsellor.post(f"{waiting_request.get_absolute_url()}notes/", {"text": "Rappeler", "drafted": "1"})
    late = counsellor.post(NOTE, {"draft_about": waiting_request.reference, "draft_opened": opened, "text": "Rap"})
    assert late.status_code in (410, 429)
    Draft.objects.update(saved_at=timezone.now() - timedelta(seconds=5))
    before = (timezone.now() - timedelta(seconds=8)).isoformat()
    late = counsellor.post(NOTE, {"draft_about": waiting_request.reference, "draft_opened": before, "text": "Rap"})
    assert late.status_code == 410
    assert not Draft.objects.exclude(typed="").exists()
    # The page opened again afterwards keeps drafts as usual.
    said = counsellor.post(
        NOTE, {"draft_about": waiting_request.reference, "draft_opened": timezone.now().isoformat(), "text": "Autre"}
    )
    assert said.status_code == 200


def test_a_call_keeps_its_own_draft(counsellor: Client, waiting_request: ServiceRequest) -> None:
    referral: Referral = ReferralFactory(request=waiting_request, channel="phone")
    save(counsellor, waiting_request, form=f"appel-{referral.pk}", text="Elle rappelle lundi", when="lun 10h")
    page = counsellor.get(waiting_request.get_absolute_url()).content.decode()
    assert "Elle rappelle lundi" in page
    assert 'value="lun 10h"' in page


def test_a_hand_over_comes_back_with_its_identity_still_folded_in(
    counsellor: Client, waiting_request: ServiceRequest
) -> None:
    save(counsellor, waiting_request, form="transmission", question="Le dossier est bloqué", name="J. M.")
    page = counsellor.get(f"{waiting_request.get_absolute_url()}transmettre/").content.decode()
    assert "Le dossier est bloqué" in page
    assert 'value="J. M."' in page


def test_the_counter_log_comes_back_and_logging_ends_the_draft(counsellor: Client, procedure: Procedure) -> None:
    save(counsellor, form="saisie", procedure="rsa", commune="Montivilliers", outcome=Outcome.REFERRED)
    page = counsellor.get("/accueil/")
    form = page.context["form"]
    assert (form["procedure"].value(), form["outcome"].value()) == ("rsa", Outcome.REFERRED)
    assert page.context["to_do"].lines == []
    counsellor.post(
        "/accueil/", {"key": form["key"].value(), "procedure": "rsa", "outcome": Outcome.SOLVED, "drafted": "1"}
    )
    assert counsellor.get("/accueil/").context["form"]["procedure"].value() in ("", None)


def test_what_may_be_kept_nowhere_is_not_kept_as_a_draft(counsellor: Client, waiting_request: ServiceRequest) -> None:
    refused = save(counsellor, waiting_request, text="Son numéro : 1 84 12 76 451 089 46")
    assert (refused["status"], refused["field"]) == ("422", "text")
    assert "n’est pas enregistré" in refused["said"]
    assert not Draft.objects.exists()


def test_two_devices_keep_the_newest_and_say_so(counsellor: Client, waiting_request: ServiceRequest) -> None:
    opened = (timezone.now() - timedelta(minutes=30)).isoformat()
    save(counsellor, waiting_request, text="Sur le fixe", draft_opened=opened)
    said = save(counsellor, waiting_request, text="Sur le téléphone", draft_opened=opened)
    assert "tapé sur un autre écran, est remplacé" in said["said"]
    again = save(counsellor, waiting_request, text="Sur le téléphone encore", draft_known=said["known"])
    assert "autre écran" not in again["said"]
    assert json.loads(Draft.objects.get().typed) == {"text": "Sur le téléphone encore"}


def test_only_the_fields_of_the_form_are_kept(counsellor: Client, waiting_request: ServiceRequest) -> None:
    save(counsellor, waiting_request, text="Oui", csrfmiddlewaretoken="secret", password="secret", key="secret")
    assert json.loads(Draft.objects.get().typed) == {"text": "Oui"}


def test_what_was_emptied_leaves_no_draft(counsellor: Client, waiting_request: ServiceRequest) -> None:
    save(counsellor, waiting_request, text="Rappeler")
    assert save(counsellor, waiting_request, text="  ")["said"] == ""
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("typed", "status"), [({"text": "x" * 20_001}, 413), ({"text": "x" * 2_000}, 200)])
def test_a_draft_has_a_size(
    counsellor: Client, waiting_request: ServiceRequest, typed: dict[str, str], status: int
) -> None:
    assert save(counsellor, waiting_request, **typed)["status"] == str(status)


def test_a_script_that_saves_without_end_is_slowed_down(counsellor: Client, waiting_request: ServiceRequest) -> None:
    typed = {"draft_about": waiting_request.reference, "text": "Oui"}
    answers = [counsellor.post(NOTE, typed).status_code for _ in range(3)]
    assert answers[0] == 200
    assert 429 in answers[1:]


def test_a_person_holds_so_many_drafts_and_no_more(
    counsellor: Client, counsellor_user: User, waiting_request: ServiceRequest
) -> None:
    Draft.objects.bulk_create(
        Draft(user=counsellor_user, form="note", about=f"R{n}", typed="{}", saved_at=timezone.now())
        for n in range(drafts.AT_MOST)
    )
    response = counsellor.post(NOTE, {"draft_about": waiting_request.reference, "text": "Oui"})
    assert response.status_code == 409


def test_a_request_out_of_sight_takes_no_draft(other_counsellor: Client, waiting_request: ServiceRequest) -> None:
    response = other_counsellor.post(NOTE, {"draft_about": waiting_request.reference, "text": "Oui"})
    assert response.status_code == 404
    assert other_counsellor.post("/brouillons/inconnu/", {"text": "Oui"}).status_code == 404


def test_it_is_erased_on_demand_and_after_a_week(counsellor: Client, waiting_request: ServiceRequest) -> None:
    save(counsellor, waiting_request, text="Rappeler")
    back = counsellor.post(f"{NOTE}effacer/", {"draft_about": waiting_request.reference})
    assert back["Location"] == waiting_request.get_absolute_url()
    assert not Draft.objects.exclude(typed="").exists()
    Draft.objects.update(typed="{}", saved_at=timezone.now() - timedelta(days=6))
    assert old_drafts(timezone.now()).count() == 0
    assert old_drafts(timezone.now() + timedelta(days=2)).count() == 1
