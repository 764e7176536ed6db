"""Which six buses does the invented network have, and where do they stop?

The office of a bus receives nobody: its hours are when the team answers the telephone.
"""

from datetime import date

from config.demo.places import Site, Spot
from structures.models import CarrierKind, LocationKind, StructureKind

OFFICE = "lun-ven 8:30-12:00 13:30-17:00"


def _stop(insee: str, address: str, hours: str) -> Spot:
    return Spot(LocationKind.BUS_STOP, insee, address, hours)


def _bus(name: str, slug: str, carrier: str, kind: CarrierKind, base: tuple[str, str], *stops: Spot) -> Site:
    return Site(
        name,
        slug,
        carrier,
        kind,
        (Spot(LocationKind.OFFICE, *base, OFFICE, "Bureau du bus"), *stops),
        kind=StructureKind.BUS,
        labelled_on=date(2022, 1, 3),
        weight=0.75,
    )


BUSES: tuple[Site, ...] = (
    _bus(
        "Bus France services Caux Seine",
        "bus-caux-seine",
        "Caux Seine Agglo",
        CarrierKind.EPCI,
        ("76258", "2 place du Grand-Marché"),
        _stop("76627", "place de la Mairie", "lun 9:30-12:30 13:30-16:30"),
        _stop("76684", "place du Pont", "mar 9:30-12:30"),
        _stop("76471", "place de l’Église", "mar 14:00-17:00"),
        _stop("76727", "parking de la salle des fêtes", "mer 9:30-12:30 /2"),
        _stop("76557", "place de la Mairie", "mer 9:30-12:30 /2b"),
        # One Friday in two each: Christmas at one stop, New Year at the other, whatever the number of the week.
        _stop("76401", "place du Bac", "jeu 9:30-12:30 13:30-16:30 | ven 9:30-12:30 13:30-16:00 /2b"),
        _stop("76164", "quai Guilbaud", "ven 9:30-12:30 13:30-16:00 /2"),
    ),
    _bus(
        "Bus France services de Campagne-de-Caux",
        "bus-campagne-de-caux",
        "Communauté de communes Campagne-de-Caux",
        CarrierKind.EPCI,
        ("76302", "1 place Godard-des-Vaux"),
        _stop("76141", "place de la Gare", "lun 9:00-12:00 13:30-16:30"),
        _stop("76143", "place du Marché", "mar 9:00-12:00 13:30-16:30"),
        _stop("76224", "place de l’Église", "jeu 9:00-12:00"),
        _stop("76408", "parking de l’école", "jeu 14:00-17:00 scolaire"),
        _stop("76012", "place de la Mairie", "ven 9:30-12:30 1er"),
        _stop("76302", "halles", "mer 9:00-12:30 | ven 14:00-16:30"),
    ),
    _bus(
        "Bus France services Inter-Caux-Vexin",
        "bus-inter-caux-vexin",
        "Association Routes et Droits",
        CarrierKind.ASSOCIATION,
        ("76146", "12 rue des Halles"),
        _stop("76179", "place de la Halle", "lun 9:30-12:30"),
        _stop("76152", "place du Général-Leclerc", "lun 14:00-17:00"),
        _stop("76548", "place Flaubert", "mar 9:30-12:30 13:30-16:30"),
        _stop("76412", "parking du château", "mer 9:30-12:00 /2"),
        _stop("76100", "place de l’Église", "mer 9:30-12:00 /2b"),
        _stop("76271", "place de l’Abbaye", "jeu 9:30-12:30"),
        _stop("76125", "place du Marché", "jeu"),
        _stop("76675", "place de la Mairie", "ven 9:30-12:30 13:30-16:00"),
    ),
    _bus(
        "Bus France services du Terroir de Caux",
        "bus-terroir-de-caux",
        "Communauté de communes Terroir de Caux",
        CarrierKind.EPCI,
        ("76051", "8 rue de la Vienne"),
        _stop("76397", "place de la Gare", "lun 9:00-12:00 13:30-16:30"),
        _stop("76656", "place de l’Abbaye", "mar 9:00-12:00"),
        _stop("76136", "place de la Mairie", "mar 14:00-17:00"),
        _stop("76334", "place de l’Église", "jeu 9:30-12:30 /2"),
        _stop("76492", "place de la Mairie", "jeu 9:30-12:30 /2b"),
        _stop("76050", "place du Bourg", "ven 9:00-12:00 13:30-16:30"),
        _stop("76051", "place du Marché", "mer 8:45-12:45"),
    ),
    _bus(
        "Bus France services du pays de Londinières",
        "bus-londinieres",
        "Communauté de communes de Londinières",
        CarrierKind.EPCI,
        ("76392", "3 rue du Pont-de-Pierre"),
        _stop("76677", "place de la Mairie", "lun 9:30-12:30 13:30-16:00"),
        _stop("76286", "place de l’Église", "mar 9:30-12:30 13:30-16:30"),
        _stop("76148", "parking de la salle des fêtes", "mer 9:30-12:00 1er | mer 9:30-12:00 3e"),
        _stop("76320", "place de la Mairie", "jeu 9:30-12:30 13:30-16:30"),
        _stop("76392", "place du Marché", "ven 8:30-12:30 13:30-16:30"),
    ),
    _bus(
        "Bus France services des Villes Sœurs",
        "bus-villes-soeurs",
        "Communauté de communes des Villes Sœurs",
        CarrierKind.EPCI,
        ("76192", "5 rue de la Mer"),
        _stop("76711", "place de la Poissonnerie", "lun mar 9:00-12:00 13:30-16:30"),
        _stop("76435", "place de la Mairie", "jeu 9:00-12:30 13:30-16:30"),
        _stop("76374", "place de la Gare", "ven 9:00-12:30 13:30-16:30"),
    ),
)
