"""Do the facts say what the rows say, for the same number of statements whatever the number of sites?"""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest

from quality.facts import charter_in_force, gather, months_compared
from quality.findings import SiteFacts, SiteKind
from referrals.deadlines import Unit
from referrals.models import Promise, ServiceRequest
from schedules.calendars import PARIS
from schedules.models import Closure, Slot
from structures.models import LocationKind, Structure, StructureKind
from tests.quality.factories import CharterVersionFactory, CriterionFactory, TrainedCounsellorFactory, VisitFactory
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory
from tests.structures.factories import CounsellorFactory, LocationFactory, ScheduleFactory, StructureFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 11, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def facts(structure: Structure | None = None, now: datetime = NOW, **options: bool) -> SiteFacts:
    chosen = Structure.objects.filter(pk=structure.pk) if structure else Structure.objects.all()
    (site,) = gather(chosen, charter_in_force(TODAY), now, **options)
    return site


@pytest.fixture(autouse=True)
def charter():
    return CharterVersionFactory()


# Hours


def morning(*weekdays: int) -> list[tuple[int, time, time]]:
    return [(day, time(9), time(12)) for day in weekdays]


def test_the_hours_of_a_site_are_those_of_its_main_location():
    site = StructureFactory()
    LocationFactory(structure=site)
    LocationFactory(structure=site, kind=LocationKind.OUTREACH, schedule=ScheduleFactory(week=morning(0)))
    assert facts().opening.weekly == timedelta(hours=32, minutes=30)
    assert facts().opening.open_days == 5


def test_the_hours_of_a_bus_are_those_of_its_stops_never_of_its_office():
    bus = StructureFactory(bus=True)
    LocationFactory(structure=bus, kind=LocationKind.OFFICE)
    assert facts().opening.weekly is None
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, schedule=ScheduleFactory(week=morning(0)))
    LocationFactory(structure=bus, kind=LocationKind.BUS_STOP, schedule=ScheduleFactory(week=morning(3)))
    assert facts().opening.weekly == timedelta(hours=6)
    assert facts().opening.stops == 2


def test_a_bus_whose_base_was_entered_as_main_location_does_not_get_its_hours():
    LocationFactory(structure=StructureFactory(bus=True), kind=LocationKind.MAIN)
    assert facts().opening.weekly is None


def test_a_location_out_of_service_opens_nothing():
    LocationFactory(is_active=False)
    assert facts().opening.weekly is None


def test_an_antenna_without_main_location_is_read_at_its_antenna():
    LocationFactory(structure=StructureFactory(antenna=True), kind=LocationKind.ANTENNA)
    assert facts().opening.weekly == timedelta(hours=32, minutes=30)


def test_closures_and_public_holidays_are_cancelled_hours_and_leave_the_figure_alone():
    location = LocationFactory()
    Closure.objects.create(schedule=location.schedule, first_day=date(2026, 12, 1), last_day=date(2026, 12, 2))
    Closure.objects.create(schedule=location.schedule, first_day=date(2026, 10, 1), last_day=date(2026, 10, 2))
    opening = facts().opening
    assert opening.weekly == timedelta(hours=32, minutes=30)
    assert opening.cancelled == timedelta(hours=13)


def test_times_to_be_confirmed_are_told_unless_they_are_over_or_by_telephone():
    location = LocationFactory()
    Slot.objects.create(schedule=location.schedule, weekday=5, valid_until=date(2026, 10, 1))
    Slot.objects.create(schedule=location.schedule, weekday=5, access="phone")
    assert not facts().opening.has_unknown_times
    Slot.objects.create(schedule=location.schedule, weekday=5)
    assert facts().opening.has_unknown_times


# Counsellors


def test_counsellors_come_with_their_trainings():
    site = StructureFactory()
    TrainedCounsellorFactory(structure=site, full_name="Aline", expires_on=date(2027, 1, 31))
    CounsellorFactory(structure=site, full_name="Bruno", left_on=date(2026, 1, 1))
    first, second = facts().counsellors
    assert {t.course: t.expires_on for t in first.trainings} == {"core": None, "operators": date(2027, 1, 31)}
    assert (second.trainings, second.left_on) == ((), date(2026, 1, 1))


# Requests


def ago(**delay: float) -> datetime:
    return NOW - timedelta(**delay)


