"""Does the work of somebody who leaves pass to a colleague whole, without touching anything else?"""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import JournalEntry, Membership
from referrals.models import Exchange, Happening, Identity, Outcome, ServiceRequest
from referrals.teamwork.handing_on import WorkForm, share_out
from referrals.teamwork.holding import NotAColleague, assign, hand_over_work, left_behind, take_over, work_of
from tests.accounts.factories import UserFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.structures.factories import CounsellorFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
AGO = NOW - timedelta(days=1)


@pytest.fixture
def aline(structure):
    return UserFactory(full_name="Aline Morel", teams=[structure.team])


@pytest.fixture
def beatrice(structure):
    return UserFactory(full_name="Béatrice Petit", teams=[structure.team])


def logged(structure, author, **fields) -> ServiceRequest:
    return ServiceRequestFactory(**{"structure": structure, "author": author, "received_at": AGO} | fields)


# What somebody holds


def test_she_holds_what_she_logged_and_what_was_confided_to_her_and_nothing_closed(structure, aline, beatrice):
    hers = logged(structure, aline)
    confided = logged(structure, beatrice, holder=aline)
    logged(structure, aline, holder=beatrice)
    logged(structure, aline, answered=True)
    logged(structure, aline, cancelled_at=NOW)
    held = work_of(aline, structure, NOW)
    assert {request.reference for request in held.requests} == {hers.reference, confided.reference}


def test_what_she_holds_elsewhere_is_not_of_this_site(structure, other_structure, aline):
    logged(other_structure, aline)
    assert work_of(aline, structure, NOW).count == 0


def test_the_work_says_deadlines_and_calls_and_never_who(structure, aline):
    late = logged(structure, aline, received_at=NOW - timedelta(days=4))
    call = logged(structure, aline, outcome=Outcome.CALL_BACK)
    Identity.objects.create(request=call, name="CANARI", reach="CANARI")
    work = work_of(aline, structure, NOW)
    assert [request.reference for request in work.requests] == [late.reference, call.reference]
    assert (work.late, work.next_due) == (1, "en retard de 1\u00a0j")
    assert [request.call for request in work.calls] == ["rappeler la personne"]
    assert "CANARI" not in repr(work)


def test_a_hundred_requests_cost_as_much_as_one(structure, aline, queries_for):
    logged(structure, aline)
    one = queries_for(lambda: work_of(aline, structure, NOW))
    ServiceRequestFactory.create_batch(20, structure=structure, author=aline, received_at=AGO)
    assert queries_for(lambda: work_of(aline, structure, NOW)) == one


# Handing over


def test_the_work_changes_hands_and_nothing_else_changes(structure, aline, beatrice):
    request = logged(structure, aline)
    before: dict[str, object] = {**ServiceRequest.objects.filter(pk=request.pk).values().get()}
    assert hand_over_work(structure=structure, leaving=aline, to=beatrice, by=aline, now=NOW) == 1
    after: dict[str, object] = {**ServiceRequest.objects.filter(pk=request.pk).values().get()}
    assert {name for name in before if before[name] != after[name]} == {"holder_id"}
    assert after["holder_id"] == beatrice.pk
    line = Exchange.objects.get()
    assert (line.kind, line.actor, line.at) == (Happening.NEW_HOLDER, "Aline Morel", NOW)
    assert line.text == "Suivie par Béatrice Petit, après Aline Morel."
    assert JournalEntry.objects.get().subject == f"compte {aline.pk} → {beatrice.pk}"


def test_only_some_requests_may_go_to_a_colleague(structure, aline, beatrice):
    first, second = logged(structure, aline), logged(structure, aline)
    hand_over_work(structure=structure, leaving=aline, to=beatrice, by=aline, now=NOW, only=[first.pk])
    assert [request.pk for request in work_of(aline, structure, NOW).requests] == [second.pk]


def test_a_request_taken_over_or_closed_meanwhile_stays_as_it_is(structure, aline, beatrice):
    third = UserFactory(teams=[structure.team])
    taken, closed = logged(structure, aline, holder=third), logged(structure, aline, answered=True)
    pks = [taken.pk, closed.pk]
    assert hand_over_work(structure=structure, leaving=aline, to=beatrice, by=aline, now=NOW, only=pks) == 0
    assert not Exchange.objects.exists()
    assert not JournalEntry.objects.exists()


def test_the_work_of_another_site_is_not_moved(structure, other_structure, aline, beatrice):
    elsewhere = logged(other_structure, aline)
    hand_over_work(structure=structure, leaving=aline, to=beatrice, by=aline, now=NOW, only=[elsewhere.pk])
    elsewhere.refresh_from_db()
    assert elsewhere.holder is None


