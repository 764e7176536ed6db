"""Someone saved the row while this form was open: what is shown, so that nobody overwrites anybody without knowing?"""

from dataclasses import dataclass
from functools import partial

from django import forms

from accounts.conflicts import Difference, differences, send_again
from partners.versions import ChangedMeanwhile
from schedules.wording import spoken_date, spoken_moment


@dataclass(frozen=True)
class Conflict:
    """Who saved when (empty when nobody knows), and each field as (label, saved, typed)."""

    by: str
    at: str
    differences: list[Difference]


def conflict(problem: ChangedMeanwhile, typed: forms.Form, saved: forms.Form) -> Conflict:
    """Compare what was typed with what is saved now; from then on, saving the typed form overwrites knowingly."""
    found = differences(typed, saved, in_words=partial(spoken_date, with_year=True))
    send_again(typed, saved, mark="version")
    by = str(problem.by) if problem.by else "L’application"
    at = spoken_moment(problem.at) if problem.at else ""
    return Conflict(by, at, found)
