"""Somebody saved while this form was open: what is stored now, beside what was typed?"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

Difference = tuple[str, str, str]
"""The label of a field, what is stored, what was typed."""


def differences(typed: forms.Form, stored: forms.Form, *, in_words: Callable[[date], str]) -> list[Difference]:
    """Each visible field that the two forms say differently, in the order of the form; `in_words` says a date."""
    return [
        (str(field.label), before, after)
        for field in typed.visible_fields()
        if (before := _said(stored[field.name], in_words)) != (after := _said(field, in_words))
    ]


def send_again(typed: forms.Form, stored: forms.Form, *, mark: str) -> None:
    """From now on, sending the typed form overwrites knowingly: its `mark` is that of what is stored."""
    data: Any = typed.data
    data = data.copy()
    data[mark] = stored.initial[mark]
    typed.data = data


def _said(field: BoundField, in_words: Callable[[date], str]) -> str:
    value: Any = field.value()
    if isinstance(field.field, forms.ChoiceField):
        return _chosen(value, field.field)
    if isinstance(value, bool) or type(field.field) is forms.BooleanField:
        return "oui" if value else "non"
    if isinstance(field.field, forms.DateField):
        value = _day(value, field.field)
    if isinstance(value, date):
        return in_words(value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _chosen(value: Any, field: forms.ChoiceField) -> str:
    """The labels of what was chosen; what is not among the choices is said as it was sent."""
    picked = [str(item) for item in value] if isinstance(value, list | tuple) else ["" if value is None else str(value)]
    labels = {str(code): str(label) for code, label in _flat(field.choices)}
    if known := [label for code, label in labels.items() if code in picked]:
        return ", ".join(known)
    return ", ".join(picked)


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for code, label in choices:
        if isinstance(label, Iterable) and not isinstance(label, str):
            yield from _flat(label)
        else:
            yield code, label


def _day(value: Any, field: forms.DateField) -> Any:
    """The date that was typed, or the text when it is none."""
    try:
        return field.to_python(value)
    except ValidationError:
        return value
