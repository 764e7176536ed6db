"""Which notes may be read, which come first before a hand-over, which wait for a review, and what is said of them?"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from accounts.models import Team, User
from partners.models import Blocker, KnowHowNote, NoteState, Opinion, Procedure
from partners.search import LONGEST_SEARCH, matching
from territories.spelling import query_words

SHOWN_BEFORE_A_HAND_OVER = 3
_USEFUL = Count("opinions", filter=Q(opinions__opinion=Opinion.USEFUL))


def to_review(office: Team) -> int:
    """How many notes of this office wait for its manager."""
    return KnowHowNote.objects.filter(office=office).to_review().count()


def queue(offices: Collection[Team]) -> QuerySet[KnowHowNote]:
    """Those that wait for these managers, the oldest first."""
    rows = KnowHowNote.objects.filter(office__in=offices).to_review().select_related("procedure", "blocker", "author")
    return rows.order_by("written_at", "pk")


def readable(user: User, offices: Collection[int]) -> QuerySet[KnowHowNote]:
    """Those that the offices (keys of teams) that serve her have published, hers, and all of an office she is in."""
    served = Q(office__in=offices, state__in=(NoteState.PUBLISHED, NoteState.OUTDATED))
    own_office = Q(pk__in=KnowHowNote.objects.visible_to(user).values("pk"))
    return KnowHowNote.objects.filter(served | Q(author=user) | own_office).select_related("procedure", "blocker")


def listed(
    rows: QuerySet[KnowHowNote], text: str = "", procedure: Procedure | None = None, blocker: Blocker | None = None
) -> QuerySet[KnowHowNote]:
    """What is left of them by démarche, by what blocks and by words; by démarche, the most useful first."""
    if procedure is not None:
        rows = rows.filter(procedure=procedure)
    if blocker is not None:
        rows = rows.filter(Q(blocker=blocker) | Q(blocker__isnull=True))
    for word in query_words(text[:LONGEST_SEARCH]):
        rows = rows.filter(matching(word, "search_text") | matching(word, "procedure__search_text"))
    return rows.annotate(useful=_USEFUL).order_by("procedure__name", "-useful", "-reviewed_at", "-pk")


@dataclass(frozen=True)
class Known:
    """What is known before one asks: the first notes, and whether there are more."""

    notes: list[KnowHowNote]
    has_more: bool


def before_a_hand_over(office: Team | None, procedure: int, blocker: int | None) -> Known:
    """The published notes of the démarche, those about what blocks first, then the most useful; one query."""
    if office is None:
        return Known([], has_more=False)
    about_it = Case(When(blocker__isnull=False, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = (
        KnowHowNote.objects.filter(office=office)
        .published()
        .about(procedure, blocker)
        .annotate(useful=_USEFUL)
        .order_by(about_it, "-useful", "-reviewed_at", "-pk")
    )
    found = list(rows[: SHOWN_BEFORE_A_HAND_OVER + 1])
    return Known(found[:SHOWN_BEFORE_A_HAND_OVER], has_more=len(found) > SHOWN_BEFORE_A_HAND_OVER)


@dataclass(frozen=True)
class Said:
    """What readers say of a note: how many find it useful, how many outdated, and this reader's own word."""

    useful: int
    outdated: int
    own: str


def opinions_of(note: KnowHowNote, user: User) -> Said:
    """One query."""
    rows = list(note.opinions.values_list("user_id", "opinion"))
    counted = [opinion for _, opinion in rows]
    own = next((opinion for person, opinion in rows if person == user.pk), "")
    return Said(counted.count(Opinion.USEFUL), counted.count(Opinion.OUTDATED), own)
