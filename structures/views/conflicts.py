"""Somebody saved while this form was open: what is stored now, beside what was typed?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from structures.opened import ChangedMeanwhile


@dataclass(frozen=True)
class Conflict:
    """A sentence without full stop, and each field that differs as (label, stored, typed)."""

    said: str
    differences: list[tuple[str, str, str]]


def conflict(problem: ChangedMeanwhile, typed: forms.Form, stored: forms.Form) -> Conflict:
    """Compare the two; from then on, sending the typed form again overwrites knowingly."""
    found = Conflict(problem.said, list(_differences(typed, stored)))
    data: Any = typed.data
    data = data.copy()
    data["opened"] = stored.initial["opened"]
    typed.data = data
    return found


def _differences(typed: forms.Form, stored: forms.Form) -> Iterator[tuple[str, str, str]]:
    for field in typed.visible_fields():
        now, wanted = _said(stored[field.name]), _said(field)
        if now != wanted:
            yield str(field.label), now, wanted


def _said(field: BoundField) -> str:
    value: Any = field.value()
    if type(field.field) is forms.BooleanField:
        return "oui" if value else "non"
    if isinstance(field.field, forms.ChoiceField):
        picked = {str(item) for item in value} if isinstance(value, list) else {str(value or "")}
        labels: Any = field.field.choices
        return ", ".join(str(label) for code, label in labels if str(code) in picked)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
