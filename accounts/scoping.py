"""Which rows may a person see? One method decides; a model only says how it hangs on a team."""

from collections.abc import Mapping
from typing import ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import TeamKind

Row = TypeVar("Row", bound=models.Model)


class ScopedQuerySet(models.QuerySet[Row]):
    """Subclasses name, for each kind of team, the lookup that leads from a row to it."""

    team_paths: ClassVar[Mapping[TeamKind, str]] = {}

    def visible_to(self, user: User | AnonymousUser) -> Self:
        seen = Q(pk__in=())
        if isinstance(user, User) and user.is_active:
            for kind, teams in user.teams_by_kind().items():
                if path := self.team_paths.get(kind):
                    seen |= Q(**{f"{path}__in": teams})
        return self.filter(seen)
