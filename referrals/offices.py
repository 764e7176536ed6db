"""Which partner offices keep the directory that a person reads?

It is here because it depends on the structures she works for, which `partners` does not know.
"""

from accounts.access import SignedInRequest
from accounts.models import Team, User
from accounts.permissions import TeamKind
from structures.current import structures_of
from structures.models import Structure


def offices_of(user: User) -> set[int]:
    """The partner offices that serve the structures in her sight, and her own; none for the digital coordination."""
    served = Structure.objects.visible_to(user).filter(partner_office__isnull=False).order_by()
    own = user.teams_by_kind().get(TeamKind.PARTNER_OFFICE, [])
    return {pk for pk in served.values_list("partner_office_id", flat=True).distinct() if pk} | {t.pk for t in own}


def offices_read_by(request: SignedInRequest) -> set[int]:
    """The same for who is asking: nothing more is read when she only works at sites, whose rows her page reads."""
    if set(request.user.teams_by_kind()) == {TeamKind.STRUCTURE}:
        return {row.partner_office_id for row in structures_of(request) if row.partner_office_id}
    return offices_of(request.user)


def offices_that_review(user: User) -> list[Team]:
    """To whom she may propose a note: those offices, by name."""
    return list(Team.objects.filter(pk__in=offices_of(user)).order_by("name", "pk"))
