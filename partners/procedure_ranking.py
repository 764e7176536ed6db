"""Which démarche do these few typed letters mean, best first?

Pure: it reads plain values and knows neither Django nor the database. Accents, capitals and the order of the words are
ignored (see `territories.spelling`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from territories.spelling import all_begin, plain, query_words, readings

Key = TypeVar("Key")
# What people say of « RSA : demande ou suivi » or « Aspa (minimum vieillesse) » is what comes before the detail.
_DETAIL = re.compile(r"\s*[:,(]")


class Fit(IntEnum):
    """How well a démarche fits what was typed; the lowest is the best."""

    LABEL = 0
    EXACT = 1
    NAME_BEGINS = 2
    OTHER_WORD_BEGINS = 3
    IN_NAME = 4
    ANYWHERE = 5


@dataclass(frozen=True, slots=True)
class Entry(Generic[Key]):
    """A démarche as it is looked for; `synonyms` are separated by bars, as they are stored.

    `operator_words`: every name of the operator, when it has others than `operator_name`. `plain_text`: all of these
    words, plain and in this order, when they are stored.
    """

    key: Key
    name: str
    synonyms: str
    operator_name: str
    operator_words: str = ""
    plain_text: str = ""

    def other_words(self) -> list[str]:
        return [synonym.strip() for synonym in self.synonyms.split("|") if synonym.strip()]

    def label_with_operator(self) -> str:
        return f"{self.name} ({self.operator_name})"


def fit(typed: str, entry: Entry[Key]) -> Fit | None:
    """How well the entry fits, or None when a typed word begins no word of its name, synonyms and operator."""
    return _fit(plain(typed), query_words(typed), entry)


def rank(typed: str, entries: Iterable[Entry[Key]]) -> list[tuple[Fit, Entry[Key]]]:
    """The entries that fit, best first; equal ones stay in the order given."""
    text, parts = plain(typed), query_words(typed)
    fitting = [(found, entry) for entry in entries if (found := _fit(text, parts, entry)) is not None]
    return sorted(fitting, key=lambda pair: pair[0])


def only_one(typed: str, entries: Iterable[Entry[Key]]) -> Entry[Key] | None:
    """The entry that is meant beyond doubt: its label, or the only one said exactly so, or the only one that fits."""
    ranked = rank(typed, entries)
    for exactness in (Fit.LABEL, Fit.EXACT):
        exact = [entry for found, entry in ranked if found is exactness]
        if exact:
            return exact[0] if len(exact) == 1 else None
    return ranked[0][1] if len(ranked) == 1 else None


def _fit(wanted: str, parts: list[str], entry: Entry[Key]) -> Fit | None:
    text = f" {entry.plain_text or _plain_text(entry)}"
    if not wanted or not all(_is_in(part, text) for part in parts):
        return None
    name = plain(entry.name)
    if wanted == name or (wanted.startswith(name) and wanted == plain(entry.label_with_operator())):
        return Fit.LABEL
    if f" {wanted}" in text:
        others = [plain(other) for other in entry.other_words()]
        if wanted == plain(_DETAIL.split(entry.name)[0]) or wanted in others:
            return Fit.EXACT
        if name.startswith(wanted):
            return Fit.NAME_BEGINS
        if any(other.startswith(wanted) for other in others):
            return Fit.OTHER_WORD_BEGINS
    return Fit.IN_NAME if all(f" {part}" in f" {name}" for part in parts) else Fit.ANYWHERE


def _plain_text(entry: Entry[Key]) -> str:
    return plain(f"{entry.name} {entry.synonyms} {entry.operator_words or entry.operator_name}")


def _is_in(part: str, text: str) -> bool:
    """Whether some word of the text begins so; a space comes before each."""
    return any(f" {reading}" in text for reading in readings(part)) or all_begin([part], text.split())
