"""What would the directory say once a line of its history is taken back, and how is it taken back safely?

What a line puts back is known to the action alone: it is done here, read, and thrown away.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Team, User
from partners.actions.undo import undo_change
from partners.consequences import Foreseen
from partners.models import Contact, Rule
from partners.sheets.snapshots import Stored, stored_contacts
from partners.stand_ins import hold_stand_ins


def if_taken_back(change: Any, by: User, now: datetime) -> list[Foreseen]:
    """What the offices' contacts say before and after, for a line about a contact or a rule; nothing for another line.

    Raises CannotUndo, as doing it does.
    """
    pks = _contacts(change)
    if not pks:
        return []
    with transaction.atomic():
        was = stored_contacts(pks=pks)
        take_back(change, by, now)
        becomes = stored_contacts(pks=pks | _contacts(change))
        transaction.set_rollback(True)
    if was == becomes:
        return []
    touched = [*was.values(), *becomes.values()]
    teams = list(Team.objects.filter(pk__in={one.office for one in touched}).order_by("pk"))
    stored = stored_contacts(teams, operators={one.values["operator"] for one in touched})
    return [Foreseen(team, *_sides(team, stored, becomes)) for team in teams]


@transaction.atomic
def take_back(change: Any, by: User, now: datetime) -> None:
    """Undo a line of history while nobody else changes who stands in for whom. Raises CannotUndo."""
    if change.instance_type is Contact:
        # Of the operator it comes back to too.
        hold_stand_ins(Contact.history.filter(id=change.id).order_by().values_list("operator", flat=True))
    undo_change(change=change, by=by, now=now)


def _contacts(change: Any) -> set[int]:
    """Whose a line is: a rule's contact is that of the line, and that of the rule as it is."""
    if change.instance_type is Contact:
        return {change.id}
    if change.instance_type is Rule:
        return {change.contact_id, *Rule.objects.filter(pk=change.id).values_list("contact", flat=True)}
    return set()


def _sides(
    team: Team, stored: dict[int, Stored], becomes: dict[int, Stored]
) -> tuple[dict[int, Stored], dict[int, Stored]]:
    before = {pk: one for pk, one in stored.items() if one.office == team.pk}
    kept = {pk: one for pk, one in before.items() if pk not in becomes}
    return before, kept | {pk: one for pk, one in becomes.items() if one.office == team.pk}
