"""Where is somebody received, and when next, for a map?"""

import json
from datetime import datetime
from typing import Any

from schedules.calendars import PARIS, Calendar
from schedules.here import calendar_around
from schedules.opening_hours import IN_PERSON, Timetable, in_words, next_opening, open_until
from schedules.wording import spoken_moment, spoken_phone
from structures.exports.rows import (
    accesses,
    day_in_paris,
    osm_hours,
    place_key,
    place_name,
    postcode,
    receiving_places,
    structure_key,
    structures_in_force,
)
from structures.models import Location
from structures.signs import absolute

DAYS_LOOKED_AHEAD = 90
ACCESSIBILITY = {
    "moteur": "accessible_motor",
    "auditif": "accessible_hearing",
    "visuel": "accessible_sight",
    "mental_ou_psychique": "accessible_mind",
}


def places_geojson(now: datetime) -> bytes:
    """A FeatureCollection (RFC 7946) of the places that receive the public, with their next opening."""
    calendar = calendar_around(now)
    features = [_feature(place, now, calendar) for place in receiving_places(structures_in_force())]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def _feature(place: Location, now: datetime, calendar: Calendar) -> dict[str, Any]:
    latitude, longitude = place.point()
    return {
        "type": "Feature",
        "id": place_key(place),
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "properties": _properties(place, now, calendar),
    }


def _properties(place: Location, now: datetime, calendar: Calendar) -> dict[str, Any]:
    structure, timetable, today = place.structure, place.timetable(), day_in_paris(now)
    return {
        "id": place_key(place),
        "nom": place_name(place),
        "structure": structure.name,
        "structure_id": structure_key(structure),
        "nature": place.kind,
        "nature_en_clair": place.get_kind_display(),
        "adresse": place.address,
        "complement_adresse": place.complement,
        "code_postal": postcode(place),
        "commune": place.commune.name,
        "code_insee": place.commune_id,
        "position": "lieu" if place.latitude is not None else "commune",
        "telephone": spoken_phone(structure.phone),
        "courriel": structure.mail,
        "site_web": structure.website,
        "prise_rdv": structure.by_appointment,
        "services": structure.offered(),
        "horaires": in_words(timetable, today),
        "precision_horaires": place.schedule.note,
        "opening_hours": osm_hours(timetable, today),
        "acces": [access.label for access in accesses(timetable)],
        "comment_venir": place.how_to_come,
        "accessibilite": {name: getattr(place, field) for name, field in ACCESSIBILITY.items()},
        "fiche_acceslibre": place.acceslibre_url,
        "url": absolute(structure.get_absolute_url()),
        **_openings(timetable, now, calendar),
    }


def _openings(timetable: Timetable, now: datetime, calendar: Calendar) -> dict[str, Any]:
    """Open until when, and the next opening; nulls when there is none within three months."""
    until = open_until(timetable, now, calendar, access=IN_PERSON)
    following = next_opening(timetable, now, calendar, DAYS_LOOKED_AHEAD, access=IN_PERSON)
    today = day_in_paris(now)
    return {
        "ouvert_jusqu_a": until.astimezone(PARIS).isoformat() if until else None,
        "prochaine_ouverture": following.opens_at.isoformat() if following else None,
        "prochaine_fermeture": following.closes_at.isoformat() if following else None,
        "prochaine_ouverture_acces": following.access.label if following else None,
        "prochaine_ouverture_en_clair": spoken_moment(following.opens_at, today=today) if following else None,
    }
