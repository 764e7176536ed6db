"""Is this new row the one that the same form, sent twice, made a moment ago?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models

from accounts.models import User

Row = TypeVar("Row", bound=models.Model)

A_MOMENT = timedelta(minutes=10)
"""A button pressed twice, a page sent again: longer ago, somebody meant it."""


def twin_of(model: type[Row], values: Mapping[str, Any], now: datetime) -> Row | None:
    """The row in service with all these values that was made less than ten minutes before `now`."""
    history: Any = model.history  # type: ignore[attr-defined]
    lately = history.filter(history_type="+", history_date__gt=now - A_MOMENT).values("id")
    row: Row | None = model._default_manager.filter(pk__in=lately, is_active=True, **values).first()
    return row


def one_at_a_time(by: User) -> None:
    """Two creations of one person wait for each other until the end of the transaction: the second sees the first."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
