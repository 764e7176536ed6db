"""What hangs from a sheet, how is it remembered with a line of its history, and how is it put back?

The hours of a contact or of a local service, its limits, the areas it serves and its other places are rows of their
own, and so are its workshops, its months of activity, its sessions and its team: each change of one of them is a line
of history of the sheet, and beside that line what these rows said before and after.
"""

from datetime import datetime
from typing import Any, TypeAlias

from accounts.models import User
from partners.actions import rows_beside
from partners.actions.rows_beside import RowBeside, Rows
from partners.models import (
    Contact,
    ContactChange,
    LocalService,
    LocalServiceArea,
    LocalServiceChange,
    LocalServiceLimit,
    LocalServicePlace,
)
from partners.points import Parts, points, written
from partners.rows_in_words import RowWords, as_reason
from partners.versions import ChangedMeanwhile, sign
from schedules.models import Schedule
from schedules.snapshots import Snapshot, hours_of, write_hours

Sheet: TypeAlias = LocalService | Contact
Surroundings: TypeAlias = dict[str, Any]
Change: TypeAlias = LocalServiceChange | ContactChange

_REMEMBERED: dict[type[Any], type[Change]] = {LocalService: LocalServiceChange, Contact: ContactChange}
_LIMIT = ("text", "need_id", "procedure_id")
_AREA = ("commune_id", "epci_id", "arrondissement_id", "departement_id", "note")
_PLACE = ("name", "address", "commune_id", "is_active")


def surroundings(sheet: Sheet) -> Surroundings:
    """All that hangs from it now, as plain JSON; read anew."""
    whose = {"contact" if isinstance(sheet, Contact) else "local_service": sheet}
    schedule = Schedule.objects.filter(**whose).prefetch_related("slots").first()
    hours = {"hours": regular_hours(schedule)}
    return hours if isinstance(sheet, Contact) else hours | _around_a_service(sheet)


def _around_a_service(service: LocalService) -> Surroundings:
    places = service.places.select_related("schedule").prefetch_related("schedule__slots").order_by("pk")
    return {
        "limits": list(service.limit_rows.order_by("pk").values(*_LIMIT)),
        "areas": list(service.areas.order_by("pk").values(*_AREA)),
        "places": [
            {"pk": place.pk, "hours": regular_hours(place.schedule)} | {name: getattr(place, name) for name in _PLACE}
            for place in places
        ],
    }


def remember(sheet: Sheet, reason: str, before: Parts, *, by: User, now: datetime) -> None:
    """A line of history of the sheet and, of the parts and rows of `before`, what differs now."""
    sign(sheet, by=by, now=now, reason=reason).save()
    after = present(sheet, before)
    differs = [part for part in after if after[part] != before[part]]
    if differs:
        history: Any = type(sheet).history
        remembered: Any = sheet.changes
        line = history.filter(id=sheet.pk).order_by("-history_id").values_list("history_id", flat=True)[0]
        kept = {part: _rows_that_differ(part, before[part], after[part]) for part in differs}
        remembered.create(
            line=line,
            before={part: old for part, (old, _) in kept.items()},
            after={part: new for part, (_, new) in kept.items()},
        )


def remember_rows(service: LocalService, before: Rows, *, by: User, now: datetime) -> None:
    """The same for some rows, whose change is told by the line itself; no line when they say what they said."""
    after = rows_beside.rows_said(service, before)
    told = RowWords([(before, after)]).sentences(before, after)
    if told:
        remember(service, as_reason(told), before, by=by, now=now)


def _rows_that_differ(part: str, before: Any, after: Any) -> tuple[Any, Any]:
    if part not in rows_beside.PARTS:
        return before, after
    pks = [pk for pk in after if after[pk] != before[pk]]
    return {pk: before[pk] for pk in pks}, {pk: after[pk] for pk in pks}


