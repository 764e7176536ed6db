"""How are the filters of the list shown: the chips of those in force, and the panel to choose others?"""

import hashlib
from dataclasses import dataclass

from django import forms
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from partners.names import Names
from referrals.finding.words import Found
from referrals.forms import RequestFilterForm
from schedules.wording import NBSP, enumerated, spoken_date

_KEPT_FOR_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, in words, and the address of the list without it."""

    label: str
    url: str


def chips(form: RequestFilterForm, names: Names, base: str) -> list[Chip]:
    """One for each filter in force; the order is not one."""
    found = []
    for name, value in form.cleaned_data.items():
        if not value or name == "tri":
            continue
        query = form.query(without=name)
        found.append(Chip(_in_words(form, name, value, names), f"{base}?{query}" if query else base))
    return found


def _in_words(form: RequestFilterForm, name: str, value: object, names: Names) -> str:
    field = form.fields[name]
    if name == "trouvees" and isinstance(value, Found):
        return _found_in_words(value)
    if name == "operateur":
        pk = names.operator_pk(str(value))
        return names.operator(pk) if pk else str(value)
    if name == "demarche":
        return f"Démarche{NBSP}: {form.data[name].strip()}"
    if name in ("depuis", "jusqua"):
        return f"{field.label} {spoken_date(value, with_year=True)}"  # type: ignore[arg-type]
    if isinstance(field, forms.BooleanField):
        return str(field.label)
    if isinstance(field, forms.ChoiceField):
        return f"{field.label}{NBSP}: {dict(field.choices)[value].lower()}"  # type: ignore[arg-type]
    return str(value)


def _found_in_words(found: Found) -> str:
    """By what it was found, never what was typed."""
    means = {
        "la personne": found.people,
        "les notes et réponses": found.texts,
        "la démarche": found.procedures,
        "l’opérateur": found.operators,
    }
    by = enumerated([words for words, pks in means.items() if pks])
    return f"Trouvées par {by}" if by else "Recherche sans résultat"


def panel(form: RequestFilterForm, names: Names) -> SafeString:
    """The fields. The same filters and the same names of operators make the same panel: it is kept."""
    if form.errors:
        form.read_again(names)
        return SafeString(render_to_string("referrals/_filters.html", {"form": form}))
    text = f"{names.version} {form.query()}"
    key = f"filter-panel-{hashlib.sha256(text.encode()).hexdigest()}"
    known: str | None = caches["process"].get(key)
    if known is None:
        form.read_again(names)
        known = str(render_to_string("referrals/_filters.html", {"form": form}))
        caches["process"].set(key, known, _KEPT_FOR_SECONDS)
    return mark_safe(known)  # noqa: S308 (a template wrote it)
