"""Which requests of this site does somebody mean by what she typed in the search box?

What was typed stays in the body of one POST: it may be a name. What was found is an answer without words, signed, that
an address can carry.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db.models import Q

from accounts.models import User, journal
from accounts.sealing import marks
from partners.names import names_at, read_version
from referrals.marking import searched
from referrals.models import Exchange, Identity, Referral, ServiceRequest, ServiceRequestQuerySet
from referrals.models.references import EndOfReference
from structures.models import Structure

LOOKED_AT = 5_000
"""Requests of the site that a search without an index looks through at once: more than a year of a busy one."""
SHOWN = 100
_WORDS, _SHORTEST = 6, 2
_REFERENCE = re.compile(r"[0-9A-Z-]{4,18}")
_END = EndOfReference.LENGTH
_SALT = "referrals.finding.words"


@dataclass(frozen=True, slots=True)
class Found:
    """Requests found by the person and by words of their exchanges; démarches and operators whose name says it."""

    people: tuple[int, ...] = ()
    texts: tuple[int, ...] = ()
    procedures: tuple[int, ...] = ()
    operators: tuple[int, ...] = ()

    @property
    def condition(self) -> Q:
        requests = {*self.people, *self.texts}
        return Q(pk__in=requests) | Q(procedure__in=self.procedures) | Q(operator__in=self.operators)

    @property
    def scans(self) -> bool:
        """Whether rows must be looked through, rather than fetched by their number."""
        return bool(self.procedures or self.operators)

    def signed(self) -> str:
        return signing.dumps([self.people, self.texts, self.procedures, self.operators], salt=_SALT, compress=True)


def found_in(text: str) -> Found:
    """What `signed` gave. Raises signing.BadSignature."""
    return Found(*(tuple(pks) for pks in signing.loads(text, salt=_SALT)))


def by_reference(structure: Structure, typed: str) -> ServiceRequest | None:
    """The one request of the site whose reference is, or ends with, what was typed."""
    wanted = typed.strip().upper()
    if not _REFERENCE.fullmatch(wanted):
        return None
    rows = ServiceRequest.objects.filter(structure=structure)
    if len(wanted) >= _END:
        rows = rows.alias(end=EndOfReference("reference")).filter(end=wanted[-_END:])
    else:
        rows = latest(rows)
    found = list(rows.filter(reference__endswith=wanted).order_by()[:2])
    return found[0] if len(found) == 1 else None


def search(*, structure: Structure, typed: str, by: User, now: datetime) -> Found:
    """By the person (journalled: looking is reading), by the words of the exchanges, by démarche or operator."""
    pairs = sorted(searched(typed))[:_WORDS]
    if pairs:
        journal(verb="recherche d’une personne", subject=structure.slug[:60], now=now, by=by)
    names = names_at(read_version())
    return Found(
        people=_of_person(structure, pairs),
        texts=_in_texts(structure, [word for word in typed.split() if len(word) >= _SHORTEST][:_WORDS]),
        procedures=tuple(names.procedures_saying(typed)[:SHOWN]),
        operators=tuple(names.operators_saying(typed)),
    )


def latest(rows: ServiceRequestQuerySet) -> ServiceRequestQuerySet:
    """The `LOOKED_AT` latest of these rows of one site: along the index of its history, however long it is."""
    last = rows.order_by("-received_at", "-pk").values_list("received_at", flat=True)[LOOKED_AT : LOOKED_AT + 1].first()
    return rows.filter(received_at__gt=last) if last else rows


def _of_person(structure: Structure, pairs: Iterable[tuple[str, str]]) -> tuple[int, ...]:
    """All that was typed must be found on one person; a phone, a mail or words of a name, under every key in use."""
    rows, asked = Identity.objects.filter(request__structure=structure), False
    for kind, word in pairs:
        rows, asked = rows.filter(marks__kind=kind, marks__digest__in=marks(word)), True
    return tuple(rows.order_by("-pk").values_list("request", flat=True).distinct()[:SHOWN]) if asked else ()


def _in_texts(structure: Structure, words: list[str]) -> tuple[int, ...]:
    """Requests of which one note, answer or question holds every word. Few have any text: it is erased on time."""
    if not words:
        return ()
    recent = latest(ServiceRequest.objects.filter(structure=structure)).order_by()
    found: set[int] = set()
    for rows, field in ((Exchange.objects.all(), "text"), (Referral.objects.all(), "question")):
        said = ~Q(**{field: ""})
        for word in words:
            said &= Q(**{f"{field}__icontains": word})
        wanted = rows.filter(said, request__in=recent.values("pk")).order_by("-request")
        found |= set(wanted.values_list("request", flat=True)[:SHOWN])
    return tuple(sorted(found, reverse=True)[:SHOWN])
