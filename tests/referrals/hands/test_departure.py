"""A contact leaves: what it holds passes on, nothing closes, no clock stops, nothing is lost, nobody is named."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User
from outbox.models import Message, State
from partners.models import Contact, Procedure
from referrals import links
from referrals.actions import record_call, refer, settle
from referrals.clocks import operator_clock
from referrals.hands.departure import held_by, leave
from referrals.models import Happening, Identity, Referral, ReferralChannel, ServiceRequest
from schedules.wording import spoken_moment
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.partners.factories import ContactFactory, RuleFactory
from tests.referrals.conftest import MONDAY
from tests.referrals.factories import ServiceRequestFactory

EARLIER = timedelta(days=2)
Queries = Callable[[Callable[[], object]], int]


@pytest.fixture
def manager(partner_office: object) -> User:
    return UserFactory(teams=[partner_office], full_name="Paule Manager")


@pytest.fixture
def held(waiting_request: ServiceRequest, contact: Contact, counsellor_user: User) -> Referral:
    """Handed over by mail two days ago, without an answer."""
    return at_the_contact(waiting_request, contact, counsellor_user)


def at_the_contact(
    request: ServiceRequest, contact: Contact, by: User, channel: str = ReferralChannel.MAIL
) -> Referral:
    then = timezone.now() - EARLIER
    received_at = then - timedelta(hours=1)
    ServiceRequest.objects.filter(pk=request.pk).update(
        received_at=received_at, due_at=received_at + timedelta(hours=72)
    )
    request.refresh_from_db()
    return refer(request=request, contact=contact, channel=channel, question="Rien reçu", now=then, by=by).referral


def another(structure: Structure, procedure: Procedure, by: User, contact: Contact) -> Referral:
    return at_the_contact(ServiceRequestFactory(structure=structure, procedure=procedure, author=by), contact, by)


def proposed(contact: Contact, now: datetime) -> dict[int, Contact | None]:
    return {
        one.referral: Contact.objects.get(pk=one.proposed) if one.proposed else None for one in held_by(contact, now)
    }


def gone(contact: Contact, by: User, now: datetime | None = None) -> datetime:
    now = now or timezone.now()
    leave(contact=contact, left_on=timezone.localdate(now), to=proposed(contact, now), by=by, now=now)
    return now


def test_no_clock_stops_and_nothing_is_closed(held: Referral, next_contact: Contact, manager: User) -> None:
    before = ServiceRequest.objects.get()
    now = gone(held.contact, manager)
    after = ServiceRequest.objects.get()
    assert (after.due_at, after.referred_at, after.closed_at) == (before.due_at, held.sent_at, None)
    assert after.resident_informed_at is None
    clock = operator_clock(after, list(after.referrals.select_related("contact__operator")), now)
    assert clock.state != "idle"
    assert clock.due == f"Transmise le {spoken_moment(held.sent_at)}"
    assert Referral.objects.latest("pk").sent_at == now


def test_the_hand_over_keeps_its_first_instant_whatever_happens_next(
    waiting_request: ServiceRequest, contact: Contact, next_contact: Contact, counsellor_user: User, manager: User
) -> None:
    held = at_the_contact(waiting_request, contact, counsellor_user, ReferralChannel.PHONE)
    now = gone(contact, manager)
    following = Referral.objects.get(previous=held)
    record_call(referral=following, kind=Happening.CALL_NO_ANSWER, by=counsellor_user, now=now)
    settle(waiting_request)
    waiting_request.refresh_from_db()
    assert waiting_request.referred_at == held.sent_at


def test_an_answer_that_waits_to_be_passed_on_is_not_asked_again(
    held: Referral, next_contact: Contact, manager: User, counsellor_user: User
) -> None:
    now = timezone.now()
    colleague = ContactFactory(operator=held.contact.operator, office=held.contact.office)
    second = refer(
        request=held.request, contact=colleague, channel="phone", question="", now=now - EARLIER, by=counsellor_user
    ).referral
    answered_at = now - timedelta(hours=3)
    record_call(
        referral=second, kind=Happening.CALL_ANSWERED, by=counsellor_user, now=answered_at, text="Versement relancé."
    )
    gone(held.contact, manager, now)
    assert ServiceRequest.objects.get().answered_at == answered_at


def test_the_old_link_opens_nothing_and_the_new_one_does(held: Referral, next_contact: Contact, manager: User) -> None:
    now = gone(held.contact, manager)
    following = Referral.objects.get(previous=held)
    assert links.follow(links.token_for(held), now).refusal is links.Refusal.REVOKED
    assert links.follow(links.token_for(following), now).refusal is None
    assert (following.contact, following.question) == (next_contact, held.question)


def test_the_timeline_says_to_whom_and_why(held: Referral, next_contact: Contact, manager: User) -> None:
    gone(held.contact, manager)
    line = held.request.exchanges.get(kind=Happening.PASSED_ON)
    assert line.text == f"Passée à {next_contact}\u00a0: Claire Martin a quitté son poste."
    assert line.actor == "Paule Manager"


def test_the_stand_in_comes_before_the_next_in_rank_unless_it_is_away(held: Referral, next_contact: Contact) -> None:
    contact, now = held.contact, timezone.now()
    stand_in = ContactFactory(operator=contact.operator, office=contact.office, name="Zoé Remplaçante")
    Contact.objects.filter(pk=contact.pk).update(stand_in=stand_in)
    contact.refresh_from_db()
    assert held_by(contact, now)[0].proposed == stand_in.pk
    stand_in.absent_from = stand_in.absent_until = timezone.localdate(now)
    stand_in.save()
    assert held_by(contact, now)[0].proposed == next_contact.pk


def test_whoever_was_asked_already_is_not_proposed(
    held: Referral, next_contact: Contact, counsellor_user: User
) -> None:
    now = timezone.now()
    said_no = refer(
        request=held.request, contact=next_contact, channel="phone", question="", now=now, by=counsellor_user
    )
    record_call(referral=said_no.referral, kind=Happening.WRONG_CONTACT, by=counsellor_user, now=now)
    one = held_by(held.contact, now)[0]
    assert (one.proposed, one.others) == (None, ())


def test_when_nobody_is_left_the_site_finds_it_to_hand_over(held: Referral, manager: User) -> None:
    gone(held.contact, manager)
    request = ServiceRequest.objects.not_handed_over().get()
    assert request.exchanges.get(kind=Happening.NOBODY_LEFT).text.endswith("la demande est à transmettre.")
    assert Referral.objects.pending().count() == 0


def test_what_arrived_after_the_page_was_opened_is_not_lost(
    held: Referral, next_contact: Contact, manager: User
) -> None:
    now = timezone.now()
    left = leave(contact=held.contact, left_on=timezone.localdate(now), to={}, by=manager, now=now)
    assert (left.moved, left.given_back) == (0, 1)
    assert ServiceRequest.objects.not_handed_over().count() == 1


def test_several_cases_make_one_mail_without_a_word_of_the_residents(
    held: Referral,
    next_contact: Contact,
    manager: User,
    structure: Structure,
    procedure: Procedure,
    counsellor_user: User,
) -> None:
    Identity.objects.create(request=held.request, name="Jeanne Secret", reach="02 61 91 00 77")
    for _ in range(2):
        another(structure, procedure, counsellor_user, held.contact)
    Message.objects.all().delete()
    gone(held.contact, manager)
    mail = Message.objects.get()
    assert mail.to_address == next_contact.mail
    assert mail.subject.startswith("3 demandes")
    assert mail.text.count("/repondre/") == 3
    assert "Secret" not in mail.text + mail.html
    assert "00 77" not in mail.text + mail.html


def two_leave(held: Referral, by: User, counsellor_user: User, *, sent_between: bool) -> tuple[datetime, datetime]:
    """Two colleagues, on one day, to the same successor; the mail of the first has left or not."""
    second = ContactFactory(operator=held.contact.operator, office=held.contact.office, name="Zoé Second")
    another(held.request.structure, held.request.procedure, counsellor_user, second)
    Message.objects.all().delete()
    morning = MONDAY
    successor = Contact.objects.get(name="Luc Bernard")
    for contact, now in ((held.contact, morning), (second, morning + timedelta(hours=2))):
        to: dict[int, Contact | None] = {one.referral: successor for one in held_by(contact, now)}
        left = leave(contact=contact, left_on=timezone.localdate(now), to=to, by=by, now=now)
        assert left.moved == 1
        if sent_between:
            Message.objects.filter(created_at=morning).update(state=State.SENT, sent_at=morning)
    assert (left.told_at is not None) is sent_between
    return morning, now


def test_two_colleagues_who_leave_on_one_day_make_one_mail_to_whoever_takes_up(
    held: Referral, next_contact: Contact, manager: User, counsellor_user: User
) -> None:
    two_leave(held, manager, counsellor_user, sent_between=False)
    mail = Message.objects.get()
    assert mail.subject == "2 demandes, après le départ de Claire Martin et Zoé Second"
    assert mail.text.count("/repondre/") == mail.html.count("/repondre/") == 2
    assert "Claire Martin et Zoé Second ont quitté leur poste." in mail.text


def test_once_the_mail_of_the_day_has_left_the_rest_waits_for_the_morning(
    held: Referral, next_contact: Contact, manager: User, counsellor_user: User
) -> None:
    morning, later = two_leave(held, manager, counsellor_user, sent_between=True)
    first, second = Message.objects.order_by("pk")
    assert (first.text.count("/repondre/"), second.text.count("/repondre/")) == (1, 1)
    tomorrow = (morning + timedelta(days=1)).date()
    due = timezone.localtime(second.next_try_at)
    assert (due.date(), due.hour) == (tomorrow, 8)
    assert list(Message.objects.due(later)) == []


def test_done_twice_it_is_done_once(held: Referral, next_contact: Contact, manager: User) -> None:
    Message.objects.all().delete()
    for _ in range(2):
        gone(held.contact, manager)
    assert (Message.objects.count(), Referral.objects.count()) == (1, 2)
    assert held.contact.history.filter(history_change_reason="A quitté son poste").count() == 1


def test_a_call_stays_a_call_and_keeps_its_hour(
    waiting_request: ServiceRequest, contact: Contact, next_contact: Contact, counsellor_user: User, manager: User
) -> None:
    held = at_the_contact(waiting_request, contact, counsellor_user, ReferralChannel.PHONE)
    at = timezone.now() + timedelta(hours=2)
    record_call(referral=held, kind=Happening.CALL_BACK, by=counsellor_user, now=timezone.now(), call_back_at=at)
    gone(contact, manager)
    waiting_request.refresh_from_db()
    assert waiting_request.call_back_at == at
    assert Referral.objects.get(previous=held).channel == ReferralChannel.PHONE
    assert Message.objects.count() == 0


def test_a_closed_request_is_not_held(held: Referral) -> None:
    ServiceRequest.objects.update(closed_at=timezone.now())
    assert held_by(held.contact, timezone.now()) == []


def test_the_sheet_leaves_the_directory_and_keeps_its_rules(held: Referral, manager: User) -> None:
    gone(held.contact, manager)
    contact = Contact.objects.get(pk=held.contact.pk)
    assert (contact.is_active, contact.left_on) == (False, timezone.localdate())
    assert contact.rules.count() == 1


def test_a_site_of_another_office_gets_its_request_back(held: Referral, next_contact: Contact) -> None:
    Structure.objects.update(partner_office=None)
    assert held_by(held.contact, timezone.now())[0].others == ()


def test_as_many_queries_for_one_as_for_twelve(
    held: Referral,
    next_contact: Contact,
    structure: Structure,
    procedure: Procedure,
    counsellor_user: User,
    queries_for: Queries,
) -> None:
    one = queries_for(lambda: held_by(held.contact, timezone.now()))
    for _ in range(11):
        another(structure, procedure, counsellor_user, held.contact)
    assert len(held_by(held.contact, timezone.now())) == 12
    assert queries_for(lambda: held_by(held.contact, timezone.now())) == one


def test_the_page_shows_delays_by_site_and_neither_a_reference_nor_an_identity(
    partner_manager: Client, held: Referral, next_contact: Contact
) -> None:
    Identity.objects.create(request=held.request, name="Jeanne Secret")
    page = partner_manager.get(f"/partenaires/interlocuteurs/{held.contact.pk}/depart/").content.decode()
    assert "1 demande attend sa réponse" in page
    assert "RSA" in page
    assert "Montivilliers" in page
    assert "Luc Bernard" in page
    assert held.request.reference not in page
    assert "Secret" not in page
    assert "Rien reçu" not in page


def test_the_page_says_who_answers_from_now_on(partner_manager: Client, held: Referral, next_contact: Contact) -> None:
    answer = partner_manager.get(f"/partenaires/interlocuteurs/{held.contact.pk}/depart/")
    assert {(row.before, row.after) for row in answer.context["hands"].rows} == {("Claire Martin", "Luc Bernard")}
    assert "autofocus" not in answer.content.decode()


def read(url: str, client: Client, held: Referral, to: object) -> dict[str, object]:
    """What is sent from the page that showed what changes hands."""
    mark = client.get(url).context["hands"].mark
    return {"left_on": timezone.localdate().isoformat(), f"to_{held.pk}": to, "confirmed": mark}


def test_what_changes_hands_since_it_was_opened_is_read_before_she_is_gone_and_what_was_chosen_is_kept(
    partner_manager: Client, held: Referral, next_contact: Contact
) -> None:
    other = ContactFactory(operator=held.contact.operator, office=held.contact.office, name="Inès Autre")
    url = f"/partenaires/interlocuteurs/{held.contact.pk}/depart/"
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    sent = read(url, partner_manager, held, other.pk) | {"left_on": yesterday}
    RuleFactory(contact=other, priority=7)
    for unread in (sent, {key: value for key, value in sent.items() if key != "confirmed"}):
        response = partner_manager.post(url, unread)
        page = response.content.decode()
        assert response.status_code == 200
        assert "Noter le départ et passer la main quand même" in page
        assert page.index("change d’interlocuteur") < page.index('name="left_on"')
        assert f'value="{yesterday}"' in page
        assert f'<option value="{other.pk}" selected>' in page
        assert Contact.objects.get(pk=held.contact.pk).is_active
        assert Referral.objects.count() == 1
    partner_manager.post(url, sent | {"confirmed": response.context["hands"].mark})
    assert str(Contact.objects.get(pk=held.contact.pk).left_on) == yesterday
    assert Referral.objects.get(previous=held).contact == other


def test_a_line_that_arrived_meanwhile_is_shown_with_whom_is_proposed(
    partner_manager: Client, held: Referral, next_contact: Contact
) -> None:
    url = f"/partenaires/interlocuteurs/{held.contact.pk}/depart/"
    page = partner_manager.post(url, {"left_on": timezone.localdate().isoformat()}).content.decode()
    assert f'<option value="{next_contact.pk}" selected>' in page


def test_a_departure_that_changes_no_hands_is_noted_at_once(partner_manager: Client, partner_office: Team) -> None:
    alone = ContactFactory(office=partner_office)
    url = f"/partenaires/interlocuteurs/{alone.pk}/depart/"
    assert partner_manager.post(url, {"left_on": timezone.localdate().isoformat()}).status_code == 302


def test_the_manager_chooses_somebody_else(partner_manager: Client, held: Referral, next_contact: Contact) -> None:
    other = ContactFactory(operator=held.contact.operator, office=held.contact.office, name="Inès Autre")
    url = f"/partenaires/interlocuteurs/{held.contact.pk}/depart/"
    response = partner_manager.post(url, read(url, partner_manager, held, other.pk), follow=True)
    assert "1 demande passée à quelqu’un d’autre" in response.content.decode()
    assert Referral.objects.get(previous=held).contact == other


def test_a_line_that_the_page_did_not_have_keeps_what_is_proposed(
    partner_manager: Client, held: Referral, next_contact: Contact
) -> None:
    url = f"/partenaires/interlocuteurs/{held.contact.pk}/depart/"
    sent = read(url, partner_manager, held, "")
    del sent[f"to_{held.pk}"]
    partner_manager.post(url, sent)
    assert Referral.objects.get(previous=held).contact == next_contact


def test_nobody_may_be_chosen_on_purpose(partner_manager: Client, held: Referral, next_contact: Contact) -> None:
    url = f"/partenaires/interlocuteurs/{held.contact.pk}/depart/"
    partner_manager.post(url, read(url, partner_manager, held, ""))
    assert ServiceRequest.objects.not_handed_over().count() == 1


@pytest.mark.parametrize(
    "left_on", ["", "jamais", (date.today() + timedelta(days=400)).isoformat()], ids=["empty", "nonsense", "to come"]
)
def test_a_day_that_is_not_one_is_refused_and_nothing_moves(
    partner_manager: Client, held: Referral, next_contact: Contact, left_on: str
) -> None:
    url = f"/partenaires/interlocuteurs/{held.contact.pk}/depart/"
    assert partner_manager.post(url, {"left_on": left_on}).status_code == 422
    assert Contact.objects.get(pk=held.contact.pk).is_active
    assert Referral.objects.count() == 1


def test_a_contact_of_another_office_cannot_be_chosen(partner_manager: Client, held: Referral) -> None:
    stranger = ContactFactory(operator=held.contact.operator)
    RuleFactory(contact=stranger)
    url = f"/partenaires/interlocuteurs/{held.contact.pk}/depart/"
    sent = {"left_on": timezone.localdate().isoformat(), f"to_{held.pk}": stranger.pk}
    assert partner_manager.post(url, sent).status_code == 422
    assert Referral.objects.count() == 1


def test_a_contact_out_of_sight_is_not_found(partner_manager: Client) -> None:
    assert partner_manager.get(f"/partenaires/interlocuteurs/{ContactFactory().pk}/depart/").status_code == 404
