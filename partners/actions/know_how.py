"""What can be done to a note of know-how: write it, review it, say whether it still helps?

Each verb writes one line of history, signed `by` and dated `now`. A note holds nothing about a person: the form refuses
what looks like it, before.
"""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction

from accounts.models import Team, User
from partners.actions.rows import apply, change
from partners.models import Blocker, KnowHowNote, NoteOpinion, NoteState, Opinion, Procedure
from partners.twins import A_MOMENT, one_at_a_time
from partners.versions import locked, sign

OUTDATED_FROM = 2
"""So many « périmée » put a note back in the review queue; ours, no text fixes it."""


class NoteValues(TypedDict):
    procedure: Procedure
    blocker: Blocker | None
    title: str
    what_solved_it: str
    what_to_bring: str
    links: str


class AlreadyReviewed(Exception):
    """A colleague was quicker: the note does not wait any more."""


@transaction.atomic
def write_note(*, office: Team, by: User, now: datetime, **values: Unpack[NoteValues]) -> KnowHowNote:
    """A new note, that waits for the office's review. The same form twice gives the same one."""
    one_at_a_time(by)
    lately = KnowHowNote.objects.filter(author=by, office=office, written_at__gt=now - A_MOMENT)
    if twin := lately.filter(**values).first():
        return twin
    note = KnowHowNote(office=office, author=by, written_at=now, **values)
    sign(note, by=by, now=now).save()
    return note


def update_note(
    *, note: KnowHowNote, version: int | None, by: User, now: datetime, **values: Unpack[NoteValues]
) -> bool:
    """Change what it says, whatever its state; says whether anything differed. Raises ChangedMeanwhile."""
    return change(note, version, values, by=by, now=now)


@transaction.atomic
def publish_note(
    *, note: KnowHowNote, version: int | None, by: User, now: datetime, **values: Unpack[NoteValues]
) -> KnowHowNote:
    """Reviewed, edited if need be, and shown from now on; what was said before of being outdated counts no more.

    A refused one may be published after all. Raises ChangedMeanwhile.
    """
    fresh = locked(note, version)
    apply(fresh, dict(values))
    return _reviewed(fresh, NoteState.PUBLISHED, by=by, now=now)


@transaction.atomic
def refuse_note(*, note: KnowHowNote, by: User, now: datetime, reason: str = "") -> KnowHowNote:
    """Shown to nobody but its author; kept, with the reason. Raises AlreadyReviewed when it does not wait."""
    fresh = locked(note, None)
    if not fresh.is_to_review:
        raise AlreadyReviewed
    return _reviewed(fresh, NoteState.REFUSED, by=by, now=now, reason=reason)


@transaction.atomic
def give_opinion(*, note: KnowHowNote, opinion: str, by: User, now: datetime) -> KnowHowNote:
    """« Utile » or « périmée », one per person: the last one counts.

    From two « périmée » since its review, a published note waits for another.
    """
    fresh = locked(note, None)
    NoteOpinion.objects.update_or_create(note=fresh, user=by, defaults={"opinion": opinion, "at": now})
    since = fresh.reviewed_at or fresh.written_at
    outdated = fresh.opinions.filter(opinion=Opinion.OUTDATED, at__gte=since).count()
    if fresh.is_published and outdated >= OUTDATED_FROM:
        fresh.state = NoteState.OUTDATED
        sign(fresh, by=by, now=now, reason=f"Signalée périmée par {outdated} personnes").save()
    return fresh


def _reviewed(note: KnowHowNote, state: NoteState, *, by: User, now: datetime, reason: str = "") -> KnowHowNote:
    note.state, note.reviewed_by, note.reviewed_at = state, by, now
    sign(note, by=by, now=now, reason=reason).save()
    return note
