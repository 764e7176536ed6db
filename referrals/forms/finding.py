"""What is looked for in one box, and under which name are filters kept?"""

from django import forms

from accounts.forms import CarefulForm


class SearchForm(CarefulForm):
    """One box: a reference or its end, a phone, a mail or a name, words of a démarche, of a note or of an answer."""

    q = forms.CharField(
        label="Chercher une demande",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Tapez une référence, un téléphone, un nom ou un mot.",
            "max_length": "C’est trop long\u00a0: quelques mots suffisent.",
        },
    )


class SavedViewForm(CarefulForm):
    name = forms.CharField(
        label="Nom de la vue",
        max_length=60,
        error_messages={
            "required": "Donnez un nom à cette vue.",
            "max_length": "Ce nom est trop long\u00a0: 60 caractères au plus.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    shared = forms.BooleanField(
        label="La partager avec mon site", required=False, help_text="Toute l’équipe la voit, et peut la changer."
    )
