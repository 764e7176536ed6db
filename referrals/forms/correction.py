"""What should have been entered of a request?"""

from typing import Any

from django import forms

from partners.models import Operator, Procedure
from referrals.actions import Entry
from referrals.forms.counter_log import CounterLogForm
from referrals.models import Outcome, ServiceRequest


class CorrectionForm(CounterLogForm):
    """The fields of the counter log again, with the operator, and the version that the page was opened on."""

    operator = forms.ModelChoiceField(
        label="Opérateur",
        required=False,
        queryset=Operator.objects.filter(is_active=True),
        empty_label="Celui de la démarche",
        help_text="À choisir quand la démarche peut relever de deux opérateurs.",
    )
    knows_it_was_handed_over = forms.BooleanField(label="L’interlocuteur sera prévenu par mes soins", required=False)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    field_order = ("procedure", "operator", "outcome", "commune", "channel", "blocker", "age_band", "situation")

    def __init__(self, *args: Any, service_request: ServiceRequest, was_handed_over: bool, **kwargs: Any) -> None:
        super().__init__(*args, structure=service_request.structure, **kwargs)
        self.service_request = service_request
        self.was_handed_over = was_handed_over
        del self.fields["key"], self.fields["same_person_as"]
        self._keep_what_it_has()
        if was_handed_over:
            self._what_may_become_of_it()
        else:
            del self.fields["knows_it_was_handed_over"]

    def _what_may_become_of_it(self) -> None:
        """What a contact has begun is ended, never rewritten; what is closed is opened again on its page."""
        field = self.fields["outcome"]
        if not self.service_request.is_open:
            field.disabled = True
        elif isinstance(field, forms.ChoiceField):
            kept = {self.service_request.outcome, Outcome.SOLVED}
            field.choices = [(value, label) for value, label in Outcome.choices if value in kept]
            field.error_messages["invalid_choice"] = (
                "Un interlocuteur a été sollicité\u00a0: la demande ne redevient pas «\u00a0à rappeler\u00a0»."
            )

    def _keep_what_it_has(self) -> None:
        """An operator or a blocker that was retired since stays where it was used."""
        has = {"operator": self.service_request.operator_id, "blocker": self.service_request.blocker_id}
        for name, pk in has.items():
            field = self.fields[name]
            if pk is not None and isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = field.queryset | field.queryset.model._default_manager.filter(pk=pk)

    @classmethod
    def initial_of(cls, request: ServiceRequest) -> dict[str, Any]:
        """The request as it is, in the words of the form."""
        is_its_own = request.operator_id == request.procedure.operator_id
        return {
            "procedure": request.procedure.name,
            "procedure_code": request.procedure.code,
            "operator": None if is_its_own else request.operator_id,
            "outcome": request.outcome,
            "commune": request.commune.name if request.commune else "",
            "channel": request.channel,
            "blocker": request.blocker_id,
            "age_band": request.age_band,
            "situation": request.situation,
            "version": request.version,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        procedure, chosen = data.get("procedure"), data.get("operator")
        if isinstance(procedure, Procedure) and "operator" not in self.errors:
            data["operator"] = self._operator(procedure, chosen)
            self._ask_whether_the_contact_knows(data)
        return data

    def _procedure(self, typed: str, code: str) -> Procedure | None:
        """The démarche it has already, even if it is no longer in use."""
        known = self.service_request.procedure
        if typed == known.name and code in ("", known.code):
            return known
        return super()._procedure(typed, code if code != known.code else "")

    def _operator(self, procedure: Procedure, chosen: Operator | None) -> Operator:
        possible = procedure.operators()
        if chosen is None:
            return procedure.operator
        # The one it was handed over to may be another: it stays as long as the démarche does.
        request = self.service_request
        if chosen not in possible and (procedure.pk, chosen.pk) != (request.procedure_id, request.operator_id):
            names = " ou ".join(operator.name for operator in possible)
            self.add_error("operator", f"Cette démarche se fait chez {names}.")
        return chosen

    def _ask_whether_the_contact_knows(self, data: dict[str, Any]) -> None:
        request = self.service_request
        is_another = (data["procedure"].pk, data["operator"].pk) != (request.procedure_id, request.operator_id)
        if self.was_handed_over and is_another and not data.get("knows_it_was_handed_over"):
            self.add_error(
                "knows_it_was_handed_over",
                "Un interlocuteur a déjà été sollicité pour l’ancienne démarche\u00a0: prévenez-le, puis cochez.",
            )

    def entry(self) -> Entry:
        """What was entered, once the form is valid."""
        names = ("procedure", "operator", "outcome", "commune", "channel", "blocker", "age_band", "situation")
        return Entry(**{name: self.cleaned_data[name] for name in names})
