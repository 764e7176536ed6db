"""How do mails written by Django or a library reach the outbox too?"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from outbox.actions import write
from outbox.messages import Mail


class OutboxBackend(BaseEmailBackend):
    """An e-mail backend that writes to the outbox, one message per recipient; the worker sends."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for email in email_messages:
            for address in email.recipients():
                mail = Mail(
                    to=address, subject=str(email.subject), text=str(email.body), html=_html(email), purpose="compte"
                )
                write(mail, key=f"mail-{uuid.uuid4()}", now=timezone.now())
        return len(email_messages)


def _html(email: EmailMessage) -> str:
    parts: list[Any] = email.alternatives if isinstance(email, EmailMultiAlternatives) else []
    return next((str(content) for content, kind in parts if kind == "text/html"), "")
