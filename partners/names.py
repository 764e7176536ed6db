"""What are operators and démarches called? From the memory of the process, never older than what the page has read.

A list shows two names a line and joins no table for them. The history of both tables gives the version of the names: a
page reads it in its own query, and a process that remembers another version reads the names again. Rows written without
history are found by their absence, and everything is read again after a minute in any case.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.cache import caches
from django.db.models import Subquery

from partners.models import Operator, Procedure
from territories.spelling import query_words, readings

Version = tuple[int | None, int | None]
KEPT_FOR_SECONDS = 60
_KEY = "partners.names"
_turn = itertools.count()


@dataclass(frozen=True, slots=True)
class Names:
    """Operators: pk → code, name. Démarches, out of service too: pk → name, words they are found by (plain)."""

    version: Version
    operators: dict[int, tuple[str, str]] = field(default_factory=dict)
    procedures: dict[int, tuple[str, str]] = field(default_factory=dict)
    operator_words: dict[int, str] = field(default_factory=dict)

    def operator(self, pk: int) -> str:
        return self.operators.get(pk, ("", ""))[1]

    def procedure(self, pk: int) -> str:
        return self.procedures.get(pk, ("", ""))[0]

    def operator_pk(self, code: str) -> int | None:
        return next((pk for pk, (known, _) in self.operators.items() if known == code), None)

    def operator_choices(self) -> list[tuple[str, str]]:
        """(code, name), by name."""
        return list(self.operators.values())

    def procedures_saying(self, text: str) -> list[int]:
        """Démarches that have, for each typed word, a word that begins so; operators' names count."""
        return _saying(text, ((pk, words) for pk, (_, words) in self.procedures.items()))

    def operators_saying(self, text: str) -> list[int]:
        return _saying(text, self.operator_words.items())


_kept: dict[int, Names] = {}
"""The last names read, under a turn that the cache of the process knows: forgotten with it."""


@cache
def newest_version() -> Mapping[str, Subquery]:
    """Two columns to read with a query that shows names: they cost no statement, and give a `Version`."""
    return {"operators_version": _latest(Operator), "procedures_version": _latest(Procedure)}


def remembered() -> Names:
    """The names as this process last read them: at most a minute old. One query of each table when there are none."""
    turn = caches["process"].get(_KEY)
    known = _kept.get(turn) if turn is not None else None
    return known or _read()


def names_at(version: Version, procedures: Iterable[int] = ()) -> Names:
    """The names of this version or of a later one; `procedures` that are not known are looked for once."""
    known = remembered()
    if known.version != version or any(pk not in known.procedures for pk in procedures):
        return _read()
    return known


def read_version() -> Version:
    """For a page whose own query found no row."""
    row = Operator.history.model.objects.order_by("-history_id").annotate(other=_latest(Procedure))
    found = row.values_list("history_id", "other").first()
    return found or (None, Procedure.history.model.objects.order_by("-history_id").values_list("pk", flat=True).first())


def _read() -> Names:
    # The version first: names written between the two are read again by the next page, never kept under it.
    version = read_version()
    operators = Operator.objects.order_by("plain_name", "pk").values_list("pk", "code", "name", "plain_name")
    found = list(operators)
    procedures = Procedure.objects.order_by().values_list("pk", "name", "search_text")
    names = Names(
        version,
        {pk: (code, name) for pk, code, name, _ in found},
        {pk: (name, words) for pk, name, words in procedures},
        {pk: plain_name for pk, _, _, plain_name in found},
    )
    turn = next(_turn)
    _kept.clear()
    _kept[turn] = names
    caches["process"].set(_KEY, turn, KEPT_FOR_SECONDS)
    return names


def _latest(model: Any) -> Subquery:
    return Subquery(model.history.model.objects.order_by("-history_id").values("history_id")[:1])


def _saying(text: str, entries: Iterable[tuple[int, str]]) -> list[int]:
    wanted = [[f" {reading}" for reading in readings(word)] for word in query_words(text)]
    if not wanted:
        return []
    return [pk for pk, words in entries if all(any(one in f" {words}" for one in either) for either in wanted)]
