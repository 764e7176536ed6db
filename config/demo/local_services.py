"""Which local helps exist beside the operators, and what should be known before sending someone there?"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from config.demo import hours
from config.demo.chance import dice, phone
from config.demo.people import Teams, names
from partners.models import LocalService, LocalServiceKind

CMS_LIMITS = (
    "Environ un mois pour un rendez-vous avec un travailleur social. Les secteurs suivent les quartiers : une commune "
    "peut en avoir plusieurs, vérifier avec l’adresse."
)
ADVISOR_LIMITS = (
    "Pas d’accès professionnel aux outils des opérateurs ; n’est pas formé aux démarches administratives complexes."
)
ADVISOR_SERVES = "Apprendre, s’exercer, devenir autonome avec les outils numériques ; démarches simples, à l’occasion."

CMS = (
    ("76447", "Montivilliers", "6 rue de la Commune"),
    ("76351", "Le Havre Centre", "41 rue Guillemard"),
    ("76351", "Le Havre Est", "12 rue des Gobelins"),
    ("76259", "Fécamp", "9 rue Queue-de-Renard"),
    ("76114", "Bolbec", "18 rue Guillet"),
    ("76758", "Yvetot", "5 rue Pierre-de-Coubertin"),
    ("76540", "Rouen Rive gauche", "23 rue Saint-Julien"),
    ("76540", "Rouen Hauts-de-Rouen", "2 rue Albert-Dupuis"),
    ("76231", "Elbeuf", "14 rue Camille-Randoing"),
    ("76057", "Barentin", "7 rue Pierre-et-Marie-Curie"),
    ("76217", "Dieppe", "30 avenue Pasteur"),
    ("76462", "Neufchâtel-en-Bray", "3 route de Londinières"),
)
HOSTS = (
    ("76447", "médiathèque de Montivilliers"),
    ("76351", "bibliothèque du Havre"),
    ("76351", "association Clic et Quai"),
    ("76540", "maison de quartier de Rouen"),
    ("76540", "bibliothèque de Rouen"),
    ("76575", "centre social de Saint-Étienne-du-Rouvray"),
    ("76681", "mairie de Sotteville-lès-Rouen"),
    ("76217", "médiathèque de Dieppe"),
    ("76322", "mairie du Grand-Quevilly"),
    ("76498", "bibliothèque du Petit-Quevilly"),
    ("76451", "mairie de Mont-Saint-Aignan"),
    ("76259", "médiathèque de Fécamp"),
    ("76231", "médiathèque d’Elbeuf"),
    ("76157", "centre social de Canteleu"),
    ("76484", "mairie d’Oissel-sur-Seine"),
    ("76057", "médiathèque de Barentin"),
    ("76114", "mairie de Bolbec"),
    ("76758", "médiathèque d’Yvetot"),
    ("76410", "mairie de Maromme"),
    ("76476", "mairie de Port-Jérôme-sur-Seine"),
    ("76319", "mairie de Grand-Couronne"),
    ("76212", "bibliothèque de Darnétal"),
    ("76305", "centre social de Gonfreville-l’Orcher"),
    ("76384", "médiathèque de Lillebonne"),
    ("76255", "mairie d’Eu"),
    ("76495", "mairie de Pavilly"),
    ("76312", "médiathèque de Gournay-en-Bray"),
    ("76647", "bibliothèque de Saint-Romain-de-Colbosc"),
    ("76709", "mairie du Trait"),
    ("76462", "médiathèque de Neufchâtel-en-Bray"),
    ("76452", "mairie de Montville"),
    ("76711", "mairie du Tréport"),
    ("76258", "mairie de Terres-de-Caux"),
    ("76222", "mairie de Duclair"),
    ("76655", "médiathèque de Saint-Valery-en-Caux"),
    ("76276", "mairie de Forges-les-Eaux"),
    ("76159", "mairie de Cany-Barville"),
    ("76101", "mairie de Blangy-sur-Bresle"),
    ("76302", "mairie de Goderville"),
    ("76146", "mairie de Buchy"),
)
ADVISOR_HOURS = (
    "mar 9:00-12:00 14:00-17:00 | jeu 14:00-17:00 rdv",
    "lun 14:00-17:00 | mer 9:30-12:00 rdv | ven 9:30-12:00",
    "mar 14:00-17:00 rdv | sam 9:30-12:00 /2",
    "jeu 9:00-12:00 | ven 14:00-17:00 rdv",
)


@dataclass(frozen=True)
class Help:
    """One local service, as plain values; `hours` as `hours.timetable` reads them, empty when unknown."""

    kind: LocalServiceKind
    name: str
    insee: str
    serves: str
    limits: str
    access: str
    hours: str = ""
    host: str = ""
    delay: str = ""
    address: str = ""

    @property
    def is_digital(self) -> bool:
        return self.kind == LocalServiceKind.DIGITAL_ADVISOR


SOS_PAPERASSE = Help(
    LocalServiceKind.PAPERWORK_HELP,
    "SOS paperasse",
    "76540",
    "Comprendre un courrier, remplir un papier, trier ses documents : une secrétaire médico-sociale, deux travailleurs "
    "sociaux, un conseiller numérique et huit bénévoles. Une quinzaine de personnes par séance.",
    "Pas de demande d’aide financière, pas d’accompagnement au long cours ; les bénévoles ne reçoivent pas de mandat.",
    "Sans rendez-vous, un vendredi sur deux hors vacances scolaires, de 14 h à 16 h 30",
    hours="ven 14:00-16:30 /2 scolaire",
    host="Bibliothèque du Châtelet",
    address="place du Châtelet",
)
JUSTICE = Help(
    LocalServiceKind.JUSTICE_POINT,
    "Point-justice du Havre",
    "76351",
    "Information gratuite et confidentielle sur ses droits, orientation vers un avocat, un conciliateur, un médiateur.",
    "Pas de plaidoirie, pas de rédaction d’actes. Le 30 39 renseigne partout en France.",
    "Sur rendez-vous",
    hours="lun mar jeu ven 9:00-12:00 14:00-17:00 rdv",
    delay="Une à deux semaines",
    address="10 rue de la Justice",
)
TOWN_HALLS = (
    ("76351", "Mairie du Havre, titres d’identité", "1517 place de l’Hôtel-de-Ville"),
    ("76540", "Mairie de Rouen, titres d’identité", "place du Général-de-Gaulle"),
    ("76217", "Mairie de Dieppe, titres d’identité", "parc Jehan-Ango"),
)
CCAS = (
    ("76351", "CCAS du Havre", "3 place Albert-René"),
    ("76540", "CCAS de Rouen", "rue de la République"),
)


def helps(chance: Random) -> Iterator[Help]:
    """Every local service, in a stable order."""
    yield SOS_PAPERASSE
    yield JUSTICE
    for insee, name, address in TOWN_HALLS:
        yield Help(
            LocalServiceKind.TOWN_HALL,
            name,
            insee,
            "Première carte d’identité, premier passeport, renouvellement, perte\u00a0: dépôt et remise.",
            "La pré-demande se fait avant, en ligne\u00a0: France services y aide.",
            "Sur rendez-vous",
            hours="lun-ven 9:00-12:00 13:30-17:00 rdv",
            delay="Deux à quatre semaines",
            address=address,
        )
    for insee, name, address in CCAS:
        yield Help(
            LocalServiceKind.CCAS,
            name,
            insee,
            "Aide sociale d’urgence, domiciliation, aide alimentaire.",
            "Pour les habitants de la commune.",
            "Sans rendez-vous le matin",
            hours="lun-ven 9:00-12:00",
            address=address,
        )
    for insee, sector, address in CMS:
        yield Help(
            LocalServiceKind.CMS,
            f"CMS {sector}",
            insee,
            "Aide financière, accompagnement social, protection de l’enfance et des personnes fragiles.",
            CMS_LIMITS,
            "Sur rendez-vous avec un travailleur social",
            hours="lun-ven 8:45-12:00 13:30-16:45",
            delay="Environ un mois",
            address=address,
        )
    people = names(chance)
    for insee, sector, address in CMS[:10]:
        yield _advisor(next(people), insee, f"CMS {sector}", chance, address=address, itinerant=True)
    for insee, host in HOSTS:
        yield _advisor(next(people), insee, host[:1].upper() + host[1:], chance)


def _advisor(person: str, insee: str, host: str, chance: Random, *, address: str = "", itinerant: bool = False) -> Help:
    return Help(
        LocalServiceKind.DIGITAL_ADVISOR,
        f"{person}, en itinérance" if itinerant else person,
        insee,
        ADVISOR_SERVES,
        ADVISOR_LIMITS,
        chance.choice(("Avec ou sans rendez-vous", "Sur rendez-vous, seul ou en atelier", "Ateliers, sur inscription")),
        hours=chance.choice(ADVISOR_HOURS),
        host=host,
        address=address,
    )


def write_local_services(teams: Teams, seed: int) -> int:
    """The directory of local helps; the digital coordination keeps the advisors. Says how many."""
    found = list(helps(dice(seed, "local services")))
    schedules = hours.write(hours.timetable(each.hours) for each in found)
    LocalService.objects.bulk_create(
        [
            LocalService(
                kind=each.kind,
                name=each.name,
                host=each.host,
                serves=each.serves,
                limits=each.limits,
                access=each.access,
                delay=each.delay,
                address=each.address,
                commune_id=each.insee,
                phone=phone(3001 + number),
                schedule=schedule,
                office=teams.partner_office,
                digital_team=teams.digital if each.is_digital else None,
            )
            for number, (each, schedule) in enumerate(zip(found, schedules, strict=True))
        ]
    )
    return len(found)
