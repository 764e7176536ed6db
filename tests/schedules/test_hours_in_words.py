"""Do the hours read as a person would say them?"""

from datetime import date, time

import pytest

from schedules.opening_hours import Access, Frequency, Slot, Timetable, in_words

TODAY = date(2026, 11, 24)


def slot(weekday, opens="09:00", closes="12:00", **fields):
    return Slot(weekday, time.fromisoformat(opens), time.fromisoformat(closes), **fields)


def said(*slots, today=TODAY):
    """The sentences, with ordinary spaces so that they can be read here."""
    return [sentence.replace("\u00a0", " ") for sentence in in_words(Timetable(slots), today)]


def test_days_with_the_same_hours_are_said_together():
    week = [slot(day) for day in range(5)] + [slot(day, "13:30", "17:00") for day in range(4)]
    assert said(*week) == [
        "du lundi au jeudi de 9 h à 12 h et de 13 h 30 à 17 h",
        "le vendredi de 9 h à 12 h",
    ]


def test_times_are_not_cut_at_a_line_end():
    assert in_words(Timetable((slot(0, "09:00", "12:05"),))) == ["le lundi de 9\u00a0h à 12\u00a0h\u00a005"]


def test_appointment_and_telephone_are_said_and_walk_in_is_not():
    assert said(slot(4, access=Access.APPOINTMENT), slot(2, access=Access.PHONE), slot(0)) == [
        "le lundi de 9 h à 12 h",
        "le mercredi de 9 h à 12 h, par téléphone",
        "le vendredi de 9 h à 12 h, sur rendez-vous",
    ]


def test_mornings_free_and_afternoons_by_appointment_are_two_sentences():
    afternoons = [slot(day, "14:00", "17:00", access=Access.APPOINTMENT) for day in range(5)]
    assert said(*afternoons, *(slot(day) for day in range(5))) == [
        "du lundi au vendredi de 9 h à 12 h",
        "du lundi au vendredi de 14 h à 17 h, sur rendez-vous",
    ]


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [
        ([0], "le lundi"),
        ([0, 1], "les lundi et mardi"),
        ([0, 2, 4], "les lundi, mercredi et vendredi"),
        ([0, 1, 3, 4], "les lundi, mardi, jeudi et vendredi"),
        ([0, 1, 2, 4], "du lundi au mercredi et le vendredi"),
        ([1, 2, 3, 4, 5], "du mardi au samedi"),
        ([0, 1, 2, 4, 6], "du lundi au mercredi, le vendredi et le dimanche"),
        (list(range(7)), "tous les jours"),
    ],
)
def test_days_of_the_week_are_grouped(weekdays, words):
    assert said(*(slot(day) for day in weekdays)) == [f"{words} de 9 h à 12 h"]


def test_one_friday_in_two():
    rounds = slot(4, "14:00", "16:30", frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=date(2026, 11, 20))
    assert said(rounds) == ["un vendredi sur deux de 14 h à 16 h 30"]


def test_a_round_that_has_not_begun_says_its_first_day():
    rounds = slot(4, "14:00", "16:30", frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=date(2026, 12, 4))
    assert said(rounds) == ["un vendredi sur deux de 14 h à 16 h 30, à partir du 4 décembre"]
    assert said(rounds, today=date(2026, 12, 4)) == ["un vendredi sur deux de 14 h à 16 h 30"]
    assert said(rounds, today=None) == ["un vendredi sur deux de 14 h à 16 h 30, à partir du 4 décembre 2026"]
    # The anchor is a Friday, the passage a Tuesday: that of the same week is over.
    tuesdays = slot(1, frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=date(2026, 12, 4))
    assert said(tuesdays) == ["un mardi sur deux de 9 h à 12 h, à partir du 15 décembre"]
    assert said(slot(0, anchor=date(2026, 12, 7))) == ["le lundi de 9 h à 12 h, à partir du 7 décembre"]


def test_ranks_of_the_month_with_the_same_hours_are_said_together():
    def ranked(nth, weekday=2, **fields):
        return slot(weekday, frequency=Frequency.NTH_WEEKDAY, nth=nth, **fields)

    assert said(ranked(-1), ranked(1), ranked(3)) == [
        "les premier, troisième et dernier mercredis du mois de 9 h à 12 h"
    ]
    assert said(ranked(1), ranked(3, access=Access.APPOINTMENT), ranked(1, weekday=3)) == [
        "le premier mercredi du mois de 9 h à 12 h",
        "le troisième mercredi du mois de 9 h à 12 h, sur rendez-vous",
        "le premier jeudi du mois de 9 h à 12 h",
    ]


