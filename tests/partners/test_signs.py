"""Is what a mail says of a contact shown, and taken away when it is over?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team
from partners.actions import signs
from partners.actions.contacts import confirm_contact
from partners.facts import badges_of
from partners.models import Contact
from referrals.partner_queue import queue
from tests.accounts.factories import UserFactory
from tests.partners.factories import ContactFactory

NOW = timezone.now()


@pytest.fixture
def away(partner_office: Team) -> Contact:
    contact = ContactFactory(office=partner_office, name="Claire Martin", mail="claire@exemple.fr")
    signs.mark_away(contact=contact, now=NOW)
    contact.refresh_from_db()
    return contact


def sections(office: Team) -> dict[str, list[str]]:
    return {section.code: [line.title for line in section.lines] for section in queue([office], NOW)}


def test_the_first_absence_reply_dates_the_absence(away: Contact) -> None:
    assert not signs.mark_away(contact=away, now=NOW + timedelta(days=1))
    away.refresh_from_db()
    assert away.away_since == NOW


def test_the_same_address_is_away_on_all_its_sheets(away: Contact) -> None:
    other = ContactFactory(mail="Claire@Exemple.fr")
    signs.mark_here(contact=away)
    signs.mark_away(contact=away, now=NOW)
    other.refresh_from_db()
    assert other.away_since == NOW


def test_the_card_and_the_queue_say_perhaps_away(away: Contact, partner_office: Team, partner_manager: Client) -> None:
    today = timezone.localdate(NOW)
    assert any(badge.label.startswith("peut-être absent depuis") for badge in badges_of(away, today))
    assert "Claire Martin" in sections(partner_office)["peut-etre-absents"][0]
    assert "Peut-être absents" in partner_manager.get("/partenaires/").content.decode()


def test_a_declared_absence_says_it_better(away: Contact, partner_office: Team) -> None:
    today = timezone.localdate(NOW)
    Contact.objects.filter(pk=away.pk).update(absent_from=today, absent_until=today)
    away.refresh_from_db()
    assert not any("peut-être" in badge.label for badge in badges_of(away, today))
    assert "peut-etre-absents" not in sections(partner_office)


def test_a_manager_who_confirms_ends_the_doubt(away: Contact, partner_office: Team) -> None:
    confirm_contact(contact=away, by=UserFactory(teams=[partner_office]), now=NOW)
    away.refresh_from_db()
    assert away.away_since is None


def test_a_contact_that_answers_is_here(away: Contact) -> None:
    assert signs.mark_here(contact=away)
    assert not signs.mark_here(contact=away)


def test_an_address_that_sends_mail_back_is_flagged_once(away: Contact) -> None:
    assert signs.mark_returned(contact=away, now=NOW)
    assert not signs.mark_returned(contact=away, now=NOW + timedelta(days=1))
