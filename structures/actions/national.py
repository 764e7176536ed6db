"""How are structures written from rows of the national list, hundreds at a time, with their history?

The callers decide what may be written (`structures.importing.compare`), and hold the transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.text import slugify

from accounts.models import Team, User
from accounts.permissions import TeamKind
from schedules.calendars import PARIS
from schedules.models import Schedule, Slot
from schedules.opening_hours import Frequency
from structures.changes import Snapshot, snapshot_of_hours, snapshot_of_location, snapshot_of_structure
from structures.importing.compare import READ_WITH, location_kind, slots_of
from structures.importing.differences import ACTOR
from structures.importing.rows import HOURS, OF_LOCATION, OF_STRUCTURE, Values, only, said_by, values_of
from structures.models import Change, LabelChange, LabelState, Location, Structure, What
from structures.national_list import NationalRow, departement_of
from territories.models import Commune
from territories.spelling import plain

LONGEST_SLUG = 110  # a number may follow, in 120 characters
NEW_LABEL = "Reprise de la liste nationale."


@dataclass(frozen=True, slots=True)
class Update:
    """`fields` are written from the row; `said` is remembered beside what older rows said. No location: one is made."""

    structure: Structure
    row: NationalRow
    location: Location | None
    fields: Collection[str]
    said: Values


# Creating, in one statement per few hundred rows


def create(
    rows: Sequence[NationalRow], *, coordination: Team | None, by: User | None, now: datetime
) -> list[Structure]:
    """New structures with their main location, its hours, their label, and the first line of their history."""
    if not rows:
        return []
    slugs = set(Structure.objects.values_list("slug", flat=True))
    departements = _departements(rows)
    teams = {"coordination": coordination, "partner_office": _only_team(TeamKind.PARTNER_OFFICE)}
    structures, locations, slots = [], [], list[Slot]()
    schedules = Schedule.objects.bulk_create([Schedule() for _ in rows])
    for row, schedule in zip(rows, schedules, strict=True):
        values = values_of(row)
        structure = Structure(
            id_fs=row.id_fs,
            slug=_free_slug(row, slugs),
            departement_id=departements[row.insee],
            # The shape was the file's word even where it tells it less well than another edition would.
            national_row={"kind": row.kind} | said_by(row),
            changed_at=now,
            **teams,
            **only(values, OF_STRUCTURE),
        )
        structures.append(structure)
        locations.append(_main_location(structure, schedule, values))
        slots += _slots_of_week(schedule, values)
    Structure.objects.bulk_create(structures)
    Location.objects.bulk_create(locations)
    Slot.objects.bulk_create(slots)
    today = now.astimezone(PARIS).date()
    LabelChange.objects.bulk_create(
        LabelChange(
            structure=structure,
            state=LabelState.LABELLED,
            decided_on=structure.labelled_on or today,
            note=NEW_LABEL,
            author=by,
            recorded_at=now,
        )
        for structure in structures
    )
    Change.objects.bulk_create(
        _change(structure, What.STRUCTURE, None, snapshot_of_structure(structure), by, now) for structure in structures
    )
    return structures


def _departements(rows: Iterable[NationalRow]) -> dict[str, str]:
    wanted = {departement_of(row.insee) for row in rows}
    return dict(Commune.objects.filter(departement__in=wanted).values_list("insee", "departement_id"))


def _only_team(kind: TeamKind) -> Team | None:
    """The one team of a kind: with two, only a person can tell which one it is."""
    teams = list(Team.objects.filter(kind=kind)[:2])
    return teams[0] if len(teams) == 1 else None


def _free_slug(row: NationalRow, taken: set[str]) -> str:
    base = slugify(plain(row.name))[:LONGEST_SLUG].strip("-") or f"structure-{slugify(row.id_fs)}"
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    return slug


def _main_location(structure: Structure, schedule: Schedule, values: Values) -> Location:
    return Location(
        structure=structure, kind=location_kind(values["kind"]), schedule=schedule, **only(values, OF_LOCATION)
    )


def _slots_of_week(schedule: Schedule, values: Values) -> list[Slot]:
    return [slot for weekday, name in enumerate(HOURS) for slot in slots_of(schedule, weekday, values[name])]


# Updating, only the fields that the caller names


def update(updates: Sequence[Update], *, by: User | None, now: datetime) -> None:
    """Write them, and what changed into the histories. The structures come with their places and slots read."""
    if not updates:
        return
    before = {one.structure.pk: _pictures(one.structure) for one in updates}
    departements = _departements([one.row for one in updates if "commune_id" in one.fields])
    gone, slots = list[int](), list[Slot]()
    for one in updates:
        values = values_of(one.row)
        news = only(values, one.fields)
        _write(
            one.structure, _of_structure(news, departements) | {"national_row": one.structure.national_row | one.said}
        )
        if one.location is None:
            slots += _make_location(one.structure, values)
            continue
        _write(one.location, _of_location(news))
        for weekday, name in enumerate(HOURS):
            if name in news:
                gone += _weekly_of(one.location.schedule, weekday)
                slots += slots_of(one.location.schedule, weekday, values[name])
    # Permanences one week in two and the like are not in the list, so they stay.
    Slot.objects.filter(pk__in=gone).delete()
    Slot.objects.bulk_create(slots)
    _keep_changes(before, by, now)


def _weekly_of(schedule: Schedule, weekday: int) -> list[int]:
    return [slot.pk for slot in schedule.slots.all() if slot.weekday == weekday and slot.frequency == Frequency.WEEKLY]


def _of_structure(news: Values, departements: dict[str, str]) -> Values:
    found = only(news, OF_STRUCTURE)
    if "name" in news:
        found["plain_name"] = plain(news["name"])
    if "commune_id" in news:
        found["departement_id"] = departements[news["commune_id"]]
    return found


def _of_location(news: Values) -> Values:
    found = only(news, OF_LOCATION)
    if "kind" in news:
        found["kind"] = location_kind(news["kind"])
    return found


def _make_location(structure: Structure, values: Values) -> list[Slot]:
    location = _main_location(structure, Schedule.objects.create(), values | {"kind": structure.kind})
    location.save()
    return _slots_of_week(location.schedule, values)


def _write(row: Structure | Location, values: Values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    if values:
        row.save(update_fields=list(values))


# Remembering

Key = tuple[What, int | None]


def _pictures(structure: Structure) -> dict[Key, Snapshot]:
    """The sheet, and each place with its hours, as the history keeps them."""
    found: dict[Key, Snapshot] = {(What.STRUCTURE, None): snapshot_of_structure(structure)}
    for location in structure.locations.all():
        found[What.LOCATION, location.pk] = snapshot_of_location(location)
        found[What.HOURS, location.pk] = snapshot_of_hours(location)
    return found


def _keep_changes(before: dict[int, dict[Key, Snapshot]], by: User | None, now: datetime) -> None:
    """Read again what was written, and keep what differs."""
    after = list(Structure.objects.filter(pk__in=before))
    prefetch_related_objects(after, READ_WITH)
    changes = []
    for structure in after:
        was, now_is = before[structure.pk], _pictures(structure)
        for (what, location), picture in now_is.items():
            if was.get((what, location)) != picture:
                old = was.get((what, location))
                changes.append(_change(structure, what, old, picture, by, now, location))
    Change.objects.bulk_create(changes)
    Structure.objects.filter(pk__in={change.structure_id for change in changes}).update(changed_at=now)


def _change(
    structure: Structure,
    what: What,
    before: Snapshot | None,
    after: Snapshot | None,
    by: User | None,
    now: datetime,
    location: int | None = None,
) -> Change:
    kept: dict[str, Any] = {"before": before, "after": after, "location_id": location}
    return Change(structure=structure, what=what, at=now, author=by, actor=ACTOR, **kept)
