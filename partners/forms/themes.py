"""What may be typed about a theme?"""

from django import forms

from accounts.forms import CarefulForm


class ThemeForm(CarefulForm):
    name = forms.CharField(
        label="Intitulé",
        max_length=60,
        help_text="Avec les mots du public\u00a0: «\u00a0Logement\u00a0», «\u00a0Retraite\u00a0».",
    )
