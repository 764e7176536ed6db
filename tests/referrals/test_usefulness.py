"""« Bien reçu » stops no clock, and whoever reads a mail says what it is worth: does everything follow?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import JournalEntry, User
from outbox.models import Message
from partners.models import Contact
from referrals import actions
from referrals.actions.reminding import remind
from referrals.clocks import operator_clock
from referrals.desk.needs import Pile, pile_of
from referrals.incoming.taking import take
from referrals.models import Exchange, Happening, IncomingMail, Referral, ServiceRequest, Step
from referrals.reachability import reachability
from tests.accounts.factories import UserFactory
from tests.partners.factories import ContactFactory
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ReferralFactory
from tests.referrals.incoming import corpus

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def vault_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.VAULT_DIR = tmp_path / "vault"


@pytest.fixture
def referral(waiting_request: ServiceRequest, contact: Contact) -> Referral:
    """Handed over on Monday at ten, promised for Thursday at nine."""
    ServiceRequest.objects.update(received_at=MONDAY - HOUR, due_at=MONDAY + timedelta(hours=71), referred_at=MONDAY)
    waiting_request.refresh_from_db()
    referral: Referral = ReferralFactory(request=waiting_request, contact=contact, sent_at=MONDAY)
    return referral


def reply(referral: Referral, text: str, at: datetime = MONDAY + HOUR) -> Exchange:
    number = IncomingMail.objects.count()
    taken = take(corpus.simple(referral, text, message_id=f"<{number}@exemple.fr>"), now=at)
    assert taken.exchange is not None
    return taken.exchange


def fresh(referral: Referral) -> Referral:
    return Referral.objects.select_related("request__operator", "contact__operator").get(pk=referral.pk)


def standing(referral: Referral) -> tuple[bool, bool, str, Pile | None]:
    """Whether it is answered, by its hand-over and by its request; the operator's clock; the pile of the desk."""
    now = MONDAY + 3 * HOUR
    found = fresh(referral)
    clock = operator_clock(found.request, [found], now)
    is_answered = (found.answered_at is not None, found.request.answered_at is not None)
    return (*is_answered, clock.state, pile_of(found.request, now))


WAITS, ANSWERED = (False, False, "on-time", None), (True, True, "kept", Pile.ANSWER)


def test_an_acknowledgement_is_taking_charge_and_no_answer(referral: Referral) -> None:
    exchange = reply(referral, "Bien reçu, je regarde et reviens vers vous.")
    assert (exchange.kind, exchange.text) == (Happening.TAKEN, "Bien reçu, je regarde et reviens vers vous.")
    assert fresh(referral).taken_at == MONDAY + HOUR
    assert standing(referral) == WAITS
    assert exchange.incoming_mail.original is not None


def test_the_reminder_at_the_end_stays_and_the_one_at_half_time_goes(referral: Referral) -> None:
    reply(referral, "Bien reçu, je regarde.")
    now = MONDAY
    while now < MONDAY + timedelta(hours=80):
        remind(now)
        now += HOUR
    assert list(referral.reminders.values_list("step", flat=True)) == [Step.DUE]


def test_the_site_is_told_of_an_acknowledgement_since_a_machine_judged_it(referral: Referral) -> None:
    referral.request.structure.mail = "site@exemple.fr"
    referral.request.structure.save()
    reply(referral, "Bien reçu.")
    assert "prise en charge" in Message.objects.get(to_address="site@exemple.fr").subject


def test_the_same_acknowledgement_twice_is_one_line_and_the_answer_comes_after(referral: Referral) -> None:
    reply(referral, "Bien reçu.")
    take(corpus.simple(referral, "Bien reçu.", message_id="<again@exemple.fr>"), now=MONDAY + HOUR)
    assert referral.exchanges.filter(kind=Happening.TAKEN).count() == 1
    reply(referral, "Le dossier est complet.", MONDAY + 2 * HOUR)
    assert fresh(referral).answered_at == MONDAY + 2 * HOUR
    assert standing(referral) == ANSWERED


@pytest.mark.parametrize("text", ["Bien reçu.\n\nCordialement,\nClaire\n\nPS : c’est payé", "Bien reçu, c’est payé."])
def test_in_doubt_it_is_an_answer(referral: Referral, text: str) -> None:
    assert reply(referral, text).kind == Happening.ANSWERED


def test_an_acknowledgement_with_a_file_is_an_answer(referral: Referral) -> None:
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    take(corpus.with_files(referral, "Bien reçu.", ("avis.pdf", "application/pdf", pdf)), now=MONDAY + HOUR)
    assert fresh(referral).answered_at == MONDAY + HOUR


# What the counsellor says


def say(client: Client, exchange: Exchange, says: str) -> int:
    address = reverse("referrals:say_useful", args=[exchange.request.reference, exchange.pk])
    return client.post(address, {"says": says}).status_code


def test_said_not_useful_yet_everything_waits_again_and_said_useful_it_is_answered(
    referral: Referral, counsellor: Client
) -> None:
    exchange = reply(referral, "Je n’ai pas encore le dossier.")
    assert standing(referral) == ANSWERED
    for _ in range(2):
        assert say(counsellor, exchange, "not_useful") == 302
        assert standing(referral) == WAITS
        assert reachability([referral.contact_id], MONDAY + timedelta(days=5))[referral.contact_id].in_time == 0
        assert say(counsellor, exchange, "useful") == 302
        assert standing(referral) == ANSWERED
    assert fresh(referral).answered_at == exchange.at, "the clock stopped when the mail came"
    said = Exchange.objects.filter(kind__in=(Happening.USEFUL, Happening.NOT_USEFUL)).order_by("pk")
    assert [line.kind for line in said] == ["not_useful", "useful"] * 2
    verbs = JournalEntry.objects.filter(subject=referral.request.reference, verb__startswith="réponse dite")
    assert verbs.count() == 4


