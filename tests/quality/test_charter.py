"""Does each commitment of the charter say what the charter says, at its edges too?"""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from quality.charter import assess, observed, opening_hours, response_time, trained_counsellors
from quality.findings import (
    AskedCriterion,
    CharterParameters,
    CounsellorFacts,
    Finding,
    OpeningFacts,
    RequestFacts,
    Seen,
    SiteFacts,
    SiteKind,
    TrainingFacts,
    Verdict,
)
from quality.training import falls_short_on

N = "\u00a0"
DAY = date(2026, 11, 24)
MONDAY = date(2026, 11, 23)
ASKED = AskedCriterion("opening_hours", "Ouvrir au moins 24 heures", "Horaires", is_observed=False)
SIGNAGE = AskedCriterion("signage", "Une enseigne", "Enseigne", is_observed=True, to_meet="Poser l’enseigne.")
CHARTER = CharterParameters(
    name="Charte",
    criteria=(ASKED, SIGNAGE),
    weekly_hours={SiteKind.FIXED: timedelta(hours=24), SiteKind.ANTENNA: None, SiteKind.BUS: None},
    open_days=5,
    trained_counsellors=2,
    core_training_days=3,
    operator_training_days=2,
    response_share=90,
)


def a_site(**facts: object) -> SiteFacts:
    return replace(SiteFacts(kind=SiteKind.FIXED, day=DAY), **facts)  # type: ignore[arg-type]


# Open 24 hours a week


def open_for(hours: float | None, *, kind: SiteKind = SiteKind.FIXED, **more: object) -> SiteFacts:
    weekly = None if hours is None else timedelta(hours=hours)
    return a_site(kind=kind, opening=OpeningFacts(weekly=weekly, monday=MONDAY, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "verdict", "figure"),
    [
        (20.5, Verdict.NOT_MET, f"20{N}h{N}30"),
        (23 + 59 / 60, Verdict.NOT_MET, f"23{N}h{N}59"),
        (24.0, Verdict.MET, f"24{N}h"),
        (45.0, Verdict.MET, f"45{N}h"),
        (0.0, Verdict.NOT_MET, f"0{N}h"),
    ],
)
def test_twenty_four_hours_are_enough_and_a_minute_less_is_not(hours, verdict, figure):
    finding = opening_hours(open_for(hours), CHARTER, ASKED)
    assert (finding.verdict, finding.figure) == (verdict, figure)
    assert (finding.unit, finding.threshold_value, finding.threshold) == ("h", 24.0, f"24{N}h par semaine")
    assert finding.as_of == DAY


def test_a_site_that_falls_short_is_told_by_how_much():
    finding = opening_hours(open_for(20.5), CHARTER, ASKED)
    assert finding.value == 20.5
    assert finding.to_meet == f"Ouvrir 3{N}h{N}30 de plus par semaine."


def test_fifteen_seconds_missing_never_read_as_twenty_four_hours():
    almost = timedelta(hours=24) - timedelta(seconds=15)
    finding = opening_hours(a_site(opening=OpeningFacts(weekly=almost)), CHARTER, ASKED)
    assert finding.verdict is Verdict.NOT_MET
    assert finding.value == 23.99
    assert finding.figure == f"23{N}h{N}59"
    assert finding.to_meet == f"Ouvrir 1{N}min de plus par semaine."


def test_unknown_hours_are_not_broken():
    finding = opening_hours(open_for(None), CHARTER, ASKED)
    assert (finding.verdict, finding.value) == (Verdict.UNKNOWN, None)
    assert finding.figure == "horaires à renseigner"
    assert finding.second_figures == ()
    assert "Renseigner" in finding.to_meet


def test_certain_hours_that_suffice_meet_the_charter_whatever_the_others_will_be():
    finding = opening_hours(open_for(24, has_unknown_times=True), CHARTER, ASKED)
    assert finding.verdict is Verdict.MET
    assert finding.figure == f"au moins 24{N}h"


def test_certain_hours_that_do_not_suffice_leave_it_unknown_while_others_are_to_be_confirmed():
    finding = opening_hours(open_for(20.5, has_unknown_times=True), CHARTER, ASKED)
    assert finding.verdict is Verdict.UNKNOWN
    assert f"3{N}h{N}30" in finding.to_meet


