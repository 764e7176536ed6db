"""The hours of a contact are typed like those of a structure, and an error in them is taken back."""

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from partners.actions.hours import OTHER_HOURS
from partners.models import Contact
from schedules.models import Schedule, Slot
from schedules.opening_hours import Access, Frequency
from tests.partners.factories import ContactFactory

MORNING = {"d0-0-opens": "9", "d0-0-closes": "12h30"}
AFTERNOON = {"d1-0-opens": "14h", "d1-0-closes": "16h"}


@pytest.fixture
def contact(partner_office: Team) -> Contact:
    return ContactFactory(office=partner_office, name="Éloïse Dubois")


@pytest.fixture
def address(contact: Contact) -> str:
    return f"/partenaires/interlocuteurs/{contact.pk}/horaires/"


def opened(client: Client, address: str) -> dict[str, str]:
    """What the page sends when nothing is touched."""
    form = client.get(address).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def sheet(contact: Contact) -> str:
    return reverse("partners:contact_edit", args=[contact.pk])


def hours(contact: Contact) -> list[tuple[int | None, time | None, time | None]]:
    contact.refresh_from_db()
    return list(Slot.objects.filter(schedule=contact.schedule_id).values_list("weekday", "opens", "closes"))


def last_line(contact: Contact) -> int:
    return int(contact.history.latest("history_id").history_id)


def undo(client: Client, line: int) -> str:
    address = reverse("partners:change_undo", args=["interlocuteur", line])
    return client.post(address, follow=True).content.decode()


def test_the_sheet_says_the_hours_in_words_and_leads_to_their_page(
    partner_manager: Client, contact: Contact, address: str
):
    page = partner_manager.get(sheet(contact)).content.decode()
    assert "À compléter" in page
    assert address in page
    partner_manager.post(address, opened(partner_manager, address) | MORNING)
    assert "le lundi de 9\u00a0h à 12\u00a0h\u00a030" in partner_manager.get(sheet(contact)).content.decode().lower()


def test_hours_are_saved_signed_and_said(partner_manager: Client, contact: Contact, address: str):
    page = partner_manager.get(address)
    assert "Horaires d’Éloïse Dubois" in page.content.decode()
    answer = partner_manager.post(address, opened(partner_manager, address) | MORNING)
    assert answer.headers["Location"] == sheet(contact)
    assert hours(contact) == [(0, time(9), time(12, 30))]
    line = contact.history.latest("history_id")
    assert line.history_change_reason == OTHER_HOURS
    assert line.history_user.memberships.get().team == contact.office


def test_the_note_is_not_said_to_be_public(partner_manager: Client, address: str):
    page = partner_manager.get(address).content.decode()
    assert "Montrée au public" not in page
    assert "Jamais le nom d’un usager" in page


def test_saving_the_page_as_it_was_opened_changes_nothing(partner_manager: Client, contact: Contact, address: str):
    contact.schedule = Schedule.objects.create(note="le matin surtout")
    contact.save()
    for opens in (time(8), time(10), time(14)):
        Slot.objects.create(
            schedule=contact.schedule, weekday=1, opens=opens, closes=opens.replace(minute=45), access=Access.PHONE
        )
    before = contact.history.count()
    partner_manager.post(address, opened(partner_manager, address))
    assert contact.history.count() == before
    assert contact.schedule.slots.count() == 3


def test_a_rule_that_is_not_weekly_is_typed_like_for_a_structure(
    partner_manager: Client, contact: Contact, address: str
):
    rule = {
        "r0-frequency": "nth_weekday", "r0-weekday": "1", "r0-nth": "1", "r0-access": "phone",
        "r0-0-opens": "9", "r0-0-closes": "12",
    }  # fmt: skip
    partner_manager.post(address, opened(partner_manager, address) | rule)
    slot = Slot.objects.get()
    assert (slot.schedule.contact, slot.frequency, slot.nth) == (contact, Frequency.NTH_WEEKDAY, 1)
    assert "le premier mardi du mois" in partner_manager.get(sheet(contact)).content.decode().lower()


