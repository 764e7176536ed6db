"""What did some lines of history write beside their sheets, and is it still said?"""

from collections import defaultdict
from typing import Any

from partners.points import still_said


class WrittenBeside:
    """Of contacts or of local services: `whose` sheets; `rows`: lines, each with the version before it. One query."""

    def __init__(self, model: Any, whose: str, rows: list[tuple[Any, Any]]) -> None:
        told = {new.history_id for new, _ in rows}
        since = model.objects.filter(line__gte=min(told, default=0), **{f"{whose}__in": {new.id for new, _ in rows}})
        of_a_sheet: dict[int, list[tuple[int, Any, Any]]] = defaultdict(list)
        for sheet, *change in since.values_list(f"{whose}_id", "line", "before", "after"):
            of_a_sheet[sheet].append((change[0], change[1], change[2]))
        self.changes = {
            line: (before, after) for lines in of_a_sheet.values() for line, before, after in lines if line in told
        }
        self._stands = {line for lines in of_a_sheet.values() for line in still_said(lines)}

    def may_be_undone(self, line: Any) -> bool | None:
        """None when the line wrote nothing beside its sheet."""
        return line.history_id in self._stands if line.history_id in self.changes else None
