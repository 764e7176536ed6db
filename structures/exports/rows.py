"""What leaves the application: which structures, which places, and how are they told to other applications?

Only structures whose label is in force, and only what the public pages show. Six statements however many rows.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import Prefetch

from schedules.calendars import PARIS
from schedules.here import calendar_between
from schedules.opening_hours import Access, Timetable
from schedules.osm import to_osm
from structures.models import Location, LocationKind, Structure

# Holidays, closures and recurrences that a weekly rule cannot say are told day by day, so far ahead.
DAYS_TOLD = timedelta(weeks=8)
FIRST_LABELS = date(2020, 1, 1)
_OVERSEAS = (
    (("0590", "0690", "0691"), "+590"),
    (("0594", "0694"), "+594"),
    (("0596", "0696", "0697"), "+596"),
    (("0262", "0263", "0269", "0639", "0692", "0693"), "+262"),
)


def structures_in_force() -> list[Structure]:
    """With their places in service, the hours of these and the closures, in the order of the matricules."""
    places = Location.objects.filter(is_active=True).with_hours().select_related("commune").order_by("pk")
    found = (
        Structure.objects.open_to_public()
        .select_related("carrier")
        .prefetch_related(Prefetch("locations", queryset=places), "locations__commune__postal_codes")
    )
    return sorted(found, key=_by_matricule)


def _by_matricule(structure: Structure) -> tuple[bool, int, str, str]:
    """Numbers as numbers; structures without one come last."""
    matricule = structure.id_fs or ""
    return not matricule, int(matricule) if matricule.isdecimal() else 0, matricule, structure.slug


def receiving_places(structures: Iterable[Structure]) -> list[Location]:
    """Where somebody is received: the main site first; the office of a bus never is one."""
    kinds = list(LocationKind)
    return [
        place
        for structure in structures
        for place in sorted(
            structure.locations.all(), key=lambda place: (kinds.index(LocationKind(place.kind)), place.pk)
        )
        if place.receives_public
    ]


def structure_key(structure: Structure) -> str:
    """Its matricule, or else the name of its page."""
    return structure.id_fs or structure.slug


def place_key(place: Location) -> str:
    """The main site has the key of its structure; the others are numbered."""
    key = structure_key(place.structure)
    return key if place.kind == LocationKind.MAIN else f"{key}-{place.pk}"


def place_name(place: Location) -> str:
    """The name of the structure, with the place's own where there are several."""
    name, town = place.structure.name, place.commune.name
    if place.kind == LocationKind.MAIN:
        return name
    if not place.name:
        return f"{name} – {town}"
    return f"{name} – {place.name}" if town in place.name else f"{name} – {place.name}, {town}"


def postcode(place: Location) -> str:
    """Its own, or else the first of its commune."""
    return place.postcode or next((code.code for code in place.commune.postal_codes.all()), "")


def street(place: Location) -> str:
    return place.address or place.name or place.commune.name


@lru_cache(maxsize=8192)
def osm_hours(timetable: Timetable, today: date) -> str:
    """The hours in the grammar of OpenStreetMap, exceptions told for the coming weeks; empty when none is known.

    Remembered: every file says the same hours, and few of them change from one quarter of an hour to the next.
    """
    last_day = today + DAYS_TOLD
    return to_osm(timetable, first_day=today, last_day=last_day, calendar=calendar_between(today, last_day))


def accesses(timetable: Timetable) -> list[Access]:
    """How one is received, least demanding first."""
    found = {slot.access for slot in timetable.slots} | {extra.access for extra in timetable.extras}
    return [access for access in (Access.WALK_IN, Access.APPOINTMENT, Access.PHONE) if access in found]


def is_itinerant(place: Location) -> bool:
    return place.kind == LocationKind.BUS_STOP


def has_computers(place: Location) -> bool:
    """Premises of its own; a town hall lent for an afternoon and a bus promise none."""
    return place.kind in (LocationKind.MAIN, LocationKind.ANTENNA)


def updated_on(structure: Structure, today: date) -> date:
    """The day of the last change; of the label when nothing changed here since; never in the future."""
    changed = structure.changed_at.astimezone(PARIS).date() if structure.changed_at else None
    return min(changed or structure.labelled_on or FIRST_LABELS, today)


def international_phone(number: str) -> str:
    """A French number as "+33261910012"; short numbers and others, which have no such form, give nothing."""
    digits = re.sub(r"[^\d+]", "", number)
    digits = re.sub(r"^(?:\+33|0033)0?(?=[1-9]\d{8}$)", "0", digits)
    if not re.fullmatch(r"0[1-9]\d{8}", digits):
        return digits if re.fullmatch(r"\+(590|594|262|596|269|687|689|508|681)\d{6,9}", digits) else ""
    code = next((code for starts, code in _OVERSEAS if digits.startswith(starts)), "+33")
    return f"{code}{digits[1:]}"


def day_in_paris(now: datetime) -> date:
    return now.astimezone(PARIS).date()
