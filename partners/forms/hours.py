"""What may be typed of the regular hours of a local service, of one of its places, of a contact?"""

from typing import Any

from accounts.forms import CarefulForm
from schedules.forms.hours import HoursForm


class RegularHoursForm(HoursForm, CarefulForm):
    """Of a local service or of one of its places."""


class ContactHoursForm(RegularHoursForm):
    """Of a contact, whose sheet the public never sees."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = (
            "Pour les conseillères et conseillers. Par exemple\u00a0: «\u00a0plutôt le matin\u00a0». "
            "Jamais le nom d’un usager."
        )
