"""What does the partner manager give to import contacts, and which lines does she look for?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts.forms import CarefulForm
from accounts.models import Team
from partners.models import ContactLineKind
from partners.sheets.reading import LARGEST_FILE

ACCEPTED = ".csv,.txt,.xlsx"
FAILED = "failed"
KINDS = [*ContactLineKind.choices, (FAILED, "laissée")]
"""`failed` is not a kind of its own: a line that could be neither written nor undone."""


class UploadForm(CarefulForm):
    """The file, read only when its size allows it. The team is asked of who has several."""

    file = forms.FileField(
        label="Fichier d’interlocuteurs et de règles",
        help_text=(
            "CSV ou Excel (.xlsx), 20\u00a0000 lignes, 10\u00a0Mo au plus. Rien n’est écrit avant votre accord."
        ),
        max_length=500,
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    office = forms.ModelChoiceField(
        Team.objects.none(), label="Équipe qui tiendra les nouvelles fiches", empty_label=None
    )

    def __init__(self, *args: Any, offices: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._only_office = offices[0] if len(offices) == 1 else None
        field: Any = self.fields["office"]
        field.queryset = Team.objects.filter(pk__in=[team.pk for team in offices])
        if self._only_office:
            del self.fields["office"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return cleaned | ({"office": self._only_office} if self._only_office else {})

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            size = round((file.size or 0) / 1_000_000)
            raise ValidationError(f"Ce fichier pèse {size}\u00a0Mo, 10\u00a0Mo au plus.", code="size")
        return file


class LineFilterForm(CarefulForm):
    """In the address: `nature` and `recherche`. What is not known there is as if it were not."""

    nature = forms.ChoiceField(choices=[("", "Toutes"), *KINDS], required=False, widget=forms.HiddenInput)
    recherche = forms.CharField(label="Nom, ou numéro de ligne", required=False, max_length=80)

    def kept(self) -> dict[str, str]:
        """What is asked for and makes sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
