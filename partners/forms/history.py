"""Which changes of the directory does someone look for?"""

from collections.abc import Iterable

from django import forms

from accounts.forms import CarefulForm
from accounts.models import User
from partners.changes import NOBODY
from partners.told_changes import KINDS


class ChangesForm(CarefulForm):
    """In the address: `objet` and `auteur`. What is not known there narrows nothing."""

    objet = forms.ChoiceField(label="Quoi", choices=[("", "Tout"), *KINDS.items()], required=False)
    auteur = forms.ChoiceField(label="Par qui", required=False)

    def __init__(self, *args: object, authors: Iterable[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = [(str(author.pk), str(author)) for author in authors]
        self.fields["auteur"] = forms.ChoiceField(
            label="Par qui", choices=[("", "Tout le monde"), *people, (NOBODY, "L’application")], required=False
        )

    def kept(self) -> dict[str, str]:
        """What is asked for and makes sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
