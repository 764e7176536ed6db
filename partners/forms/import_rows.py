"""Is what a row of a spreadsheet says of a contact, and of a rule, possible; and which column is wrong?

One form is filled again and again: making a form costs more than reading a row. Its cleaned data are the plain values
of `partners.sheets.snapshots`; what the file leaves unsaid is not in them.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import CarefulForm
from partners.forms.fields import PhoneField, refuse_another_age
from partners.models import ContactKind
from partners.sheets.known import Known, NotKnown
from partners.sheets.snapshots import DAYS, rule_values
from territories.spelling import plain

YES = frozenset({"oui", "o", "x", "1", "vrai", "true", "yes", "en service"})
NO = frozenset({"non", "n", "0", "faux", "false", "no", "hors service"})
KINDS = {
    plain(word): kind
    for kind in ContactKind
    for word in (kind.value, kind.label, kind.label.split()[-1])
} | {"bureau": ContactKind.DESK, "accueil": ContactKind.DESK}  # fmt: skip
EVERY_PROCEDURE = "Toutes les démarches"
_EVERY = frozenset({plain(EVERY_PROCEDURE), "toutes", "tout"})
_DAY = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SERIAL = re.compile(r"[2-7]\d{4}")
_MIDNIGHT = re.compile(r"[\sT]+00?:00(?::00(?:\.0+)?)?$")
_EXCEL_ZERO = date(1899, 12, 30)
_PHONE_BLANKS = re.compile(r"[\s.\-/()\u00a0\u202f]")


class PhoneCell(PhoneField):
    """Spreadsheets drop the first 0 of a number, or its « + »."""

    def clean(self, value: Any) -> str:
        figures = _PHONE_BLANKS.sub("", str(value or "").removeprefix("'"))
        if re.fullmatch(r"[1-9]\d{8}", figures):
            return super().clean(f"0{figures}")
        if re.fullmatch(r"330?[1-9]\d{8}", figures):
            return super().clean(f"+{figures}")
        return super().clean(figures or "")


class DayCell(forms.CharField):
    """24/11/2026, 24-11-26, 2026-11-24, or the number that a spreadsheet keeps for it; gives an ISO day, or None."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=30)

    def clean(self, value: Any) -> Any:
        typed = _MIDNIGHT.sub("", super().clean(value))
        if not typed:
            return None
        try:
            day = _day(typed)
        except (ValueError, OverflowError):
            raise ValidationError(f"«\u00a0{typed}\u00a0» n’est pas une date comme 24/11/2026.", code="day") from None
        refuse_another_age(day)
        return day.isoformat()


class TextCell(forms.CharField):
    """Ends of lines are those of every system, once."""

    def clean(self, value: Any) -> Any:
        return super().clean(value).replace("\r\n", "\n").replace("\r", "\n")


