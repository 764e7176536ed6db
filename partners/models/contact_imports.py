"""What does a spreadsheet of contacts propose, what was written of it, and what was there before?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Team, User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models.contacts import Contact

THE_COMMAND = "la commande import_contacts"


class ContactImportState(models.TextChoices):
    PREVIEW = "preview", "à relire"
    APPLYING = "applying", "en cours"
    APPLIED = "applied", "terminé"
    UNDONE = "undone", "annulé"
    ABANDONED = "abandoned", "abandonné"


class ContactImportQuerySet(ScopedQuerySet["ContactImport"]):
    team_paths: ClassVar = {TeamKind.PARTNER_OFFICE: "office"}


class ContactImport(models.Model):
    """One file of contacts and rules, read and compared; applied as a whole, undone as a whole."""

    office = models.ForeignKey(
        Team, models.PROTECT, related_name="contact_imports", verbose_name="gestion des partenaires"
    )
    file_name = models.CharField("fichier", max_length=200)
    file_sha256 = models.CharField("empreinte", max_length=64)
    rows_read = models.PositiveIntegerField("lignes lues", default=0)
    rows_unchanged = models.PositiveIntegerField("lignes sans changement", default=0)
    state = models.CharField(
        "état", max_length=9, choices=ContactImportState.choices, default=ContactImportState.PREVIEW
    )
    author = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
        help_text="Vide\u00a0: la commande.",
    )
    uploaded_at = models.DateTimeField("déposé le")
    applied_at = models.DateTimeField("appliqué le", null=True, blank=True)
    touched_at = models.DateTimeField("dernière avancée le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    objects: ClassVar[ContactImportQuerySet] = ContactImportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "import d’interlocuteurs"
        verbose_name_plural = "imports d’interlocuteurs"
        ordering: ClassVar = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def by(self) -> str:
        """Who opened it, or last decided on it."""
        return str(self.author) if self.author else THE_COMMAND


class ContactLineKind(models.TextChoices):
    CREATED = "created", "à créer"
    CHANGED = "changed", "à modifier"
    REFUSED = "refused", "refusée"


class ContactImportLine(models.Model):
    """One row of the file: what it would write, and after applying, what was there before."""

    batch = models.ForeignKey(ContactImport, models.CASCADE, related_name="lines", verbose_name="import")
    number = models.PositiveIntegerField("ligne")
    kind = models.CharField("nature", max_length=8, choices=ContactLineKind.choices)
    name = models.CharField("interlocuteur", max_length=160, blank=True)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="interlocuteur"
    )
    values = models.JSONField("valeurs lues", default=dict, blank=True)
    differences = models.JSONField("différences", default=list, blank=True)
    before = models.JSONField("avant", null=True, blank=True)
    problems = models.JSONField("problèmes", default=list, blank=True, help_text="Colonne et raison.")
    applied_at = models.DateTimeField("appliquée le", null=True, blank=True)

    class Meta:
        verbose_name = "ligne d’import d’interlocuteurs"
        verbose_name_plural = "lignes d’import d’interlocuteurs"
        ordering: ClassVar = ["batch", "number", "pk"]
        indexes: ClassVar = [models.Index(fields=["batch", "kind", "number", "id"], name="contact_line_by_kind")]
        constraints: ClassVar = [
            models.CheckConstraint(name="contact_line_kind_is_known", condition=Q(kind__in=ContactLineKind.values))
        ]

    def __str__(self) -> str:
        return f"ligne {self.number} · {self.name}"