def beside(line: Any) -> Change | None:
    """What hung from the sheet before and after this line of its history, when the line changed it."""
    remembered = _REMEMBERED.get(line.instance_type)
    return remembered._default_manager.filter(line=line.history_id).first() if remembered else None


def present(sheet: Sheet, like: Parts) -> Parts:
    """What hangs from the sheet now, in the parts and of the rows that `like` has; read anew."""
    around = surroundings(sheet) if set(like) - rows_beside.PARTS else {}
    found = {part: around[part] for part in like if part in around}
    if isinstance(sheet, LocalService):
        found |= rows_beside.rows_said(sheet, {part: like[part] for part in like if part in rows_beside.PARTS})
    return found


def is_still_said(change: Change, now_said: Parts) -> bool:
    """Whether all that the line wrote is as it wrote it, whatever was written beside it since."""
    found = points(now_said)
    return all(found.get(point) == said for point, said in written(change.before, change.after).items())


def put_back(sheet: Sheet, change: Change, now_said: Parts, now: datetime) -> None:
    """Make all that the line wrote, and nothing else, say again what it said before it.

    A place added by it goes out of service. ValidationError when what the sheet named is gone since.
    """
    before = change.before
    if "hours" in before:
        put_hours(sheet, before["hours"])
    if isinstance(sheet, Contact):
        return
    for part, model in (("limits", LocalServiceLimit), ("areas", LocalServiceArea)):
        if part in before:
            _write_again(sheet, model, _taken_back(now_said[part], before[part], change.after[part]))
    if "places" in before:
        _put_back_places(sheet, before["places"], change.after["places"])
    for part in before:
        for pk in before[part] if part in rows_beside.PARTS else ():
            rows_beside.put_row(sheet, part, pk, before[part][pk], now)


def changed_meanwhile(row: RowBeside) -> ChangedMeanwhile:
    """What to raise when the row is not what was opened: with who wrote it last, and when, where its history knows."""
    wrote_it = {f"after__{rows_beside.part_of(row)}__has_key": str(row.pk)}
    line = LocalServiceChange.objects.filter(service=row.service_id, **wrote_it).values_list("line", flat=True).first()
    history: Any = LocalService.history
    last = history.filter(history_id=line).select_related("history_user").first() if line else None
    return ChangedMeanwhile(last.history_user, last.history_date) if last else ChangedMeanwhile()


def regular_hours(schedule: Schedule | None) -> Snapshot:
    """Of nobody's schedule: none."""
    return hours_of(schedule) if schedule else {"note": "", "slots": []}


def put_hours(row: Sheet | LocalServicePlace, hours: Snapshot) -> bool:
    """Make these the regular hours; says whether they differed. The row itself is saved by whoever asks."""
    if hours == regular_hours(row.schedule):
        return False
    if row.schedule is None:
        row.schedule = Schedule.objects.create()
    write_hours(row.schedule, hours)
    return True


def _write_again(service: LocalService, model: Any, rows: list[dict[str, Any]]) -> None:
    model.objects.filter(service=service).delete()
    for values in rows:
        row = model(service=service, **values)
        row.full_clean()
        row.save()


def _taken_back(now_said: list[Any], before: list[Any], after: list[Any]) -> list[Any]:
    """In their order of before, unless others were added or taken away since."""
    if now_said == after:
        return before
    kept = [row for row in now_said if row in before or row not in after]
    return [*kept, *(row for row in before if row not in after)]


def _put_back_places(service: LocalService, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    old, new = ({row["pk"]: row for row in rows} for rows in (before, after))
    for place in LocalServicePlace.objects.select_for_update().filter(service=service, pk__in=new):
        if old.get(place.pk) == new[place.pk]:
            continue
        if place.pk not in old:
            place.is_active = False
        else:
            for name in _PLACE:
                setattr(place, name, old[place.pk][name])
            place.full_clean()
            put_hours(place, old[place.pk]["hours"])
        place.save()
