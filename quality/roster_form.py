"""What does the coordinator choose on her list of structures, and what does she type to add one?"""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from accounts.forms import CarefulForm
from partners.forms.fields import CommuneField
from quality.board import KIND_LABELS
from quality.network import ORDERS
from quality.roster import ANYTHING, RosterChoice, Territories, ToDoKind
from structures.actions.labels import wrong_day
from structures.forms.labels import HolderForm, day_field
from structures.models import LabelState


class RosterForm(CarefulForm):
    """The filters of the list, read from its address: a wrong value asks for everything."""

    recherche = forms.CharField(label="Nom, matricule, commune ou porteur", required=False, max_length=80)
    forme = forms.ChoiceField(
        label="Forme", required=False, choices=[("", "toutes"), *((k.value, label) for k, label in KIND_LABELS.items())]
    )
    label = forms.ChoiceField(label="Label", required=False, choices=[("", "tous"), *LabelState.choices])
    a_traiter = forms.ChoiceField(
        label="À traiter",
        required=False,
        choices=[
            ("", "peu importe"),
            (ANYTHING, "quelque chose à traiter"),
            *((kind.value, kind.label) for kind in ToDoKind),
        ],
    )
    tri = forms.ChoiceField(label="Trier par", required=False, choices=list(ORDERS.items()))

    def __init__(self, *args: Any, territories: Territories, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, known in (
            ("epci", "Intercommunalité", territories.epcis),
            ("arrondissement", "Arrondissement", territories.arrondissements),
        ):
            choices = [("", "toutes" if name == "epci" else "tous"), *((each, each) for each in known)]
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=choices)
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.order_fields(["recherche", "forme", "label", "epci", "arrondissement", "a_traiter", "tri"])

    def choice(self) -> RosterChoice:
        self.is_valid()
        chosen = self.cleaned_data
        return RosterChoice(
            search=chosen.get("recherche", ""),
            kind=chosen.get("forme", ""),
            label=chosen.get("label", ""),
            epci=chosen.get("epci", ""),
            arrondissement=chosen.get("arrondissement", ""),
            to_do=chosen.get("a_traiter", ""),
            sort=chosen.get("tri") or "nom",
        )


class NewStructureForm(HolderForm):
    """A structure that the national list does not hold yet: an application, most often."""

    commune = CommuneField(
        label="Commune",
        error_messages={"required": "Donnez la commune où l’équipe travaille\u00a0: son nom ou son code."},
    )
    state = forms.ChoiceField(label="État du label", choices=LabelState.choices, initial=LabelState.APPLICATION)
    decided_on = day_field("Dans cet état depuis le")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.order_fields(
            ["name", "kind", "commune", "id_fs", "carrier", "carrier_kind", "group_name", "state", "decided_on"]
        )

    def clean_decided_on(self) -> date:
        day: date = self.cleaned_data["decided_on"]
        if problem := wrong_day(day, self.today):
            raise forms.ValidationError(problem)
        if day > self.today:
            raise forms.ValidationError("Cette date est à venir\u00a0: donnez le jour où cet état a commencé.")
        return day
