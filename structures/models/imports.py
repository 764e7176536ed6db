"""What does a file of the national list propose, and what was accepted of it?"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import Team, User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from structures.models.structures import Structure


class DraftState(models.TextChoices):
    PREVIEW = "preview", "à relire"
    APPLYING = "applying", "en cours"
    APPLIED = "applied", "terminé"
    ABANDONED = "abandoned", "abandonné"


class ImportDraftQuerySet(ScopedQuerySet["ImportDraft"]):
    team_paths: ClassVar = {TeamKind.COORDINATION: "coordination"}


class ImportDraft(models.Model):
    """One file, read and compared, waiting for a person to say what to take."""

    coordination = models.ForeignKey(
        Team,
        models.PROTECT,
        related_name="import_drafts",
        verbose_name="coordination",
        limit_choices_to={"kind": TeamKind.COORDINATION},
    )
    file_name = models.CharField("fichier", max_length=200)
    file_sha256 = models.CharField("empreinte", max_length=64)
    edition = models.CharField("édition", max_length=40, blank=True)
    rows_read = models.PositiveIntegerField("lignes lues", default=0)
    rows_unchanged = models.PositiveIntegerField("lignes sans changement", default=0)
    rows_elsewhere = models.PositiveIntegerField("lignes d’autres départements", default=0)
    state = models.CharField("état", max_length=9, choices=DraftState.choices, default=DraftState.PREVIEW)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    uploaded_at = models.DateTimeField("déposé le")
    applied_at = models.DateTimeField("appliqué le", null=True, blank=True)
    touched_at = models.DateTimeField("dernière avancée le", null=True, blank=True)

    objects: ClassVar[ImportDraftQuerySet] = ImportDraftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "import de la liste nationale"
        verbose_name_plural = "imports de la liste nationale"
        ordering: ClassVar = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class LineKind(models.TextChoices):
    NEW = "new", "nouvelle"
    CHANGED = "changed", "modifiée"
    CONFLICT = "conflict", "en conflit"
    CLOSED = "closed", "absente du fichier"
    REFUSED = "refused", "refusée"


class LineState(models.TextChoices):
    WAITING = "waiting", "à décider"
    ACCEPTED = "accepted", "acceptée"
    APPLIED = "applied", "appliquée"
    FAILED = "failed", "impossible"


class ImportLineQuerySet(models.QuerySet["ImportLine"]):
    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class ImportLine(models.Model):
    """One structure that the file would create, change or close, or one row that is refused. The rest is counted."""

    draft = models.ForeignKey(ImportDraft, models.CASCADE, related_name="lines", verbose_name="import")
    number = models.PositiveIntegerField("ligne", null=True, blank=True, help_text="L’en-tête est la ligne 1.")
    kind = models.CharField("nature", max_length=8, choices=LineKind.choices)
    state = models.CharField("décision", max_length=8, choices=LineState.choices, default=LineState.WAITING)
    id_fs = models.CharField("matricule", max_length=12, blank=True)
    name = models.CharField("nom", max_length=200, blank=True)
    structure = models.ForeignKey(
        Structure, models.CASCADE, null=True, blank=True, related_name="import_lines", verbose_name="structure"
    )
    row = models.JSONField("ligne lue", default=dict, blank=True)
    differences = models.JSONField("différences", default=list, blank=True)
    reason = models.TextField("raison", blank=True)

    objects = ImportLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne d’import"
        verbose_name_plural = "lignes d’import"
        ordering: ClassVar = ["draft", "number", "pk"]
        indexes: ClassVar = [models.Index(fields=["draft", "kind", "number", "id"], name="import_line_by_kind")]
        constraints: ClassVar = [
            models.CheckConstraint(name="import_line_kind_is_known", condition=Q(kind__in=LineKind.values)),
            models.CheckConstraint(name="import_line_state_is_known", condition=Q(state__in=LineState.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id_fs}"
