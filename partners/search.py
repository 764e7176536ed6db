"""Which démarches in use does someone mean by what she typed?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, Max, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Length

from partners import procedure_ranking
from partners.models import Operator, Procedure, Subject
from partners.procedure_ranking import Entry
from partners.spelling_mistakes import Vocabulary
from territories.spelling import matches, plain, query_words, readings

SHOWN = 8
LONGEST_SEARCH = 200
"""Longer than any name of a démarche with its operator: nothing is looked for beyond."""
READ_AT_MOST = 200
"""Rows that the ranking reads: the database gives first those that begin so, then those that hold the whole word."""


@dataclass(frozen=True, slots=True)
class ProcedureOption:
    """A line of the list that the counter log offers while one types."""

    code: str
    label: str
    search: str
    operator_name: str


@dataclass(frozen=True, slots=True)
class Found:
    """Démarches, best first. `reading`: the words they were found by, other than those typed when `is_close`."""

    procedures: list[Procedure]
    reading: str
    is_close: bool = False


def look_up(text: str, limit: int = SHOWN) -> Found:
    """Démarches in use meant by the text, with their operators: one query when it is well spelt, seven at most.

    Spelling mistakes are forgiven only when nothing is written so.
    """
    ranked = procedure_ranking.rank(text, _candidates(text))
    if ranked:
        return Found([entry.key for _, entry in ranked[:limit]], text)
    return _close(text, limit)


def find_procedures(text: str, limit: int = SHOWN) -> list[Procedure]:
    """The démarches of `look_up`. Nothing typed finds nothing."""
    return look_up(text, limit).procedures


def one_procedure(text: str) -> Procedure | None:
    """The démarche in use meant beyond doubt (its label, or the only one that fits), else None; one query."""
    found = procedure_ranking.only_one(text, _candidates(text))
    return found.key if found else None


def procedure_options() -> list[ProcedureOption]:
    """Every démarche in use, for a list to type in; one query. A name that two operators share says the operator."""
    rows = Procedure.objects.in_use().values_list("code", "name", "synonyms", "operator__name", "operator__synonyms")
    entries = [(Entry(code, name, synonyms, operator), others) for code, name, synonyms, operator, others in rows]
    uses = Counter(entry.name for entry, _ in entries)
    return [
        ProcedureOption(
            code=entry.key,
            label=entry.label_with_operator() if uses[entry.name] > 1 else entry.name,
            search=" ".join([*entry.other_words(), entry.operator_name, *others.split("|")]).strip(),
            operator_name=entry.operator_name,
        )
        for entry, others in entries
    ]


def matching(text: str, field: str) -> Q:
    """Rows whose plain text (a PlainTextField) has, for each typed word, a word that begins so."""
    wanted = Q()
    for word in query_words(text[:LONGEST_SEARCH]):
        wanted &= beginning(word, field)
    return wanted


def beginning(word: str, field: str) -> Q:
    """Rows whose plain text has a word that begins with this one."""
    begins = Q()
    for reading in readings(word):
        begins |= Q(**{f"{field}__startswith": reading}) | Q(**{f"{field}__contains": f" {reading}"})
    return begins


def _candidates(text: str) -> list[Entry[Procedure]]:
    """The database keeps the rows that hold every word; the ranking then reads few of them."""
    if len(text) > LONGEST_SEARCH or not query_words(text):
        return []
    typed = plain(text)
    nearness = Case(
        When(search_text__startswith=typed, then=Value(0)),
        When(search_text__contains=f" {typed} ", then=Value(1)),
        default=Value(2),
    )
    rows = Procedure.objects.in_use().filter(matching(text, "search_text"))
    return _entries(rows.order_by(nearness, "operator__plain_name", "name", "pk"))


def _entries(rows: QuerySet[Procedure]) -> list[Entry[Procedure]]:
    return [
        Entry(row, row.name, row.synonyms, row.operator.name, f"{row.operator.name} {row.operator.synonyms}")
        for row in rows.select_related("operator", "alternative_operator")[:READ_AT_MOST]
    ]


def _close(text: str, limit: int) -> Found:
    """What the nearest spelling finds among démarches and needs outside the operators; nothing when none is near."""
    spellings = list(_vocabulary().readings(text)) if len(text) <= LONGEST_SEARCH else []
    if not spellings:
        return Found([], text)
    wanted = Q()
    for words in zip(*(spelling.split() for spelling in spellings), strict=True):
        either = Q()
        for word in sorted(set(words)):
            either |= beginning(word, "search_text")
        wanted &= either
    entries = _entries(Procedure.objects.in_use().filter(wanted))
    subjects = list(Subject.objects.filter(wanted).values_list("search_text", flat=True))
    near = [spelling for spelling in spellings if _fits(spelling, entries, subjects)]
    found = {entry.key.pk: entry.key for spelling in near for _, entry in procedure_ranking.rank(spelling, entries)}
    return Found(list(found.values())[:limit], near[0], is_close=True) if near else Found([], text)


def _fits(spelling: str, entries: Sequence[Entry[Procedure]], subjects: Sequence[str]) -> bool:
    return bool(procedure_ranking.rank(spelling, entries)) or any(matches(spelling, subject) for subject in subjects)


_kept: tuple[object, Vocabulary] | None = None
"""The words of this process, with the stamp of the rows they come from: two threads at worst read them twice."""


def _vocabulary() -> Vocabulary:
    """The words of the démarches in use and of the needs outside, read again when a row changed (four queries)."""
    global _kept
    stamp = _stamp()
    if _kept is None or _kept[0] != stamp:
        texts = [*Procedure.objects.in_use().order_by().values_list("search_text", flat=True)]
        texts += Subject.objects.order_by().values_list("search_text", flat=True)
        _kept = (stamp, Vocabulary(texts))
    return _kept[1]


def _stamp() -> object:
    """Two stamps alike: the same words. Lengths tell what a bulk update changes, history what a person does."""
    size = {"rows": Count("pk"), "letters": Sum(Length("search_text")), "last": Max("pk")}
    procedures = Procedure.objects.in_use().order_by().aggregate(**size)
    subjects = Subject.objects.order_by().aggregate(**size)
    changes = [model.history.order_by().aggregate(last=Max("history_id"))["last"] for model in (Procedure, Operator)]
    return (*procedures.values(), *subjects.values(), *changes)
