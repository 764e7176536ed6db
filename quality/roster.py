"""Which structures does the coordinator's list show, in which order, and what remains to be done at each?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from quality.board import KIND_LABELS
from quality.findings import CharterParameters, SiteFacts
from quality.network import SiteLine, lines, ordered
from quality.places import is_to_be_confirmed
from quality.training import falls_short_on
from quality.wording import counted
from schedules.wording import NBSP, spoken_date, spoken_duration
from structures.models import LabelState, LocationKind
from territories.spelling import plain

ONE_HOUR = timedelta(hours=1)
LABEL_LEVELS: dict[str, str] = {
    LabelState.APPLICATION: "info",
    LabelState.LABELLED: "success",
    LabelState.RESERVE: "warning",
    LabelState.SUSPENDED: "error",
    LabelState.WITHDRAWN: "",
}
"""Levels of components/badge.html."""


class ToDoKind(StrEnum):
    """What the list can be narrowed to."""

    COMMENT = "commentaire"
    NO_HOURS = "sans_horaires"
    TO_CONFIRM = "a_confirmer"
    NOT_MET = "critere"
    SHORT_SOON = "formation"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    ToDoKind.COMMENT: "commentaire à saisir",
    ToDoKind.NO_HOURS: "lieu sans horaires",
    ToDoKind.TO_CONFIRM: "horaires à confirmer",
    ToDoKind.NOT_MET: "critère non tenu",
    ToDoKind.SHORT_SOON: "bientôt trop peu de conseillers formés",
}


@dataclass(frozen=True)
class ToDo:
    kind: ToDoKind
    said: str
    """In French, without full stop."""


def to_do(line: SiteLine, charter: CharterParameters) -> list[ToDo]:
    """What somebody has to settle at this site; nothing where the label was withdrawn."""
    site = line.site
    if site.label_state == LabelState.WITHDRAWN:
        return []
    found = [ToDo(ToDoKind.COMMENT, "commentaire de la liste nationale à saisir")] if site.comment else []
    found += _hours_to_do(site)
    if line.not_met:
        found.append(ToDo(ToDoKind.NOT_MET, counted(len(line.not_met), "critère non tenu", "critères non tenus")))
    if not site.label and (day := falls_short_on(site, charter)):
        least = charter.trained_counsellors
        said = f"moins de {least}{NBSP}conseillers formés à partir du {spoken_date(day, with_year=True)}"
        found.append(ToDo(ToDoKind.SHORT_SOON, said))
    return found


def _hours_to_do(site: SiteFacts) -> list[ToDo]:
    places = [place for place in site.places if place.receives_public]
    empty = [place for place in places if not place.timetable.slots and not place.timetable.extras]
    monday = site.day - timedelta(days=site.day.weekday())
    unsure = [place for place in places if any(is_to_be_confirmed(slot, monday) for slot in place.timetable.slots)]
    found = []
    if not places:
        found.append(ToDo(ToDoKind.NO_HOURS, "aucun lieu d’accueil enregistré"))
    if empty:
        found.append(ToDo(ToDoKind.NO_HOURS, counted(len(empty), "lieu sans horaires", "lieux sans horaires")))
    if unsure:
        number = counted(len(unsure), "lieu", "lieux")
        found.append(ToDo(ToDoKind.TO_CONFIRM, f"horaires à confirmer\u00a0: {number}"))
    return found


@dataclass(frozen=True)
class RosterRow:
    line: SiteLine
    to_do: list[ToDo]

    @property
    def site(self) -> SiteFacts:
        return self.line.site

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.site.kind]

    @property
    def label(self) -> str:
        return LabelState(self.site.label_state).label

    @property
    def label_level(self) -> str:
        return LABEL_LEVELS[self.site.label_state]

    @property
    def places(self) -> int:
        """Where people are received: the office of a bus is no place."""
        return sum(place.receives_public for place in self.site.places)

    @property
    def commune(self) -> str:
        """Where the structure works."""
        home = {place.kind: place.commune for place in reversed(self.site.places)}
        first = self.site.places[0].commune if self.site.places else ""
        return home.get(LocationKind.MAIN) or home.get(LocationKind.OFFICE) or first

    @property
    def hours(self) -> float | None:
        weekly = self.site.opening.weekly
        return None if weekly is None else weekly // (ONE_HOUR / 100) / 100

    @property
    def hours_in_words(self) -> str:
        opening = self.site.opening
        if opening.weekly is None:
            return "–"
        return ("au moins " if opening.has_unknown_times else "") + spoken_duration(opening.weekly)

    @property
    def sought(self) -> str:
        communes = " ".join(place.commune for place in self.site.places)
        return plain(f"{self.site.name} {self.site.id_fs} {self.site.carrier} {communes}")


@dataclass(frozen=True)
class RosterChoice:
    """What the address of the page asks for; an empty value asks for everything."""

    search: str = ""
    kind: str = ""
    label: str = ""
    epci: str = ""
    arrondissement: str = ""
    to_do: str = ""
    """A ToDoKind, or ANYTHING."""
    sort: str = "nom"


ANYTHING = "tout"


def rows_of(sites: Iterable[SiteFacts], charter: CharterParameters) -> list[RosterRow]:
    return [RosterRow(line, to_do(line, charter)) for line in lines(sites, charter)]


def chosen(rows: Sequence[RosterRow], choice: RosterChoice) -> list[RosterRow]:
    """Those that are asked for, in the order that is asked for; ties stay in the order of the names."""
    words = plain(choice.search).split()
    kept = [row for row in rows if _is_asked(row, choice) and all(word in row.sought for word in words)]
    match choice.sort:
        case "matricule":
            return sorted(kept, key=lambda row: (not row.site.id_fs, row.site.id_fs.zfill(12)))
        case "lieux":
            return sorted(kept, key=lambda row: -row.places)
        case "heures":
            return sorted(kept, key=lambda row: float("inf") if row.hours is None else row.hours)
        case "traiter":
            return sorted(kept, key=lambda row: -len(row.to_do))
    places = {id(row.line): row for row in kept}
    return [places[id(line)] for line in ordered([row.line for row in kept], choice.sort)]


def _is_asked(row: RosterRow, choice: RosterChoice) -> bool:
    site = row.site
    return (
        choice.kind in ("", site.kind)
        and choice.label in ("", site.label_state)
        and (not choice.epci or any(place.epci == choice.epci for place in site.places))
        and (not choice.arrondissement or any(p.arrondissement == choice.arrondissement for p in site.places))
        and (not choice.to_do or any(choice.to_do in (ANYTHING, each.kind) for each in row.to_do))
    )


@dataclass(frozen=True)
class Territories:
    """What the list can be narrowed to, by name."""

    epcis: list[str]
    arrondissements: list[str]


def territories(rows: Iterable[RosterRow]) -> Territories:
    places = [place for row in rows for place in row.site.places]
    return Territories(
        sorted({place.epci for place in places} - {""}, key=plain),
        sorted({place.arrondissement for place in places} - {""}, key=plain),
    )


CSV_HEADER = (
    "Matricule", "Structure", "Forme", "Label", "Structure porteuse", "Commune", "Intercommunalités", "Lieux d’accueil",
    "Heures par semaine", "Critères non tenus", "Demandes en retard", "Part à temps (%)", "Demandes du mois",
    "Part réglée au guichet (%)", "À traiter", "Détail",
)  # fmt: skip


def csv_rows(rows: Iterable[RosterRow]) -> Iterator[list[object]]:
    """One line per structure of the screen, in its order."""
    for row in rows:
        site, line = row.site, row.line
        epcis = dict.fromkeys(place.epci for place in site.places if place.epci)
        yield [
            site.id_fs, site.name, row.kind_label, row.label, site.carrier, row.commune, ", ".join(epcis), row.places,
            row.hours, "" if site.label else len(line.not_met), site.requests.late_now, line.on_time,
            site.requests.this_month, line.solved, len(row.to_do), "\u00a0; ".join(each.said for each in row.to_do),
        ]  # fmt: skip
