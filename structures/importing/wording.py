"""How is a field of the national list shown to the person who decides: its name, and its value in French?"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from schedules.wording import WEEKDAYS, enumerated, spoken_date, spoken_phone, spoken_time
from structures.importing.rows import HOURS, POINT
from structures.models import StructureKind

LABELS = {
    "name": "Nom",
    "kind": "Forme",
    "phone": "Téléphone",
    "mail": "Adresse électronique",
    "by_appointment": "Prend rendez-vous",
    "comment": "Commentaire",
    "group_name": "Groupement",
    "labelled_on": "Labellisée le",
    "address": "Adresse",
    "complement": "Complément d’adresse",
    "postcode": "Code postal",
    "commune_id": "Commune",
    "latitude": "Coordonnées",
    "coordination": "Coordination",
    **{name: WEEKDAYS[weekday].capitalize() for weekday, name in enumerate(HOURS)},
}
NOTHING = "rien"


def said(field: str, value: Any, communes: Mapping[str, str]) -> str:
    """The value of a field, as JSON keeps it, in French; `communes`: names by INSEE code."""
    if field in HOURS:
        return hours_said(value)
    if field in POINT:
        return point_said(value)
    if value in ("", None):
        return NOTHING
    if field == "by_appointment":
        return "oui" if value else "non"
    if field == "kind":
        return str(StructureKind(value).label)
    if field == "labelled_on":
        return spoken_date(date.fromisoformat(value), with_year=True)
    if field == "commune_id":
        return f"{communes[value]}, code Insee {value}" if value in communes else f"code Insee {value}"
    return spoken_phone(value) if field == "phone" else str(value)


def hours_said(ranges: Sequence[Sequence[str]] | str | None) -> str:
    """ "de 9 h à 12 h et de 13 h 30 à 17 h", "fermé", "horaires à confirmer"."""
    if ranges is None:
        return "horaires à confirmer"
    if isinstance(ranges, str):
        return ranges
    return enumerated([f"de {_time(opens)} à {_time(closes, closes=True)}" for opens, closes in ranges]) or "fermé"


def point_said(point: Sequence[float | None]) -> str:
    latitude, longitude = point
    if latitude is None or longitude is None:
        return NOTHING
    return f"{latitude:.5f}, {longitude:.5f}"


def _time(text: str, *, closes: bool = False) -> str:
    at = time.fromisoformat(text)
    return "minuit" if closes and at == time(0) else spoken_time(at)
