"""What may be typed about a local service, about its limits, its territory and its places?"""

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import CharField, Q, Value
from django.utils.text import capfirst

from accounts.forms import CarefulForm, RowsField
from partners.forms.fields import CommuneField, PhoneField, version_field
from partners.forms.territories import area_choices, chosen_area
from partners.models import LocalService, LocalServiceKind, LocalServicePlace, Procedure, Subject

KINDS = [(kind.value, capfirst(kind.label)) for kind in LocalServiceKind if kind != LocalServiceKind.DIGITAL_ADVISOR]
EDITED = ("kind", "name", "host", "serves", "limits", "access", "delay", "address", "phone")
_SHORT = forms.Textarea(attrs={"rows": "3"})


class ProceduresField(RowsField):
    """Démarches, the operator said first."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.operator.name}\u00a0: {obj.name}"


class LocalServiceForm(CarefulForm):
    version = version_field()
    kind = forms.ChoiceField(label="Nature", choices=[("", "Choisissez"), *KINDS])
    name = forms.CharField(label="Nom", max_length=160)
    host = forms.CharField(
        label="Accueilli par", max_length=160, required=False, help_text="Par exemple\u00a0: bibliothèque du Châtelet."
    )
    serves = forms.CharField(label="Pour quoi, pour qui", max_length=2000, required=False, widget=_SHORT)
    limits = forms.CharField(
        label="À savoir",
        max_length=2000,
        required=False,
        widget=_SHORT,
        help_text="Les limites qui comptent avant d’envoyer quelqu’un ont leur liste, une par ligne.",
    )
    access = forms.CharField(
        label="Accès", max_length=160, required=False, help_text="Par exemple\u00a0: sur rendez-vous, sans rendez-vous."
    )
    delay = forms.CharField(
        label="Délai", max_length=120, required=False, help_text="Par exemple\u00a0: environ un mois."
    )
    commune = CommuneField(label="Commune")
    address = forms.CharField(label="Adresse", max_length=200, required=False)
    phone = PhoneField(label="Téléphone", required=False)
    needs = RowsField(
        Subject.objects.all(), label="Besoins servis", required=False, widget=forms.CheckboxSelectMultiple
    )
    procedures = ProceduresField(
        Procedure.objects.none(), label="Démarches servies", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, service: LocalService | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = Q(local_services=service) if service else Q(pk__in=())
        in_use = Procedure.objects.filter(Q(is_active=True, operator__is_active=True) | kept).distinct()
        procedures: Any = self.fields["procedures"]
        procedures.queryset = in_use.select_related("operator").order_by("operator__plain_name", "name")

    def proposed(self) -> tuple[list[Subject], list[Procedure]]:
        """The needs and the démarches that one may tick, read once for this form and for that of the limits."""
        read: list[list[Any]] = []
        for name in ("needs", "procedures"):
            field: Any = self.fields[name]
            rows = list(field.queryset)
            field.choices = [(row.pk, field.label_from_instance(row)) for row in rows]
            read.append(rows)
        return read[0], read[1]

    def about_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("kind", "name", "host", "serves", "access", "delay", "limits")]

    def place_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("commune", "address", "phone")]


class LocalServiceFilterForm(CarefulForm):
    q = forms.CharField(label="Nom, commune ou lieu d’accueil", max_length=100, required=False)
    nature = forms.ChoiceField(label="Nature", choices=[("", "Toutes"), *KINDS], required=False)
    etat = forms.ChoiceField(label="État", choices=(("", "En service"), ("inactifs", "Hors service")), required=False)


def service_initial(service: LocalService, version: int) -> dict[str, Any]:
    """Rows by their number: what a browser would send back."""
    return {name: getattr(service, name) for name in EDITED} | {
        "version": version,
        "commune": service.commune.name,
        **_served_by(service),
    }


def _served_by(service: LocalService) -> dict[str, list[int]]:
    """The keys of its needs and of its démarches; one query."""
    ways: dict[str, Any] = {"needs": LocalService.needs.through, "procedures": LocalService.procedures.through}
    columns = {"needs": "subject_id", "procedures": "procedure_id"}
    first, *others = (
        way.objects.filter(localservice=service)
        .order_by()
        .annotate(field=Value(field, CharField()))
        .values_list("field", columns[field])
        for field, way in ways.items()
    )
    served: dict[str, list[int]] = {field: [] for field in ways}
    for field, pk in first.union(*others, all=True):
        served[field].append(pk)
    return served


class LimitForm(CarefulForm):
    """A sentence, and what it is about: tied to a need or a démarche, it warns whoever is sent for it."""

    text = forms.CharField(
        label="Ce qu’il ne fait pas",
        max_length=200,
        help_text="Une phrase. Par exemple\u00a0: pas de demande d’aide financière.",
    )
    about = forms.ChoiceField(
        label="Concerne",
        required=False,
        help_text="Un besoin ou une démarche\u00a0: la limite s’affiche alors avant d’envoyer quelqu’un pour cela.",
    )

    def __init__(
        self, *args: Any, proposed: tuple[list[Subject], list[Procedure]] | None = None, **kwargs: Any
    ) -> None:
        """`proposed`: what the page read for the form of the sheet; else the rows are read here."""
        super().__init__(*args, **kwargs)
        subjects, known = proposed or LocalServiceForm().proposed()
        in_use = [row for row in known if row.is_active and row.operator.is_active]
        needs = [(f"need:{row.pk}", row.name) for row in subjects]
        procedures = [(f"procedure:{row.pk}", f"{row.operator.name}\u00a0: {row.name}") for row in in_use]
        about: Any = self.fields["about"]
        about.choices = [("", "Tout le monde"), ("Un besoin", needs), ("Une démarche", procedures)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, _, pk = cleaned.pop("about", "").partition(":")
        models: dict[str, Any] = {"need": Subject, "procedure": Procedure}
        return cleaned | ({kind: models[kind].objects.get(pk=pk)} if kind else {})


class AreaForm(CarefulForm):
    """One territory, and the part of it that only an address can tell."""

    area = forms.ChoiceField(label="Territoire", required=False)
    area_commune = CommuneField(label="Ou une seule commune", required=False)
    note = forms.CharField(
        label="Précision",
        max_length=200,
        required=False,
        help_text=(
            "Quand une commune a plusieurs secteurs\u00a0: «\u00a0quartiers sud\u00a0»."
            " Elle sera à vérifier avec l’adresse."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.choices = area_choices()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        area, commune = cleaned.pop("area"), cleaned.pop("area_commune")
        if bool(area) == bool(commune):
            self.add_error("area", "Choisissez un territoire, et un seul.")
            return cleaned
        return cleaned | ({"commune": commune} if commune else chosen_area(area))


class PlaceForm(CarefulForm):
    name = forms.CharField(label="Lieu", max_length=160, validators=[ProhibitNullCharactersValidator()])
    address = forms.CharField(label="Adresse", max_length=200, required=False)
    commune = CommuneField(label="Commune")
    is_active = forms.BooleanField(label="Il y reçoit encore", required=False, initial=True)
    version = version_field()


def place_initial(place: LocalServicePlace) -> dict[str, Any]:
    values = {name: getattr(place, name) for name in ("name", "address", "is_active")}
    return values | {"commune": place.commune.name}
