"""What do colleagues share about a request: who saw it, who is on it, what is being typed, which views are kept?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.fields import SealedTextField
from accounts.models import User
from referrals.models.hand_overs import Exchange
from referrals.models.requests import ServiceRequest
from structures.models import Structure


class Viewing(models.Model):
    """Somebody of the site has this request before her, or had."""

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="viewings", verbose_name="demande")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="personne")
    first_at = models.DateTimeField("vue d’abord le")
    last_at = models.DateTimeField("vue encore le")

    class Meta:
        verbose_name = "consultation"
        ordering: ClassVar = ["-last_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "user"],
                name="viewing_is_one_per_person",
                violation_error_message="Cette consultation existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} sur {self.request_id}"


class Mention(models.Model):
    """A note that calls a colleague: it waits on her desk until she opens the request."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="mentions", verbose_name="note")
    user = models.ForeignKey(User, models.CASCADE, related_name="mentions", verbose_name="personne")
    seen_at = models.DateTimeField("vue le", null=True, blank=True)

    class Meta:
        verbose_name = "mention"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["exchange", "user"],
                name="mention_is_made_once",
                violation_error_message="Cette personne est déjà mentionnée.",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["user"], condition=Q(seen_at__isnull=True), name="mentions_not_seen")]

    def __str__(self) -> str:
        return f"Mention de {self.user_id}"


class Draft(models.Model):
    """What somebody is typing, saved as she goes, sealed: the browser keeps nothing of it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts", verbose_name="personne")
    form = models.CharField("formulaire", max_length=30)
    about = models.CharField("à propos de", max_length=40, blank=True, help_text="Une référence, ou une structure.")
    typed = SealedTextField("saisie", help_text="Les champs du formulaire, en JSON.")
    saved_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "brouillon"
        ordering: ClassVar = ["-saved_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "form", "about"],
                name="draft_is_one_per_form",
                violation_error_message="Ce brouillon existe déjà.",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["saved_at"], name="drafts_by_age")]

    def __str__(self) -> str:
        return f"Brouillon {self.form} de {self.user_id}"


class SavedView(models.Model):
    """Filters of the list under a name, for one person or for all her site."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views", verbose_name="personne")
    structure = models.ForeignKey(
        Structure,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_views",
        verbose_name="partagée avec",
        help_text="Vide\u00a0: pour elle seule.",
    )
    name = models.CharField("nom", max_length=60)
    query = models.CharField("filtres", max_length=500, blank=True, help_text="Comme dans l’adresse de la liste.")
    created_at = models.DateTimeField("créée le")

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_view_has_one_name",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.name
