"""Which known words did someone mean by a word that she misspelt?

Pure: a vocabulary is a set of plain words. A mistake is a letter missing, added, changed, or two neighbours swapped,
the first letter included; how many are forgiven depends on the length of what was typed.
"""

import itertools
from collections.abc import Iterable, Mapping

from territories.spelling import query_words

LONGEST = 6
"""Words of a text that are read again; nobody names a démarche in more."""
SHORTEST = 4
"""Below four letters, one changed letter gives another real word (RSA, ASS)."""
LONG = 8
MEANT_AT_MOST = 12
"""Words that one typed word may mean; fewer each when several were typed, so that their combinations stay few."""


def forgiven(word: str) -> int:
    """How many mistakes a typed word may hold: none under four letters, one up to seven, two above."""
    if len(word) < SHORTEST:
        return 0
    return 2 if len(word) >= LONG else 1


def mistakes(typed: str, known: str, *, limit: int) -> int:
    """The fewest mistakes that turn what was typed into a beginning of the known word; `limit + 1` means « more ».

    A word may still be being typed, hence a beginning. What both begin with is never a mistake, so only the four ways
    to go past the first difference are tried.
    """
    same = next(
        (at for at, (a, b) in enumerate(zip(typed, known, strict=False)) if a != b), min(len(typed), len(known))
    )
    typed, known = typed[same:], known[same:]
    if not typed:
        return 0
    if limit == 0:
        return 1
    rests = [(typed[1:], known), (typed[1:], known[1:]), (typed, known[1:])] if known else [(typed[1:], "")]
    if len(known) > 1 and typed[:2] == known[1::-1]:
        rests.append((typed[2:], known[2:]))
    return 1 + min(mistakes(rest, left, limit=limit - 1) for rest, left in rests)


class Vocabulary:
    """Words worth knowing, ready to be compared with one typed word in a few milliseconds."""

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` are plain already."""
        words = {word for text in texts for word in text.split() if len(word) >= SHORTEST - 1}
        # Which letters a word holds, one bit each: most words are ruled out by their letters alone.
        self._letters = [(word, _letters(word)) for word in sorted(words)]

    def __len__(self) -> int:
        return len(self._letters)

    def meant_by(self, typed: str) -> dict[str, int]:
        """The known words that a typed word may mean, with their mistakes; the closest first, then the shortest.

        A word that begins some known word has no mistake: it means only those.
        """
        exact = {word: 0 for word, _ in self._letters if word.startswith(typed)}
        limit = forgiven(typed)
        if exact or not limit:
            return dict(itertools.islice(exact.items(), MEANT_AT_MOST))
        letters = _letters(typed)
        found = [
            (count, abs(len(word) - len(typed)), word)
            for word, known in self._letters
            if (letters & ~known).bit_count() <= limit and (count := mistakes(typed, word, limit=limit)) <= limit
        ]
        return {word: count for count, _, word in sorted(found)[:MEANT_AT_MOST]}

    def readings(self, typed: str) -> dict[str, int]:
        """What a whole text may mean, as texts with their mistakes, the closest first; nothing when a word means none.

        What is typed right stays as it was typed.
        """
        words = query_words(typed)
        at_most = max(1, int(MEANT_AT_MOST ** (1 / len(words)) * 2)) if words else 0
        each: list[Mapping[str, int]] = []
        for word in words[:LONGEST]:
            meant = self.meant_by(word)
            right = meant and not any(meant.values())
            each.append({word: 0} if right else dict(itertools.islice(meant.items(), at_most)))
        texts = {
            " ".join(chosen): sum(counts[word] for counts, word in zip(each, chosen, strict=True))
            for chosen in itertools.product(*each)
            if chosen
        }
        return dict(sorted(texts.items(), key=lambda pair: pair[1]))


def _letters(word: str) -> int:
    """One bit for each letter of the word, and others when it comes again."""
    bits = 0
    for letter in word:
        bit = 1 << (ord(letter) - 97 if "a" <= letter <= "z" else 26)
        while bits & bit:
            bit <<= 27
        bits |= bit
    return bits
