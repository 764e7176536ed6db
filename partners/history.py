"""Who changed what on this contact, and when, in words?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from accounts.models import Team
from partners.models import Contact, ContactKind, Operator, Rule
from schedules.wording import spoken_date, spoken_moment

SHOWN = 10
LABELS = {
    "operator_id": "Opérateur",
    "kind": "Nature",
    "body": "Organisme",
    "name": "Nom",
    "function": "Fonction",
    "phone": "Téléphone",
    "direct_phone": "Ligne directe",
    "mail": "Adresse électronique",
    "office_id": "Équipe qui tient la fiche",
    "absent_from": "Absent du",
    "absent_until": "Absent jusqu’au",
    "stand_in_id": "Remplacé par",
    "checked_on": "Fiche vérifiée le",
    "left_on": "Parti le",
    "bounced_at": "Message revenu le",
    "note": "À savoir",
    "is_active": "En service",
}

RULE_NAMES = ("procedure", "blocker", "commune", "epci", "arrondissement", "departement")


@dataclass(frozen=True)
class Change:
    """One line: « mardi 24 novembre à 14 h 05, Aline : Téléphone, 02… devient 02… »."""

    at: datetime
    by: str
    sentences: list[str]
    line: int | None = None
    """The line of history that may be undone; None when it may not, or not from there."""

    @property
    def moment(self) -> str:
        return spoken_moment(self.at, with_year=True)


def last_changes(contact: Contact) -> list[Change]:
    """The last changes of a contact and of its rules, latest first; five queries."""
    rows = _history(Contact).filter(id=contact.pk).select_related("history_user").order_by("-history_id")[: SHOWN + 1]
    versions = list(rows)
    names = Names(versions)
    changes = [
        Change(new.history_date, author(new), sentences(old, new, names))
        for new, old in zip_longest(versions, versions[1:])
        if old is not None or new.history_type == "+"
    ]
    rules = (
        _history(Rule)
        .filter(contact_id=contact.pk)
        .order_by("-history_id")
        .select_related("history_user", *RULE_NAMES)[:SHOWN]
    )
    changes += [Change(row.history_date, author(row), [rule_sentence(None, row)]) for row in rules]
    return sorted(changes, key=lambda change: change.at, reverse=True)[:SHOWN]


class Names:
    """The names behind the numbers of the rows; three queries whatever their count."""

    def __init__(self, versions: Iterable[Any]) -> None:
        rows = list(versions)
        self._names: dict[str, dict[int, Any]] = {
            "operator_id": Operator.objects.in_bulk({row.operator_id for row in rows}),
            "stand_in_id": Contact.objects.select_related("operator").in_bulk(
                {row.stand_in_id for row in rows if row.stand_in_id}
            ),
            "office_id": Team.objects.in_bulk({row.office_id for row in rows}),
        }

    def said(self, name: str, value: Any) -> str:
        if name in self._names and value is not None:
            return str(self._names[name].get(value, "une fiche supprimée"))
        if isinstance(value, bool):
            return "oui" if value else "non"
        if name == "kind":
            return ContactKind(value).label if value in ContactKind.values else str(value)
        if isinstance(value, datetime):
            return spoken_moment(value, with_year=True)
        if isinstance(value, date):
            return spoken_date(value, with_year=True)
        return "vide" if value in (None, "") else f"«\u00a0{value}\u00a0»"


def sentences(old: Any, new: Any, names: Names) -> list[str]:
    if old is None:
        return ["Fiche créée"]
    said = [
        f"{label}\u00a0: {names.said(name, getattr(old, name))} devient {names.said(name, getattr(new, name))}"
        for name, label in LABELS.items()
        if getattr(old, name) != getattr(new, name)
    ]
    reason = [new.history_change_reason] if new.history_change_reason else []
    return [*reason, *said] or ["Fiche enregistrée sans changement"]


def rule_sentence(old: Any, new: Any) -> str:
    """ "Règle modifiée : Carte Vitale – Le Havre (priorité 5 devient 3)". Read with what the rule names."""
    verb = {"+": "Règle ajoutée", "-": "Règle retirée"}.get(new.history_type, "Règle modifiée")
    said = f"{verb}\u00a0: {_rule_said(new)}"
    if old is None or new.history_type == "-":
        return said
    if _rule_said(old) != _rule_said(new):
        return f"Règle modifiée\u00a0: {_rule_said(old)} devient {_rule_said(new)}"
    changed = [("priorité", old.priority, new.priority), ("précision", old.note or "vide", new.note or "vide")]
    details = [f"{label} {before} devient {after}" for label, before, after in changed if before != after]
    return f"{said} ({', '.join(details)})" if details else said


def _rule_said(row: Any) -> str:
    territory = row.commune or row.epci or row.arrondissement or row.departement or "territoire supprimé"
    blocker = f", si {row.blocker}" if row.blocker else ""
    return f"{row.procedure or 'toutes les démarches'} – {territory}{blocker}"


def author(row: Any) -> str:
    return str(row.history_user) if row.history_user else row.history_change_reason or "l’application"


def _history(model: Any) -> Any:
    return model.history.all()
