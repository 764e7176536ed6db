"""Which partner office does a command work for?"""

from django.core.management.base import CommandError

from accounts.models import Team
from accounts.permissions import TeamKind


def office_named(name: str | None) -> Team:
    """The one of this name; without a name, the only one there is. CommandError, with the names, otherwise."""
    offices = list(Team.objects.filter(kind=TeamKind.PARTNER_OFFICE).order_by("name", "pk"))
    found = [team for team in offices if name in (None, team.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(team.name for team in offices) or "aucune"
    raise CommandError(f"Dites pour quelle équipe avec --office. Équipes de gestion des partenaires\u00a0: {names}.")
