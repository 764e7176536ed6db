"""How is one change of the directory taken back, without taking back what somebody did since?

The version before is written as one more line of history, which can be taken back in its turn. What was created goes
out of service, a rule that was added goes, a rule that was removed comes back: no contact is ever deleted. Hours,
and the limits, areas and places of a local service, come back as the line of history had found them.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from accounts.models import User
from partners.actions.reference import respell_procedures_of
from partners.actions.surroundings import Change, Sheet, beside, put_back, remember, surroundings
from partners.models import Contact, LocalService, Operator, Rule
from partners.stand_ins import circle_in_words
from partners.versions import sign
from schedules.wording import spoken_moment

UNTRACKED = frozenset({"id", "plain_name", "search_text", "loaded_values", "schedule"})
"""Hours are put back by their words, with what hangs from the sheet."""
SINCE = "Cette fiche a été modifiée depuis\u00a0: rien n’a été annulé. Annulez d’abord les changements plus récents."
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
    row = model._default_manager.select_for_update().filter(pk=change.id).first()
    if not is_last(change) or (row is None) != (change.history_type == "-"):
        raise CannotUndo(SINCE)
    if row is not None and any(getattr(row, name) != getattr(change, name) for name in tracked(model)):
        raise CannotUndo(SINCE)
    reason = f"Annule la modification du {spoken_moment(change.history_date, with_year=True)}"
    try:
        with transaction.atomic():
            _take_back(change, row, by, now, reason)
    except ValidationError as broken:
        raise CannotUndo(" ".join(["Impossible de revenir en arrière.", *broken.messages])) from broken
    except IntegrityError as broken:
        raise CannotUndo(FORBIDDEN) from broken


def tracked(model: type[models.Model]) -> list[str]:
    """The columns that a line of history keeps and that can be put back."""
    return [field.attname for field in model._meta.concrete_fields if field.name not in UNTRACKED]


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
    before = version_before(change)
    around = beside(change)
    if around is not None:
        _put_back_around(row, around, by, now, reason)
    elif change.history_type == "-":
        if change.instance_type is not Rule:
            raise CannotUndo(FORBIDDEN)
        row = Rule(pk=change.id)
        _write(row, change, by, now, reason, force_insert=True)
    elif change.history_type == "+" and change.instance_type is Rule:
        sign(row, by=by, now=now, reason=reason).delete()
    elif change.history_type == "~" and before is not None:
        _put_back(row, before, by, now, reason)
    elif change.history_type == "+" and row.is_active:
        row.is_active = False
        sign(row, by=by, now=now, reason=reason).save()
    else:
        raise CannotUndo(NOTHING)


def _put_back(row: Any, before: Any, by: User, now: datetime, reason: str) -> None:
    lists = _lists_of(row, before)
    if all(getattr(row, name) == getattr(before, name) for name in tracked(type(row))) and not lists:
        raise CannotUndo(NOTHING)
    _write(row, before, by, now, reason)
    for name, keys in lists.items():
        getattr(row, name).set(keys)


def _put_back_around(sheet: Sheet, change: Change, by: User, now: datetime, reason: str) -> None:
    present = surroundings(sheet)
    if any(present[part] != said for part, said in change.after.items()):
        raise CannotUndo(SINCE)
    put_back(sheet, change.before)
    remember(sheet, reason, present, by=by, now=now)


def _write(row: Any, version: Any, by: User, now: datetime, reason: str, **how: bool) -> None:
    for name in tracked(type(row)):
        setattr(row, name, getattr(version, name))
    # What the version named may be gone since, or another row may have taken its place.
    row.clean_fields(exclude=[field.name for field in row._meta.fields if not field.is_relation])
    row.validate_constraints()
    if isinstance(row, Contact) and row.stand_in and (around := circle_in_words(row, row.stand_in)):
        raise CannotUndo(f"Impossible de revenir en arrière\u00a0: ces remplacements tourneraient en rond, {around}.")
    sign(row, by=by, now=now, reason=reason).save(**how)
    if isinstance(row, Operator):
        respell_procedures_of(row)


def _lists_of(row: Any, before: Any) -> dict[str, set[int]]:
    """The needs and démarches of a local service that are to be put back, where they differ."""
    if not isinstance(row, LocalService):
        return {}
    wanted = {
        "needs": set(before.needs.values_list("subject_id", flat=True)),
        "procedures": set(before.procedures.values_list("procedure_id", flat=True)),
    }
    return {name: keys for name, keys in wanted.items() if keys != set(getattr(row, name).values_list("pk", flat=True))}
