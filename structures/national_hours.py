"""What does a cell such as « 09:00 - 12:00 / 13:30 - 17:00 » say of the hours of one day?"""

import re
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from schedules.wording import spoken_time

Ranges = tuple[tuple[time, time], ...]

END_OF_DAY = 24 * 60
CLOSED = frozenset({"", "-", "–", "fermé", "ferme", "fermée", "fermee"})
_CLOCK = r"(\d{1,2})\s*[:hH]\s*(?:(\d{2})(?::00)?)?"  # seconds too, as spreadsheets add them, when there are none
_RANGE = re.compile(rf"\s*{_CLOCK}\s*[-–—]\s*{_CLOCK}\s*")


@dataclass(frozen=True, slots=True)
class DayHours:
    """The ranges of a day in order, none when closed; `ranges` is None when they are to be confirmed.

    `remark` is the French sentence to report, empty when the cell was right.
    """

    ranges: Ranges | None = ()
    remark: str = ""


def read_day(cell: str) -> DayHours:
    """Ranges that touch are joined; inverted, overlapping or unreadable ones leave the whole day to be confirmed."""
    if cell.strip().casefold() in CLOSED:
        return DayHours()
    spans = [_span(piece) for piece in cell.split("/")]
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return _unknown(f"« {cell.strip()} » ne se lit pas comme des horaires")
    for start, end in known:
        if end <= start:
            return _unknown(f"la fermeture ({_said(end)}) ne vient pas après l’ouverture ({_said(start)})")
    known.sort()
    for (start, end), (next_start, next_end) in pairwise(known):
        if next_start < end:
            return _unknown(
                f"les plages {_said(start)} – {_said(end)} et {_said(next_start)} – {_said(next_end)} se chevauchent"
            )
    joined = _joined(known)
    remark = "" if len(joined) == len(known) else "Deux plages se touchent : elles ont été réunies en une seule."
    return DayHours(tuple((_time(start), _time(end)) for start, end in joined), remark)


def _span(piece: str) -> tuple[int, int] | None:
    """Minutes since midnight; None when it is not a range of times of day."""
    match = _RANGE.fullmatch(piece)
    if match is None:
        return None
    opens_hour, opens_minute, closes_hour, closes_minute = (int(part or 0) for part in match.groups())
    start, end = opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute
    if max(opens_minute, closes_minute) > 59 or start >= END_OF_DAY or end > END_OF_DAY:
        return None
    return start, end


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _time(minutes: int) -> time:
    """The end of the day is 00:00, as in the slots of a timetable."""
    return time(minutes // 60 % 24, minutes % 60)


def _said(minutes: int) -> str:
    return "minuit" if minutes == END_OF_DAY else spoken_time(_time(minutes))


def _unknown(what: str) -> DayHours:
    return DayHours(None, f"{what[:1].upper()}{what[1:]} : les horaires de ce jour restent à confirmer.")
