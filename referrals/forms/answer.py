"""What did the contact type behind the link?"""

from typing import Any

from django import forms

from accounts.forms import CarefulForm
from partners.models import Contact
from referrals.forms.files import TAKEN, FilesField

IN_THE_FILES = "La réponse est dans la pièce jointe."


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
    attached = FilesField(label="Joindre des fichiers", required=False, help_text=TAKEN)
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
        choice, files = data.get("choice"), data.get("attached") or []
        if choice in (self.ANSWER, self.MISSING) and not (data.get("text") or "").strip():
            if files and choice == self.ANSWER and not self.errors:
                data["text"] = IN_THE_FILES
            else:
                self.add_error("text", "Écrivez votre réponse : c’est ce que la personne attend.")
        if choice == self.NOT_ME and files:
            self.add_error("attached", "Avec « Ce n’est pas moi », un fichier n’irait à personne.")
        data["instead"] = self.others.get(data.get("instead") or "")
        return data
