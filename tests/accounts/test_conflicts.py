"""Does what two people typed at the same time read as they would say it?"""

from datetime import date

from django import forms
from django.http import QueryDict

from accounts.conflicts import differences, send_again


class Sheet(forms.Form):
    name = forms.CharField(label="Nom", required=False)
    note = forms.CharField(label="Note", required=False)
    away_from = forms.DateField(label="En congé du", required=False)
    is_open = forms.BooleanField(label="Ouvert", required=False)
    kind = forms.ChoiceField(label="Nature", choices=[("a", "Une personne"), ("Groupe", [("b", "Un service")])])
    days = forms.MultipleChoiceField(label="Jours", choices=[(0, "lundi"), (1, "mardi")], required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


STORED = {
    "name": "Ada",
    "note": "Deux\nlignes",
    "away_from": date(2026, 12, 1),
    "is_open": True,
    "kind": "a",
    "days": [0],
    "version": 7,
}


def spoken(day: date) -> str:
    return f"le {day.day}.{day.month}.{day.year}"


def sheet(typed: str) -> Sheet:
    return Sheet(QueryDict(typed))


def test_each_field_that_differs_is_said_with_labels_and_dates_in_words() -> None:
    typed = sheet("name=Bea&note=Deux%0D%0Alignes&away_from=2027-12-01&kind=b&days=0&days=1&version=6")
    assert differences(typed, Sheet(initial=STORED), in_words=spoken) == [
        ("Nom", "Ada", "Bea"),
        ("En congé du", "le 1.12.2026", "le 1.12.2027"),
        ("Ouvert", "oui", "non"),
        ("Nature", "Une personne", "Un service"),
        ("Jours", "lundi", "lundi, mardi"),
    ]


def test_the_same_things_are_no_difference() -> None:
    typed = sheet("name=Ada&note=Deux%0D%0Alignes&away_from=2026-12-01&is_open=on&kind=a&days=0")
    assert differences(typed, Sheet(initial=STORED), in_words=spoken) == []


def test_what_is_no_date_and_no_choice_is_said_as_it_was_typed() -> None:
    typed = sheet("name=Ada&note=Deux%0D%0Alignes&away_from=demain&is_open=on&kind=zzz&days=0")
    assert differences(typed, Sheet(initial=STORED), in_words=spoken) == [
        ("En congé du", "le 1.12.2026", "demain"),
        ("Nature", "Une personne", "zzz"),
    ]


def test_sending_the_form_again_overwrites_knowingly() -> None:
    typed = sheet("name=Bea&version=6")
    send_again(typed, Sheet(initial=STORED), mark="version")
    assert str(typed["version"].value()) == "7"
    assert typed["name"].value() == "Bea"
