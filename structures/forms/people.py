"""What does one type about the people of a site: who they are, when they leave, what they have followed?"""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.forms import CarefulForm
from accounts.models import User
from structures.models import Course

CHECK_YEAR = "Vérifiez l’année."
FIRST_DAY = date(1990, 1, 1)
FARTHEST = timedelta(days=3 * 366)
LONGEST_VALIDITY = timedelta(days=20 * 366)  # a course may be valid for 240 months


def day_field(label: str, *, missing: str = "", **options: Any) -> forms.DateField:
    """A date as browsers ask for it; `missing` is said when it is required and empty."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": "Cette date n’existe pas."},
        **options,
    )


def believable(day: date | None, today: date) -> date | None:
    """The same day, or an error on a year that was mistyped."""
    if day is not None and not FIRST_DAY <= day <= today + FARTHEST:
        raise ValidationError(CHECK_YEAR)
    return day


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Two people may have one name: the address tells them apart."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.full_name} ({obj.email})"


class CounsellorForm(CarefulForm):
    """Somebody of the team; her account, when she has one, is chosen among the members of the site's team."""

    full_name = forms.CharField(
        label="Prénom et nom", max_length=120, error_messages={"required": "Donnez le prénom et le nom."}
    )
    arrived_on = day_field("Arrivée le", missing="Donnez la date d’arrivée.")
    opened = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, accounts: QuerySet[User], today: date, left_on: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.left_on = today, left_on
        self.fields["user"] = AccountField(
            label="Compte",
            queryset=accounts,
            required=False,
            empty_label="sans compte",
            help_text="Un compte ouvert dans l’équipe du site. La coordination en ouvre de nouveaux.",
            error_messages={"invalid_choice": "Ce compte n’est pas dans l’équipe du site."},
        )

    def clean_arrived_on(self) -> date | None:
        day = believable(self.cleaned_data["arrived_on"], self.today)
        if day and self.left_on and self.left_on < day:
            raise ValidationError("L’arrivée vient avant le départ qui est enregistré.")
        return day


class DepartureForm(CarefulForm):
    """From which day on is she no longer there, and does she lose the site that day?"""

    left_on = day_field(
        "Date de départ", missing="Donnez la date de départ.", help_text="Le premier jour d’absence définitive."
    )
    ends_access = forms.BooleanField(
        label="Retirer son accès au site à cette date",
        required=False,
        help_text="Son compte reste ouvert\u00a0: c’est l’administration qui le ferme.",
    )
    opened = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, arrived_on: date, today: date, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrived_on, self.today = arrived_on, today
        self.fields["left_on"].widget.attrs["min"] = arrived_on.isoformat()
        if not has_account:
            del self.fields["ends_access"]

    def clean_left_on(self) -> date | None:
        day = believable(self.cleaned_data["left_on"], self.today)
        if day and day < self.arrived_on:
            raise ValidationError("Le départ vient après l’arrivée.")
        return day


class TrainingForm(CarefulForm):
    """A certificate, as dates."""

    course = forms.ModelChoiceField(
        label="Formation",
        queryset=Course.objects.all(),
        empty_label="Choisir…",
        error_messages={
            "required": "Choisissez la formation.",
            "invalid_choice": "Cette formation n’existe pas\u00a0: la coordination peut l’ajouter.",
        },
    )
    completed_on = day_field("Suivie le", missing="Donnez le dernier jour de la formation.")
    expires_on = day_field(
        "Valable jusqu’au", required=False, help_text="Vide\u00a0: selon la durée de validité de la formation."
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["completed_on"].widget.attrs["max"] = today.isoformat()

    def clean_completed_on(self) -> date | None:
        day: date = self.cleaned_data["completed_on"]
        if day > self.today:
            raise ValidationError("Une attestation concerne une formation déjà suivie\u00a0: cette date est à venir.")
        return believable(day, self.today)

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and not FIRST_DAY <= day <= self.today + LONGEST_VALIDITY:
            raise ValidationError(CHECK_YEAR)
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        done, ends = data.get("completed_on"), data.get("expires_on")
        if done and ends and ends < done:
            self.add_error("expires_on", "La validité finit après la formation.")
        return data
