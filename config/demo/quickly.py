"""How are a hundred thousand rows written in seconds? One prepared statement, each value made ready by its kind alone.

A bulk creation spends two thirds of its time asking every field of every row how to write itself.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Write rows whose numbers nobody needs afterwards: they stay without one."""
    columns = [field for field in model._meta.concrete_fields if not field.primary_key]
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(str(column.column)) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 - our own names
    ready = [(column.attname, _readier(column)) for column in columns]
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[make(getattr(row, name)) for name, make in ready] for row in rows])


def _readier(column: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    if isinstance(column, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(column, models.CharField):
        return str  # a choice is a subclass of str, which drivers write in ways of their own
    if isinstance(column, models.ForeignKey | models.IntegerField):
        return _as_it_is
    return lambda value: column.get_db_prep_save(value, connection)


def _as_it_is(value: Any) -> Any:
    return value
