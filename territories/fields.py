"""How a name is kept a second time, without accents, so that it is found and sorted alike on every database."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from territories.spelling import plain


class PlainTextField(models.TextField):  # type: ignore[type-arg]
    """The plain spelling of other fields of the row, computed at each save and bulk creation."""

    def __init__(self, *, sources: Sequence[str] = (), **kwargs: Any) -> None:
        self.sources = tuple(sources)
        super().__init__(**{"editable": False, "default": "", **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = plain(" ".join(str(_follow(model_instance, source)) for source in self.sources))
        setattr(model_instance, self.attname, text)
        return text


def _follow(row: Any, path: str) -> Any:
    for step in path.split("."):
        row = getattr(row, step)
    return row
