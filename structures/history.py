"""What was changed on a structure, told with names and sentences, page by page?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator

from accounts.models import User
from schedules.calendars import PARIS
from schedules.wording import spoken_moment
from structures import change_words
from structures.change_words import Line, Names
from structures.models import (
    Carrier,
    CarrierKind,
    Change,
    Course,
    LabelState,
    Location,
    LocationKind,
    Structure,
    StructureKind,
    What,
)
from structures.signs import own_name
from structures.undoing import is_birth_of_structure, is_gone, is_of_the_network
from territories.models import Commune

PER_PAGE = 20
LAST_SHOWN = 3
READ_WITH = ("location__commune", "location__structure", "counsellor", "undone_by", "undoes")
TITLES = {
    What.HOURS: "Horaires",
    What.EXCEPTIONS: "Fermetures et ouvertures exceptionnelles",
    What.STRUCTURE_CLOSURES: "Fermetures de toute la structure",
    What.STRUCTURE: "Fiche de la structure",
    What.LOCATION: "Lieu",
    What.LABEL: "Label",
    What.COUNSELLOR: "Équipe",
    What.PRESENCE: "Présence",
}


@dataclass(frozen=True)
class ToldChange:
    """One entry of the history. `undone` and `undoes` are sentences, empty when there is none."""

    pk: int
    title: str
    moment: str
    actor: str
    lines: list[Line] = field(default_factory=list)
    undone: str = ""
    undoes: str = ""
    may_be_undone: bool = False


@dataclass(frozen=True)
class History:
    changes: list[ToldChange]
    page: Page[Change]


def read(structure: Structure, *, what: str, number: Any, now: datetime, is_coordinator: bool) -> History:
    """A page of the history, latest first, of one kind of thing or of all. Seven statements at most."""
    rows = structure.changes.select_related(*READ_WITH)
    if what:
        rows = rows.filter(what=what)
    page = Paginator(rows.order_by("-at", "-pk"), PER_PAGE).get_page(number)
    names, today = _names(page.object_list), now.astimezone(PARIS).date()
    return History([_told(row, names, today, is_coordinator) for row in page.object_list], page)


def last(structure: Structure, now: datetime) -> list[ToldChange]:
    """The last changes, without their details. One statement."""
    today = now.astimezone(PARIS).date()
    rows = structure.changes.select_related(*READ_WITH)
    return [
        ToldChange(row.pk, title_of(row), spoken_moment(row.at, today=today), row.actor, undone=_undone(row, today))
        for row in rows.order_by("-at", "-pk")[:LAST_SHOWN]
    ]


def title_of(change: Change) -> str:
    """ "Horaires · Mairie de Doudeville", "Lieu ajouté · Yvetot"."""
    title = TITLES.get(What(change.what), change.what)
    if change.before is None and change.what in (What.LOCATION, What.COUNSELLOR):
        title = "Lieu ajouté" if change.what == What.LOCATION else "Arrivée dans l’équipe"
    about = title_of_place(change.location) if change.location else str(change.counsellor or "")
    return f"{title} · {about}" if about else title


def title_of_place(location: Location) -> str:
    """What tells a place from the others of its structure; read with its commune and its structure."""
    return own_name(location) or location.commune.name


def _told(change: Change, names: Names, today: date, is_coordinator: bool) -> ToldChange:
    is_undone = hasattr(change, "undone_by")
    refused = is_birth_of_structure(change) or is_gone(change) or (is_of_the_network(change) and not is_coordinator)
    return ToldChange(
        pk=change.pk,
        title=title_of(change),
        moment=spoken_moment(change.at, today=today),
        actor=change.actor,
        lines=change_words.lines(change.before, change.after, names),
        undone=_undone(change, today),
        undoes=f"annule la modification du {spoken_moment(change.undoes.at, today=today)}" if change.undoes else "",
        may_be_undone=not is_undone and not refused,
    )


def _undone(change: Change, today: date) -> str:
    if not hasattr(change, "undone_by"):
        return ""
    return f"annulée par {change.undone_by.actor}, {spoken_moment(change.undone_by.at, today=today)}"


def _names(changes: Iterable[Change]) -> Names:
    """The names of the codes in these changes; nothing is asked of the database for a kind of code that is absent."""
    kept = [snapshot for change in changes for snapshot in (change.before, change.after) if snapshot]
    communes = {row["commune_id"] for row in kept if row.get("commune_id")}
    carriers = {row["carrier_id"] for row in kept if row.get("carrier_id")}
    people = {row["user_id"] for row in kept if row.get("user_id")}
    courses = {training["course"] for row in kept for training in row.get("trainings", [])}
    return Names(
        communes=dict(Commune.objects.filter(pk__in=communes).values_list("pk", "name")),
        carriers=dict(Carrier.objects.filter(pk__in=carriers).values_list("pk", "name")),
        people=dict(User.objects.filter(pk__in=people).values_list("pk", "full_name")),
        courses=dict(Course.objects.filter(code__in=courses).values_list("code", "name")),
        carrier_kinds=dict(CarrierKind.choices),
        structure_kinds=dict(StructureKind.choices),
        place_kinds=dict(LocationKind.choices),
        label_states=dict(LabelState.choices),
    )
