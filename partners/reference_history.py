"""What was changed on an operator or a démarche, in words?"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from partners.models import Operator, Subject, Theme
from schedules.wording import spoken_date

OPERATOR = {
    "name": "Nom",
    "official_name": "Nom officiel",
    "synonyms": "Autres noms",
    "public_phone": "Téléphone public",
    "phone_confirmed": "Numéro vérifié",
    "website": "Site",
    "counsellor_note": "À savoir",
    "file_number_name": "Numéro demandé",
    "in_bundle_from": "Partenaire depuis le",
    "in_bundle_until": "Partenaire jusqu’au",
    "is_active": "En service",
}
PROCEDURE = {
    "operator_id": "Opérateur",
    "name": "Nom",
    "theme_id": "Thème",
    "synonyms": "Autres mots",
    "what_to_bring": "À apporter",
    "counter_note": "Ce qui se fait au guichet",
    "ends_at_id": "Où cela se termine",
    "question": "Question qui départage",
    "alternative_operator_id": "Autre opérateur",
    "is_active": "En service",
}
_NAMED: Mapping[str, Any] = {
    "operator_id": Operator,
    "alternative_operator_id": Operator,
    "theme_id": Theme,
    "ends_at_id": Subject,
}


class Words:
    """Differences between versions of one kind; at most four queries whatever their count."""

    def __init__(self, labels: Mapping[str, str], versions: Iterable[Any]) -> None:
        rows = list(versions)
        self._labels = labels
        self._names = {
            name: model.objects.in_bulk({getattr(row, name) for row in rows if getattr(row, name)})
            for name, model in _NAMED.items()
            if name in labels
        }

    def differences(self, old: Any, new: Any) -> list[str]:
        """« Téléphone public : 32 30 devient 39 49 », field by field."""
        return [
            f"{label}\u00a0: {self._said(name, getattr(old, name))} devient {self._said(name, getattr(new, name))}"
            for name, label in self._labels.items()
            if getattr(old, name) != getattr(new, name)
        ]

    def _said(self, name: str, value: Any) -> str:
        if name in self._names and value is not None:
            return str(self._names[name].get(value, "une fiche supprimée"))
        if isinstance(value, bool):
            return "oui" if value else "non"
        if isinstance(value, date):
            return spoken_date(value, with_year=True)
        return "vide" if value in (None, "") else f"«\u00a0{value}\u00a0»"
