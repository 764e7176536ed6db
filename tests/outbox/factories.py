"""Which mails do the tests of the outbox write?"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from outbox.actions import write
from outbox.messages import Mail
from outbox.models import Message, State

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=ZoneInfo("Europe/Paris"))


def a_mail(number: int = 1, **changes: Any) -> Mail:
    fields: dict[str, Any] = {
        "to": f"contact{number}@exemple.fr",
        "subject": f"Demande FS76-2611-{number:05d}",
        "text": "Bonjour,\n\nUne demande vous attend.\n",
        "purpose": "Demande à un contact",
    }
    return Mail(**(fields | changes))


def waiting_message(number: int = 1, *, now: datetime = NOW, **changes: Any) -> Message:
    return write(a_mail(number, **changes), key=f"referral-{number}", now=now)


def message_in_state(state: State, number: int = 1, **changes: Any) -> Message:
    """A message put in a state by hand, as the sender would leave it."""
    message = waiting_message(number)
    fields: dict[str, Any] = {"state": state}
    if state is State.SENT:
        fields["sent_at"] = NOW
    if state in {State.CLAIMED, State.HANDING_OVER}:
        fields |= {"claimed_until": NOW, "claimed_by": "worker-1/00000000"}
    Message.objects.filter(pk=message.pk).update(**(fields | changes))
    message.refresh_from_db()
    return message
