"""What was done in a year by the digital advisors, and by a local action? Counts only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from partners.charts import Chart, chart_of
from partners.models import ActionSession, LocalService, MonthOfActivity, SentTo
from partners.session_calendar import civil_year, school_year
from schedules.wording import MONTHS

THEMES = {
    "equipment": "Prendre en main un ordinateur",
    "smartphone": "Prendre en main un téléphone ou une tablette",
    "internet": "Naviguer sur internet",
    "mail": "Envoyer et recevoir des mails",
    "documents": "Traitement de texte et rangement de ses fichiers",
    "procedures": "Comprendre les sites des démarches",
    "work": "Chercher un emploi en ligne",
    "family": "Suivre la scolarité et les écrans des enfants",
    "safety": "Se protéger\u00a0: mots de passe, arnaques, vie privée",
    "daily": "Communiquer, s’informer, se divertir",
}
"""The closed list of what a month's help was about."""

USUAL_PEOPLE_A_SESSION, USUAL_PEOPLE_A_YEAR, USUAL_PROCEDURES_A_YEAR = 15, 250, 300
"""Source: SOS paperasse at the library of Le Châtelet, Rouen, in 2023."""


@dataclass(frozen=True)
class Year:
    """A civil year, or the school year that begins in it."""

    number: int
    is_school_year: bool = False

    @property
    def first_day(self) -> date:
        return self._days[0]

    @property
    def last_day(self) -> date:
        return self._days[1]

    @property
    def label(self) -> str:
        return f"année scolaire {self.number}-{self.number + 1}" if self.is_school_year else f"année {self.number}"

    @property
    def months(self) -> list[date]:
        """The first day of each of its twelve months."""
        first = self.first_day
        return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(12)]

    @property
    def _days(self) -> tuple[date, date]:
        return school_year(self.number) if self.is_school_year else civil_year(self.number)


@dataclass(frozen=True)
class Tally:
    """Counts of some months of digital advisors."""

    people: int = 0
    workshops: int = 0
    attendees: int = 0


@dataclass(frozen=True)
class AdvisorYear:
    service: LocalService
    tally: Tally
    months_entered: int


@dataclass(frozen=True)
class MonthTally:
    """`tally` is None where no advisor entered the month."""

    month: date
    tally: Tally | None
    advisors: int = 0

    @property
    def name(self) -> str:
        return f"{MONTHS[self.month.month - 1]} {self.month.year}"


@dataclass(frozen=True)
class DigitalYear:
    """What the advisors did in a year, together and one by one."""

    total: Tally
    months: list[MonthTally]
    advisors: list[AdvisorYear]
    themes: list[tuple[str, int]]

    @property
    def chart(self) -> Chart:
        return chart_of([(initial(line.month), line.tally.people if line.tally else None) for line in self.months])


def digital_year(advisors: Iterable[LocalService], year: Year) -> DigitalYear:
    """In two queries whatever their number. A month that nobody entered is unknown, not zero."""
    people = list(advisors)
    rows = list(
        MonthOfActivity.objects.filter(
            service__in=people, month__gte=year.first_day, month__lte=year.last_day
        ).order_by("month")
    )
    themes = Counter[str]()
    for row in rows:
        themes.update({code: count for code, count in row.themes.items() if code in THEMES})
    by_month = [(month, [row for row in rows if row.month == month]) for month in year.months]
    by_advisor: dict[int, list[MonthOfActivity]] = {}
    for row in rows:
        by_advisor.setdefault(row.service_id, []).append(row)
    return DigitalYear(
        total=_tally(rows),
        months=[MonthTally(month, _tally(found) if found else None, len(found)) for month, found in by_month],
        advisors=[
            AdvisorYear(one, _tally(by_advisor.get(one.pk, ())), len(by_advisor.get(one.pk, ()))) for one in people
        ],
        themes=[(THEMES[code], count) for code, count in themes.most_common()],
    )


def _tally(rows: Iterable[MonthOfActivity]) -> Tally:
    found = list(rows)
    return Tally(*(sum(getattr(row, name) for row in found) for name in ("people", "workshops", "attendees")))


@dataclass(frozen=True)
class ActionMonth:
    """`people` is None in a month without attendance sheet."""

    month: date
    held: int
    people: int | None
    procedures: int | None

    @property
    def name(self) -> str:
        return f"{MONTHS[self.month.month - 1]} {self.month.year}"


@dataclass(frozen=True)
class ActionYear:
    """What a local action did in a year. A session counts as held once its attendance sheet is filled."""

    year: Year
    held: int
    cancelled: int
    missing: int
    people: int
    procedures: int
    months: list[ActionMonth] = field(default_factory=list)
    sent: list[tuple[str, int]] = field(default_factory=list)

    @property
    def average(self) -> float | None:
        """People a session, to one decimal; None before the first."""
        return round(self.people / self.held, 1) if self.held else None

    @property
    def sent_people(self) -> int:
        return sum(count for _, count in self.sent)

    @property
    def chart(self) -> Chart:
        return chart_of([(initial(line.month), line.people) for line in self.months])


def action_year(service: LocalService, year: Year, today: date) -> ActionYear:
    """In three queries, whatever the number of sessions. `missing`: past sessions whose sheet is still to fill."""
    rows: QuerySet[ActionSession] = ActionSession.objects.filter(
        service=service, day__gte=year.first_day, day__lte=year.last_day
    )
    is_held, is_cancelled = Q(people_received__isnull=False), ~Q(cancelled_because="")
    figures = rows.aggregate(
        held=Count("pk", filter=is_held),
        cancelled=Count("pk", filter=is_cancelled),
        missing=Count("pk", filter=~is_held & ~is_cancelled & Q(day__lt=today)),
        people=Sum("people_received", default=0),
        procedures=Sum("procedures_done", default=0),
    )
    by_month: dict[date, list[tuple[int, int]]] = {}
    for day, people, procedures in rows.filter(is_held).values_list("day", "people_received", "procedures_done"):
        by_month.setdefault(day.replace(day=1), []).append((people or 0, procedures or 0))
    sent = (
        SentTo.objects.filter(session__in=rows)
        .values_list("label")
        .annotate(people=Sum("count"))
        .order_by("-people", "label")
    )
    return ActionYear(
        year=year,
        **figures,
        months=[_action_month(month, by_month.get(month)) for month in year.months],
        sent=[(label, people) for label, people in sent],
    )


def _action_month(month: date, found: list[tuple[int, int]] | None) -> ActionMonth:
    if found is None:
        return ActionMonth(month, 0, None, None)
    return ActionMonth(month, len(found), sum(people for people, _ in found), sum(done for _, done in found))


def initial(month: date) -> str:
    """The month in three letters or so, for the foot of a bar: "janv.", "mai"."""
    name = MONTHS[month.month - 1]
    return f"{_SHORT[month.month]}." if month.month in _SHORT else name if len(name) <= 4 else f"{name[:4]}."


_SHORT = {2: "févr", 4: "avr", 7: "juil", 9: "sept", 10: "oct", 11: "nov", 12: "déc"}
