"""Which territory was chosen in a list: a département, an arrondissement, an intercommunalité?"""

from typing import Any

from django.db.models import Model

from territories.models import Arrondissement, Departement, Epci

_MODELS: dict[str, type[Model]] = {"departement": Departement, "arrondissement": Arrondissement, "epci": Epci}


def area_choices(empty: str = "Choisissez") -> list[tuple[str, Any]]:
    """The choices of a field; three queries."""
    return [
        ("", empty),
        ("Département entier", [(f"departement:{row.code}", row.name) for row in Departement.objects.all()]),
        (
            "Arrondissement",
            [(f"arrondissement:{row.code}", row.name) for row in Arrondissement.objects.order_by("name")],
        ),
        ("Intercommunalité", [(f"epci:{row.siren}", row.name) for row in Epci.objects.all()]),
    ]


def chosen_area(value: str) -> dict[str, Any]:
    """The field of the model and its row, from a choice; nothing when none was made."""
    kind, _, code = value.partition(":")
    return {kind: _MODELS[kind]._default_manager.get(pk=code)} if kind in _MODELS else {}
