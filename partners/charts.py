"""Where does each bar of a chart stand? Drawn by templates/partners/_chart.html, with a table of the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, STEP = 480, 132, 40
_BAR = 26
_TOP, _FOOT = 16, 18
"""Room above for the figure, and below for the name."""


@dataclass(frozen=True)
class Bar:
    """In units of the drawing. `value` is None where nothing is known: no bar, and no figure."""

    label: str
    value: int | None
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + _BAR // 2

    @property
    def figure_y(self) -> int:
        return self.y - 4


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]

    bar_width = _BAR
    height = HEIGHT
    floor = HEIGHT - _FOOT
    labels_y = HEIGHT - 4

    @property
    def width(self) -> int:
        return STEP * max(1, len(self.bars))


def chart_of(values: Sequence[tuple[str, int | None]]) -> Chart:
    """One bar for each (name, figure), the tallest filling the drawing; zero has a bar without height."""
    tallest = max((value or 0 for _, value in values), default=0) or 1
    room = HEIGHT - _FOOT - _TOP
    bars = []
    for number, (label, value) in enumerate(values):
        height = round(room * (value or 0) / tallest)
        bars.append(Bar(label, value, STEP * number + (STEP - _BAR) // 2, HEIGHT - _FOOT - height, height))
    return Chart(bars)
