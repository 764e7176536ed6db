"""What does the invented network offer besides its counters, and what is told of its places?"""

from random import Random

from config.demo.places import Site, Spot, receives_public
from structures.models import LocationKind
from structures.offer import EVERYWHERE, SERVICES

OFTEN, SELDOM = 0.7, 0.35
IN_A_BUS = frozenset({"procedures", "rights", "online", "digital", "internet", "printing", "office"})
WAYS = {
    "montivilliers": "Bus LiA, arrêt Hôtel de Ville, à deux minutes à pied. Parking gratuit place des Combattants.",
    "yvetot": "À dix minutes à pied de la gare. Stationnement gratuit sur le mail.",
    "le-havre-caucriauville": "Tram ligne B, arrêt Pré Fleuri. L’entrée est derrière la bibliothèque.",
    "rouen-grammont": "Métro, station Saint-Sever, puis bus F1, arrêt Grammont.",
    "dieppe-neuville": "Bus ligne 1, arrêt Neuville-Centre. Deux places réservées devant la porte.",
    "fecamp": "Sur le port, face à la capitainerie. Parking du quai, gratuit le matin.",
    "cany-barville": "Place centrale, à côté de l’office de tourisme.",
    "saint-valery-en-caux": "Sur le quai, à côté du pont tournant. Sonner à l’interphone le midi.",
}
AT_STOPS = "Le bus est garé sur place, auvent ouvert. On monte par l’arrière."
# As the visits have seen them.
OBSTACLES = {"aumale": {"accessible_motor": False}, "fecamp": {"accessible_hearing": False}}
DISABILITIES = {"accessible_motor": 0.85, "accessible_hearing": 0.5, "accessible_sight": 0.45, "accessible_mind": 0.5}


def services_of(site: Site, chance: Random) -> list[str]:
    """What the charter asks of every structure, and a few more; a bus has no computer that anyone may use."""
    wanted = [
        code
        for code in SERVICES
        if code in EVERYWHERE or chance.random() < (OFTEN if code in ("digital", "printing", "office") else SELDOM)
    ]
    return [code for code in wanted if not site.is_bus or code in IN_A_BUS]


def of_place(site: Site, spot: Spot, chance: Random) -> dict[str, object]:
    """How to come, and for whom it is accessible; a third of the places say nothing yet."""
    is_known, answers = chance.random() < 0.66, {name: chance.random() < odds for name, odds in DISABILITIES.items()}
    if not receives_public(spot):
        return {}
    if spot.kind == LocationKind.BUS_STOP:
        return {"how_to_come": AT_STOPS if is_known else "", "accessible_motor": True if is_known else None}
    if spot is not site.home:
        return {"how_to_come": "Dans la salle du conseil, au rez-de-chaussée."}
    said = {name: answer for name, answer in answers.items() if is_known} | OBSTACLES.get(site.slug, {})
    return {"how_to_come": WAYS.get(site.slug, ""), **said}
