"""« À faire » shows each request once, in its most urgent pile: the desk against a reading line by line."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.desk.drafts import Waiting
from referrals.desk.needs import Called, Pile, hers, sorted_into_piles
from referrals.models import Outcome, ServiceRequest
from schedules.calendars import PARIS

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=PARIS)
HOURS = st.integers(-200, 200).map(lambda hours: NOW + timedelta(hours=hours, minutes=1))
MAYBE = st.none() | HOURS
ORDER = ["late", "today", "answer", "call", "draft", "unsent", "hand over", "mention"]


@st.composite
def desks(draw: st.DrawFn) -> tuple[list[ServiceRequest], set[int], list[Waiting], list[Called]]:
    """Open requests in any state, what did not leave, and what is hers, of requests elsewhere too."""
    requests = []
    for pk in range(draw(st.integers(0, 7))):
        due, back = draw(HOURS), draw(st.booleans())
        requests.append(
            ServiceRequest(
                pk=pk,
                reference=f"R{pk}",
                procedure_id=1,
                received_at=due - timedelta(hours=72),
                due_at=due,
                outcome=draw(st.sampled_from(Outcome.values)),
                referred_at=draw(MAYBE),
                answered_at=draw(MAYBE),
                call_back_at=draw(MAYBE),
                resident_informed_at=due - timedelta(hours=71) if back else None,
                reopened_at=due if back else None,
                return_due_at=draw(HOURS) if back else None,
            )
        )
    somewhere = st.sampled_from([f"R{pk}" for pk in range(10)])
    drafts = [Waiting("Une note", about, f"/{about}/", "x") for about in draw(st.lists(somewhere, max_size=8))]
    called = [Called(about, "RSA", "Luc") for about in draw(st.lists(somewhere, max_size=8))]
    return requests, draw(st.sets(st.integers(0, 6))), drafts, called


def wanted(request: ServiceRequest, unsent: set[int], drafted: set[str], called: set[str]) -> str:
    """Where a person would put it: every reason, then the most urgent."""
    told = request.resident_informed_at
    until = request.due_at if told is None else request.return_due_at
    answered = request.answered_at is not None and (told is None or request.answered_at > told)
    reasons = {
        "late": until is not None and until < NOW,
        "today": until is not None and until.date() == NOW.date(),
        "answer": answered,
        "call": request.call_back_at is not None or request.outcome == "call_back",
        "draft": request.reference in drafted,
        "unsent": request.pk in unsent,
        "hand over": request.referred_at is None,
        "mention": request.reference in called,
    }
    return next((reason for reason in ORDER if reasons[reason]), "")


@settings(max_examples=300, deadline=None)
@given(desks())
def test_each_request_stands_once_in_its_most_urgent_pile_and_counts_once(desk):
    requests, unsent, drafts, calls = desk
    drafted, called = {draft.about for draft in drafts}, {call.reference for call in calls}
    to_do = sorted_into_piles(requests, {1: "RSA"}, NOW, unsent, (), hers(drafts, calls))
    expected = {request.reference: wanted(request, unsent, drafted, called) for request in requests}
    elsewhere = (drafted | called) - expected.keys()
    expected |= {about: "draft" if about in drafted else "mention" for about in elsewhere}
    names = dict(zip(Pile, ORDER, strict=True))
    found = {line.reference: names[pile] for pile, lines in to_do.piles.items() for line in lines}
    assert found == {about: pile for about, pile in expected.items() if pile}
    lines = [line for section in to_do.sections for line in section.items]
    assert to_do.count == len(lines) == len(found), "counted once, and what is counted is shown"
    assert to_do.waiting_elsewhere == sum(not pile for pile in expected.values())
    assert {line.reference for line in lines if line.drafts} == drafted, "each draft is marked where its request is"
    places = [ORDER.index(found[line.reference]) for line in lines]
    assert places == sorted(places)


@settings(max_examples=100, deadline=None)
@given(desks())
def test_one_key_to_the_next_goes_through_every_line_once_in_that_order(desk):
    requests, unsent, drafts, calls = desk
    to_do = sorted_into_piles(requests, {1: "RSA"}, NOW, unsent, (), hers(drafts, calls))
    lines = [line for section in to_do.sections for line in section.items]
    assert to_do.page_after("nowhere") == (lines[0].url if lines else None)
    pages = [to_do.page_after(line.reference) for line in lines]
    assert pages == [*[line.url for line in lines[1:]], None][: len(lines)]
