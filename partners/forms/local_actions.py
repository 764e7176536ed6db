"""What may be typed about a local action, its team, its calendar and the attendance of its sessions?"""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst

from accounts.forms import CarefulForm, RowsField
from partners.action_models import MODELS, ActionModel
from partners.forms.anonymous import leads_to_nobody
from partners.forms.fields import CommuneField, DayField, HourField, PhoneField, needs_hour, version_field
from partners.models import ActionMember, ActionSession, LocalService, LocalServiceKind, Role
from partners.session_calendar import Rhythm, school_year, school_year_of
from schedules.opening_hours import Frequency
from schedules.slots import Slot

_SHORT = forms.Textarea(attrs={"rows": "3"})
_MOST = 1_000
FEWEST_ROWS, SPARE_ROWS = 6, 2
_WEEKS = (("1", "chaque semaine"), ("2", "une semaine sur deux"), ("3", "une sur trois"), ("4", "une sur quatre"))


class ActionForm(CarefulForm):
    """`cleaned_data` without `version` is what to store."""

    kind = forms.ChoiceField(
        label="Nature", choices=[(model.code, capfirst(LocalServiceKind(model.kind).label)) for model in MODELS]
    )
    name = forms.CharField(label="Nom de l’action", max_length=160)
    host = forms.CharField(
        label="Accueillie par", max_length=160, required=False, help_text="Par exemple\u00a0: bibliothèque du Châtelet."
    )
    commune = CommuneField(label="Commune")
    address = forms.CharField(label="Adresse", max_length=200, required=False)
    phone = PhoneField(label="Téléphone", required=False)
    access = forms.CharField(label="Accès", max_length=160, required=False)
    serves = forms.CharField(label="Pour quoi", max_length=2000, required=False, widget=_SHORT)
    limits = forms.CharField(
        label="Limites",
        max_length=2000,
        required=False,
        widget=_SHORT,
        help_text="Une par ligne\u00a0: elles sont reprises dans la feuille qui aide à refaire l’action ailleurs.",
    )
    version = version_field()


