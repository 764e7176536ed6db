"""What may be typed in a note, so that it helps the next person and says nothing of the first?"""

import re
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from accounts.forms import CarefulForm
from accounts.models import Team
from partners.forms.anonymous import leads_to_nobody
from partners.forms.fields import version_field
from partners.models import Blocker, KnowHowNote, Procedure

NOTE_FIELDS = ("procedure", "blocker", "title", "what_solved_it", "what_to_bring", "links")
_NAMED = re.compile(r"\b(?:M\.|Mr\.?|Mmes?|Mlles?|Monsieur|Madame|Mademoiselle)[ \u00a0\u202f]+[A-ZÀ-ÖØ-Þ]")
_FILE_NUMBER = re.compile(r"(?<![\w/.-])\d{7,}(?!\w)")


def names_nobody(text: str) -> None:
    """A validator: neither « Mme Martin » nor the number of a file."""
    if _NAMED.search(text):
        raise ValidationError(
            "Ce texte semble nommer une personne. Écrivez « la personne », « l’usager », « le service ».", code="name"
        )
    if _FILE_NUMBER.search(text):
        raise ValidationError(
            "Ce texte contient ce qui ressemble à un numéro de dossier : retirez-le, la fiche sert à tout le monde.",
            code="file_number",
        )


_ABOUT_NOBODY = [leads_to_nobody, names_nobody]


class LinksField(forms.CharField):
    """Addresses of pages, one per line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": "2", "spellcheck": "false"}), **kwargs
        )
        self._check = URLValidator(schemes=["https", "http"])

    def clean(self, value: Any) -> str:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        found = [line if "://" in line else f"https://{line}" for line in lines if line]
        for line in found:
            try:
                self._check(line)
            except ValidationError:
                raise ValidationError(
                    "Écrivez une adresse de page par ligne, par exemple service-public.fr.", code="link"
                ) from None
        return "\n".join(found)


class KnowHowForm(CarefulForm):
    """A note, by démarche and by what blocks."""

    version = version_field()
    office = forms.ModelChoiceField(Team.objects.none(), label="Relue par", empty_label=None)
    procedure = forms.ModelChoiceField(Procedure.objects.none(), label="Démarche", empty_label="Choisissez")
    blocker = forms.ModelChoiceField(
        Blocker.objects.in_use(), label="Ce qui bloque", required=False, empty_label="Quel que soit le blocage"
    )
    title = forms.CharField(
        label="Titre", max_length=120, validators=_ABOUT_NOBODY, help_text="Ce que l’on cherchera, en quelques mots."
    )
    what_solved_it = forms.CharField(
        label="Ce qui a débloqué",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": "7"}),
        validators=_ABOUT_NOBODY,
        help_text="Ce qu’il faut faire, dans l’ordre. Ni nom, ni situation, ni dossier d’une personne.",
        error_messages={"required": "Dites en quelques phrases ce qui a débloqué."},
    )
    what_to_bring = forms.CharField(
        label="À apporter",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
        validators=_ABOUT_NOBODY,
    )
    links = LinksField(label="Liens", help_text="Une adresse de page par ligne.")

    def __init__(self, *args: Any, offices: Collection[Team], note: KnowHowNote | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offices = list(offices)
        in_use = Procedure.objects.in_use().order_by("name")
        current = Procedure.objects.filter(pk=note.procedure_id) if note else Procedure.objects.none()
        self._rows("procedure", in_use | current.order_by("name"))
        if note is not None and note.blocker_id:
            self._rows("blocker", Blocker.objects.in_use() | Blocker.objects.filter(pk=note.blocker_id))
        if note is not None or len(self.offices) == 1:
            del self.fields["office"]
        else:
            self._rows("office", Team.objects.filter(pk__in=[team.pk for team in self.offices]))

    def _rows(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    def note_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in NOTE_FIELDS}

    def chosen_office(self) -> Team:
        """The only office, or the one that was chosen."""
        office: Team = self.cleaned_data.get("office") or self.offices[0]
        return office


def note_initial(note: KnowHowNote, version: int) -> dict[str, Any]:
    return {name: getattr(note, name) for name in NOTE_FIELDS} | {"version": version}


class RefusalForm(CarefulForm):
    reason = forms.CharField(
        label="Pourquoi", max_length=90, required=False, help_text="La personne qui l’a écrite le lira."
    )


class KnowHowFilterForm(CarefulForm):
    """The filters of the list, kept in the address."""

    q = forms.CharField(label="Mots", max_length=100, required=False)
    demarche = forms.ModelChoiceField(
        Procedure.objects.none(), label="Démarche", required=False, empty_label="Toutes", to_field_name="code"
    )
    blocage = forms.ModelChoiceField(
        Blocker.objects.all(), label="Ce qui bloque", required=False, empty_label="Tout", to_field_name="code"
    )

    def __init__(self, *args: Any, procedures: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["demarche"]
        field.queryset = procedures
