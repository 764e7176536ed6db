"""What a mail that comes in tells of a contact: its address takes no mail, it may be away, it is there."""

from datetime import datetime

from django.db import transaction

from partners.models import Contact


@transaction.atomic
def mark_returned(*, contact: Contact, now: datetime) -> bool:
    """Its mail came back for good: as `upkeep.flag_refused_addresses` marks it. It writes no line of history."""
    same = Contact.objects.filter(mail__iexact=contact.mail, bounced_at__isnull=True)
    return bool(same.update(bounced_at=now))


@transaction.atomic
def mark_away(*, contact: Contact, now: datetime) -> bool:
    """An absence reply came from its address: perhaps away since the first one. It writes no line of history."""
    return bool(Contact.objects.filter(mail__iexact=contact.mail, away_since__isnull=True).update(away_since=now))


@transaction.atomic
def mark_here(*, contact: Contact) -> bool:
    """It has answered: it is not away any more."""
    return bool(Contact.objects.filter(pk=contact.pk, away_since__isnull=False).update(away_since=None))
