"""What was typed for the contact: the question, and who the resident is when it cannot be done without."""

from typing import Any

from django import forms

from accounts.forms import CarefulForm
from referrals.forms.communes import commune_named
from territories.models import Commune


class WhoTheResidentIs(CarefulForm):
    """What designates the resident: a name, one way to call back, the number that this operator asks."""

    name = forms.CharField(label="Nom ou initiales", max_length=120, required=False)
    reach = forms.CharField(
        label="Pour rappeler la personne",
        max_length=120,
        required=False,
        help_text="Un téléphone ou une adresse, un seul.",
    )
    file_number = forms.CharField(
        label="Numéro de dossier",
        max_length=60,
        required=False,
        help_text="Jamais le numéro de sécurité sociale.",
    )
    has_no_file_number = forms.BooleanField(label="La personne ne l’a pas", required=False)

    def __init__(self, *args: Any, asked: str = "", **kwargs: Any) -> None:
        """`asked`: the file number that this operator asks, as it calls it; empty: it asks none, and none is told."""
        super().__init__(*args, **kwargs)
        if asked:
            self.fields["file_number"].label = asked[:1].upper() + asked[1:]
        else:
            del self.fields["file_number"], self.fields["has_no_file_number"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("file_number") and data.get("has_no_file_number"):
            self.add_error(
                "has_no_file_number",
                "Un numéro est écrit, et la case dit que la personne ne l’a pas : gardez l’un des deux.",
            )
        data.setdefault("file_number", "")
        data.setdefault("has_no_file_number", False)
        return data


class HandOverForm(WhoTheResidentIs):
    """What the contact needs: the question, and who the resident is only when it cannot be done without."""

    field_order = ("commune", "question")

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

    def clean_commune(self) -> Commune | None:
        text = self.cleaned_data["commune"].strip()
        return commune_named(text) if text else None


class IdentityForm(CarefulForm):
    """How to call the resident back."""

    name = forms.CharField(label="Nom ou initiales", max_length=120, required=False)
    reach = forms.CharField(label="Pour rappeler la personne", max_length=120)


class CorrectIdentityForm(WhoTheResidentIs):
    """Who the resident is, as it should have been written; `seen` says which state was on the screen."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, asked: str = "", is_known: bool = False, **kwargs: Any) -> None:
        """`asked`: as above; `is_known`: a number is written already, and can still be corrected."""
        super().__init__(*args, asked=asked or ("Numéro de dossier" if is_known else ""), **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not any(data.get(name) for name in ("name", "reach", "file_number")):
            raise forms.ValidationError(
                "Tout est vide. Pour effacer ce qui désigne la personne, passez par « Les droits d’une personne »."
            )
        return data
