"""For which structure is this person working now?"""

from django.core.exceptions import PermissionDenied

from accounts.access import SignedInRequest
from accounts.permissions import TeamKind
from structures.models import Structure

SESSION_KEY = "structure"


def structures_of(request: SignedInRequest) -> list[Structure]:
    """The structures of her own teams, by name: a coordinator has none, whatever she may see."""
    known: list[Structure] | None = getattr(request, "structures_of_team", None)
    if known is None:
        teams = request.user.teams_by_kind().get(TeamKind.STRUCTURE, [])
        rows = (
            Structure.objects.filter(team__in=teams).order_by("plain_name", "pk") if teams else Structure.objects.none()
        )
        known = request.structures_of_team = list(rows)
    return known


def current_structure(request: SignedInRequest) -> Structure:
    """The one she chose when her teams hold several, else the first by name; PermissionDenied when there is none."""
    structures = structures_of(request)
    if not structures:
        raise PermissionDenied("Votre compte n’est rattaché à aucune structure.")
    chosen = request.session.get(SESSION_KEY)
    return next((structure for structure in structures if structure.pk == chosen), structures[0])


def choose_structure(request: SignedInRequest, structure: Structure) -> None:
    """Remember the choice for the rest of the session."""
    request.session[SESSION_KEY] = structure.pk
