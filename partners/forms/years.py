"""Which year is looked at: a civil one, or a school one?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from accounts.forms import CarefulForm
from partners.activity import Year
from partners.session_calendar import school_year_of

_YEARS_BACK, _YEARS_AHEAD = 5, 1


class YearForm(CarefulForm):
    """Both fields in the address; what is wrong or missing is this year."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, required=False)
    type = forms.ChoiceField(
        label="Comptée", choices=(("", "de janvier à décembre"), ("scolaire", "de septembre à août")), required=False
    )

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        self.today = today
        self.is_school_year = data.get("type") == "scolaire"
        this_year = school_year_of(today) if self.is_school_year else today.year
        shown = {"type": data.get("type", ""), "annee": data.get("annee") or this_year}
        super().__init__(shown)
        years = range(this_year + _YEARS_AHEAD, this_year - _YEARS_BACK, -1)
        self.this_year = this_year
        self.fields["annee"].choices = [  # type: ignore[attr-defined]
            (year, f"{year}-{year + 1}" if self.is_school_year else str(year)) for year in years
        ]

    def year(self) -> Year:
        self.is_valid()
        return Year(self.cleaned_data.get("annee") or self.this_year, self.is_school_year)
