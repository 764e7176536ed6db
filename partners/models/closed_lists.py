"""Which words does the partner office keep in closed lists: what a démarche is about, and what stands in the way?"""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from simple_history.models import HistoricalRecords

Row = TypeVar("Row", bound="ClosedListRow")


class ClosedListQuerySet(models.QuerySet[Row]):
    def in_use(self) -> Self:
        """Those that may still be chosen: a retired one stays where it was used."""
        return self.filter(is_active=True)


class ClosedListRow(models.Model):
    """A word of a list that the partner office keeps in its own order; nothing in it is ever deleted.

    Positions are 1 to n over the whole list, retired rows among them.
    """

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("intitulé", max_length=100)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    is_active = models.BooleanField("proposé", default=True, db_default=True)
    loaded_values = models.JSONField(default=dict, editable=False)
    history = HistoricalRecords(excluded_fields=["loaded_values"], inherit=True)

    objects: ClassVar[ClosedListQuerySet[Any]] = ClosedListQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Theme(ClosedListRow):
    """What a démarche is about, as the public would say it."""

    name = models.CharField("intitulé", max_length=60, unique=True)

    objects: ClassVar[ClosedListQuerySet["Theme"]]

    class Meta(ClosedListRow.Meta):
        verbose_name = "thème"


class Blocker(ClosedListRow):
    """What stands in the way."""

    objects: ClassVar[ClosedListQuerySet["Blocker"]]

    class Meta(ClosedListRow.Meta):
        verbose_name = "blocage"
