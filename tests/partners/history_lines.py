"""What a test says of a line of history: whose it is, that it is told, taken back, refused."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from partners.actions.undo import CannotUndo, undo_change
from partners.models import LocalService
from partners.service_history import last_changes

minutes = count(1)


def signed(by: User) -> Any:
    """Each gesture at an instant of its own."""
    return {"by": by, "now": timezone.now() + timedelta(minutes=next(minutes))}


def line_of(service: LocalService) -> Any:
    return service.history.latest("history_id")


def undo(line: Any, by: User) -> Any:
    undo_change(change=line, **signed(by))
    return line.instance_type.history.filter(id=line.id).latest("history_id")


def told(service: LocalService) -> str:
    """The last change, and that it may be undone from the sheet."""
    latest = last_changes(service)[0]
    assert (latest.by, latest.line) == ("Nadia", line_of(service).history_id)
    return " / ".join(latest.sentences).replace("\u00a0", " ")


def refused(line: Any, by: User) -> None:
    lines = line.instance_type.history.count()
    with pytest.raises(CannotUndo, match="cannot undo") as problem:
        undo(line, by)
    assert "modifiée depuis" in problem.value.said
    assert line.instance_type.history.count() == lines
