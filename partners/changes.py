"""What was changed in the whole directory, by whom, told page by page, and what can be taken back?

Contacts, their rules, local services, operators, démarches, themes and blockers each keep their own history; here they
are one list, the latest first, with a number of statements that does not depend on the number of lines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Exists, OuterRef, Subquery, Value

from accounts.models import User
from partners import list_history, reference_history, service_history
from partners.actions.undo import differing
from partners.history import RULE_NAMES, Names, author, rule_sentence, sentences
from partners.models import (
    Blocker,
    Contact,
    ContactChange,
    LocalService,
    LocalServiceChange,
    LocalServiceKind,
    Operator,
    Procedure,
    Rule,
    Theme,
)
from partners.rows_in_words import RowWords, with_reason
from partners.written_beside import WrittenBeside
from schedules.wording import spoken_moment
from territories.models import Commune

PER_PAGE = 25
KINDS = {
    "interlocuteur": "Interlocuteurs",
    "regle": "Règles",
    "service": "Services locaux",
    "operateur": "Opérateurs",
    "demarche": "Démarches",
    "theme": "Thèmes",
    "blocage": "Blocages",
}
_MODELS: dict[str, Any] = {
    "interlocuteur": Contact,
    "regle": Rule,
    "service": LocalService,
    "operateur": Operator,
    "demarche": Procedure,
    "theme": Theme,
    "blocage": Blocker,
}
_OF_A_CONTACT = ("interlocuteur", "regle")
_IN_A_LIST = ("theme", "blocage")
_OF_EVERYBODY = ("operateur", "demarche", *_IN_A_LIST)
"""The reference is shared by every office."""
_NATURES = {
    "interlocuteur": "Interlocuteur",
    "regle": "Règle",
    "service": "Service local",
    "operateur": "Opérateur",
    "demarche": "Démarche",
    "theme": "Thème",
    "blocage": "Blocage",
}
NOBODY = "0"


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


@dataclass(frozen=True, slots=True)
class Told:
    changes: list[ToldChange]
    page: Page[Any]


def in_sight(kind: str, user: User) -> Any:
    """The lines of history of one kind that this person may read."""
    history = _MODELS[kind].history.all()
    if kind in _OF_EVERYBODY:
        return history
    if kind == "service":
        # The digital advisors have screens of their own, and so does their history.
        services = LocalService.objects.visible_to(user).exclude(kind=LocalServiceKind.DIGITAL_ADVISOR)
        return history.filter(id__in=services.order_by().values("pk"))
    contacts = Contact.objects.visible_to(user).order_by().values("pk")
    return history.filter(contact_id__in=contacts) if kind == "regle" else history.filter(id__in=contacts)


def read(user: User, *, number: Any, kind: str = "", by: str = "", contact: Contact | None = None) -> Told:
    """A page of the changes; `by`: the key of a person, or NOBODY for what the application did."""
    kinds = [kind] if kind in KINDS else list(KINDS if contact is None else _OF_A_CONTACT)
    listed = [_listed(one, user, by, contact) for one in kinds]
    rows = listed[0].union(*listed[1:], all=True) if len(listed) > 1 else listed[0]
    page = Paginator(rows.order_by("-history_date", "-history_id"), PER_PAGE).get_page(number)
    told: dict[tuple[str, int], ToldChange] = {}
    for one in kinds:
        told |= _TELL[one](_with_before(one, [row[1] for row in page.object_list if row[2] == one]))
    return Told([told[row[2], row[1]] for row in page.object_list], page)


def one(kind: str, line: Any) -> ToldChange:
    """A single line of history, told like the others."""
    told: ToldChange = _TELL[kind](_with_before(kind, [line.history_id]))[kind, line.history_id]
    return told


def _listed(kind: str, user: User, by: str, contact: Contact | None) -> Any:
    """When, key, kind; of the lines that one saving wrote at one instant, the last."""
    history = in_sight(kind, user)
    if contact is not None:
        history = history.filter(**{"contact_id" if kind == "regle" else "id": contact.pk})
    if by == NOBODY:
        history = history.filter(history_user__isnull=True)
    elif by:
        history = history.filter(history_user=by)
    same = _MODELS[kind].history.filter(id=OuterRef("id"), history_date=OuterRef("history_date"))
    if kind in _IN_A_LIST:
        history, same = (rows.exclude(history_change_reason=list_history.FOLLOWS) for rows in (history, same))
    last = history.filter(~Exists(same.filter(history_id__gt=OuterRef("history_id")).order_by()))
    named = last.annotate(of=Value(kind, output_field=CharField()))
    return named.order_by().values_list("history_date", "history_id", "of")


def _with_before(kind: str, keys: list[int]) -> list[tuple[Any, Any]]:
    """Each line with the version before it; it also has the latest one of its row."""
    history = _MODELS[kind].history
    same = history.filter(id=OuterRef("id")).order_by("-history_id")
    older = same.filter(history_id__lt=OuterRef("history_id")).exclude(history_date=OuterRef("history_date"))
    names = RULE_NAMES if kind == "regle" else ()
    rows = list(
        history.filter(history_id__in=keys)
        .select_related("history_user", *names)
        .annotate(before=Subquery(older.values("history_id")[:1]), last=Subquery(same.values("history_id")[:1]))
        .order_by()
    )
    others = {row.last for row in rows} | {row.before for row in rows if row.before}
    versions = {row.history_id: row for row in history.filter(history_id__in=others).select_related(*names).order_by()}
    for row in rows:
        row.latest = versions[row.last]
    return [(row, versions.get(row.before)) for row in rows]


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
    lines = list_history.following(_MODELS[kind], [new for new, _ in rows])
    told = {}
    for new, old in rows:
        said = [*(_reason(new) if new.history_user_id else []), *list_history.sentences(old, new)]
        # What the files brought is not one person's doing to take back.
        undone = new.history_user_id is not None and list_history.stands(old, lines[new.history_id])
        told[kind, new.history_id] = ToldChange(
            kind, new.history_id, new.name, new.id, new.history_date, author(new), said, undone, new.code
        )
    return told


_TELL: Mapping[str, Any] = {
    "interlocuteur": _tell_contacts,
    "regle": _tell_rules,
    "service": _tell_services,
    "operateur": _tell_operators,
    "demarche": _tell_procedures,
    "theme": _tell_themes,
    "blocage": _tell_blockers,
}


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
    if new.latest.history_type == "-" or (kind in _OF_EVERYBODY and new.history_user_id is None):
        # Without a person, the files brought it: it is not one person's doing to take back.
        return False
    since = differing(new.latest, new)
    if new.history_type == "+" or old is None:
        return new.history_type == "+" and not since and (kind == "regle" or new.is_active)
    columns = differing(new, old)
    return bool(columns) and not set(columns) & set(since)


def _reason(row: Any) -> list[str]:
    return [row.history_change_reason] if row.history_change_reason else []
