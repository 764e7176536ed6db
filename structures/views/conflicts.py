"""Somebody saved the sheet of a structure while this form was open: in which words is it said?"""

from dataclasses import dataclass
from functools import partial

from django import forms

from accounts.conflicts import Difference, differences, send_again
from schedules.wording import spoken_date
from structures.opened import ChangedMeanwhile


@dataclass(frozen=True)
class Conflict:
    """A sentence without full stop, and each field that differs as (label, stored, typed)."""

    said: str
    differences: list[Difference]


def conflict(problem: ChangedMeanwhile, typed: forms.Form, stored: forms.Form) -> Conflict:
    """Compare the two; from then on, sending the typed form again overwrites knowingly."""
    found = differences(typed, stored, in_words=partial(spoken_date, with_year=True))
    send_again(typed, stored, mark="opened")
    return Conflict(problem.said, found)
