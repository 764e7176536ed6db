"""How is a place named, located and telephoned to, in everything that the public reads?"""

import re
from dataclasses import dataclass

from django.conf import settings

from schedules.wording import spoken_phone
from structures.models import Location, LocationKind, Structure, StructureKind


@dataclass(frozen=True, slots=True)
class Phone:
    said: str
    href: str


def phone_of(structure: Structure) -> Phone | None:
    if not structure.phone:
        return None
    return Phone(spoken_phone(structure.phone), "tel:" + re.sub(r"[^\d+]", "", structure.phone))


def kind_of(location: Location) -> str:
    if location.kind != LocationKind.MAIN:
        return location.get_kind_display()
    return "antenne" if location.structure.kind == StructureKind.ANTENNA else "site"


def icon_of(location: Location) -> str:
    return "bus" if location.kind == LocationKind.BUS_STOP else "pin"


def own_name(location: Location) -> str:
    """Its own name with its commune, because there is a town hall everywhere; empty when the structure's name does."""
    name, town = location.name, location.commune.name
    if location.kind == LocationKind.MAIN and name in ("", location.structure.name):
        return ""
    if not name:
        return town
    return name if town in name else f"{name}, {town}"


def name_of(location: Location) -> str:
    """What it is called among the places of the whole network."""
    return own_name(location) or location.structure.name


def address_of(location: Location) -> tuple[str, ...]:
    town = f"{location.postcode} {location.commune.name}".strip()
    return tuple(line for line in (location.address, location.complement, town) if line)


def absolute(path: str) -> str:
    """The address of a page as paper and calendars need it."""
    return f"{settings.SITE_URL}{path}"
