"""Which days of the invented network are unlike the others: Christmas, a day moved, a history of the label?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from accounts.models import User
from config.demo.hours import timetable
from config.demo.places import Site, Spot
from schedules.calendars import PARIS
from schedules.opening_hours import Closure, Extra, Timetable
from structures.models import LabelChange, LabelState, LocationKind, Structure, StructureClosure

ONE_DAY = timedelta(days=1)
AT_CHRISTMAS = (
    "montivilliers",
    "elbeuf",
    "gournay-en-bray",
    "forges-les-eaux",
    "luneray",
    "saint-saens",
    "bus-londinieres",
    "bus-campagne-de-caux",
)
MOVED = {"yvetot": "réunion du réseau", "neufchatel-en-bray": "travaux électriques"}
"""Sites closed on a Tuesday in a fortnight and open on the Saturday before instead."""
TO_CANDIDATE = timedelta(days=150)
# Days from today, the state, the note.
DECISIONS: dict[str, tuple[tuple[int, LabelState, str], ...]] = {
    "envermeu": (
        (-210, LabelState.RESERVE, "20 h 30 par semaine pour 24 demandées\u00a0: élargir les horaires d’ouverture."),
    ),
    "fecamp": (
        (-420, LabelState.RESERVE, "Un seul conseiller formé depuis l’été."),
        (-290, LabelState.LABELLED, "Deux conseillers formés, point fait avec le porteur."),
    ),
    "aumale": (
        (-600, LabelState.SUSPENDED, "Locaux fermés après un dégât des eaux."),
        (-545, LabelState.LABELLED, "Réouverture dans les locaux refaits."),
    ),
    "le-trait": ((40, LabelState.RESERVE, "Bureau confidentiel à aménager avant la fin de l’année."),),
}


def christmas(today: date) -> tuple[date, date]:
    """The coming (or present) closing of the year: 24 December to 2 January."""
    year = today.year - 1 if (today.month, today.day) <= (1, 2) else today.year
    return date(year, 12, 24), date(year + 1, 1, 2)


def with_its_own(slug: str, spot: Spot, today: date) -> Timetable:
    """The hours of one place with what is exceptional at this place alone."""
    usual = timetable(spot.hours)
    if slug not in MOVED or spot.kind != LocationKind.MAIN:
        return usual
    tuesday = today + timedelta(days=14 + (1 - today.weekday()) % 7)
    saturday = tuesday - 3 * ONE_DAY
    opening = Extra(saturday, time(14), time(17), reason="à la place du mardi", replaces=tuesday)
    return replace(usual, closures=(Closure(tuesday, tuesday, MOVED[slug]),), extras=(opening,))


def write_closures(sites: Sequence[Site], structures: Mapping[str, Structure], today: date) -> None:
    """Days on which every door of a structure is shut."""
    StructureClosure.objects.bulk_create(
        StructureClosure(
            structure=structures[site.slug], first_day=each.first_day, last_day=each.last_day, reason=each.reason
        )
        for site in sites
        for each in (*site.closed(today), *_at_christmas(site, today))
    )


def _at_christmas(site: Site, today: date) -> tuple[Closure, ...]:
    return (Closure(*christmas(today), "congés de fin d’année"),) if site.slug in AT_CHRISTMAS else ()


def write_labels(
    sites: Sequence[Site], structures: Mapping[str, Structure], author: User, today: date, now: datetime
) -> int:
    """Every label from its application on; says how many decisions."""
    lines = []
    for site in sites:
        decided: list[tuple[date, LabelState, str]] = [
            (site.labelled_on - TO_CANDIDATE, LabelState.APPLICATION, "Dossier complet."),
            (site.labelled_on, LabelState.LABELLED, ""),
        ]
        decided += [(today + timedelta(days=day), state, note) for day, state, note in DECISIONS.get(site.slug, ())]
        for day, state, note in decided:
            at = datetime.combine(day, time(12), tzinfo=PARIS) if day < today else now
            lines.append(
                LabelChange(
                    structure=structures[site.slug],
                    state=state,
                    decided_on=day,
                    note=note,
                    author=author,
                    recorded_at=at,
                )
            )
    return len(LabelChange.objects.bulk_create(lines))
