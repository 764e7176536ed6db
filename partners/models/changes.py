"""What hung from a sheet, before and after one line of its history: what undoing that line puts back."""

from typing import ClassVar

from django.db import models

from partners.models.contacts import Contact
from partners.models.local_services import LocalService


class _Change(models.Model):
    """`before` and `after` have the parts that differ: whole or, of rows that keep a number, the rows that differ."""

    line = models.BigIntegerField("ligne de l’historique", unique=True)
    before = models.JSONField("avant")
    after = models.JSONField("après")

    class Meta:
        abstract = True
        ordering: ClassVar = ["-line"]


class LocalServiceChange(_Change):
    """Its parts: limits, areas, hours, places; by number: workshops, months, sessions, members."""

    service = models.ForeignKey(LocalService, models.CASCADE, related_name="changes", verbose_name="service")

    class Meta(_Change.Meta):
        verbose_name = "changement autour d’un service local"
        verbose_name_plural = "changements autour d’un service local"

    def __str__(self) -> str:
        return f"{self.service_id} · {self.line}"


class ContactChange(_Change):
    """Its part: hours."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="changes", verbose_name="interlocuteur")

    class Meta(_Change.Meta):
        verbose_name = "changement des horaires d’un interlocuteur"
        verbose_name_plural = "changements des horaires des interlocuteurs"

    def __str__(self) -> str:
        return f"{self.contact_id} · {self.line}"
