"""Who read what designs a resident, and how does the site see it? Every reading goes through here."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from accounts.models import JournalEntry, User, journal
from accounts.permissions import Can
from referrals.models import Identity, ServiceRequest
from schedules.calendars import PARIS
from structures.models import Structure

IDENTITY_READ = "identité lue"
RIGHTS_EXPORTED = "données de la personne exportées"
MANDATE_PRINTED = "mandat imprimé"
FILE_READ = "pièce lue"
ORIGINAL_READ = "message d’origine lu"
PERSON_FOUND = "personne recherchée et trouvée"
READINGS = (IDENTITY_READ, FILE_READ, ORIGINAL_READ, MANDATE_PRINTED, PERSON_FOUND, RIGHTS_EXPORTED)
"""The verbs of the journal that are a reading."""


def identity_read(request: ServiceRequest, user: User, now: datetime) -> Identity | None:
    """Who the resident is, for her site only; reading it leaves a line in the journal."""
    if not user.can(Can.READ_IDENTITIES):
        return None
    identity = Identity.objects.visible_to(user, Can.READ_IDENTITIES).filter(request=request).first()
    if identity is not None:
        journal(verb=IDENTITY_READ, subject=request.reference, now=now, by=user)
    return identity


def of_request(request: ServiceRequest) -> QuerySet[JournalEntry]:
    """Everything read of one request, contacts included, the newest first."""
    return JournalEntry.objects.filter(subject=request.reference, verb__in=READINGS)


def of_site(
    structure: Structure,
    *,
    user: User | None = None,
    by_contacts: bool = False,
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[JournalEntry]:
    """Everything read of the requests of a site, the newest first; one person, or contacts, or everybody.

    `first` and `last` are days in Paris, both included.
    """
    references = ServiceRequest.objects.filter(structure=structure).order_by().values("reference")
    rows = JournalEntry.objects.filter(verb__in=READINGS, subject__in=references)
    if user is not None:
        rows = rows.filter(user=user)
    elif by_contacts:
        rows = rows.filter(user__isnull=True)
    if first is not None:
        rows = rows.filter(at__gte=_midnight(first))
    if last is not None:
        rows = rows.filter(at__lt=_midnight(last + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=PARIS)
