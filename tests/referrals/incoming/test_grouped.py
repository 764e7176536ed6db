"""A reply to a mail of several requests: does it find the one it answers, and else does nobody lose it?"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from outbox.models import Message, State
from partners.models import Contact
from partners.one_mail_a_day import mail_of_today
from referrals import answers, links
from referrals.actions.reminding import remind
from referrals.emails import thread_headers
from referrals.incoming.taking import take
from referrals.models import Happening, IncomingMail, Referral, ServiceRequest, Verdict
from referrals.reply_addresses import LONGEST_LOCAL_PART, group_address_of, group_mark, referral_pk
from tests.partners.factories import ContactFactory
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory
from tests.referrals.incoming import corpus

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(days=4)
ANSWER = "Le dossier est complet, le versement part jeudi."


@pytest.fixture(autouse=True)
def vault_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.VAULT_DIR = tmp_path / "vault"


@pytest.fixture
def three(waiting_request: ServiceRequest, contact: Contact) -> list[Referral]:
    """Three requests of one contact, reminded by one mail on Friday."""
    handed_over = MONDAY + timedelta(days=1)
    found: list[Referral] = []
    for _ in range(3):
        request = ServiceRequestFactory(
            structure=waiting_request.structure,
            procedure=waiting_request.procedure,
            author=waiting_request.author,
            received_at=handed_over - timedelta(hours=1),
            due_at=handed_over + timedelta(hours=71),
            referred_at=handed_over,
        )
        found.append(ReferralFactory(request=request, contact=contact, sent_at=handed_over))
    remind(NOW)
    Message.objects.update(state=State.SENT, sent_at=NOW)
    return found


def reminder() -> Message:
    return Message.objects.get(purpose="rappel")


def reply(text: str, *, sender: str = corpus.FROM, to: str = "", more: str = "", number: int = 1) -> IncomingMail:
    address = to or reminder().headers["Reply-To"]
    mail = corpus.simple(address, text, message_id=f"<g{number}@exemple.fr>", sender=sender, more=more)
    return take(mail, now=NOW + timedelta(hours=number))


def told(purpose: str = "message non transmis") -> list[Message]:
    return list(Message.objects.filter(purpose=purpose).order_by("pk"))


def answered(referrals: list[Referral]) -> list[bool]:
    rows = Referral.objects.filter(pk__in=[each.pk for each in referrals]).order_by("pk")
    return [row.answered_at is not None for row in rows]


def quoted(three: list[Referral]) -> str:
    return "\n".join(f"> {line}" for line in reminder().text.splitlines())


def test_the_mail_of_several_says_where_to_answer(three: list[Referral]) -> None:
    headers = reminder().headers
    assert group_mark(headers["Reply-To"]) is not None
    assert headers["Auto-Submitted"] == "auto-generated"
    assert "en y citant la référence" in reminder().text
    assert links.hand_overs_in(reminder().text) == [each.pk for each in three]


def test_the_reference_that_she_cites_is_the_one(three: list[Referral]) -> None:
    reference = three[1].request.reference.lower().replace("-", " ")
    taken = reply(f"Pour {reference} : {ANSWER}\n\nLe 27/11 à 10:00, Réseau a écrit :\n{quoted(three)}")
    assert (taken.verdict, taken.referral) == (Verdict.ATTACHED, three[1])
    assert answered(three) == [False, True, False]
    assert taken.original is not None
    assert told() == []


def test_the_only_one_that_is_left_in_what_she_quotes_is_the_one(three: list[Referral]) -> None:
    reply(f"{ANSWER}\n\nLe 27/11 à 10:00, Réseau a écrit :\n> Référence : {three[2].request.reference}")
    assert answered(three) == [False, False, True]


def test_the_only_one_that_waits_still_is_the_one(three: list[Referral]) -> None:
    for each in three[:2]:
        answers.answer(referral=each, kind=Happening.ANSWERED, text="Oui.", now=NOW)
    taken = reply(f"{ANSWER}\n\nLe 27/11 à 10:00, Réseau a écrit :\n{quoted(three)}")
    assert taken.referral == three[2]
    assert answered(three) == [True, True, True]


def test_without_the_address_the_answered_mail_says_it(three: list[Referral]) -> None:
    more = f"In-Reply-To: {reminder().message_id}"
    reply(f"{three[0].request.reference} : {ANSWER}", to="ne-pas-repondre@exemple.fr", more=more)
    assert answered(three) == [True, False, False]


@pytest.mark.parametrize("cites", [0, 2])
def test_when_nobody_can_tell_she_is_asked_once_and_each_site_learns_it(three: list[Referral], cites: int) -> None:
    words = " ".join(each.request.reference for each in three[:cites])
    for number in (1, 2):
        taken = reply(f"{ANSWER} {words}", number=number)
        assert (taken.verdict, taken.referral, taken.original) == (Verdict.UNDECIDED, None, None)
    assert answered(three) == [False] * 3
    (asked,) = told()
    assert asked.to_address == corpus.FROM
    assert (asked.headers["Auto-Submitted"], asked.headers["Precedence"]) == ("auto-replied", "bulk")
    assert links.hand_overs_in(asked.text) == [each.pk for each in three]
    assert ANSWER not in asked.text + asked.html
    for each in three:
        (line,) = each.request.exchanges.filter(kind=Happening.MAIL_RECEIVED)
        assert "à rattacher" in line.text
        assert ANSWER not in line.text, "it may speak of somebody else's resident"


def test_an_answer_to_that_question_finds_its_request(three: list[Referral]) -> None:
    reply(ANSWER)
    reply(f"{three[1].request.reference} : {ANSWER}", to=told()[0].headers["Reply-To"], number=2)
    assert answered(three) == [False, True, False]


def test_an_acknowledgement_is_one_for_each(three: list[Referral]) -> None:
    reply("Bien reçu, je regarde.")
    assert answered(three) == [False] * 3
    assert all(Referral.objects.get(pk=each.pk).taken_at is not None for each in three)
    assert told() == []


def test_the_original_leads_to_none_of_the_others(three: list[Referral], counsellor: Client) -> None:
    mine, *others = three
    taken = reply(f"{mine.request.reference} : {ANSWER}\n\nLe 27/11 à 10:00, Réseau a écrit :\n{quoted(three)}")
    page = counsellor.get(reverse("referrals:original", args=[taken.pk])).content.decode()
    assert ANSWER in page
    assert mine.request.reference in page
    assert links.hand_overs_in(page) == [], "with a link of another site she would read its resident’s name"
    assert not any(other.request.reference in page for other in others)


def test_a_colleague_who_acknowledges_is_named_and_the_contact_stays_away(three: list[Referral]) -> None:
    Contact.objects.filter(mail=corpus.FROM).update(away_since=NOW)
    reply("Bien reçu, je regarde.", sender="luc.bernard@exemple.fr")
    for each in three:
        line = each.exchanges.get(kind=Happening.TAKEN)
        assert line.actor == f"Claire MARTIN, pour {each.contact}"
    assert Contact.objects.get(mail=corpus.FROM).away_since == NOW
    reply("Bien reçu, je m’en occupe.", number=2)
    assert Contact.objects.get(mail=corpus.FROM).away_since is None


def test_the_sites_are_not_told_that_links_left_when_none_did(three: list[Referral]) -> None:
    reply(ANSWER, sender="luc.bernard@exemple.fr")
    assert "lien" not in three[0].exchanges.get(kind=Happening.MAIL_RECEIVED).text


def test_a_colleague_is_told_without_the_links(three: list[Referral]) -> None:
    reply(ANSWER, sender="luc.bernard@exemple.fr")
    (asked,) = told()
    assert "/repondre/" not in asked.text + asked.html


def test_a_stranger_learns_nothing(three: list[Referral]) -> None:
    taken = reply(f"{three[0].request.reference} {ANSWER}", sender="luc@pirate.net")
    assert taken.verdict == Verdict.UNKNOWN_SENDER
    (refusal,) = told()
    assert "/repondre/" not in refusal.text
    assert answered(three) == [False] * 3


def test_a_machine_is_never_answered(three: list[Referral]) -> None:
    mail = corpus.mail(reminder().headers["Reply-To"], corpus.ZIMBRA_AWAY.headers, corpus.ZIMBRA_AWAY.body)
    assert take(mail, now=NOW).verdict == Verdict.AWAY
    assert told() == []
    assert all(each.request.exchanges.filter(kind=Happening.AWAY).count() == 1 for each in three)


def test_a_mail_of_several_that_comes_back_flags_the_address(three: list[Referral]) -> None:
    take(corpus.bounce(reminder().headers["Reply-To"], corpus.FROM), now=NOW)
    assert Contact.objects.get(mail=corpus.FROM).bounced_at == NOW


def test_when_all_of_them_are_closed_she_is_told_so(three: list[Referral]) -> None:
    ServiceRequest.objects.update(closed_at=timezone.now())
    assert reply(ANSWER).verdict == Verdict.CLOSED
    assert "est close" in told()[0].text


def test_once_the_mail_is_forgotten_its_address_leads_nowhere(three: list[Referral]) -> None:
    address = reminder().headers["Reply-To"]
    Message.objects.update(text="", html="", headers={}, to_address="", erased_at=NOW)
    assert reply(ANSWER, to=address).verdict == Verdict.NO_ADDRESS


def test_the_question_is_no_mail_of_the_day(three: list[Referral]) -> None:
    reply(ANSWER)
    Message.objects.filter(purpose="rappel").delete()
    assert mail_of_today(corpus.FROM, NOW + timedelta(hours=1)) is None


def test_the_mark_of_a_group_cannot_be_forged_nor_taken_for_a_hand_over(three: list[Referral]) -> None:
    address = group_address_of(three[0], NOW)
    assert len(address.rpartition("@")[0]) <= LONGEST_LOCAL_PART
    assert referral_pk(address) is None
    assert group_mark(thread_headers(three[0])["Reply-To"]) is None
    assert group_mark(address.upper()) == group_mark(address)
    assert group_mark(address.replace("+g-", "+g-1")) is None
    assert reply(ANSWER, to=address.replace("+g-", "+g-1")).verdict == Verdict.NO_ADDRESS


def test_a_colleague_of_another_office_may_not_answer(three: list[Referral]) -> None:
    other = ContactFactory(mail="zoe@orange.fr")
    assert reply(ANSWER, sender=other.mail).verdict == Verdict.UNKNOWN_SENDER
