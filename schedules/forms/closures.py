"""How are a closure, what makes up for it, and an exceptional opening typed?"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django import forms

from schedules.forms.fields import DayField, TimeOfDayField, access_field
from schedules.opening_hours import Access, Closure, Extra
from schedules.wording import spoken_day

LONGEST = timedelta(days=400)
_NO_REASON_NEEDED = "Montrée au public. Par exemple : congés, formation de l’équipe, travaux."


class ClosureForm(forms.Form):
    """`closure()` is what was typed, once valid. Mix in a form that refuses sensitive text."""

    first_day = DayField(label="Fermé du", required=True)
    last_day = DayField(label="Au")
    reason = forms.CharField(label="Raison", max_length=120, required=False, help_text=_NO_REASON_NEEDED)
    opened = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    confirmed = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, stored: Collection[Closure] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.stored = today, stored

    def closure(self) -> Closure:
        first: date = self.cleaned_data["first_day"]
        return Closure(first, self.cleaned_data.get("last_day") or first, self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first = cleaned.get("first_day")
        if first is None or "last_day" not in cleaned:
            return cleaned
        last = cleaned["last_day"] or first
        if last < first:
            self.add_error("last_day", "La fermeture ne peut pas finir avant d’avoir commencé.")
        elif last < self.today:
            name = "last_day" if cleaned["last_day"] else "first_day"
            self.add_error(name, f"Cette fermeture est déjà passée\u00a0: nous sommes le {_year(self.today)}.")
        elif last - first > LONGEST:
            self.add_error(
                "last_day", "Plus d’un an de fermeture\u00a0: vérifiez les dates, ou mettez le lieu hors service."
            )
        elif any((row.first_day, row.last_day) == (first, last) for row in self.stored):
            self.add_error("first_day", "Cette fermeture est déjà enregistrée.")
        return cleaned


class ReplacedClosureForm(ClosureForm):
    """A closure with, if need be, the day that makes up for it: `extra()` is None when there is none."""

    instead_day = DayField(label="Ouvert à la place le")
    instead_opens = TimeOfDayField(label="De")
    instead_closes = TimeOfDayField(label="À", closing=True)

    def extra(self) -> Extra | None:
        day = self.cleaned_data.get("instead_day")
        if day is None:
            return None
        opens, closes = self.cleaned_data["instead_opens"], self.cleaned_data["instead_closes"]
        return Extra(day, opens, closes, replaces=self.cleaned_data["first_day"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        names = ("instead_day", "instead_opens", "instead_closes")
        if any(name not in cleaned for name in names):
            return cleaned
        day, opens, closes = (cleaned[name] for name in names)
        if day is None and (opens or closes):
            self.add_error("instead_day", "Donnez le jour qui remplace.")
        if day is not None:
            _check_day(self, "instead_day", day)
            first, last = cleaned.get("first_day"), cleaned.get("last_day")
            if first is not None and first <= day <= (last or first):
                self.add_error("instead_day", "Ce jour fait partie de la fermeture.")
            _check_times(self, "instead_opens", "instead_closes", day, opens, closes)
        return cleaned


class ExtraForm(forms.Form):
    """An opening on one day; `extra()` is what was typed, once valid."""

    day = DayField(label="Ouvert le", required=True)
    opens = TimeOfDayField(label="De")
    closes = TimeOfDayField(label="À", closing=True)
    access = access_field(label="Accès", initial=Access.WALK_IN.value)
    extra_reason = forms.CharField(label="Occasion", max_length=120, required=False)
    opened = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, stored: Collection[Extra] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.stored = today, stored

    def extra(self) -> Extra:
        values = self.cleaned_data
        access = Access(values["access"])
        return Extra(values["day"], values["opens"], values["closes"], access, values["extra_reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if any(name not in cleaned for name in ("day", "opens", "closes")):
            return cleaned
        day, opens, closes = cleaned["day"], cleaned["opens"], cleaned["closes"]
        _check_day(self, "day", day)
        _check_times(self, "opens", "closes", day, opens, closes)
        if any((row.day, row.opens, row.closes) == (day, opens, closes) for row in self.stored):
            self.add_error("day", "Cette ouverture est déjà enregistrée.")
        return cleaned


def _check_day(form: ClosureForm | ExtraForm, name: str, day: date) -> None:
    if day < form.today:
        form.add_error(name, f"Ce jour est passé\u00a0: nous sommes le {_year(form.today)}.")


def _check_times(form: forms.Form, opening: str, closing: str, day: date, opens: Any, closes: Any) -> None:
    """What an Extra would refuse, beside the field."""
    if (opens is None) != (closes is None):
        form.add_error(opening if opens is None else closing, "Donnez l’heure de début et l’heure de fin.")
        return
    try:
        Extra(day, opens, closes)
    except ValueError:
        form.add_error(closing, "La fin doit venir après le début.")


def _year(day: date) -> str:
    return spoken_day(day, with_year=True)
