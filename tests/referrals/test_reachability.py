"""What is said of a contact's line: right counts, in plain words, and nothing on small numbers."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from partners.models import Contact, Procedure
from referrals.facts import cards_for
from referrals.models import Exchange, Happening, Referral, ReferralChannel, ServiceRequest
from referrals.reachability import Reachability, measured, reachability
from schedules.calendars import PARIS
from tests.partners.factories import ContactFactory
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=PARIS)


def handed_over(contact: Contact, sent_at: datetime, **values: object) -> Referral:
    request = ServiceRequestFactory(procedure__operator=contact.operator, received_at=sent_at - timedelta(hours=1))
    return ReferralFactory(request=request, contact=contact, sent_at=sent_at, **values)


def call(contact: Contact, kind: str, at: datetime) -> None:
    referral = handed_over(contact, at, channel=ReferralChannel.PHONE, revoked_at=at)
    Exchange.objects.create(request=referral.request, referral=referral, kind=kind, at=at, actor="Aline")


@pytest.fixture
def line(db: None) -> Contact:
    return ContactFactory()


def test_the_sentence_of_a_line_that_is_often_reached() -> None:
    found = Reachability(9, 7, 6, 5, datetime(2026, 11, 12, 10, 0, tzinfo=PARIS))
    assert found.in_words(NOW) == (
        "7 appels sur 9 ont abouti\u00a0; 5 réponses utiles sur 6 en moins de 72\u00a0h\u00a0; "
        "dernière réponse le 12 novembre"
    )


def test_nobody_is_judged_on_two_calls_and_two_hand_overs() -> None:
    assert Reachability(2, 2, 2, 2, NOW).in_words(NOW) == ""


def test_each_count_is_told_on_its_own() -> None:
    assert Reachability(2, 2, 3, 0).in_words(NOW) == "aucune réponse utile sur 3 en moins de 72\u00a0h"
    assert Reachability(3, 1, 2, 2).in_words(NOW) == "1 appel sur 3 a abouti"


def test_calls_are_counted_by_what_they_came_to(line: Contact) -> None:
    at = NOW - timedelta(days=3)
    for kind in (
        Happening.CALL_ANSWERED,
        Happening.CALL_ANSWERED,
        Happening.CALL_NO_ANSWER,
        Happening.CALL_BACK,
        Happening.WRONG_CONTACT,
    ):
        call(line, kind, at)
    found = reachability([line.pk], NOW)[line.pk]
    assert (found.calls_answered, found.calls, found.last_success) == (2, 4, at)


def test_an_answer_counts_in_time_or_too_late_and_silence_counts_after_72_hours(line: Contact) -> None:
    sent = NOW - timedelta(days=20)
    handed_over(line, sent, answered_at=sent + timedelta(hours=72))
    handed_over(line, sent, answered_at=sent + timedelta(hours=72, seconds=1))
    handed_over(line, sent)
    handed_over(line, NOW - timedelta(hours=71))
    found = reachability([line.pk], NOW)[line.pk]
    assert (found.in_time, found.hand_overs) == (1, 3)


def test_a_link_taken_back_or_a_not_me_within_72_hours_is_nobodys_fault(line: Contact) -> None:
    sent = NOW - timedelta(days=20)
    handed_over(line, sent, revoked_at=sent + timedelta(hours=5))
    handed_over(line, sent, declined_at=sent + timedelta(hours=5))
    handed_over(line, sent, revoked_at=sent + timedelta(hours=80))
    assert reachability([line.pk], NOW)[line.pk].hand_overs == 1


def test_what_is_older_than_180_days_is_forgotten(line: Contact) -> None:
    for _ in range(5):
        call(line, Happening.CALL_ANSWERED, NOW - timedelta(days=181))
    assert measured([line.pk], NOW) == {}


def test_the_hours_when_calls_were_answered_are_those_of_paris(line: Contact) -> None:
    for hour in (9, 9, 10, 15):
        call(line, Happening.CALL_ANSWERED, datetime(2026, 11, 10, hour, 20, tzinfo=PARIS))
    call(line, Happening.CALL_NO_ANSWER, datetime(2026, 11, 10, 16, 20, tzinfo=PARIS))
    assert measured([line.pk], NOW)[line.pk].hours == "entre 9\u00a0h et 11\u00a0h"


def test_no_hour_is_hinted_when_none_stands_out_or_calls_are_few() -> None:
    scattered = Reachability(calls=8, answered_at_hour={8: 1, 10: 1, 12: 1, 14: 1, 16: 1})
    few = Reachability(calls=4, answered_at_hour={9: 4})
    assert (scattered.best_hours(), few.best_hours()) == ("", "")


def test_one_query_for_all_the_cards(line: Contact, queries_for: Callable[[Callable[[], object]], int]) -> None:
    others = [line, *ContactFactory.create_batch(4)]
    for other in others:
        for _ in range(3):
            call(other, Happening.CALL_ANSWERED, NOW - timedelta(days=1))
    assert queries_for(lambda: reachability([other.pk for other in others], NOW)) == 1
    assert set(measured([other.pk for other in others], NOW)) == {other.pk for other in others}


def test_nobody_asks_the_database_about_nobody(queries_for: Callable[[Callable[[], object]], int], db: None) -> None:
    assert queries_for(lambda: measured([], NOW)) == 0


def test_the_card_says_it_and_the_order_does_not_read_it(
    counsellor: Client, waiting_request: ServiceRequest, contact: Contact, next_contact: Contact, procedure: Procedure
) -> None:
    now = timezone.now()
    before = [card.contact.pk for card in cards_for(waiting_request, [procedure.operator], now, ())]
    for _ in range(4):
        call(contact, Happening.CALL_NO_ANSWER, now - timedelta(days=2))
        call(next_contact, Happening.CALL_ANSWERED, now - timedelta(days=2))
    page = counsellor.get(f"/demandes/{waiting_request.reference}/transmettre/").content.decode()
    assert "Aucun appel sur 4 n’a abouti." in page
    assert "4 appels sur 4 ont abouti" in page
    assert [card.contact.pk for card in cards_for(waiting_request, [procedure.operator], now, ())] == before


def test_her_manager_reads_on_her_page_what_the_card_says(
    partner_office: Team, partner_manager: Client, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    line, now = ContactFactory(office=partner_office), timezone.now()
    url = reverse("partners:contact_edit", args=[line.pk])
    assert "Trop peu d’appels" in partner_manager.get(url).content.decode()
    cost = queries_for(lambda: partner_manager.get(url))
    for _ in range(3):
        call(line, Happening.CALL_ANSWERED, now - timedelta(days=2))
    assert "3 appels sur 3 ont abouti\u00a0; dernière réponse le" in partner_manager.get(url).content.decode()
    assert queries_for(lambda: partner_manager.get(url)) == cost
