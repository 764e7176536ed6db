"""How are the places told in the standard of « lieux de médiation numérique »?

Names, order and allowed values are those of the standard's schema (La MedNum and ANCT, version 1); several values in
a cell are separated by « | ».
"""

from datetime import date, datetime

from django.conf import settings

from schedules.opening_hours import Access
from structures.exports.csv_file import csv_bytes
from structures.exports.rows import (
    accesses,
    day_in_paris,
    has_computers,
    international_phone,
    is_itinerant,
    osm_hours,
    place_key,
    place_name,
    postcode,
    receiving_places,
    street,
    structures_in_force,
    updated_on,
)
from structures.models import Location

COLUMNS = (
    "id",
    "pivot",
    "nom",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "complement_adresse",
    "latitude",
    "longitude",
    "typologie",
    "telephone",
    "courriels",
    "site_web",
    "horaires",
    "presentation_resume",
    "presentation_detail",
    "source",
    "itinerance",
    "structure_parente",
    "date_maj",
    "services",
    "publics_specifiquement_adresses",
    "prise_en_charge_specifique",
    "frais_a_charge",
    "dispositif_programmes_nationaux",
    "formations_labels",
    "autres_formations_labels",
    "modalites_acces",
    "modalites_accompagnement",
    "fiche_acces_libre",
    "prise_rdv",
)
# The standard asks for a SIRET; the national map writes so that none is known.
NO_SIRET = "0" * 14
SUMMARY = (
    "France services\u00a0: une aide gratuite et confidentielle pour les démarches administratives du quotidien, "
    "en ligne ou non."
)
SPECIFIC_CARE = (
    ("accessible_hearing", "Surdité"),
    ("accessible_motor", "Handicaps moteurs"),
    ("accessible_mind", "Handicaps mentaux"),
    ("accessible_sight", "Déficience visuelle"),
)


def mediation_csv(now: datetime) -> bytes:
    """One line per place that receives the public."""
    today = day_in_paris(now)
    cells = (_cells(place, today) for place in receiving_places(structures_in_force()))
    return csv_bytes(COLUMNS, [[row.get(column, "") for column in COLUMNS] for row in cells])


def _cells(place: Location, today: date) -> dict[str, str]:
    """Only the columns that we can fill."""
    structure, timetable = place.structure, place.timetable()
    return {
        "id": f"france-services-{place_key(place)}",
        "pivot": NO_SIRET,
        "nom": place_name(place),
        "commune": place.commune.name,
        "code_postal": postcode(place),
        "code_insee": place.commune_id,
        "adresse": street(place),
        "complement_adresse": place.complement,
        "latitude": "" if place.latitude is None else str(place.latitude),
        "longitude": "" if place.longitude is None else str(place.longitude),
        "typologie": "RFS",
        "telephone": international_phone(structure.phone),
        "courriels": structure.mail,
        "site_web": structure.website,
        "horaires": osm_hours(timetable, today),
        "presentation_resume": SUMMARY,
        "presentation_detail": _detail(place),
        "source": settings.SERVICE_NAME,
        "itinerance": "Itinérant" if is_itinerant(place) else "Fixe",
        "structure_parente": structure.carrier.name if structure.carrier else "",
        "date_maj": updated_on(structure, today).isoformat(),
        "services": "|".join(_services(place)),
        "prise_en_charge_specifique": "|".join(care for field, care in SPECIFIC_CARE if getattr(place, field)),
        "frais_a_charge": "Gratuit",
        "dispositif_programmes_nationaux": "France Services",
        "modalites_acces": "|".join(_ways_in(place)),
        "modalites_accompagnement": "|".join(_ways_of_helping(place)),
        "fiche_acces_libre": place.acceslibre_url,
    }


def _detail(place: Location) -> str:
    """What is offered and how to come, in sentences."""
    offered = ", ".join(label[:1].lower() + label[1:] for label in place.structure.offered())
    said = [f"Services proposés\u00a0: {offered}." if offered else "", place.how_to_come, place.schedule.note]
    return " ".join(" ".join(part.split()) for part in said if part)


def _services(place: Location) -> list[str]:
    found = ["Aide aux démarches administratives"]
    if "digital" in place.structure.services and has_computers(place):
        found.append("Maîtrise des outils numériques du quotidien")
    if has_computers(place):
        found.append("Accès internet et matériel informatique")
    return found


def _ways_in(place: Location) -> list[str]:
    ways = accesses(place.timetable())
    return [
        *(["Se présenter"] if Access.WALK_IN in ways else []),
        *(["Téléphoner"] if place.structure.phone else []),
        *(["Contacter par mail"] if place.structure.mail else []),
    ]


def _ways_of_helping(place: Location) -> list[str]:
    return [
        *(["En autonomie"] if has_computers(place) else []),
        "Accompagnement individuel",
        *(["À distance"] if Access.PHONE in accesses(place.timetable()) else []),
    ]
