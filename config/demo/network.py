"""How do the invented sites become structures and locations?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from config.demo import details, exceptions, hours
from config.demo.chance import dice, phone
from config.demo.people import Teams
from config.demo.places import Site, Spot
from schedules.opening_hours import Timetable
from structures.models import Carrier, Location, LocationKind, Structure
from territories.models import Commune, PostalCode
from territories.spelling import plain

FIRST_MATRICULE = 76901  # far from the numbers of the national list, so that a real import creates its own rows


@dataclass(frozen=True)
class Territory:
    """The communes by INSEE code, and one postcode for each."""

    communes: Mapping[str, Commune]
    postcodes: Mapping[str, str]

    @classmethod
    def read(cls) -> "Territory":
        postcodes = dict(PostalCode.objects.order_by("-code").values_list("commune_id", "code"))
        return cls(Commune.objects.in_bulk(), postcodes)


def write_structures(sites: Sequence[Site], teams: Teams, seed: int) -> dict[str, Structure]:
    """The structures by the slug of their site."""
    carriers, offers = _write_carriers(sites), dice(seed, "services")
    structures = [
        Structure(
            id_fs=str(FIRST_MATRICULE + number),
            name=site.name,
            slug=site.slug,
            kind=site.kind,
            carrier=carriers[site.carrier],
            label_state=site.label,
            labelled_on=site.labelled_on,
            phone=phone(1001 + number),
            mail=f"{site.slug}@exemple.fr",
            by_appointment=site.by_appointment,
            services=details.services_of(site, offers),
            comment=site.comment,
            departement_id=settings.DEPARTEMENT,
            team=teams.of_sites[site.slug],
            coordination=teams.coordination,
            partner_office=teams.partner_office,
        )
        for number, site in enumerate(sites)
    ]
    return {structure.slug: structure for structure in Structure.objects.bulk_create(structures)}


def _write_carriers(sites: Sequence[Site]) -> dict[str, Carrier]:
    kinds = {site.carrier: site.carrier_kind for site in sites}
    rows = [Carrier(name=name, plain_name=plain(name), kind=kind) for name, kind in kinds.items()]
    return {carrier.name: carrier for carrier in Carrier.objects.bulk_create(rows)}


def write_locations(
    sites: Sequence[Site], structures: Mapping[str, Structure], territory: Territory, today: date, seed: int
) -> int:
    """Every location with its hours; says how many."""
    chance = dice(seed, "points")
    places: list[tuple[Site, Spot, Timetable]] = [
        (site, spot, exceptions.with_its_own(site.slug, spot, today)) for site in sites for spot in site.spots
    ]
    schedules = hours.write(timetable for _, _, timetable in places)
    access = dice(seed, "accessibility")
    locations = []
    for (site, spot, _), schedule in zip(places, schedules, strict=True):
        commune = territory.communes[spot.insee]
        locations.append(
            Location(
                structure=structures[site.slug],
                kind=spot.kind,
                name=_name(spot, commune),
                address=spot.address,
                postcode=territory.postcodes.get(spot.insee, ""),
                commune=commune,
                # Near the town hall, not on it: two sites of one town are two points.
                latitude=round(commune.latitude + chance.uniform(-0.004, 0.004), 5),
                longitude=round(commune.longitude + chance.uniform(-0.006, 0.006), 5),
                schedule=schedule,
                **details.of_place(site, spot, access),
            )
        )
    Location.objects.bulk_create(locations)
    return len(locations)


def _name(spot: Spot, commune: Commune) -> str:
    return spot.name or (f"{commune.name}, {spot.address}" if spot.kind == LocationKind.BUS_STOP else "")
