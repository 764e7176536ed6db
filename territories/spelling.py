"""Do these typed words mean that name, whatever the accents, the order and a slip of the finger?"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o"})
SHORT_FORMS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)['’ʼ‘`´]", re.IGNORECASE)
REMEMBERED = 0x2100
"""Latin letters and ordinary punctuation come before; what anyone may type beyond is not kept in memory."""
# Below four letters, one changed letter gives another real word (RSA, ASA; caf, cap).
SHORTEST_WORD_WITH_A_TYPO = 4


class _Folded(dict[int, str]):
    """What each character becomes, worked out the first time that it is met: searches read thousands of names."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code).translate(LIGATURES))
        unaccented = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
        folded = "".join(letter if letter.isalnum() else " " for letter in unaccented)
        if code < REMEMBERED:
            self[code] = folded
        return folded


_FOLDED = _Folded()


def plain(text: str) -> str:
    """Strip accents, ligatures, capitals and punctuation: « L’Œuvre d’Elbeuf » gives « l oeuvre d elbeuf »."""
    return " ".join(text.translate(_FOLDED).split())


def words(text: str) -> list[str]:
    """The plain words of a text, in its order."""
    return plain(text).split()


def query_words(query: str) -> list[str]:
    """The words somebody is looking for: elided articles (l’, d’, qu’) are left out, they say nothing."""
    return words(ELISION.sub(" ", query)) or words(query)


def readings(word: str) -> tuple[str, ...]:
    """What a plain word can stand for: itself, and « saint » when it is « st »."""
    return (word, SHORT_FORMS[word]) if word in SHORT_FORMS else (word,)


def matches(query: str, text: str) -> bool:
    """Say whether each word of the query begins some word of the text; the order is ignored, an empty query matches."""
    return all_begin(query_words(query), words(text))


def all_begin(wanted: Iterable[str], found: Sequence[str]) -> bool:
    """Say whether each wanted word begins some found word; all are plain."""
    return all(any(_begins(word, other) for other in found) for word in wanted)


def closest(query: str, candidates: Iterable[str]) -> list[str]:
    """The candidates that the query fits with at most one typo in all: exact fits first, then in the order given.

    A typo is a letter missing, added, changed, or two neighbours swapped; words under four letters must be right.
    """
    wanted = query_words(query)
    if not wanted:
        return []
    by_slips: dict[int | None, list[str]] = defaultdict(list)
    for candidate in candidates:
        by_slips[_slips(wanted, words(candidate), allowed=1)].append(candidate)
    return by_slips[0] + by_slips[1]


def typos(one: str, other: str, *, limit: int) -> int:
    """Count the typos between two words (Damerau-Levenshtein, neighbours swapped once); `limit + 1` means « more »."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    previous: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, previous, row = previous, row, [i]
        for j, other_letter in enumerate(other, start=1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != other_letter))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other_letter:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        # A swap looks two rows back, so both rows must be past the limit before giving up.
        if min(row) > limit and min(previous) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _slips(wanted: list[str], found: list[str], *, allowed: int) -> int | None:
    """The typos needed for each wanted word to begin some found word, or None beyond `allowed`."""
    total = 0
    for word in wanted:
        total += min((_slips_of_word(word, other, allowed=allowed) for other in found), default=allowed + 1)
        if total > allowed:
            return None
    return total


def _slips_of_word(word: str, other: str, *, allowed: int) -> int:
    if _begins(word, other):
        return 0
    if not allowed or len(word) < SHORTEST_WORD_WITH_A_TYPO:
        return allowed + 1
    # The word may still be being typed: it is compared with beginnings of about its own length.
    beginnings = {other[: len(word) + change] for change in range(-allowed, allowed + 1)}
    return min(typos(word, beginning, limit=allowed) for beginning in beginnings)


def _begins(word: str, other: str) -> bool:
    return other.startswith(readings(word)) or (other in SHORT_FORMS and SHORT_FORMS[other].startswith(word))
