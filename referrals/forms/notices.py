"""How often does she want to be written to?"""

from django import forms

from accounts.forms import CarefulForm
from referrals.models import Pace

_WHEN = {
    Pace.IMMEDIATE: "tout de suite, un message à chaque fois",
    Pace.TWICE_A_DAY: "deux fois par jour, à 9 h et à 14 h, les jours ouvrés",
    Pace.DAILY: "une fois par jour, à 9 h, les jours ouvrés",
    Pace.NONE: "jamais : tout reste sur l’accueil",
}


class NoticesForm(CarefulForm):
    """One of the four paces; nothing is chosen beforehand for who never chose."""

    pace = forms.ChoiceField(
        label="Vous prévenir par message",
        choices=[(pace.value, words[:1].upper() + words[1:]) for pace, words in _WHEN.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un des quatre rythmes."},
    )
