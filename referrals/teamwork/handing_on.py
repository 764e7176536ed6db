"""To whom are the open requests of somebody who leaves confided: all to one colleague, or some to others?"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction

from accounts.forms import CarefulForm
from accounts.models import User
from referrals.teamwork.holding import Held, hand_over_work
from structures.models import Structure

NOT_OF_THE_SITE = "Cette personne ne suit pas les demandes du site."


class WorkForm(CarefulForm):
    """One choice for everything, and one for each request that goes to somebody else."""

    def __init__(self, *args: Any, colleagues: Iterable[User], requests: Iterable[Held], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(user.pk): user for user in colleagues}
        self.requests = list(requests)
        names = [(pk, str(user)) for pk, user in self.colleagues.items()]
        self.fields["to"] = self._choice("Tout confier à", "personne pour l’instant", names)
        for held in self.requests:
            self.fields[_name(held)] = self._choice(f"Confier {held.reference} à", "comme les autres", names)

    def _choice(self, label: str, nobody: str, names: list[tuple[str, str]]) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=label,
            required=False,
            choices=[("", nobody), *names],
            error_messages={"invalid_choice": NOT_OF_THE_SITE},
        )

    def shares(self) -> list[tuple[User, list[int]]]:
        """For each colleague, the requests that she receives, by pk; what is confided to nobody stays out."""
        shared: dict[str, list[int]] = {}
        for held in self.requests:
            if chosen := self.cleaned_data.get(_name(held)) or self.cleaned_data.get("to"):
                shared.setdefault(chosen, []).append(held.pk)
        return [(self.colleagues[pk], pks) for pk, pks in shared.items()]

    def rows(self) -> list[tuple[Held, forms.BoundField]]:
        return [(held, self[_name(held)]) for held in self.requests]


def _name(held: Held) -> str:
    return f"request_{held.pk}"


@transaction.atomic
def share_out(
    shares: Iterable[tuple[User, list[int]]], *, structure: Structure, leaving: User, by: User, now: datetime
) -> int:
    """Confide to each colleague her part; counts what changed hands. Raises `holding.NotAColleague`."""
    return sum(
        hand_over_work(structure=structure, leaving=leaving, to=to, by=by, now=now, only=pks) for to, pks in shares
    )
