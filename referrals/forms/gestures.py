"""What was typed on the page of a request: a call, a note."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.forms import CarefulForm
from referrals.models import Happening
from schedules.spoken_times import LONGEST_TEXT, moment_typed


class CallForm(CarefulForm):
    """A call to the contact, as one of four buttons; when to call back is said in a few keys, or picked."""

    kind = forms.ChoiceField(
        label="Ce que l’appel a donné",
        required=False,
        choices=[
            (kind.value, kind.label)
            for kind in (
                Happening.CALL_ANSWERED,
                Happening.CALL_NO_ANSWER,
                Happening.CALL_BACK,
                Happening.WRONG_CONTACT,
            )
        ],
    )
    text = forms.CharField(
        label="Ce qui a été dit", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    when = forms.CharField(
        label="À rappeler",
        required=False,
        max_length=LONGEST_TEXT,
        help_text="«\u00a014h30\u00a0», «\u00a0demain 9h\u00a0», «\u00a0lun 10h\u00a0», «\u00a0dans 2h\u00a0».",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    call_back_at = forms.DateTimeField(
        label="Ou choisir le jour et l’heure",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    quick = forms.CharField(required=False, max_length=LONGEST_TEXT, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        # The buttons that say when are « à rappeler » by themselves.
        typed, quick = data.pop("when", ""), data.pop("quick", "")
        kind = data["kind"] = Happening.CALL_BACK.value if quick else data.get("kind")
        if not kind and "kind" not in self.errors:
            self.add_error("kind", "Choisissez ce que l’appel a donné.")
        if kind == Happening.CALL_ANSWERED and not data.get("text"):
            self.add_error(
                "text", "Notez en une phrase ce que l’interlocuteur a répondu\u00a0: c’est ce que l’usager attend."
            )
        if kind == Happening.CALL_BACK:
            self._say_when(data, quick or typed)
        elif typed and not self.errors:
            # Enter in this field presses the first button of the form.
            self.add_error(
                "when", "Vous avez écrit quand rappeler\u00a0: appuyez sur «\u00a0À rappeler\u00a0», ou videz ce champ."
            )
        return data

    def _say_when(self, data: dict[str, Any], words: str) -> None:
        """What was typed before what was picked."""
        if {"when", "call_back_at"} & self.errors.keys():
            return
        now = timezone.now()
        at: datetime | None = moment_typed(words, now) if words else data.get("call_back_at")
        if words and at is None:
            self.add_error(
                "when",
                "Cette heure n’est pas comprise. Essayez «\u00a014h30\u00a0», "
                "«\u00a0demain 9h\u00a0» ou «\u00a0dans 2h\u00a0».",
            )
        elif at is None:
            self.add_error("when", "Indiquez quand rappeler.")
        elif at < now - timedelta(minutes=5):
            self.add_error("when" if words else "call_back_at", "Cette heure est déjà passée.")
        else:
            data["call_back_at"] = at


class NoteForm(CarefulForm):
    text = forms.CharField(
        label="Note pour l’équipe",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "data-key": "n"}),
        help_text="« @ » et un prénom appellent un collègue : la demande l’attend sur son accueil.",
        error_messages={"required": "La note est vide."},
    )
