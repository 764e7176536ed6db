"""Who is the resident, how may she be found again, and what did she allow?"""

from typing import ClassVar

from django.db import models

from accounts.fields import SealedTextField
from accounts.models import User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models import Procedure
from referrals.models.requests import ServiceRequest


class IdentityQuerySet(ScopedQuerySet["Identity"]):
    team_paths: ClassVar = {TeamKind.STRUCTURE: "request__structure__team"}


class Identity(models.Model):
    """Who the resident is: only when a hand-over needs it, in a table of its own, for the site and the contact."""

    request = models.OneToOneField(ServiceRequest, models.CASCADE, related_name="identity", verbose_name="demande")
    name = SealedTextField("nom ou initiales", blank=True)
    reach = SealedTextField("moyen de rappeler", blank=True)
    file_number = SealedTextField("numéro de dossier", blank=True)
    has_no_file_number = models.BooleanField("n’a pas ce numéro", db_default=False, default=False)

    objects: ClassVar[IdentityQuerySet] = IdentityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "identité"

    def __str__(self) -> str:
        return f"Identité de {self.request_id}"


class MarkKind(models.TextChoices):
    PHONE = "phone", "téléphone"
    MAIL = "mail", "adresse électronique"
    NAME = "name", "mot du nom"


class IdentityMark(models.Model):
    """One keyed digest of a phone number, an address or a word of a name: it finds, and says nothing."""

    identity = models.ForeignKey(Identity, models.CASCADE, related_name="marks", verbose_name="identité")
    kind = models.CharField("nature", max_length=5, choices=MarkKind.choices)
    digest = models.CharField("empreinte", max_length=32)

    class Meta:
        verbose_name = "empreinte"
        indexes: ClassVar = [models.Index(fields=["digest", "identity"], name="identity_by_mark")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["identity", "kind", "digest"],
                name="mark_is_written_once",
                violation_error_message="Cette empreinte existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} de {self.identity_id}"


class MandateQuerySet(ScopedQuerySet["Mandate"]):
    team_paths: ClassVar = {TeamKind.STRUCTURE: "request__structure__team"}


class Mandate(models.Model):
    """What the resident allowed a professional to do in her name: needed as soon as somebody types for her."""

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="mandates", verbose_name="demande")
    purpose = models.CharField(
        "pour", max_length=200, help_text="Par exemple\u00a0: déclarer les ressources du trimestre."
    )
    procedures = models.ManyToManyField(Procedure, related_name="+", verbose_name="démarches")
    given_on = models.DateField("donné le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    on_paper = models.BooleanField("signé sur papier", default=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="noté par")
    recorded_at = models.DateTimeField("noté le")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects: ClassVar[MandateQuerySet] = MandateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "mandat"
        ordering: ClassVar = ["-given_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mandate_ends_after_it_is_given",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("given_on")),
                violation_error_message="Un mandat finit après avoir été donné.",
            )
        ]

    def __str__(self) -> str:
        return f"Mandat de {self.request_id}"
