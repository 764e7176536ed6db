"""The list and the page of a request, as the site reads them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import JournalEntry, User
from partners.models import Contact, Procedure
from referrals.models import Exchange, Happening, Identity, Referral, ReferralChannel, ServiceRequest
from structures.models import Structure
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
LIST = "/demandes/"


def called_now(request: ServiceRequest, contact: Contact) -> Referral:
    return ReferralFactory(request=request, contact=contact, channel=ReferralChannel.PHONE, sent_at=timezone.now())


def references(page: object) -> list[str]:
    return [line.reference for line in page.context["page"].lines]  # type: ignore[attr-defined]


def test_the_list_shows_what_is_open_newest_first(counsellor: Client, structure: Structure) -> None:
    old = ServiceRequestFactory(structure=structure)
    new = ServiceRequestFactory(structure=structure, received_at=timezone.now())
    ServiceRequestFactory(structure=structure, solved=True)
    assert references(counsellor.get(LIST)) == [new.reference, old.reference]


def test_requests_of_another_site_are_not_listed(counsellor: Client, other_structure: Structure) -> None:
    ServiceRequestFactory(structure=other_structure)
    assert references(counsellor.get(LIST, {"etat": "toutes"})) == []


@pytest.mark.parametrize(
    ("state", "situation"),
    [
        ("retard", {}),
        ("reponse", {"answered_at": timezone.now(), "received_at": timezone.now() - timedelta(hours=1)}),
        ("operateur", {"referred_at": timezone.now(), "received_at": timezone.now() - timedelta(hours=1)}),
        ("transmettre", {"received_at": timezone.now() - timedelta(hours=1)}),
        ("rappeler", {"outcome": "call_back", "received_at": timezone.now() - timedelta(hours=1)}),
        ("closes", {"answered": True}),
    ],
)
def test_each_state_finds_its_request(
    counsellor: Client, structure: Structure, state: str, situation: dict[str, object]
) -> None:
    wanted = ServiceRequestFactory(structure=structure, **situation)
    ServiceRequestFactory(
        structure=structure, cancelled_at=timezone.now(), closed_at=timezone.now(), received_at=timezone.now()
    )
    found = references(counsellor.get(LIST, {"etat": state}))
    assert wanted.reference in found
    assert len(found) == 1 if state != "closes" else len(found) == 2


def test_filters_add_up(counsellor: Client, counsellor_user: User, structure: Structure, procedure: Procedure) -> None:
    mine = ServiceRequestFactory(structure=structure, procedure=procedure, author=counsellor_user)
    ServiceRequestFactory(structure=structure, procedure=procedure)
    ServiceRequestFactory(structure=structure, author=counsellor_user)
    filters = {"operateur": "CAF", "demarche": "revenu", "miennes": "on"}
    assert references(counsellor.get(LIST, filters)) == [mine.reference]


def test_pages_follow_each_other_without_a_gap(counsellor: Client, structure: Structure) -> None:
    at = timezone.now() - timedelta(hours=1)
    made = {r.reference for r in ServiceRequestFactory.create_batch(65, structure=structure, received_at=at)}
    seen: list[str] = []
    place = ""
    for _ in range(3):
        page = counsellor.get(LIST, {"apres": place})
        seen += references(page)
        place = page.context["page"].next
    assert place == ""
    assert (len(seen), set(seen)) == (65, made)


@pytest.mark.parametrize("place", ["x", "eHh8eA==", "MjAyNi0xMS0yMnwx", "é", "MHwx" * 50])
def test_a_place_that_somebody_changed_shows_the_first_page(
    counsellor: Client, structure: Structure, place: str
) -> None:
    wanted = ServiceRequestFactory(structure=structure)
    assert references(counsellor.get(LIST, {"apres": place})) == [wanted.reference]


def test_the_list_costs_the_same_for_one_request_as_for_thirty(
    counsellor: Client, structure: Structure, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    ServiceRequestFactory(structure=structure)
    cost_of_one = queries_for(lambda: counsellor.get(LIST))
    ServiceRequestFactory.create_batch(29, structure=structure)
    assert queries_for(lambda: counsellor.get(LIST)) == cost_of_one


def test_the_desk_costs_the_same_for_one_request_as_for_thirty(
    counsellor: Client, structure: Structure, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    ServiceRequestFactory(structure=structure)
    counsellor.get("/accueil/")  # the favourites of the site are remembered for some minutes
    cost_of_one = queries_for(lambda: counsellor.get("/accueil/"))
    ServiceRequestFactory.create_batch(29, structure=structure)
    assert queries_for(lambda: counsellor.get("/accueil/")) == cost_of_one


def test_the_page_of_a_request_costs_the_same_for_one_exchange_as_for_thirty(
    counsellor: Client, waiting_request: ServiceRequest, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    def add(number: int) -> None:
        for _ in range(number):
            referral = ReferralFactory(request=waiting_request)
            Exchange.objects.create(
                request=waiting_request, referral=referral, kind=Happening.NOTE, at=timezone.now(), actor="Aline"
            )

    add(1)
    counsellor.get(waiting_request.get_absolute_url())  # that she opened it is written the first time
    cost_of_one = queries_for(lambda: counsellor.get(waiting_request.get_absolute_url()))
    add(29)
    assert queries_for(lambda: counsellor.get(waiting_request.get_absolute_url())) == cost_of_one


def test_the_identity_is_shown_on_demand_and_each_read_is_journalled(
    counsellor: Client, waiting_request: ServiceRequest
) -> None:
    Identity.objects.create(request=waiting_request, name="M. D.", reach="02 61 91 00 99")
    url = waiting_request.get_absolute_url()
    assert "M. D." not in counsellor.get(url).content.decode()
    assert JournalEntry.objects.count() == 0
    assert "M. D." in counsellor.get(url, {"identite": "1"}).content.decode()
    assert JournalEntry.objects.get().subject == waiting_request.reference


def test_a_call_answered_needs_what_was_said_and_keeps_the_rest(
    counsellor: Client, waiting_request: ServiceRequest, contact: Contact
) -> None:
    referral = called_now(waiting_request, contact)
    url = f"/demandes/{waiting_request.reference}/appels/{referral.pk}/"
    refused = counsellor.post(url, {"kind": "call_answered", "text": "", "call_back_at": "2030-01-01T10:00"})
    assert refused.status_code == 422
    assert "2030-01-01T10:00" in refused.content.decode()
    counsellor.post(url, {"kind": "call_answered", "text": "Payé lundi"})
    assert ServiceRequest.objects.get().answered_at is not None


@pytest.mark.parametrize(("when", "why"), [("", "Indiquez quand rappeler"), ("2020-01-01T10:00", "déjà passée")])
def test_a_call_back_needs_a_time_to_come(
    counsellor: Client, waiting_request: ServiceRequest, contact: Contact, when: str, why: str
) -> None:
    referral = called_now(waiting_request, contact)
    url = f"/demandes/{waiting_request.reference}/appels/{referral.pk}/"
    page = counsellor.post(url, {"kind": "call_back", "call_back_at": when, "text": "Occupé"})
    assert page.status_code == 422
    assert why in page.content.decode()
    assert "Occupé" in page.content.decode()


@pytest.mark.parametrize(
    ("form", "typed"),
    [("notes", {"text": "Vu avec Aline"}), ("identite", {"name": "M. D."}), ("appels", {"text": "Il rappelle"})],
)
def test_what_was_typed_on_the_page_after_the_session_ended_is_back(
    counsellor: Client,
    counsellor_user: User,
    waiting_request: ServiceRequest,
    contact: Contact,
    form: str,
    typed: dict[str, str],
) -> None:
    referral = called_now(waiting_request, contact)
    page = waiting_request.get_absolute_url()
    mark = counsellor.get(page).context["typed_by"]
    url = f"{page}appels/{referral.pk}/" if form == "appels" else f"{page}{form}/"
    counsellor.logout()
    to_sign_in = counsellor.post(url, {**typed, "typed_by": mark})
    assert to_sign_in["Location"] == f"/compte/login/?next={page}"
    counsellor.force_login(counsellor_user)
    back = counsellor.get(page).content.decode()
    assert next(iter(typed.values())) in back


def test_the_second_to_inform_the_resident_learns_who_was_first(
    counsellor: Client, counsellor_user: User, waiting_request: ServiceRequest
) -> None:
    url = f"/demandes/{waiting_request.reference}/usager-informe/"
    counsellor.post(url, {"reason": "solved_by_operator"})
    first = ServiceRequest.objects.get().resident_informed_at
    page = counsellor.post(url, {"reason": "no_help"}, follow=True).content.decode()
    assert "C’était déjà fait" in page
    assert counsellor_user.full_name in page
    after = ServiceRequest.objects.get()
    assert (after.resident_informed_at, after.closing_reason) == (first, "solved_by_operator")


def test_the_page_says_what_was_asked_and_what_is_to_be_passed_on(
    counsellor: Client, counsellor_user: User, structure: Structure
) -> None:
    request = ServiceRequestFactory(structure=structure, answered_at=timezone.now())
    referral = ReferralFactory(request=request, question="Que manque-t-il au dossier ?")
    for kind, text in ((Happening.HANDED_OVER_BY_MAIL, "à L."), (Happening.ANSWERED, "Il manque le bail.")):
        Exchange.objects.create(request=request, referral=referral, kind=kind, text=text, at=timezone.now(), actor="L")
    page = counsellor.get(request.get_absolute_url()).content.decode()
    assert "Que manque-t-il au dossier ?" in page
    assert page.count("Il manque le bail.") == 2
    assert page.index("Il manque le bail.") < page.index("L’usager est informé")


def test_a_closed_request_asks_for_no_call_and_takes_no_link_back(counsellor: Client, structure: Structure) -> None:
    request = ServiceRequestFactory(structure=structure, answered=True)
    called = ReferralFactory(request=request, channel=ReferralChannel.PHONE)
    written = ReferralFactory(request=request)
    page = counsellor.get(request.get_absolute_url()).content.decode()
    assert f"appel-{called.pk}" not in page
    assert f"lien-{written.pk}" not in page


def test_the_list_leads_to_the_rights_of_a_person(counsellor: Client) -> None:
    assert 'href="/demandes/droits/"' in counsellor.get("/demandes/").content.decode()
