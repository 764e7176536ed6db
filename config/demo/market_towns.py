"""Which sites does the invented network have in its market towns? The communes are real, all else is made up."""

from datetime import date

from config.demo.places import Site, Spot
from structures.models import CarrierKind, LabelState, LocationKind

MAIN, ANTENNA, OUTREACH = LocationKind.MAIN, LocationKind.ANTENNA, LocationKind.OUTREACH
MUNICIPALITY, EPCI, LA_POSTE = CarrierKind.MUNICIPALITY, CarrierKind.EPCI, CarrierKind.LA_POSTE
MSA, ASSOCIATION, STATE = CarrierKind.MSA, CarrierKind.ASSOCIATION, CarrierKind.STATE

WIDE = "lun-ven 9:00-12:30 13:30-17:00"
PLAIN = "lun-ven 9:00-12:00 14:00-17:00"
MORNINGS = "lun-ven 8:45-12:15 | lun mar jeu 13:30-17:00"
BRAY = "Communauté de communes des Quatre Rivières en Bray"

MARKET_TOWNS: tuple[Site, ...] = (
    Site(
        "France services de Neufchâtel-en-Bray",
        "neufchatel-en-bray",
        "Communauté de communes Bray-Eawy",
        EPCI,
        (
            Spot(MAIN, "76462", "16 rue du Pays de Bray", WIDE),
            Spot(ANTENNA, "76321", "3 rue de la Forêt", "mar ven 9:00-12:00", "Antenne des Grandes-Ventes"),
        ),
        labelled_on=date(2020, 1, 6),
        weight=1.1,
    ),
    Site(
        "France services de Gournay-en-Bray",
        "gournay-en-bray",
        BRAY,
        EPCI,
        (Spot(MAIN, "76312", "10 avenue de l’Epte", PLAIN),),
        labelled_on=date(2020, 7, 1),
    ),
    Site(
        "France services de Forges-les-Eaux",
        "forges-les-eaux",
        BRAY,
        EPCI,
        (
            Spot(MAIN, "76276", "5 allée des Sources", "lun mar jeu ven 9:00-12:30 13:30-17:00"),
            Spot(OUTREACH, "76295", "1 place du Marché", "ven", "Permanence de Gaillefontaine"),
        ),
        labelled_on=date(2020, 7, 1),
    ),
    Site(
        "France services de Saint-Valery-en-Caux",
        "saint-valery-en-caux",
        "Communauté de communes de la Côte d’Albâtre",
        EPCI,
        (Spot(MAIN, "76655", "6 quai du Havre", WIDE),),
        labelled_on=date(2021, 1, 4),
        comment="Permanences\u00a0: mairie de Veules-les-Roses le mardi de 9 h à 12 h, mairie de Fontaine-le-Dun "
        "un jeudi sur deux de 14 h à 16 h 30.",
    ),
    Site(
        "France services de Cany-Barville",
        "cany-barville",
        "Ville de Cany-Barville",
        MUNICIPALITY,
        (
            Spot(
                MAIN,
                "76159",
                "4 place Robert-Gabel",
                "lun mar jeu 9:00-12:00 14:00-17:00 | mer ven 9:00-12:00",
            ),
        ),
        labelled_on=date(2022, 9, 1),
        weight=0.6,
    ),
    Site(
        "France services d’Envermeu",
        "envermeu",
        "Ville d’Envermeu",
        MUNICIPALITY,
        (
            Spot(
                MAIN,
                "76235",
                "11 rue de l’Eaulne",
                "lun mar 9:00-12:00 14:00-17:00 | jeu 9:00-12:00 13:30-17:00 | ven 10:00-12:00",
            ),
        ),
        labelled_on=date(2023, 2, 1),
        weight=0.45,
        label=LabelState.RESERVE,
    ),
    Site(
        "France services de Blangy-sur-Bresle",
        "blangy-sur-bresle",
        "MSA Haute-Normandie",
        MSA,
        (Spot(MAIN, "76101", "3 place de la Verrière", "lun-ven 9:00-12:30 13:30-16:30"),),
        labelled_on=date(2021, 1, 4),
        weight=0.8,
    ),
    Site(
        "France services d’Aumale",
        "aumale",
        "MSA Haute-Normandie",
        MSA,
        (Spot(MAIN, "76035", "20 rue Saint-Lazare", "lun mar jeu ven 9:00-12:00 13:30-17:00 | mer 9:00-12:00"),),
        labelled_on=date(2021, 11, 2),
        weight=0.7,
        is_strained=True,
    ),
    Site(
        "France services de Doudeville",
        "doudeville",
        "Communauté de communes Plateau de Caux",
        EPCI,
        (Spot(MAIN, "76219", "1 rue du Lin", "lun-ven 9:00-12:00 13:30-16:30"),),
        labelled_on=date(2021, 6, 1),
        weight=0.8,
    ),
    Site(
        "France services de Yerville",
        "yerville",
        "La Poste",
        LA_POSTE,
        (Spot(MAIN, "76752", "9 place Delahaye", "mar-ven 9:00-12:00 14:00-17:00 | sam 9:00-12:00"),),
        labelled_on=date(2022, 3, 1),
        weight=0.8,
    ),
    Site(
        "France services de Duclair",
        "duclair",
        "La Poste",
        LA_POSTE,
        (Spot(MAIN, "76222", "13 quai de la Libération", "lun-ven 9:00-12:00 14:00-16:30"),),
        labelled_on=date(2022, 3, 1),
        weight=0.9,
        closures=((0, 0, "coupure d’électricité"),),
    ),
    Site(
        "France services du Trait",
        "le-trait",
        "Ville du Trait",
        MUNICIPALITY,
        (Spot(MAIN, "76709", "2 place des Chantiers", MORNINGS),),
        labelled_on=date(2022, 1, 3),
        weight=0.9,
    ),
    Site(
        "France services de Luneray",
        "luneray",
        "Association Relais des Trois Vallées",
        ASSOCIATION,
        (Spot(MAIN, "76400", "17 rue du Tilleul", "lun-jeu 9:00-12:30 13:30-16:30 | ven 9:00-12:00"),),
        labelled_on=date(2022, 6, 1),
        weight=0.7,
        is_strained=True,
    ),
    Site(
        "France services de Tôtes",
        "totes",
        "Communauté de communes Terroir de Caux",
        EPCI,
        (Spot(MAIN, "76700", "6 rue des Diligences", PLAIN + " | mer 17:00-18:00 rdv"),),
        labelled_on=date(2021, 9, 1),
        weight=0.8,
        comment="Permanence à la mairie de Val-de-Saâne le premier lundi du mois. Passage à Biville-la-Baignarde sur "
        "demande.",
    ),
    Site(
        "France services de Saint-Saëns",
        "saint-saens",
        "Ville de Saint-Saëns",
        MUNICIPALITY,
        (Spot(MAIN, "76648", "5 place Maintenon", "lun-ven 9:00-12:00 | lun mar jeu 14:00-17:30"),),
        labelled_on=date(2022, 10, 3),
        weight=0.7,
        closures=((20, 27, "congés de l’équipe"),),
    ),
    Site(
        "France services de Saint-Romain-de-Colbosc",
        "saint-romain-de-colbosc",
        "Sous-préfecture du Havre",
        STATE,
        (Spot(MAIN, "76647", "24 avenue du Maréchal-Foch", WIDE),),
        labelled_on=date(2021, 6, 1),
    ),
)
