"""The contact answers about its own sheet from a link, without an account; a manager approves what it corrects."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from partners.actions.upkeep import propose, say_gone
from partners.confirmation_links import follow, token_for
from partners.models import Confirmation, Contact, Verdict
from partners.views import confirmation as pages
from structures.models import Structure
from tests.partners.factories import ConfirmationFactory, ContactFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
QUEUE = "/partenaires/"
NIR = "1 85 05 78 006 084 91"


@pytest.fixture
def contact(partner_office: Team) -> Contact:
    return ContactFactory(
        office=partner_office, name="Claire Dubois", phone="02 61 91 00 20", mail="claire@exemple.fr", checked_on=None
    )


@pytest.fixture
def asked(contact: Contact) -> Confirmation:
    return ConfirmationFactory(contact=contact)


@pytest.fixture
def url(asked: Confirmation) -> str:
    return f"/fiche/{token_for([asked])}/"


@pytest.fixture
def inside(url: str) -> Client:
    """A browser in which the button was pressed."""
    client = Client()
    client.post(url, {"open": "1"})
    return client


def correction(asked: Confirmation, **changes: str) -> dict[str, str]:
    """What the browser sends for « Corriger »."""
    contact = asked.contact
    values = {"function": contact.function, "phone": contact.phone, "mail": contact.mail} | changes
    fields = {f"fiche-{asked.pk}-{name}": value for name, value in values.items()}
    return {"verdict": "corrected", "sheet": str(asked.pk)} | fields


def everything() -> tuple[list[object], list[object]]:
    return list(Confirmation.objects.values()), list(Contact.objects.values())


# The door


def test_a_get_of_the_link_shows_nothing_and_writes_nothing(url: str) -> None:
    before = everything()
    scanner = Client()
    for _ in range(3):
        page = scanner.get(url)
        scanner.head(url)
        assert page.status_code == 200
        assert "Claire Dubois" not in page.content.decode()
        assert "02\u00a061" not in page.content.decode()
        assert "tel:" not in page.content.decode()
    assert everything() == before


def test_one_button_opens_the_sheet_and_is_no_answer_yet(inside: Client, url: str) -> None:
    page = inside.get(url).content.decode()
    assert "Claire Dubois" in page
    assert "Toujours exact" in page
    assert Confirmation.objects.get().answered_at is None


def test_an_expired_link_shows_nothing(asked: Confirmation, url: str) -> None:
    client = Client()
    long_ago = timezone.now() - timedelta(days=31)
    Confirmation.objects.update(asked_at=long_ago)
    asked.refresh_from_db()
    page = client.get(f"/fiche/{token_for([asked])}/")
    assert page.status_code == 410
    assert "plus de 30 jours" in page.content.decode()
    assert "Claire Dubois" not in page.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda: Confirmation.objects.update(asked_at=timezone.now() + timedelta(seconds=5)),
        lambda: Contact.objects.update(mail="quelquun.dautre@exemple.fr"),
        lambda: Contact.objects.update(is_active=False),
    ],
    ids=["asked again since", "the address has changed", "out of service"],
)
def test_a_replaced_link_shows_nothing_even_where_it_was_opened(inside: Client, url: str, change) -> None:
    change()
    before = everything()
    for response in (inside.get(url), inside.post(url, {"verdict": "still_right"})):
        assert response.status_code == 410
        assert "Claire Dubois" not in response.content.decode()
    assert everything() == before


@pytest.mark.parametrize("token", ["rien", "rien:rien", "é"])
def test_an_altered_link_opens_nothing(token: str) -> None:
    assert Client().get(f"/fiche/{token}/").status_code == 404


def test_following_a_link_costs_the_same_for_one_sheet_as_for_ten(partner_office: Team, queries_for) -> None:
    now = timezone.now()
    contacts = ContactFactory.create_batch(10, office=partner_office, mail="relais@exemple.fr")
    all_asked = [ConfirmationFactory(contact=contact, asked_at=now) for contact in contacts]
    assert queries_for(lambda: follow(token_for(all_asked[:1]), now)) == queries_for(
        lambda: follow(token_for(all_asked), now)
    )


# The answers


def test_still_right_is_one_click(inside: Client, url: str, asked: Confirmation) -> None:
    page = inside.post(url, {"verdict": "still_right", "sheet": str(asked.pk)}, follow=True).content.decode()
    assert "Merci, c’est enregistré." in page
    assert Contact.objects.get().checked_on == timezone.localdate()
    assert Confirmation.objects.get().verdict == Verdict.STILL_RIGHT


def test_an_answer_from_a_page_left_open_until_its_session_ended_is_taken(url: str, asked: Confirmation) -> None:
    Client().post(url, {"verdict": "still_right", "sheet": str(asked.pk)})
    assert Contact.objects.get().checked_on == timezone.localdate()


def test_one_button_confirms_all_the_sheets_of_the_mail(partner_office: Team) -> None:
    now = timezone.now()
    contacts = ContactFactory.create_batch(3, office=partner_office, mail="relais@exemple.fr")
    link = f"/fiche/{token_for([ConfirmationFactory(contact=each, asked_at=now) for each in contacts])}/"
    client = Client()
    client.post(link, {"open": "1"})
    assert "Tout est toujours exact" in client.get(link).content.decode()
    client.post(link, {"verdict": "still_right"})
    assert {each.checked_on for each in Contact.objects.all()} == {timezone.localdate()}


def test_a_link_answers_for_no_other_sheet(inside: Client, url: str) -> None:
    other = ConfirmationFactory()
    assert inside.post(url, {"verdict": "still_right", "sheet": str(other.pk)}).status_code == 422
    other.refresh_from_db()
    assert other.answered_at is None


def test_a_correction_waits_for_a_manager(inside: Client, url: str, asked: Confirmation) -> None:
    inside.post(url, correction(asked, phone="0261910099", hours="le matin", absent_from="", message="Merci"))
    answer = Confirmation.objects.get()
    assert answer.verdict == Verdict.CORRECTED
    assert answer.proposal == {"phone": "02 61 91 00 99", "hours": "le matin"}
    assert answer.message == "Merci"
    assert Contact.objects.get().phone == "02 61 91 00 20"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phone": "12"}, "Ce numéro n’est pas reconnu"),
        ({"phone": "", "mail": ""}, "au moins un téléphone"),
        ({"absent_from": "2026-12-24", "absent_until": "2026-12-20"}, "dans cet ordre"),
        ({"absent_from": "2026-12-24"}, "dans cet ordre"),
        ({"message": f"mon numéro {NIR}"}, "numéro de sécurité sociale"),
        ({}, "Rien n’a changé"),
    ],
)
def test_a_wrong_correction_is_explained_and_kept(
    inside: Client, url: str, asked: Confirmation, typed: dict[str, str], said: str
) -> None:
    response = inside.post(url, correction(asked, function="Relais du Havre", **typed) if typed else correction(asked))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not typed or "Relais du Havre" in response.content.decode()
    assert Confirmation.objects.get().answered_at is None


def test_who_is_gone_may_say_who_it_is_now(inside: Client, url: str, asked: Confirmation) -> None:
    inside.post(url, {"verdict": "gone", "sheet": str(asked.pk), f"depart-{asked.pk}-instead": "Luc Bernard"})
    answer = Confirmation.objects.get()
    assert (answer.verdict, answer.message) == (Verdict.GONE, "Luc Bernard")
    assert Contact.objects.get().is_active


def test_a_change_of_mind_replaces_the_answer_until_a_manager_has_decided(
    inside: Client, url: str, asked: Confirmation, partner_manager: Client
) -> None:
    inside.post(url, correction(asked, phone="02 61 91 00 99"))
    inside.post(url, correction(asked, phone="02 61 91 00 98"))
    assert Confirmation.objects.get().proposal == {"phone": "02 61 91 00 98"}
    partner_manager.post(reverse("partners:upkeep_proposal", args=[asked.pk]), {"decision": "refuser"})
    page = inside.post(url, correction(asked, phone="02 61 91 00 97"), follow=True).content.decode()
    assert "déjà été prise en compte" in page
    assert Confirmation.objects.get().proposal == {"phone": "02 61 91 00 98"}


def test_one_link_cannot_answer_without_end(
    inside: Client, url: str, asked: Confirmation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_ANSWERS_AN_HOUR", 1)
    answer = {"verdict": "still_right", "sheet": str(asked.pk)}
    assert inside.post(url, answer).status_code == 302
    assert inside.post(url, answer).status_code == 429


# The manager


def test_the_manager_sees_before_and_after_and_accepts_all(partner_manager: Client, asked: Confirmation) -> None:
    propose(confirmation=asked, changes={"phone": "02 61 91 00 99"}, message="", now=timezone.now())
    url = reverse("partners:upkeep_proposal", args=[asked.pk])
    page = partner_manager.get(url).content.decode()
    assert "02 61 91 00 20" in page
    assert "02 61 91 00 99" in page
    assert partner_manager.post(url, {"decision": "accepter"}).headers["Location"] == QUEUE
    assert Contact.objects.get().phone == "02 61 91 00 99"
    again = partner_manager.post(url, {"decision": "refuser"}, follow=True).content.decode()
    assert "déjà été traitée" in again
    assert "Acceptée" in partner_manager.get(url).content.decode()


def test_whom_an_absence_that_she_announces_gives_her_cases_to_is_read_before_it_is_accepted(
    partner_manager: Client, asked: Confirmation, structure: Structure
) -> None:
    CommuneFactory(rouen=True)
    ProcedureFactory(operator=asked.contact.operator, name="Aide au logement")
    colleague = ContactFactory(operator=asked.contact.operator, office=asked.contact.office, name="Noé Bernard")
    RuleFactory(contact=asked.contact, priority=1)
    RuleFactory(contact=colleague, priority=9)
    days = [(timezone.localdate() + timedelta(days=number)).isoformat() for number in (0, 9)]
    absence: dict[str, str | None] = {"absent_from": days[0], "absent_until": days[1]}
    propose(confirmation=asked, changes=absence, message="", now=timezone.now())
    url = reverse("partners:upkeep_proposal", args=[asked.pk])
    page = partner_manager.get(url)
    assert "démarche × commune change" in page.content.decode()
    assert "Noé Bernard" in page.content.decode()
    unread = partner_manager.post(url, {"decision": "accepter"})
    assert unread.status_code == 200
    assert "change de mains" in unread.content.decode()
    assert Contact.objects.get(pk=asked.contact_id).absent_from is None
    read = {"decision": "accepter", "confirmed": page.context["hands"].mark}
    assert partner_manager.post(url, read).headers["Location"] == QUEUE
    assert str(Contact.objects.get(pk=asked.contact_id).absent_from) == days[0]


def test_accepted_hours_lead_to_the_page_they_are_written_in(partner_manager: Client, asked: Confirmation) -> None:
    propose(confirmation=asked, changes={"hours": "le matin"}, message="", now=timezone.now())
    url = reverse("partners:upkeep_proposal", args=[asked.pk])
    response = partner_manager.post(url, {"decision": "accepter"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("partners:contact_hours", args=[asked.contact_id])
    assert "le matin" in response.content.decode()


def test_a_departure_that_is_accepted_leads_to_what_becomes_of_the_sheet(
    partner_manager: Client, asked: Confirmation
) -> None:
    say_gone(confirmation=asked, instead="Luc Bernard", now=timezone.now())
    url = reverse("partners:upkeep_proposal", args=[asked.pk])
    assert "Luc Bernard" in partner_manager.get(url).content.decode()
    response = partner_manager.post(url, {"decision": "accepter"})
    assert response.headers["Location"] == reverse("referrals:contact_departure", args=[asked.contact_id])


def test_a_proposal_that_the_directory_cannot_hold_stays_to_be_decided(
    partner_manager: Client, asked: Confirmation
) -> None:
    propose(confirmation=asked, changes={"phone": "", "mail": ""}, message="", now=timezone.now())
    url = reverse("partners:upkeep_proposal", args=[asked.pk])
    page = partner_manager.post(url, {"decision": "accepter"}, follow=True).content.decode()
    assert "Corrigez-la à la main" in page
    assert Confirmation.objects.to_approve().count() == 1


def test_what_still_waits_or_belongs_to_another_office_cannot_be_decided(
    partner_manager: Client, asked: Confirmation
) -> None:
    foreign = ConfirmationFactory()
    propose(confirmation=foreign, changes={"phone": "02 61 91 00 99"}, message="", now=timezone.now())
    for each in (asked, foreign):
        url = reverse("partners:upkeep_proposal", args=[each.pk])
        assert partner_manager.post(url, {"decision": "accepter"}).status_code == 404
