"""How long may the resident wait for an answer, and in which unit is it counted?"""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce

from referrals.deadlines import Unit


def deadline(of: str = "") -> Coalesce:
    """The deadline that counts, to sort and to compare by: of the return, else the first; `of`: the path to a request.

    Indexed in these very words on the open requests.
    """
    return Coalesce(f"{of}return_due_at", f"{of}due_at")


class Promise(models.Model):
    """How long the resident may wait for an answer, from a date on."""

    starts_on = models.DateField("à partir du", unique=True)
    hours = models.PositiveSmallIntegerField("heures", default=72)
    unit = models.CharField("unité", max_length=12, choices=[(u.value, u.label) for u in Unit], default=Unit.CALENDAR)

    class Meta:
        verbose_name = "promesse de réponse"
        verbose_name_plural = "promesses de réponse"
        ordering: ClassVar = ["-starts_on"]

    def __str__(self) -> str:
        return f"{self.hours} h ({self.get_unit_display()}) depuis le {self.starts_on}"

    @classmethod
    def in_force(cls, day: date) -> "Promise":
        """The latest one that has started; the 72 calendar hours of the charter when none was entered."""
        return cls.objects.filter(starts_on__lte=day).order_by("-starts_on").first() or cls(
            starts_on=day, hours=72, unit=Unit.CALENDAR
        )
