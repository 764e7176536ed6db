"""What may be typed about a digital advisor, her places, her workshops and the months of her activity?"""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.text import capfirst

from accounts.forms import CarefulForm
from partners.activity import THEMES
from partners.forms.fields import CommuneField, DayField, HourField, PhoneField, needs_hour, version_field
from partners.models import Level, LocalService, LocalServicePlace, Workshop
from schedules.calendars import PARIS

_SHORT = forms.Textarea(attrs={"rows": "3"})
_MOST = 5_000
WORKSHOP_LASTS_AT_MOST_HOURS = 10


class AdvisorForm(CarefulForm):
    """`cleaned_data` without `version` is what to store."""

    name = forms.CharField(label="Nom", max_length=160)
    host = forms.CharField(
        label="Accueilli par",
        max_length=160,
        required=False,
        help_text="Par exemple\u00a0: CMS d’Yvetot, mairie de Clères.",
    )
    commune = CommuneField(label="Commune")
    address = forms.CharField(label="Adresse", max_length=200, required=False)
    phone = PhoneField(label="Téléphone", required=False)
    access = forms.CharField(
        label="Accès",
        max_length=160,
        required=False,
        help_text="Par exemple\u00a0: sur rendez-vous, ateliers le jeudi.",
    )
    serves = forms.CharField(label="Pour quoi", max_length=2000, required=False, widget=_SHORT)
    limits = forms.CharField(
        label="Limites à connaître avant d’envoyer quelqu’un", max_length=2000, required=False, widget=_SHORT
    )
    delay = forms.CharField(label="Délai", max_length=120, required=False, help_text="Par exemple\u00a0: une semaine.")
    version = version_field()


class AdvisorFilterForm(CarefulForm):
    """Filters of the list, all in the address."""

    q = forms.CharField(label="Nom, commune ou lieu", max_length=100, required=False)
    itinerance = forms.ChoiceField(
        label="Itinérance",
        choices=(("", "Tous"), ("oui", "Itinérants"), ("non", "En un seul lieu")),
        required=False,
    )
    accueil = forms.CharField(label="Accueilli par", max_length=100, required=False)
    commune = forms.CharField(
        label="Commune",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "communes", "data-combobox": "", "autocomplete": "off"}),
    )
    etat = forms.ChoiceField(label="État", choices=(("", "En service"), ("inactifs", "Hors service")), required=False)


class PlaceForm(CarefulForm):
    name = forms.CharField(label="Lieu", max_length=160, help_text="Par exemple\u00a0: médiathèque de Clères.")
    commune = CommuneField(label="Commune")
    address = forms.CharField(label="Adresse", max_length=200, required=False)
    version = version_field()


class WorkshopForm(CarefulForm):
    """`cleaned_data`: the values of a workshop, `starts_at` and `ends_at` in place of the day and its hours."""

    title = forms.CharField(label="Intitulé", max_length=120, help_text="Par exemple\u00a0: créer sa boîte mail.")
    level = forms.ChoiceField(label="Niveau", choices=[(level.value, capfirst(level.label)) for level in Level])
    seats = forms.IntegerField(label="Places", min_value=1, max_value=500)
    day = DayField(label="Jour")
    opens = HourField(label="De")
    closes = HourField(label="À")
    place = forms.CharField(label="Lieu", max_length=200, required=False)
    commune = CommuneField(label="Commune")
    version = version_field()

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["day"].required = True
        for name in ("opens", "closes"):
            needs_hour(self.fields[name])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, opens, closes = (cleaned.pop(name, None) for name in ("day", "opens", "closes"))
        if day is None or opens is None or closes is None:
            return cleaned
        if closes <= opens:
            self.add_error("closes", "La fin vient après le début.")
            return cleaned
        cleaned["starts_at"], cleaned["ends_at"] = (datetime.combine(day, at, PARIS) for at in (opens, closes))
        if "day" in self.changed_data and cleaned["ends_at"] < self.now:
            self.add_error("day", "Cette date est passée\u00a0: un atelier s’annonce avant d’avoir lieu.")
        if day.year > self.now.year + 2:
            self.add_error("day", "Cette date est trop lointaine.")
        return cleaned


class MonthForm(CarefulForm):
    """Counts of a month, and how many times each theme of the closed list: `cleaned_data` has them under `themes`."""

    people = forms.IntegerField(label="Personnes accompagnées", min_value=0, max_value=_MOST)
    workshops = forms.IntegerField(label="Ateliers tenus", min_value=0, max_value=_MOST)
    attendees = forms.IntegerField(label="Participants aux ateliers", min_value=0, max_value=_MOST)
    version = version_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in THEMES.items():
            self.fields[f"theme_{code}"] = forms.IntegerField(label=label, min_value=0, max_value=_MOST, required=False)

    def counts(self) -> list[forms.BoundField]:
        return [self[name] for name in ("people", "workshops", "attendees")]

    def themes(self) -> list[forms.BoundField]:
        return [self[f"theme_{code}"] for code in THEMES]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("attendees") and cleaned.get("workshops") == 0:
            self.add_error("workshops", "Des participants sans atelier\u00a0: comptez au moins un atelier.")
        themes = {code: cleaned.pop(f"theme_{code}", None) for code in THEMES}
        return cleaned | {"themes": {code: count for code, count in themes.items() if count}}


def advisor_initial(advisor: LocalService) -> dict[str, Any]:
    names = ("name", "host", "serves", "limits", "access", "delay", "address", "phone")
    return {name: getattr(advisor, name) for name in names} | {"commune": advisor.commune.name}


def place_initial(place: LocalServicePlace) -> dict[str, Any]:
    return {"name": place.name, "address": place.address, "commune": place.commune.name}


def workshop_initial(workshop: Workshop) -> dict[str, Any]:
    starts_at, ends_at = workshop.starts_at.astimezone(PARIS), workshop.ends_at.astimezone(PARIS)
    return {
        "title": workshop.title,
        "level": workshop.level,
        "seats": workshop.seats,
        "day": starts_at.date(),
        "opens": starts_at.time(),
        "closes": ends_at.time(),
        "place": workshop.place,
        "commune": workshop.commune.name,
    }


def month_initial(themes: dict[str, int], **counts: int) -> dict[str, Any]:
    return counts | {f"theme_{code}": count for code, count in themes.items()}


def is_future(month: date, today: date) -> bool:
    """Whether a month (its first day) has not begun."""
    return month > today.replace(day=1)


class WorkshopFilterForm(CarefulForm):
    """What the public looks for."""

    lieu = forms.CharField(
        label="Commune",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "communes", "data-combobox": "", "autocomplete": "off"}),
    )