def test_every_five_weeks_and_every_twelve():
    def every(interval):
        return slot(2, frequency=Frequency.EVERY_N_WEEKS, interval=interval, anchor=date(2026, 11, 18))

    assert said(every(5)) == ["un mercredi sur cinq de 9 h à 12 h"]
    assert said(every(12)) == ["un mercredi sur 12 de 9 h à 12 h"]
    assert said(every(1)) == ["le mercredi de 9 h à 12 h"]


def test_morning_and_afternoon_of_the_same_round_are_one_sentence():
    recurrence = {"frequency": Frequency.EVERY_N_WEEKS, "interval": 2, "anchor": date(2026, 11, 20)}
    assert said(slot(4, "14:00", "16:00", **recurrence), slot(4, **recurrence)) == [
        "un vendredi sur deux de 9 h à 12 h et de 14 h à 16 h"
    ]


def test_alternate_weeks_are_not_one_round():
    even, odd = (
        slot(4, *times, frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=anchor)
        for times, anchor in [(("09:00", "12:00"), date(2026, 11, 20)), (("14:00", "16:00"), date(2026, 11, 27))]
    )
    assert said(even, odd) == [
        "un vendredi sur deux de 9 h à 12 h",
        "un vendredi sur deux de 14 h à 16 h, à partir du 27 novembre",
    ]


@pytest.mark.parametrize(
    ("nth", "words"),
    [
        (1, "le premier mercredi du mois"),
        (2, "le deuxième mercredi du mois"),
        (3, "le troisième mercredi du mois"),
        (4, "le quatrième mercredi du mois"),
        (-1, "le dernier mercredi du mois"),
    ],
)
def test_the_nth_weekday_of_the_month(nth, words):
    assert said(slot(2, frequency=Frequency.NTH_WEEKDAY, nth=nth)) == [f"{words} de 9 h à 12 h"]


def test_dated_lists_leave_out_the_past_and_say_another_year():
    dates = (date(2026, 11, 3), date(2026, 12, 1), date(2027, 1, 5))
    assert said(slot(None, frequency=Frequency.DATES, dates=dates)) == [
        "le mardi 1er décembre et le mardi 5 janvier 2027 de 9 h à 12 h"
    ]
    assert said(slot(None, frequency=Frequency.DATES, dates=dates[:1])) == []
    assert said(slot(None, frequency=Frequency.DATES, dates=dates[:1]), today=None) == [
        "le mardi 3 novembre 2026 de 9 h à 12 h"
    ]


def test_times_to_be_confirmed():
    assert said(Slot(2)) == ["le mercredi, horaires à confirmer"]
    assert said(Slot()) == ["horaires à confirmer"]
    assert said(Slot(2, frequency=Frequency.NTH_WEEKDAY, nth=1)) == [
        "le premier mercredi du mois, horaires à confirmer"
    ]
    assert said(Slot(2), slot(2)) == ["le mercredi de 9 h à 12 h, autres horaires à confirmer"]


def test_an_empty_timetable_says_nothing():
    assert said() == []


def test_midnight_is_said():
    assert said(slot(4, "18:00", "00:00")) == ["le vendredi de 18 h à minuit"]


def test_conditions_follow_the_hours():
    assert said(slot(4, except_school_holidays=True, access=Access.APPOINTMENT)) == [
        "le vendredi de 9 h à 12 h, sur rendez-vous, hors vacances scolaires"
    ]
    assert said(slot(6, on_public_holidays=True)) == ["le dimanche de 9 h à 12 h, y compris les jours fériés"]


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "words"),
    [
        (date(2026, 12, 1), None, ", à partir du 1er décembre"),
        (date(2027, 1, 4), None, ", à partir du 4 janvier 2027"),
        (date(2026, 9, 1), None, ""),
        (None, date(2027, 6, 30), ", jusqu’au 30 juin 2027"),
        (date(2026, 9, 1), date(2026, 12, 18), ", jusqu’au 18 décembre"),
        (date(2026, 12, 21), date(2027, 1, 8), ", du 21 décembre au 8 janvier 2027"),
        (date(2027, 12, 20), date(2028, 1, 7), ", du 20 décembre 2027 au 7 janvier 2028"),
        (date(2027, 7, 5), date(2027, 8, 27), ", du 5 juillet au 27 août 2027"),
    ],
)
def test_validity_is_said_while_it_matters(valid_from, valid_until, words):
    assert said(slot(0, valid_from=valid_from, valid_until=valid_until)) == [f"le lundi de 9 h à 12 h{words}"]


def test_hours_that_are_over_are_not_said():
    assert said(slot(0, valid_until=date(2026, 11, 23))) == []
    assert said(slot(0, valid_until=TODAY)) == ["le lundi de 9 h à 12 h, jusqu’au 24 novembre"]
