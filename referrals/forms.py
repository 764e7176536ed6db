"""What a counsellor or a contact typed about a request, and whether it makes sense."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from accounts.forms import CarefulForm
from partners.models import Blocker, Contact, Operator, Procedure
from partners.search import look_up, one_procedure
from referrals.models import Channel, ClosingReason, Happening, Outcome
from structures.models import Structure
from territories.models import Commune
from territories.spelling import plain

_CHOICES_SHOWN = 6
_COMMUNES_SHOWN = 20


def commune_named(text: str) -> Commune:
    """The commune that was typed (a postcode before an Insee code), or an error that names those it could be."""
    found = list(Commune.objects.filter(postal_codes__code=text)[:_COMMUNES_SHOWN])
    found = found or list(Commune.objects.matching(text)[:_COMMUNES_SHOWN])
    exact = [commune for commune in found if commune.plain_name == plain(text)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise ValidationError("Cette commune n’est pas connue. Tapez son nom ou son code postal.", code="unknown")
    names = ", ".join(commune.name for commune in found)
    raise ValidationError(f"Plusieurs communes correspondent : précisez parmi {names}.", code="several")


class CounterLogForm(CarefulForm):
    """The counter log: one line, three letters and Enter; the rest has defaults."""

    procedure = forms.CharField(
        label="Démarche",
        max_length=200,
        error_messages={"required": "Indiquez la démarche : trois lettres suffisent, par exemple « apl »."},
    )
    procedure_code = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label="Suite",
        choices=Outcome.choices,
        initial=Outcome.SOLVED,
        widget=forms.RadioSelect,
        error_messages={"required": "Indiquez la suite donnée."},
    )
    commune = forms.CharField(
        label="Commune de la personne",
        required=False,
        max_length=100,
        help_text="Vide : celle du site. Nom ou code postal.",
    )
    channel = forms.ChoiceField(label="Venue", required=False, choices=Channel.choices, initial=Channel.COUNTER)
    blocker = forms.ModelChoiceField(
        label="Ce qui bloque", required=False, queryset=Blocker.objects.in_use(), empty_label="Sans précision"
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    candidates: list[Procedure]

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structure = structure
        self.candidates = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.structure.is_bus and data.get("outcome") != Outcome.SOLVED and not data.get("commune"):
            self._ask_for_the_commune()
        if typed := data.get("procedure"):
            data["procedure"] = self._procedure(typed, data.get("procedure_code") or "")
        data.pop("procedure_code", None)
        data["channel"] = data.get("channel") or Channel.COUNTER
        return data

    def _ask_for_the_commune(self) -> None:
        """A bus goes from one commune to the next: only the person's own tells whom to ask."""
        if "commune" not in self.errors:
            self.add_error("commune", "Indiquez la commune de la personne : elle décide de l’interlocuteur.")

    def _procedure(self, typed: str, code: str) -> Procedure | None:
        """The chosen one, else the only one that fits; several are offered, none is said plainly."""
        if code and (chosen := Procedure.objects.in_use().filter(code=code).select_related("operator").first()):
            return chosen
        if found := one_procedure(typed):
            return found
        meant = look_up(typed, limit=_CHOICES_SHOWN)
        self.candidates = meant.procedures
        if self.candidates and meant.is_close:
            self.add_error("procedure", "Aucune démarche ne s’écrit ainsi : vouliez-vous dire l’une de celles-ci ?")
        elif self.candidates:
            self.add_error("procedure", "Plusieurs démarches correspondent : choisissez la bonne.")
        else:
            self.add_error(
                "procedure",
                "Aucune démarche en service ne correspond. Essayez un autre mot, ou le nom de l’opérateur.",
            )
        return None

    def clean_commune(self) -> Commune | None:
        text = self.cleaned_data["commune"].strip()
        return commune_named(text) if text else None

    def clean_key(self) -> uuid.UUID:
        key: uuid.UUID = self.cleaned_data["key"]
        return key


class HandOverForm(CarefulForm):
    """What the contact needs: the question, and who the resident is only when it cannot be done without."""

    commune = forms.CharField(
        label="Commune de la personne",
        required=False,
        max_length=100,
        help_text="Elle décide de l’interlocuteur. Nom ou code postal.",
    )
    question = forms.CharField(
        label="Question à l’interlocuteur",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qui bloque, en deux phrases. Ni santé, ni mot de passe, ni numéro de sécurité sociale.",
    )
    name = forms.CharField(label="Nom ou initiales", max_length=120, required=False)
    reach = forms.CharField(
        label="Pour rappeler la personne",
        max_length=120,
        required=False,
        help_text="Un téléphone ou une adresse, un seul.",
    )
    file_number = forms.CharField(
        label="Numéro de dossier chez l’opérateur",
        max_length=60,
        required=False,
        help_text="S’il existe. Jamais le numéro de sécurité sociale.",
    )

    def clean_commune(self) -> Commune | None:
        text = self.cleaned_data["commune"].strip()
        return commune_named(text) if text else None


