"""What was changed in the whole directory, by whom, told page by page, and what can be taken back?

Contacts, their rules and local services each keep their own history; here they are one list, the latest first, with a
number of statements that does not depend on the number of lines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Exists, OuterRef, Subquery, Value

from accounts.models import User
from partners import service_history
from partners.actions.undo import tracked
from partners.history import RULE_NAMES, Names, author, rule_sentence, sentences
from partners.models import Contact, LocalService, Rule
from schedules.wording import spoken_moment
from territories.models import Commune

PER_PAGE = 25
KINDS = {"interlocuteur": "Interlocuteurs", "regle": "Règles", "service": "Services locaux"}
_MODELS: dict[str, Any] = {"interlocuteur": Contact, "regle": Rule, "service": LocalService}
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

    @property
    def moment(self) -> str:
        return spoken_moment(self.at, with_year=True)

    @property
    def nature(self) -> str:
        return {"interlocuteur": "Interlocuteur", "regle": "Règle", "service": "Service local"}[self.kind]


@dataclass(frozen=True, slots=True)
class Told:
    changes: list[ToldChange]
    page: Page[Any]


def in_sight(kind: str, user: User) -> Any:
    """The lines of history of one kind that this person may read."""
    history = _MODELS[kind].history.all()
    if kind == "service":
        return history.filter(id__in=LocalService.objects.visible_to(user).order_by().values("pk"))
    contacts = Contact.objects.visible_to(user).order_by().values("pk")
    return history.filter(contact_id__in=contacts) if kind == "regle" else history.filter(id__in=contacts)


def read(user: User, *, number: Any, kind: str = "", by: str = "", contact: Contact | None = None) -> Told:
    """A page of the changes; `by`: the key of a person, or NOBODY for what the application did."""
    kinds = [kind] if kind in KINDS else [one for one in KINDS if contact is None or one != "service"]
    listed = [_listed(one, user, by, contact) for one in kinds]
    rows = listed[0].union(*listed[1:], all=True) if len(listed) > 1 else listed[0]
    page = Paginator(rows.order_by("-history_date", "-history_id"), PER_PAGE).get_page(number)
    told: dict[tuple[str, int], ToldChange] = {}
    for one in kinds:
        told |= _TELL[one](_with_before(one, [row[1] for row in page.object_list if row[2] == one]))
    return Told([told[row[2], row[1]] for row in page.object_list], page)


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
    last = history.filter(~Exists(same.filter(history_id__gt=OuterRef("history_id")).order_by()))
    named = last.annotate(of=Value(kind, output_field=CharField()))
    return named.order_by().values_list("history_date", "history_id", "of")


def _with_before(kind: str, keys: list[int]) -> list[tuple[Any, Any]]:
    """Each line with the version before it; it also says whether it is the last of its row."""
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
    versions = history.filter(history_id__in=[row.before for row in rows if row.before]).select_related(*names)
    before = {row.history_id: row for row in versions.order_by()}
    return [(row, before.get(row.before)) for row in rows]


def _tell_contacts(rows: list[tuple[Any, Any]]) -> dict[tuple[str, int], ToldChange]:
    names = Names([version for pair in rows for version in pair if version])
    told = {}
    for new, old in rows:
        said = sentences(old, new, names) if old or new.history_type == "+" else ["Fiche modifiée"]
        about = f"{new.name} ({names.said('operator_id', new.operator_id)})"
        told["interlocuteur", new.history_id] = _told("interlocuteur", new, old, about, new.id, said)
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
    served = service_history.Served([version.history_id for version in versions])
    communes = Commune.objects.in_bulk({version.commune_id for version in versions})
    told = {}
    for new, old in rows:
        said = ["Fiche créée"] if new.history_type == "+" else ["Fiche modifiée"]
        if old is not None:
            said = [*service_history.differences(old, new, communes), *served.differences(old, new)]
        said = [*_reason(new), *said] or ["Fiche enregistrée sans changement"]
        told["service", new.history_id] = _told("service", new, old, new.name, new.id, said)
    return told


_TELL: Mapping[str, Any] = {"interlocuteur": _tell_contacts, "regle": _tell_rules, "service": _tell_services}


def _told(kind: str, new: Any, old: Any, about: str, about_pk: int, said: Iterable[str]) -> ToldChange:
    said = list(said)
    return ToldChange(
        kind, new.history_id, about, about_pk, new.history_date, author(new), said, _may_be_undone(kind, new, old)
    )


def _may_be_undone(kind: str, new: Any, old: Any) -> bool:
    """Nothing came after it on the row, and there is something to put back. The action looks again before writing."""
    if new.last != new.history_id:
        return False
    if new.history_type == "-":
        return kind == "regle"
    if new.history_type == "+" or old is None:
        return new.history_type == "+" and (kind == "regle" or new.is_active)
    differs = any(getattr(new, name) != getattr(old, name) for name in tracked(_MODELS[kind]))
    return differs or kind == "service"


def _reason(row: Any) -> list[str]:
    return [row.history_change_reason] if row.history_change_reason else []