def test_the_share_counts_the_never_answered_as_late_and_leaves_out_those_still_in_time():
    site = StructureFactory()
    ServiceRequestFactory(structure=site, received_at=ago(days=10), answered=True)
    ServiceRequestFactory(structure=site, received_at=ago(days=10), answered_late=True)
    ServiceRequestFactory(structure=site, received_at=ago(days=10))  # never answered
    ServiceRequestFactory(structure=site, received_at=ago(hours=5))  # still in time
    ServiceRequestFactory(structure=site, received_at=ago(hours=9), solved=True)
    requests = facts().requests
    assert (requests.counted, requests.on_time, requests.late_now) == (4, 2, 1)
    assert (requests.handed_over, requests.handed_over_on_time) == (3, 1)
    assert (requests.received, requests.solved) == (5, 1)


def test_the_window_is_ninety_days_but_late_now_has_no_window():
    site = StructureFactory()
    ServiceRequestFactory(structure=site, received_at=ago(days=90, seconds=1))
    ServiceRequestFactory(structure=site, received_at=ago(days=89, hours=23))
    assert (facts().requests.counted, facts().requests.late_now) == (1, 2)


def test_a_cancelled_request_counts_nowhere():
    ServiceRequestFactory(received_at=ago(days=10), cancelled_at=ago(days=9))
    requests = facts().requests
    assert (requests.counted, requests.received, requests.late_now, requests.this_month) == (0, 0, 0, 0)


def test_a_request_due_this_very_instant_is_not_late_yet():
    ServiceRequestFactory(received_at=ago(hours=72))
    assert (facts().requests.counted, facts().requests.late_now) == (0, 0)


def test_two_referrals_of_one_request_count_it_once():
    request = ServiceRequestFactory(received_at=ago(days=10))
    ReferralFactory(request=request)
    ReferralFactory(request=request)
    assert facts().requests.late_now == 1


def test_looking_back_forgets_what_was_answered_since():
    ServiceRequestFactory(received_at=ago(days=10), resident_informed_at=ago(days=1))
    at = ago(days=2)
    assert facts(now=at, looking_back=True).requests.late_now == 1
    assert (facts(now=at, looking_back=True).requests.counted, facts(now=at).requests.on_time) == (1, 0)
    assert facts(now=ago(days=11), looking_back=True).requests.received == 0


def test_volumes_compare_this_month_with_the_last_up_to_the_same_moment():
    site = StructureFactory()
    for received in [
        datetime(2026, 11, 1, 0, 0, tzinfo=PARIS),
        datetime(2026, 11, 24, 9, tzinfo=PARIS),
        datetime(2026, 10, 1, 0, 0, tzinfo=PARIS),
        datetime(2026, 10, 24, 13, tzinfo=PARIS),  # after the same moment: NOW is noon in Paris
        datetime(2026, 9, 30, 23, 59, tzinfo=PARIS),
    ]:
        ServiceRequestFactory(structure=site, received_at=received, solved=True)
    assert (facts().requests.this_month, facts().requests.last_month) == (2, 1)


@pytest.mark.parametrize(
    ("now", "same_moment"),
    [
        (datetime(2026, 3, 31, 12, tzinfo=PARIS), datetime(2026, 3, 1, tzinfo=PARIS)),
        (datetime(2026, 1, 15, 12, tzinfo=PARIS), datetime(2025, 12, 15, 12, tzinfo=PARIS)),
    ],
)
def test_a_shorter_month_is_compared_whole(now, same_moment):
    start, last_start, moment = months_compared(now)
    assert moment == same_moment
    assert last_start < moment <= start


# Visits


def test_the_latest_visit_that_looked_at_a_criterion_is_the_one_that_counts():
    site = StructureFactory()
    VisitFactory(structure=site, visited_on=date(2026, 9, 1), seen={"signage": False})
    VisitFactory(structure=site, visited_on=date(2026, 5, 1), seen={"signage": True, "free_of_charge": True})
    VisitFactory(structure=site, visited_on=date(2026, 10, 1), seen={"accessibility": True})
    seen = facts().seen
    assert (seen["signage"].is_met, seen["signage"].visited_on) == (False, date(2026, 9, 1))
    assert seen["free_of_charge"].visited_on == date(2026, 5, 1)
    assert "confidential_office" not in seen


