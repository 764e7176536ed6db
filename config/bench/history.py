"""How does a site get a million closed requests in seconds? The database copies one of them, another date each time."""

from datetime import datetime, timedelta

from django.db import connection

from referrals.models import ServiceRequest

_NUMBERS = """
WITH RECURSIVE numbers(number) AS (
    SELECT CAST(%s AS bigint) UNION ALL SELECT number + 1 FROM numbers WHERE number < %s
), drawn AS (
    SELECT id, operator_id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place, COUNT(*) OVER () AS many
    FROM partners_procedure
)
"""
_POSTGRESQL = {
    "reference": "'FSB-' || lpad(numbers.number::text, 12, '0')",
    "idempotency_key": "gen_random_uuid()",
    "instant": "%s::timestamptz - numbers.number * %s * interval '1 second' + interval '{hours} hours'",
}
_SQLITE = {
    "reference": "printf('FSB-%%012d', numbers.number)",
    "idempotency_key": "lower(hex(randomblob(16)))",
    "instant": (
        "strftime('%%Y-%%m-%%d %%H:%%M:%%f', %s, '-' || (numbers.number * %s) || ' seconds', '+{hours} hours') || '000'"
    ),
}
_HOURS = {"received_at": 0, "due_at": 72, "resident_informed_at": 20, "closed_at": 20}


def add_history(model: ServiceRequest, *, first: int, last: int, now: datetime, step: timedelta) -> None:
    """Copies of this closed request, numbered from `first` to `last`, received `number × step` before now.

    References are « FSB-… » with their number; démarches in turn, with their operator. One statement.
    """
    write = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    columns, values, parameters = [], [], [first, last]
    for field in ServiceRequest._meta.concrete_fields:
        column = str(field.column)
        if field.primary_key:
            continue
        columns.append(connection.ops.quote_name(column))
        if column in _HOURS:
            values.append(write["instant"].format(hours=_HOURS[column]))
            parameters += [_instant(now), step.total_seconds()]  # type: ignore[list-item]
        elif column == "procedure_id":
            values.append("drawn.id")
        elif column == "operator_id":
            values.append("drawn.operator_id")
        else:
            values.append(write.get(column, f"model.{connection.ops.quote_name(column)}"))
    table = connection.ops.quote_name(ServiceRequest._meta.db_table)
    statement = f"""
        INSERT INTO {table} ({", ".join(columns)})
        {_NUMBERS}
        SELECT {", ".join(values)} FROM numbers
        JOIN {table} AS model ON model.id = %s
        JOIN drawn ON drawn.place = numbers.number %% drawn.many
        ORDER BY numbers.number DESC
    """  # noqa: S608 (our own names)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, model.pk])


def _instant(now: datetime) -> datetime | str:
    return now if connection.vendor == "postgresql" else f"{now:%Y-%m-%d %H:%M:%S}"
