"""Do these words name a démarche and a place, « carte vitale havre », where none of the directory has them all?

As typed first; then with the place that they begin or end with; then misspelt; then misspelt with a place.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import dropwhile, islice

from partners.directory import search_directory
from partners.directory_page import Directory, Placed
from territories.models import ARTICLES, Commune
from territories.spelling import plain, query_words, words

LONGEST_PLACE = 6
"""Words: « Saint Clair sur les Monts » has five, « La Chapelle sur Dun » four."""
POSTCODE = 5
SHORTEST_BEGINNING = 4
"""Letters of the only commune that begins so; a whole name may be shorter: Eu, Ry."""
MOST_PLACES = 2
_BEFORE_A_PLACE = frozenset(("a", "au", "aux", "d", "dans", "de", "des", "du", "en", "pour", "pres", "sur", "vers"))
_JOINING = _BEFORE_A_PLACE | frozenset(ARTICLES)


def search_with_place(
    text: str, now: datetime, *, offices: Collection[int], commune: Commune | None = None
) -> Directory:
    """What `search_directory` finds; when the words as typed find nothing, what is left of them once a commune is read.

    Costs nothing more when they find something.
    """
    whole = search_directory(text, now, offices=offices, commune=commune)
    if not (whole.is_empty or whole.reading):
        return whole
    nearly = None
    for placed in islice(readings_with_place(text), MOST_PLACES):
        found = search_directory(placed.words, now, offices=offices, commune=placed.commune)
        found = replace(found, placed=replace(placed, otherwise=whole.reading))
        if not (found.is_empty or found.reading):
            return found
        nearly = nearly or (None if found.is_empty else found)
    return nearly if nearly and whole.is_empty else whole


def readings_with_place(text: str) -> Iterator[Placed]:
    """Each way to read the last words, else the first ones, as one commune that they name; the longest name first."""
    typed = list(dropwhile(_is_before_a_place, (token for token in text.split() if words(token))))
    sizes = range(min(LONGEST_PLACE, len(typed) - 1), 0, -1)
    splits = [(typed[-size:], typed[:-size]) for size in sizes] + [(typed[:size], typed[size:]) for size in sizes]
    for place, rest in splits:
        left = _without_joining(rest)
        if left and (commune := _named(" ".join(place))):
            yield Placed(left, commune)


def _named(place: str) -> Commune | None:
    """The one commune that has this name or postcode, else the only one whose name begins so."""
    if not set(query_words(place)) - _JOINING or (place.isdigit() and len(place) != POSTCODE):
        return None
    # The best two tell whether the best is alone in its rank.
    found = list(Commune.objects.matching(place)[:2])
    ranks = [commune.match_rank for commune in found]  # type: ignore[attr-defined]
    is_named = ranks[:1] == [0] and ranks[1:] != [0]
    is_begun = ranks == [1] and len(plain(place)) >= SHORTEST_BEGINNING
    return found[0] if is_named or is_begun else None


def _is_before_a_place(token: str) -> bool:
    return plain(token) in _BEFORE_A_PLACE


def _without_joining(tokens: list[str]) -> str:
    """« rsa à » is « rsa », « au » of « au Havre, carte grise » is nothing."""
    kept = list(tokens)
    while kept and plain(kept[-1]) in _JOINING:
        kept.pop()
    while kept and plain(kept[0]) in _JOINING:
        kept.pop(0)
    return " ".join(kept).strip(" ,;:–—-/()")
