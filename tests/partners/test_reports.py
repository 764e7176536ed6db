"""« Signaler une erreur »: from any card that one may read, once at a time, settled by the manager."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from partners.models import Contact, Finding, Report, Wrong
from structures.models import Structure
from tests.partners.factories import ContactFactory, ReportFactory

pytestmark = pytest.mark.django_db
DIRECTORY = "/annuaire/"


@pytest.fixture
def contact(partner_office: Team, structure: Structure) -> Contact:
    return ContactFactory(office=partner_office, name="Claire Dubois", checked_on=timezone.localdate())


def url_of(contact: Contact) -> str:
    return reverse("referrals:report", args=[contact.pk])


def test_a_counsellor_reports_from_the_directory_and_sees_that_it_is_in_hand(
    counsellor: Client, counsellor_user: User, contact: Contact
) -> None:
    assert f"{url_of(contact)}?retour=/annuaire/" in counsellor.get(DIRECTORY).content.decode()
    sent = {"wrong": "no_answer", "detail": "Sonne dans le vide", "retour": "/annuaire/?q=claire"}
    assert counsellor.post(url_of(contact), sent).headers["Location"] == "/annuaire/?q=claire"
    report = Report.objects.get()
    assert (report.contact, report.author, report.wrong) == (contact, counsellor_user, Wrong.NO_ANSWER)
    page = counsellor.get(DIRECTORY).content.decode()
    assert "Erreur signalée, en cours" in page
    assert url_of(contact) not in page


def test_others_still_see_the_link(other_counsellor: Client, contact: Contact, other_structure: Structure) -> None:
    ReportFactory(contact=contact)
    assert url_of(contact) in other_counsellor.get(DIRECTORY).content.decode()


def test_reporting_twice_is_one_report(counsellor: Client, contact: Contact) -> None:
    for wrong in ("phone", "left"):
        counsellor.post(url_of(contact), {"wrong": wrong})
    assert Report.objects.get().wrong == Wrong.LEFT
    assert "Signalé, en cours" in counsellor.get(url_of(contact)).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Qu’est-ce qui est faux"),
        ({"wrong": "inventé"}, "Qu’est-ce qui est faux"),
        ({"wrong": "other"}, "Dites en quelques mots"),
        ({"wrong": "phone", "detail": "1 85 05 78 006 084 91"}, "numéro de sécurité sociale"),
    ],
)
def test_a_wrong_report_is_explained(counsellor: Client, contact: Contact, typed: dict[str, str], said: str) -> None:
    response = counsellor.post(url_of(contact), typed)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert Report.objects.count() == 0


def test_the_contact_of_an_office_one_does_not_work_with_does_not_exist(
    counsellor: Client, contact: Contact, digital_coordinator: Client
) -> None:
    foreign = ContactFactory()
    assert counsellor.post(url_of(foreign), {"wrong": "phone"}).status_code == 404
    assert digital_coordinator.post(url_of(contact), {"wrong": "phone"}).status_code == 404
    assert Report.objects.count() == 0


@pytest.mark.parametrize("back", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)", ""])
def test_a_report_never_leads_to_another_site(counsellor: Client, contact: Contact, back: str) -> None:
    assert counsellor.post(url_of(contact), {"wrong": "phone", "retour": back}).headers["Location"] == DIRECTORY


@pytest.mark.parametrize("finding", Finding.values)
def test_the_manager_settles_a_report(partner_manager: Client, contact: Contact, finding: str) -> None:
    report = ReportFactory(contact=contact, at=timezone.now() - timedelta(days=1))
    settle = reverse("partners:report_settle", args=[report.pk])
    assert partner_manager.get(settle).status_code == 302
    report.refresh_from_db()
    assert report.settled_at is None
    partner_manager.post(settle, {"finding": finding})
    report.refresh_from_db()
    assert (report.finding, report.settled_at is None) == (finding, False)


def test_a_report_of_another_office_cannot_be_settled(partner_manager: Client) -> None:
    report = ReportFactory()
    settle = reverse("partners:report_settle", args=[report.pk])
    assert partner_manager.post(settle, {"finding": "nothing"}).status_code == 404


def test_a_finding_that_does_not_exist_settles_nothing(partner_manager: Client, contact: Contact) -> None:
    report = ReportFactory(contact=contact)
    partner_manager.post(reverse("partners:report_settle", args=[report.pk]), {"finding": "peut-être"})
    report.refresh_from_db()
    assert report.settled_at is None