class RowForm(CarefulForm):
    """Filled by `read`, as many times as there are rows; it has the fields whose columns the file has."""

    def __init__(self, known: Known, *, columns: Collection[str]) -> None:
        super().__init__({})
        self.known = known
        self.fields = {name: field for name, field in self.fields.items() if name in columns}

    def read(self, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """The cleaned data, and what is wrong: (name of the column, reason)."""
        self.data = {name: cells.get(name, "") for name in self.fields}
        self.full_clean()
        problems = [(name, str(reason)) for name, reasons in self.errors.items() for reason in reasons]
        return self.cleaned_data, problems


class ContactCellsForm(RowForm):
    """The cells about the contact. `stand_in` stays as typed: it may be a contact of another row."""

    operator = forms.CharField(max_length=200, error_messages={"required": "Donnez l’opérateur."})
    body = TextCell(max_length=120, required=False)
    kind = forms.CharField(max_length=40, required=False)
    name = TextCell(max_length=120, error_messages={"required": "Donnez le nom de la personne ou du service."})
    function = TextCell(max_length=120, required=False)
    phone = PhoneCell(required=False)
    direct_phone = PhoneCell(required=False)
    mail = forms.EmailField(required=False)
    absent_from = DayCell()
    absent_until = DayCell()
    stand_in = TextCell(max_length=260, required=False)
    checked_on = DayCell()
    note = TextCell(max_length=2000, required=False)
    is_active = forms.CharField(max_length=20, required=False)
    identifier = forms.CharField(max_length=20, required=False)

    def __init__(self, known: Known, *, columns: Collection[str], today: date) -> None:
        super().__init__(known, columns=columns)
        self.today = today

    def clean_operator(self) -> int:
        try:
            return int(self.known.operators.find(self.cleaned_data["operator"]).key)
        except NotKnown as problem:
            raise ValidationError(problem.said, code="operator") from None

    def clean_kind(self) -> str | None:
        typed = plain(self.cleaned_data["kind"])
        if typed and typed not in KINDS:
            raise ValidationError("Écrivez «\u00a0une personne\u00a0» ou «\u00a0un service\u00a0».", code="kind")
        return KINDS[typed].value if typed else None

    def clean_checked_on(self) -> str | None:
        day: str | None = self.cleaned_data["checked_on"]
        if day and day > self.today.isoformat():
            raise ValidationError(
                "Cette date est à venir\u00a0: une fiche se vérifie aujourd’hui ou avant.", code="day"
            )
        return day

    def clean_is_active(self) -> bool | None:
        typed = plain(self.cleaned_data["is_active"])
        if typed and typed not in YES | NO:
            raise ValidationError("Écrivez oui ou non.", code="yes")
        return typed in YES if typed else None

    def clean_identifier(self) -> int | None:
        typed: str = self.cleaned_data["identifier"]
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and int(typed) in self.known.contacts):
            raise ValidationError(
                f"Aucune de vos fiches n’a le numéro {typed}\u00a0: laissez la case vide pour une nouvelle fiche.",
                code="identifier",
            )
        return int(typed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not set(DAYS) & set(self.errors) and (problem := absence_problem(cleaned)):
            self.add_error("absent_until", problem)
        # An empty « nature » or « en service » says nothing; a column that is not there neither.
        unsaid = {name for name in ("kind", "is_active") if cleaned.get(name) is None}
        return {name: value for name, value in cleaned.items() if name not in unsaid}


class RuleCellsForm(RowForm):
    """The cells about one rule; `cleaned_data["rule"]` is None when they are all empty."""

    procedure = forms.CharField(max_length=200, required=False)
    area_kind = forms.CharField(max_length=40, required=False)
    area = forms.CharField(max_length=200, required=False)
    blocker = forms.CharField(max_length=120, required=False)
    rule_note = TextCell(max_length=200, required=False)
    priority = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=9,
        error_messages={
            "invalid": "La priorité va de 1 à 9.",
            "min_value": "La priorité va de 1 à 9.",
            "max_value": "La priorité va de 1 à 9.",
        },
    )

    operator: int | None = None

    def read_for(self, cells: Mapping[str, str], operator: int | None) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """`operator`: whose démarches are meant; None when the row does not say it well."""
        self.operator = operator
        return self.read(cells)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(self.data.values()):
            return {"rule": None}
        procedure, blocker = self._procedure(cleaned.get("procedure", "")), self._blocker(cleaned.get("blocker", ""))
        area = self._area(cleaned.get("area_kind", ""), cleaned.get("area", ""))
        # No priority is None: that of the stored rule stays.
        rule = rule_values(procedure, blocker, area, 0, cleaned.get("rule_note", ""))
        return {"rule": rule | {"priority": cleaned.get("priority")}}

    def _procedure(self, typed: str) -> int | None:
        if not typed or plain(typed) in _EVERY:
            return None
        try:
            return int(self.known.procedures.find(typed, operator=self.operator).key)
        except NotKnown as problem:
            self.add_error("procedure", problem.said)
        return None

    def _blocker(self, typed: str) -> int | None:
        if not typed:
            return None
        try:
            return int(self.known.blockers.find(typed).key)
        except NotKnown as problem:
            self.add_error("blocker", problem.said)
        return None

    def _area(self, kind: str, typed: str) -> str:
        if not typed:
            self.add_error("area", "Donnez le territoire de cette règle\u00a0: une commune, une intercommunalité…")
            return ""
        try:
            return self.known.area(kind, typed)
        except NotKnown as problem:
            self.add_error("area", problem.said)
        return ""


def absence_problem(values: Mapping[str, Any]) -> str:
    """Why these days of absence (ISO) cannot be; nothing when they can. A day that is not there is not judged."""
    if not {"absent_from", "absent_until"} <= set(values):
        return ""
    begins, ends = values["absent_from"], values["absent_until"]
    if bool(begins) != bool(ends):
        return "Une absence a un début et une fin."
    return "L’absence finit avant de commencer." if begins and ends < begins else ""


def _day(typed: str) -> date:
    if _SERIAL.fullmatch(typed):
        return _EXCEL_ZERO + timedelta(days=int(typed))
    if found := _ISO_DAY.fullmatch(typed):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY.fullmatch(typed):
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        return date(year, int(found[2]), int(found[1]))
    raise ValueError("not a day")
