"""What have the coordinator's visits seen at the invented sites over eighteen months?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import User
from config.demo.chance import dice
from config.demo.places import Site
from quality.models import Observation, Visit
from schedules.calendars import PARIS
from structures.models import Structure

EIGHTEEN_MONTHS = 540
NEVER_VISITED = ("bus-villes-soeurs", "yerville", "saint-saens")
SEEN = {
    "signage": ("Plaque et drapeau bien visibles.", "Enseigne posée au-dessus de la porte."),
    "confidential_office": ("Bureau fermé au rez-de-chaussée.", "Deux bureaux fermés, insonorisés."),
    "free_of_charge": ("Photocopies payantes, 10 centimes la page.", "Tout est gratuit, impressions comprises."),
    "accessibility": ("Rampe, boucle magnétique, sanitaires adaptés.", "De plain-pied, place réservée devant."),
}
IN_A_BUS = {"confidential_office": ("Coin à l’écart au fond du bus, rideau.",)}
NOT_MET = {
    "envermeu": ("signage", "Plaque tombée pendant les travaux, à reposer."),
    "doudeville": ("signage", "Enseigne dans la cour, invisible de la rue."),
    "le-trait": ("confidential_office", "On entend tout depuis l’accueil."),
    "luneray": ("confidential_office", "Bureau partagé avec l’agence postale."),
    "aumale": ("accessibility", "Deux marches, pas de rampe : fauteuils roulants."),
    "fecamp": ("accessibility", "Pas de boucle magnétique : surdité."),
}
NOTES = ("Équipe accueillante.", "Bonne fréquentation, salle d’attente à agrandir.", "Point fait avec le porteur.", "")


def write_visits(
    sites: Sequence[Site], structures: Mapping[str, Structure], author: User, today: date, seed: int
) -> int:
    """One or two visits per site but three; says how many."""
    chance = dice(seed, "visits")
    visits = [
        Visit(
            structure=structures[site.slug],
            visited_on=day,
            author=author,
            note=chance.choice(NOTES),
            recorded_at=datetime.combine(day, time(17, 30), tzinfo=PARIS),
        )
        for site in sites
        if site.slug not in NEVER_VISITED
        for day in _days(today, chance)
    ]
    visits.sort(key=lambda visit: visit.visited_on)
    Visit.objects.bulk_create(visits)
    by_pk = {structures[site.slug].pk: site for site in sites}
    Observation.objects.bulk_create(
        [observation for visit in visits for observation in _observations(visit, by_pk[visit.structure_id], chance)]
    )
    return len(visits)


def _days(today: date, chance: Random) -> Iterator[date]:
    latest = chance.randint(8, EIGHTEEN_MONTHS // 2)
    if chance.random() < 0.4:
        yield _working(today - timedelta(days=latest + chance.randint(120, EIGHTEEN_MONTHS // 2)))
    yield _working(today - timedelta(days=latest))


def _working(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _observations(visit: Visit, site: Site, chance: Random) -> Iterator[Observation]:
    broken, why = NOT_MET.get(site.slug, ("", ""))
    for key, details in SEEN.items():
        met = key != broken
        seen = chance.choice(IN_A_BUS.get(key, details) if site.is_bus else details)
        yield Observation(visit=visit, criterion_key=key, is_met=met, detail=seen if met else why)
