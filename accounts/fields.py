"""How does a model hold a text that the database must not be able to read?"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.lookups import Exact

from accounts.sealing import seal, unseal


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """A text sealed on the way to the database and opened on the way back; empty stays empty.

    It cannot be searched, sorted or compared in a query, except with the empty text: look for its marks instead.
    Reading it raises `accounts.sealing.Unreadable` when no key opens it.
    """

    description = "Texte scellé"

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return seal(text) if isinstance(text, str) else text

    def from_db_value(self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper) -> str | None:
        return None if value is None else unseal(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in ("exact", "isnull"):
            raise TypeError(f"A sealed text has no lookup «\u00a0{lookup_name}\u00a0».")
        return super().get_lookup(lookup_name)


@SealedTextField.register_lookup
class IsEmpty(Exact):
    """`= ''` alone makes sense: two seals of one text differ, so that any other comparison would find nothing."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise TypeError("A sealed text is only compared with the empty one.")
        return self.rhs