@pytest.mark.parametrize("who", ["herself", "a stranger", "a closed account", "somebody gone"])
def test_only_a_colleague_who_is_there_may_receive_it(structure, aline, who):
    to = {
        "herself": lambda: aline,
        "a stranger": UserFactory,
        "a closed account": lambda: UserFactory(teams=[structure.team], is_active=False),
        "somebody gone": lambda: UserFactory(teams=[structure.team]),
    }[who]()
    if who == "somebody gone":
        CounsellorFactory(structure=structure, user=to, left_on=NOW.date())
    logged(structure, aline)
    with pytest.raises(NotAColleague):
        hand_over_work(structure=structure, leaving=aline, to=to, by=aline, now=NOW)


def test_each_request_may_go_to_somebody_else(structure, aline, beatrice):
    third = UserFactory(teams=[structure.team])
    requests = [logged(structure, aline) for _ in range(3)]
    held = work_of(aline, structure, NOW).requests
    typed = {"to": str(beatrice.pk), f"request_{requests[1].pk}": str(third.pk)}
    form = WorkForm(typed, colleagues=[beatrice, third], requests=held)
    assert form.is_valid()
    assert share_out(form.shares(), structure=structure, leaving=aline, by=aline, now=NOW) == 3
    assert [work_of(user, structure, NOW).count for user in (aline, beatrice, third)] == [0, 2, 1]


def test_a_person_who_is_not_offered_is_refused(structure, aline, beatrice):
    logged(structure, aline)
    held = work_of(aline, structure, NOW).requests
    form = WorkForm({"to": str(aline.pk)}, colleagues=[beatrice], requests=held)
    assert form.errors["to"] == ["Cette personne ne suit pas les demandes du site."]


# After the departure


def test_what_is_left_behind_is_recalled_from_the_day_of_departure(structure, aline, beatrice):
    CounsellorFactory(structure=structure, user=aline, left_on=NOW.date())
    logged(structure, aline)
    logged(structure, beatrice)
    (left,) = left_behind(structure, NOW)
    assert (left.user, left.count, left.is_late) == (aline, 1, False)
    assert left_behind(structure, NOW - timedelta(days=1)) == []


@pytest.mark.parametrize("how", ["account closed", "out of the team"])
def test_what_nobody_can_follow_any_more_is_recalled_too(structure, aline, how):
    logged(structure, aline)
    assert left_behind(structure, NOW) == []
    if how == "account closed":
        aline.is_active = False
        aline.save()
    else:
        Membership.objects.filter(user=aline).delete()
    assert [left.user for left in left_behind(structure, NOW)] == [aline]


def test_who_came_back_holds_her_work(structure, aline):
    CounsellorFactory(structure=structure, user=aline, left_on=NOW.date())
    CounsellorFactory(structure=structure, user=aline, arrived_on=NOW.date())
    logged(structure, aline)
    assert left_behind(structure, NOW) == []


# Taking over


def test_a_colleague_takes_the_next_step_and_the_timeline_says_it(structure, aline, beatrice, sign_in):
    request = logged(structure, aline)
    page = sign_in(beatrice).post(reverse("referrals:take_over", args=[request.reference]), follow=True)
    assert "Suivie par vous" in page.text
    assert "Je prends la suite" not in page.text
    assert "Suivie par Béatrice Petit, après Aline Morel." in page.text
    request.refresh_from_db()
    assert (request.holder, request.author) == (beatrice, aline)


def test_taking_over_twice_is_one_line(structure, aline, beatrice):
    request = logged(structure, aline)
    assert take_over(request=request, by=beatrice, now=NOW)
    assert not take_over(request=request, by=beatrice, now=NOW)
    assert Exchange.objects.count() == 1


def test_a_closed_request_is_taken_over_by_nobody(structure, aline, beatrice, sign_in):
    request = logged(structure, aline, answered=True)
    sign_in(beatrice).post(reverse("referrals:take_over", args=[request.reference]))
    request.refresh_from_db()
    assert request.holder is None


def test_my_requests_are_those_i_follow(structure, aline, beatrice, sign_in):
    mine, theirs = logged(structure, aline, holder=beatrice), logged(structure, beatrice, holder=aline)
    page = sign_in(beatrice).get(reverse("referrals:list"), {"miennes": "on"}).text
    assert mine.reference in page
    assert theirs.reference not in page


# One request confided to a colleague


def test_a_colleague_is_given_a_request_to_follow(structure, aline, beatrice):
    request = logged(structure, aline)
    assert assign(request=request, to=beatrice, by=aline, now=NOW)
    assert ServiceRequest.objects.get(pk=request.pk).holder == beatrice
    assert not assign(request=request, to=beatrice, by=aline, now=NOW)
    assert request.exchanges.filter(kind=Happening.NEW_HOLDER).count() == 1


def test_nobody_of_another_site_is_given_a_request(structure, other_structure, aline):
    stranger = UserFactory(teams=[other_structure.team])
    with pytest.raises(NotAColleague):
        assign(request=logged(structure, aline), to=stranger, by=aline, now=NOW)
