"""What did a change change, in French, from the snapshots kept before and after?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from schedules.hours_in_words import in_words
from schedules.slots import Access, Frequency, Slot, Timetable
from schedules.wording import NBSP, spoken_date, spoken_day, spoken_phone, spoken_time
from structures.offer import SERVICES

Snapshot = Mapping[str, Any]
Lines = tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """The names behind the codes that snapshots hold; a code without a name is said as it is."""

    communes: Mapping[str, str] = field(default_factory=dict)
    carriers: Mapping[int, str] = field(default_factory=dict)
    carrier_kinds: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    courses: Mapping[str, str] = field(default_factory=dict)
    structure_kinds: Mapping[str, str] = field(default_factory=dict)
    place_kinds: Mapping[str, str] = field(default_factory=dict)
    label_states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One thing said before and after, each of them in as many sentences as needed; empty: nothing was said."""

    label: str
    before: Lines = ()
    after: Lines = ()


def lines(before: Snapshot | None, after: Snapshot | None, names: Names) -> list[Line]:
    """What differs, in the order of a sheet. None stands for what did not exist."""
    old, new = before or {}, after or {}
    found = [line for teller in _TELLERS for line in teller(old, new, names)]
    for name, (label, say) in _FIELDS.items():
        if old.get(name) != new.get(name):
            said = tuple((text,) if (text := say(kept.get(name), names)) else () for kept in (old, new))
            if said[0] != said[1]:
                found.append(Line(label, *said))
    return found


# Fields of a sheet

Say = Callable[[Any, Names], str]


def _text(value: Any, names: Names) -> str:
    return "" if value is None else str(value).strip()


def _phone(value: Any, names: Names) -> str:
    return spoken_phone(value) if value else ""


def _yes_no(value: Any, names: Names) -> str:
    return "non renseigné" if value is None else "oui" if value else "non"


def _day(value: Any, names: Names) -> str:
    return spoken_date(date.fromisoformat(value), with_year=True) if value else ""


def _code(table: str) -> Say:
    def say(value: Any, names: Names) -> str:
        return "" if value in (None, "") else str(getattr(names, table).get(value, value))

    return say


_FIELDS: dict[str, tuple[str, Say]] = {
    "state": ("Label", _code("label_states")),
    "full_name": ("Prénom et nom", _text),
    "arrived_on": ("Arrivée", _day),
    "left_on": ("Départ", _day),
    "user_id": ("Compte", _code("people")),
    "name": ("Nom", _text),
    "carrier_id": ("Structure porteuse", _code("carriers")),
    "carrier_kind": ("Nature de la structure porteuse", _code("carrier_kinds")),
    "group_name": ("Groupement", _text),
    "id_fs": ("Matricule", _text),
    "labelled_on": ("Labellisée le", _day),
    "address": ("Adresse", _text),
    "complement": ("Complément d’adresse", _text),
    "postcode": ("Code postal", _text),
    "commune_id": ("Commune", _code("communes")),
    "phone": ("Téléphone", _phone),
    "mail": ("Adresse électronique", _text),
    "website": ("Site internet", _text),
    "by_appointment": ("Prend rendez-vous", _yes_no),
    "comment": ("Commentaire", _text),
    "how_to_come": ("Comment venir", _text),
    "accessible_motor": ("Accessible, handicap moteur", _yes_no),
    "accessible_hearing": ("Accessible, handicap auditif", _yes_no),
    "accessible_sight": ("Accessible, handicap visuel", _yes_no),
    "accessible_mind": ("Accessible, handicap mental ou psychique", _yes_no),
    "acceslibre_url": ("Page Acceslibre", _text),
    "is_active": ("En service", _yes_no),
    "note": ("Précision", _text),
}

# What takes several fields, or none


def _kind(old: Snapshot, new: Snapshot, names: Names) -> Iterator[Line]:
    """Structures and places both have a kind; only a place is in a commune."""
    if old.get("kind") != new.get("kind"):
        table = names.place_kinds if "commune_id" in {**old, **new} else names.structure_kinds
        said = [(table.get(kept["kind"], kept["kind"]),) if kept.get("kind") else () for kept in (old, new)]
        yield Line("Nature", said[0], said[1])


def _point(old: Snapshot, new: Snapshot, names: Names) -> Iterator[Line]:
    points = [(kept.get("latitude"), kept.get("longitude")) for kept in (old, new)]
    if points[0] != points[1]:
        yield Line("Coordonnées", *(_spoken_point(latitude, longitude) for latitude, longitude in points))


def _spoken_point(latitude: float | None, longitude: float | None) -> Lines:
    if latitude is None or longitude is None:
        return ()
    return (f"{latitude:.6g} {longitude:.6g}".replace(".", ","),)


def _services(old: Snapshot, new: Snapshot, names: Names) -> Iterator[Line]:
    told = [[SERVICES.get(code, code) for code in kept.get("services", [])] for kept in (old, new)]
    yield from _come_and_gone(told, ("Service retiré", "Services retirés"), ("Service ajouté", "Services ajoutés"))


