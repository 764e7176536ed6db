"""What do the people of a site see of it: its places and their hours, what comes, and what remains to be done?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from schedules.calendars import PARIS, Calendar
from schedules.here import calendar_around
from schedules.opening_hours import Timetable, has_unknown_times, in_words, weekly_hours
from schedules.wording import spoken_duration
from structures import history
from structures.history import ToldChange, title_of_place
from structures.models import LABEL_IN_FORCE, LabelState, Location, LocationKind, Structure, StructureKind
from structures.openings import interruptions
from structures.sheet import DISABILITIES
from structures.signs import address_of, icon_of, kind_of

CLOSURES_SHOWN = 3
LABEL_LEVELS = {LabelState.LABELLED: "success", LabelState.RESERVE: "warning", LabelState.APPLICATION: "info"}


@dataclass(frozen=True)
class PlaceLine:
    """A place as its own people see it; `weekly` is empty when nothing is known."""

    pk: int
    title: str
    kind: str
    icon: str
    address: str
    hours: tuple[str, ...]
    note: str
    weekly: str
    closures: tuple[str, ...]
    more_closures: int
    receives_public: bool


@dataclass(frozen=True)
class Todo:
    """One thing to do, with the places where it is to be done, or a single link."""

    title: str
    why: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SitePage:
    """`total`: hours of opening a week of what counts as the site; empty when unknown, a minimum when `is_minimum`."""

    kind: str
    label: str
    label_level: str
    is_public: bool
    places: tuple[PlaceLine, ...]
    offices: tuple[PlaceLine, ...]
    retired: tuple[PlaceLine, ...]
    total: str
    is_minimum: bool
    counted: str
    comment: str
    todos: tuple[Todo, ...]
    last_changes: list[ToldChange]

    @property
    def to_do(self) -> int:
        return len(self.todos) + bool(self.comment)


def read_site(structure: Structure, now: datetime) -> SitePage:
    """Everything the home of a site shows. Six statements however many places."""
    today, calendar = now.astimezone(PARIS).date(), calendar_around(now)
    locations = _ordered(structure.locations.select_related("commune").with_hours())
    shown = [location for location in locations if location.is_active]
    receiving = [location for location in shown if location.receives_public]
    lines = {location.pk: _line(location, today, calendar) for location in locations}
    counting = _timetable_that_counts(structure, receiving)
    weekly = weekly_hours(counting, _monday(today))
    return SitePage(
        kind=structure.get_kind_display(),
        label=structure.get_label_state_display(),
        label_level=LABEL_LEVELS.get(LabelState(structure.label_state), "error"),
        is_public=structure.label_state in LABEL_IN_FORCE,
        places=tuple(lines[location.pk] for location in receiving),
        offices=tuple(lines[location.pk] for location in shown if not location.receives_public),
        retired=tuple(lines[location.pk] for location in locations if not location.is_active),
        total=spoken_duration(weekly) if weekly is not None else "",
        is_minimum=has_unknown_times(counting),
        counted="aux arrêts du bus" if structure.is_bus else "au site principal",
        comment=structure.comment.strip() if structure.has_comment_to_settle else "",
        todos=tuple(_todos(structure, receiving)),
        last_changes=history.last(structure, now),
    )


def _ordered(locations: Iterable[Location]) -> list[Location]:
    kinds = list(LocationKind)
    return sorted(locations, key=lambda place: (kinds.index(LocationKind(place.kind)), title_of_place(place), place.pk))


def _line(location: Location, today: date, calendar: Calendar) -> PlaceLine:
    timetable = location.timetable()
    coming = interruptions(timetable, today, calendar) if location.receives_public else []
    weekly = weekly_hours(timetable, _monday(today))
    return PlaceLine(
        pk=location.pk,
        title=title_of_place(location),
        kind=kind_of(location),
        icon=icon_of(location),
        address=", ".join(address_of(location)),
        hours=tuple(in_words(timetable, today)),
        note=location.schedule.note,
        weekly=spoken_duration(weekly) if weekly is not None else "",
        closures=tuple(coming[:CLOSURES_SHOWN]),
        more_closures=max(0, len(coming) - CLOSURES_SHOWN),
        receives_public=location.kind != LocationKind.OFFICE,
    )


def _timetable_that_counts(structure: Structure, receiving: Sequence[Location]) -> Timetable:
    """The main place; all the stops of a bus as one, since it is at one of them at a time."""
    if structure.is_bus:
        counting = [place for place in receiving if place.kind == LocationKind.BUS_STOP]
    else:
        counting = [place for place in receiving if place.kind == LocationKind.MAIN]
        if not counting and structure.kind == StructureKind.ANTENNA:
            counting = [place for place in receiving if place.kind == LocationKind.ANTENNA]
    return Timetable(tuple(slot for place in counting for slot in place.timetable().slots))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# What remains to be done


def _todos(structure: Structure, receiving: Sequence[Location]) -> Iterable[Todo]:
    slug = structure.slug
    if not receiving:
        link = ("Ajouter un lieu", reverse("structures:location_create", args=[slug]))
        yield Todo("Aucun lieu ne reçoit le public", "Rien n’est affiché au public tant qu’il n’y en a pas.", (link,))
    for title, why, page, lacks in _ASKED_OF_PLACES:
        missing = [place for place in receiving if lacks(place)]
        if missing:
            links = tuple((title_of_place(place), reverse(page, args=[slug, place.pk])) for place in missing)
            yield Todo(title, why, links)
    sheet = (("Compléter la fiche", reverse("structures:sheet", args=[slug])),)
    if not structure.phone:
        yield Todo("Pas de téléphone", "C’est le premier moyen de vous joindre.", sheet)
    if not structure.services:
        yield Todo("Services non renseignés", "Le public ne sait pas ce que vous proposez.", sheet)


def _has_no_hours(location: Location) -> bool:
    timetable = location.timetable()
    return not timetable.slots and not timetable.extras


def _is_to_be_confirmed(location: Location) -> bool:
    return has_unknown_times(location.timetable())


def _has_no_point(location: Location) -> bool:
    return location.latitude is None


def _is_of_unknown_access(location: Location) -> bool:
    return all(getattr(location, name) is None for name, _ in DISABILITIES)


_ASKED_OF_PLACES: tuple[tuple[str, str, str, Callable[[Location], bool]], ...] = (
    ("Horaires à saisir", "Personne ne sait quand venir.", "structures:hours", _has_no_hours),
    ("Horaires à confirmer", "Ils sont affichés «\u00a0à confirmer\u00a0».", "structures:hours", _is_to_be_confirmed),
    (
        "Coordonnées à donner",
        "Le lieu est placé au centre de sa commune.",
        "structures:location_edit",
        _has_no_point,
    ),
    (
        "Accessibilité à renseigner",
        "Une personne handicapée ne sait pas si elle peut entrer.",
        "structures:location_edit",
        _is_of_unknown_access,
    ),
)
