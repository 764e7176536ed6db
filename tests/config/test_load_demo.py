"""Is the demonstration the network that it is said to be, the same every time, and only in an empty database?"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q

from accounts.models import Team, User
from accounts.permissions import TeamKind
from config.context import DEMONSTRATION_ACCOUNTS, DEMONSTRATION_PASSWORD
from config.demo import load as demo
from config.demo.catalogue import SHARES
from config.demo.people import DEMO_SITE
from outbox.models import Message, State
from partners import confirmation_links
from partners.models import Contact, LocalService, LocalServiceKind, Operator
from quality.facts import charter_in_force, findings_of, gather
from quality.findings import Verdict
from referrals import links
from referrals.coverage.facts import coverage
from referrals.coverage.grid import Cover
from referrals.desk.needs import Pile, to_do_at
from referrals.models import Exchange, Identity, IdentityMark, Outcome, Referral, ServiceRequest
from referrals.teamwork.holding import work_of
from schedules.calendars import PARIS, french_calendar
from schedules.models import Extra
from schedules.opening_hours import absences, passages, weekly_hours
from structures.actions.labels import bring_into_force
from structures.changes import snapshot_of_hours
from structures.models import (
    CarrierKind,
    Change,
    Counsellor,
    LabelChange,
    LabelState,
    Location,
    LocationKind,
    Structure,
    StructureClosure,
    StructureKind,
    TrainingSession,
    What,
)

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=PARIS)  # a Tuesday
TODAY = NOW.date()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
YEAR_END = (date(2026, 12, 7), date(2027, 1, 17))
CALENDAR = french_calendar(2026, 2027)
REQUESTS = 400

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker) -> Iterator[list[str]]:
    """The département loaded once for the whole module, then taken back."""
    out = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", "--requests", str(REQUESTS), "--now", NOW.isoformat(), stdout=out)
        yield [line.strip() for line in out.getvalue().splitlines()]
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def network(said: list[str], db: None) -> None:
    """Every test of this module looks at the loaded network, and gives it back as it was."""


def main_locations() -> dict[str, float]:
    places = Location.objects.filter(kind=LocationKind.MAIN).select_related("structure").with_hours()
    found = {}
    for place in places:
        hours = weekly_hours(place.timetable(), MONDAY)
        assert hours is not None
        found[place.structure.slug] = hours / timedelta(hours=1)
    return found


def demo_site() -> Structure:
    return Structure.objects.get(slug=DEMO_SITE)


# The network


def test_there_are_38_structures_of_which_6_are_buses_with_3_to_8_stops():
    assert Structure.objects.count() == 38
    buses = Structure.objects.filter(kind=StructureKind.BUS).annotate(
        stops=Count("locations", filter=Q(locations__kind=LocationKind.BUS_STOP)),
        offices=Count("locations", filter=Q(locations__kind=LocationKind.OFFICE)),
    )
    assert buses.count() == 6
    assert all(3 <= stops <= 8 and offices == 1 for stops, offices in buses.values_list("stops", "offices"))


def test_one_main_location_is_under_24_hours_and_one_at_24_exactly():
    hours = main_locations()
    assert len(hours) == 32
    assert {slug: h for slug, h in hours.items() if h < 24} == {"envermeu": 20.5}
    assert [slug for slug, h in hours.items() if h == 24.0] == ["cany-barville"]
    assert max(hours.values()) <= 45


def test_every_label_is_in_force_and_dated_and_one_is_under_reserve():
    assert not Structure.objects.filter(labelled_on__isnull=True).exists()
    assert Structure.objects.filter(label_state=LabelState.RESERVE).count() == 1
    assert Structure.objects.filter(label_state=LabelState.LABELLED).count() == 37


def test_all_kinds_of_carriers_are_there_and_one_carrier_holds_two_structures():
    kinds = set(Structure.objects.values_list("carrier__kind", flat=True))
    assert kinds == set(CarrierKind.values) - {""}
    assert Structure.objects.filter(carrier__name__contains="Quatre Rivières").count() == 2


def test_recurrences_of_the_real_world_are_there():
    slots = Location.objects.values_list("schedule__slots__frequency", "schedule__slots__except_school_holidays")
    assert {frequency for frequency, _ in slots} == {"weekly", "every_n_weeks", "nth_weekday"}
    assert any(in_term for _, in_term in slots)


def test_one_site_is_closed_today():
    assert [closure.structure.slug for closure in StructureClosure.objects.touching(TODAY, TODAY)] == ["duclair"]


def test_the_year_ends_with_closures_of_whole_structures():
    closed = StructureClosure.objects.filter(first_day=date(2026, 12, 24), last_day=date(2027, 1, 2))
    assert closed.count() == 8
    place = Location.objects.filter(structure__slug="elbeuf").with_hours().get()
    away = {absence.day for absence in absences(place.timetable(), *YEAR_END, CALENDAR) if absence.day.weekday() < 5}
    assert away == {date(2026, 12, day) for day in (24, 25, 28, 29, 30, 31)} | {date(2027, 1, 1)}


def test_a_bus_of_every_second_friday_is_missed_at_christmas_or_at_new_year_whatever_the_week():
    """2026 has a week 53, and two odd weeks follow one another: an anchor counts the weeks, not their parity."""
    stops = Location.objects.filter(structure__slug="bus-caux-seine", schedule__slots__interval=2).with_hours()
    fridays = {}
    for stop in stops.filter(schedule__slots__weekday=4).distinct():
        hours = stop.timetable()
        away = [absence.day for absence in absences(hours, *YEAR_END, CALENDAR) if absence.day.weekday() == 4]
        there = [each.day for each in passages(hours, *YEAR_END, CALENDAR) if each.day.weekday() == 4]
        fridays[stop.commune_id] = (away, sorted(set(there)))
    assert fridays == {
        "76401": ([date(2026, 12, 25)], [date(2026, 12, 11), date(2027, 1, 8)]),
        "76164": ([date(2027, 1, 1)], [date(2026, 12, 18), date(2027, 1, 15)]),
    }


def test_a_day_closed_is_made_up_for_on_another():
    extra = Extra.objects.get(schedule__location__structure__slug="yvetot")
    assert extra.replaces
    assert extra.day < extra.replaces
    place = Location.objects.filter(structure__slug="yvetot").with_hours().get()
    assert not passages(place.timetable(), extra.replaces, extra.replaces, CALENDAR)
    assert passages(place.timetable(), extra.day, extra.day, CALENDAR)


def test_every_label_has_a_history_that_says_its_state_and_one_decision_is_to_come():
    for structure in Structure.objects.prefetch_related("label_changes"):
        in_force = [line for line in structure.label_changes.all() if line.decided_on <= TODAY]
        assert in_force[0].state == structure.label_state
        assert in_force[-1].state == LabelState.APPLICATION
    assert LabelChange.objects.filter(decided_on__gt=TODAY).count() == 1
    assert bring_into_force(NOW) == 0


def test_two_comments_of_the_national_list_hide_places_that_nobody_has_entered():
    hiding = [structure.slug for structure in Structure.objects.all() if structure.has_comment_to_settle]
    assert sorted(hiding) == ["saint-valery-en-caux", "totes"]


def test_the_latest_changes_say_what_is_stored_now():
    for change in Change.objects.select_related("location__schedule").filter(what=What.HOURS):
        assert change.location
        assert change.after == snapshot_of_hours(change.location) != change.before
    assert Change.objects.count() == 7


def test_services_accessibility_and_ways_to_come_are_told():
    assert not Structure.objects.filter(services=[]).exists()
    assert {True, False, None} == set(Location.objects.values_list("accessible_motor", flat=True))
    assert Location.objects.exclude(how_to_come="").count() > 20


def test_about_ninety_counsellors_and_two_sites_short_of_trained_ones():
    assert 85 <= Counsellor.objects.count() <= 95
    charter = charter_in_force(TODAY)
    findings = {
        s.slug: findings_of(s, charter)["trained_counsellors"] for s in gather(Structure.objects.all(), charter, NOW)
    }
    assert [slug for slug, finding in findings.items() if finding.verdict is Verdict.NOT_MET] == ["luneray"]
    assert [slug for slug, finding in findings.items() if finding.warning] == ["yerville"]


def test_the_teams_have_their_weeks_but_three_people_and_sessions_have_seats_left():
    assert Counsellor.objects.filter(schedule__isnull=True).count() == 3
    assert TrainingSession.objects.coming(TODAY).count() == 3
    assert TrainingSession.objects.filter(participants__isnull=False).exists()


def test_somebody_of_the_demonstration_site_leaves_with_work_in_her_hands():
    leaving = Counsellor.objects.get(structure=demo_site(), left_on__gt=TODAY)
    assert leaving.user is not None
    assert work_of(leaving.user, demo_site(), NOW).count


def test_three_sites_were_never_visited_and_a_few_commitments_were_seen_broken():
    charter = charter_in_force(TODAY)
    board = [findings_of(site, charter)["signage"] for site in gather(Structure.objects.all(), charter, NOW)]
    assert sum(finding.verdict is Verdict.UNKNOWN for finding in board) == 3
    assert sum(finding.verdict is Verdict.NOT_MET for finding in board) == 2


def test_the_five_accounts_sign_in_and_no_other():
    accounts = dict(User.objects.values_list("email", "pk"))
    usable = [user.email for user in User.objects.all() if user.has_usable_password()]
    assert sorted(usable) == sorted(mail for mail, _ in DEMONSTRATION_ACCOUNTS)
    assert all(User.objects.get(email=mail).check_password(DEMONSTRATION_PASSWORD) for mail in usable)
    assert len(accounts) == 5 + 38


# The partners


def test_13_operators_and_every_procedure_reach_somebody_from_every_site(said):
    assert Operator.objects.count() == 13
    assert set(SHARES) == set(Operator.objects.values_list("code", flat=True))
    served = set(Contact.objects.values_list("operator__code", flat=True))
    assert served == set(SHARES)
    assert 55 <= Contact.objects.count() <= 65


def test_two_contacts_are_absent_today_with_a_stand_in_who_is_there():
    absent = Contact.objects.absent(TODAY)
    assert absent.count() == 2
    assert all(each.stand_in and not each.stand_in.is_absent(TODAY) for each in absent)


def test_five_contacts_were_not_confirmed_for_90_days():
    assert Contact.objects.unconfirmed(TODAY).count() == 5


def test_the_local_helps_say_their_limits():
    assert LocalService.objects.filter(kind=LocalServiceKind.DIGITAL_ADVISOR).count() == 50
    assert LocalService.objects.filter(kind=LocalServiceKind.DIGITAL_ADVISOR, host__startswith="CMS").count() == 10
    assert LocalService.objects.filter(kind=LocalServiceKind.CMS).count() == 12
    assert not LocalService.objects.filter(limits="").exists()
    paperwork = LocalService.objects.get(kind=LocalServiceKind.PAPERWORK_HELP)
    assert paperwork.host == "Bibliothèque du Châtelet"


# The requests


def test_as_many_requests_as_asked_and_82_percent_solved_at_the_counter():
    assert ServiceRequest.objects.count() == REQUESTS
    solved = ServiceRequest.objects.filter(outcome=Outcome.SOLVED).count()
    assert solved / REQUESTS == pytest.approx(0.82, abs=0.06)  # 400 draws


def test_nothing_is_in_the_future():
    future = Q(received_at__gt=NOW) | Q(referred_at__gt=NOW) | Q(answered_at__gt=NOW) | Q(resident_informed_at__gt=NOW)
    assert not ServiceRequest.objects.filter(future).exists()
    assert not Exchange.objects.filter(at__gt=NOW).exists()


def test_references_carry_the_month_of_the_request():
    for reference, received_at in ServiceRequest.objects.values_list("reference", "received_at"):
        assert reference.startswith(f"FS76-{received_at.astimezone(PARIS):%y%m}-")
        assert len(reference) == 16


def test_some_are_late_now_of_which_two_at_the_demonstration_site():
    assert 12 <= ServiceRequest.objects.waiting().count() <= 20
    late = ServiceRequest.objects.late(NOW)
    assert late.count() == 6
    assert late.filter(structure=demo_site()).count() == 2


def test_the_desk_of_the_demonstration_shows_each_pile():
    piles = to_do_at(demo_site(), NOW).piles
    assert set(piles) == set(Pile) - {Pile.UNSENT, Pile.DRAFT, Pile.MENTION}


def test_what_was_handed_over_has_its_referral_and_its_story():
    handed = ServiceRequest.objects.filter(referred_at__isnull=False, received_at__gte=NOW - timedelta(days=90))
    assert handed.exists()
    assert not handed.filter(referrals__isnull=True).exists()
    assert not handed.filter(exchanges__isnull=True).exists()
    assert not Exchange.objects.filter(at__lt=F("request__received_at")).exists()
    assert not Referral.objects.filter(sent_at__lt=F("request__received_at")).exists()
    assert not Referral.objects.exclude(contact__operator=F("request__operator")).exists()


def test_identities_are_at_the_demonstration_site_only():
    assert Identity.objects.exists()
    assert not Identity.objects.exclude(request__structure=demo_site()).exists()
    assert all(identity.reach.startswith("02 61 91") for identity in Identity.objects.all())
    assert IdentityMark.objects.values("identity").distinct().count() == Identity.objects.count()


def test_one_mail_waits_for_the_worker_with_a_link_that_works():
    message = Message.objects.get(purpose="transmission")
    assert message.state == State.WAITING
    referral = Referral.objects.get(author__email="conseillere@exemple.fr", request__structure=demo_site(), sent_at=NOW)
    assert links.url_for(referral) in message.text
    assert links.follow(links.token_for(referral), NOW).refusal is None


def test_contacts_are_asked_whether_they_are_right_with_links_that_work():
    mails = Message.objects.filter(purpose="fiche à confirmer")
    assert mails
    for mail in mails:
        [token] = re.findall(r"/fiche/([^/\s]+)/", mail.text)
        assert mail.state == State.WAITING
        assert confirmation_links.follow(token, NOW).refusal is None


def test_the_grid_of_coverage_shows_its_three_states():
    found = coverage(Team.objects.get(kind=TeamKind.PARTNER_OFFICE), TODAY)
    assert all(found.count(cover) for cover in Cover)


# The command


def test_a_database_that_is_not_empty_is_refused_in_one_sentence():
    with pytest.raises(CommandError, match=r"^La base contient déjà des données\xa0: [^.]+\.$"):
        call_command("load_demo")


def test_if_empty_does_nothing_to_a_database_that_is_not():
    out = StringIO()
    call_command("load_demo", "--if-empty", stdout=out)
    assert "rien à charger" in out.getvalue()
    assert ServiceRequest.objects.count() == REQUESTS


def test_production_is_refused(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo", "--if-empty")


def test_progress_is_said_in_french(said):
    assert "38 structures, 80 points d’accueil et leurs horaires" in said
    assert "400 demandes\xa0: 100\xa0%" in said


def test_too_few_requests_are_refused():
    with pytest.raises(ValueError, match="100"):
        demo.load(now=NOW, say=print, requests=99)