def test_of_two_visits_of_one_day_the_one_recorded_last_counts():
    site = StructureFactory()
    VisitFactory(structure=site, seen={"signage": False})
    VisitFactory(structure=site, seen={"signage": True})
    assert facts().seen["signage"].is_met


def test_a_visit_after_the_day_asked_is_not_known_yet():
    VisitFactory(visited_on=date(2026, 11, 25), seen={"signage": True})
    assert facts().seen == {}


# The charter in force


def test_the_latest_version_that_has_started_is_in_force():
    later = CharterVersionFactory(starts_on=date(2026, 6, 1), name="Charte 2026", criteria=False, weekly_hours_fixed=30)
    CriterionFactory(charter=later, key="plants")
    CharterVersionFactory(starts_on=date(2027, 1, 1), name="Charte 2027")
    charter = charter_in_force(TODAY)
    assert (charter.name, [c.key for c in charter.criteria]) == ("Charte 2026", ["plants"])
    assert charter.weekly_hours[SiteKind.FIXED] == timedelta(hours=30)
    assert len(charter_in_force(date(2026, 5, 31)).criteria) == 7


def test_before_any_version_nothing_is_asked():
    assert charter_in_force(date(2019, 12, 31)).criteria == ()


def test_the_charter_says_which_promise_is_in_force():
    assert charter_in_force(TODAY).promise_in_words == Unit.CALENDAR.label
    Promise.objects.create(starts_on=date(2026, 1, 1), hours=48, unit=Unit.WORKING_DAYS)
    charter = charter_in_force(TODAY)
    assert (charter.promised_hours, charter.promise_in_words) == (48, Unit.WORKING_DAYS.label)


def test_the_kinds_of_the_charter_are_those_of_the_structures():
    assert [kind.value for kind in SiteKind] == StructureKind.values


# Cost and sight


def fill(number: int) -> None:
    for _ in range(number):
        site = StructureFactory()
        LocationFactory(structure=site)
        TrainedCounsellorFactory(structure=site)
        ServiceRequestFactory(structure=site)
        VisitFactory(structure=site, seen={"signage": True})


def test_the_facts_cost_seven_statements_for_one_site_as_for_many(queries_for):
    fill(1)
    charter = charter_in_force(TODAY)
    cost_of_one = queries_for(lambda: gather(Structure.objects.all(), charter, NOW))
    fill(11)
    assert queries_for(lambda: gather(Structure.objects.all(), charter, NOW)) == cost_of_one == 7
    assert queries_for(lambda: charter_in_force(TODAY)) == 1


def test_each_site_gets_its_own_facts():
    fill(3)
    sites = gather(Structure.objects.all(), charter_in_force(TODAY), NOW)
    assert {len(site.counsellors) for site in sites} == {1}
    assert {site.opening.weekly for site in sites} == {timedelta(hours=32, minutes=30)}
    assert {tuple(site.seen) for site in sites} == {("signage",)}


def test_no_structure_gives_no_fact():
    assert gather(Structure.objects.none(), charter_in_force(TODAY), NOW) == []


# A second way of counting


@pytest.mark.parametrize("seed", range(5))
def test_the_counts_agree_with_a_walk_over_the_requests(seed):
    rng = random.Random(seed)
    site = StructureFactory()
    model = ServiceRequestFactory(structure=site, received_at=ago(days=200), solved=True)
    for _ in range(60):
        received = ago(hours=rng.randrange(24 * 110))
        informed = received + timedelta(hours=rng.randrange(150)) if rng.random() < 0.7 else None
        ServiceRequestFactory(
            structure=site,
            procedure=model.procedure,
            author=model.author,
            received_at=received,
            resident_informed_at=informed if informed is None or informed <= NOW else None,
            cancelled_at=received if rng.random() < 0.1 else None,
        )
    kept = broken = late_now = 0
    for request in ServiceRequest.objects.filter(cancelled_at=None):
        in_window = NOW - request.received_at < timedelta(days=90)
        if request.resident_informed_at is None:
            late_now += request.due_at < NOW
            broken += in_window and request.due_at < NOW
        elif request.resident_informed_at > request.due_at:
            broken += in_window
        else:
            kept += in_window
    requests = facts().requests
    assert (requests.on_time, requests.counted, requests.late_now) == (kept, kept + broken, late_now)
