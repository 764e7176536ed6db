"""What would the directory say once an import is written, or undone? Plain values, and nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q

from accounts.models import Team
from partners.consequences import Foreseen
from partners.models import ContactImport, ContactImportLine, ContactLineKind
from partners.sheets.snapshots import Stored, Values, stored_contacts

_WRITING = (ContactLineKind.CREATED, ContactLineKind.CHANGED)


def if_written(batch: ContactImport) -> list[Foreseen]:
    """The lines that are to be written; four statements, however many.

    As when they are: a contact that was changed, or typed by hand, since the preview is left as it is.
    """
    lines = batch.lines.filter(kind__in=_WRITING, applied_at__isnull=True, problems=[])
    teams, stored = _around(batch)
    by_hand = {_identity(one.values) for one in stored.values() if one.office == batch.office_id}
    wanted: dict[int, Stored] = {}
    for line in lines.defer("differences").order_by("pk"):
        there = stored.get(line.contact_id or 0)
        if line.kind == ContactLineKind.CHANGED and there and line.before and _says(there, line.before):
            wanted[there.pk] = _saying(there, line.values)
        elif line.kind == ContactLineKind.CREATED and _identity(line.values["contact"]) not in by_hand:
            wanted[-line.number] = _saying(Stored(-line.number, {}, office=batch.office_id), line.values)
    for one in wanted.values():
        stand_in = one.values["stand_in"]
        if isinstance(stand_in, dict):
            one.values["stand_in"] = -stand_in["line"] if -stand_in["line"] in wanted else None
    return _foreseen(teams, stored, wanted)


def if_undone(batch: ContactImport) -> list[Foreseen]:
    """What was created goes out of service, what was changed is as before, unless it was changed since."""
    lines = batch.lines.filter(applied_at__isnull=False, problems=[], contact__isnull=False)
    teams, stored = _around(batch)
    wanted = {}
    for line in lines.defer("differences").order_by("pk"):
        there = stored.get(line.contact_id or 0)
        if there and _says(there, line.values):
            wanted[there.pk] = _saying(there, _put_back(line))
    return _foreseen(teams, stored, wanted)


def _around(batch: ContactImport) -> tuple[list[Team], dict[int, Stored]]:
    """The contacts of each office that has one in the file."""
    named = batch.lines.filter(contact__isnull=False).order_by().values("contact__office")
    teams = list(Team.objects.filter(Q(pk__in=named) | Q(pk=batch.office_id)).order_by("pk"))
    return teams, stored_contacts(teams)


def _put_back(line: ContactImportLine) -> Mapping[str, Any]:
    if line.before is not None:
        before: Mapping[str, Any] = line.before
        return before
    written: Values = line.values["contact"]
    return {"contact": written | {"is_active": False}, "rules": line.values["rules"]}


def _says(there: Stored, said: Mapping[str, Any]) -> bool:
    return bool(there.values == said["contact"] and there.rules == said["rules"])


def _saying(there: Stored, said: Mapping[str, Any]) -> Stored:
    return replace(there, values=said["contact"], rules=said["rules"])


def _identity(values: Mapping[str, Any]) -> tuple[int, str, str]:
    return values["operator"], values["name"], values["body"]


def _foreseen(teams: Iterable[Team], stored: Mapping[int, Stored], wanted: Mapping[int, Stored]) -> list[Foreseen]:
    found = []
    for team in teams:
        before = {pk: one for pk, one in stored.items() if one.office == team.pk}
        after = before | {pk: one for pk, one in wanted.items() if one.office == team.pk}
        found.append(Foreseen(team, before, after))
    return found
