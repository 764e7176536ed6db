"""What may be typed about a local service?"""

from typing import Any

from django import forms
from django.utils.text import capfirst

from accounts.forms import CarefulForm
from partners.forms.fields import CommuneField, PhoneField
from partners.forms.week import WeekForm, initial_hours
from partners.models import LocalService, LocalServiceKind
from partners.weeks import week_of

KINDS = [(kind.value, capfirst(kind.label)) for kind in LocalServiceKind if kind != LocalServiceKind.DIGITAL_ADVISOR]
_SHORT = forms.Textarea(attrs={"rows": "3"})


class DigitalAdvisorForm(WeekForm):
    name = forms.CharField(label="Nom", max_length=160)
    host = forms.CharField(
        label="Accueilli par", max_length=160, required=False, help_text="Par exemple : CMS d’Yvetot, mairie de Clères."
    )
    commune = CommuneField(label="Commune")
    address = forms.CharField(label="Adresse", max_length=200, required=False)
    phone = PhoneField(label="Téléphone", required=False)
    access = forms.CharField(
        label="Accès", max_length=160, required=False, help_text="Par exemple : sur rendez-vous, ateliers le jeudi."
    )
    hours_note = forms.CharField(
        label="Précision sur les horaires",
        max_length=200,
        required=False,
        help_text="Par exemple : un vendredi sur deux, hors vacances scolaires.",
    )


class LocalServiceForm(DigitalAdvisorForm):
    kind = forms.ChoiceField(label="Nature", choices=[("", "Choisissez"), *KINDS])
    serves = forms.CharField(label="Pour quoi", max_length=2000, required=False, widget=_SHORT)
    limits = forms.CharField(
        label="Limites à connaître avant d’envoyer quelqu’un", max_length=2000, required=False, widget=_SHORT
    )
    delay = forms.CharField(label="Délai", max_length=120, required=False)
    host = forms.CharField(label="Accueilli par", max_length=160, required=False)

    field_order = ("kind", "name", "host", "serves", "limits", "delay", "access", "commune", "address", "phone")


class DigitalAdvisorFilterForm(CarefulForm):
    q = forms.CharField(label="Nom, commune ou lieu d’accueil", max_length=100, required=False)
    etat = forms.ChoiceField(label="État", choices=(("", "En service"), ("inactifs", "Hors service")), required=False)


class LocalServiceFilterForm(DigitalAdvisorFilterForm):
    nature = forms.ChoiceField(label="Nature", choices=[("", "Toutes"), *KINDS], required=False)

    field_order = ("q", "nature", "etat")


def service_initial(service: LocalService) -> dict[str, Any]:
    names = ("kind", "name", "host", "serves", "limits", "access", "delay", "address", "phone")
    values = {name: getattr(service, name) for name in names}
    note = service.schedule.note if service.schedule else ""
    return values | initial_hours(week_of(service.schedule)) | {"commune": service.commune.name, "hours_note": note}
