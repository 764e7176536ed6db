"""How templates write days, instants and telephone numbers in French."""

from collections.abc import Sized
from datetime import date, datetime, time

from django import template
from django.utils import timezone

from schedules.wording import of_name, spoken_day, spoken_moment, spoken_phone, spoken_time

register = template.Library()


@register.filter
def moment(at: datetime) -> str:
    """« mardi 24 novembre à 14 h 05 », with the year when it is not this one."""
    return spoken_moment(at, today=timezone.localdate())


@register.filter
def day(of: date) -> str:
    """« mardi 24 novembre », with the year when it is not this one."""
    return spoken_day(of, today=timezone.localdate())


@register.filter
def time_of_day(at: time) -> str:
    """« 14 h 30 »."""
    return spoken_time(at)


@register.filter
def s(count: int | Sized, forms: str = ",s") -> str:
    """The plural of French begins at two: « 0 demande », « 2 demandes »; `forms` are other endings, "a,ont" or "x"."""
    number = count if isinstance(count, int) else len(count)
    singular, _, plural = forms.rpartition(",")
    return plural if number >= 2 else singular


@register.filter
def phone(number: str) -> str:
    return spoken_phone(number)


@register.filter
def tel(number: str) -> str:
    """What follows `tel:` in a link."""
    return "".join(character for character in number if character.isdigit() or character == "+")


@register.filter
def of(name: object) -> str:
    """« d’Épouville », « du Havre », « de Rouen »: after a word that needs « de »."""
    return of_name(str(name))
