"""Any schedule that the database can hold."""

from datetime import date, time

from hypothesis import strategies as st

from schedules.slots import Access, Frequency, Slot

DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
MINUTES = st.integers(0, 24 * 60)


@st.composite
def slots(draw):
    frequency = draw(st.sampled_from(list(Frequency)))
    opens, closes = sorted((draw(MINUTES), draw(MINUTES)))
    is_known = opens < closes and draw(st.booleans())
    period = sorted((draw(DAYS), draw(DAYS)))
    plain = draw(st.booleans())
    is_dated = frequency is Frequency.DATES
    return Slot(
        weekday=draw(st.none()) if is_dated and draw(st.booleans()) else draw(st.integers(0, 6)),
        opens=_time(opens) if is_known else None,
        closes=_time(closes % (24 * 60)) if is_known else None,
        access=draw(st.sampled_from(list(Access))),
        frequency=frequency,
        interval=1 if plain and frequency is not Frequency.EVERY_N_WEEKS else draw(st.integers(1, 30)),
        anchor=draw(DAYS) if frequency is Frequency.EVERY_N_WEEKS or not plain else None,
        nth=draw(st.sampled_from([1, 2, 3, 4, -1])) if frequency is Frequency.NTH_WEEKDAY or not plain else None,
        dates=tuple(draw(st.lists(DAYS, min_size=1, max_size=4))) if is_dated or not plain else (),
        valid_from=None if plain else draw(st.sampled_from([None, period[0]])),
        valid_until=None if plain else draw(st.sampled_from([None, period[1]])),
        except_school_holidays=not plain and draw(st.booleans()),
        on_public_holidays=not plain and draw(st.booleans()),
    )


def schedules():
    """Slots that repeat and overlap too: nobody promised that what is stored is tidy."""
    some = st.lists(slots(), max_size=6)
    return st.tuples(some, st.booleans()).map(lambda drawn: drawn[0] * (2 if drawn[1] else 1))


def _time(minutes):
    return time(minutes // 60, minutes % 60)
