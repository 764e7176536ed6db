"""How are the hours of a place typed, and how much opening is asked of it?"""

from datetime import timedelta

from accounts.forms import CarefulForm
from schedules.editing import ASKED_OF_A_FIXED_SITE
from schedules.forms.hours import HoursForm
from structures.models import Location, LocationKind, StructureKind


class LocationHoursForm(HoursForm, CarefulForm):
    """The regular hours of a place."""


def asked_of(location: Location) -> timedelta | None:
    """Opening to the public per week; None where the charter asks nothing of this place alone."""
    is_fixed_site = location.structure.kind == StructureKind.FIXED and location.kind == LocationKind.MAIN
    return ASKED_OF_A_FIXED_SITE if is_fixed_site else None
