"""How is a file of the national list read, whoever brings it: the command or the screen?"""

from typing import BinaryIO

from structures.national_list import NationalList, read
from territories.actions import load_territories
from territories.distance import Point
from territories.models import Commune


def read_list(source: BinaryIO) -> NationalList:
    """The list read against the communes that are known; they are loaded when there is none. NotTheNationalList."""
    if not Commune.objects.exists():
        load_territories()
    places = Commune.objects.values_list("insee", "latitude", "longitude")
    return read(source, {insee: Point(latitude, longitude) for insee, latitude, longitude in places})