def _settled_comment(old: Snapshot, new: Snapshot, names: Names) -> Iterator[Line]:
    if old.get("comment") == new.get("comment") and old.get("settled_comment") != new.get("settled_comment"):
        said = [("lieux saisis",) if _is_settled(kept) else ("lieux à saisir",) for kept in (old, new)]
        if said[0] != said[1]:
            yield Line("Commentaire de la liste nationale", said[0], said[1])


def _is_settled(kept: Snapshot) -> bool:
    return bool(kept.get("settled_comment")) and kept.get("settled_comment") == kept.get("comment")


def _trainings(old: Snapshot, new: Snapshot, names: Names) -> Iterator[Line]:
    told = [[_training(row, names) for row in kept.get("trainings", [])] for kept in (old, new)]
    yield from _come_and_gone(
        told, ("Formation retirée", "Formations retirées"), ("Formation ajoutée", "Formations ajoutées")
    )


def _training(row: Snapshot, names: Names) -> str:
    until = f", valable jusqu’au {_day(row['expires_on'], names)}" if row.get("expires_on") else ""
    return f"{names.courses.get(row['course'], row['course'])}, suivie le {_day(row['completed_on'], names)}{until}"


def _hours(old: Snapshot, new: Snapshot, names: Names) -> Iterator[Line]:
    slots = [[_slot(row) for row in kept.get("slots", [])] for kept in (old, new)]
    if slots[0] == slots[1]:
        return
    before, after = (tuple(in_words(Timetable(tuple(some)))) for some in slots)
    kept = set(before) & set(after) if before != after else set()
    differ = [tuple(said for said in lines if said not in kept) for lines in (before, after)]
    yield Line("Horaires qui changent" if kept else "Horaires", *differ)


def _slot(row: Snapshot) -> Slot:
    return Slot(
        weekday=row["weekday"],
        opens=_time(row["opens"]),
        closes=_time(row["closes"]),
        access=Access(row["access"]),
        frequency=Frequency(row["frequency"]),
        interval=row["interval"],
        anchor=_date(row["anchor"]),
        nth=row["nth"],
        dates=tuple(date.fromisoformat(day) for day in row["dates"]),
        valid_from=_date(row["valid_from"]),
        valid_until=_date(row["valid_until"]),
        except_school_holidays=row["except_school_holidays"],
        on_public_holidays=row["on_public_holidays"],
    )


def _closures(old: Snapshot, new: Snapshot, names: Names) -> Iterator[Line]:
    told = [[_closure(row) for row in kept.get("closures", [])] for kept in (old, new)]
    yield from _come_and_gone(
        told, ("Fermeture retirée", "Fermetures retirées"), ("Fermeture ajoutée", "Fermetures ajoutées")
    )


def _closure(row: Snapshot) -> str:
    first, last = date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"])
    days = f"le {spoken_day(first, with_year=True)}"
    if first != last:
        days = f"du {spoken_day(first, with_year=True)} au {spoken_day(last, with_year=True)}"
    return _because(days, row["reason"])


def _extras(old: Snapshot, new: Snapshot, names: Names) -> Iterator[Line]:
    told = [[_extra(row) for row in kept.get("extras", [])] for kept in (old, new)]
    yield from _come_and_gone(
        told,
        ("Ouverture exceptionnelle retirée", "Ouvertures exceptionnelles retirées"),
        ("Ouverture exceptionnelle ajoutée", "Ouvertures exceptionnelles ajoutées"),
    )


def _extra(row: Snapshot) -> str:
    opens, closes, access = _time(row["opens"]), _time(row["closes"]), Access(row["access"])
    said = f"le {spoken_day(date.fromisoformat(row['day']), with_year=True)}"
    if opens is None or closes is None:
        said += ", horaires à confirmer"
    else:
        said += f" de {spoken_time(opens)} à {'minuit' if closes == time(0) else spoken_time(closes)}"
    if access is not Access.WALK_IN:
        said += f", {access.label}"
    if replaces := _date(row["replaces"]):
        said += f", à la place du {spoken_day(replaces, with_year=True)}"
    return _because(said, row["reason"])


def _because(said: str, reason: str) -> str:
    return f"{said}{NBSP}: {reason}" if reason else said


def _come_and_gone(told: Sequence[list[str]], removed: tuple[str, str], added: tuple[str, str]) -> Iterator[Line]:
    """Items of the lists before and after; each label in the singular and in the plural."""
    old, new = told
    gone = tuple(item for item in old if item not in new)
    come = tuple(item for item in new if item not in old)
    if gone:
        yield Line(removed[len(gone) > 1], before=gone)
    if come:
        yield Line(added[len(come) > 1], after=come)


def _time(value: str | None) -> time | None:
    return time.fromisoformat(value) if value else None


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


_TELLERS = (_kind, _hours, _closures, _extras, _services, _trainings, _point, _settled_comment)
