"""How is the ordinary week of a person typed?"""

from collections.abc import Iterator
from dataclasses import replace

from django import forms

from accounts.forms import CarefulForm
from schedules.forms.hours import HoursForm
from schedules.forms.rows import DayRow


class PresenceForm(HoursForm, CarefulForm):
    """Her hours, whatever the way people are received during them; the public sees none of it."""

    note = forms.CharField(
        label="Précision",
        required=False,
        max_length=200,
        help_text="Pour l’équipe, jamais montrée au public. Ni santé, ni raison d’une absence.",
    )

    def days(self) -> Iterator[DayRow]:
        for row in super().days():
            yield replace(row, stretches=[replace(stretch, access=None) for stretch in row.stretches])
