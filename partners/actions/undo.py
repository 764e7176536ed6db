"""How is one change of the directory taken back, without taking back what somebody did since?

What a line changed says again what it said before, and nothing else does: one more line of history, which can be
taken back in its turn. Whatever came since, a line is taken back as long as all that it changed still says what it made
it say. What was created goes out of service, a note of know-how that was written is refused, a rule that was added
goes, a rule that was removed comes back: no contact is ever deleted. Hours, and all that hangs from a local service,
come back as the line of history had found them.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from accounts.models import User
from partners.actions import closed_lists
from partners.actions.reference import respell_procedures_of
from partners.actions.surroundings import Change, Sheet, beside, is_still_said, present, put_back, remember
from partners.models import ClosedListRow, Contact, KnowHowNote, LocalService, NoteState, Operator, Rule
from partners.stand_ins import circle_in_words
from partners.versions import sign
from schedules.wording import spoken_moment

_LISTS = {"needs": "subject_id", "procedures": "procedure_id"}
"""Of a local service."""
UNTRACKED = frozenset({"id", "plain_name", "search_text", "loaded_values", "schedule"})
"""Hours are put back by their words, with what hangs from the sheet."""
_REVIEW = frozenset({"reviewed_by_id", "reviewed_at"})
"""Of a note: they follow what was reviewed, and a later review says nothing against taking an earlier one back."""
SINCE = (
    "Cette fiche a été modifiée depuis, là où ce changement avait écrit\u00a0: rien n’a été annulé. "
    "Annulez d’abord les changements plus récents."
)
SINCE_IN_LIST = (
    "Cet intitulé a été changé de la même façon depuis, ou ce changement est déjà annulé\u00a0: "
    "il n’y a rien à annuler ici."
)
NOTHING = "Rien de cette fiche ne diffère de ce qu’elle disait avant\u00a0: il n’y a rien à annuler."
FORBIDDEN = "Impossible de revenir en arrière\u00a0: d’autres modifications l’interdisent."


class CannotUndo(Exception):
    """Nothing was written; `said` is a sentence to show."""

    def __init__(self, said: str) -> None:
        super().__init__("cannot undo")
        self.said = said


@transaction.atomic
def undo_change(*, change: Any, by: User, now: datetime) -> None:
    """Take back a line of history, of whatever the directory tells. Raises CannotUndo, with nothing written."""
    model: Any = change.instance_type
    if issubclass(model, ClosedListRow):
        return _undo_in_list(change, by, now)
    row = model._default_manager.select_for_update().filter(pk=change.id).first()
    if (row is None) != (change.history_type == "-") or (row is None and not is_last(change)):
        raise CannotUndo(SINCE)
    reason = _reason(change)
    try:
        with transaction.atomic():
            _take_back(change, row, by, now, reason)
    except ValidationError as broken:
        raise CannotUndo(" ".join(["Impossible de revenir en arrière.", *broken.messages])) from broken
    except IntegrityError as broken:
        raise CannotUndo(FORBIDDEN) from broken


def _undo_in_list(change: Any, by: User, now: datetime) -> None:
    try:
        closed_lists.take_back(change, by=by, now=now, reason=_reason(change))
    except closed_lists.NothingLeft as problem:
        raise CannotUndo(SINCE_IN_LIST) from problem
    except closed_lists.NameTaken as problem:
        raise CannotUndo(
            f"Impossible de revenir en arrière\u00a0: un autre intitulé de la liste se nomme «\u00a0{problem}\u00a0» "
            "depuis. Renommez d’abord celui-là."
        ) from problem


def _reason(change: Any) -> str:
    return f"Annule la modification du {spoken_moment(change.history_date, with_year=True)}"


def tracked(model: type[models.Model]) -> list[str]:
    """The columns that a line of history keeps and that can be put back."""
    return [field.attname for field in model._meta.concrete_fields if field.name not in UNTRACKED]


def differing(one: Any, other: Any) -> list[str]:
    """The columns that two versions of a row, or the row and a version, say differently."""
    return [name for name in tracked(other.instance_type) if getattr(one, name) != getattr(other, name)]


def to_put_back(before: Any, change: Any, now_said: Any) -> list[str] | None:
    """The columns that taking this line back writes again, none when it changed none; None when one says else since.

    `now_said`: the row, or the last line of its history.
    """
    columns, since = differing(change, before), set(differing(now_said, change))
    meant = set(columns) - _REVIEW or set(columns)
    if meant & since:
        return None
    keeps_its_review = since & _REVIEW and "state" not in meant
    return [name for name in columns if name in meant or not keeps_its_review]


def is_last(change: Any) -> bool:
    """Nothing was written on the row since."""
    history: Any = change.instance_type.history
    return not history.filter(id=change.id, history_id__gt=change.history_id).exists()


def version_before(change: Any) -> Any:
    """What the row said before. One saving of a local service writes several lines at one instant: before them all."""
    history: Any = change.instance_type.history
    older = history.filter(id=change.id, history_id__lt=change.history_id)
    return older.exclude(history_date=change.history_date).order_by("-history_id").first()


def _take_back(change: Any, row: Any, by: User, now: datetime, reason: str) -> None:
    before, around = version_before(change), beside(change)
    if around is not None:
        _put_back_around(row, around, by, now, reason)
    elif row is None:
        _bring_back(change, by, now, reason)
    elif change.history_type == "+":
        _undo_birth(row, change, by, now, reason)
    elif before is not None:
        _put_back(row, change, before, by, now, reason)
    else:
        raise CannotUndo(NOTHING)


def _bring_back(change: Any, by: User, now: datetime, reason: str) -> None:
    if change.instance_type is not Rule:
        raise CannotUndo(FORBIDDEN)
    _write(Rule(pk=change.id), change, tracked(Rule), by, now, reason, force_insert=True)


def _undo_birth(row: Any, change: Any, by: User, now: datetime, reason: str) -> None:
    if differing(row, change):
        raise CannotUndo(SINCE)
    sign(row, by=by, now=now, reason=reason)
    if isinstance(row, Rule):
        row.delete()
    elif isinstance(row, KnowHowNote):
        _refuse(row, by, now)
    elif row.is_active:
        row.is_active = False
        row.save()
    else:
        raise CannotUndo(NOTHING)


def _refuse(note: KnowHowNote, by: User, now: datetime) -> None:
    if note.state == NoteState.REFUSED:
        raise CannotUndo(NOTHING)
    note.state, note.reviewed_by, note.reviewed_at = NoteState.REFUSED, by, now
    note.save()


def _put_back(row: Any, change: Any, before: Any, by: User, now: datetime, reason: str) -> None:
    columns, lists = to_put_back(before, change, row), _lists_of(row, change, before)
    if columns is None:
        raise CannotUndo(SINCE)
    if not columns and not lists:
        raise CannotUndo(NOTHING)
    _write(row, before, columns, by, now, reason)
    for name, keys in lists.items():
        getattr(row, name).set(keys)


def _put_back_around(sheet: Sheet, change: Change, by: User, now: datetime, reason: str) -> None:
    found = present(sheet, change.after)
    if not is_still_said(change, found):
        raise CannotUndo(SINCE)
    put_back(sheet, change, found, now)
    if present(sheet, change.after) == found:
        raise CannotUndo(NOTHING)
    remember(sheet, reason, found, by=by, now=now)


def _write(row: Any, version: Any, names: list[str], by: User, now: datetime, reason: str, **how: bool) -> None:
    for name in names:
        setattr(row, name, getattr(version, name))
    if isinstance(row, KnowHowNote) and row.is_published and "state" in names and "reviewed_at" not in names:
        # Whoever says that it is not outdated has reviewed it: what readers said before counts no more.
        row.reviewed_by, row.reviewed_at = by, now
    # What the version named may be gone since, or another row may have taken its place.
    row.clean_fields(exclude=[field.name for field in row._meta.fields if not field.is_relation])
    row.validate_constraints()
    if isinstance(row, Contact) and row.stand_in and (around := circle_in_words(row, row.stand_in)):
        raise CannotUndo(f"Impossible de revenir en arrière\u00a0: ces remplacements tourneraient en rond, {around}.")
    sign(row, by=by, now=now, reason=reason).save(**how)
    if isinstance(row, Operator):
        respell_procedures_of(row)


def _lists_of(row: Any, change: Any, before: Any) -> dict[str, set[int]]:
    """The needs and démarches that a local service is to have, where the line changed them. Raises CannotUndo."""
    lists: dict[str, set[int]] = {}
    for name, key in _LISTS.items() if isinstance(row, LocalService) else ():
        old, new = (set(getattr(line, name).values_list(key, flat=True)) for line in (before, change))
        kept = set(getattr(row, name).values_list("pk", flat=True))
        if not (new - old) <= kept or (old - new) & kept:
            raise CannotUndo(SINCE)
        if old != new:
            lists[name] = (kept - (new - old)) | (old - new)
    return lists