def test_what_is_wrong_is_said_and_nothing_is_saved(partner_manager: Client, contact: Contact, address: str):
    answer = partner_manager.post(address, opened(partner_manager, address) | {"d0-0-opens": "12", "d0-0-closes": "9"})
    assert answer.status_code == 422
    assert hours(contact) == []
    answer = partner_manager.post(address, opened(partner_manager, address) | {"note": "1 85 05 78 006 084 91"})
    assert "numéro de sécurité sociale" in answer.content.decode()


def test_looking_at_the_result_saves_nothing(partner_manager: Client, contact: Contact, address: str):
    answer = partner_manager.post(address, opened(partner_manager, address) | MORNING | {"preview": "1"})
    assert "le lundi" in answer.content.decode().lower()
    assert hours(contact) == []


def test_hours_saved_meanwhile_are_shown_and_not_overwritten_unknowingly(
    partner_manager: Client, contact: Contact, address: str
):
    first = opened(partner_manager, address)
    partner_manager.post(address, first | MORNING)
    answer = partner_manager.post(address, first | AFTERNOON)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "le lundi de 9\u00a0h à 12\u00a0h\u00a030" in page
    assert 'value="14h"' in page
    assert hours(contact) == [(0, time(9), time(12, 30))]
    knowingly = first | AFTERNOON | {"opened": answer.context["form"]["opened"].value()}
    assert partner_manager.post(address, knowingly).status_code == 302
    assert hours(contact) == [(1, time(14), time(16))]


def test_the_hours_of_the_contact_of_another_office_do_not_exist(partner_manager: Client):
    foreign = ContactFactory()
    address = reverse("partners:contact_hours", args=[foreign.pk])
    assert partner_manager.get(address).status_code == 404
    assert partner_manager.post(address, MORNING).status_code == 404
    assert not Slot.objects.exists()


def test_the_sheet_itself_no_longer_touches_the_hours(partner_manager: Client, contact: Contact, address: str):
    partner_manager.post(address, opened(partner_manager, address) | MORNING)
    form = partner_manager.get(sheet(contact)).context["form"]
    assert not [name for name in form.fields if "hour" in name]
    typed = {name: form[name].value() or "" for name in form.fields}
    assert partner_manager.post(sheet(contact), typed | {"function": "Référente"}).status_code == 302
    assert hours(contact) == [(0, time(9), time(12, 30))]
    assert contact.function == "Référente"


def test_hours_written_over_come_back_and_the_way_back_is_undone_in_turn(
    partner_manager: Client, contact: Contact, address: str
):
    partner_manager.post(address, opened(partner_manager, address) | MORNING)
    changed = {"d0-0-opens": "", "d0-0-closes": ""} | AFTERNOON
    partner_manager.post(address, opened(partner_manager, address) | changed)
    line = last_line(contact)
    history = partner_manager.get(reverse("partners:contact_changes", args=[contact.pk])).content.decode()
    assert reverse("partners:change_undo", args=["interlocuteur", line]) in history
    page = undo(partner_manager, line)
    assert "est comme avant lui" in page
    assert "sauf les horaires" not in page
    assert hours(contact) == [(0, time(9), time(12, 30))]
    undo(partner_manager, last_line(contact))
    assert hours(contact) == [(1, time(14), time(16))]


def test_first_hours_taken_back_leave_none(partner_manager: Client, contact: Contact, address: str):
    partner_manager.post(address, opened(partner_manager, address) | MORNING)
    undo(partner_manager, last_line(contact))
    assert hours(contact) == []


def test_hours_changed_without_a_line_of_history_are_not_overwritten(
    partner_manager: Client, contact: Contact, address: str
):
    partner_manager.post(address, opened(partner_manager, address) | MORNING)
    Slot.objects.update(closes=time(11))
    assert "modifiée depuis" in undo(partner_manager, last_line(contact))
    assert hours(contact) == [(0, time(9), time(11))]
