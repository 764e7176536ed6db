"""What was forgotten, when, and why?"""

from typing import ClassVar

from django.db import models


class Why(models.TextChoices):
    CLOSED = "closed", "trente jours après la clôture"
    IDLE = "idle", "six mois sans rien"
    ASKED = "asked", "à la demande de la personne"
    REPLAYED = "replayed", "effacée avant une restauration"


class Erasure(models.Model):
    """The identity, the texts and the files of one request are gone; its anonymous count stays."""

    reference = models.CharField("référence", max_length=18, db_index=True)
    at = models.DateTimeField("le")
    why = models.CharField("motif", max_length=8, choices=Why.choices)

    class Meta:
        verbose_name = "effacement"
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.reference} ({self.get_why_display()})"
