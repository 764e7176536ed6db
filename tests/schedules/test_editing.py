"""Hours laid out and put back, « semaine paire » as a date, and the preview."""

from datetime import date, time, timedelta
from typing import Any

from hypothesis import given, settings

from schedules.editing import (
    ASKED_OF_A_FIXED_SITE,
    as_stored,
    laid_out,
    meaning,
    overlaps,
    preview,
    slots_of_day,
    slots_of_rule,
    starts_to_choose,
    why_a_date,
)
from schedules.slots import Access, Frequency, Slot
from tests.schedules.random_slots import schedules

NBSP = "\u00a0"
TODAY = date(2026, 11, 30)  # a Monday, week 49
FRIDAY = 4
MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17))


def week(*hours, days=range(5), **more):
    return [Slot(day, *each, **more) for day in days for each in hours]


@settings(max_examples=300, deadline=None)
@given(schedules())
def test_laying_out_and_putting_back_changes_nothing(slots):
    layout = laid_out(slots)
    back = [slot for weekday, day in enumerate(layout.days) for slot in slots_of_day(weekday, day)]
    back += [slot for rule in layout.rules for slot in slots_of_rule(rule)]
    assert sorted(map(repr, as_stored(back, slots))) == sorted(map(repr, slots))


def test_an_ordinary_week_is_all_in_the_grid():
    layout = laid_out(week(MORNING, AFTERNOON))
    assert [len(day.ranges) for day in layout.days] == [2, 2, 2, 2, 2, 0, 0]
    assert layout.rules == ()


def test_morning_and_afternoon_of_the_same_rule_are_one_rule():
    anchor = date(2026, 12, 4)
    rule: dict[str, Any] = {"frequency": Frequency.EVERY_N_WEEKS, "interval": 2, "anchor": anchor}
    layout = laid_out([Slot(FRIDAY, *MORNING, **rule), Slot(FRIDAY, *AFTERNOON, **rule)])
    assert [rule.ranges for rule in layout.rules] == [(MORNING, AFTERNOON)]


def test_what_has_a_condition_is_a_rule():
    layout = laid_out(week(MORNING, days=[2], except_school_holidays=True))
    assert layout.days[2].ranges == ()
    assert layout.rules[0].slot.except_school_holidays


def test_a_slot_means_the_same_whatever_its_frequency_does_not_read():
    assert meaning(Slot(1, *MORNING, interval=3, nth=2)) == Slot(1, *MORNING)
    twice = Slot(None, *MORNING, frequency=Frequency.DATES, dates=(date(2027, 1, 2), date(2027, 1, 1)), interval=4)
    assert meaning(twice).dates == (date(2027, 1, 1), date(2027, 1, 2))


def test_two_ranges_of_one_access_overlap():
    slots = [Slot(0, time(9), time(12)), Slot(0, time(11), time(14)), Slot(0, time(14), time(15))]
    assert overlaps(slots) == [(0, 1)]


def test_an_appointment_may_overlap_a_walk_in():
    assert overlaps([Slot(0, time(9), time(12)), Slot(0, time(10), time(11), Access.APPOINTMENT)]) == []


def test_an_overlap_that_was_stored_is_let_be_but_not_made_again():
    stored = [Slot(0, time(9), time(12)), Slot(0, time(11), time(14))]
    assert overlaps(stored, stored) == []
    assert overlaps([stored[0], stored[0]], stored) == [(0, 1)]


def test_the_end_of_the_day_comes_after_any_time():
    assert overlaps([Slot(0, time(20), time(0)), Slot(0, time(23), time(0))]) == [(0, 1)]


def test_an_even_week_is_offered_as_the_next_two_dates():
    assert [start.said for start in starts_to_choose(FRIDAY, 2, TODAY)] == [
        f"vendredi 4 décembre (semaine{NBSP}49)",
        f"vendredi 11 décembre (semaine{NBSP}50)",
    ]


def test_the_next_two_dates_cross_the_53rd_week():
    said = [start.said for start in starts_to_choose(FRIDAY, 2, date(2026, 12, 28))]
    assert said == [f"vendredi 1er janvier 2027 (semaine{NBSP}53)", f"vendredi 8 janvier 2027 (semaine{NBSP}1)"]


def test_the_date_that_follows_the_anchor_keeps_it():
    anchor = date(2026, 1, 9)  # 48 weeks before 11 December
    assert [start.day for start in starts_to_choose(FRIDAY, 2, TODAY, anchor)] == [date(2026, 12, 4), anchor]


def test_an_anchor_to_come_is_said_as_it_is():
    anchor = date(2027, 3, 5)
    assert anchor in [start.day for start in starts_to_choose(FRIDAY, 2, TODAY, anchor)]
    assert any("5 mars 2027" in start.said for start in starts_to_choose(FRIDAY, 2, TODAY, anchor))


def test_a_long_cycle_proposes_no_date():
    assert starts_to_choose(FRIDAY, 26, TODAY) == []
    assert starts_to_choose(FRIDAY, 0, TODAY) == []


def test_the_sentence_names_the_next_year_of_53_weeks():
    assert f"2026 compte 53{NBSP}semaines" in why_a_date(TODAY)
    assert f"2032 compte 53{NBSP}semaines" in why_a_date(date(2027, 1, 4))


def test_the_total_says_what_is_missing_of_the_24_hours():
    slots = [*week((time(9), time(12)), days=range(5)), Slot(0, time(13, 30), time(19))]
    shown = preview(slots, TODAY, ASKED_OF_A_FIXED_SITE)
    assert shown.total == f"20{NBSP}h{NBSP}30 par semaine"
    assert shown.against_charter == f"il manque 3{NBSP}h{NBSP}30 pour les 24{NBSP}h de la charte"
    assert shown.is_enough is False


def test_a_quarter_of_a_minute_that_is_missing_is_not_zero():
    rule: dict[str, Any] = {"frequency": Frequency.EVERY_N_WEEKS, "interval": 4, "anchor": TODAY}
    slots = [*week((time(9), time(17)), days=range(2)), Slot(2, time(9), time(16, 59))]
    slots.append(Slot(4, time(9), time(9, 3), **rule))
    assert preview(slots, TODAY, timedelta(hours=24)).against_charter.startswith(f"il manque 1{NBSP}min")


def test_nothing_is_held_against_a_place_of_which_nothing_is_asked():
    shown = preview(week(MORNING), TODAY)
    assert (shown.against_charter, shown.is_enough) == ("", None)


def test_hours_to_be_confirmed_make_the_total_a_minimum():
    shown = preview([*week(MORNING), Slot(5)], TODAY, ASKED_OF_A_FIXED_SITE)
    assert shown.total == f"Au moins 15{NBSP}h par semaine"
    assert shown.is_enough is None


def test_no_hour_at_all_is_said():
    assert preview([], TODAY).total == "Aucune heure pour l’instant"
    assert preview([Slot(0)], TODAY).total.startswith("Total inconnu")


def test_a_date_that_has_passed_is_a_warning():
    dated = Slot(None, *MORNING, frequency=Frequency.DATES, dates=(date(2026, 11, 24), date(2026, 12, 8)))
    (warning,) = preview([dated], TODAY).warnings
    assert warning.startswith(f"Déjà passé{NBSP}: mardi 24 novembre 2026.")


def test_summer_hours_that_add_to_the_week_are_a_warning():
    summer = Slot(0, time(8), time(9), valid_from=date(2027, 7, 1), valid_until=date(2027, 8, 31))
    assert len(preview([*week(MORNING), summer], TODAY).warnings) == 1
    assert preview([*week(MORNING, days=[1]), summer], TODAY).warnings == ()
