"""Who changed what on this local service, and when?"""

from collections import defaultdict
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db.models import CharField, OuterRef, Subquery, Value

from partners.actions.undo import differing
from partners.history import SHOWN, Change
from partners.models import LocalService, LocalServiceChange, LocalServiceKind, Procedure, Subject
from partners.points import still_said
from partners.rows_in_words import RowWords, with_reason
from territories.models import Commune

LABELS = {
    "kind": "Nature",
    "name": "Nom",
    "host": "Accueilli par",
    "serves": "Pour quoi",
    "limits": "À savoir",
    "access": "Accès",
    "delay": "Délai",
    "address": "Adresse",
    "commune_id": "Commune",
    "phone": "Téléphone",
    "is_active": "En service",
}
_SAID_BY_THE_REST = ("Fiche créée", "Besoins et démarches", "création")
_MOST_LINES = 3 * SHOWN
"""One saving writes a line for the sheet and one for each list that it changes."""


def last_changes(service: LocalService) -> list[Change]:
    """The last changes, latest first, those of one saving together, each with the line to undo. Five queries."""
    history: Any = LocalService.history
    rows = list(
        history.filter(id=service.pk)
        .select_related("history_user", "commune")
        .order_by("-history_id")[: _MOST_LINES + 1]
    )
    served = Served([row.history_id for row in rows])
    beside = {change.line: change for change in LocalServiceChange.objects.filter(line__in=[row.pk for row in rows])}
    words = RowWords([(change.before, change.after) for change in beside.values()])
    communes = {row.commune_id: row.commune for row in rows if row.commune is not None}
    lines = _undoable(rows, served, beside)
    changes: list[Change] = []
    for new, old in zip_longest(rows, rows[1:]):
        reason = new.history_change_reason or ""
        if old is None and len(rows) > _MOST_LINES:
            break  # there are older lines than those that were read
        if old is None and new.history_type != "+":
            said = [] if reason else ["Fiche modifiée"]
        else:
            said = ["Fiche créée"] if old is None else [*differences(old, new, communes), *served.differences(old, new)]
        if around := beside.get(new.history_id):
            said = [*said, *words.sentences(around.before, around.after)]
        if reason not in _SAID_BY_THE_REST:
            said = with_reason(reason, said)
        by = str(new.history_user) if new.history_user else "l’application"
        if said and changes and (changes[-1].at, changes[-1].by) == (new.history_date, by):
            changes[-1].sentences[:0] = said
        elif said:
            changes.append(Change(new.history_date, by, said, lines.get(new.history_date)))
    return changes[:SHOWN]


def _undoable(rows: list[Any], served: "Served", beside: dict[int, LocalServiceChange]) -> dict[datetime, int]:
    """The last line of each saving, where what it changed is still said; the action looks again before writing."""
    beside_stands = still_said((line, change.before, change.after) for line, change in beside.items())
    found: dict[datetime, int] = {}
    seen: set[datetime] = set()
    for place, line in enumerate(rows):
        if line.history_date in seen:
            continue
        seen.add(line.history_date)
        before = next((row for row in rows[place:] if row.history_date != line.history_date), None)
        if line.history_id in beside:
            may_be_undone = line.history_id in beside_stands
        else:
            may_be_undone = line.history_type == "~" and before is not None and stands(before, line, rows[0], served)
        if may_be_undone:
            found[line.history_date] = line.history_id
    return found


def stands(before: Any, line: Any, last: Any, served: "Served") -> bool:
    """Whether a line changed something of the sheet itself, and the last one still says all of that."""
    columns = differing(line, before)
    if not columns and not served.differences(before, line):
        return False
    return not set(columns) & set(differing(last, line)) and served.still_said(before, line, last)


def differences(old: Any, new: Any, communes: dict[str, Commune]) -> list[str]:
    found = [(name, getattr(old, name), getattr(new, name)) for name in LABELS]
    return [
        f"{LABELS[name]}\u00a0: {_said(name, before, communes)} devient {_said(name, after, communes)}"
        for name, before, after in found
        if before != after
    ]


def _said(name: str, value: Any, communes: dict[str, Commune]) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if name == "commune_id":
        return str(communes[value]) if value in communes else str(value)
    if name == "kind":
        return LocalServiceKind(value).label if value in LocalServiceKind.values else str(value)
    return f"«\u00a0{value}\u00a0»" if value else "vide"


class Served:
    """The needs and démarches of each version; one query whatever their count."""

    def __init__(self, versions: list[int]) -> None:
        needs = _served("needs", "subject_id", Subject, versions)
        procedures = _served("procedures", "procedure_id", Procedure, versions)
        kept: dict[str, dict[int, set[str]]] = {"needs": defaultdict(set), "procedures": defaultdict(set)}
        for field, version, name in needs.union(procedures, all=True):
            kept[field][version].add(name or "supprimé")
        self._needs, self._procedures = kept["needs"], kept["procedures"]

    def differences(self, old: Any, new: Any) -> list[str]:
        return [
            *_more_and_less("Besoin ajouté", "Besoin retiré", self._needs, old, new),
            *_more_and_less("Démarche ajoutée", "Démarche retirée", self._procedures, old, new),
        ]

    def still_said(self, old: Any, new: Any, last: Any) -> bool:
        """Whether what was added from one version to the next is still there, and what was removed is not."""
        for kept in (self._needs, self._procedures):
            before, after, now = (kept.get(version.history_id, set()) for version in (old, new, last))
            if not (after - before) <= now or (before - after) & now:
                return False
        return True


def _served(field: str, column: str, model: Any, versions: list[int]) -> Any:
    """(field, version, name) of what each version serves; no name for what is no longer there."""
    history: Any = LocalService.history
    through = getattr(history.model, field).model
    name = Subquery(model.objects.filter(pk=OuterRef(column)).order_by().values("name"))
    rows = through.objects.filter(history__in=versions).order_by()
    return rows.annotate(field=Value(field, CharField()), said=name).values_list("field", "history_id", "said")


def _more_and_less(more: str, less: str, kept: dict[int, set[str]], old: Any, new: Any) -> list[str]:
    before, after = kept.get(old.history_id, set()), kept.get(new.history_id, set())
    said = [(more, name) for name in sorted(after - before)] + [(less, name) for name in sorted(before - after)]
    return [f"{verb}\u00a0: {name}" for verb, name in said]
