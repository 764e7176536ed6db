"""Which démarches in use does someone mean by what she typed?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Case, Count, Max, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Length

from partners import procedure_ranking
from partners.models import Procedure, Subject
from partners.names import newest_version
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
    pk: int


@dataclass(frozen=True, slots=True)
class Found:
    """Démarches, best first. `reading`: the words they were found by, other than those typed when `is_close`."""

    procedures: list[Procedure]
    reading: str
    is_close: bool = False


def look_up(text: str, limit: int = SHOWN) -> Found:
    """Démarches in use meant by the text, with their operators: two queries when it is well spelt, four at most.

    Spelling mistakes are forgiven only when nothing is written so.
    """
    keys, reading, is_close = _keys(text)
    return Found(_read([key.pk for key in keys[:limit]]), reading, is_close)


def look_up_names(text: str, limit: int) -> Found:
    """The same, when only the code and the name of the démarches are to be shown: one query less."""
    keys, reading, is_close = _keys(text)
    database = Procedure.objects.db
    return Found([Procedure.from_db(database, _Key._fields, key) for key in keys[:limit]], reading, is_close)


def find_procedures(text: str, limit: int = SHOWN) -> list[Procedure]:
    """The démarches of `look_up`. Nothing typed finds nothing."""
    return look_up(text, limit).procedures


def one_procedure(text: str) -> Procedure | None:
    """The démarche in use meant beyond doubt (its label, or the only one that fits), else None; two queries."""
    found = procedure_ranking.only_one(text, _candidates(text))
    return next(iter(_read([found.key.pk])), None) if found else None


def procedure_options() -> list[ProcedureOption]:
    """Every démarche in use, for a list to type in; one query. A name that two operators share says the operator."""
    rows = Procedure.objects.in_use().values_list(
        "code", "name", "synonyms", "operator__name", "operator__synonyms", "pk"
    )
    entries = [
        (Entry(code, name, synonyms, operator), others, pk) for code, name, synonyms, operator, others, pk in rows
    ]
    uses = Counter(entry.name for entry, _, _ in entries)
    return [
        ProcedureOption(
            code=entry.key,
            label=entry.label_with_operator() if uses[entry.name] > 1 else entry.name,
            search=" ".join([*entry.other_words(), entry.operator_name, *others.split("|")]).strip(),
            operator_name=entry.operator_name,
            pk=pk,
        )
        for entry, others, pk in entries
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
        here = Q(**{f"{field}__startswith": reading}) | Q(**{f"{field}__contains": f" {reading}"})
        # Nearly no row holds it at all: they are left after one comparison.
        begins |= Q(**{f"{field}__contains": reading}) & here
    return begins


class _Key(NamedTuple):
    """What is shown of a démarche that was found: columns of its table, in their order there."""

    id: int
    code: str
    operator_id: int
    name: str

    @property
    def pk(self) -> int:
        return self.id


def _keys(text: str) -> tuple[list[_Key], str, bool]:
    """The démarches meant, best first, the words that found them, and whether those are not the ones typed."""
    ranked = procedure_ranking.rank(text, _candidates(text))
    return ([entry.key for _, entry in ranked], text, False) if ranked else _close(text)


def _candidates(text: str) -> list[Entry[_Key]]:
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
    return _entries(rows.order_by(nearness, "operator__plain_name", "name", "pk")[:READ_AT_MOST])


def _entries(rows: QuerySet[Procedure]) -> list[Entry[_Key]]:
    """What the ranking and the pages read of them, and nothing else: most are not shown."""
    columns = rows.values_list(*_Key._fields, "synonyms", "operator__name", "search_text")
    return [
        Entry(_Key(pk, code, operator_id, name), name, synonyms, operator, plain_text=plain_text)
        for pk, code, operator_id, name, synonyms, operator, plain_text in columns
    ]


def _read(keys: Sequence[int]) -> list[Procedure]:
    """These démarches with their operators, in this order; one query, none when there is no key."""
    rows = Procedure.objects.select_related("operator", "alternative_operator").order_by().in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _close(text: str) -> tuple[list[_Key], str, bool]:
    """What the nearest spelling finds among démarches and needs outside the operators; nothing when none is near."""
    known = _known()
    spellings = list(known.vocabulary.readings(text)) if len(text) <= LONGEST_SEARCH else []
    if not spellings:
        return [], text, False
    entries = known.entries_with(list(map(set, zip(*map(str.split, spellings), strict=True))))
    near, keys = "", dict[_Key, None]()
    for spelling in spellings:
        ranked = procedure_ranking.rank(spelling, entries)
        if ranked or any(matches(spelling, subject) for subject in known.subjects):
            near = near or spelling
            keys.update((entry.key, None) for _, entry in ranked)
    return (list(keys), near, True) if near else ([], text, False)


@dataclass(frozen=True, slots=True)
class _Known:
    """The démarches in use, the needs outside and their words, as they were when they had this stamp."""

    stamp: object
    entries: list[tuple[str, Entry[_Key]]]
    """Each after its plain text, which begins with a space."""
    subjects: list[str]
    vocabulary: Vocabulary

    def entries_with(self, places: Sequence[set[str]]) -> list[Entry[_Key]]:
        """The démarches that have, for each place, a word that begins as one of its words; no more than are ranked."""
        left = self.entries
        for words in places:
            left = list(_with_one_of([f" {reading}" for word in words for reading in readings(word)], left))
        return [entry for _, entry in left[:READ_AT_MOST]]


def _with_one_of(
    begins: Sequence[str], entries: Iterable[tuple[str, Entry[_Key]]]
) -> Iterator[tuple[str, Entry[_Key]]]:
    """Those that hold one of these texts; thousands are read, so nothing is called for each."""
    for pair in entries:
        for begin in begins:
            if begin in pair[0]:
                yield pair
                break


_kept: _Known | None = None
"""What this process keeps, with the stamp of the rows it comes from: two threads at worst read them twice."""


def _known() -> _Known:
    """What spelling mistakes are compared with, read again when a row changed (one query to know it)."""
    global _kept
    stamp, known = _stamp(), _kept
    if known is None or known.stamp != stamp:
        entries = _entries(Procedure.objects.in_use())
        subjects = list(Subject.objects.order_by().values_list("search_text", flat=True))
        words = Vocabulary([*(entry.plain_text for entry in entries), *subjects])
        texts = [(f" {entry.plain_text}", entry) for entry in entries]
        known = _kept = _Known(stamp, texts, subjects, words)
    return known


def _stamp() -> object:
    """Two stamps alike: the same words. Lengths tell what a bulk update changes, history what a person does."""
    return list(_stamps().all())


@cache
def _stamps() -> QuerySet[Procedure, Any]:
    size = {"rows": Count("pk"), "letters": Sum(Length("search_text")), "last": Max("pk")}
    subjects = Subject.objects.order_by().annotate(all=Value(1)).values("all").annotate(**size)
    procedures = Procedure.objects.in_use().order_by().annotate(all=Value(1)).values("all").annotate(**size)
    of_subjects = {f"subjects_{name}": Subquery(subjects.values(name)) for name in size}
    return procedures.annotate(**of_subjects, **newest_version()).values_list(*size, *of_subjects, *newest_version())
