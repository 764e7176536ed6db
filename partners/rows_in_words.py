"""What became what in the workshops, months, sessions and team of a local service, in words?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from partners.activity import THEMES
from partners.models import ActionMember, Level, Role
from partners.points import Parts
from schedules.wording import MONTHS, enumerated, spoken_date, spoken_day, spoken_moment, spoken_time
from territories.models import Commune

LONGEST_REASON = 100
TOLD_ONE_BY_ONE = 3
"""More sessions than that are one sentence."""
_NBSP = "\u00a0"
_Row = Mapping[str, Any]
_LABELS = {
    "workshops": {
        "title": "intitulé", "level": "niveau", "seats": "places", "starts_at": "début", "ends_at": "fin",
        "place": "lieu", "commune_id": "commune",
    },
    "months": {"people": "personnes accompagnées", "workshops": "ateliers", "attendees": "participants aux ateliers"},
    "sessions": {
        "opens": "début", "closes": "fin", "people_received": "personnes reçues", "procedures_done": "démarches faites",
        "note": "note",
    },
    "members": {
        "full_name": "nom", "role": "rôle", "occupation": "métier", "joined_on": "depuis le", "left_on": "jusqu’au",
    },
}  # fmt: skip
_WAYS: dict[str, Any] = {
    "level": lambda value: Level(value).label,
    "role": lambda value: Role(value).label,
    "starts_at": lambda value: spoken_moment(datetime.fromisoformat(value), with_year=True),
    "ends_at": lambda value: spoken_moment(datetime.fromisoformat(value), with_year=True),
    "opens": lambda value: spoken_time(time.fromisoformat(value)),
    "closes": lambda value: spoken_time(time.fromisoformat(value)),
    "joined_on": lambda value: spoken_date(date.fromisoformat(value), with_year=True),
    "left_on": lambda value: spoken_date(date.fromisoformat(value), with_year=True),
}


class RowWords:
    """The sentences of any number of changes, each `(before, after)`; two queries in all for the names they need."""

    def __init__(self, changes: Iterable[tuple[Parts, Parts]]) -> None:
        rows = [
            (part, row)
            for change in changes
            for parts in change
            for part in _LABELS
            for row in parts.get(part, {}).values()
            if row is not None
        ]
        self._communes = Commune.objects.in_bulk({row["commune_id"] for part, row in rows if part == "workshops"})
        present = {pk for part, row in rows if part == "sessions" for pk in row["present"]}
        self._members = ActionMember.objects.in_bulk(present)

    def sentences(self, before: Parts, after: Parts) -> list[str]:
        """One for each row that differs; many sessions are told together."""
        told: list[str] = []
        for part in _LABELS:
            old, new = before.get(part, {}), after.get(part, {})
            pairs = [(old.get(pk), row) for pk, row in new.items() if old.get(pk) != row]
            if part == "sessions" and len(pairs) > TOLD_ONE_BY_ONE:
                told += _sessions_together(pairs)
            else:
                told += [self._sentence(part, *pair) for pair in pairs]
        return told

    def _sentence(self, part: str, old: _Row | None, new: _Row | None) -> str:
        is_corrected = old is not None and new is not None
        details = self._differences(part, old or {}, new or {}) if is_corrected or (part == "months" and new) else []
        return f"{_subject(part, old, new)}{_NBSP}: {', '.join([_verb(part, old, new), *details])}"

    def _differences(self, part: str, old: _Row, new: _Row) -> list[str]:
        found = [
            _became(label, self._value(name, old.get(name)), self._value(name, new.get(name)))
            for name, label in _LABELS[part].items()
            if old.get(name) != new.get(name)
        ]
        if part == "months":
            found += _counts({f"«{_NBSP}{label}{_NBSP}»": code for code, label in THEMES.items()}, old, new)
        if part == "sessions":
            before, after = dict(old["sent"]), dict(new["sent"])
            names = [*after, *(name for name in before if name not in after)]
            found += _counts({f"vers {name}": name for name in names}, {"themes": before}, {"themes": after})
            found += self._team("plus", set(new["present"]) - set(old["present"]))
            found += self._team("moins", set(old["present"]) - set(new["present"]))
        return found

    def _team(self, way: str, members: set[int]) -> list[str]:
        names = sorted(str(self._members.get(pk, "quelqu’un")) for pk in members)
        return [f"présents en {way} ({enumerated(names)})"] if names else []

    def _value(self, name: str, value: Any) -> str:
        if value in (None, ""):
            return ""
        if name == "commune_id":
            return str(self._communes.get(value, value))
        way = _WAYS.get(name)
        return str(way(value)) if way else str(value) if isinstance(value, int) else f"«{_NBSP}{value}{_NBSP}»"


def as_reason(sentences: list[str]) -> str:
    """The first one, as short as a line of history keeps it."""
    said = sentences[0] if sentences else ""
    return said if len(said) <= LONGEST_REASON else f"{said[: LONGEST_REASON - 1]}…"


def with_reason(reason: str, sentences: list[str]) -> list[str]:
    """The reason first, unless it is the beginning of one of the sentences."""
    is_said = any(sentence.startswith(reason.removesuffix("…")) for sentence in sentences)
    return sentences if is_said or not reason else [reason, *sentences]


def _subject(part: str, old: _Row | None, new: _Row | None) -> str:
    row = old or new or {}
    if part == "workshops":
        return f"Atelier «{_NBSP}{row['title']}{_NBSP}»"
    if part == "months":
        month = date.fromisoformat(row["month"])
        return f"Activité de {MONTHS[month.month - 1]} {month.year}"
    if part == "sessions":
        return f"Séance du {_day(row)}"
    return f"Équipe, {row['full_name']}"


def _verb(part: str, old: _Row | None, new: _Row | None) -> str:
    if part == "workshops":
        return _verb_of_workshop(old, new)
    if part == "sessions":
        return _verb_of_session(old, new)
    added, changed, removed = (
        ("saisie", "corrigée", "retirée") if part == "months" else ("ajout", "fiche corrigée", "retrait")
    )
    return added if old is None else removed if new is None else changed


def _verb_of_workshop(old: _Row | None, new: _Row | None) -> str:
    if old is None or new is None:
        row = new or old or {}
        return f"annoncé, {_WAYS['starts_at'](row['starts_at'])}" if old is None else "retiré"
    if bool(old["cancelled_at"]) == bool(new["cancelled_at"]):
        return "modifié"
    return "annulé" if new["cancelled_at"] else "annoncé de nouveau"


def _verb_of_session(old: _Row | None, new: _Row | None) -> str:
    if old is None or new is None:
        return "ajoutée" if old is None else "retirée"
    if old["cancelled_because"] != new["cancelled_because"] and old["people_received"] == new["people_received"]:
        return f"annulée, {new['cancelled_because']}" if new["cancelled_because"] else "rétablie"
    if old["people_received"] is None:
        return "feuille remplie"
    return "feuille vidée" if new["people_received"] is None else "feuille corrigée"


def _sessions_together(pairs: list[tuple[_Row | None, _Row | None]]) -> list[str]:
    """ "20 séances ajoutées, du vendredi 11 septembre 2026 au vendredi 25 juin 2027"."""
    by_verb: dict[str, list[_Row]] = defaultdict(list)
    for old, new in pairs:
        by_verb[_verb_of_session(old, new)].append(new or old or {})
    return [_together(verb, sorted(rows, key=lambda row: str(row["day"]))) for verb, rows in by_verb.items()]


def _together(verb: str, rows: list[_Row]) -> str:
    if len(rows) == 1:
        return f"Séance du {_day(rows[0])}{_NBSP}: {verb}"
    first, *rest = verb.split(", ", 1)
    said = ", ".join([f"{first}s", *rest])
    return f"{len(rows)} séances {said}, du {_day(rows[0])} au {_day(rows[-1])}"


def _day(row: _Row) -> str:
    return spoken_day(date.fromisoformat(row["day"]), with_year=True)


def _counts(labels: Mapping[str, str], old: _Row, new: _Row) -> list[str]:
    before, after = old.get("themes", {}), new.get("themes", {})
    return [
        _became(label, str(before.get(code, "")), str(after.get(code, 0)))
        for label, code in labels.items()
        if before.get(code) != after.get(code)
    ]


def _became(label: str, before: str, after: str) -> str:
    return f"{label} {before} devient {after or 'vide'}" if before else f"{label} {after}"
