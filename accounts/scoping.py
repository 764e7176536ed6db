"""Which rows may a person see? One method decides; a model only says how it hangs on a team."""

from collections.abc import Mapping
from typing import ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import PERMISSIONS, Can, TeamKind

Row = TypeVar("Row", bound=models.Model)


class ScopedQuerySet(models.QuerySet[Row]):
    """Subclasses name, for each kind of team, the lookup that leads from a row to it."""

    team_paths: ClassVar[Mapping[TeamKind, str]] = {}

    def visible_to(self, user: User | AnonymousUser, can: Can | None = None) -> Self:
        """The rows of this person's teams; with `can`, of those teams only that give her this permission.

        Who is a counsellor here and a partner manager for others sees the sites of both, and keeps her own only.
        """
        seen = Q(pk__in=())
        if isinstance(user, User) and user.is_active:
            for kind, teams in user.teams_by_kind().items():
                path = self.team_paths.get(kind)
                if path and (can is None or can in PERMISSIONS[kind]):
                    seen |= Q(**{f"{path}__in": teams})
        return self.filter(seen)