def test_an_acknowledgement_may_be_said_useful_and_taken_back(referral: Referral, counsellor: Client) -> None:
    exchange = reply(referral, "Bien reçu.")
    say(counsellor, exchange, "useful")
    assert standing(referral) == ANSWERED
    say(counsellor, exchange, "not_useful")
    assert standing(referral) == WAITS


def test_the_reminders_go_on_once_it_is_not_useful(referral: Referral, counsellor_user: User) -> None:
    exchange = reply(referral, "Je n’ai pas encore le dossier.")
    actions.not_useful_yet(exchange=exchange, by=counsellor_user, now=MONDAY + 2 * HOUR)
    now = MONDAY + 2 * HOUR
    while now < MONDAY + timedelta(hours=80):
        remind(now)
        now += HOUR
    assert list(referral.reminders.values_list("step", flat=True)) == [Step.HALF_TIME, Step.DUE]


def test_an_earlier_answer_of_somebody_else_still_counts(referral: Referral, counsellor_user: User) -> None:
    colleague = ContactFactory(operator=referral.contact.operator)
    other = ReferralFactory(request=referral.request, contact=colleague, channel="phone", sent_at=MONDAY)
    actions.record_call(
        referral=other, kind=Happening.CALL_ANSWERED, by=counsellor_user, now=MONDAY + HOUR, text="Payé lundi"
    )
    exchange = reply(referral, "Je n’ai pas encore le dossier.", MONDAY + 2 * HOUR)
    actions.not_useful_yet(exchange=exchange, by=counsellor_user, now=MONDAY + 3 * HOUR)
    assert fresh(referral).request.answered_at == MONDAY + HOUR


def test_a_call_that_the_answer_spared_is_due_again(referral: Referral, counsellor_user: User) -> None:
    colleague = ContactFactory(operator=referral.contact.operator)
    to_call = ReferralFactory(request=referral.request, contact=colleague, channel="phone", sent_at=MONDAY)
    agreed = MONDAY + timedelta(hours=6)
    actions.record_call(referral=to_call, kind=Happening.CALL_BACK, by=counsellor_user, now=MONDAY, call_back_at=agreed)
    exchange = reply(referral, "Je n’ai pas encore le dossier.")
    assert fresh(referral).request.call_back_at is None
    actions.not_useful_yet(exchange=exchange, by=counsellor_user, now=MONDAY + 2 * HOUR)
    assert fresh(referral).request.call_back_at == agreed


def test_only_a_mail_is_judged_and_only_within_sight(
    referral: Referral, counsellor: Client, other_counsellor: Client, coordinator: Client
) -> None:
    exchange = reply(referral, "Oui.")
    by_link = Exchange.objects.create(
        request=referral.request, referral=referral, kind=Happening.ANSWERED, at=MONDAY, actor="A", text="Non."
    )
    assert say(counsellor, by_link, "not_useful") == 404
    assert say(other_counsellor, exchange, "not_useful") == 404
    assert say(coordinator, exchange, "not_useful") == 403
    assert say(counsellor, exchange, "whatever") == 302
    assert standing(referral) == ANSWERED


def test_nothing_moves_once_the_request_is_closed(referral: Referral, counsellor: Client) -> None:
    exchange = reply(referral, "Oui.")
    ServiceRequest.objects.update(closed_at=timezone.now())
    page = counsellor.get(referral.request.get_absolute_url()).content.decode()
    assert "pas encore une réponse utile" not in page
    assert say(counsellor, exchange, "not_useful") == 302
    assert Exchange.objects.get(pk=exchange.pk).kind == Happening.ANSWERED


def test_the_page_offers_the_one_that_is_not_said(referral: Referral, counsellor: Client) -> None:
    exchange = reply(referral, "Oui.")
    page = counsellor.get(referral.request.get_absolute_url()).content.decode()
    assert "Ce n’est pas encore une réponse utile</button>" in page
    say(counsellor, exchange, "not_useful")
    page = counsellor.get(referral.request.get_absolute_url()).content.decode()
    assert "C’est une réponse utile</button>" in page
    assert "L’opérateur a répondu" not in page


@pytest.mark.django_db(transaction=True)
def test_of_two_who_say_it_at_once_one_is_first(referral: Referral) -> None:
    people = [UserFactory() for _ in range(4)]
    for says, kind in ((actions.not_useful_yet, Happening.NOT_USEFUL), (actions.useful, Happening.USEFUL)) * 3:
        mail = Exchange.objects.filter(incoming_mail__isnull=False).first() or reply(referral, "Oui.")
        exchange = Exchange.objects.select_related("request", "referral").get(pk=mail.pk)
        before = Exchange.objects.filter(kind=kind).count()

        def gesture(by: User, say: Callable[..., None] = says, line: Exchange = exchange) -> bool:
            try:
                say(exchange=line, by=by, now=MONDAY + 2 * HOUR)
            except actions.AlreadySaid:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(gesture, people)) == 1
        assert Exchange.objects.filter(kind=kind).count() == before + 1
