"""What was changed in the whole directory, by whom, told page by page, and what can be taken back?

Contacts, their rules, local services, operators, démarches, themes, blockers and notes of know-how each keep their own
history; here they are one list, the latest first, with a number of statements that does not
depend on the number of lines.
"""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Exists, OuterRef, Subquery, Value

from accounts.models import User
from accounts.permissions import Can
from partners import know_how_history, list_history
from partners.history import RULE_NAMES
from partners.models import Contact, KnowHowNote, LocalService, LocalServiceKind
from partners.told_changes import IN_A_LIST, KINDS, MODELS, OF_EVERYBODY, ToldChange, tell

PER_PAGE = 25
_OF_A_CONTACT = ("interlocuteur", "regle")
_NAMED = {"regle": RULE_NAMES, "fiche": know_how_history.NAMES}
"""What the lines of a kind name, that is read with them."""
NOBODY = "0"


@dataclass(frozen=True, slots=True)
class Told:
    changes: list[ToldChange]
    page: Page[Any]


def in_sight(kind: str, user: User) -> Any:
    """The lines of history of one kind that this person may read."""
    history = MODELS[kind].history.all()
    if kind in OF_EVERYBODY:
        return history
    if kind == "service":
        # The digital advisors have screens of their own, and so does their history.
        services = LocalService.objects.visible_to(user).exclude(kind=LocalServiceKind.DIGITAL_ADVISOR)
        return history.filter(id__in=services.order_by().values("pk"))
    if kind == "fiche":
        notes = KnowHowNote.objects.visible_to(user, Can.KEEP_PARTNERS)
        return history.filter(id__in=notes.order_by().values("pk"))
    contacts = Contact.objects.visible_to(user).order_by().values("pk")
    return history.filter(contact_id__in=contacts) if kind == "regle" else history.filter(id__in=contacts)


def read(user: User, *, number: Any, kind: str = "", by: str = "", contact: Contact | None = None) -> Told:
    """A page of the changes; `by`: the key of a person, or NOBODY for what the application did."""
    known = tuple(KINDS) if contact is None else _OF_A_CONTACT
    kinds = [kind] if kind in known else known
    listed = [_listed(one, user, by, contact) for one in kinds]
    rows = listed[0].union(*listed[1:], all=True) if len(listed) > 1 else listed[0]
    page = Paginator(rows.order_by("-history_date", "-history_id"), PER_PAGE).get_page(number)
    told: dict[tuple[str, int], ToldChange] = {}
    for one in kinds:
        told |= tell(one, _with_before(one, [row[1] for row in page.object_list if row[2] == one]))
    return Told([told[row[2], row[1]] for row in page.object_list], page)


def one(kind: str, line: Any) -> ToldChange:
    """A single line of history, told like the others."""
    return tell(kind, _with_before(kind, [line.history_id]))[kind, line.history_id]


def _listed(kind: str, user: User, by: str, contact: Contact | None) -> Any:
    """When, key, kind; of the lines that one saving wrote at one instant, the last."""
    history = in_sight(kind, user)
    if contact is not None:
        history = history.filter(**{"contact_id" if kind == "regle" else "id": contact.pk})
    if by == NOBODY:
        history = history.filter(history_user__isnull=True)
    elif by:
        history = history.filter(history_user=by)
    same = MODELS[kind].history.filter(id=OuterRef("id"), history_date=OuterRef("history_date"))
    if kind in IN_A_LIST:
        history, same = (rows.exclude(history_change_reason=list_history.FOLLOWS) for rows in (history, same))
    last = history.filter(~Exists(same.filter(history_id__gt=OuterRef("history_id")).order_by()))
    named = last.annotate(of=Value(kind, output_field=CharField()))
    return named.order_by().values_list("history_date", "history_id", "of")


def _with_before(kind: str, keys: list[int]) -> list[tuple[Any, Any]]:
    """Each line with the version before it; it also has the latest one of its row."""
    history = MODELS[kind].history
    same = history.filter(id=OuterRef("id")).order_by("-history_id")
    older = same.filter(history_id__lt=OuterRef("history_id")).exclude(history_date=OuterRef("history_date"))
    names = _NAMED.get(kind, ())
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
