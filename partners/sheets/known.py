"""Which operator, démarche, territory or contact does a cell name, and how is each written so that it is found again?

Everything is read once, so that twenty thousand rows cost as many statements as one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from accounts.models import Team
from partners.models import Blocker, Operator, Procedure
from partners.sheets.snapshots import Stored, stored_contacts
from territories.models import Arrondissement, Commune, Departement, Epci
from territories.spelling import plain

AREA_KINDS = {
    "commune": "Commune",
    "epci": "Intercommunalité",
    "arrondissement": "Arrondissement",
    "departement": "Département",
}
_ALSO = {"epci": "epci", "interco": "epci", "communaute de communes": "epci", "ville": "commune", "dept": "departement"}
_KIND_BY_WORD = {plain(word): kind for kind, word in AREA_KINDS.items()} | _ALSO
_WIDTHS = {"commune": 5, "departement": 2}  # a spreadsheet drops the zeros at the left of a code
_NAMED = 3
_MOST_COMPARED = 400_000
"""Names compared for all the suggestions of one file: beyond, a wrong cell is refused without one."""

spelled = lru_cache(maxsize=50_000)(plain)


class NotKnown(Exception):
    """The cell names nothing, or too many things; `said` is a French sentence."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` as stored, `code` as a person may write it, `within` the operators it is for (None: all)."""

    key: str
    code: str
    name: str
    also: tuple[str, ...] = ()
    within: frozenset[int] | None = None
    is_active: bool = True

    def is_for(self, operator: int | None) -> bool:
        return self.within is None or operator is None or operator in self.within


class Words:
    """Entries of one kind, found by code or by name; `label` writes one so that `find` gives it back."""

    def __init__(self, what: str, entries: Iterable[Entry], effort: "Effort") -> None:
        self.what, self.effort = what, effort
        self.by_key: dict[str, Entry] = {}
        self.by_code: dict[str, Entry] = {}
        self.by_word: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self.by_key[entry.key] = entry
            self.by_code[entry.code.casefold()] = entry
            for word in {spelled(entry.name), *(spelled(word) for word in entry.also)} - {""}:
                self.by_word[word].append(entry)

    def find(self, typed: str, *, operator: int | None = None) -> Entry:
        """NotKnown, with what it could have been."""
        named = [entry for entry in self.by_word[spelled(typed)] if entry.is_for(operator)] if self._has(typed) else []
        exact = [entry for entry in named if spelled(entry.name) == spelled(typed)] or named
        if len(exact) == 1:
            return exact[0]
        by_code = self.by_code.get(typed.strip().casefold())
        if by_code is not None and by_code.is_for(operator):
            return by_code
        if exact:
            codes = " ou ".join(entry.code for entry in exact[:_NAMED])
            raise NotKnown(f"{_quoted(typed)} désigne plusieurs choses\u00a0: écrivez le code ({codes}).")
        raise NotKnown(f"{_quoted(typed)} n’est pas {self.what}.{self.suggestion(typed, operator)}")

    def label(self, key: str, *, operator: int | None = None) -> str:
        entry = self.by_key[key]
        try:
            return entry.name if self.find(entry.name, operator=operator).key == key else entry.code
        except NotKnown:
            return entry.code

    def suggestion(self, typed: str, operator: int | None) -> str:
        words = [word for word, found in self.by_word.items() if any(entry.is_for(operator) for entry in found)]
        close = self.effort.closest(spelled(typed), words)
        if not close:
            return ""
        return f" Vouliez-vous dire {_quoted(next(e for e in self.by_word[close] if e.is_for(operator)).name)}\u00a0?"

    def _has(self, typed: str) -> bool:
        return spelled(typed) in self.by_word


class Effort:
    """How many names may still be compared for suggestions."""

    def __init__(self) -> None:
        self.left = _MOST_COMPARED

    def closest(self, word: str, words: Sequence[str]) -> str:
        if len(words) > self.left:
            return ""
        self.left -= len(words)
        return next(iter(get_close_matches(word, words, n=1, cutoff=0.6)), "")


