"""What solved this démarche before, when this stood in the way?"""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import Team, User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models.closed_lists import Blocker
from partners.models.operators import Procedure
from territories.fields import PlainTextField


class NoteState(models.TextChoices):
    DRAFT = "draft", "à relire"
    PUBLISHED = "published", "publiée"
    OUTDATED = "outdated", "périmée"
    REFUSED = "refused", "refusée"


class KnowHowNoteQuerySet(ScopedQuerySet["KnowHowNote"]):
    team_paths: ClassVar = {TeamKind.PARTNER_OFFICE: "office"}

    def published(self) -> Self:
        return self.filter(state=NoteState.PUBLISHED)

    def to_review(self) -> Self:
        """New ones, and published ones that two readers called outdated."""
        return self.filter(state__in=(NoteState.DRAFT, NoteState.OUTDATED))

    def about(self, procedure: int, blocker: int | None) -> Self:
        """Those of the démarche, for this blocker or for any."""
        return self.filter(procedure=procedure).filter(Q(blocker__isnull=True) | Q(blocker=blocker))


class KnowHowNote(models.Model):
    """A note (fiche) by démarche and blocker. It never holds anything about a person."""

    office = models.ForeignKey(
        Team,
        models.PROTECT,
        related_name="know_how_notes",
        verbose_name="gestion des partenaires",
        limit_choices_to={"kind": TeamKind.PARTNER_OFFICE},
    )
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="notes", verbose_name="démarche")
    blocker = models.ForeignKey(
        Blocker, models.CASCADE, null=True, blank=True, related_name="notes", verbose_name="ce qui bloque"
    )
    title = models.CharField("titre", max_length=120)
    what_solved_it = models.TextField("ce qui a débloqué", max_length=3000)
    what_to_bring = models.TextField("à apporter", max_length=500, blank=True)
    links = models.TextField("liens", max_length=1000, blank=True, help_text="Un par ligne.")
    search_text = PlainTextField(sources=["title", "what_solved_it"])
    state = models.CharField("état", max_length=9, choices=NoteState.choices, default=NoteState.DRAFT)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="écrite par")
    written_at = models.DateTimeField("écrite le")
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="relue par"
    )
    reviewed_at = models.DateTimeField("relue le", null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["search_text"])

    objects: ClassVar[KnowHowNoteQuerySet] = KnowHowNoteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "fiche"
        ordering: ClassVar = ["procedure_id", "-reviewed_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="know_how_state_is_known", condition=Q(state__in=NoteState.values)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.state == NoteState.PUBLISHED

    @property
    def is_to_review(self) -> bool:
        return self.state in (NoteState.DRAFT, NoteState.OUTDATED)

    def said_on(self) -> date:
        return timezone.localtime(self.reviewed_at or self.written_at).date()

    def addresses(self) -> list[str]:
        """Its links, one each."""
        return [line.strip() for line in self.links.splitlines() if line.strip()]


class Opinion(models.TextChoices):
    USEFUL = "useful", "utile"
    OUTDATED = "outdated", "périmée"


class NoteOpinion(models.Model):
    """« Utile » or « périmée », once per person."""

    note = models.ForeignKey(KnowHowNote, models.CASCADE, related_name="opinions", verbose_name="fiche")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="par")
    opinion = models.CharField("avis", max_length=8, choices=Opinion.choices)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "avis sur une fiche"
        verbose_name_plural = "avis sur les fiches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "user"], name="one_opinion_per_person_and_note"),
        ]

    def __str__(self) -> str:
        return f"{self.note_id} · {self.opinion}"
