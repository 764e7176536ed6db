"""Is time said in good French?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from schedules.calendars import PARIS
from schedules.wording import (
    deadline_in_words,
    enumerated,
    of_name,
    spoken_date,
    spoken_day,
    spoken_duration,
    spoken_moment,
    spoken_phone,
    spoken_time,
    spoken_wait,
)

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=PARIS)


def readable(text):
    """With ordinary spaces, so that expectations can be read here."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(hours=20, minutes=30), "20 h 30"),
        (timedelta(hours=24), "24 h"),
        (timedelta(hours=32, minutes=5), "32 h 05"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(0), "0 h"),
        (timedelta(hours=23, minutes=59, seconds=59), "23 h 59"),
        (timedelta(seconds=59), "0 h"),
        (-timedelta(hours=1, minutes=30), "−1 h 30"),
        (-timedelta(minutes=5), "−5 min"),
        (-timedelta(seconds=5), "0 h"),
    ],
)
def test_durations(duration, words):
    assert readable(spoken_duration(duration)) == words


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(seconds=59), "moins d’une minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(hours=6), "6 h"),
        (timedelta(hours=6, minutes=20), "6 h 20"),
        (timedelta(hours=23, minutes=59), "23 h 59"),
        (timedelta(days=1), "1 j"),
        (timedelta(days=1, minutes=59), "1 j"),
        (timedelta(days=1, hours=3, minutes=20), "1 j 3 h"),
        (timedelta(days=40), "40 j"),
    ],
)
def test_waits_are_said_in_their_two_largest_units(wait, words):
    assert readable(spoken_wait(wait)) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=6), "dans 6 h"),
        (timedelta(minutes=5), "dans 5 min"),
        (timedelta(0), "dans moins d’une minute"),
        (-timedelta(seconds=1), "en retard de moins d’une minute"),
        (-timedelta(days=1, hours=3), "en retard de 1 j 3 h"),
    ],
)
def test_a_deadline_says_what_is_left_or_how_late_it_is(left, words):
    assert readable(deadline_in_words(NOW + left, NOW)) == words


def test_what_is_left_is_real_time_when_clocks_go_back():
    evening = datetime(2026, 10, 24, 22, 0, tzinfo=PARIS)
    morning = datetime(2026, 10, 25, 8, 0, tzinfo=PARIS)
    assert readable(deadline_in_words(morning, evening)) == "dans 11 h"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "mardi 24 novembre"),
        (date(2026, 12, 1), "mardi 1er décembre"),
        (date(2027, 1, 1), "vendredi 1er janvier 2027"),
        (date(2028, 2, 29), "mardi 29 février 2028"),
        (date(2026, 8, 15), "samedi 15 août"),
    ],
)
def test_a_day_has_its_year_when_it_is_not_this_one(day, words):
    assert spoken_day(day, today=TODAY) == words


def test_the_year_can_be_asked_for_or_refused():
    assert spoken_day(TODAY, with_year=True) == "mardi 24 novembre 2026"
    assert spoken_day(date(2027, 1, 1), with_year=False, today=TODAY) == "vendredi 1er janvier"
    assert spoken_day(date(2027, 1, 1)) == "vendredi 1er janvier"


def test_a_date_without_its_weekday():
    assert spoken_date(date(2026, 5, 1)) == "1er mai"


@pytest.mark.parametrize(("month", "name"), [(2, "février"), (7, "juillet"), (9, "septembre"), (10, "octobre")])
def test_months_have_their_accents(month, name):
    assert spoken_date(date(2026, month, 2)) == f"2 {name}"


def test_a_moment():
    assert readable(spoken_moment(datetime(2026, 11, 24, 14, 5, tzinfo=PARIS))) == "mardi 24 novembre à 14 h 05"
    assert (
        readable(spoken_moment(datetime(2027, 1, 4, 9, 0, tzinfo=PARIS), today=TODAY)) == "lundi 4 janvier 2027 à 9 h"
    )


def test_a_moment_is_said_in_paris_time():
    assert readable(spoken_moment(datetime(2026, 11, 24, 23, 30, tzinfo=UTC))) == "mercredi 25 novembre à 0 h 30"
    assert readable(spoken_moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC))) == "mercredi 1er juillet à 14 h"


@pytest.mark.parametrize("say", [spoken_moment, lambda at: deadline_in_words(at, NOW)])
def test_a_naive_instant_is_refused(say):
    with pytest.raises(ValueError, match="fuseau"):
        say(datetime(2026, 11, 24, 14, 5))


@pytest.mark.parametrize(
    ("at", "words"), [(time(9), "9 h"), (time(13, 30), "13 h 30"), (time(14, 5), "14 h 05"), (time(0), "0 h")]
)
def test_times(at, words):
    assert readable(spoken_time(at)) == words


def test_no_line_end_falls_inside_a_time_a_duration_or_a_number():
    held = [
        spoken_time(time(14, 5)),
        spoken_duration(timedelta(hours=20, minutes=30)),
        spoken_duration(timedelta(minutes=5)),
        spoken_wait(timedelta(days=1, hours=3)),
        spoken_phone("0261910012"),
    ]
    assert not [words for words in held if " " in words]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0261910012", "02 61 91 00 12"),
        ("02.61.91.00.12", "02 61 91 00 12"),
        ("+33 2 61 91 00 12", "02 61 91 00 12"),
        ("+33 (0)2 61 91 00 12", "02 61 91 00 12"),
        ("0033261910012", "02 61 91 00 12"),
        ("3646", "36 46"),
        ("0800123456", "0 800 123 456"),
        ("+32 2 123 45 67", "+32 2 123 45 67"),
        (" poste 12 ", "poste 12"),
        ("", ""),
    ],
)
def test_phone_numbers(typed, words):
    assert readable(spoken_phone(typed)) == words


def test_lists():
    assert [enumerated(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a et b", "a, b et c"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Rouen", "de Rouen"),
        ("Épouville", "d’Épouville"),
        ("Antenne d’Elbeuf", "d’Antenne d’Elbeuf"),
        ("Hélène", "d’Hélène"),
        ("Œuilly", "d’Œuilly"),
        ("Le Havre", "du Havre"),
        ("Les Grandes-Ventes", "des Grandes-Ventes"),
        ("La Feuillie", "de la Feuillie"),
        ("L’Isle", "de l’Isle"),
        ("", "de "),
    ],
)
def test_a_name_after_de(name: str, said: str):
    assert of_name(name) == said
