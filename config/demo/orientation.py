"""What do the invented local helps serve, where, with which limits, and who was sent there?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from config.demo.chance import dice
from partners.models import (
    LocalService,
    LocalServiceArea,
    LocalServiceKind,
    LocalServiceLimit,
    LocalServicePlace,
    Procedure,
    Subject,
)
from referrals.models import ClosingReason, Exchange, Happening, Outcome, ServiceRequest
from territories.models import Commune

SERVED: dict[str, tuple[str, ...]] = {
    LocalServiceKind.CMS: ("AIDE_FINANCIERE", "EXPULSION", "SURENDETTEMENT", "HEBERGEMENT_URGENCE"),
    LocalServiceKind.JUSTICE_POINT: ("EXPULSION",),
    LocalServiceKind.PAPERWORK_HELP: ("SOS_PAPERASSE",),
    LocalServiceKind.DIGITAL_ADVISOR: ("APPRENDRE_NUMERIQUE",),
    LocalServiceKind.TOWN_HALL: ("IDENTITE_PREMIERE_DEMANDE", "IDENTITE_PERTE_VOL"),
    LocalServiceKind.CCAS: ("HEBERGEMENT_URGENCE", "AIDE_FINANCIERE"),
}
HELPED: dict[str, tuple[str, ...]] = {
    LocalServiceKind.PAPERWORK_HELP: ("CAF_RSA", "CAF_AIDES_LOGEMENT", "CAF_CHANGEMENT_SITUATION"),
    LocalServiceKind.DIGITAL_ADVISOR: ("CAF_COMPTE", "CAF_ATTESTATION"),
    LocalServiceKind.TOWN_HALL: ("FT_CNI_PASSEPORT",),
}
LIMITS: dict[str, tuple[tuple[str, str], ...]] = {
    LocalServiceKind.CMS: (
        ("Environ un mois pour un rendez-vous\u00a0: pour dormir ce soir, appeler le 115.", "HEBERGEMENT_URGENCE"),
        ("Aide à remplir le dossier\u00a0; le dépôt se fait à la Banque de France.", "SURENDETTEMENT"),
    ),
    LocalServiceKind.JUSTICE_POINT: (
        ("Information sur les droits seulement\u00a0: ni plaidoirie, ni rédaction d’actes.", "EXPULSION"),
    ),
    LocalServiceKind.PAPERWORK_HELP: (
        ("Pas de suivi au long cours\u00a0; les bénévoles ne reçoivent pas de mandat.", ""),
    ),
    LocalServiceKind.DIGITAL_ADVISOR: (("Pas d’accès professionnel aux outils des opérateurs.", ""),),
    LocalServiceKind.CCAS: (("Pas d’hébergement le soir même\u00a0: appeler le 115.", "HEBERGEMENT_URGENCE"),),
}
SECTORS = {"76351", "76540"}
"""Where several CMS share a commune, by district."""
SENT = 60


def write_what_they_serve() -> None:
    """Needs, démarches, limits, territories and other places of every local service, in bulk."""
    subjects = {row.code: row for row in Subject.objects.all()}
    procedures = {row.code: row for row in Procedure.objects.all()}
    services = list(LocalService.objects.select_related("commune").order_by("pk"))
    needs, helped = LocalService.needs.through, LocalService.procedures.through
    needs.objects.bulk_create(
        needs(localservice_id=row.pk, subject_id=subjects[code].pk)
        for row in services
        for code in SERVED.get(row.kind, ())
        if code in subjects
    )
    helped.objects.bulk_create(
        helped(localservice_id=row.pk, procedure_id=procedures[code].pk)
        for row in services
        for code in HELPED.get(row.kind, ())
        if code in procedures
    )
    LocalServiceLimit.objects.bulk_create(
        LocalServiceLimit(service=row, text=text, need=subjects.get(code))
        for row in services
        for text, code in LIMITS.get(row.kind, ())
    )
    LocalServiceArea.objects.bulk_create(area for row in services for area in _areas(row))
    _write_places(services)


def _areas(service: LocalService) -> Iterable[LocalServiceArea]:
    """A CMS by its sector, a CCAS by its commune, the others by what surrounds them; whoever comes to SOS paperasse."""
    home: Commune = service.commune
    if service.kind in (LocalServiceKind.PAPERWORK_HELP, LocalServiceKind.TOWN_HALL):
        return
    if service.kind == LocalServiceKind.CMS and home.insee in SECTORS:
        sector = service.name.removeprefix("CMS ")
        yield LocalServiceArea(service=service, commune=home, note=f"secteur {sector}, selon le quartier")
    elif service.kind == LocalServiceKind.CCAS:
        yield LocalServiceArea(service=service, commune=home)
    elif service.kind == LocalServiceKind.JUSTICE_POINT and home.arrondissement_id:
        yield LocalServiceArea(service=service, arrondissement_id=home.arrondissement_id)
    elif home.epci_id:
        yield LocalServiceArea(service=service, epci_id=home.epci_id)


def _write_places(services: Iterable[LocalService]) -> None:
    """The point-justice also receives people at Montivilliers, hours to be completed."""
    for service in services:
        if service.kind == LocalServiceKind.JUSTICE_POINT:
            LocalServicePlace.objects.create(
                service=service, name="Permanence de Montivilliers", commune_id="76447", address="place de la Mairie"
            )


def write_oriented(now: datetime, seed: int) -> int:
    """Some people of this year told at once where to go; says how many."""
    chance = dice(seed, "oriented")
    since = max(now - timedelta(days=80), datetime(now.year, 1, 1, tzinfo=now.tzinfo))
    by_procedure = _by_procedure()
    asked = ServiceRequest.objects.filter(
        outcome=Outcome.SOLVED, procedure__in=by_procedure, received_at__gte=since, received_at__lt=now
    ).select_related("author")
    rows = list(asked.order_by("-received_at", "pk")[: SENT * 4 : 4])
    exchanges = [_orient(row, by_procedure[row.procedure_id], chance) for row in rows]
    changed = ("oriented_to", "outcome", "closing_reason", "resident_informed_at", "closed_at")
    ServiceRequest.objects.bulk_update(rows, changed)
    Exchange.objects.bulk_create(exchanges)
    return len(rows)


def _by_procedure() -> dict[int, list[LocalService]]:
    found: dict[int, list[LocalService]] = {}
    rows = LocalService.procedures.through.objects.filter(localservice__kind=LocalServiceKind.PAPERWORK_HELP)
    for row in rows.select_related("localservice").order_by("pk"):
        found.setdefault(row.procedure_id, []).append(row.localservice)
    return found


def _orient(request: ServiceRequest, services: list[LocalService], chance: Random) -> Exchange:
    service, told = chance.choice(services), request.received_at + timedelta(minutes=chance.randint(2, 9))
    request.oriented_to, request.outcome = service, Outcome.REFERRED
    request.resident_informed_at = request.closed_at = told
    request.closing_reason = ClosingReason.ORIENTED
    return Exchange(
        request=request,
        kind=Happening.ORIENTED,
        at=told,
        author=request.author,
        actor=str(request.author),
        text=f"Orientée vers {service}.",
    )
