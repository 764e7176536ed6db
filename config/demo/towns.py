"""Which sites does the invented network have in its larger towns? The communes are real, all else is made up."""

from datetime import date

from config.demo.places import Site, Spot
from structures.models import CarrierKind, LocationKind

MAIN, ANTENNA, OUTREACH = LocationKind.MAIN, LocationKind.ANTENNA, LocationKind.OUTREACH
MUNICIPALITY, EPCI, LA_POSTE = CarrierKind.MUNICIPALITY, CarrierKind.EPCI, CarrierKind.LA_POSTE
ASSOCIATION = CarrierKind.ASSOCIATION

WIDE = "lun-ven 9:00-12:30 13:30-17:00"
PLAIN = "lun-ven 9:00-12:00 14:00-17:00"
LONG = "lun-jeu 8:30-12:30 13:30-17:30 | ven 8:30-12:30 13:30-16:30 | sam 9:00-12:00"
MORNINGS = "lun-ven 8:45-12:15 | lun mar jeu 13:30-17:00"

TOWNS: tuple[Site, ...] = (
    Site(
        "France services de Montivilliers",
        "montivilliers",
        "Ville de Montivilliers",
        MUNICIPALITY,
        (
            Spot(
                MAIN,
                "76447",
                "3 cour de l’Abbatiale",
                "lun mar jeu ven 9:00-12:30 13:30-17:30 | mer 9:00-12:30 | mer 13:30-17:30 rdv | sam 9:00-12:00",
            ),
            Spot(ANTENNA, "76238", "2 place de la Lézarde", "mar 14:00-17:00", "Antenne d’Épouville"),
            Spot(OUTREACH, "76716", "1 place du Village", "mer 9:30-12:00 1er", "Permanence à la mairie de Turretot"),
        ),
        labelled_on=date(2020, 1, 6),
        weight=1.5,
        closures=((9, 10, "formation de l’équipe"),),
    ),
    Site(
        "France services d’Yvetot",
        "yvetot",
        "Communauté de communes Yvetot Normandie",
        EPCI,
        (Spot(MAIN, "76758", "14 rue du Mail", f"{WIDE} | sam 9:00-12:00 /2"),),
        labelled_on=date(2020, 1, 6),
        weight=1.3,
    ),
    Site(
        "France services du Havre Caucriauville",
        "le-havre-caucriauville",
        "Ville du Havre",
        MUNICIPALITY,
        (Spot(MAIN, "76351", "21 avenue de la Côte Blanche", LONG, "Maison de quartier de Caucriauville"),),
        labelled_on=date(2020, 7, 1),
        weight=1.8,
        is_strained=True,
    ),
    Site(
        "France services du Havre Mont-Gaillard",
        "le-havre-mont-gaillard",
        "La Poste",
        LA_POSTE,
        (Spot(MAIN, "76351", "6 place du Belvédère", "lun-ven 9:00-12:30 14:00-17:30"),),
        labelled_on=date(2021, 3, 1),
        weight=1.4,
    ),
    Site(
        "France services de Rouen Grammont",
        "rouen-grammont",
        "Ville de Rouen",
        MUNICIPALITY,
        (Spot(MAIN, "76540", "12 rue des Abattoirs", LONG, "Pôle Grammont"),),
        labelled_on=date(2020, 1, 6),
        weight=1.8,
    ),
    Site(
        "France services de Rouen Hauts-de-Rouen",
        "rouen-hauts-de-rouen",
        "Association Passerelles du Plateau",
        ASSOCIATION,
        (Spot(MAIN, "76540", "5 rue du Parc", "lun-ven 9:00-12:30 13:30-17:30"),),
        labelled_on=date(2021, 10, 4),
        weight=1.6,
        is_strained=True,
    ),
    Site(
        "France services de Dieppe Neuville",
        "dieppe-neuville",
        "Ville de Dieppe",
        MUNICIPALITY,
        (
            Spot(MAIN, "76217", "9 rue du Four à Pain", LONG),
            Spot(OUTREACH, "76618", "1 rue de la Plage", "jeu 14:00-16:30 /2b", "Permanence de Petit-Caux"),
        ),
        labelled_on=date(2020, 1, 6),
        weight=1.5,
    ),
    Site(
        "France services de Fécamp",
        "fecamp",
        "Fécamp Caux Littoral Agglomération",
        EPCI,
        (
            Spot(MAIN, "76259", "18 quai des Terre-Neuvas", f"{WIDE} | sam 9:00-12:00"),
            Spot(OUTREACH, "76719", "2 place du Château", "mar 9:30-12:00 scolaire", "Permanence de Valmont"),
        ),
        labelled_on=date(2020, 7, 1),
        weight=1.3,
    ),
    Site(
        "France services d’Elbeuf",
        "elbeuf",
        "Ville d’Elbeuf",
        MUNICIPALITY,
        (Spot(MAIN, "76231", "27 rue des Drapiers", "lun-ven 8:30-12:30 13:30-17:30"),),
        labelled_on=date(2020, 1, 6),
        weight=1.5,
    ),
    Site(
        "France services de Barentin",
        "barentin",
        "Ville de Barentin",
        MUNICIPALITY,
        (Spot(MAIN, "76057", "4 place du Viaduc", f"{WIDE} | jeu 17:00-18:30 rdv"),),
        labelled_on=date(2021, 1, 4),
        weight=1.2,
    ),
    Site(
        "France services de Bolbec",
        "bolbec",
        "Caux Seine Agglo",
        EPCI,
        (Spot(MAIN, "76114", "11 rue des Fontaines", WIDE),),
        labelled_on=date(2021, 1, 4),
        weight=1.1,
        closures=((9, 12, "travaux"),),
    ),
    Site(
        "France services de Lillebonne",
        "lillebonne",
        "Ville de Lillebonne",
        MUNICIPALITY,
        (Spot(MAIN, "76384", "7 rue du Théâtre Romain", MORNINGS + " | ven 13:30-16:30"),),
        labelled_on=date(2022, 1, 3),
    ),
    Site(
        "France services de Canteleu",
        "canteleu",
        "Association Le Fil du Fleuve",
        ASSOCIATION,
        (Spot(MAIN, "76157", "15 avenue du Panorama", PLAIN + " | sam 9:30-12:00"),),
        labelled_on=date(2021, 6, 1),
        weight=1.2,
    ),
    Site(
        "France services d’Oissel-sur-Seine",
        "oissel-sur-seine",
        "Ville d’Oissel-sur-Seine",
        MUNICIPALITY,
        (Spot(MAIN, "76484", "8 quai de Stalingrad", MORNINGS),),
        labelled_on=date(2022, 5, 2),
        weight=1.1,
    ),
    Site(
        "France services de Saint-Étienne-du-Rouvray",
        "saint-etienne-du-rouvray",
        "Ville de Saint-Étienne-du-Rouvray",
        MUNICIPALITY,
        (Spot(MAIN, "76575", "30 rue du Madrillet", LONG),),
        labelled_on=date(2020, 7, 1),
        weight=1.6,
    ),
    Site(
        "France services d’Eu",
        "eu",
        "Ville d’Eu",
        MUNICIPALITY,
        (Spot(MAIN, "76255", "2 rue de la Verrerie", PLAIN),),
        labelled_on=date(2021, 9, 1),
    ),
)
