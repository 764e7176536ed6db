"""A request oriented to a local service: the promise ends when the person knows, and a limit that fits is read."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from partners.models import LocalService, Procedure
from referrals import actions
from referrals.models import ClosingReason, Happening, Outcome, ServiceRequest
from referrals.orientation.gestures import LimitNotRead, OutOfService, hidden_when_few, orient_to, oriented_this_year
from tests.partners.factories import LocalServiceFactory, SubjectFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(procedure: Procedure) -> LocalService:
    service = LocalServiceFactory(name="CMS de Rouen", commune=CommuneFactory(rouen=True), delay="Environ un mois")
    service.procedures.add(procedure)
    return service


@pytest.fixture
def url(waiting_request: ServiceRequest) -> str:
    return reverse("referrals:orient_request", args=[waiting_request.reference])


def test_when_she_knows_the_promise_ends_and_the_request_closes(
    waiting_request: ServiceRequest, service: LocalService, counsellor_user: User
):
    now = timezone.now()
    orient_to(request=waiting_request, service=service, by=counsellor_user, now=now)
    waiting_request.refresh_from_db()
    assert (waiting_request.oriented_to, waiting_request.closing_reason) == (service, ClosingReason.ORIENTED)
    assert waiting_request.resident_informed_at == now
    assert waiting_request.kept_in_time
    kinds = list(waiting_request.exchanges.values_list("kind", flat=True))
    assert kinds == [Happening.ORIENTED, Happening.INFORMED]


def test_until_she_knows_it_stays_open_and_a_call_is_due(
    waiting_request: ServiceRequest, service: LocalService, counsellor_user: User
):
    for _ in range(2):
        orient_to(request=waiting_request, service=service, by=counsellor_user, now=timezone.now(), told=False)
    waiting_request.refresh_from_db()
    assert (waiting_request.is_open, waiting_request.outcome) == (True, Outcome.CALL_BACK)
    assert waiting_request.exchanges.count() == 1


def test_once_oriented_the_usual_ending_is_oriented_elsewhere(
    counsellor: Client, waiting_request: ServiceRequest, service: LocalService, counsellor_user: User
):
    def chosen() -> list[str]:
        page = counsellor.get(waiting_request.get_absolute_url()).content.decode()
        return re.findall(r'<option value="(\w+)" selected>', page)

    assert chosen() == []
    orient_to(request=waiting_request, service=service, by=counsellor_user, now=timezone.now(), told=False)
    assert chosen() == [ClosingReason.ORIENTED]


def test_a_limit_that_fits_must_be_read(waiting_request: ServiceRequest, service: LocalService, counsellor_user: User):
    service.limit_rows.create(text="Pas de RSA", procedure=waiting_request.procedure)
    service.limit_rows.create(text="Pas de papiers", need=SubjectFactory())
    call = {"request": waiting_request, "service": service, "by": counsellor_user, "now": timezone.now()}
    with pytest.raises(LimitNotRead) as refused:
        orient_to(**call)  # type: ignore[arg-type]
    assert refused.value.limits == ["Pas de RSA"]
    assert not waiting_request.exchanges.exists()
    orient_to(**call, limit_read=True)  # type: ignore[arg-type]
    assert waiting_request.exchanges.count() == 2


def test_a_service_that_closed_meanwhile_and_a_closed_request_are_refused(
    waiting_request: ServiceRequest, service: LocalService, counsellor_user: User
):
    LocalService.objects.update(is_active=False)
    call = {"request": waiting_request, "service": service, "by": counsellor_user, "now": timezone.now()}
    with pytest.raises(OutOfService):
        orient_to(**call)  # type: ignore[arg-type]
    LocalService.objects.update(is_active=True)
    orient_to(**call)  # type: ignore[arg-type]
    with pytest.raises(actions.AlreadyClosed):
        orient_to(**call)  # type: ignore[arg-type]


def test_fewer_than_five_are_never_counted_aloud(service: LocalService, procedure: Procedure):
    now = timezone.now()
    for _ in range(4):
        ServiceRequestFactory(procedure=procedure, oriented_to=service, received_at=now)
    ServiceRequestFactory(procedure=procedure, oriented_to=service, received_at=now - timedelta(days=370))
    assert oriented_this_year(service, now) == "moins de\u00a05"
    ServiceRequestFactory(procedure=procedure, oriented_to=service, received_at=now)
    assert oriented_this_year(service, now) == "5"
    assert hidden_when_few(0) == "moins de\u00a05"


# The pages


def test_the_page_shows_the_limit_asks_that_it_is_read_and_orients(
    counsellor: Client, url: str, waiting_request: ServiceRequest, service: LocalService
):
    service.limit_rows.create(text="Pas de RSA", procedure=waiting_request.procedure)
    page = counsellor.get(url).content.decode()
    assert "CMS de Rouen" in page
    assert "Pas de RSA" in page
    assert "Environ un mois" in page
    refused = counsellor.post(url, {"service": service.pk, "told": "oui"})
    assert refused.status_code == 422
    assert "lisez-la, puis cochez" in refused.content.decode()
    after = counsellor.post(url, {"service": service.pk, "told": "oui", "limit_read": "on"}, follow=True)
    assert "Orientée vers CMS de Rouen" in after.content.decode()
    again = counsellor.post(url, {"service": service.pk, "told": "oui"}, follow=True)
    assert "elle ne s’oriente plus" in again.content.decode()


@pytest.mark.parametrize("typed", [{}, {"service": "non"}])
def test_a_broken_choice_orients_nothing(counsellor: Client, url: str, typed: dict[str, str]):
    assert counsellor.post(url, typed).status_code == 422
    assert not ServiceRequest.objects.filter(oriented_to__isnull=False).exists()


def test_the_hand_over_page_leads_there_and_shows_the_helps_when_nobody_is_left(
    counsellor: Client, url: str, waiting_request: ServiceRequest, service: LocalService, contact, queries_for
):
    page = reverse("referrals:hand_over", args=[waiting_request.reference])
    with_contact = counsellor.get(page).content.decode()
    assert url in with_contact
    assert "CMS de Rouen" not in with_contact
    contact.is_active = False
    contact.save()
    assert "CMS de Rouen" in counsellor.get(page).content.decode()


# The page that asks nothing of a request


def test_a_need_and_a_commune_give_the_options_and_keep_nothing(counsellor: Client, service: LocalService):
    papers = SubjectFactory(name="Papiers perdus", synonyms="papiers d’identité", who_label="Une mairie équipée")
    service.needs.add(papers)
    before = ServiceRequest.objects.count()
    page = counsellor.get(reverse("referrals:orient"), {"q": "papiers perdus", "commune": "Rouen"}).content.decode()
    assert "Une mairie équipée" in page
    assert "CMS de Rouen" in page
    assert ServiceRequest.objects.count() == before


def test_words_that_mean_several_things_are_asked_about(counsellor: Client, procedure: Procedure):
    SubjectFactory(name="Revenu : dettes", code="DETTES")
    page = counsellor.get(reverse("referrals:orient"), {"q": "revenu"}).content.decode()
    assert "demarche=CAF_RSA" in page
    assert "besoin=DETTES" in page
    CommuneFactory(rouen=True)
    chosen = {"q": "revenu", "demarche": "CAF_RSA", "commune": "Rouen"}
    assert f"{procedure.name} · Rouen" in counsellor.get(reverse("referrals:orient"), chosen).content.decode()


@pytest.mark.parametrize("typed", [{"q": "zzzz"}, {"commune": "Nulle-Part"}])
def test_what_is_not_known_is_said(counsellor: Client, typed: dict[str, str]):
    response = counsellor.get(reverse("referrals:orient"), typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Rien ne correspond" in page or "n’est pas connue" in page
    assert next(iter(typed.values())) in page


# The sheet


def test_a_need_that_nobody_answers_is_not_said_to_be_kept(counsellor: Client):
    SubjectFactory(code="RARE", who_label="", name="Besoin rare")
    page = counsellor.get("/orienter/", {"besoin": "RARE"}).content.decode()
    assert "Personne n’est connu" in page
    assert "reste comptée" not in page


def test_colleagues_read_the_sheet_with_limits_areas_and_the_count(
    counsellor: Client, service: LocalService, queries_for
):
    need = SubjectFactory(name="Dettes")
    service.needs.add(need)
    service.limit_rows.create(text="Pas de dossier", need=need)
    service.areas.create(commune=service.commune, note="quartiers sud")
    url = reverse("referrals:local_service", args=[service.pk])
    page = counsellor.get(url).content.decode()
    for said in ("Dettes", "Pas de dossier", "quartiers sud", "à vérifier avec l’adresse", "moins de\u00a05"):
        assert said in page
    cost = queries_for(lambda: counsellor.get(url))
    for _ in range(5):
        service.limit_rows.create(text="Autre", need=SubjectFactory())
        service.needs.add(SubjectFactory())
    assert queries_for(lambda: counsellor.get(url)) == cost
