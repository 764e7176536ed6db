"""Is an impossible slot refused, with words a person can use?"""

from datetime import UTC, date, time

import pytest

from schedules.opening_hours import Access, Closure, Frequency, Slot


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"weekday": 0, "opens": time(12), "closes": time(9)}, "L’heure de fin doit venir après"),
        ({"weekday": 0, "opens": time(9), "closes": time(9)}, "L’heure de fin doit venir après"),
        ({"weekday": 0, "opens": time(9)}, "ou aucune des deux"),
        ({"weekday": 0, "closes": time(9)}, "ou aucune des deux"),
        ({"weekday": 0, "opens": time(9, 0, 30), "closes": time(12)}, "à la minute près"),
        ({"weekday": 0, "opens": time(9, tzinfo=UTC), "closes": time(12)}, "sans fuseau"),
        ({"weekday": 7}, "jour de la semaine"),
        ({"weekday": -1}, "jour de la semaine"),
        ({"opens": time(9), "closes": time(12)}, "Indiquez le jour de la semaine"),
        ({"weekday": 0, "interval": 0}, "au moins 1"),
        ({"weekday": 4, "frequency": Frequency.EVERY_N_WEEKS, "interval": 2}, "date d’un premier passage"),
        ({"weekday": 2, "frequency": Frequency.NTH_WEEKDAY}, "rang dans le mois"),
        ({"weekday": 2, "frequency": Frequency.NTH_WEEKDAY, "nth": 0}, "rang dans le mois"),
        ({"weekday": 2, "frequency": Frequency.NTH_WEEKDAY, "nth": 5}, "rang dans le mois"),
        ({"weekday": 2, "frequency": Frequency.NTH_WEEKDAY, "nth": -2}, "rang dans le mois"),
        ({"frequency": Frequency.NTH_WEEKDAY, "nth": 1}, "jour de la semaine"),
        ({"frequency": Frequency.DATES}, "au moins une date"),
        ({"weekday": 0, "valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)}, "validité"),
    ],
)
def test_an_impossible_slot_is_refused_in_french(fields, message):
    with pytest.raises(ValueError, match=message):
        Slot(**fields)


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [
        (time(9), time(12, 30), (540, 750)),
        (time(18), time(0), (1080, 1440)),
        (time(0), time(0), (0, 1440)),
        (time(0), time(0, 1), (0, 1)),
    ],
)
def test_midnight_as_a_closing_is_the_end_of_the_day(opens, closes, minutes):
    assert Slot(weekday=0, opens=opens, closes=closes).minutes == minutes


def test_unknown_times_are_a_value():
    slot = Slot(weekday=3, access=Access.APPOINTMENT)
    assert slot.has_unknown_times
    assert slot.minutes is None


def test_a_closure_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="fermeture"):
        Closure(date(2026, 2, 2), date(2026, 2, 1), "congés")


def test_ways_of_being_received_have_a_french_label():
    assert [access.label for access in Access] == ["sans rendez-vous", "sur rendez-vous", "par téléphone"]


def test_every_frequency_has_a_french_label():
    assert all(frequency.label for frequency in Frequency)
