"""When does somebody who left stop reading what the site reads? The account itself is closed by the administration."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership, User, journal
from schedules.calendars import PARIS
from structures.models import Counsellor


def end_access_of_those_gone(now: datetime) -> int:
    """Take out of the team of their site those who have left and were to lose its access that day; count them.

    A daily job, also called when a departure of today or before is recorded.
    """
    day = now.astimezone(PARIS).date()
    gone = Counsellor.objects.filter(ends_access=True, left_on__lte=day, user__isnull=False)
    return sum(end_access(counsellor, now=now) for counsellor in gone.select_related("structure__team", "user"))


@transaction.atomic
def end_access(counsellor: Counsellor, *, now: datetime, by: User | None = None) -> bool:
    """Whether she was in the team and no longer is; one who still works at another site of the team stays in it.

    Done once: whoever puts her back in the team later is not undone the day after.
    """
    day = now.astimezone(PARIS).date()
    Counsellor.objects.filter(pk=counsellor.pk).update(ends_access=False)
    counsellor.ends_access = False
    user, team = counsellor.user, counsellor.structure.team
    if user is None or team is None:
        return False
    if Counsellor.objects.staying(day).filter(user=user, structure__team=team).exists():
        return False
    left, _ = Membership.objects.filter(user=user, team=team).delete()
    if left:
        actor = "" if by else "Départ enregistré"
        journal(verb="accès au site retiré", subject=f"compte {user.pk}", now=now, by=by, actor=actor)
    return bool(left)
