"""What does the screen of an import show of one line: which fields, from what to what, and whose hand protects them?

A difference is plain JSON, kept with the line: what a person reads is what is applied.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Q

from structures.importing.compare import Comparison
from structures.importing.rows import COLUMNS, HOURS, POINT, Values, said_by
from structures.importing.wording import LABELS, NOTHING, said
from structures.models import Change, Structure, What
from structures.national_list import NationalRow

ACTOR = "import de la liste nationale"
Difference = dict[str, Any]
_WITH_PLACE = ("address", "complement", "postcode", "commune_id", *POINT)


def differences_of(comparison: Comparison, communes: Mapping[str, str], hands: Sequence[Change]) -> list[Difference]:
    """Stored beside the file, in the order of the columns; a conflict says by whom and when, and is not taken."""
    found = []
    for fields in _groups({*comparison.taken, *comparison.kept}):
        is_kept = bool(set(fields) & set(comparison.kept))
        found.append(
            _difference(fields, comparison.stored, comparison.said, communes)
            | {"conflict": is_kept, "take": not is_kept, **(_by(fields, hands) if is_kept else {})}
        )
    return found


def differences_of_new(row: NationalRow, communes: Mapping[str, str]) -> list[Difference]:
    """Everything that a new structure would hold; what is empty is left out, but for closed days."""
    values = said_by(row)
    found = [_difference(fields, {}, values, communes) for fields in _groups(set(values) - {"name"})]
    shown = [one for one in found if one["file_said"] != NOTHING]
    return [one | {"conflict": False, "take": True} for one in shown]


def is_as_shown(difference: Difference, comparison: Comparison) -> bool:
    """Whether what is stored now is what the person saw when she chose."""
    return bool(_value(difference["fields"], comparison.stored) == difference["stored"])


def _groups(fields: Collection[str]) -> list[tuple[str, ...]]:
    """Latitude and longitude are one thing; the rest stands alone."""
    order = [*COLUMNS]
    found = [(name,) for name in sorted(set(fields) - POINT, key=order.index)]
    return found + ([("latitude", "longitude")] if POINT & set(fields) else [])


def _difference(
    fields: tuple[str, ...], stored: Mapping[str, Any], file: Mapping[str, Any], communes: Mapping[str, str]
) -> Difference:
    name, before, after = fields[0], _value(fields, stored), _value(fields, file)
    said_before = said(name, before, communes) if stored else ""
    said_after = said(name, after, communes)
    if said_before == said_after:
        # The same number written in another way: then the way of writing is the difference.
        said_before, said_after = str(before), str(after)
    return {
        "fields": list(fields),
        "label": LABELS[name],
        "column": COLUMNS[name],
        "stored": before,
        "file": after,
        "stored_said": said_before,
        "file_said": said_after,
    }


def _value(fields: Sequence[str], values: Mapping[str, Any]) -> Any:
    return values.get(fields[0]) if len(fields) == 1 else [values.get(name) for name in fields]


# By whose hand


def hands_of(structures: Sequence[Structure]) -> dict[int, list[Change]]:
    """What people, not imports, changed on these structures, the latest first. One statement."""
    found: dict[int, list[Change]] = defaultdict(list)
    if structures:
        by_people = Change.objects.filter(structure__in=structures).exclude(actor=ACTOR)
        wanted = by_people.filter(Q(what=What.STRUCTURE) | Q(what=What.LOCATION) | Q(what=What.HOURS))
        for change in wanted.order_by("-at", "-pk"):
            found[change.structure_id].append(change)
    return found


def _by(fields: Sequence[str], hands: Sequence[Change]) -> dict[str, str]:
    """Who last changed one of these fields, and when; nothing when it was before anybody kept it."""
    for change in hands:
        if any(_touches(change, name) for name in fields):
            return {"by": change.actor, "at": change.at.isoformat()}
    return {}


def _touches(change: Change, name: str) -> bool:
    before, after = change.before or {}, change.after or {}
    if name in HOURS:
        return change.what == What.HOURS and _of_day(before, HOURS.index(name)) != _of_day(after, HOURS.index(name))
    wanted = What.LOCATION if name in _WITH_PLACE else What.STRUCTURE
    return change.what == wanted and before.get(name) != after.get(name)


def _of_day(hours: Values, weekday: int) -> list[Any]:
    return [slot for slot in hours.get("slots", []) if slot["weekday"] == weekday]
