"""What may be typed about what stands in the way?"""

from django import forms

from accounts.forms import CarefulForm


class BlockerForm(CarefulForm):
    name = forms.CharField(
        label="Intitulé", max_length=100, help_text="Ce qui bloque, sans nom ni situation : « Document non reçu »."
    )
