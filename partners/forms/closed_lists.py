"""What may be typed about a row of a closed list?"""

from typing import Any

from django import forms

from accounts.forms import CarefulForm
from partners.closed_lists import ClosedList
from partners.forms.fields import version_field


class ClosedListForm(CarefulForm):
    version = version_field()

    def __init__(self, *args: Any, kept: ClosedList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        column: Any = kept.model._meta.get_field("name")
        self.fields["name"] = forms.CharField(label="Intitulé", max_length=column.max_length, help_text=kept.name_help)