@pytest.mark.parametrize("kind", [SiteKind.ANTENNA, SiteKind.BUS])
@pytest.mark.parametrize("hours", [4.0, None])
def test_no_minimum_is_asked_of_antennas_and_buses_but_the_figure_is_shown(kind, hours):
    finding = opening_hours(open_for(hours, kind=kind), CHARTER, ASKED)
    assert (finding.verdict, finding.value, finding.threshold_value, finding.to_meet) == (
        Verdict.NOT_ASKED,
        hours,
        None,
        "",
    )
    assert finding.figure == (f"4{N}h" if hours else "horaires à renseigner")


def test_a_minimum_for_buses_is_a_parameter():
    charter = replace(CHARTER, weekly_hours={SiteKind.BUS: timedelta(hours=10)})
    finding = opening_hours(open_for(8, kind=SiteKind.BUS, stops=4), charter, ASKED)
    assert finding.verdict is Verdict.NOT_MET
    assert finding.source.startswith(f"Horaires de 4{N}arrêts du bus{N}; ceux du bureau ne comptent pas.")


def test_a_kind_without_parameter_is_not_asked():
    assert opening_hours(open_for(1), CharterParameters(), ASKED).verdict is Verdict.NOT_ASKED


def test_cancelled_hours_and_open_days_are_second_figures_and_never_count_against_the_site():
    finding = opening_hours(open_for(24, cancelled=timedelta(hours=12), open_days=4.5), CHARTER, ASKED)
    assert finding.verdict is Verdict.MET
    days, cancelled = finding.second_figures
    assert days == f"4,5{N}jours d’ouverture par semaine, pour 5 attendus."
    assert cancelled.startswith(f"12{N}h de fermetures")


def test_the_source_says_which_four_weeks_were_read():
    assert "à partir du lundi 23 novembre 2026" in opening_hours(open_for(30), CHARTER, ASKED).source


# Two trained counsellors


def trained(*, expires_on: date | None = None, left_on: date | None = None, **more: object) -> CounsellorFacts:
    trainings = (
        TrainingFacts("core", "Socle", 3, date(2024, 3, 1)),
        TrainingFacts("operators", "Opérateurs", 2, date(2024, 6, 1), expires_on),
    )
    facts: dict[str, object] = {"arrived_on": date(2024, 1, 8), "left_on": left_on, "trainings": trainings, **more}
    return CounsellorFacts("Nadia", **facts)  # type: ignore[arg-type]


def staffed(*counsellors: CounsellorFacts, charter: CharterParameters = CHARTER) -> Finding:
    return trained_counsellors(a_site(counsellors=counsellors), charter, ASKED)


def test_two_trained_counsellors_meet_the_charter_and_one_does_not():
    assert staffed(trained(), trained()).verdict is Verdict.MET
    one = staffed(trained())
    assert (one.verdict, one.figure, one.value, one.threshold_value) == (Verdict.NOT_MET, f"1{N}formé", 1.0, 2.0)
    assert one.to_meet.startswith(f"Former 1{N}conseiller de plus")


def test_a_site_whose_team_was_never_entered_is_unknown():
    finding = staffed()
    assert (finding.verdict, finding.value) == (Verdict.UNKNOWN, None)


def test_a_site_that_everybody_left_is_not_met():
    finding = staffed(trained(left_on=date(2026, 11, 24)))
    assert (finding.verdict, finding.value) == (Verdict.NOT_MET, 0.0)


@pytest.mark.parametrize("missing", ["core", "operators"])
def test_one_training_of_the_two_is_not_enough(missing):
    whole = trained()
    half = replace(whole, trainings=tuple(t for t in whole.trainings if t.course != missing))
    assert staffed(whole, half).value == 1.0


def test_a_training_shorter_than_the_charter_asks_does_not_count():
    charter = replace(CHARTER, core_training_days=5.5)
    assert staffed(trained(), trained(), charter=charter).value == 0.0


def test_a_later_edition_of_a_course_counts():
    edition = TrainingFacts("core-2027", "Socle 2027", 5.5, date(2026, 1, 5))
    counsellor = replace(trained(), trainings=(edition, trained().trainings[1]))
    assert staffed(counsellor, charter=replace(CHARTER, core_training_days=5.5)).value == 1.0


