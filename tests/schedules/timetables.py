"""Which timetables can exist? Random ones, for hypothesis, with everything that a timetable may hold."""

from datetime import date, time, timedelta

from hypothesis import strategies as st

from schedules.opening_hours import Access, Closure, Extra, Frequency, Slot, Timetable

FIRST_DAY, LAST_DAY = date(2026, 11, 1), date(2027, 6, 30)
days = st.dates(FIRST_DAY, LAST_DAY)
reasons = st.sampled_from(["", "travaux", 'fête « du "village" »; 24/7'])


@st.composite
def spans(draw):
    """Hours of a day, on the quarter; midnight closes it."""
    start = draw(st.integers(0, 95))
    end = draw(st.integers(start + 1, 96))
    return time(start // 4, start % 4 * 15), time(end // 4 % 24, end % 4 * 15)


@st.composite
def slots(draw, frequencies=tuple(Frequency), *, plain=False):
    """`plain`: what OpenStreetMap can say, always valid."""
    frequency = draw(st.sampled_from(frequencies))
    opens, closes = draw(spans()) if plain else draw(st.one_of(spans(), spans(), spans(), st.just((None, None))))
    begins = None if plain else draw(st.none() | days)
    return Slot(
        weekday=None if frequency is Frequency.DATES else draw(st.integers(0, 6)),
        opens=opens,
        closes=closes,
        access=draw(st.sampled_from(Access)),
        frequency=frequency,
        interval=draw(st.integers(1, 5)) if frequency is Frequency.EVERY_N_WEEKS else 1,
        anchor=draw(days) if frequency is Frequency.EVERY_N_WEEKS else None,
        nth=draw(st.sampled_from([1, 2, 3, 4, -1])) if frequency is Frequency.NTH_WEEKDAY else None,
        dates=tuple(draw(st.lists(days, min_size=1, max_size=3))) if frequency is Frequency.DATES else (),
        valid_from=begins,
        valid_until=begins and draw(st.none() | st.integers(0, 200).map(lambda n: begins + timedelta(n))),
        except_school_holidays=not plain and draw(st.booleans()),
        on_public_holidays=draw(st.booleans()),
    )


@st.composite
def closures(draw):
    first = draw(days)
    return Closure(first, first + timedelta(draw(st.integers(0, 20))), draw(reasons))


@st.composite
def extras(draw):
    opens, closes = draw(st.one_of(spans(), spans(), st.just((None, None))))
    return Extra(draw(days), opens, closes, draw(st.sampled_from(Access)), draw(reasons), draw(st.none() | days))


@st.composite
def timetables(draw):
    regular = draw(st.lists(slots(), max_size=6))
    closed, added = draw(st.lists(closures(), max_size=2)), draw(st.lists(extras(), max_size=3))
    # Random days hardly ever meet: some extras and closures must fall on days that matter.
    if closed and draw(st.booleans()):
        opens, closes = draw(spans())
        added.append(Extra(closed[0].first_day, opens, closes, Access.WALK_IN, "", closed[0].last_day))
    if regular and closed and draw(st.booleans()):
        added.append(Extra(closed[0].last_day, regular[0].opens, regular[0].closes, regular[0].access))
    return Timetable(tuple(regular), tuple(closed), tuple(added))


def plain_timetables(*, min_size=1):
    """Weekly hours and weekdays of the month, at known times."""
    rules = (Frequency.WEEKLY, Frequency.WEEKLY, Frequency.NTH_WEEKDAY)
    some = st.lists(slots(rules, plain=True), min_size=min_size, max_size=8)
    return some.map(lambda found: Timetable(tuple(found)))
