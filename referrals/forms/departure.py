"""To whom does each hand-over of a contact who leaves pass, and since when is that contact gone?"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from accounts.forms import CarefulForm
from partners.forms.fields import DayField
from partners.models import Contact
from referrals.hands.departure import Held

NOBODY = "personne : le site choisira"


class DepartureForm(CarefulForm):
    """The day, and one choice for each hand-over; what is proposed is chosen already."""

    left_on = DayField(label="A quitté son poste le")

    def __init__(self, data: Any = None, *args: Any, held: Iterable[Held], today: date, **kwargs: Any) -> None:
        """A line that the page did not have yet when it was sent keeps what is proposed."""
        self.held, self.today = list(held), today
        super().__init__(data, *args, **kwargs)
        if data is not None:
            arrived = {_name(one): str(one.proposed or "") for one in self.held if _name(one) not in data}
            self.data = arrived | data.dict()
        self._known: dict[str, Contact] = {}
        self.fields["left_on"].required = True
        self.fields["left_on"].initial = today
        self.fields["left_on"].error_messages["required"] = "Indiquez depuis quel jour."
        for one in self.held:
            self._known |= {str(other.pk): other for other in one.others}
            self.fields[_name(one)] = forms.ChoiceField(
                label=f"Passe à ({one.procedure}, {one.structure})",
                required=False,
                initial=str(one.proposed or ""),
                choices=[*((str(other.pk), _said(other, today)) for other in one.others), ("", NOBODY)],
                error_messages={"invalid_choice": "Cette personne ne peut plus la recevoir : choisissez-en une autre."},
            )

    def clean_left_on(self) -> date:
        left_on: date = self.cleaned_data["left_on"]
        if left_on > self.today:
            raise forms.ValidationError(
                "Ce jour n’est pas encore venu. D’ici là, indiquez une absence et un remplaçant ; "
                "revenez ici le jour du départ."
            )
        return left_on

    def chosen(self) -> dict[int, Contact | None]:
        """For each hand-over, who takes it up."""
        return {one.referral: self._known.get(self.cleaned_data[_name(one)]) for one in self.held}

    def by_structure(self) -> list[tuple[str, list[tuple[Held, forms.BoundField]]]]:
        """The lines of each site, in the order they are held."""
        sites: dict[str, list[tuple[Held, forms.BoundField]]] = {}
        for one in self.held:
            sites.setdefault(one.structure, []).append((one, self[_name(one)]))
        return list(sites.items())


def _name(one: Held) -> str:
    return f"to_{one.referral}"


def _said(other: Contact, today: date) -> str:
    what = f"{other.name}, {other.function}" if other.function else other.name
    return f"{what} (absence en cours)" if other.is_absent(today) else what
