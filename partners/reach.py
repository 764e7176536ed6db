"""Which contacts cover a place, and how widely: a commune alone, or with all of its département?"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.lookups import In

from partners.models import Rule
from partners.search import beginning
from territories.models import Arrondissement, Commune, Epci
from territories.spelling import plain, readings

ELSEWHERE = 4
FEW = 1_000
"""Contacts whose rules are read by their keys; above, by the places."""
_KINDS = {"commune": "plain_name", "epci": "name", "arrondissement": "name"}


def reach_of(commune: Commune | None) -> Case:
    """For each contact of a query: 0 when it covers the commune itself, 3 its département, 4 when it does not."""
    whens = [
        When(pk__in=Rule.objects.filter(**{column: key}).order_by().values("contact"), then=Value(reach))
        for reach, column, key in _areas(commune)
    ]
    return Case(*whens, default=Value(ELSEWHERE))


def covering(commune: Commune | None, among: Sequence[int]) -> dict[int, int]:
    """The keys of the contacts that cover the commune, each with the number that `reach_of` gives; one query.

    Those of `among` at least: when there are many, it costs less to read every contact that covers it.
    """
    areas = list(_areas(commune))
    if not areas:
        return {}
    rules = Rule.objects.filter(Q(*((column, key) for _, column, key in areas), _connector=Q.OR)).order_by()
    if len(among) <= FEW:
        # Compared with the column itself: through the relation, Django prepares each key several times.
        rules = rules.filter(In(F("contact_id"), among))
    found: dict[int, int] = {}
    for contact, *places in rules.values_list("contact_id", *(column for _, column, _ in areas)):
        widths = (reach for (reach, _, key), place in zip(areas, places, strict=True) if place == key)
        found[contact] = min(next(widths), found.get(contact, ELSEWHERE))
    return found


class Places:
    """The places that these words name, for one search: one query, and none when nothing is asked."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = list(words)

    def contacts_about(self, word: str) -> QuerySet[Rule, int] | None:
        """The contacts of the rules on places whose name has a word that begins so; None when no place does."""
        begins = [f" {reading}" for reading in readings(word)]
        about = Q()
        for kind, places in self._named.items():
            if found := [pk for pk, name in places if any(begin in name for begin in begins)]:
                about |= Q(**{f"{kind}__in": found})
        return Rule.objects.filter(about).order_by().values_list("contact", flat=True) if about else None

    @cached_property
    def _named(self) -> dict[str, list[tuple[str, str]]]:
        """By kind: key, plain name after a space. Communes that no word names are left out, the others are few."""
        named = Q()
        for word in self._words:
            named |= beginning(word, "plain_name")
        communes = Commune.objects.filter(named) if named else Commune.objects.none()
        first, *others = (
            rows.order_by().annotate(kind=Value(kind, CharField())).values_list("pk", _KINDS[kind], "kind")
            for kind, rows in (
                ("epci", Epci.objects.all()),
                ("arrondissement", Arrondissement.objects.all()),
                ("commune", communes),
            )
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for pk, name, kind in first.union(*others, all=True):
            found.setdefault(kind, []).append((pk, f" {plain(name)}"))
        return found


def _areas(commune: Commune | None) -> Iterator[tuple[int, str, str]]:
    """How wide, the column of a rule and its value, from the narrowest: not all are in an EPCI or an arrondissement."""
    if commune is None:
        return
    yield 0, "commune_id", commune.pk
    if commune.epci_id:
        yield 1, "epci_id", commune.epci_id
    if commune.arrondissement_id:
        yield 2, "arrondissement_id", commune.arrondissement_id
    yield 3, "departement_id", commune.departement_id
