"""Contacts are asked in time and never too often; addresses that refuse mail are seen, then forgiven."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Team
from outbox.actions import write
from outbox.messages import Mail
from outbox.models import Message, State
from outbox.sender import NOT_WRITABLE
from partners import upkeep
from partners.actions.upkeep import (
    AlreadyDecided,
    NotPossible,
    accept_answer,
    ask_for_confirmations,
    ask_once_the_day_is_known,
    flag_refused_addresses,
    propose,
    refuse_answer,
    report_error,
    say_gone,
    say_still_right,
    settle_report,
)
from partners.facts import badges_of
from partners.models import Confirmation, Contact, Finding, Report, Verdict, Wrong
from schedules.calendars import PARIS
from tests.accounts.factories import TeamFactory, UserFactory
from tests.outbox.factories import message_in_state
from tests.partners.factories import ConfirmationFactory, ContactFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)
TODAY = MONDAY.date()
MONTHS_AGO = TODAY - timedelta(days=100)


def old(**more: object) -> Contact:
    """A contact in service that nobody has confirmed for a hundred days."""
    return ContactFactory(**{"checked_on": MONTHS_AGO, **more})


def leave(now: datetime) -> None:
    """The worker sends what is due."""
    Message.objects.due(now).order_by().update(state=State.SENT, sent_at=now)


def mails() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("to_address", flat=True))


# Who is asked, and when


def test_the_question_waits_for_the_end_of_the_day_which_may_have_a_more_urgent_mail() -> None:
    old(mail="claire@exemple.fr")
    ask_once_the_day_is_known(MONDAY)
    assert mails() == []
    ask_once_the_day_is_known(MONDAY.replace(hour=17))
    assert mails() == ["claire@exemple.fr"]


def test_a_contact_unconfirmed_for_90_days_is_asked_by_mail() -> None:
    contact = old(mail="claire@exemple.fr")
    assert ask_for_confirmations(MONDAY) == 1
    message = Message.objects.get()
    assert message.to_address == "claire@exemple.fr"
    assert "/fiche/" in message.text
    assert "/fiche/" in message.html
    assert "toujours exacte" in message.subject
    assert contact.name in message.text
    assert Confirmation.objects.get().asked_at == MONDAY


def test_the_link_says_neither_the_address_nor_the_name() -> None:
    old(mail="claire@exemple.fr", name="Claire Dubois")
    ask_for_confirmations(MONDAY)
    link = next(word for word in Message.objects.get().text.split() if "/fiche/" in word)
    assert "claire" not in link.lower()


@pytest.mark.parametrize(
    "spared",
    [
        {"checked_on": TODAY - timedelta(days=90)},
        {"mail": ""},
        {"is_active": False},
        {"bounced_at": MONDAY - timedelta(days=2)},
        {"absent_from": TODAY - timedelta(days=3), "absent_until": TODAY},
    ],
    ids=["confirmed 90 days ago", "no mail", "out of service", "its mail comes back", "absent"],
)
def test_nobody_else_is_asked(spared: dict[str, object]) -> None:
    old(**spared)
    assert ask_for_confirmations(MONDAY) == 0
    assert Confirmation.objects.count() == 0


@pytest.mark.parametrize(
    "day",
    [date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 11), date(2026, 12, 25), date(2027, 1, 1)],
    ids=["Saturday", "Sunday", "11 November", "Christmas", "New Year"],
)
def test_no_mail_leaves_on_a_day_off(day: date) -> None:
    old(checked_on=date(2026, 1, 1))
    assert ask_for_confirmations(datetime.combine(day, MONDAY.timetz())) == 0
    assert mails() == []


def test_who_was_absent_is_asked_on_the_first_day_back() -> None:
    old(absent_from=TODAY - timedelta(days=3), absent_until=TODAY)
    assert ask_for_confirmations(MONDAY) == 0
    assert ask_for_confirmations(MONDAY + timedelta(days=1)) == 1


def test_two_runs_of_the_job_on_one_day_send_one_mail() -> None:
    old()
    assert ask_for_confirmations(MONDAY) == 1
    assert ask_for_confirmations(MONDAY + timedelta(hours=3)) == 0
    assert len(mails()) == 1


def test_several_sheets_with_the_same_mail_make_one_mail_that_lists_them() -> None:
    for name in ("Relais Rouen", "Relais Dieppe"):
        old(name=name, mail="relais@exemple.fr")
    old(name="Relais Le Havre", mail="Relais@exemple.fr")
    assert ask_for_confirmations(MONDAY) == 1
    text = Message.objects.get().text
    assert all(name in text for name in ("Relais Rouen", "Relais Dieppe", "Relais Le Havre"))
    assert "Sont-elles toujours exactes" in text
    assert Confirmation.objects.count() == 3


def test_a_sheet_that_comes_later_on_the_same_day_waits_for_another_day() -> None:
    old(mail="relais@exemple.fr")
    ask_for_confirmations(MONDAY)
    old(mail="relais@exemple.fr")
    assert ask_for_confirmations(MONDAY + timedelta(hours=3)) == 0
    leave(MONDAY + timedelta(hours=3))
    assert ask_for_confirmations(MONDAY + timedelta(days=1)) == 1


def test_who_has_another_mail_today_is_asked_another_day() -> None:
    old(mail="relais@exemple.fr")
    mail = Mail(to="Relais@exemple.fr", subject="3 demandes", text="…")
    write(mail, key="tonight", now=MONDAY - timedelta(days=1), not_before=MONDAY)
    assert ask_for_confirmations(MONDAY - timedelta(hours=2)) == 0
    leave(MONDAY)
    assert ask_for_confirmations(MONDAY + timedelta(days=1)) == 1


def test_nobody_is_asked_again_before_30_days_and_then_the_question_is_the_same_one() -> None:
    old()
    ask_for_confirmations(MONDAY)
    leave(MONDAY)
    assert ask_for_confirmations(MONDAY + timedelta(days=29)) == 0
    later = MONDAY + timedelta(days=30)
    assert ask_for_confirmations(later) == 1
    assert Confirmation.objects.get().asked_at == later


def test_the_first_run_does_not_flood_and_the_next_days_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "MAILS_A_DAY", 2)
    office: Team = TeamFactory(partner_office=True)
    for days in (100, 300, 200):
        old(office=office, mail=f"il-y-a-{days}@exemple.fr", checked_on=TODAY - timedelta(days=days))
    old(mail="ailleurs@exemple.fr")
    assert ask_for_confirmations(MONDAY) == 3
    assert set(mails()) == {"il-y-a-300@exemple.fr", "il-y-a-200@exemple.fr", "ailleurs@exemple.fr"}
    assert ask_for_confirmations(MONDAY + timedelta(hours=1)) == 0
    assert ask_for_confirmations(MONDAY + timedelta(days=1)) == 1
    assert mails()[-1] == "il-y-a-100@exemple.fr"


def test_an_address_that_no_server_could_take_is_flagged_and_stops_nobody() -> None:
    broken, fine = old(mail="prénom..x@exemple.fr"), old()
    assert ask_for_confirmations(MONDAY) == 1
    broken.refresh_from_db()
    assert broken.bounced_at == MONDAY
    assert Confirmation.objects.get().contact == fine


def test_choosing_whom_to_write_to_costs_three_queries_for_one_contact_as_for_twenty(queries_for) -> None:
    old()
    assert queries_for(lambda: upkeep.letters(MONDAY)) == 3
    for _ in range(19):
        old()
    assert queries_for(lambda: upkeep.letters(MONDAY)) == 3


# What is answered


def test_still_right_checks_the_sheet_today_and_says_so_in_its_history() -> None:
    asked = ConfirmationFactory(contact=old())
    say_still_right(confirmation=asked, now=MONDAY)
    contact = Contact.objects.get()
    assert contact.checked_on == TODAY
    assert contact.history.latest().history_change_reason == "Confirmée par l’interlocuteur"
    assert Confirmation.objects.get().verdict == Verdict.STILL_RIGHT


def test_a_proposal_changes_nothing_before_it_is_accepted() -> None:
    asked = ConfirmationFactory(contact=old(phone="02 61 91 00 20"))
    propose(confirmation=asked, changes={"phone": "02 61 91 00 99", "absent_from": None}, message="", now=MONDAY)
    contact = Contact.objects.get()
    assert (contact.phone, contact.checked_on) == ("02 61 91 00 20", MONTHS_AGO)
    by = UserFactory()
    accept_answer(confirmation=asked, by=by, now=MONDAY + timedelta(days=1))
    contact.refresh_from_db()
    assert (contact.phone, contact.checked_on) == ("02 61 91 00 99", TODAY)
    assert contact.history.latest().history_user == by


def test_an_accepted_new_address_clears_what_came_back() -> None:
    asked = ConfirmationFactory(contact=old(bounced_at=MONDAY))
    propose(confirmation=asked, changes={"mail": "nouvelle@exemple.fr"}, message="", now=MONDAY)
    accept_answer(confirmation=asked, by=UserFactory(), now=MONDAY)
    assert Contact.objects.get().bounced_at is None


def test_a_refused_proposal_leaves_the_sheet_as_it_was() -> None:
    asked = ConfirmationFactory(contact=old(phone="02 61 91 00 20"))
    propose(confirmation=asked, changes={"phone": "02 61 91 00 99"}, message="", now=MONDAY)
    refuse_answer(confirmation=asked, by=UserFactory(), now=MONDAY)
    assert Contact.objects.get().phone == "02 61 91 00 20"
    assert Confirmation.objects.get().is_accepted is False


def test_two_managers_decide_once_and_the_contact_changes_nothing_afterwards() -> None:
    asked = ConfirmationFactory(contact=old())
    propose(confirmation=asked, changes={"phone": "02 61 91 00 99"}, message="", now=MONDAY)
    refuse_answer(confirmation=asked, by=UserFactory(), now=MONDAY)
    with pytest.raises(AlreadyDecided):
        accept_answer(confirmation=asked, by=UserFactory(), now=MONDAY)
    with pytest.raises(AlreadyDecided):
        propose(confirmation=asked, changes={"phone": "02 61 91 00 98"}, message="", now=MONDAY)


def test_a_proposal_that_leaves_no_way_to_reach_anyone_is_said_to_be_impossible() -> None:
    asked = ConfirmationFactory(contact=old(phone="", direct_phone="", mail="claire@exemple.fr"))
    Contact.objects.update(phone="02 61 91 00 20")
    propose(confirmation=asked, changes={"phone": "", "mail": ""}, message="", now=MONDAY)
    with pytest.raises(NotPossible, match="au moins un téléphone"):
        accept_answer(confirmation=asked, by=UserFactory(), now=MONDAY)
    assert Confirmation.objects.get().decided_at is None


def test_who_says_to_be_gone_moves_nothing_by_itself() -> None:
    asked = ConfirmationFactory(contact=old())
    say_gone(confirmation=asked, instead="Luc Bernard", now=MONDAY)
    accept_answer(confirmation=asked, by=UserFactory(), now=MONDAY)
    contact = Contact.objects.get()
    assert (contact.is_active, contact.checked_on) == (True, MONTHS_AGO)


def test_whoever_waits_for_a_manager_is_not_asked_again() -> None:
    asked = ConfirmationFactory(contact=old(), asked_at=MONDAY - timedelta(days=40))
    say_gone(confirmation=asked, instead="", now=MONDAY - timedelta(days=39))
    assert ask_for_confirmations(MONDAY) == 0


# Addresses that refuse


def refused(address: str, **more: Any) -> Message:
    values: dict[str, Any] = {
        "state": State.REFUSED,
        "last_error": "refus définitif du serveur de messagerie (550)",
        **more,
    }
    state = State(values.pop("state"))
    return message_in_state(state, to_address=address, created_at=MONDAY - timedelta(hours=2), **values)


def test_an_address_refused_for_good_is_flagged_whatever_its_capitals() -> None:
    contact = ContactFactory(mail="Claire@exemple.fr")
    message = refused("claire@exemple.fr")
    assert flag_refused_addresses(MONDAY) == 1
    contact.refresh_from_db()
    assert contact.bounced_at == message.created_at
    assert flag_refused_addresses(MONDAY + timedelta(minutes=15)) == 0


def test_an_address_put_off_to_the_end_is_flagged_too() -> None:
    ContactFactory(mail="claire@exemple.fr")
    refused("claire@exemple.fr", state=State.HELD, last_error="refus temporaire du serveur de messagerie (452)")
    assert flag_refused_addresses(MONDAY) == 1


@pytest.mark.parametrize(
    "message",
    [{"state": State.UNCERTAIN}, {"state": State.WAITING}, {"last_error": NOT_WRITABLE}],
    ids=["uncertain", "still tried", "our own fault"],
)
def test_what_is_not_the_fault_of_the_address_flags_nobody(message: dict[str, object]) -> None:
    ContactFactory(mail="claire@exemple.fr")
    refused("claire@exemple.fr", **message)
    assert flag_refused_addresses(MONDAY) == 0


def test_a_later_mail_that_is_accepted_clears_the_flag_for_good() -> None:
    contact = ContactFactory(mail="claire@exemple.fr")
    refused("claire@exemple.fr")
    flag_refused_addresses(MONDAY)
    message_in_state(State.SENT, 2, to_address="claire@exemple.fr", created_at=MONDAY, sent_at=MONDAY)
    later = MONDAY + timedelta(hours=1)
    for _ in range(2):
        assert flag_refused_addresses(later) == 0
        contact.refresh_from_db()
        assert contact.bounced_at is None


def test_a_changed_address_clears_the_flag_however_it_was_changed() -> None:
    contact = ContactFactory(mail="claire@exemple.fr")
    contact.history.update(history_date=MONDAY - timedelta(days=9))
    refused("claire@exemple.fr")
    flag_refused_addresses(MONDAY)
    Contact.objects.update(mail="nouvelle@exemple.fr")
    flag_refused_addresses(MONDAY)
    contact.refresh_from_db()
    assert contact.bounced_at is None


# Badges


@pytest.mark.parametrize(
    ("days", "level"), [(90, None), (91, "warning"), (180, "warning"), (181, "error"), (None, "error")]
)
def test_unconfirmed_is_orange_after_90_days_and_red_after_180(days: int | None, level: str | None) -> None:
    contact = ContactFactory(checked_on=None if days is None else TODAY - timedelta(days=days))
    assert [badge.level for badge in badges_of(contact, TODAY)] == ([level] if level else [])


def test_a_mail_that_came_back_shows() -> None:
    contact = ContactFactory(checked_on=TODAY, bounced_at=MONDAY)
    assert [badge.label for badge in badges_of(contact, TODAY)] == ["message revenu"]


# Reports


def test_one_person_has_one_open_report_on_a_contact_and_can_make_another_once_it_is_settled() -> None:
    contact, by = ContactFactory(), UserFactory()
    for detail in ("occupé", "ne sonne plus"):
        report = report_error(contact=contact, wrong=Wrong.PHONE, detail=detail, by=by, now=MONDAY)
    assert Report.objects.get().detail == "ne sonne plus"
    assert settle_report(report=report, finding=Finding.NOTHING_WRONG, by=UserFactory(), now=MONDAY)
    assert not settle_report(report=report, finding=Finding.CORRECTED, by=UserFactory(), now=MONDAY)
    report_error(contact=contact, wrong=Wrong.PHONE, detail="", by=by, now=MONDAY)
    assert Report.objects.open().count() == 1
    assert Report.objects.get(settled_at__isnull=False).finding == Finding.NOTHING_WRONG


def test_the_database_holds_one_open_report_per_person_and_contact() -> None:
    report = Report.objects.create(contact=ContactFactory(), wrong=Wrong.PHONE, author=UserFactory(), at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(contact=report.contact, wrong=Wrong.MAIL, author=report.author, at=MONDAY)
