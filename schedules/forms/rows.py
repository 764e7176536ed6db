"""What does the template of the hours editor lay out: days, stretches, rules?"""

from dataclasses import dataclass, field

from django.forms import BoundField

from schedules.slots import Frequency

TITLES = {
    Frequency.WEEKLY: "Chaque semaine, sous conditions",
    Frequency.EVERY_N_WEEKS: "Une semaine sur plusieurs",
    Frequency.NTH_WEEKDAY: "Un jour du mois",
    Frequency.DATES: "À des dates précises",
}

ADDABLE = (
    (Frequency.EVERY_N_WEEKS, "une semaine sur deux, trois…"),
    (Frequency.NTH_WEEKDAY, "un jour du mois"),
    (Frequency.DATES, "des dates précises"),
    (Frequency.WEEKLY, "une période (été, hors vacances…)"),
)


@dataclass(frozen=True)
class StretchRow:
    """« de … à … »; a stretch of a day has its own access, that of a rule has the rule's."""

    name: str
    opens: BoundField
    closes: BoundField
    access: BoundField | None = None

    def fields(self) -> list[BoundField]:
        return [part for part in (self.opens, self.closes, self.access) if part is not None]


@dataclass(frozen=True)
class DayRow:
    weekday: int
    name: str
    stretches: list[StretchRow]
    unknown: BoundField

    def fields(self) -> list[BoundField]:
        return [part for stretch in self.stretches for part in stretch.fields()] + [self.unknown]


@dataclass(frozen=True)
class RuleRow:
    """`when` says which days, `conditions` when it counts; `start` the date from which weeks are counted."""

    number: int
    frequency: Frequency
    hidden: BoundField
    when: list[BoundField]
    start: list[BoundField]
    stretches: list[StretchRow]
    access: BoundField
    unknown: BoundField
    validity: list[BoundField]
    conditions: list[BoundField] = field(default_factory=list)

    @property
    def title(self) -> str:
        return TITLES[self.frequency]
