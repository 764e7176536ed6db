"""Where is a resident in our requests, and what do we hold about her in each?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.permissions import Can
from accounts.sealing import marks
from referrals.forgetting.retention import holders
from referrals.marking import searched
from referrals.models import Identity, ServiceRequest
from referrals.readings import of_request
from schedules.wording import spoken_date, spoken_moment

MOST = 50
Record = dict[str, str]
Held = dict[str, list[Record]]
"""Everything of one request: by subject, records of labels and values; the same for people and for machines."""


def find(user: User, typed: str) -> list[ServiceRequest]:
    """The requests of her sites that are about this person, the newest first; through the marks, so that nothing is
    unsealed. All the words must be on one identity."""
    rows = Identity.objects.visible_to(user, Can.READ_IDENTITIES)
    for kind, word in sorted(searched(typed)):
        rows = rows.filter(marks__kind=kind, marks__digest__in=marks(word))
    found = ServiceRequest.objects.filter(pk__in=rows.order_by().values("request"))
    return list(found.select_related("procedure", "operator", "structure")[:MOST])


def goes(request: ServiceRequest) -> dict[str, int]:
    """How much of each kind an erasure would take away, by the names of `forgetting.LABELS`."""
    return {name: rows.filter(**{path: request}).count() for name, (rows, path) in holders().items()}


def everything(request: ServiceRequest, identity: Identity | None) -> Held:
    """What we hold about the person of this request, in French words; empty values are left out."""
    held = {
        "La demande": [_request(request)],
        "L’identité": [_identity(identity)] if identity else [],
        "Les mandats": list(_mandates(request)),
        "Les transmissions": list(_referrals(request)),
        "Le fil": list(_exchanges(request)),
        "Les pièces jointes": list(_files(request)),
        "Qui a consulté": list(_readings(request)),
    }
    return {title: [_said(record) for record in records] for title, records in held.items() if records}


def _request(request: ServiceRequest) -> dict[str, Any]:
    return {
        "Référence": request.reference,
        "Site": request.structure.name,
        "Démarche": request.procedure.name,
        "Opérateur": request.operator.name,
        "Ce qui bloque": request.blocker,
        "Commune": request.commune,
        "Âge": request.get_age_band_display(),
        "Situation": request.get_situation_display(),
        "Venue": request.get_channel_display(),
        "Reçue": request.received_at,
        "Promise pour": request.due_at,
        "Informée": request.resident_informed_at,
        "Promise au retour pour": request.return_due_at,
        "Close": request.closed_at,
        "Issue": request.get_closing_reason_display(),
        "Numéro dans Administration+": request.national_number,
    }


def _identity(identity: Identity) -> dict[str, Any]:
    return {
        "Nom ou initiales": identity.name,
        "Pour la rappeler": identity.reach,
        "Numéro de dossier": identity.file_number or ("la personne ne l’a pas" if identity.has_no_file_number else ""),
    }


def _mandates(request: ServiceRequest) -> Iterator[dict[str, Any]]:
    for mandate in request.mandates.select_related("recorded_by").prefetch_related("procedures"):
        yield {
            "Pour": mandate.purpose,
            "Démarches": ", ".join(str(procedure) for procedure in mandate.procedures.all()),
            "Donné le": spoken_date(mandate.given_on, with_year=True),
            "Jusqu’au": spoken_date(mandate.ends_on, with_year=True) if mandate.ends_on else "",
            "Sur papier": "oui" if mandate.on_paper else "non",
            "Noté par": mandate.recorded_by,
            "Retiré": mandate.withdrawn_at,
        }


def _referrals(request: ServiceRequest) -> Iterator[dict[str, Any]]:
    for referral in request.referrals.select_related("contact__operator"):
        yield {
            "À": f"{referral.contact}, {referral.contact.operator}",
            "Le": referral.sent_at,
            "Question": referral.question,
            "Réponse utile": referral.answered_at,
        }


def _exchanges(request: ServiceRequest) -> Iterator[dict[str, Any]]:
    for exchange in request.exchanges.all():
        yield {
            "Le": exchange.at,
            "Quoi": exchange.get_kind_display(),
            "Par": exchange.actor,
            "Texte": exchange.text,
        }


def _files(request: ServiceRequest) -> Iterator[dict[str, Any]]:
    for attachment in request.attachments.kept():
        yield {
            "Nom": attachment.name,
            "Nature": attachment.get_kind_display(),
            "Taille": f"{attachment.size} octets",
            "Ajoutée": attachment.added_at,
        }


def _readings(request: ServiceRequest) -> Iterator[dict[str, Any]]:
    for line in of_request(request):
        yield {"Le": line.at, "Par": line.actor, "Quoi": line.verb}


def _said(record: dict[str, Any]) -> Record:
    return {
        label: spoken_moment(value, with_year=True) if isinstance(value, datetime) else str(value)
        for label, value in record.items()
        if value not in (None, "")
    }