class MemberForm(CarefulForm):
    full_name = forms.CharField(label="Prénom et nom", max_length=120)
    role = forms.ChoiceField(
        label="Rôle",
        choices=[(role.value, capfirst(role.label)) for role in Role],
        widget=forms.RadioSelect,
        help_text="Un bénévole ne tient pas de mandat\u00a0: seul un professionnel agit au nom d’une personne.",
    )
    occupation = forms.CharField(
        label="Métier", max_length=120, required=False, help_text="Par exemple\u00a0: secrétaire médico-sociale."
    )
    joined_on = DayField(label="Depuis le")
    left_on = DayField(label="Jusqu’au", help_text="Vide tant que la personne fait partie de l’équipe.")
    version = version_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["joined_on"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        joined, left = cleaned.get("joined_on"), cleaned.get("left_on")
        if joined and left and left < joined:
            self.add_error("left_on", "Le départ vient après l’arrivée.")
        return cleaned


class CalendarForm(CarefulForm):
    """A rhythm and a school year; once valid, `rhythm()` and `days()` say them."""

    annee = forms.TypedChoiceField(label="Année scolaire", coerce=int)
    first_session = DayField(label="Première séance", help_text="Les autres se comptent à partir de ce jour.")
    every_weeks = forms.TypedChoiceField(label="Rythme", coerce=int, choices=_WEEKS)
    opens = HourField(label="De")
    closes = HourField(label="À")
    in_term_only = forms.BooleanField(label="Pas de séance pendant les vacances scolaires", required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = school_year_of(today)
        years = [(year, f"{year}-{year + 1}") for year in range(this_year - 2, this_year + 3)]
        self.fields["annee"].choices = years  # type: ignore[attr-defined]
        self.fields["first_session"].required = True
        for name in ("opens", "closes"):
            needs_hour(self.fields[name])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", "La fin vient après le début.")
        first, year = cleaned.get("first_session"), cleaned.get("annee")
        if first and year is not None and first > school_year(year)[1]:
            self.add_error("first_session", "Cette séance vient après la fin de l’année scolaire choisie.")
        if first and year is not None and first < school_year(year - 5)[0]:
            self.add_error("first_session", "Ce jour est trop ancien pour compter à partir de lui.")
        return cleaned

    def rhythm(self) -> Rhythm:
        names = ("first_session", "every_weeks", "opens", "closes", "in_term_only")
        return Rhythm(**{name: self.cleaned_data[name] for name in names})

    def days(self) -> tuple[date, date]:
        """From the first session, or the first day of the year when the rhythm is older, to its last day."""
        first_day, last_day = school_year(self.cleaned_data["annee"])
        return max(first_day, self.cleaned_data["first_session"]), last_day


class SessionForm(CarefulForm):
    """One session outside the rhythm."""

    day = DayField(label="Jour")
    opens = HourField(label="De")
    closes = HourField(label="À")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["day"].required = True
        for name in ("opens", "closes"):
            needs_hour(self.fields[name])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", "La fin vient après le début.")
        day = cleaned.get("day")
        if day and not self.today - timedelta(days=3 * 366) <= day <= self.today + timedelta(days=2 * 366):
            self.add_error("day", "Ce jour est trop loin d’aujourd’hui.")
        return cleaned


class CancelForm(CarefulForm):
    because = forms.CharField(
        label="Pourquoi",
        max_length=120,
        validators=[leads_to_nobody],
        help_text="Par exemple\u00a0: bibliothèque fermée.",
    )


class AttendanceForm(CarefulForm):
    """The sheet of one session: `cleaned_data` has what to store, `sent` being a list of (to whom, how many)."""

    version = version_field()
    people_received = forms.IntegerField(label="Personnes reçues", min_value=0, max_value=_MOST)
    procedures_done = forms.IntegerField(label="Démarches faites", min_value=0, max_value=_MOST)
    present = RowsField(
        label="Présents dans l’équipe",
        queryset=ActionMember.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="Note",
        max_length=1000,
        required=False,
        widget=_SHORT,
        validators=[leads_to_nobody],
        help_text="Ce qui aide à préparer la suite. Sans nom, sans téléphone, sans situation de personne.",
    )

    def __init__(self, *args: Any, session: ActionSession, rows: int = FEWEST_ROWS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = self.fields["present"]
        members.queryset = members_on(session)  # type: ignore[attr-defined]
        members.label_from_instance = _member_label  # type: ignore[attr-defined]
        self.row_numbers = range(max(FEWEST_ROWS, rows, self._rows_typed()))
        for number in self.row_numbers:
            self._add_row(number)

    def rows(self) -> Iterable[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"to_{number}"], self[f"count_{number}"]) for number in self.row_numbers]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        sent: dict[str, int] = {}
        for number in self.row_numbers:
            label, count = (cleaned.pop(f"{part}_{number}", None) for part in ("to", "count"))
            if label and count:
                sent[label] = sent.get(label, 0) + count
            elif label and f"count_{number}" not in self.errors:
                self.add_error(f"count_{number}", "Dites combien de personnes.")
            elif count and f"to_{number}" not in self.errors:
                self.add_error(f"to_{number}", "Dites vers qui.")
        people = cleaned.get("people_received")
        if people == 0 and (sent or cleaned.get("procedures_done")):
            self.add_error("people_received", "Des démarches ou des orientations sans personne reçue\u00a0?")
        return cleaned | {"sent": list(sent.items())}

    def _rows_typed(self) -> int:
        typed = [name for name in self.data if str(name).startswith("to_") and str(name)[3:].isdigit()]
        return min(max((int(name[3:]) + 1 for name in typed), default=0), 40)

    def _add_row(self, number: int) -> None:
        attrs = {"list": "destinataires", "data-combobox": "", "autocomplete": "off", "class": "fr-input"}
        self.fields[f"to_{number}"] = forms.CharField(
            label=f"Ligne {number + 1}, vers qui",
            max_length=160,
            required=False,
            validators=[leads_to_nobody],
            widget=forms.TextInput(attrs=attrs),
        )
        self.fields[f"count_{number}"] = forms.IntegerField(
            label=f"Ligne {number + 1}, combien de personnes",
            min_value=1,
            max_value=_MOST,
            required=False,
            widget=forms.NumberInput(attrs={"class": "fr-input"}),
        )


def members_on(session: ActionSession) -> Any:
    """Who was in the team that day."""
    rows = ActionMember.objects.filter(service=session.service_id, joined_on__lte=session.day)
    return rows.exclude(left_on__lt=session.day)


def action_initial(action: LocalService | None, model: ActionModel | None) -> dict[str, Any]:
    """An action as it is, or what a model proposes."""
    if action is not None:
        names = ("kind", "name", "host", "serves", "limits", "access", "address", "phone")
        return {name: getattr(action, name) for name in names} | {"commune": action.commune.name}
    if model is None:
        return {}
    values = {name: getattr(model, name) for name in ("serves", "limits", "access")}
    return values | {"kind": model.code, "name": model.title}


def member_initial(member: ActionMember) -> dict[str, Any]:
    return {name: getattr(member, name) for name in ("full_name", "role", "occupation", "joined_on", "left_on")}


def calendar_initial(slots: Iterable[Slot], model: ActionModel | None, today: date) -> dict[str, Any]:
    """The rhythm that the action already keeps, else the one of its model, for the year that is planned now."""
    year = school_year_of(today + timedelta(days=92))  # from June on, the coming year is the one to prepare
    kept = next((slot for slot in slots if slot.frequency is Frequency.EVERY_N_WEEKS and slot.opens), None)
    if kept is not None:
        return {
            "annee": year,
            "first_session": kept.anchor,
            "every_weeks": kept.interval,
            "opens": kept.opens,
            "closes": kept.closes,
            "in_term_only": kept.except_school_holidays,
        }
    opens, closes, weeks = (model.opens, model.closes, model.every_weeks) if model else (time(14), time(16, 30), 2)
    return {"annee": year, "every_weeks": weeks, "opens": opens, "closes": closes, "in_term_only": True}


def attendance_initial(session: ActionSession) -> dict[str, Any]:
    """The sheet as it was filled; prefetch `present` and `sent`."""
    values: dict[str, Any] = {
        "people_received": session.people_received,
        "procedures_done": session.procedures_done,
        "note": session.note,
        "present": [member.pk for member in session.present.all()],
    }
    for number, row in enumerate(session.sent.all()):
        values |= {f"to_{number}": row.label, f"count_{number}": row.count}
    return values


def rows_for(session: ActionSession) -> int:
    """Enough lines for what is stored, and some more."""
    return len(session.sent.all()) + SPARE_ROWS


def _member_label(member: ActionMember) -> str:
    said = member.occupation or Role(member.role).label
    return f"{member.full_name}, {said[:1].lower()}{said[1:]}"