@pytest.mark.parametrize(
    ("expires_on", "counts"), [(DAY, 1.0), (DAY - timedelta(days=1), 0.0), (DAY + timedelta(days=1), 1.0), (None, 1.0)]
)
def test_a_training_counts_until_its_last_day_included(expires_on, counts):
    assert staffed(trained(expires_on=expires_on)).value == counts


@pytest.mark.parametrize(("left_on", "counts"), [(DAY, 0.0), (DAY + timedelta(days=1), 1.0), (None, 1.0)])
def test_a_counsellor_counts_until_the_day_she_leaves(left_on, counts):
    assert staffed(trained(left_on=left_on)).value == counts


def test_a_counsellor_who_has_not_arrived_and_a_course_to_come_do_not_count():
    later = DAY + timedelta(days=3)
    to_come = (trained().trainings[0], TrainingFacts("operators", "Opérateurs", 2, later))
    assert staffed(trained(arrived_on=later), trained(trainings=to_come)).value == 0.0


def test_the_day_from_which_they_will_be_too_few_is_announced():
    finding = staffed(trained(), trained(left_on=date(2027, 2, 1)), trained(expires_on=date(2026, 12, 31)))
    assert finding.verdict is Verdict.MET
    assert finding.warning == "Sous le seuil à partir du 1er février 2027, si rien ne change."


def test_an_expiry_counts_from_the_day_after():
    site = a_site(counsellors=(trained(), trained(expires_on=date(2026, 12, 31))))
    assert falls_short_on(site, CHARTER) == date(2027, 1, 1)


def test_an_arrival_already_known_makes_up_for_a_departure():
    site = a_site(counsellors=(trained(), trained(left_on=date(2027, 2, 1)), trained(arrived_on=date(2027, 1, 15))))
    assert falls_short_on(site, CHARTER) is None


def test_a_site_already_short_or_asked_nothing_has_no_day_to_come():
    short = a_site(counsellors=(trained(left_on=date(2027, 2, 1)),))
    assert falls_short_on(short, CHARTER) is None
    assert falls_short_on(short, replace(CHARTER, trained_counsellors=None)) is None


def test_no_number_of_trained_counsellors_may_be_asked():
    finding = staffed(trained(), charter=replace(CHARTER, trained_counsellors=None))
    assert (finding.verdict, finding.figure) == (Verdict.NOT_ASKED, f"1{N}formé")


# An answer within 72 hours


def answered(counts: RequestFacts, charter: CharterParameters = CHARTER) -> Finding:
    return response_time(a_site(requests=counts), charter, ASKED)


@pytest.mark.parametrize(
    ("on_time", "counted", "verdict", "figure"),
    [
        (90, 100, Verdict.MET, f"90{N}%"),
        (8_999, 10_000, Verdict.NOT_MET, f"89,9{N}%"),
        (9, 10, Verdict.MET, f"90{N}%"),
        (0, 1, Verdict.NOT_MET, f"0{N}%"),
        (1, 1, Verdict.MET, f"100{N}%"),
        (899_999, 1_000_000, Verdict.NOT_MET, f"89,9{N}%"),
    ],
)
def test_the_share_is_compared_exactly_and_said_rounded_down(on_time, counted, verdict, figure):
    finding = answered(RequestFacts(counted=counted, on_time=on_time))
    assert (finding.verdict, finding.figure) == (verdict, figure)


def test_without_any_request_the_share_is_unknown():
    finding = answered(RequestFacts())
    assert (finding.verdict, finding.value, finding.figure) == (Verdict.UNKNOWN, None, "aucune demande")


def test_no_share_may_be_asked():
    finding = answered(RequestFacts(counted=10, on_time=2), replace(CHARTER, response_share=None))
    assert (finding.verdict, finding.figure, finding.threshold_value) == (Verdict.NOT_ASKED, f"20{N}%", None)


def test_the_number_that_would_have_met_the_share_is_right():
    finding = answered(RequestFacts(counted=11, on_time=9))
    assert finding.to_meet.startswith(f"Informer à temps 1{N}usager de plus sur 11")
    assert answered(RequestFacts(counted=11, on_time=10)).verdict is Verdict.MET


