"""Who works in the invented network: teams, accounts, counsellors and what they were trained for?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Team, User
from accounts.permissions import TeamKind
from config.context import DEMONSTRATION_PASSWORD
from config.demo.chance import dice, phone
from config.demo.places import Site
from structures.models import Counsellor, Course, Structure, Training

FIRST_NAMES = (
    "Aline Amélie Anne Audrey Brigitte Camille Carole Cécile Céline Chantal Christelle Claire Coralie Delphine Élodie "
    "Émilie Estelle Fabien Fatima Florence Françoise Gaëlle Guillaume Hélène Inès Isabelle Jérôme Julie Karim Laëtitia "
    "Laura Lucie Ludovic Magali Malika Marie Marion Mathilde Maxime Mélanie Mickaël Myriam Nadège Nicolas Nora Olivier "
    "Pascale Pauline Romain Sabrina Samira Sandrine Sarah Sébastien Sonia Stéphanie Sylvie Thomas Valérie Yasmine"
)
LAST_NAMES = (
    "Auber Baudry Bellet Boivin Cauchois Chauvel Cordier Crevel Dajon Delahaye Deschamps Doudet Drouet Dumesnil Duboc "
    "Fauvel Fleury Gosselin Grenet Guérard Hauchard Hébert Jourdain Lamotte Langlois Lavenu Lebas Leclerc Lecoq Lefort "
    "Legrand Lemonnier Lenoble Leroux Lesage Levasseur Malandain Mallet Marical Masson Maunoury Mercier Morel Neveu "
    "Osmont Paumier Petit Picard Poulain Prévost Quesnel Renault Ridel Roussel Savoye Simon Tesson Thiers Vasse Vimont"
)

COUNSELLOR, COORDINATOR = "conseillere@exemple.fr", "coordinatrice@exemple.fr"
PARTNER_MANAGER, DIGITAL_COORDINATOR = "partenaires@exemple.fr", "numerique@exemple.fr"
ADMINISTRATOR = "admin@exemple.fr"
DEMO_SITE = "montivilliers"
LOSES_ONE = "yerville"  # two trained counsellors, one of whom leaves in three weeks
LACKS_ONE = "luneray"  # one of the two has not followed the operators' training yet
BUSY = 1.1


@dataclass(frozen=True)
class Teams:
    """The teams by what they do; those of the structures by the slug of the site."""

    coordination: Team
    partner_office: Team
    digital: Team
    of_sites: Mapping[str, Team]


@dataclass(frozen=True)
class Accounts:
    """Who writes in the demonstration; the authors of the requests by the slug of the site."""

    counsellor: User
    coordinator: User
    partner_manager: User
    digital_coordinator: User
    authors: Mapping[str, Sequence[User]]


def names(chance: Random) -> Iterator[str]:
    """Invented names, none twice."""
    pairs = [f"{first} {last}" for first in FIRST_NAMES.split() for last in LAST_NAMES.split()]
    chance.shuffle(pairs)
    yield from pairs


def write_teams(sites: Sequence[Site]) -> Teams:
    coordination, office, digital, *others = Team.objects.bulk_create(
        [
            Team(
                kind=TeamKind.COORDINATION,
                name="Coordination France services de Seine-Maritime",
                phone=phone(1),
                mail="coordination@exemple.fr",
            ),
            Team(
                kind=TeamKind.PARTNER_OFFICE,
                name="Cellule des partenaires",
                phone=phone(2),
                mail="cellule-partenaires@exemple.fr",
            ),
            Team(
                kind=TeamKind.DIGITAL_COORDINATION,
                name="Coordination des conseillers numériques",
                phone=phone(3),
                mail="coordination-numerique@exemple.fr",
            ),
            *(Team(kind=TeamKind.STRUCTURE, name=site.name) for site in sites),
        ]
    )
    return Teams(coordination, office, digital, {site.slug: team for site, team in zip(sites, others, strict=True)})


def write_accounts(sites: Sequence[Site], teams: Teams, now: datetime, seed: int) -> Accounts:
    """Five people who can sign in, and one per structure who cannot: she is there to have logged requests."""
    joined_at, password = now - timedelta(days=500), make_password(DEMONSTRATION_PASSWORD)

    def account(email: str, full_name: str, **fields: object) -> User:
        return User(**{"email": email, "full_name": full_name, "password": password, "joined_at": joined_at} | fields)

    invented = names(dice(seed, "accounts"))
    main = [
        account(COUNSELLOR, "Aline Morel"),
        account(COORDINATOR, "Claire Dumesnil"),
        account(PARTNER_MANAGER, "Nadège Levasseur"),
        account(DIGITAL_COORDINATOR, "Samira Fleury"),
        account(ADMINISTRATOR, "Administration technique", is_staff=True, is_superuser=True),
    ]
    others = [
        account(f"conseil-{number}@exemple.fr", next(invented), password=make_password(None))
        for number, _ in enumerate(sites, start=1)
    ]
    User.objects.bulk_create([*main, *others])
    counsellor, coordinator, partner_manager, digital, _ = main
    authors = {site.slug: [user] for site, user in zip(sites, others, strict=True)}
    authors[DEMO_SITE].insert(0, counsellor)
    pairs = [(coordinator, teams.coordination), (partner_manager, teams.partner_office), (digital, teams.digital)]
    pairs += [(user, teams.of_sites[slug]) for slug, users in authors.items() for user in users]
    Membership.objects.bulk_create([Membership(user=user, team=team) for user, team in pairs])
    return Accounts(counsellor, coordinator, partner_manager, digital, authors)


def write_counsellors(
    sites: Sequence[Site], structures: Mapping[str, Structure], accounts: Accounts, today: date, seed: int
) -> int:
    """About ninety people: three at a busy site, two elsewhere; says how many."""
    chance, people = dice(seed, "counsellors"), []
    invented = names(chance)
    for site in sites:
        known = list(accounts.authors[site.slug])
        for rank in range(3 if site.weight >= BUSY else 2):
            user = known.pop(0) if known else None
            people.append(
                Counsellor(
                    structure=structures[site.slug],
                    user=user,
                    full_name=user.full_name if user else next(invented),
                    arrived_on=today - timedelta(days=_seniority(site, rank, chance)),
                    left_on=today + timedelta(days=21) if site.slug == LOSES_ONE and rank == 1 else None,
                )
            )
    Counsellor.objects.bulk_create(people)
    slugs = {structure.pk: slug for slug, structure in structures.items()}
    Training.objects.bulk_create(_trainings(slugs, people, today, chance))
    return len(people)


def _seniority(site: Site, rank: int, chance: Random) -> int:
    """Days since she came; the third of a team is often the newest."""
    if site.slug == LACKS_ONE and rank == 1:
        return 60
    return chance.randint(30, 400) if rank == 2 else chance.randint(420, 1900)


def _trainings(
    slugs: Mapping[int, str], people: Sequence[Counsellor], today: date, chance: Random
) -> Iterator[Training]:
    """Everybody with some seniority is trained; a few third ones have a training that ends soon."""
    core, operators = Course.objects.get(code="core"), Course.objects.get(code="operators")
    ranks: dict[int, int] = {}
    for person in people:
        rank = ranks[person.structure_id] = ranks.get(person.structure_id, -1) + 1
        here = (today - person.arrived_on).days
        if here < 90 and slugs[person.structure_id] != LACKS_ONE:
            continue
        ends_soon = today + timedelta(days=chance.randint(25, 80)) if rank == 2 and chance.random() < 0.4 else None
        yield Training(
            counsellor=person, course=core, completed_on=person.arrived_on + timedelta(days=chance.randint(20, 55))
        )
        if slugs[person.structure_id] == LACKS_ONE and rank == 1:
            continue
        yield Training(
            counsellor=person,
            course=operators,
            completed_on=person.arrived_on + timedelta(days=chance.randint(56, 88)),
            expires_on=ends_soon,
        )
