"""What was changed on a structure, by whom, from what to what, and was it undone?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import TeamKind
from accounts.scoping import ScopedQuerySet
from structures.models.people import Counsellor
from structures.models.places import Location
from structures.models.structures import Structure


class What(models.TextChoices):
    """The things that are changed, kept and undone as a whole."""

    HOURS = "hours", "horaires"
    EXCEPTIONS = "exceptions", "fermetures et ouvertures exceptionnelles"
    STRUCTURE_CLOSURES = "closures", "fermetures de toute la structure"
    STRUCTURE = "structure", "fiche de la structure"
    LOCATION = "location", "lieu"
    LABEL = "label", "label"
    COUNSELLOR = "counsellor", "équipe"
    PRESENCE = "presence", "présence d’un conseiller"


class ChangeQuerySet(ScopedQuerySet["Change"]):
    team_paths: ClassVar = {
        TeamKind.STRUCTURE: "structure__team",
        TeamKind.COORDINATION: "structure__coordination",
    }


class Change(models.Model):
    """Before and after, as JSON. Written once; undoing is another change that says which one it undoes."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="changes", verbose_name="structure")
    location = models.ForeignKey(
        Location, models.SET_NULL, null=True, blank=True, related_name="changes", verbose_name="lieu"
    )
    counsellor = models.ForeignKey(
        Counsellor, models.SET_NULL, null=True, blank=True, related_name="changes", verbose_name="conseiller"
    )
    what = models.CharField("objet", max_length=10, choices=What.choices)
    before = models.JSONField("avant", null=True, help_text="Vide : cela n’existait pas.")
    after = models.JSONField("après", null=True, help_text="Vide : cela n’existe plus.")
    at = models.DateTimeField("le")
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    actor = models.CharField("qui", max_length=200, help_text="Le nom affiché, même sans compte.")
    undoes = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="undone_by", verbose_name="annule"
    )

    objects: ClassVar[ChangeQuerySet] = ChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "modification"
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["structure", "-at", "-id"], name="change_history_of_structure")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="change_what_is_known",
                condition=Q(what__in=What.values),
                violation_error_message="Cet objet de modification n’existe pas.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_what_display()}"
