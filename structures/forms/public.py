"""What somebody types to find a place, and which structure a counsellor works for."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from accounts.forms import CarefulForm
from structures.listing import ORDERS, Order
from structures.models import Structure, StructureKind

Choices = Sequence[tuple[str, Any]]
UNKNOWN_CHOICE = {"invalid_choice": "Ce choix n’existe pas, ou n’existe plus\u00a0: choisissez dans la liste."}


class FindForm(CarefulForm):
    """Public: a commune or a postcode, nothing else; `insee` comes with the links of a list of choices."""

    lieu = forms.CharField(
        label="Votre commune ou votre code postal",
        required=False,
        max_length=100,
        help_text="Par exemple Yvetot ou 76190.",
        error_messages={"max_length": "C’est trop long pour un nom de commune\u00a0: 100 caractères au plus."},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    ouvert = forms.BooleanField(label="Ouvert maintenant", required=False)
    insee = forms.CharField(required=False, max_length=5)


class ListForm(CarefulForm):
    """Public: what narrows the list of structures, kept in its address."""

    recherche = forms.CharField(
        label="Nom ou commune",
        required=False,
        max_length=100,
        error_messages={"max_length": "C’est trop long\u00a0: 100 caractères au plus."},
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    forme = forms.ChoiceField(
        label="Forme",
        required=False,
        choices=[("", "Toutes"), *[(value, label.capitalize()) for value, label in StructureKind.choices]],
        error_messages=UNKNOWN_CHOICE,
    )
    secteur = forms.ChoiceField(label="Secteur", required=False, error_messages=UNKNOWN_CHOICE)
    tri = forms.ChoiceField(
        label="Trier par", required=False, choices=list(ORDERS.items()), error_messages=UNKNOWN_CHOICE
    )
    ouvert = forms.BooleanField(label="Ouvert maintenant", required=False)

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["secteur"]
        if isinstance(area, forms.ChoiceField):
            area.choices = [("", "Partout"), *areas]

    def clean_tri(self) -> Order:
        return Order(self.cleaned_data["tri"] or Order.NAME)


class BusForm(CarefulForm):
    """Public: which bus, in which commune; the week and the way of grouping are kept beside."""

    bus = forms.ChoiceField(label="Bus", required=False, error_messages=UNKNOWN_CHOICE)
    commune = forms.ChoiceField(label="Commune", required=False, error_messages=UNKNOWN_CHOICE)
    par = forms.ChoiceField(
        required=False,
        choices=[("jour", "jour"), ("commune", "commune")],
        widget=forms.HiddenInput,
        error_messages=UNKNOWN_CHOICE,
    )
    semaine = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, *args: Any, buses: Choices, communes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, all_of_them, choices in (("bus", "Tous les bus", buses), ("commune", "Toutes", communes)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", all_of_them), *choices]


class ChoiceForm(CarefulForm):
    """One of the structures that the person works for."""

    def __init__(self, *args: Any, structures: Iterable[Structure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(structure.pk, structure.name) for structure in structures]
        self.fields["structure"] = forms.TypedChoiceField(label="Structure", choices=choices, coerce=int)