class Known:
    """Everything that the cells of a file may name, and the contacts of these partner offices."""

    def __init__(self, offices: Collection[Team]) -> None:
        effort = Effort()
        self.operators = Words("un opérateur connu", _operators(), effort)
        self.procedures = Words("une démarche de cet opérateur", _procedures(), effort)
        self.blockers = Words("un blocage de la liste", _blockers(), effort)
        self.areas = {kind: Words(what, entries, effort) for kind, what, entries in _areas()}
        self.effort = effort
        self.contacts: dict[int, Stored] = stored_contacts(offices)
        self.by_identity: dict[tuple[int, str, str], list[Stored]] = defaultdict(list)
        self.by_name: dict[tuple[int, str], list[Stored]] = defaultdict(list)
        for contact in self.contacts.values():
            values = contact.values
            self.by_identity[values["operator"], spelled(values["name"]), spelled(values["body"])].append(contact)
            self.by_name[values["operator"], spelled(values["name"])].append(contact)

    def area(self, kind: str, typed: str) -> str:
        """The key of a territory, « commune:76540 ». NotKnown."""
        word = spelled(kind)
        if word and word not in _KIND_BY_WORD:
            allowed = ", ".join(AREA_KINDS.values())
            raise NotKnown(f"{_quoted(kind)} n’est pas une nature de territoire ({allowed}).")
        kinds = [_KIND_BY_WORD[word]] if word else list(AREA_KINDS)
        found, problems = [], []
        for one in kinds:
            try:
                found.append(f"{one}:{self.areas[one].find(_padded(one, typed)).key}")
            except NotKnown as problem:
                problems.append(problem)
        if len(found) == 1:
            return found[0]
        if found:
            kinds_said = " ou ".join(AREA_KINDS[one.partition(":")[0]] for one in found)
            raise NotKnown(f"{_quoted(typed)} désigne plusieurs territoires\u00a0: donnez sa nature ({kinds_said}).")
        raise next((one for one in problems if "Vouliez" in one.said or "plusieurs" in one.said), problems[0])

    def area_label(self, key: str) -> tuple[str, str]:
        """Its nature and its name (or its code, when the name is that of several)."""
        kind, _, code = key.partition(":")
        return AREA_KINDS[kind], self.areas[kind].label(code)

    def contact_name(self, pk: int) -> str:
        contact = self.contacts.get(pk)
        return str(contact.values["name"]) if contact else "une fiche d’une autre équipe"

    def contact_label(self, pk: int) -> str:
        """The name when only one contact of the operator bears it, else its number."""
        contact = self.contacts.get(pk)
        if contact is None:
            return str(pk)
        same = self.by_name[contact.values["operator"], spelled(contact.values["name"])]
        return str(contact.values["name"]) if len(same) == 1 and not contact.values["name"].isdigit() else str(pk)


def _padded(kind: str, typed: str) -> str:
    typed = typed.strip()
    return typed.zfill(_WIDTHS[kind]) if kind in _WIDTHS and typed.isdigit() else typed


def _quoted(text: str) -> str:
    return f"«\u00a0{text.strip()[:80]}\u00a0»"


def _operators() -> Iterable[Entry]:
    rows = Operator.objects.values_list("pk", "code", "name", "official_name", "is_active")
    return (Entry(str(pk), code, name, (official, code), None, active) for pk, code, name, official, active in rows)


def _procedures() -> Iterable[Entry]:
    rows = Procedure.objects.values_list(
        "pk", "code", "name", "synonyms", "operator_id", "alternative_operator_id", "is_active"
    )
    for pk, code, name, synonyms, operator, other, active in rows:
        served = frozenset(one for one in (operator, other) if one)
        yield Entry(str(pk), code, name, tuple(synonyms.split("|")), served, active)


def _blockers() -> Iterable[Entry]:
    return (Entry(str(pk), code, name) for pk, code, name in Blocker.objects.values_list("pk", "code", "name"))


def _areas() -> Iterable[tuple[str, str, Iterable[Entry]]]:
    communes = Commune.objects.values_list("pk", "name")
    yield "commune", "une commune connue", (Entry(pk, pk, name) for pk, name in communes)
    epcis = Epci.objects.values_list("pk", "name")
    yield "epci", "une intercommunalité connue", (Entry(pk, pk, name) for pk, name in epcis)
    arrondissements = Arrondissement.objects.values_list("pk", "name")
    yield "arrondissement", "un arrondissement connu", (Entry(pk, pk, name) for pk, name in arrondissements)
    departements = Departement.objects.values_list("pk", "name")
    yield "departement", "un département connu", (Entry(pk, pk, name) for pk, name in departements)
