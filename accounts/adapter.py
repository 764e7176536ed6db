"""How sign-in differs from allauth's own: nobody signs up alone, and mails go through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from accounts import interrupted
from accounts.models import User


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by the people in charge: there is no public sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        interrupted.forget_text_of_others(request)

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.SERVICE_NAME} · {subject}"
