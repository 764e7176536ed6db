"""What hangs from a local service, how is it remembered with a line of its history, and how is it put back?

Its limits, the areas it serves, its hours and its other places are rows of their own: each change of one of them is a
line of history of the service, and beside that line what these rows said before and after.
"""

from datetime import datetime
from typing import Any, TypeAlias

from accounts.models import User
from partners.actions.service_hours import regular_hours
from partners.models import LocalService, LocalServiceArea, LocalServiceChange, LocalServiceLimit, LocalServicePlace
from partners.versions import sign
from schedules.models import Schedule
from schedules.snapshots import Snapshot, write_hours

Surroundings: TypeAlias = dict[str, Any]

_LIMIT = ("text", "need_id", "procedure_id")
_AREA = ("commune_id", "epci_id", "arrondissement_id", "departement_id", "note")
_PLACE = ("name", "address", "commune_id", "is_active")


def surroundings(service: LocalService) -> Surroundings:
    """All that hangs from it now, as plain JSON; read anew."""
    places = service.places.select_related("schedule").prefetch_related("schedule__slots").order_by("pk")
    schedule = Schedule.objects.filter(local_service=service).prefetch_related("slots").first()
    return {
        "limits": list(service.limit_rows.order_by("pk").values(*_LIMIT)),
        "areas": list(service.areas.order_by("pk").values(*_AREA)),
        "hours": regular_hours(schedule),
        "places": [
            {"pk": place.pk, "hours": regular_hours(place.schedule)} | {name: getattr(place, name) for name in _PLACE}
            for place in places
        ],
    }


def remember(service: LocalService, reason: str, before: Surroundings, *, by: User, now: datetime) -> None:
    """A line of history of the service, and what its surroundings were `before` and are now."""
    sign(service, by=by, now=now, reason=reason).save()
    after = surroundings(service)
    changed = [part for part in after if after[part] != before[part]]
    if changed:
        history: Any = LocalService.history
        line = history.filter(id=service.pk).order_by("-history_id").values_list("history_id", flat=True)[0]
        LocalServiceChange.objects.create(
            service=service,
            line=line,
            before={part: before[part] for part in changed},
            after={part: after[part] for part in changed},
        )


def put_back(service: LocalService, kept: Surroundings) -> None:
    """Make the surroundings say this again, in the parts that it has; a place added since goes out of service.

    ValidationError when what it named is gone since.
    """
    if "limits" in kept:
        _write_again(service, LocalServiceLimit, kept["limits"])
    if "areas" in kept:
        _write_again(service, LocalServiceArea, kept["areas"])
    if "hours" in kept:
        _write_hours(service, kept["hours"])
    if "places" in kept:
        _put_back_places(service, kept["places"])


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
            _write_hours(place, before["hours"])
        place.save()


def _write_hours(row: LocalService | LocalServicePlace, hours: Snapshot) -> None:
    """The row itself is saved by whoever asks."""
    if hours == regular_hours(row.schedule):
        return
    if row.schedule is None:
        row.schedule = Schedule.objects.create()
    write_hours(row.schedule, hours)
