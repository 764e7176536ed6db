"""Who is behind this session, and in which teams? One statement, on every page of everybody."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Membership, User


class PersonAndTeams(AuthenticationBackend):  # type: ignore[misc]
    """Signs in as the library does; reads the person of a session together with her teams."""

    def get_user(self, user_id: Any) -> User | None:
        """None for an account that was closed, so that its open sessions end."""
        memberships = Membership.objects.filter(user=user_id).select_related("user", "team")
        rows = list(memberships.order_by("team__kind", "team__name"))
        user: User | None = rows[0].user if rows else super().get_user(user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        user.teams = tuple(row.team for row in rows)
        return user
