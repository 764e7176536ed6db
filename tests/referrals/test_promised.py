"""Who waits beyond what was promised: every page and every reminder against a reading of each story, verb by verb."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest

from accounts.models import Team, User
from partners.models import Contact, Procedure
from quality import facts, lateness
from referrals import actions, answers
from referrals.actions.corrections import why_not_cancelled
from referrals.deadlines import Unit
from referrals.desk.needs import Pile, to_do_at
from referrals.finding.listing import page_of, selected
from referrals.models import ClosingReason, Happening, Outcome, Referral, ReferralChannel, ServiceRequest
from referrals.reminding.cadence import Due, end_of_day, next_open
from referrals.reminding.due import asked_in_vain, holidays_around, to_do
from schedules.calendars import PARIS
from structures.models import Structure
from tests.referrals.factories import ServiceRequestFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 12, 17, 10, 30, tzinfo=PARIS)
"""A Thursday."""
LAST = NOW.replace(minute=0)
"""The last whole hour."""


def turns(start: datetime, unit: Unit) -> datetime:
    """72 hours later, hour by hour; in working days, without the hours of weekends and of 11 November."""
    at, left = start, 72
    while left:
        counts = unit is Unit.CALENDAR or (at.weekday() < 5 and (at.month, at.day) != (11, 11))
        at += HOUR
        left -= counts
    return at


@dataclass
class Story:
    """What happened to one person, and nothing of how it is stored."""

    received: datetime
    unit: Unit
    told: datetime | None = None
    back: datetime | None = None
    """When she came back, after she was told."""
    is_closed: bool = False
    is_cancelled: bool = False
    asked: list[datetime] = field(default_factory=list)
    answered: datetime | None = None

    @property
    def until(self) -> datetime | None:
        if self.is_closed or self.is_cancelled or (self.told and not self.back):
            return None
        return turns(self.back or self.received, self.unit)

    @property
    def still_asked(self) -> list[datetime]:
        """The hand-overs that count for what she waits for, and that no later answer has settled."""
        for_this = [at for at in self.asked if self.back is None or at >= self.back]
        return [at for at in for_this if self.answered is None or at > self.answered]

    @property
    def is_in_vain(self) -> bool:
        known = self.answered is None or bool(self.told and self.answered <= self.told)
        for_this = [at for at in self.asked if self.back is None or at >= self.back]
        return bool(self.still_asked) or bool(for_this and known)

    @property
    def is_late(self) -> bool:
        return self.until is not None and self.until < NOW


@dataclass
class Case:
    request: ServiceRequest
    story: Story
    by: User
    contact: Contact
    chance: Random

    def hand_over(self, at: datetime) -> None:
        if self.story.is_closed or self.story.is_cancelled:
            return
        words = str(self.chance.random())
        try:
            actions.refer(
                request=self.request,
                contact=self.contact,
                channel=ReferralChannel.MAIL,
                question=words,
                now=at,
                by=self.by,
            )
        except actions.AlreadyWrittenToday:
            return
        self.story.asked.append(at)

    def answer(self, at: datetime) -> None:
        pending = list(Referral.objects.pending().filter(request=self.request).order_by("sent_at"))
        if not pending or self.story.is_closed or self.story.is_cancelled:
            return
        one = self.chance.choice(pending)
        answers.answer(referral=one, kind=Happening.ANSWERED, text="Payé", now=at)
        self.story.asked.remove(one.sent_at)
        self.story.answered = at

    def close(self, at: datetime) -> None:
        if self.story.is_closed or self.story.is_cancelled:
            return
        reason = self.chance.choice(list(ClosingReason))
        actions.close(request=self.request, by=self.by, now=at, reason=reason)
        self.story.is_closed = True
        if reason.tells_the_resident and self.story.told is None:
            self.story.told = at

    def come_back(self, at: datetime) -> None:
        if not self.story.is_closed or self.story.is_cancelled:
            return
        actions.reopen_for_return(request=self.request, by=self.by, now=at)
        self.story.is_closed = False
        self.story.back = at if self.story.told else None

    def was_a_mistake(self, at: datetime) -> None:
        if not self.story.is_closed or self.story.is_cancelled:
            return
        actions.reopen_closed_by_mistake(request=self.request, by=self.by, now=at)
        self.story.is_closed = False
        if not self.story.back:
            self.story.told = None

    def cancel(self, at: datetime) -> None:
        self.request.refresh_from_db()
        if self.chance.random() < 0.6 or why_not_cancelled(self.request):
            return
        actions.cancel_entry(request=self.request, version=self.request.version, by=self.by, now=at)
        self.story.is_cancelled = True

    def restore(self, at: datetime) -> None:
        actions.restore_entry(request=self.request, by=self.by, now=at)
        self.story.is_cancelled = False

    def live(self) -> None:
        verbs: list[Callable[[datetime], None]] = [
            self.hand_over, self.hand_over, self.answer, self.close, self.close, self.come_back, self.come_back,
            self.was_a_mistake, self.cancel, self.restore,
        ]  # fmt: skip
        at = self.story.received
        for _ in range(self.chance.randint(0, 10)):
            at += self.chance.randint(1, 80) * HOUR
            if at > LAST:
                return
            self.chance.choice(verbs)(at)


@pytest.fixture(params=[(unit, seed) for unit in Unit for seed in (1, 2)], ids=str)
def cases(
    request: pytest.FixtureRequest, structure: Structure, procedure: Procedure, contact: Contact, counsellor_user: User
) -> dict[int, Story]:
    """Sixty people over six weeks."""
    unit, seed = request.param
    chance, found = Random(seed), {}
    for _ in range(60):
        received = LAST - chance.randint(1, 42 * 24) * HOUR
        row = ServiceRequestFactory(
            structure=structure,
            procedure=procedure,
            author=counsellor_user,
            received_at=received,
            due_at=turns(received, unit),
            promised_unit=unit,
            outcome=chance.choice([Outcome.REFERRED, Outcome.CALL_BACK]),
        )
        case = Case(row, Story(received, unit), counsellor_user, contact, chance)
        case.live()
        found[row.pk] = case.story
    assert sum(bool(story.back) for story in found.values()) > 5, "several came back"
    assert any(story.back and story.is_late for story in found.values()), "and some of these are late"
    return found


def test_the_site_the_desk_and_the_coordinator_name_the_same_late_requests(
    cases: dict[int, Story], structure: Structure, counsellor_user: User
) -> None:
    late = {pk for pk, story in cases.items() if story.is_late}
    references = set(ServiceRequest.objects.filter(pk__in=late).values_list("reference", flat=True))
    listed = selected(structure, {"retard": True}, user=counsellor_user, now=NOW).rows
    assert set(listed.values_list("pk", flat=True)) == late
    of_network = ServiceRequest.objects.filter(structure__in=[structure.pk]).late(NOW)
    assert {line.reference for line in lateness.lines(of_network, {structure.pk: structure}, NOW)} == references
    for looking_back in (False, True):
        assert facts._late([structure.pk], NOW, looking_back).get(structure.pk, 0) == len(late)
    piles = to_do_at(structure, NOW).piles
    assert {task.reference for task in piles.get(Pile.LATE, [])} == references
    rows = ServiceRequest.objects.in_bulk()
    assert {pk for pk, row in rows.items() if row.is_late(NOW)} == late
    assert {pk: rows[pk].promised_until for pk in cases} == {pk: story.until for pk, story in cases.items()}


def test_every_open_request_stands_in_one_state_of_the_list_and_the_nearest_promise_is_first(
    cases: dict[int, Story], structure: Structure, counsellor_user: User
) -> None:
    awaited = {pk: story.until for pk, story in cases.items() if story.until}
    states = [
        set(selected(structure, {"etat": state}, user=counsellor_user, now=NOW).rows.values_list("pk", flat=True))
        for state in ("reponse", "operateur", "transmettre", "rappeler")
    ]
    assert sorted(pk for state in states for pk in state) == sorted(awaited)
    chosen = selected(structure, {"tri": "echeance", "retard": True}, user=counsellor_user, now=NOW)
    page, found = page_of(chosen, now=NOW), []
    while True:
        found += [line.reference for line in page.lines]
        if not page.next:
            break
        page = page_of(chosen, now=NOW, after=page.next)
    rows = ServiceRequest.objects.in_bulk(found, field_name="reference")
    assert found == sorted(found, key=lambda reference: (awaited[rows[reference].pk], rows[reference].pk))


def test_reminders_and_the_coordination_follow_the_promise_that_runs(
    cases: dict[int, Story], structure: Structure, coordination: Team
) -> None:
    Structure.objects.update(coordination=coordination)
    in_vain = {pk: story for pk, story in cases.items() if story.until and story.is_in_vain}
    followed = {pk: story for pk, story in in_vain.items() if story.until and story.until >= NOW - 30 * DAY}
    assert set(asked_in_vain(NOW).values_list("pk", flat=True)) == set(followed)
    tonight, holidays = end_of_day(NOW), holidays_around(NOW)

    def falls(at: datetime) -> bool:
        return next_open(at, holidays) <= tonight

    to_tell = {pk for pk, story in followed.items() if story.until and falls(story.until + DAY)}
    found = to_do(NOW)
    told = found.of_coordinations.get(coordination.pk, ())
    assert set(told) == to_tell
    to_remind = {
        pk
        for pk, story in followed.items()
        if any(story.until and falls(max(story.until, at + DAY, end_of_day(at))) for at in story.still_asked)
    }
    assert {case.request for case in found.at_contacts if case.step is Due.DUE} == to_remind
    assert {case.request for case in found.at_contacts} <= set(followed)
