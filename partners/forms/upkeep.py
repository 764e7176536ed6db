"""What may be typed to keep a sheet right: by the contact from the link, by a colleague who found an error?"""

from typing import Any

from django import forms

from accounts.forms import CarefulForm
from partners.forms.constraints import add_broken_constraints
from partners.forms.fields import DayField, PhoneField
from partners.models import Confirmation, Contact, Finding, Wrong
from partners.proposals import HOURS, LABELS, hours_proposed, proposed, values_of

_WAYS = ("phone", "direct_phone", "mail")
_ABSENCE = ("absent_from", "absent_until")


class CorrectionForm(CarefulForm):
    """The sheet in the hands of whom it speaks of; `changes` is what differs from it."""

    function = forms.CharField(label="Fonction", max_length=120, required=False)
    phone = PhoneField(label="Téléphone", required=False)
    direct_phone = PhoneField(label="Ligne directe", required=False)
    mail = forms.EmailField(label="Adresse électronique", required=False)
    hours = forms.CharField(
        label="Vos nouveaux horaires, s’ils ont changé",
        max_length=300,
        required=False,
        help_text="Avec vos mots : « du lundi au vendredi, de 9 h à 12 h, sauf le mercredi ».",
    )
    absent_from = DayField(label="En congé du")
    absent_until = DayField(label="Jusqu’au")
    message = forms.CharField(
        label="Autre chose à nous dire",
        max_length=1000,
        required=False,
        help_text="Jamais le nom d’un usager.",
        widget=forms.Textarea(attrs={"rows": "2"}),
    )

    def __init__(self, data: Any = None, *, confirmation: Confirmation) -> None:
        self.contact: Contact = confirmation.contact
        self.changes: dict[str, str | None] = {}
        current = {name: getattr(self.contact, name) for name in LABELS} | values_of(confirmation)
        said = {HOURS: hours_proposed(confirmation), "message": confirmation.message if confirmation.proposal else ""}
        # Several sheets on one page: each form has names of its own.
        super().__init__(data, initial=current | said, prefix=f"fiche-{confirmation.pk}")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_constraints(cleaned)
        self.changes = proposed(self.contact, cleaned)
        if not self.errors and not self.changes and not cleaned.get("message"):
            self.add_error(None, "Rien n’a changé. Si tout est exact, appuyez sur « Toujours exact ».")
        return cleaned

    def _check_constraints(self, cleaned: dict[str, Any]) -> None:
        # A field that is already wrong has its own message.
        row = Contact(operator_id=self.contact.operator_id, mail="adresse@exemple.fr")
        if not set(_WAYS) & set(self.errors):
            row.mail = ""
            for name in _WAYS:
                setattr(row, name, cleaned.get(name, ""))
        if not set(_ABSENCE) & set(self.errors):
            row.absent_from, row.absent_until = (cleaned.get(name) for name in _ABSENCE)
        add_broken_constraints(self, row)


class GoneForm(CarefulForm):
    """« Ce n’est plus moi »."""

    instead = forms.CharField(
        label="Qui est-ce maintenant, si vous le savez ?",
        max_length=300,
        required=False,
        help_text="Un nom, un service, un téléphone professionnel.",
    )

    def __init__(self, data: Any = None, *, confirmation: Confirmation) -> None:
        super().__init__(data, prefix=f"depart-{confirmation.pk}")


class ReportForm(CarefulForm):
    """« Signaler une erreur », from a closed list."""

    wrong = forms.ChoiceField(label="Qu’est-ce qui est faux ?", choices=Wrong.choices, widget=forms.RadioSelect)
    detail = forms.CharField(
        label="Précision",
        max_length=300,
        required=False,
        help_text="Le bon numéro, le nom de la remplaçante… Jamais le nom d’un usager.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("wrong") == Wrong.OTHER and not cleaned.get("detail") and "detail" not in self.errors:
            self.add_error("detail", "Dites en quelques mots ce qui est faux.")
        return cleaned


class FindingForm(CarefulForm):
    """The button that the manager pressed on a report."""

    finding = forms.ChoiceField(choices=Finding.choices)
