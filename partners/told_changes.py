"""What does a line of the directory's history say, in words, and can it be taken back?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from partners import know_how_history, list_history, reference_history, service_history
from partners.actions.undo import differing, to_put_back
from partners.history import Names, author, rule_sentence, sentences
from partners.models import (
    Blocker,
    Contact,
    ContactChange,
    KnowHowNote,
    LocalService,
    LocalServiceChange,
    Operator,
    Procedure,
    Rule,
    Theme,
)
from partners.rows_in_words import RowWords, with_reason
from partners.written_beside import WrittenBeside
from schedules.wording import spoken_moment
from territories.models import Commune

KINDS = {
    "interlocuteur": "Interlocuteurs",
    "regle": "Règles",
    "service": "Services locaux",
    "operateur": "Opérateurs",
    "demarche": "Démarches",
    "theme": "Thèmes",
    "blocage": "Blocages",
    "fiche": "Fiches",
}
MODELS: dict[str, Any] = {
    "interlocuteur": Contact,
    "regle": Rule,
    "service": LocalService,
    "operateur": Operator,
    "demarche": Procedure,
    "theme": Theme,
    "blocage": Blocker,
    "fiche": KnowHowNote,
}
IN_A_LIST = ("theme", "blocage")
OF_EVERYBODY = ("operateur", "demarche", *IN_A_LIST)
"""The reference is shared by every office."""
_NATURES = {
    "interlocuteur": "Interlocuteur",
    "regle": "Règle",
    "service": "Service local",
    "operateur": "Opérateur",
    "demarche": "Démarche",
    "theme": "Thème",
    "blocage": "Blocage",
    "fiche": "Fiche",
}


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One line: what it is about (and the key of its page), when, by whom, what became what."""

    kind: str
    pk: int
    about: str
    about_pk: int | None
    at: datetime
    by: str
    sentences: list[str]
    may_be_undone: bool
    about_code: str = ""
    """Of a row of the reference: what names its page."""

    @property
    def moment(self) -> str:
        return spoken_moment(self.at, with_year=True)

    @property
    def nature(self) -> str:
        return _NATURES[self.kind]


