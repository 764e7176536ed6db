"""How are structures and what they offer told to data·inclusion (schema version 1)?

A structure is the holder of the label; what it offers is told place by place, because hours and addresses are the
places'. The office of a bus receives nobody: its address and its hours are not given.
"""

import json
from datetime import date, datetime
from typing import Any

from django.conf import settings

from schedules.opening_hours import Access
from structures.exports.national import listed_place
from structures.exports.rows import (
    accesses,
    day_in_paris,
    has_computers,
    international_phone,
    osm_hours,
    place_key,
    postcode,
    receiving_places,
    structure_key,
    structures_in_force,
    updated_on,
)
from structures.models import Location, Structure
from structures.offer import EVERYWHERE
from structures.signs import absolute

LONGEST_NAME = 150
RIGHTS = "difficultes-administratives-ou-juridiques"
PROCEDURES = {
    "procedures": f"{RIGHTS}--accompagnement-aux-demarches-administratives",
    "rights": f"{RIGHTS}--accompagnement-pour-lacces-aux-droits",
    "online": "numerique--acceder-a-des-services-en-ligne",
}
ABOUT = (
    "France services aide gratuitement chacun dans ses démarches administratives du quotidien\u00a0: santé, famille, "
    "retraite, emploi, impôts, papiers, logement, justice. Deux conseillers formés y accueillent le public."
)
HELP = (
    "Un conseiller France services écoute la personne, l’aide à comprendre et à faire ses démarches administratives, "
    "en ligne ou sur papier, et la met en relation avec l’organisme qui peut lui répondre. L’accueil est gratuit, "
    "confidentiel et ouvert à tous."
)
COMPUTERS = (
    "Un ordinateur relié à internet est à la disposition du public, pour faire ses démarches seul ou avec l’aide d’un "
    "conseiller France services. L’accès est gratuit."
)
FIRST_STEPS = (
    "Une initiation aux gestes de base\u00a0: se servir d’un ordinateur ou d’un téléphone, d’une messagerie et "
    "d’internet, avec un conseiller France services. L’initiation est gratuite."
)


def inclusion_json(now: datetime) -> bytes:
    """{"structures": […], "services": […]}, each as the schema's model reads it."""
    today, source, structures = day_in_paris(now), f"france-services-{settings.DEPARTEMENT}", structures_in_force()
    told = {
        "structures": [_structure(structure, source, today) for structure in structures],
        "services": [service for place in receiving_places(structures) for service in _services(place, source, today)],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _structure(structure: Structure, source: str, today: date) -> dict[str, Any]:
    return _known(
        source=source,
        id=f"{source}--{structure_key(structure)}",
        nom=_short(structure.name),
        date_maj=updated_on(structure, today).isoformat(),
        description=ABOUT,
        lien_source=absolute(structure.get_absolute_url()),
        telephone=international_phone(structure.phone),
        courriel=structure.mail,
        site_web=structure.website,
        reseaux_porteurs=["france-service"],
        **_premises(listed_place(structure), today),
    )


def _premises(place: Location | None, today: date) -> dict[str, Any]:
    if place is None:
        return {}
    if not place.receives_public:
        return {"commune": place.commune.name, "code_postal": postcode(place), "code_insee": place.commune_id}
    return _where(place) | {
        "horaires_accueil": osm_hours(place.timetable(), today),
        "accessibilite_lieu": place.acceslibre_url,
    }


def _where(place: Location) -> dict[str, Any]:
    return {
        "commune": place.commune.name,
        "code_postal": postcode(place),
        "code_insee": place.commune_id,
        "adresse": place.address,
        "complement_adresse": place.complement,
        "longitude": place.longitude,
        "latitude": place.latitude,
    }


def _services(place: Location, source: str, today: date) -> list[dict[str, Any]]:
    """Help everywhere; computers and first steps only where there are premises."""
    offered = {*EVERYWHERE, *place.structure.services}
    subjects = [subject for code, subject in PROCEDURES.items() if code in offered]
    found = [_service(place, source, today, "demarches", "Aide aux démarches administratives", HELP, subjects)]
    if has_computers(place):
        subjects = ["numerique--acceder-a-une-connexion-internet", "numerique--acceder-a-des-services-en-ligne"]
        name = "Ordinateur et internet en libre accès"
        found.append(_service(place, source, today, "internet", name, COMPUTERS, subjects, "aide-materielle"))
    if has_computers(place) and "digital" in offered:
        subjects = ["numerique--maitriser-les-fondamentaux-du-numerique"]
        name = "Initiation au numérique"
        found.append(_service(place, source, today, "initiation", name, FIRST_STEPS, subjects, "formation"))
    return found


def _service(
    place: Location,
    source: str,
    today: date,
    code: str,
    name: str,
    description: str,
    subjects: list[str],
    kind: str = "accompagnement",
) -> dict[str, Any]:
    structure, timetable = place.structure, place.timetable()
    ways = accesses(timetable)
    comes, calls, writes = Access.WALK_IN in ways, bool(structure.phone), bool(structure.mail)
    return _known(
        source=source,
        structure_id=f"{source}--{structure_key(structure)}",
        id=f"{source}--{place_key(place)}-{code}",
        nom=name,
        description=description,
        lien_source=absolute(structure.get_absolute_url()),
        date_maj=updated_on(structure, today).isoformat(),
        type=kind,
        thematiques=sorted(subjects),
        frais="gratuit",
        publics=["tous-publics"],
        modes_accueil=["a-distance", "en-presentiel"] if Access.PHONE in ways else ["en-presentiel"],
        modes_mobilisation=[
            *(["envoyer-un-courriel"] if writes else []),
            *(["se-presenter"] if comes else []),
            *(["telephoner"] if calls else []),
        ],
        mobilisable_par=["professionnels", "usagers"],
        telephone=international_phone(structure.phone),
        courriel=structure.mail,
        horaires_accueil=osm_hours(timetable, today),
        **_where(place),
    )


def _known(**values: Any) -> dict[str, Any]:
    """Without what is not known: an empty text is no address."""
    return {name: value for name, value in values.items() if value not in ("", None, [])}


def _short(name: str) -> str:
    """As long as the schema allows, without a full stop at the end."""
    return name[:LONGEST_NAME].strip().rstrip(".")