def test_late_now_and_the_share_without_the_counter_are_second_figures():
    counts = RequestFacts(counted=100, on_time=95, handed_over=20, handed_over_on_time=15, late_now=3)
    late, handed_over = answered(counts).second_figures
    assert late == f"3{N}demandes en retard en ce moment."
    assert f"75{N}%" in handed_over


@dataclass(frozen=True)
class Asked:
    received_at: datetime
    due_at: datetime
    informed_at: datetime | None


def counts_of(requests: list[Asked], now: datetime) -> RequestFacts:
    """What `facts` counts, request by request."""
    due = [r for r in requests if (r.informed_at is not None) or r.due_at < now]
    return RequestFacts(
        counted=len(due), on_time=sum(r.informed_at is not None and r.informed_at <= r.due_at for r in due)
    )


def share_by_hand(requests: list[Asked], now: datetime) -> tuple[int, int]:
    """Another way to the same figures: walk the four things that can have happened to a request."""
    kept = broken = 0
    for request in requests:
        if request.informed_at is None:
            broken += now > request.due_at
        elif request.informed_at > request.due_at:
            broken += 1
        else:
            kept += 1
    return kept, kept + broken


@pytest.mark.parametrize("seed", range(60))
def test_the_share_agrees_with_a_second_way_of_counting(seed):
    rng = random.Random(seed)
    now = datetime(2026, 11, 24, 12)
    requests = []
    for _ in range(rng.randrange(40)):
        received = now - timedelta(hours=rng.randrange(24 * 90))
        informed = received + timedelta(hours=rng.randrange(0, 150)) if rng.random() < 0.8 else None
        informed = informed if informed is None or informed <= now else None
        requests.append(Asked(received, received + timedelta(hours=72), informed))
    asked = rng.choice([50, 80, 90, 95, 100])
    finding = answered(counts_of(requests, now), replace(CHARTER, response_share=asked))
    kept, counted = share_by_hand(requests, now)
    if not counted:
        assert finding.verdict is Verdict.UNKNOWN
    else:
        assert (finding.verdict is Verdict.MET) == (kept / counted * 100 >= asked - 1e-9)
        assert finding.value == pytest.approx(kept / counted * 100, abs=0.1)


# What only a visit can tell


def test_a_criterion_never_seen_is_unknown_and_has_no_date():
    finding = observed(SIGNAGE, None)
    assert (finding.verdict, finding.figure, finding.as_of) == (Verdict.UNKNOWN, "jamais vu", None)


@pytest.mark.parametrize(("is_met", "verdict"), [(True, Verdict.MET), (False, Verdict.NOT_MET)])
def test_the_latest_visit_decides_and_gives_the_date(is_met, verdict):
    finding = observed(SIGNAGE, Seen(is_met, date(2026, 3, 1), "cachée par un arbre"))
    assert (finding.verdict, finding.as_of) == (verdict, date(2026, 3, 1))
    assert finding.source == f"Visite du 1er mars 2026{N}: cachée par un arbre"
    assert finding.to_meet == ("" if is_met else "Poser l’enseigne.")


# The charter as a whole


def test_findings_come_in_the_order_of_the_charter():
    assert [f.criterion for f in assess(open_for(30), CHARTER)] == ["opening_hours", "signage"]


def test_a_computed_criterion_that_no_code_knows_is_unknown():
    charter = replace(CHARTER, criteria=(AskedCriterion("moon_phase", "La lune", "Lune", is_observed=False),))
    assert [f.verdict for f in assess(a_site(), charter)] == [Verdict.UNKNOWN]


def test_an_observed_criterion_added_by_data_needs_no_code():
    charter = replace(CHARTER, criteria=(AskedCriterion("plants", "Des plantes", "Plantes", is_observed=True),))
    site = a_site(seen={"plants": Seen(True, DAY)})
    assert [f.verdict for f in assess(site, charter)] == [Verdict.MET]


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_word_an_icon_and_a_badge(verdict):
    assert verdict.label
    assert verdict.icon in {"check", "cross", "question", "minus"}
    assert verdict.badge in {"success", "error", "warning", ""}
