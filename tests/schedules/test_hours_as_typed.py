"""Times and dates as people type them."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.hours_as_typed import read_dates, read_time, written_dates, written_time


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9", time(9)),
        ("9h", time(9)),
        ("9 h 30", time(9, 30)),
        ("9\u00a0h\u00a030", time(9, 30)),
        ("09H05", time(9, 5)),
        ("13:30", time(13, 30)),
        ("13.30", time(13, 30)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        ("9 heures 30", time(9, 30)),
        ("9h30min", time(9, 30)),
        ("１３h", time(13)),
        ("midi", time(12)),
        ("Minuit", time(0)),
        ("", None),
        ("  ", None),
    ],
)
def test_an_hour_is_read_as_it_is_written(typed, meant):
    assert read_time(typed) == meant


@pytest.mark.parametrize("typed", ["25h", "9h75", "matin", "9h5", "-3", "9-12", "24h", "24:01", "99999"])
def test_what_is_no_hour_is_refused(typed):
    with pytest.raises(ValueError, match=r"[Hh]eure"):
        read_time(typed)


@pytest.mark.parametrize("typed", ["09:30:15", "9h30m15s", "9 h 30 15"])
def test_seconds_are_refused_by_name(typed):
    with pytest.raises(ValueError, match="secondes"):
        read_time(typed)


def test_a_day_ends_at_24_hours_or_at_midnight():
    assert read_time("24h", closing=True) == read_time("minuit", closing=True) == time(0)
    assert written_time(time(0), closing=True) == "minuit"
    assert written_time(time(0)) == "0 h"


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)), st.booleans())
def test_a_written_hour_is_read_back(at, closing):
    assert read_time(written_time(at, closing=closing), closing=closing) == at


def test_dates_are_read_in_figures_and_in_words():
    typed = "24/11/2026, 8 décembre 2026 ; mardi 1er déc. 2026\n2027-01-05 et 6-1-27"
    assert read_dates(typed) == (
        date(2026, 11, 24),
        date(2026, 12, 1),
        date(2026, 12, 8),
        date(2027, 1, 5),
        date(2027, 1, 6),
    )


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("24 novembre", "aussi l’année"),
        ("31/02/2027", "n’existe pas"),
        ("lundi 8 décembre 2026", "est un mardi"),
        ("24/11/0026", "n’existe pas"),
        ("bientôt", "écrivez une date"),
        ("3 jui 2026", "écrivez une date"),
        ("24/11/2026 08/12/2026", "écrivez une date"),
    ],
)
def test_a_date_that_is_not_understood_is_named(typed, why):
    with pytest.raises(ValueError, match=why) as refusal:
        read_dates(typed)
    assert typed in str(refusal.value)


def test_a_year_of_dates_is_enough():
    with pytest.raises(ValueError, match="Pas plus de"):
        read_dates(",".join(date.fromordinal(739_000 + n).isoformat() for n in range(400)))


@given(st.lists(st.dates(date(1900, 1, 1), date(2199, 12, 31)), max_size=5))
def test_written_dates_are_read_back(days):
    assert read_dates(written_dates(tuple(days))) == tuple(sorted(set(days)))
