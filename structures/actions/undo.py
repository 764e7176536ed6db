"""How is a change taken back, without taking back what somebody did since?"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from schedules.wording import spoken_moment
from structures.changes import record
from structures.models import Change, What
from structures.opened import hold
from structures.undoing import is_as_left, is_birth_of_structure, is_gone, last_since, present, put_back


class CannotUndo(Exception):
    """Nothing was written; `said` is a sentence to show."""

    def __init__(self, said: str) -> None:
        super().__init__("cannot undo")
        self.said = said


@transaction.atomic
def undo(*, change: Change, by: User, now: datetime) -> Change:
    """Write what was before as one more change, which can be undone in its turn. Raises CannotUndo."""
    hold(change.structure)
    change = _as_stored(change)
    if hasattr(change, "undone_by"):
        raise CannotUndo(f"Cette modification est déjà annulée, par {change.undone_by.actor}.")
    if is_birth_of_structure(change):
        raise CannotUndo("L’arrivée d’une structure ne s’annule pas\u00a0: son label peut être retiré.")
    if is_gone(change):
        raise CannotUndo("Ce lieu ou cette personne n’existe plus\u00a0: il n’y a rien à rétablir.")
    before = present(change)
    if not is_as_left(change, before):
        raise CannotUndo(_changed_since(change))
    try:
        with transaction.atomic():
            put_back(change, by=by, now=now)
    except ValidationError as broken:
        raise CannotUndo(" ".join(["Impossible de revenir en arrière.", *broken.messages])) from broken
    except IntegrityError as broken:
        raise CannotUndo("Impossible de revenir en arrière\u00a0: d’autres modifications l’interdisent.") from broken
    written = record(
        structure=change.structure,
        what=What(change.what),
        before=before,
        after=present(_as_stored(change)),
        by=by,
        now=now,
        location=change.location,
        counsellor=change.counsellor,
        undoes=change,
    )
    if written is None:
        raise CannotUndo("Tout est déjà comme avant cette modification.")
    return written


def _as_stored(change: Change) -> Change:
    """Nothing that was read before, prefetched rows least of all, may pass for the present."""
    related = ("structure", "location__schedule", "counsellor__schedule", "undone_by")
    return Change.objects.select_related(*related).get(pk=change.pk)


def _changed_since(change: Change) -> str:
    last = last_since(change)
    if last is None:
        return "Modifié depuis, par un import ou par l’administration\u00a0: rien n’a été annulé."
    at = spoken_moment(last.at, today=change.at.date())
    return f"Modifié depuis par {last.actor}, {at}\u00a0: rien n’a été annulé."
