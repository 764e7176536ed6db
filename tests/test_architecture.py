"""Do the models keep to the floors? Imports are held by import-linter; foreign keys and string references here."""

import pytest
from django.apps import apps
from django.db import models

FLOORS = {
    "outbox": 0,
    "schedules": 0,
    "territories": 0,
    "accounts": 0,
    "partners": 1,
    "structures": 1,
    "referrals": 2,
    "quality": 3,
    "config": 4,
}
OURS = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in FLOORS]


def relations_of(model: type[models.Model]) -> list[type[models.Model]]:
    return [
        field.related_model
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and isinstance(field.related_model, type)
    ]


def test_there_are_models_to_look_at() -> None:
    assert len(OURS) > 30


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_model_points_to_its_own_app_or_to_a_lower_floor(model: type[models.Model]) -> None:
    app = model._meta.app_label
    for target in relations_of(model):
        below = target._meta.app_label
        if below in FLOORS and below != app:
            assert FLOORS[below] < FLOORS[app], f"{model._meta.label} points to {target._meta.label}"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_row_is_never_reached_backwards_from_a_lower_floor_by_name(model: type[models.Model]) -> None:
    """`related_name="+"` or a plural noun: two apps never fight for the same reverse name."""
    names = [relation.get_accessor_name() for relation in model._meta.related_objects if not relation.hidden]
    assert len(names) == len(set(names))
