"""What may be typed about a contact?"""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from accounts.forms import CarefulForm
from accounts.models import Team
from partners.forms.constraints import add_broken_constraints
from partners.forms.fields import DayField, PhoneField, version_field
from partners.models import Contact, ContactKind, Operator
from partners.stand_ins import circle_in_words, turning_said

EDITED = (
    "operator", "kind", "body", "name", "function", "phone", "direct_phone", "mail", "note",
    "absent_from", "absent_until", "stand_in", "office",
)  # fmt: skip


class StandInField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Colleagues, the operator said beside each name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.operator.name} – {obj.name}" + (f" ({obj.body})" if obj.body else "")


class NatureField(forms.ChoiceField):
    """One is chosen on the page already; what does not say it leaves it as it was."""

    def clean(self, value: Any) -> str:
        return str(super().clean(value)) if value else ""


class ContactForm(CarefulForm):
    version = version_field()
    operator = forms.ModelChoiceField(Operator.objects.none(), label="Opérateur", empty_label="Choisissez")
    kind = NatureField(
        label="Nature",
        choices=ContactKind.choices,
        initial=ContactKind.PERSON,
        widget=forms.RadioSelect,
        help_text="Un service répond à plusieurs\u00a0: l’absence d’une personne n’y laisse pas de trou.",
    )
    body = forms.CharField(label="Organisme", max_length=120, required=False, help_text="Par exemple : CPAM du Havre.")
    name = forms.CharField(label="Personne ou service", max_length=120)
    function = forms.CharField(label="Fonction", max_length=120, required=False)
    phone = PhoneField(label="Téléphone", required=False)
    direct_phone = PhoneField(label="Ligne directe", required=False)
    mail = forms.EmailField(label="Adresse électronique", required=False)
    note = forms.CharField(
        label="À savoir",
        max_length=2000,
        required=False,
        help_text="Pour les conseillères et conseillers. Jamais le nom d’un usager.",
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    absent_from = DayField(label="Absent du")
    absent_until = DayField(label="Absent jusqu’au")
    stand_in = StandInField(
        Contact.objects.none(),
        label="Remplacé par",
        required=False,
        empty_label="Personne",
        help_text="Même opérateur, même équipe.",
        error_messages={
            "invalid_choice": "Cette personne n’est plus en service, ou une autre équipe tient sa fiche\u00a0: "
            "choisissez un collègue."
        },
    )
    office = forms.ModelChoiceField(Team.objects.none(), label="Équipe qui tient la fiche", empty_label=None)

    def __init__(
        self,
        *args: Any,
        offices: list[Team],
        colleagues: QuerySet[Contact],
        contact: Contact | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        current = Q(pk=contact.operator_id) if contact else Q(pk__in=())
        self._field("operator").queryset = Operator.objects.filter(Q(is_active=True) | current)
        kept = Q(pk=contact.stand_in_id) if contact else Q(pk__in=())
        others = colleagues.filter(Q(is_active=True) | kept).select_related("operator")
        if contact is not None and not self.is_bound:
            # The page lists who may be chosen; what is sent is judged with its reason, whoever it is.
            others = others.filter(Q(operator=contact.operator_id) | kept)
        self._field("stand_in").queryset = others.exclude(pk=contact.pk) if contact else others
        self._field("office").queryset = Team.objects.filter(pk__in=[team.pk for team in offices])
        if len(offices) == 1:
            del self.fields["office"]
            self._only_office: Team | None = offices[0]
        else:
            self._only_office = None

    def clean_kind(self) -> str:
        """Not said: as it was."""
        was = self.contact.kind if self.contact else ContactKind.PERSON
        return str(self.cleaned_data["kind"] or was)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self._only_office is not None:
            cleaned["office"] = self.contact.office if self.contact else self._only_office
        stand_in, operator = cleaned.get("stand_in"), cleaned.get("operator")
        if stand_in and operator:
            self._check_stand_in(stand_in, operator, cleaned.get("office"))
        if operator:
            self._check_rules_fit(operator)
        self._check_constraints(cleaned)
        return cleaned

    def _check_stand_in(self, stand_in: Contact, operator: Operator, office: Team | None) -> None:
        """Someone who answers for the same operator, in service, of the same office, and whom nothing leads back."""
        if stand_in.operator_id != operator.pk:
            said = f"Cette personne répond pour {stand_in.operator.name}\u00a0: choisissez un collègue."
        elif not stand_in.is_active:
            said = f"{stand_in.name} n’est plus en service\u00a0: choisissez quelqu’un d’autre, ou personne."
        elif office is not None and stand_in.office_id != office.pk:
            said = "Une autre équipe tient la fiche de cette personne\u00a0: choisissez un collègue de la même équipe."
        elif round_trip := circle_in_words(self.contact, stand_in):
            said = turning_said(round_trip)
        else:
            return
        self.add_error("stand_in", said)

    def _check_rules_fit(self, operator: Operator) -> None:
        if self.contact is None or self.contact.operator_id == operator.pk:
            return
        rules = self.contact.rules.exclude(procedure=None)
        if rules.exclude(Q(procedure__operator=operator) | Q(procedure__alternative_operator=operator)).exists():
            self.add_error("operator", "Retirez d’abord les règles qui portent sur les démarches de l’autre opérateur.")

    def _check_constraints(self, cleaned: dict[str, Any]) -> None:
        # A field that is already wrong has its own message.
        values = {
            name: cleaned.get(name) for name in EDITED if name not in self.errors and cleaned.get(name) is not None
        }
        reachable = {"phone", "direct_phone", "mail"} & set(self.errors)
        absence = {"absent_from", "absent_until"} & set(self.errors)
        if reachable:
            values["mail"] = "adresse@exemple.fr"
        if absence:
            values.pop("absent_from", None)
            values.pop("absent_until", None)
        row = Contact(**values)
        row.pk = self.contact.pk if self.contact else None
        add_broken_constraints(self, row)

    def _field(self, name: str) -> Any:
        return self.fields[name]


def contact_initial(contact: Contact, version: int) -> dict[str, Any]:
    values = {name: getattr(contact, name) for name in EDITED}
    return values | {"version": version}


class ContactFilterForm(CarefulForm):
    """What narrows the list of contacts; a wrong value narrows nothing."""

    STATES = (
        ("", "En service"),
        ("a-verifier", "À vérifier (plus de 90 jours)"),
        ("revenus", "Messages revenus"),
        ("absents", "Absents aujourd’hui"),
        ("inactifs", "Hors service"),
    )

    q = forms.CharField(label="Nom, organisme ou fonction", max_length=100, required=False)
    operateur = forms.ModelChoiceField(
        Operator.objects.all(), label="Opérateur", required=False, empty_label="Tous", to_field_name="code"
    )
    etat = forms.ChoiceField(label="État", choices=STATES, required=False)


def narrowed(contacts: Any, cleaned: dict[str, Any], today: date) -> Any:
    """The contacts that the filters leave."""
    if operator := cleaned.get("operateur"):
        contacts = contacts.filter(operator=operator)
    match cleaned.get("etat"):
        case "a-verifier":
            return contacts.unconfirmed(today)
        case "revenus":
            return contacts.in_service().filter(bounced_at__isnull=False)
        case "absents":
            return contacts.in_service().absent(today)
        case "inactifs":
            return contacts.filter(is_active=False)
        case _:
            return contacts.in_service()
