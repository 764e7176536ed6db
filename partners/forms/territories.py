"""Which territory was chosen in a list: a département, an arrondissement, an intercommunalité?"""

from typing import Any

from django.db.models import CharField, Model, Value

from territories.models import Arrondissement, Departement, Epci
from territories.spelling import plain

_MODELS: dict[str, type[Model]] = {"departement": Departement, "arrondissement": Arrondissement, "epci": Epci}


_TITLES = {"departement": "Département entier", "arrondissement": "Arrondissement", "epci": "Intercommunalité"}


def area_choices(empty: str = "Choisissez") -> list[tuple[str, Any]]:
    """The choices of a field, each kind by name; one query."""
    first, *others = (
        model._default_manager.order_by().annotate(kind=Value(kind, CharField())).values_list("kind", "pk", "name")
        for kind, model in _MODELS.items()
    )
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in _TITLES}
    for kind, pk, name in first.union(*others, all=True):
        found[kind].append((f"{kind}:{pk}", name))
    groups = [(_TITLES[kind], sorted(rows, key=lambda row: plain(row[1]))) for kind, rows in found.items()]
    return [("", empty), *groups]


def chosen_area(value: str) -> dict[str, Any]:
    """The field of the model and its row, from a choice; nothing when none was made."""
    kind, _, code = value.partition(":")
    return {kind: _MODELS[kind]._default_manager.get(pk=code)} if kind in _MODELS else {}
