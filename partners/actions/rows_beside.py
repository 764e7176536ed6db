"""How is a workshop, a month of activity, a session or a member of a team kept as plain JSON, and put back?

They hang from a local service one by one, and each keeps its number: what was removed comes back under the same.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError

from partners.models import ActionMember, ActionSession, LocalService, MonthOfActivity, SentTo, Workshop
from schedules.calendars import PARIS

RowBeside: TypeAlias = Workshop | MonthOfActivity | ActionSession | ActionMember
Rows: TypeAlias = dict[str, dict[str, dict[str, Any] | None]]
"""Part, number of the row, what it says; None where there is no such row."""

_MODELS: dict[str, Any] = {
    "workshops": Workshop,
    "months": MonthOfActivity,
    "sessions": ActionSession,
    "members": ActionMember,
}
PARTS = frozenset(_MODELS)
ADDED_BY_MISTAKE = "ajoutée par erreur"
_GONE = "Une personne présente ce jour-là ne fait plus partie de la liste de l’équipe."


def part_of(row: RowBeside) -> str:
    return next(part for part, model in _MODELS.items() if isinstance(row, model))


def not_yet(rows: Iterable[RowBeside]) -> Rows:
    """What rows that were just made said before: nothing."""
    before: Rows = {}
    for row in rows:
        before.setdefault(part_of(row), {})[str(row.pk)] = None
    return before


def said_by(row: RowBeside) -> Rows:
    """What this row says now, read anew."""
    return rows_said(row.service, {part_of(row): [row.pk]})


def rows_said(service: LocalService, numbers: Mapping[str, Iterable[Any]]) -> Rows:
    """What these rows of a service say now; one query a part, three for sessions."""
    return {part: _part_said(service, part, [str(pk) for pk in pks]) for part, pks in numbers.items()}


def put_row(service: LocalService, part: str, pk: str, said: Mapping[str, Any] | None, now: datetime) -> None:
    """Make a row say this again; of a row that was not there, see `_take_away`. ValidationError when it cannot."""
    row = _MODELS[part].objects.filter(service=service, pk=pk).first()
    if said is None:
        _take_away(row, now)
        return
    is_new = row is None
    row = row or _MODELS[part](service=service, pk=int(pk))
    for field in _columns(row):
        value = said[field.attname]
        setattr(row, field.attname, value if field.is_relation else field.to_python(value))
    row.full_clean()
    row.save(force_insert=is_new)
    if isinstance(row, ActionSession):
        write_lists(row, present=said["present"], sent=said["sent"])


def write_lists(session: ActionSession, *, present: Iterable[int], sent: Iterable[tuple[str, int]]) -> None:
    """Who was there, and to whom people were sent. ValidationError when somebody is no longer known."""
    wanted = set(present)
    if ActionMember.objects.filter(service=session.service_id, pk__in=wanted).count() != len(wanted):
        raise ValidationError(_GONE)
    session.present.set(wanted)
    session.sent.all().delete()
    SentTo.objects.bulk_create(SentTo(session=session, label=label, count=count) for label, count in sent)


def _take_away(row: RowBeside, now: datetime) -> None:
    """What was announced, or has come, stays and is said cancelled; who held a session stays in the team until today.

    The rest goes: a session to come would otherwise keep its day from being planned again.
    """
    today = now.astimezone(PARIS).date()
    if isinstance(row, Workshop):
        row.cancelled_at = now
    elif isinstance(row, ActionSession) and row.day <= today:
        row.cancelled_because = ADDED_BY_MISTAKE
    elif isinstance(row, ActionMember) and row.sessions.exists():
        row.left_on = max(today, row.joined_on)
    else:
        row.delete()
        return
    row.save()


def _part_said(service: LocalService, part: str, pks: list[str]) -> dict[str, dict[str, Any] | None]:
    rows = _MODELS[part].objects.filter(service=service, pk__in=pks)
    if part == "sessions":
        rows = rows.prefetch_related("present", "sent")
    found = {str(row.pk): _row_said(row) for row in rows}
    return {pk: found.get(pk) for pk in pks}


def _row_said(row: RowBeside) -> dict[str, Any]:
    said = {field.attname: _plain(getattr(row, field.attname)) for field in _columns(row)}
    if isinstance(row, ActionSession):
        said["present"] = sorted(member.pk for member in row.present.all())
        said["sent"] = [[sent.label, sent.count] for sent in row.sent.all()]
    return said


def _columns(row: RowBeside) -> list[Any]:
    return [field for field in row._meta.concrete_fields if field.name not in ("id", "service")]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date | time) else value
