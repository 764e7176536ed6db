"""How are closures and exceptional openings typed, for a place and for a whole structure?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.forms import CarefulForm
from schedules.forms.closures import ClosureForm, ExtraForm, ReplacedClosureForm
from schedules.here import calendar_between
from schedules.opening_hours import Closure, Timetable
from schedules.snapshots import row_of_closure, row_of_extra
from structures.closing import Lost, lost
from structures.exceptions import Snapshot, closures_of, extras_of, with_line, without_line
from structures.opened import digest

Places = Sequence[tuple[str, Timetable]]
ADDED = "La fermeture est enregistrée."
REPLACED = "La fermeture et le jour qui la remplace sont enregistrés."
OPENED = "L’ouverture exceptionnelle est enregistrée."
REMOVED = "La ligne est retirée."


class PlaceClosureForm(ReplacedClosureForm, CarefulForm):
    """A closure of one place, with the day that makes up for it."""


class PlaceExtraForm(ExtraForm, CarefulForm):
    """An opening that no rule gives."""


class StructureClosureForm(ClosureForm, CarefulForm):
    """A closure of every place of a structure."""


@dataclass(frozen=True)
class Asked:
    """What a button asks for: what to store, and the sentence to say once it is."""

    kept: Snapshot
    said: str


class ClosureDesk:
    """The forms of a page of closures; `asked` is None when something must be typed again or confirmed.

    `places`: those that the closures concern, each with its name and its hours. A whole structure has no opening of
    its own.
    """

    def __init__(
        self,
        stored: Snapshot,
        places: Places,
        today: date,
        *,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.stored, self.places, self.today, self.data = stored, places, today, data or {}
        self.lost, self.to_confirm = Lost(()), ""
        has_extras = "extras" in stored
        given: dict[str, Any] = {"today": today, "initial": {**(initial or {}), "opened": digest(stored)}}
        closure_form = PlaceClosureForm if has_extras else StructureClosureForm
        self.closure_form = closure_form(self._sent("add_closure"), stored=closures_of(stored), **given)
        self.extra_form = (
            PlaceExtraForm(self._sent("add_extra"), stored=extras_of(stored), **given) if has_extras else None
        )

    @property
    def is_refused(self) -> bool:
        return bool(self.closure_form.errors or (self.extra_form is not None and self.extra_form.errors))

    def asked(self) -> Asked | None:
        if "remove" in self.data:
            kept = without_line(self.stored, self.data["remove"])
            return None if kept is None else Asked(kept, REMOVED)
        if self.extra_form is not None and self.extra_form.is_bound:
            return self._extra(self.extra_form)
        return self._closure() if self.closure_form.is_bound else None

    def _extra(self, form: ExtraForm) -> Asked | None:
        if not form.is_valid():
            return None
        return Asked(with_line(self.stored, "extras", row_of_extra(form.extra())), OPENED)

    def _closure(self) -> Asked | None:
        """A closure that takes announced openings away is stored once they have been seen."""
        form = self.closure_form
        if not form.is_valid():
            return None
        closure = form.closure()
        calendar = calendar_between(self.today, max(closure.last_day, self.today))
        taken = lost(self.places, closure, calendar, self.today)
        if taken and form.cleaned_data["confirmed"] != days_confirmed(closure):
            self.lost, self.to_confirm = taken, days_confirmed(closure)
            return None
        kept = with_line(self.stored, "closures", row_of_closure(closure))
        extra = form.extra() if isinstance(form, ReplacedClosureForm) else None
        if extra is None:
            return Asked(kept, ADDED)
        return Asked(with_line(kept, "extras", row_of_extra(extra)), REPLACED)

    def _sent(self, button: str) -> Mapping[str, Any] | None:
        return self.data if button in self.data else None


def days_confirmed(closure: Closure) -> str:
    """What the hidden field holds once the openings that fall away were seen: other days are to be confirmed again."""
    return f"{closure.first_day}/{closure.last_day}"
