"""The partner manager keeps the local services: what they serve, their limits, their territory, places and hours."""

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from partners.models import LocalService
from partners.versions import version_of
from schedules.models import Slot
from tests.accounts.factories import UserFactory
from tests.partners.factories import LocalServiceFactory, LocalServicePlaceFactory, ProcedureFactory, SubjectFactory
from tests.territories.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db


def url(name: str, service: LocalService, *more: int) -> str:
    return reverse(f"partners:{name}", args=[service.pk, *more])


@pytest.fixture
def service(partner_office: Team) -> LocalService:
    return LocalServiceFactory(office=partner_office, name="CMS de Rouen", commune=CommuneFactory(rouen=True))


def typed(service: LocalService, **changes: object) -> dict[str, Any]:
    """What the browser sends for the sheet as it was opened, but for some changes."""
    values = {"version": version_of(service), "kind": "cms", "name": service.name, "commune": "Rouen"}
    return values | changes


def test_a_new_sheet_opens_on_itself_and_sending_it_twice_makes_one(partner_manager: Client, partner_office: Team):
    CommuneFactory(rouen=True)
    need = SubjectFactory()
    values = {"kind": "cms", "name": "CMS de Rouen", "commune": "rouen", "delay": "Environ un mois", "needs": [need.pk]}
    for _ in range(2):
        response = partner_manager.post(reverse("partners:local_service_create"), values)
        assert response.status_code == 302
    service = LocalService.objects.get()
    assert response.headers["Location"] == url("local_service_edit", service)
    assert (service.office, service.delay, list(service.needs.all())) == (partner_office, "Environ un mois", [need])


def test_what_it_serves_is_saved_and_its_history_says_who(partner_manager: Client, service: LocalService):
    debts, rsa = SubjectFactory(name="Dettes"), ProcedureFactory(name="RSA")
    changes = {"phone": "0261910077", "needs": [debts.pk], "procedures": [rsa.pk]}
    assert partner_manager.post(url("local_service_edit", service), typed(service, **changes)).status_code == 302
    service.refresh_from_db()
    assert (list(service.needs.all()), list(service.procedures.all())) == ([debts], [rsa])
    page = partner_manager.get(url("local_service_edit", service)).content.decode()
    for said in ("Besoin ajouté\u00a0: Dettes", "Démarche ajoutée\u00a0: RSA", "Téléphone\u00a0: vide devient"):
        assert said in page
    lines = service.history.count()
    partner_manager.post(url("local_service_edit", service), typed(service, **changes))
    assert service.history.count() == lines


def test_a_sheet_that_no_history_tells_of_is_shown_all_the_same(partner_manager: Client, service: LocalService):
    service.history.all().delete()
    page = partner_manager.get(url("local_service_edit", service)).content.decode()
    assert "Aucune modification enregistrée" in page


def test_two_managers_never_overwrite_each_other_without_knowing(
    partner_manager: Client, service: LocalService, partner_office: Team, sign_in
):
    other = sign_in(UserFactory(full_name="Paul Autre", teams=[partner_office]))
    opened = typed(service, delay="Deux mois")
    other.post(url("local_service_edit", service), typed(service, delay="Trois semaines"))
    response = partner_manager.post(url("local_service_edit", service), opened)
    assert response.status_code == 409
    page = response.content.decode()
    for said in ("Paul Autre", "Trois semaines", "Deux mois"):
        assert said in page
    again = response.context["form"].data["version"]
    partner_manager.post(url("local_service_edit", service), opened | {"version": again})
    service.refresh_from_db()
    assert service.delay == "Deux mois"


def test_a_wrong_sheet_comes_back_filled(partner_manager: Client, service: LocalService):
    response = partner_manager.post(url("local_service_edit", service), typed(service, phone="non", access="Avec clé"))
    assert response.status_code == 422
    assert "Avec clé" in response.content.decode()


def test_a_limit_is_tied_to_a_need_or_a_procedure_or_to_nothing(partner_manager: Client, service: LocalService):
    debts, rsa = SubjectFactory(), ProcedureFactory()
    for about in ("", f"need:{debts.pk}", f"procedure:{rsa.pk}", f"need:{debts.pk}"):
        partner_manager.post(url("limit_add", service), {"text": "Un mois d’attente", "about": about})
    kept = set(service.limit_rows.values_list("need", "procedure"))
    assert kept == {(None, None), (debts.pk, None), (None, rsa.pk)}
    assert service.limit_rows.count() == 3
    first = service.limit_rows.earliest("pk")
    partner_manager.post(url("limit_remove", service, first.pk))
    assert service.limit_rows.count() == 2
    page = partner_manager.get(url("local_service_edit", service)).content.decode()
    assert "Limite retirée\u00a0: Un mois d’attente" in page or "Limite retirée : Un mois d’attente" in page


@pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "Oui", "about": "need:999"}, {"text": "x" * 201}])
def test_a_limit_that_means_nothing_is_refused(partner_manager: Client, service: LocalService, wrong: dict[str, str]):
    assert partner_manager.post(url("limit_add", service), wrong).status_code == 422
    assert not service.limit_rows.exists()


def test_a_territory_is_one_and_only_one_with_its_part_to_check(partner_manager: Client, service: LocalService):
    departement = DepartementFactory()
    both = {"area": f"departement:{departement.code}", "area_commune": "Rouen"}
    for wrong in ({"note": "quartiers sud"}, both):
        assert partner_manager.post(url("area_add", service), wrong).status_code == 422
    for _ in range(2):
        right = {"area_commune": "Rouen", "note": "quartiers sud"}
        assert partner_manager.post(url("area_add", service), right).status_code == 302
    area = service.areas.get()
    assert (area.commune, area.note) == (service.commune, "quartiers sud")
    partner_manager.post(url("area_remove", service, area.pk))
    assert not service.areas.exists()


def test_another_place_gets_hours_of_its_own(partner_manager: Client, service: LocalService):
    response = partner_manager.post(
        url("service_place_create", service), {"name": "Mairie", "commune": "Rouen", "is_active": "on"}
    )
    place = service.places.get()
    assert response.headers["Location"] == url("service_place_hours", service, place.pk)
    save_hours(partner_manager, url("service_place_hours", service, place.pk))
    place.refresh_from_db()
    assert list(Slot.objects.values_list("schedule", "weekday", "opens")) == [(place.schedule_id, 0, time(9))]
    partner_manager.post(url("service_place_edit", service, place.pk), {"name": "Mairie annexe", "commune": "Rouen"})
    place.refresh_from_db()
    assert (place.name, place.is_active) == ("Mairie annexe", False)


def save_hours(client: Client, address: str, opened: str | None = None) -> int:
    form = client.get(address).context["form"]
    values = {
        "opened": opened if opened is not None else form["opened"].value(),
        "d0-0-opens": "9",
        "d0-0-closes": "12",
    }
    return client.post(address, values).status_code


def test_hours_that_somebody_else_changed_are_not_overwritten_unknowingly(
    partner_manager: Client, service: LocalService
):
    address = url("local_service_hours", service)
    before = partner_manager.get(address).context["form"]["opened"].value()
    assert save_hours(partner_manager, address) == 302
    assert save_hours(partner_manager, address, opened=before) == 409
    page = partner_manager.get(url("local_service_edit", service)).content.decode()
    assert "Horaires modifiés" in page
    assert "le lundi de 9\u00a0h à 12\u00a0h" in page.lower()


def test_out_of_service_it_is_kept_and_comes_back(partner_manager: Client, service: LocalService):
    for said, is_active in (("non", False), ("oui", True)):
        partner_manager.post(url("local_service_set_active", service), {"en_service": said})
        service.refresh_from_db()
        assert service.is_active is is_active


def test_the_services_of_another_office_are_out_of_sight(partner_manager: Client):
    foreign = LocalServicePlaceFactory()
    for name, more in (("local_service_edit", []), ("limit_add", []), ("service_place_hours", [foreign.pk])):
        assert partner_manager.get(url(name, foreign.service, *more)).status_code == 404


def test_the_sheet_costs_the_same_with_one_row_or_ten_of_each(
    partner_manager: Client, service: LocalService, queries_for
):
    def add() -> None:
        service.limit_rows.create(text="Un mois", need=SubjectFactory())
        service.areas.create(commune=service.commune)
        LocalServicePlaceFactory(service=service)
        partner_manager.post(url("local_service_set_active", service), {"en_service": "non"})
        partner_manager.post(url("local_service_set_active", service), {"en_service": "oui"})

    add()
    address = url("local_service_edit", service)
    cost = queries_for(lambda: partner_manager.get(address))
    for _ in range(9):
        add()
    assert queries_for(lambda: partner_manager.get(address)) == cost
