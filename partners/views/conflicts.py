"""Someone saved the row while this form was open: what is shown, so that nobody overwrites anybody without knowing?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from partners.versions import ChangedMeanwhile
from schedules.wording import spoken_moment


@dataclass(frozen=True)
class Conflict:
    """Who saved when, and each field as (label, saved, typed)."""

    by: str
    at: str
    differences: list[tuple[str, str, str]]


def conflict(problem: ChangedMeanwhile, typed: forms.Form, saved: forms.Form) -> Conflict:
    """Compare what was typed with what is saved now; from then on, saving the typed form overwrites knowingly."""
    data: Any = cast(QueryDict, typed.data).copy()
    data["version"] = saved.initial["version"]
    typed.data = data
    by = str(problem.by) if problem.by else "L’application"
    return Conflict(by, spoken_moment(problem.at), list(_differences(typed, saved)))


def _differences(typed: forms.Form, saved: forms.Form) -> Iterator[tuple[str, str, str]]:
    for field in typed.visible_fields():
        before, after = _said(saved[field.name]), _said(field)
        if before != after:
            yield str(field.label), before, after


def _said(field: BoundField) -> str:
    value: Any = field.value()
    if isinstance(value, bool) or isinstance(field.field, forms.BooleanField):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value).replace("\r\n", "\n").strip()
    if text and isinstance(field.field, forms.ModelChoiceField):
        choices = cast(Iterable[tuple[Any, Any]], field.field.choices)
        return next((str(label) for key, label in choices if str(key) == text), text)
    return text
