"""What takes place and what falls away in the whole network, as one calendar?"""

from datetime import datetime

import icalendar

from structures.calendars import structure_calendar
from structures.models import Structure


def network_calendar(now: datetime) -> bytes:
    """The calendars of all the structures whose label is in force, one after the other in a single file."""
    whole = icalendar.Calendar()
    whole.add("prodid", "-//Réseau France services//Calendriers//FR")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    for index, structure in enumerate(Structure.objects.open_to_public().order_by("plain_name", "pk")):
        of_one = icalendar.Calendar.from_ical(structure_calendar(structure, now))
        for part in of_one.subcomponents:
            if part.name == "VEVENT" or (part.name == "VTIMEZONE" and index == 0):
                whole.add_component(part)
    return bytes(whole.to_ical())
