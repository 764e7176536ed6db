"""Who changed what on this local service, and when?"""

from collections import defaultdict
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from partners.actions.undo import tracked
from partners.history import SHOWN, Change
from partners.models import LocalService, LocalServiceChange, LocalServiceKind, Procedure, Subject
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
    """The last changes, latest first, those of one saving together; the first one may be undone. Seven queries."""
    history: Any = LocalService.history
    rows = list(history.filter(id=service.pk).select_related("history_user").order_by("-history_id")[: _MOST_LINES + 1])
    served = Served([row.history_id for row in rows])
    communes = Commune.objects.in_bulk({row.commune_id for row in rows})
    changes: list[Change] = []
    for new, old in zip_longest(rows, rows[1:]):
        reason = new.history_change_reason or ""
        if old is None and len(rows) > _MOST_LINES:
            break  # there are older lines than those that were read
        if old is None and new.history_type != "+":
            said = [] if reason else ["Fiche modifiée"]
        else:
            said = ["Fiche créée"] if old is None else [*differences(old, new, communes), *served.differences(old, new)]
        if reason and reason not in _SAID_BY_THE_REST:
            said = [reason, *said]
        by = str(new.history_user) if new.history_user else "l’application"
        if said and changes and (changes[-1].at, changes[-1].by) == (new.history_date, by):
            changes[-1].sentences[:0] = said
        elif said:
            changes.append(Change(new.history_date, by, said))
    if changes and changes[0].at == rows[0].history_date:
        changes[0] = replace(changes[0], line=_undoable(rows, served))
    return changes[:SHOWN]


def _undoable(rows: list[Any], served: "Served") -> int | None:
    """The last line, when there is something to put back; the action looks again before writing."""
    last: Any = rows[0]
    before = next((row for row in rows if row.history_date != last.history_date), None)
    if last.history_type != "~":
        return None
    differs = before is not None and (
        any(getattr(last, name) != getattr(before, name) for name in tracked(LocalService))
        or served.differences(before, last)
    )
    around = LocalServiceChange.objects.filter(line=last.history_id)
    return int(last.history_id) if differs or around.exists() else None


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
    """The needs and démarches of each version; four queries whatever their count."""

    def __init__(self, versions: list[int]) -> None:
        self._needs = _kept_by_version("needs", "subject_id", Subject, versions)
        self._procedures = _kept_by_version("procedures", "procedure_id", Procedure, versions)

    def differences(self, old: Any, new: Any) -> list[str]:
        return [
            *_more_and_less("Besoin ajouté", "Besoin retiré", self._needs, old, new),
            *_more_and_less("Démarche ajoutée", "Démarche retirée", self._procedures, old, new),
        ]


def _kept_by_version(field: str, column: str, model: Any, versions: list[int]) -> dict[int, set[str]]:
    """The names of what each version serves."""
    history: Any = LocalService.history
    through = getattr(history.model, field).model
    rows = list(through.objects.filter(history__in=versions).values_list("history_id", column))
    names = dict(model.objects.filter(pk__in={pk for _, pk in rows}).order_by().values_list("pk", "name"))
    kept: dict[int, set[str]] = defaultdict(set)
    for version, pk in rows:
        kept[version].add(names.get(pk, "supprimé"))
    return kept


def _more_and_less(more: str, less: str, kept: dict[int, set[str]], old: Any, new: Any) -> list[str]:
    before, after = kept.get(old.history_id, set()), kept.get(new.history_id, set())
    said = [(more, name) for name in sorted(after - before)] + [(less, name) for name in sorted(before - after)]
    return [f"{verb}\u00a0: {name}" for verb, name in said]
