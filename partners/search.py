"""Which démarches in use does someone mean by what she typed?"""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from partners import procedure_ranking
from partners.models import Procedure
from partners.procedure_ranking import Entry
from territories.spelling import query_words, readings

SHOWN = 8
LONGEST_SEARCH = 200
"""Longer than any name of a démarche with its operator: nothing is looked for beyond."""


@dataclass(frozen=True, slots=True)
class ProcedureOption:
    """A line of the list that the counter log offers while one types."""

    code: str
    label: str
    search: str
    operator_name: str


def find_procedures(text: str, limit: int = SHOWN) -> list[Procedure]:
    """Démarches in use meant by the text, best first, with their operators; one query. Nothing typed finds nothing."""
    ranked = procedure_ranking.rank(text, _candidates(text))
    return [entry.key for _, entry in ranked[:limit]]


def one_procedure(text: str) -> Procedure | None:
    """The démarche in use meant beyond doubt (its label, or the only one that fits), else None; one query."""
    found = procedure_ranking.only_one(text, _candidates(text))
    return found.key if found else None


def procedure_options() -> list[ProcedureOption]:
    """Every démarche in use, for a list to type in; one query. A name that two operators share says the operator."""
    entries = [
        Entry(code, name, synonyms, operator)
        for code, name, synonyms, operator in Procedure.objects.in_use().values_list(
            "code", "name", "synonyms", "operator__name"
        )
    ]
    uses = Counter(entry.name for entry in entries)
    return [
        ProcedureOption(
            code=entry.key,
            label=entry.label_with_operator() if uses[entry.name] > 1 else entry.name,
            search=" ".join([*entry.other_words(), entry.operator_name]),
            operator_name=entry.operator_name,
        )
        for entry in entries
    ]


def matching(text: str, field: str) -> Q:
    """Rows whose plain text (a PlainTextField) has, for each typed word, a word that begins so."""
    wanted = Q()
    for word in query_words(text[:LONGEST_SEARCH]):
        begins = Q()
        for reading in readings(word):
            begins |= Q(**{f"{field}__startswith": reading}) | Q(**{f"{field}__contains": f" {reading}"})
        wanted &= begins
    return wanted


def _candidates(text: str) -> list[Entry[Procedure]]:
    """The database keeps the rows that hold every word; the ranking then reads few of them."""
    if len(text) > LONGEST_SEARCH or not query_words(text):
        return []
    rows = Procedure.objects.in_use().filter(matching(text, "search_text"))
    return [
        Entry(row, row.name, row.synonyms, row.operator.name)
        for row in rows.select_related("operator", "alternative_operator")
    ]
