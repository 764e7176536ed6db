"""When does somebody mean, in a few keys?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from schedules.calendars import PARIS
from schedules.spoken_times import moment_typed, quick_times

# A Tuesday, at ten.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=PARIS)


def paris(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14h30", paris(24, 14, 30)),
        ("14 h 30", paris(24, 14, 30)),
        ("14:30", paris(24, 14, 30)),
        ("à 15h", paris(24, 15)),
        ("vers 16 heures", paris(24, 16)),
        ("9h", paris(25, 9)),
        ("demain 9h", paris(25, 9)),
        ("Demain à 9 h 05", paris(25, 9, 5)),
        ("demain", paris(25, 9)),
        ("demain matin", paris(25, 9)),
        ("après-demain 11h", paris(26, 11)),
        ("cet après-midi", paris(24, 14)),
        ("ce soir", paris(24, 17)),
        ("lun 10h", paris(30, 10)),
        ("lundi 10 h", paris(30, 10)),
        ("mardi 10h30", paris(1, 10, 30, month=12)),
        ("jeu", paris(26, 9)),
        ("vendredi prochain 9h", paris(27, 9)),
        ("27/11 à 9h", paris(27, 9)),
        ("dans 2h", paris(24, 12)),
        ("dans 1 h 30", paris(24, 11, 30)),
        ("dans une heure", paris(24, 11)),
        ("dans 45 min", paris(24, 10, 45)),
        ("dans une demi-heure", paris(24, 10, 30)),
        ("dans 3 jours", paris(27, 10)),
        ("dans une semaine", paris(1, 10, month=12)),
    ],
)
def test_a_few_keys_say_when(typed: str, meant: datetime) -> None:
    assert moment_typed(typed, NOW) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "bientôt", "25h", "14h75", "m 10h", "dans", "dans 9999 jours", "31/02 9h", "demain peut-être", "x" * 5000],
)
def test_what_is_not_understood_is_not_guessed(typed: str) -> None:
    assert moment_typed(typed, NOW) is None


def test_this_morning_is_over_at_ten() -> None:
    assert moment_typed("ce matin", NOW) is None


def test_an_hour_is_counted_on_the_clock_that_ticks_in_the_night_of_summer_time() -> None:
    before = datetime(2026, 3, 29, 1, 30, tzinfo=PARIS)
    said = moment_typed("dans 1h", before)
    assert said is not None
    assert said.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=1)
    assert said.hour == 3


def test_an_instant_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        moment_typed("14h", datetime(2026, 11, 24, 10, 0))


@pytest.mark.parametrize(
    ("now", "labels"),
    [
        (NOW, ["Dans 1 h", "Cet après-midi, 14\u00a0h", "Demain matin"]),
        (paris(24, 15), ["Dans 1 h", "Demain matin"]),
        (paris(27, 15), ["Dans 1 h", "Lundi matin"]),
    ],
)
def test_buttons_offer_the_next_moments_of_work(now: datetime, labels: list[str]) -> None:
    assert [quick.label for quick in quick_times(now)] == [
        label.replace("Dans 1 h", "Dans 1\u00a0h") for label in labels
    ]


@pytest.mark.parametrize("hour", [8, 12, 16, 23])
@pytest.mark.parametrize("day", range(23, 31))
def test_every_button_is_understood_and_ahead_on_a_day_of_work(day: int, hour: int) -> None:
    now = paris(day, hour)
    closed = {date(2026, 11, 25)}
    for quick in quick_times(now, closed):
        meant = moment_typed(quick.typed, now)
        assert meant is not None
        assert meant > now
    last = moment_typed(quick_times(now, closed)[-1].typed, now)
    assert last is not None
    assert last.weekday() < 5
    assert last.date() not in closed