def _tell_contacts(rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    names = Names([version for pair in rows for version in pair if version])
    beside = WrittenBeside(ContactChange, "contact", rows)
    told = {}
    for new, old in rows:
        said = sentences(old, new, names) if old or new.history_type == "+" else ["Fiche modifiée"]
        about = f"{new.name} ({names.said('operator_id', new.operator_id)})"
        undone = beside.may_be_undone(new)
        told["interlocuteur", new.history_id] = _told("interlocuteur", new, old, about, new.id, said, undone=undone)
    return told


def _tell_rules(rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    contacts = Contact.objects.select_related("operator").in_bulk({new.contact_id for new, _ in rows})
    told = {}
    for new, old in rows:
        contact = contacts.get(new.contact_id)
        about = f"{contact.name} ({contact.operator.name})" if contact else "Fiche supprimée"
        said = [*_reason(new), rule_sentence(old, new)]
        told["regle", new.history_id] = _told("regle", new, old, about, new.contact_id, said)
    return told


def _tell_services(rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    versions = [version for pair in rows for version in pair if version]
    served = service_history.Served([version.history_id for version in [*versions, *(new.latest for new, _ in rows)]])
    communes = Commune.objects.in_bulk({version.commune_id for version in versions})
    beside = WrittenBeside(LocalServiceChange, "service", rows)
    words = RowWords(beside.changes.values())
    told = {}
    for new, old in rows:
        said = ["Fiche créée"] if new.history_type == "+" else [] if _reason(new) else ["Fiche modifiée"]
        if old is not None:
            said = [*service_history.differences(old, new, communes), *served.differences(old, new)]
        said = with_reason(
            "".join(_reason(new)), [*said, *words.sentences(*beside.changes.get(new.history_id, ({}, {})))]
        )
        said = said or ["Fiche enregistrée sans changement"]
        undone = beside.may_be_undone(new)
        if undone is None and old is not None and served.differences(old, new):
            undone = service_history.stands(old, new, new.latest, served)
        told["service", new.history_id] = _told("service", new, old, new.name, new.id, said, undone=undone)
    return told


def _tell_operators(rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    return _tell_reference("operateur", reference_history.OPERATOR, rows)


def _tell_procedures(rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    return _tell_reference("demarche", reference_history.PROCEDURE, rows)


def _tell_reference(
    kind: str, labels: Mapping[str, str], rows: list[tuple[Any, Any]]
) -> dict[tuple[str, int], ToldChange]:
    words = reference_history.Words(labels, [version for pair in rows for version in pair if version])
    told = {}
    for new, old in rows:
        said = [f"{_NATURES[kind]} ajouté{'e' * (kind == 'demarche')}"] if new.history_type == "+" else []
        said += words.differences(old, new) if old is not None else []
        # Without a person, the reason is the author already.
        said = [*(_reason(new) if new.history_user_id else []), *said] or ["Enregistré sans changement"]
        change = _told(kind, new, old, new.name, new.id, said)
        told[kind, new.history_id] = replace(change, about_code=new.code)
    return told


def _tell_themes(rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    return _tell_list("theme", rows)


def _tell_blockers(rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    return _tell_list("blocage", rows)


def _tell_list(kind: str, rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    lines = list_history.following(MODELS[kind], [new for new, _ in rows])
    told = {}
    for new, old in rows:
        said = [*(_reason(new) if new.history_user_id else []), *list_history.sentences(old, new)]
        # What the files brought is not one person's doing to take back.
        undone = new.history_user_id is not None and list_history.stands(old, lines[new.history_id])
        told[kind, new.history_id] = ToldChange(
            kind, new.history_id, new.name, new.id, new.history_date, author(new), said, undone, new.code
        )
    return told


def _tell_notes(rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    told = {}
    for new, old in rows:
        said, undone = know_how_history.sentences(old, new), know_how_history.may_be_undone(old, new, new.latest)
        told["fiche", new.history_id] = _told("fiche", new, old, new.title, new.id, said, undone=undone)
    return told


_TELL: Mapping[str, Any] = {
    "interlocuteur": _tell_contacts,
    "regle": _tell_rules,
    "service": _tell_services,
    "operateur": _tell_operators,
    "demarche": _tell_procedures,
    "theme": _tell_themes,
    "blocage": _tell_blockers,
    "fiche": _tell_notes,
}


def tell(kind: str, rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    """Lines of one kind, each with the version before it (None: there is none); each also has its row's `latest` one.

    By kind and number; the same number of statements for one line and a hundred.
    """
    told: dict[tuple[str, int], ToldChange] = _TELL[kind](rows)
    return told


def _told(
    kind: str, new: Any, old: Any, about: str, about_pk: int, said: Iterable[str], *, undone: bool | None = None
) -> ToldChange:
    """`undone`: whether it may be, where its columns are not all that it changed."""
    if undone is None:
        undone = _may_be_undone(kind, new, old)
    return ToldChange(kind, new.history_id, about, about_pk, new.history_date, author(new), list(said), undone)


def _may_be_undone(kind: str, new: Any, old: Any) -> bool:
    """What it changed is still what the latest line says. The action looks at the row itself before writing."""
    if new.history_type == "-":
        return kind == "regle" and new.last == new.history_id
    if new.latest.history_type == "-" or (kind in OF_EVERYBODY and new.history_user_id is None):
        # Without a person, the files brought it: it is not one person's doing to take back.
        return False
    if new.history_type == "+" or old is None:
        return new.history_type == "+" and not differing(new.latest, new) and (kind == "regle" or new.is_active)
    return bool(to_put_back(old, new, new.latest))


def _reason(row: Any) -> list[str]:
    return [row.history_change_reason] if row.history_change_reason else []
