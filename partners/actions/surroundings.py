"""What hangs from a sheet, how is it remembered with a line of its history, and how is it put back?

The hours of a contact or of a local service, its limits, the areas it serves and its other places are rows of their
own: each change of one of them is a line of history of the sheet, and beside that line what these rows said before and
after.
"""

from datetime import datetime
from typing import Any, TypeAlias

from accounts.models import User
from partners.models import (
    Contact,
    ContactChange,
    LocalService,
    LocalServiceArea,
    LocalServiceChange,
    LocalServiceLimit,
    LocalServicePlace,
)
from partners.versions import sign
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


def remember(sheet: Sheet, reason: str, before: Surroundings, *, by: User, now: datetime) -> None:
    """A line of history of the sheet, and what its surroundings were `before` and are now."""
    sign(sheet, by=by, now=now, reason=reason).save()
    after = surroundings(sheet)
    changed = [part for part in after if after[part] != before[part]]
    if changed:
        history: Any = type(sheet).history
        remembered: Any = sheet.changes
        line = history.filter(id=sheet.pk).order_by("-history_id").values_list("history_id", flat=True)[0]
        remembered.create(
            line=line,
            before={part: before[part] for part in changed},
            after={part: after[part] for part in changed},
        )


def beside(line: Any) -> Change | None:
    """What hung from the sheet before and after this line of its history, when the line changed it."""
    remembered = _REMEMBERED.get(line.instance_type)
    return remembered._default_manager.filter(line=line.history_id).first() if remembered else None


def put_back(sheet: Sheet, kept: Surroundings) -> None:
    """Make the surroundings say this again, in the parts that it has; a place added since goes out of service.

    ValidationError when what it named is gone since.
    """
    if "hours" in kept:
        put_hours(sheet, kept["hours"])
    if isinstance(sheet, Contact):
        return
    if "limits" in kept:
        _write_again(sheet, LocalServiceLimit, kept["limits"])
    if "areas" in kept:
        _write_again(sheet, LocalServiceArea, kept["areas"])
    if "places" in kept:
        _put_back_places(sheet, kept["places"])


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


def _put_back_places(service: LocalService, rows: list[dict[str, Any]]) -> None:
    kept = {row["pk"]: row for row in rows}
    for place in LocalServicePlace.objects.select_for_update().filter(service=service):
        before = kept.get(place.pk)
        if before is None:
            place.is_active = False
        else:
            for name in _PLACE:
                setattr(place, name, before[name])
            place.full_clean()
            put_hours(place, before["hours"])
        place.save()
