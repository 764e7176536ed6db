"""Who is called by a note, what waits for her, and when has she seen it?"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from referrals import actions
from referrals.models import Exchange, Mention, ServiceRequest
from referrals.reminding.notices import tell
from referrals.teamwork.holding import colleagues
from referrals.teamwork.naming import called
from structures.models import Structure


@transaction.atomic
def mention(*, exchange: Exchange, by: User, now: datetime, also: Collection[User] = ()) -> list[User]:
    """Write whom this note calls (by its text, or chosen from the list): open accounts of the site, never its author.

    Gives back those newly called; the same note called twice calls once.
    """
    if "@" not in exchange.text and not also:
        return []
    team = {user.pk: user for user in colleagues(exchange.request.structure, now) if user.pk != by.pk}
    wanted = called(exchange.text, {pk: user.full_name for pk, user in team.items()})
    wanted |= {user.pk for user in also if user.pk in team}
    known = set(exchange.mentions.values_list("user", flat=True))
    new = [team[pk] for pk in sorted(wanted - known)]
    Mention.objects.bulk_create([Mention(exchange=exchange, user=user) for user in new], ignore_conflicts=True)
    return new


@transaction.atomic
def add_note(*, request: ServiceRequest, text: str, by: User, now: datetime) -> list[User]:
    """A note of the team; gives back the colleagues that it calls, who are told at their own pace."""
    exchange = actions.add_note(request=request, text=text, by=by, now=now)
    called = mention(exchange=exchange, by=by, now=now)
    tell(exchange, called, now)
    return called


def waiting_for(user: User, structure: Structure) -> dict[int, str]:
    """The requests of this site where somebody called her and she has not looked since: who called, by request."""
    rows = (
        Mention.objects.filter(user=user, seen_at__isnull=True, exchange__request__structure=structure)
        .order_by("exchange__at")
        .values_list("exchange__request", "exchange__actor")
    )
    return dict(rows)


def see(*, request: ServiceRequest, user: User, now: datetime) -> int:
    """She has the request before her: what called her there has been seen; counts them."""
    return Mention.objects.filter(user=user, exchange__request=request, seen_at__isnull=True).update(seen_at=now)
