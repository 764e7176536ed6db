"""How are the regular hours of a place or of a person typed: a week, the other rules, a note?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from schedules.editing import Preview, as_stored, overlaps, preview
from schedules.forms.fields import TimeOfDayField, access_field
from schedules.forms.rows import ADDABLE, TITLES, DayRow, RuleRow, StretchRow
from schedules.forms.rule_fields import DEPENDED_ON, rule_fields
from schedules.forms.typed import Step, as_typed, shape_of
from schedules.slots import Access, Frequency, Slot
from schedules.wording import WEEKDAYS, spoken_time

_ORDINALS = ("1re", "2e", "3e", "4e", "5e", "6e")
_OVERLAP = "Cette plage en recouvre une autre du même jour."


class HoursForm(forms.Form):
    """The whole of the regular hours; `cleaned_data["slots"]` and `["note"]` are what to store.

    `stored`: the slots as they are now; those that nobody changes are given back exactly. Mix in a form that refuses
    sensitive text. `initial` is text, from `as_typed` or from a `Step`.
    """

    note = forms.CharField(
        label="Précision",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "fr-input"}),
        help_text="Montrée au public sous les horaires. Par exemple : « fermé le premier lundi du mois à 16 h ».",
    )
    opened = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        today: date,
        stored: Sequence[Slot] = (),
        stored_note: str = "",
        focus: str = "",
        is_swapped: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.stored, self.stored_note = today, tuple(stored), stored_note
        self.typed: Mapping[str, Any] = self.data if self.is_bound else (self.initial or {})
        self.shape = shape_of(self.typed)
        self.found: list[Slot] = []
        for weekday in range(len(WEEKDAYS)):
            self._add_day(weekday)
        for number in self.shape.rules:
            self._add_rule(number)
        if focus in self.fields:
            # A browser that has the focus somewhere does not follow an autofocus that comes later.
            self.fields[focus].widget.attrs["data-focus" if is_swapped else "autofocus"] = True

    @classmethod
    def opened_on(cls, slots: Sequence[Slot], note: str, *, digest: str, today: date, **kwargs: Any) -> Self:
        """The form as it shows what is stored."""
        initial = as_typed(slots, note) | {"opened": digest} | kwargs.pop("initial", {})
        return cls(initial=initial, today=today, stored=slots, stored_note=note, **kwargs)

    def after(self, step: Step) -> Self:
        """The same form once a button has changed what is typed in it; nothing is refused yet."""
        return type(self)(
            initial=step.typed,
            today=self.today,
            stored=self.stored,
            stored_note=self.stored_note,
            focus=step.focus,
            is_swapped=step.is_swapped,
        )

    def preview(self, asked: timedelta | None = None) -> Preview:
        """What the lines that are right come to, whether or not others are wrong."""
        return preview(self.slots_so_far(), self.today, asked)

    def slots_so_far(self) -> list[Slot]:
        if self.is_bound:
            self.is_valid()
            return self.found
        shadow = type(self)(dict(self.typed), today=self.today, stored=self.stored)
        return shadow.slots_so_far()

    # What the template lays out

    addable = ADDABLE

    def days(self) -> Iterator[DayRow]:
        for weekday, name in enumerate(WEEKDAYS):
            prefix = f"d{weekday}"
            stretches = [self._stretch(f"{prefix}-{n}", has_access=True) for n in self.shape.days[weekday]]
            yield DayRow(weekday, name.capitalize(), stretches, self[f"{prefix}-unknown"])

    def rules(self) -> Iterator[RuleRow]:
        for number, stretches in self.shape.rules.items():
            if (frequency := self._frequency(number)) is not None:
                yield self._rule_row(f"r{number}", number, frequency, stretches)

    def _rule_row(self, prefix: str, number: int, frequency: Frequency, stretches: list[int]) -> RuleRow:
        def those(*names: str) -> list[BoundField]:
            return [self[f"{prefix}-{name}"] for name in names if f"{prefix}-{name}" in self.fields]

        return RuleRow(
            number=number,
            frequency=frequency,
            hidden=self[f"{prefix}-frequency"],
            when=those("nth", "weekday", "interval", "dates"),
            start=those("start", "anchor") if frequency is Frequency.EVERY_N_WEEKS else [],
            stretches=[self._stretch(f"{prefix}-{n}") for n in stretches],
            access=self[f"{prefix}-access"],
            unknown=self[f"{prefix}-unknown"],
            validity=those(
                *(["anchor"] if frequency is not Frequency.EVERY_N_WEEKS else []), "valid_from", "valid_until"
            ),
            conditions=those("except_school_holidays", "on_public_holidays"),
        )

    def _stretch(self, prefix: str, *, has_access: bool = False) -> StretchRow:
        access = self[f"{prefix}-access"] if has_access else None
        opens = self[f"{prefix}-opens"]
        return StretchRow(str(opens.label).rpartition(",")[0], opens, self[f"{prefix}-closes"], access)

    # Fields

    def _add_day(self, weekday: int) -> None:
        day, prefix = WEEKDAYS[weekday].capitalize(), f"d{weekday}"
        for place, number in enumerate(self.shape.days[weekday]):
            label = f"{day}, {_ordinal(place)} plage"
            self._add_stretch(f"{prefix}-{number}", label)
            self.fields[f"{prefix}-{number}-access"] = access_field(
                label=f"{label}, accès", required=False, initial=Access.WALK_IN.value
            )
        label = f"{day}\u00a0: horaires à confirmer"
        self.fields[f"{prefix}-unknown"] = forms.BooleanField(label=label, required=False)

    def _add_stretch(self, prefix: str, label: str) -> None:
        self.fields[f"{prefix}-opens"] = TimeOfDayField(label=f"{label}, de")
        self.fields[f"{prefix}-closes"] = TimeOfDayField(label=f"{label}, à", closing=True)

    def _add_rule(self, number: int) -> None:
        frequency, prefix = self._frequency(number), f"r{number}"
        if frequency is None:
            return
        made = rule_fields(frequency, {name: self.typed.get(f"{prefix}-{name}") for name in DEPENDED_ON}, self.today)
        self.fields |= {f"{prefix}-{name}": field for name, field in made.items()}
        for place, stretch in enumerate(self.shape.rules[number]):
            self._add_stretch(f"{prefix}-{stretch}", f"{TITLES[frequency]}, {_ordinal(place)} plage")

    def _frequency(self, number: int) -> Frequency | None:
        typed = self.typed.get(f"r{number}-frequency")
        return Frequency(typed) if typed in list(Frequency) else None

    # Reading

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.found = []
        for weekday in range(len(WEEKDAYS)):
            self._read_day(weekday)
        for number in self.shape.rules:
            if (frequency := self._frequency(number)) is not None:
                self._read_rule(f"r{number}", frequency, self.shape.rules[number])
        self.found = as_stored(self.found, self.stored)
        note = self.cleaned_data.get("note", "")
        return {
            "slots": self.found,
            "note": self.stored_note if note == self.stored_note.strip() else note,
            "opened": self.cleaned_data.get("opened", ""),
        }

    def _read_day(self, weekday: int) -> None:
        slots: list[tuple[str, Slot]] = []
        for number in self.shape.days[weekday]:
            prefix = f"d{weekday}-{number}"
            access = Access(self.cleaned_data.get(f"{prefix}-access") or Access.WALK_IN)
            if (times := self._read_stretch(prefix)) is not None:
                slots.append((prefix, Slot(weekday, *times, access)))
        self._refuse_overlaps(slots)
        self.found += [slot for _, slot in slots]
        if self.cleaned_data.get(f"d{weekday}-unknown"):
            self.found.append(Slot(weekday=weekday))

    def _read_rule(self, prefix: str, frequency: Frequency, stretches: list[int]) -> None:
        found = [(f"{prefix}-{n}", self._read_stretch(f"{prefix}-{n}")) for n in stretches]
        is_unknown = self.cleaned_data.get(f"{prefix}-unknown", False)
        if not is_unknown and not any(self._is_typed(name) for name, _ in found):
            self.add_error(f"{prefix}-{stretches[0]}-opens", "Donnez les heures, ou cochez « horaires à confirmer ».")
        rule = self._rule(prefix, frequency)
        if rule is None:
            return
        slots = [(name, Slot(**rule, opens=times[0], closes=times[1])) for name, times in found if times is not None]
        self._refuse_overlaps(slots)
        self.found += [slot for _, slot in slots] + ([Slot(**rule)] if is_unknown else [])

    def _rule(self, prefix: str, frequency: Frequency) -> dict[str, Any] | None:
        """The values of its slots but the times; None when something is wrong, and said beside the field."""
        values: dict[str, Any] = {name: self.cleaned_data.get(f"{prefix}-{name}") for name in _RULE_VALUES}
        anchor = values.pop("anchor") or values.pop("start", None)
        values.pop("start", None)
        values |= {"frequency": frequency, "anchor": anchor, "interval": values["interval"] or 1}
        values |= {"dates": values["dates"] or (), "access": Access(values["access"] or Access.WALK_IN)}
        values |= {name: bool(values[name]) for name in ("except_school_holidays", "on_public_holidays")}
        if any(name.startswith(f"{prefix}-") and name.split("-")[-1] in _RULE_VALUES for name in self.errors):
            return None
        try:
            Slot(**values)
        except ValueError as problem:
            self.add_error(f"{prefix}-{self._field_at_fault(prefix, frequency, values)}", str(problem))
            return None
        return values

    def _field_at_fault(self, prefix: str, frequency: Frequency, values: dict[str, Any]) -> str:
        if frequency is Frequency.DATES and not values["dates"]:
            return "dates"
        if frequency is Frequency.EVERY_N_WEEKS and values["anchor"] is None:
            return "start" if f"{prefix}-start" in self.fields else "anchor"
        return "valid_until"

    def _is_typed(self, prefix: str) -> bool:
        return any(self.typed.get(f"{prefix}-{end}") for end in ("opens", "closes"))

    def _read_stretch(self, prefix: str) -> tuple[Any, Any] | None:
        """Both times; None when empty or wrong, which is then said."""
        names = f"{prefix}-opens", f"{prefix}-closes"
        if any(name not in self.cleaned_data for name in names):
            return None
        opens, closes = (self.cleaned_data[name] for name in names)
        if opens is None and closes is None:
            return None
        if opens is None or closes is None:
            self.add_error(names[0] if opens is None else names[1], "Donnez l’heure de début et l’heure de fin.")
            return None
        try:
            Slot(weekday=0, opens=opens, closes=closes)
        except ValueError:
            self.add_error(names[1], f"La fin doit venir après le début ({spoken_time(opens)}).")
            return None
        return opens, closes

    def _refuse_overlaps(self, slots: list[tuple[str, Slot]]) -> None:
        for one, other in overlaps([slot for _, slot in slots], self.stored):
            first, second = sorted((slots[one], slots[other]), key=lambda named: named[1].minutes or (0, 0))
            end = first[1].closes
            said = f" La précédente finit à {spoken_time(end)}." if end and end.hour + end.minute else ""
            self.add_error(f"{second[0]}-opens", ValidationError(_OVERLAP + said, code="overlap"))


_RULE_VALUES = (
    "weekday",
    "interval",
    "anchor",
    "start",
    "nth",
    "dates",
    "access",
    "valid_from",
    "valid_until",
    "except_school_holidays",
    "on_public_holidays",
)


def _ordinal(place: int) -> str:
    return _ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}e"
