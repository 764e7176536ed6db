"""What is a finding made of, and from which facts and thresholds is it drawn?

Plain values only: `facts` fills them from the database, `charter` draws the verdicts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from schedules.opening_hours import Timetable
from schedules.wording import spoken_date


class Verdict(StrEnum):
    """Unknown is not broken, and what nobody asks cannot be missing."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"

    @property
    def label(self) -> str:
        return {"met": "tenu", "not_met": "non tenu", "unknown": "inconnu", "not_asked": "non demandé"}[self.value]

    @property
    def icon(self) -> str:
        """A name of components/icon.html."""
        return {"met": "check", "not_met": "cross", "unknown": "question", "not_asked": "minus"}[self.value]

    @property
    def badge(self) -> str:
        """A level of components/badge.html."""
        return {"met": "success", "not_met": "error", "unknown": "warning", "not_asked": ""}[self.value]


class SiteKind(StrEnum):
    """The forms a structure takes: hours are asked of each kind apart."""

    FIXED = "fixed"
    ANTENNA = "antenna"
    BUS = "bus"


# What is asked


@dataclass(frozen=True)
class AskedCriterion:
    """A commitment of the version in force, as its data says it."""

    key: str
    name: str
    short_name: str
    is_observed: bool
    question: str = ""
    to_meet: str = ""


@dataclass(frozen=True)
class CharterParameters:
    """The thresholds of a charter version; None is not asked."""

    name: str = ""
    starts_on: date | None = None
    criteria: tuple[AskedCriterion, ...] = ()
    weekly_hours: Mapping[SiteKind, timedelta | None] = field(default_factory=dict)
    open_days: int | None = None
    trained_counsellors: int | None = None
    core_training_days: float = 0
    operator_training_days: float = 0
    response_share: int | None = None
    response_window_days: int = 90
    promised_hours: int = 72
    promise_in_words: str = ""

    def criterion(self, key: str) -> AskedCriterion | None:
        return next((asked for asked in self.criteria if asked.key == key), None)


# What is known of a site


@dataclass(frozen=True)
class OpeningFacts:
    """The hours of the place that counts: the main location, or all the stops of a bus."""

    weekly: timedelta | None = None
    """Per week, over four weeks; None when nothing is known; a minimum when some times are to be confirmed."""
    has_unknown_times: bool = False
    open_days: float = 0.0
    cancelled: timedelta = timedelta(0)
    """Lost to holidays and closures in the coming four weeks."""
    stops: int = 0
    monday: date | None = None


@dataclass(frozen=True)
class TrainingFacts:
    course: str
    """Its code: `core…` or `operators…`."""
    name: str
    days: float
    completed_on: date
    expires_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.completed_on <= day and (self.expires_on is None or day <= self.expires_on)


@dataclass(frozen=True)
class CounsellorFacts:
    name: str
    arrived_on: date
    left_on: date | None = None
    trainings: tuple[TrainingFacts, ...] = ()

    def is_present_on(self, day: date) -> bool:
        return self.arrived_on <= day and (self.left_on is None or day < self.left_on)


@dataclass(frozen=True)
class OperatorVolume:
    """Requests received this month, and last month up to the same day, for one operator."""

    operator: str
    this_month: int
    last_month: int


@dataclass(frozen=True)
class RequestFacts:
    """Counts of the charter's window; those not yet due and not yet answered are left out of `counted`."""

    counted: int = 0
    on_time: int = 0
    handed_over: int = 0
    """Those of `counted` that were not solved at the counter."""
    handed_over_on_time: int = 0
    received: int = 0
    solved: int = 0
    with_note: int = 0
    """Those of `received` that a note of know-how solved."""
    late_now: int = 0
    by_operator: tuple[OperatorVolume, ...] = ()

    @property
    def this_month(self) -> int:
        return sum(volume.this_month for volume in self.by_operator)

    @property
    def last_month(self) -> int:
        """Up to the same day."""
        return sum(volume.last_month for volume in self.by_operator)


@dataclass(frozen=True)
class Seen:
    """What the latest visit that looked at a criterion saw of it."""

    is_met: bool
    visited_on: date
    detail: str = ""


@dataclass(frozen=True)
class PlaceFacts:
    """A location in service, with the closures of the whole structure among its own."""

    pk: int
    name: str
    kind: str
    """A value of LocationKind."""
    kind_label: str
    commune: str
    epci: str
    arrondissement: str
    receives_public: bool
    timetable: Timetable


@dataclass(frozen=True)
class SiteFacts:
    """Everything the charter needs to know of a structure on a day."""

    kind: SiteKind
    day: date
    name: str = ""
    slug: str = ""
    id_fs: str = ""
    pk: int = 0
    label: str = ""
    """In French, the state of a label that is not in force: such a site is not judged. Empty when it is in force."""
    label_state: str = ""
    """A value of LabelState."""
    carrier: str = ""
    comment: str = ""
    """Of the national list, when nobody has said that its places and passages are entered."""
    places: tuple[PlaceFacts, ...] = ()
    opening: OpeningFacts = OpeningFacts()
    counsellors: tuple[CounsellorFacts, ...] = ()
    requests: RequestFacts = RequestFacts()
    seen: Mapping[str, Seen] = field(default_factory=dict)


# What is found


@dataclass(frozen=True)
class Finding:
    """A criterion at a site: the verdict, and all that lets anyone check it."""

    asked: AskedCriterion
    verdict: Verdict
    figure: str
    """In French, short enough for a cell of the board: "20 h 30"."""
    value: float | None = None
    unit: str = ""
    threshold_value: float | None = None
    threshold: str = ""
    """In French: "24 h par semaine"."""
    as_of: date | None = None
    """The day of the fact: of the computation, or of the visit; None when never seen."""
    source: str = ""
    to_meet: str = ""
    second_figures: tuple[str, ...] = ()
    """Sentences that tell more and never count against the site."""
    warning: str = ""
    """What will break it soon, if nothing is done."""

    @property
    def criterion(self) -> str:
        """The key of the criterion."""
        return self.asked.key

    @property
    def cell(self) -> str:
        """The figure as it fits in a cell of the board."""
        return self.figure.removeprefix("constaté le ")

    @property
    def threshold_cell(self) -> str:
        """The threshold as it fits in a cell of the board: "24 h", "90 %", "2"."""
        if self.threshold_value is None:
            return ""
        number = f"{self.threshold_value:g}".replace(".", ",")
        return f"{number}\u00a0{self.unit}" if self.unit in ("h", "%") else number

    @property
    def as_of_in_words(self) -> str:
        return spoken_date(self.as_of, with_year=True) if self.as_of else ""
