"""What does a contact propose to change of its own sheet: before, after, and would the directory take it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from partners.facts import hours_of
from partners.models import Confirmation, Contact
from schedules.wording import spoken_date

LABELS = {
    "function": "Fonction",
    "phone": "Téléphone",
    "direct_phone": "Ligne directe",
    "mail": "Adresse électronique",
    "absent_from": "Absent du",
    "absent_until": "Absent jusqu’au",
}
HOURS = "hours"
_DAYS = frozenset({"absent_from", "absent_until"})


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


def proposed(contact: Contact, typed: Mapping[str, Any]) -> dict[str, str | None]:
    """What differs from the sheet, as it is kept in JSON: days in ISO, None for a day taken away."""
    changes = {name: typed[name] for name in LABELS if name in typed and typed[name] != getattr(contact, name)}
    kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in changes.items()}
    return kept | ({HOURS: typed[HOURS]} if typed.get(HOURS) else {})


def values_of(confirmation: Confirmation) -> dict[str, Any]:
    """What the proposal writes on the sheet; hours are words, which a person types in the hours editor."""
    kept = {name: confirmation.proposal[name] for name in LABELS if name in confirmation.proposal}
    return {name: date.fromisoformat(value) if name in _DAYS and value else value for name, value in kept.items()}


def hours_proposed(confirmation: Confirmation) -> str:
    return str(confirmation.proposal.get(HOURS, ""))


def differences(confirmation: Confirmation, today: date) -> list[Difference]:
    """Field by field, from what the sheet says now to what is proposed."""
    contact = confirmation.contact
    found = [
        Difference(LABELS[name], _said(getattr(contact, name)), _said(value))
        for name, value in values_of(confirmation).items()
    ]
    if hours := hours_proposed(confirmation):
        found.append(Difference("Horaires", "\u00a0; ".join(hours_of(contact.schedule, today)) or "rien", hours))
    return found


def _said(value: Any) -> str:
    if isinstance(value, date):
        return spoken_date(value, with_year=True)
    return str(value) if value else "rien"
