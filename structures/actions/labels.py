"""How is the state of a label decided, dated, and brought into force? Always by a person, never by a figure.

The history (`LabelChange`) holds every decision; `Structure.label_state` is the latest one whose day has come.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from accounts.models import User, journal
from schedules.calendars import PARIS
from schedules.wording import spoken_date
from structures.changes import record, snapshot_of_label, snapshot_of_structure
from structures.models import LABEL_IN_FORCE, LabelChange, LabelState, Structure, What
from structures.opened import hold

FIRST_LABEL = date(2019, 1, 1)  # the label was announced in 2019
FURTHEST = timedelta(days=2 * 365)
DECIDED_AHEAD = "Décision enregistrée d’avance"


class BadDecision(ValueError):
    """Why a decision cannot stand, in a French sentence; `field` is the one to correct."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def is_public(state: str) -> bool:
    """Whether the public finds a structure whose label is in this state."""
    return state in LABEL_IN_FORCE


def wrong_day(day: date, today: date) -> str:
    """Why no label was ever decided that day, in a French sentence; empty when one may have been."""
    if day < FIRST_LABEL:
        return "Vérifiez l’année\u00a0: le label France services existe depuis 2019."
    return "Vérifiez l’année\u00a0: cette date est dans plus de deux ans." if day > today + FURTHEST else ""


def check(structure: Structure, *, state: str, decided_on: date, today: date) -> None:
    """BadDecision when the day cannot be true or the decision would change nothing."""
    if problem := wrong_day(decided_on, today):
        raise BadDecision("decided_on", problem)
    history = list(_history(structure))
    first = history[0].decided_on if history else structure.labelled_on
    if first is not None and decided_on < first:
        began = spoken_date(first, with_year=True)
        raise BadDecision(
            "decided_on", f"L’historique commence le {began}\u00a0: une décision ne peut pas le précéder."
        )
    said = LabelState(state).label
    if any(line.decided_on == decided_on and line.state == state for line in history):
        raise BadDecision(
            "decided_on", f"Cette décision est déjà enregistrée à cette date\u00a0: «\u00a0{said}\u00a0»."
        )
    before = [line.state for line in history if line.decided_on <= decided_on]
    if (before[-1] if before else _unwritten(structure)) == state:
        raise BadDecision("state", f"À cette date, le label est déjà «\u00a0{said}\u00a0»\u00a0: rien ne changerait.")


@transaction.atomic
def decide(*, structure: Structure, state: str, decided_on: date, note: str, by: User, now: datetime) -> LabelChange:
    """Add a line to the history; in force at once, or on its day when that day is to come. Raises BadDecision."""
    today = now.astimezone(PARIS).date()
    held = hold(structure)
    check(held, state=state, decided_on=decided_on, today=today)
    _begin(held, now)
    line = LabelChange.objects.create(
        structure=held, state=state, decided_on=decided_on, note=note, author=by, recorded_at=now
    )
    if state == LabelState.LABELLED and held.labelled_on is None:
        _date_of_label(held, decided_on, by, now)
    _take(held, today, by=by, now=now)
    structure.refresh_from_db(fields=["label_state", "labelled_on", "changed_at"])
    journal(verb=f"label\u00a0: {LabelState(state).label}", subject=_subject(held), now=now, by=by)
    return line


@transaction.atomic
def correct_note(*, line: LabelChange, note: str, by: User, now: datetime) -> None:
    """Say better why a decision was taken; its day and its state stay as they are."""
    if line.note == note:
        return
    before = _told(line)
    line.note = note
    line.save(update_fields=["note"])
    record(structure=line.structure, what=What.LABEL, before=before, after=_told(line), by=by, now=now)
    journal(verb="note du label corrigée", subject=_subject(line.structure), now=now, by=by)


def bring_into_force(now: datetime) -> int:
    """Take into force the decisions written ahead whose day has come; count them. A periodic job.

    Only those: a state that somebody has changed since, even by undoing, is left as she wants it.
    """
    today = now.astimezone(PARIS).date()
    latest = LabelChange.objects.filter(structure=OuterRef("pk"), decided_on__lte=today).order_by("-decided_on", "-pk")
    waiting = Structure.objects.annotate(
        due=Subquery(latest.values("state")[:1]),
        due_on=Subquery(latest.values("decided_on")[:1]),
        written_at=Subquery(latest.values("recorded_at")[:1]),
    ).filter(Q(due_on__gt=F("written_at__date")) & ~Q(due=F("label_state")))
    return sum(_bring(structure, today, now) for structure in waiting)


@transaction.atomic
def _bring(structure: Structure, today: date, now: datetime) -> bool:
    held = hold(structure)
    line = _in_force(held, today)
    since = None if line is None else datetime.combine(line.decided_on, datetime.min.time(), tzinfo=PARIS)
    if since is None or held.changes.filter(what=What.LABEL, at__gte=since).exists():
        return False
    _take(held, today, by=None, now=now)
    journal(verb="label pris en vigueur", subject=_subject(held), now=now, actor=DECIDED_AHEAD)
    return True


def _history(structure: Structure) -> list[LabelChange]:
    """The first decision first; of two on one day, the last written counts."""
    return sorted(structure.label_changes.all(), key=lambda line: (line.decided_on, line.pk))


def _in_force(structure: Structure, day: date) -> LabelChange | None:
    return structure.label_changes.filter(decided_on__lte=day).order_by("-decided_on", "-pk").first()


def _unwritten(structure: Structure) -> str:
    """The state before any line of history: known only when the structure says since when it is labelled."""
    return LabelState.LABELLED if structure.labelled_on else ""


def _begin(structure: Structure, now: datetime) -> None:
    """A structure that an import has dated gets the first line of its history."""
    if structure.labelled_on and not structure.label_changes.exists():
        LabelChange.objects.create(
            structure=structure, state=LabelState.LABELLED, decided_on=structure.labelled_on, recorded_at=now
        )


def _date_of_label(structure: Structure, day: date, by: User, now: datetime) -> None:
    before = snapshot_of_structure(structure)
    structure.labelled_on = day
    structure.save(update_fields=["labelled_on"])
    record(
        structure=structure, what=What.STRUCTURE, before=before, after=snapshot_of_structure(structure), by=by, now=now
    )


def _take(structure: Structure, today: date, *, by: User | None, now: datetime) -> None:
    line = _in_force(structure, today)
    if line is None or line.state == structure.label_state:
        return
    before = snapshot_of_label(structure)
    structure.label_state = line.state
    structure.save(update_fields=["label_state"])
    actor = "" if by else DECIDED_AHEAD
    record(
        structure=structure,
        what=What.LABEL,
        before=before,
        after=snapshot_of_label(structure),
        by=by,
        now=now,
        actor=actor,
    )


def _told(line: LabelChange) -> dict[str, str]:
    return {"state": line.state, "decided_on": line.decided_on.isoformat(), "note": line.note}


def _subject(structure: Structure) -> str:
    return f"structure {structure.pk}"
