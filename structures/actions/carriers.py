"""How are a structure's name, number and carrier written, and how is a new structure begun?"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.models import Team, User, journal
from accounts.permissions import TeamKind
from schedules.models import Schedule
from structures.changes import Snapshot, record, snapshot_of_label, snapshot_of_structure
from structures.models import (
    Carrier,
    CarrierKind,
    LabelChange,
    LabelState,
    Location,
    LocationKind,
    Structure,
    StructureKind,
    What,
)
from structures.opened import hold, refuse_if_changed
from territories.models import Commune
from territories.spelling import plain

LONGEST_SLUG = 110  # a number may follow, in 120 characters
RESERVED = frozenset({"import", "nouvelle"})  # pages that stand where the page of a structure would


@dataclass(frozen=True)
class Holder:
    """Who holds the label, as the coordinator writes it; a carrier without a name is no carrier."""

    name: str
    id_fs: str
    kind: str
    carrier: str
    carrier_kind: str
    group_name: str = ""


class NumberTaken(ValueError):
    """Another structure has this matricule."""

    def __init__(self, structure: Structure) -> None:
        super().__init__(f"Ce matricule est celui de {structure.name}.")


def snapshot_of_holder(structure: Structure) -> Snapshot:
    """The sheet, with what only this form changes: the matricule and the carrier's kind."""
    carrier = structure.carrier
    return snapshot_of_structure(structure) | {
        "id_fs": structure.id_fs,
        "carrier": carrier.name if carrier else "",
        "carrier_kind": carrier.kind if carrier else "",
    }


@transaction.atomic
def describe(*, structure: Structure, holder: Holder, opened: str, by: User, now: datetime) -> None:
    """Write who holds the label. The kind of a carrier is written for all that it carries.

    `opened`: the digest of `snapshot_of_holder` that the form showed. Raises NumberTaken and ChangedMeanwhile.
    """
    held = hold(structure)
    before = snapshot_of_holder(held)
    refuse_if_changed(opened, before, structure=held, what=What.STRUCTURE)
    _check_number(holder.id_fs, apart_from=held)
    held.name, held.kind, held.group_name = holder.name, holder.kind, holder.group_name
    held.id_fs = holder.id_fs or None
    held.carrier = _carrier(holder.carrier, holder.carrier_kind)
    held.save()
    record(structure=held, what=What.STRUCTURE, before=before, after=snapshot_of_holder(held), by=by, now=now)
    journal(verb="fiche du label modifiée", subject=f"structure {held.pk}", now=now, by=by)


@transaction.atomic
def begin(
    *,
    holder: Holder,
    commune: Commune,
    state: str,
    decided_on: date,
    coordination: Team,
    by: User,
    now: datetime,
) -> Structure:
    """A structure with its team, its first line of history, and the place where it works, whose hours are to come.

    Raises NumberTaken.
    """
    _check_number(holder.id_fs)
    structure = Structure.objects.create(
        id_fs=holder.id_fs or None,
        name=holder.name,
        slug=_free_slug(holder.name),
        kind=holder.kind,
        carrier=_carrier(holder.carrier, holder.carrier_kind),
        group_name=holder.group_name,
        label_state=state,
        labelled_on=decided_on if state == LabelState.LABELLED else None,
        departement_id=commune.departement_id,
        team=Team.objects.create(kind=TeamKind.STRUCTURE, name=holder.name),
        coordination=coordination,
        partner_office=_office_of(coordination),
    )
    LabelChange.objects.create(structure=structure, state=state, decided_on=decided_on, author=by, recorded_at=now)
    is_bus = holder.kind == StructureKind.BUS
    Location.objects.create(
        structure=structure,
        kind=LocationKind.OFFICE if is_bus else LocationKind.MAIN,
        commune=commune,
        schedule=Schedule.objects.create(),
    )
    record(
        structure=structure, what=What.STRUCTURE, before=None, after=snapshot_of_structure(structure), by=by, now=now
    )
    record(structure=structure, what=What.LABEL, before=None, after=snapshot_of_label(structure), by=by, now=now)
    journal(verb="structure ajoutée", subject=f"structure {structure.pk}", now=now, by=by)
    return structure


def _carrier(name: str, kind: str) -> Carrier | None:
    """The one that is spelled alike, else a new one; an empty kind leaves the known one."""
    if not plain(name):
        return None
    carrier, is_new = Carrier.objects.get_or_create(plain_name=plain(name), defaults={"name": name, "kind": kind})
    if not is_new and kind != CarrierKind.UNKNOWN and carrier.kind != kind:
        carrier.kind = kind
        carrier.save(update_fields=["kind"])
    return carrier


def _check_number(id_fs: str, *, apart_from: Structure | None = None) -> None:
    others = Structure.objects.filter(id_fs=id_fs) if id_fs else Structure.objects.none()
    if apart_from:
        others = others.exclude(pk=apart_from.pk)
    if taken := others.first():
        raise NumberTaken(taken)


def _office_of(coordination: Team) -> Team | None:
    """The partner office of her other structures, when there is one and no more."""
    offices = Team.objects.filter(served_structures__coordination=coordination).distinct()[:2]
    return offices[0] if len(offices) == 1 else None


def _free_slug(name: str) -> str:
    base = slugify(plain(name))[:LONGEST_SLUG].strip("-") or "structure"
    taken = RESERVED | set(Structure.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
