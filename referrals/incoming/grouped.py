"""A reply to a mail that named several requests: to which of them does it belong?"""

import re
from collections.abc import Sequence
from datetime import datetime

from outbox.models import Message
from referrals import links
from referrals.incoming.reading import Incoming
from referrals.models import Referral
from referrals.reply_addresses import group_mark

_NOT_LETTERS = re.compile(r"[^A-Z0-9]")


def group_of(mail: Incoming) -> list[Referral]:
    """The hand-overs that the answered mail named, in its order; none when its address is not one of ours.

    They are read in the links that it carried: what it said when it left, whatever has happened since.
    """
    marks = [mark for address in mail.recipients if (mark := group_mark(address)) is not None]
    if not marks and mail.answers_to:
        sent = Message.objects.filter(message_id__in=mail.answers_to).order_by("-pk")
        addresses = [headers.get("Reply-To", "") for headers in sent.values_list("headers", flat=True)]
        marks = [mark for address in addresses if (mark := group_mark(address)) is not None]
    if not marks:
        return []
    answered = Message.objects.filter(**{"headers__Reply-To__icontains": f"+g-{marks[0]}-"}).order_by("pk")
    pks = links.hand_overs_in(answered.values_list("text", flat=True).first() or "")
    rows = Referral.objects.select_related("request__structure", "request__procedure", "contact__operator")
    found = rows.in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def one_of(group: Sequence[Referral], mail: Incoming, now: datetime) -> Referral | None:
    """The only one that her words cite, else the only one left in what she quotes, else the only one that waits."""
    for words in (mail.reply, f"{mail.subject}\n{mail.text}"):
        if cited := _cited_in(words, group):
            # Two in her own words: whatever she quotes, nobody can tell.
            if len(cited) == 1 or words is mail.reply:
                return cited[0] if len(cited) == 1 else None
            break
    waiting = still_waiting(group, now)
    return waiting[0] if len(waiting) == 1 else None


def still_waiting(group: Sequence[Referral], now: datetime) -> list[Referral]:
    """Neither answered, nor declined, nor taken back, nor ended."""
    return [each for each in group if each.is_pending and links.refusal_of(each, now) is None]


def _cited_in(words: str, group: Sequence[Referral]) -> list[Referral]:
    """However the reference is typed: small letters, spaces, without its dashes."""
    bare = _NOT_LETTERS.sub("", words.upper())
    return [each for each in group if _NOT_LETTERS.sub("", each.request.reference) in bare]
