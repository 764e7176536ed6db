"""Which contacts cover a place, and how widely: a commune alone, or with all of its département?"""

from collections.abc import Iterator, Sequence
from functools import cached_property

from django.db.models import Case, Q, QuerySet, Value, When

from partners.models import Rule
from partners.search import beginning
from territories.models import Arrondissement, Commune, Epci
from territories.spelling import all_begin, words

ELSEWHERE = 4
FEW = 1_000
"""Contacts whose rules are read by their keys; above, by the places."""


def reach_of(commune: Commune | None) -> Case:
    """For each contact of a query: 0 when it covers the commune itself, 3 its département, 4 when it does not."""
    whens = [
        When(pk__in=Rule.objects.filter(area).order_by().values("contact"), then=Value(reach))
        for reach, area in _areas(commune)
    ]
    return Case(*whens, default=Value(ELSEWHERE))


def covering(commune: Commune | None, among: Sequence[int]) -> dict[int, int]:
    """The keys of the contacts that cover the commune, each with the number that `reach_of` gives; one query.

    Those of `among` at least: when there are many, it costs less to read every contact that covers it.
    """
    areas = dict(_areas(commune))
    if not areas:
        return {}
    wanted = Q()
    for area in areas.values():
        wanted |= area
    if len(among) <= FEW:
        wanted &= Q(contact__in=among)
    reach = Case(*(When(area, then=Value(found)) for found, area in areas.items()))
    pairs = Rule.objects.filter(wanted).order_by().annotate(reach=reach).values_list("contact_id", "reach")
    # Of all the rules of a contact, the narrowest comes last and stays.
    return dict(sorted(pairs, key=lambda pair: -pair[1]))


class Places:
    """The places that words name, for one search: what was read for a word is not read again."""

    def __init__(self) -> None:
        self._about: dict[str, QuerySet[Rule, int] | None] = {}

    def contacts_about(self, word: str) -> QuerySet[Rule, int] | None:
        """The contacts of the rules on places whose name has a word that begins so; None when no place does."""
        if word not in self._about:
            self._about[word] = self._contacts_about(word)
        return self._about[word]

    def _contacts_about(self, word: str) -> QuerySet[Rule, int] | None:
        communes = list(Commune.objects.filter(beginning(word, "plain_name")).order_by().values_list("pk", flat=True))
        epcis = [pk for pk, name in self._epcis if all_begin([word], name)]
        districts = [pk for pk, name in self._districts if all_begin([word], name)]
        if not (communes or epcis or districts):
            return None
        about = Q(commune__in=communes) | Q(epci__in=epcis) | Q(arrondissement__in=districts)
        return Rule.objects.filter(about).order_by().values_list("contact", flat=True)

    @cached_property
    def _epcis(self) -> list[tuple[str, list[str]]]:
        return [(pk, words(name)) for pk, name in Epci.objects.order_by().values_list("pk", "name")]

    @cached_property
    def _districts(self) -> list[tuple[str, list[str]]]:
        return [(pk, words(name)) for pk, name in Arrondissement.objects.order_by().values_list("pk", "name")]


def _areas(commune: Commune | None) -> Iterator[tuple[int, Q]]:
    """The commune and what it is part of, from the narrowest; not all are in an EPCI or an arrondissement."""
    if commune is None:
        return
    yield 0, Q(commune=commune)
    if commune.epci_id:
        yield 1, Q(epci=commune.epci_id)
    if commune.arrondissement_id:
        yield 2, Q(arrondissement=commune.arrondissement_id)
    yield 3, Q(departement=commune.departement_id)
