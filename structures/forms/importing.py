"""What does the coordinator give to import the national list, and which of its lines does she look for?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts.forms import CarefulForm
from accounts.models import Team
from structures.models import LineKind, LineState
from structures.national_text import LARGEST_FILE

ACCEPTED = ".csv,.txt,.xlsx"


class ImportForm(CarefulForm):
    """The file, read whole only when its size allows it. The coordination is asked of who has several."""

    file = forms.FileField(
        label="Fichier de la liste nationale",
        help_text="CSV ou Excel (.xlsx), édition de 2024 ou de 2022, 20\u00a0Mo au plus. "
        "Rien n’est écrit avant votre accord.",
        max_length=500,
        error_messages={
            "required": "Choisissez le fichier de la liste nationale.",
            "empty": "Ce fichier est vide.",
        },
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    coordination = forms.ModelChoiceField(Team.objects.none(), label="Coordination", empty_label=None)
    everywhere = forms.BooleanField(
        label="Lire tous les départements du fichier",
        required=False,
        help_text="Sinon, seuls ceux de vos structures sont lus\u00a0; les autres lignes sont comptées.",
    )

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coordination"].queryset = Team.objects.filter(  # type: ignore[attr-defined]
            pk__in=[team.pk for team in teams]
        )
        if len(teams) == 1:
            del self.fields["coordination"]

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            size = round((file.size or 0) / 1_000_000)
            raise ValidationError(
                f"Ce fichier pèse {size}\u00a0Mo, 20\u00a0Mo au plus\u00a0: ce n’est pas la liste nationale."
            )
        return file


class LineFilterForm(CarefulForm):
    """In the address: `nature`, `etat`, `recherche`. What is not known there is as if it were not."""

    nature = forms.ChoiceField(choices=[("", "Toutes"), *LineKind.choices], required=False, widget=forms.HiddenInput)
    recherche = forms.CharField(label="Nom ou matricule", required=False, max_length=80)
    etat = forms.ChoiceField(
        label="Décision",
        choices=[("", "Toutes"), *((state.value, state.label.capitalize()) for state in LineState)],
        required=False,
    )

    def kept(self) -> dict[str, str]:
        """What is asked for and makes sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