class IdentityForm(CarefulForm):
    """How to call the resident back."""

    name = forms.CharField(label="Nom ou initiales", max_length=120, required=False)
    reach = forms.CharField(label="Pour rappeler la personne", max_length=120)


class CallForm(CarefulForm):
    """A call to the contact, as one of four buttons."""

    kind = forms.ChoiceField(
        choices=[
            (kind.value, kind.label)
            for kind in (
                Happening.CALL_ANSWERED,
                Happening.CALL_NO_ANSWER,
                Happening.CALL_BACK,
                Happening.WRONG_CONTACT,
            )
        ]
    )
    text = forms.CharField(
        label="Ce qui a été dit", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    call_back_at = forms.DateTimeField(
        label="À rappeler le",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind == Happening.CALL_ANSWERED and not data.get("text"):
            self.add_error(
                "text", "Notez en une phrase ce que l’interlocuteur a répondu : c’est ce que l’usager attend."
            )
        if kind == Happening.CALL_BACK:
            self._check_call_back(data.get("call_back_at"))
        return data

    def _check_call_back(self, at: datetime | None) -> None:
        if "call_back_at" in self.errors:
            return
        if at is None:
            self.add_error("call_back_at", "Indiquez quand rappeler.")
        elif at < timezone.now() - timedelta(minutes=5):
            self.add_error("call_back_at", "Cette heure est déjà passée.")


class NoteForm(CarefulForm):
    text = forms.CharField(
        label="Note pour l’équipe",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "La note est vide."},
    )


class InformForm(CarefulForm):
    """How the request ends, once the resident knows."""

    reason = forms.ChoiceField(
        label="Issue",
        choices=ClosingReason.choices,
        initial=ClosingReason.SOLVED_BY_OPERATOR,
    )


class AnswerForm(CarefulForm):
    """The contact's four answers."""

    TAKE, ANSWER, MISSING, NOT_ME = "prise-en-charge", "reponse", "il-manque", "pas-moi"
    choice = forms.ChoiceField(
        label="Que répondez-vous ?",
        choices=[
            (TAKE, "Je m’en occupe"),
            (ANSWER, "Voici la réponse"),
            (MISSING, "Il manque quelque chose"),
            (NOT_ME, "Ce n’est pas moi"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une des quatre réponses."},
    )
    text = forms.CharField(
        label="Votre message",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="La réponse, ou ce qu’il manque. Le conseiller le dira à la personne.",
    )
    instead = forms.ChoiceField(label="C’est plutôt", required=False)
    instead_text = forms.CharField(
        label="Ou quelqu’un d’autre", max_length=200, required=False, help_text="Un nom, un service, un téléphone."
    )

    def __init__(self, *args: Any, others: list[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(contact.pk): contact for contact in others}
        field = self.fields["instead"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", "Je ne sais pas"),
                *[
                    (pk, contact.name + (f", {contact.function}" if contact.function else ""))
                    for pk, contact in self.others.items()
                ],
            ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("choice") in (self.ANSWER, self.MISSING) and not data.get("text", "").strip():
            self.add_error("text", "Écrivez votre réponse : c’est ce que la personne attend.")
        data["instead"] = self.others.get(data.get("instead") or "")
        return data


class RequestFilterForm(CarefulForm):
    """The filters of the request list, kept in the address."""

    STATES = [
        ("", "En cours"),
        ("retard", "En retard"),
        ("reponse", "Réponse à transmettre"),
        ("operateur", "Chez l’opérateur"),
        ("transmettre", "À transmettre"),
        ("rappeler", "À rappeler"),
        ("closes", "Closes"),
        ("toutes", "Toutes"),
    ]
    etat = forms.ChoiceField(label="État", choices=STATES, required=False)
    operateur = forms.ChoiceField(label="Opérateur", required=False)
    demarche = forms.CharField(label="Démarche", max_length=100, required=False)
    depuis = forms.DateField(
        label="Reçues depuis le",
        required=False,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))],
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    miennes = forms.BooleanField(label="Les miennes seulement", required=False)
    q = forms.CharField(label="Référence", max_length=40, required=False)

    def __init__(self, *args: Any, operators: Iterable[Operator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["operateur"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Tous"), *((operator.code, operator.name) for operator in operators)]
