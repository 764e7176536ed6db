"""Which files and which incoming mails belong to a request, and where does each one stand?"""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.fields import SealedTextField
from accounts.models import User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models import Contact
from referrals.attachments.harmless import size_in_words
from referrals.models.hand_overs import Exchange, Referral
from referrals.models.requests import ServiceRequest


class FileKind(models.TextChoices):
    """What may be attached; recognised by its content, never by its name."""

    PDF = "pdf", "PDF"
    JPEG = "jpeg", "photo JPEG"
    PNG = "png", "image PNG"


class Scan(models.TextChoices):
    CLEAN = "clean", "analysé, sain"
    NOT_SCANNED = "not_scanned", "non analysé"


class AttachmentQuerySet(ScopedQuerySet["Attachment"]):
    team_paths: ClassVar = {TeamKind.STRUCTURE: "request__structure__team"}

    def kept(self) -> Self:
        return self.filter(erased_at__isnull=True)

    def readable_by(self, contact: Contact) -> Self:
        """What a contact asked about a request may open: what she sent, and what the site attached for her."""
        return self.kept().filter(Q(contact=contact) | Q(contact__isnull=True, added_by__isnull=False))


class Attachment(models.Model):
    """A file of a request, sealed in the vault under its key; the row says what it is, never what it holds."""

    key = models.UUIDField("clé", default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="attachments", verbose_name="demande")
    exchange = models.ForeignKey(
        Exchange, models.SET_NULL, null=True, blank=True, related_name="attachments", verbose_name="échange"
    )
    name = SealedTextField("nom du fichier", blank=True)
    kind = models.CharField("nature", max_length=4, choices=FileKind.choices)
    size = models.PositiveIntegerField("taille en octets")
    digest = models.CharField("empreinte", max_length=64, help_text="La même deux fois\u00a0: un seul fichier.")
    scan = models.CharField("analyse", max_length=11, choices=Scan.choices, default=Scan.NOT_SCANNED)
    added_at = models.DateTimeField("ajouté le")
    added_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ajouté par"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="envoyé par"
    )
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    objects: ClassVar[AttachmentQuerySet] = AttachmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering: ClassVar = ["added_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "digest"],
                condition=Q(erased_at__isnull=True),
                name="attachment_is_kept_once",
                violation_error_message="Ce fichier est déjà joint.",
            )
        ]

    def __str__(self) -> str:
        return f"Pièce {self.pk} de {self.request_id}"

    @property
    def spoken_size(self) -> str:
        """« 340 Ko »."""
        return size_in_words(self.size)


class Verdict(models.TextChoices):
    """What became of a mail that came in."""

    ATTACHED = "attached", "rattaché à sa demande"
    AWAY = "away", "réponse d’absence"
    AUTOMATIC = "automatic", "réponse automatique"
    BOUNCE = "bounce", "message revenu"
    LOOP = "loop", "boucle de messages"
    UNKNOWN_SENDER = "unknown", "expéditeur inconnu"
    NO_ADDRESS = "no_address", "sans adresse signée"
    CLOSED = "closed", "demande close ou lien terminé"
    EMPTY = "empty", "rien d’écrit"
    UNDECIDED = "undecided", "de plusieurs demandes, à rattacher"
    TOO_BIG = "too_big", "trop volumineux"
    UNREADABLE = "unreadable", "illisible"


class IncomingMail(models.Model):
    """A mail that came in, once: what it was taken for, and its original, sealed in the vault, until it is erased."""

    digest = models.CharField(
        "empreinte", max_length=64, unique=True, help_text="De son identifiant, sinon de son contenu."
    )
    received_at = models.DateTimeField("reçu le")
    verdict = models.CharField("suite", max_length=10, choices=Verdict.choices)
    referral = models.ForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="incoming_mails", verbose_name="transmission"
    )
    exchange = models.OneToOneField(
        Exchange, models.SET_NULL, null=True, blank=True, related_name="incoming_mail", verbose_name="échange"
    )
    original = models.UUIDField(
        "original", null=True, blank=True, help_text="Sa clé dans le coffre\u00a0; vide\u00a0: non gardé, ou effacé."
    )
    was_masked = models.BooleanField("un numéro interdit y a été masqué", default=False)

    class Meta:
        verbose_name = "message reçu"
        verbose_name_plural = "messages reçus"
        ordering: ClassVar = ["-received_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["received_at"], condition=Q(original__isnull=False), name="incoming_mail_still_kept")
        ]

    def __str__(self) -> str:
        return f"Message reçu nᵒ {self.pk} ({self.get_verdict_display()})"
