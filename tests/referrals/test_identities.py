"""Is an identity asked only as this operator needs it, corrected without loss, and every reading of it written down?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import JournalEntry, User, journal
from accounts.sensitive import CARD_REFUSED
from partners.models import Contact
from referrals import actions, links
from referrals.actions.identities import IdentityChanged, correct_identity, state_of
from referrals.forms import HandOverForm
from referrals.models import Happening, Identity, ServiceRequest
from referrals.readings import IDENTITY_READ, of_request, of_site
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.conftest import Persona
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(waiting_request: ServiceRequest, counsellor_user: User) -> ServiceRequest:
    actions.keep_identity(
        request=waiting_request,
        name="Jeanne Durand",
        reach="02 61 91 00 99",
        file_number="1234567",
        by=counsellor_user,
        now=timezone.now(),
    )
    return waiting_request


def corrected(request: ServiceRequest, by: User, **changes: object) -> None:
    identity = Identity.objects.get(request=request)
    values: dict[str, object] = {
        "name": identity.name,
        "reach": identity.reach,
        "file_number": identity.file_number,
        "has_no_file_number": False,
        "seen": state_of(identity),
    }
    correct_identity(request=request, by=by, now=timezone.now(), **(values | changes))  # type: ignore[arg-type]


def test_the_file_number_is_asked_by_the_name_this_operator_gives_it() -> None:
    assert HandOverForm(asked="numéro d’allocataire").fields["file_number"].label == "Numéro d’allocataire"
    assert "file_number" not in HandOverForm(asked="").fields
    assert "has_no_file_number" not in HandOverForm(asked="").fields


def test_a_number_and_the_box_that_says_there_is_none_do_not_go_together() -> None:
    form = HandOverForm({"file_number": "1234567", "has_no_file_number": "on"}, asked="numéro")
    assert "has_no_file_number" in form.errors


def test_the_page_of_a_hand_over_asks_that_number_and_keeps_the_box(
    counsellor: Client, waiting_request: ServiceRequest, contact: Contact
) -> None:
    url = reverse("referrals:hand_over", args=[waiting_request.reference])
    assert "La personne ne l’a pas" not in counsellor.get(url).content.decode()
    operator = waiting_request.procedure.operator
    operator.file_number_name = "numéro d’allocataire"
    operator.save()
    assert "Numéro d’allocataire" in counsellor.get(url).content.decode()
    counsellor.post(url, {"question": "?", "name": "J. D.", "has_no_file_number": "on", "mail": contact.pk})
    identity = Identity.objects.get()
    assert (identity.has_no_file_number, identity.file_number) == (True, "")


def test_a_correction_is_a_line_that_says_which_part_and_never_what(
    known: ServiceRequest, counsellor_user: User
) -> None:
    corrected(known, counsellor_user, reach="02 61 91 00 88")
    assert Identity.objects.get().reach == "02 61 91 00 88"
    line = known.exchanges.get(kind=Happening.IDENTITY)
    assert line.text == "Moyen de rappeler."
    assert JournalEntry.objects.about(known.reference).filter(verb="identité corrigée", user=counsellor_user).exists()


def test_a_corrected_identity_is_found_by_what_it_is_now(
    known: ServiceRequest, counsellor_user: User, counsellor: Client
) -> None:
    corrected(known, counsellor_user, name="Jeanne Martin")
    assert known.reference in counsellor.post("/demandes/droits/", {"person": "martin"}).content.decode()
    assert known.reference not in counsellor.post("/demandes/droits/", {"person": "durand"}).content.decode()


def test_a_closed_request_is_still_corrected(known: ServiceRequest, counsellor_user: User) -> None:
    now = timezone.now()
    ServiceRequest.objects.filter(pk=known.pk).update(closed_at=now, resident_informed_at=now)
    corrected(known, counsellor_user, name="J. M.")
    assert Identity.objects.get().name == "J. M."


def test_who_did_not_see_a_colleague_s_correction_does_not_undo_it(
    known: ServiceRequest, counsellor_user: User
) -> None:
    before = state_of(Identity.objects.get())
    corrected(known, counsellor_user, name="Jeanne Martin")
    with pytest.raises(IdentityChanged):
        corrected(known, counsellor_user, name="J. Dupont", seen=before)
    assert Identity.objects.get().name == "Jeanne Martin"


def test_the_conflict_page_shows_both_and_the_second_try_saves(
    known: ServiceRequest, counsellor: Client, counsellor_user: User
) -> None:
    url = reverse("referrals:correct_identity", args=[known.reference])
    seen = counsellor.get(url).context["form"].initial["seen"]
    corrected(known, counsellor_user, name="Jeanne Martin")
    typed = {"name": "J. Dupont", "reach": "02 61 91 00 99", "seen": seen}
    conflict = counsellor.post(url, typed)
    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "J. Dupont" in page
    assert "Jeanne Martin" in page
    assert counsellor.post(url, typed | {"seen": conflict.context["again"]["seen"]}).status_code == 302
    assert Identity.objects.get().name == "J. Dupont"


def test_an_empty_identity_and_a_bank_card_are_refused_and_what_was_typed_comes_back(
    known: ServiceRequest, counsellor: Client
) -> None:
    url = reverse("referrals:correct_identity", args=[known.reference])
    seen = counsellor.get(url).context["form"].initial["seen"]
    assert counsellor.post(url, {"seen": seen}).status_code == 422
    response = counsellor.post(url, {"name": "4111 1111 1111 1111", "seen": seen})
    assert response.status_code == 422
    assert CARD_REFUSED.split(".")[0] in response.content.decode()


@pytest.mark.parametrize(
    "address", ["referrals:correct_identity", "referrals:rights_everything", "referrals:rights_json"]
)
def test_each_page_that_shows_the_identity_leaves_a_line(
    known: ServiceRequest, counsellor: Client, address: str
) -> None:
    response = counsellor.get(reverse(address, args=[known.reference]))
    assert "Jeanne Durand" in response.content.decode()
    assert of_request(known).count() == 1


def test_the_request_page_leaves_a_line_only_when_the_identity_is_shown(
    known: ServiceRequest, counsellor: Client
) -> None:
    counsellor.get(known.get_absolute_url())
    assert not of_request(known).exists()
    assert "Jeanne Durand" in counsellor.get(known.get_absolute_url() + "?identite=1").content.decode()
    assert of_request(known).get().verb == IDENTITY_READ


def test_a_contact_who_reads_it_even_with_a_mistake_in_her_answer_leaves_a_line(known: ServiceRequest) -> None:
    referral = ReferralFactory(request=known, sent_at=timezone.now())
    client, url = Client(), reverse("referrals:answer", args=[links.token_for(referral)])
    client.post(url, {"open": "1"})
    client.get(url)
    response = client.post(url, {"choice": "answer", "text": ""})
    assert (response.status_code, "Jeanne Durand" in response.content.decode()) == (422, True)
    assert of_request(known).filter(user=None, actor=str(referral.contact)).count() == 2


def test_the_site_sees_who_read_what_and_when(known: ServiceRequest, counsellor: Client, counsellor_user: User) -> None:
    counsellor.get(known.get_absolute_url() + "?identite=1")
    page = counsellor.get(reverse("referrals:readings", args=[known.reference])).content.decode()
    assert "Aline Counsellor" in page
    assert "Identité lue" in page
    assert known.reference in counsellor.get("/mon-site/consultations/").content.decode()


def test_the_readings_of_a_site_are_filtered_by_person_and_period(
    known: ServiceRequest, structure: Structure, counsellor: Client, counsellor_user: User, other_structure: Structure
) -> None:
    colleague, now = UserFactory(full_name="Zoé Collègue", teams=[structure.team]), timezone.now()
    elsewhere = ServiceRequestFactory(structure=other_structure)
    for by, actor, days in ((counsellor_user, "", 0), (colleague, "", 40), (None, "Claire Martin", 3)):
        at = now - timedelta(days=days)
        journal(verb=IDENTITY_READ, subject=known.reference, now=at, by=by, actor=actor)
    journal(verb=IDENTITY_READ, subject=elsewhere.reference, now=now, by=colleague)
    journal(verb="suivi repris", subject=known.reference, now=now, by=colleague)
    assert of_site(structure).count() == 3
    day = timezone.localdate(now)

    def shown(query: str) -> set[str]:
        return {line.actor for line in counsellor.get(f"/mon-site/consultations/?{query}").context["page"]}

    assert shown(f"who={colleague.pk}") == {"Zoé Collègue"}
    assert shown("who=interlocuteurs") == {"Claire Martin"}
    assert shown(f"first={day - timedelta(days=5)}&last={day}") == {"Aline Counsellor", "Claire Martin"}
    assert counsellor.get(f"/mon-site/consultations/?first={day}&last={day - timedelta(days=1)}").status_code == 422


def test_the_readings_of_a_site_cost_the_same_for_one_and_for_a_page(
    known: ServiceRequest, counsellor: Client, counsellor_user: User, queries_for: object
) -> None:
    def cost() -> int:
        return queries_for(lambda: counsellor.get("/mon-site/consultations/"))  # type: ignore[operator]

    journal(verb=IDENTITY_READ, subject=known.reference, now=timezone.now(), by=counsellor_user)
    one = cost()
    for _ in range(60):
        journal(verb=IDENTITY_READ, subject=known.reference, now=timezone.now(), by=counsellor_user)
    assert cost() == one <= 12


def test_nobody_else_sees_who_read(
    known: ServiceRequest, coordinator: Client, other_counsellor: Client, sign_in: Persona
) -> None:
    url = reverse("referrals:readings", args=[known.reference])
    assert (coordinator.get(url).status_code, other_counsellor.get(url).status_code) == (403, 404)
