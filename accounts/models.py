"""Who works here, and in which teams."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.text import Truncator

from accounts.permissions import PERMISSIONS, Can, TeamKind


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What she may do comes from the kinds of her teams, and from nothing else."""

    email = models.EmailField("adresse électronique", unique=True)
    full_name = models.CharField("prénom et nom", max_length=120)
    is_active = models.BooleanField("compte ouvert", default=True)
    is_staff = models.BooleanField("accès à l’administration technique", default=False)
    joined_at = models.DateTimeField("compte créé le", default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "personne"
        ordering: ClassVar = ["email"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="user_email_is_in_small_letters",
                condition=Q(email=Lower("email")),
                violation_error_message="L’adresse électronique d’un compte s’écrit en minuscules.",
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def clean(self) -> None:
        """As at sign-in: an address is the same whatever its capitals."""
        super().clean()
        self.email = self.email.strip().lower()

    @cached_property
    def teams(self) -> tuple["Team", ...]:
        """The teams she belongs to, read once per request."""
        return tuple(Team.objects.filter(memberships__user=self).order_by("kind", "name"))

    def teams_by_kind(self) -> dict[TeamKind, list["Team"]]:
        by_kind: dict[TeamKind, list[Team]] = {}
        for team in self.teams:
            by_kind.setdefault(TeamKind(team.kind), []).append(team)
        return by_kind

    @cached_property
    def permissions(self) -> frozenset[Can]:
        return frozenset(can for team in self.teams for can in PERMISSIONS[TeamKind(team.kind)])

    def can(self, permission: Can) -> bool:
        return self.is_active and permission in self.permissions


class Team(models.Model):
    """People who share rows: a site, a coordination, a partner office. Its kind is the role of its members."""

    kind = models.CharField("nature", max_length=20, choices=TeamKind.choices)
    name = models.CharField("nom", max_length=200)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    mail = models.EmailField("adresse électronique", blank=True)

    class Meta:
        verbose_name = "équipe"
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="team_kind_is_known",
                condition=Q(kind__in=TeamKind.values),
                violation_error_message="Cette nature d’équipe n’existe pas.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="personne")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships", verbose_name="équipe")

    class Meta:
        verbose_name = "appartenance"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "team"],
                name="membership_is_unique",
                violation_error_message="Cette personne est déjà dans l’équipe.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"


class JournalQuerySet(models.QuerySet["JournalEntry"]):
    def about(self, subject: str) -> "JournalQuerySet":
        return self.filter(subject=subject)

    def update(self, **kwargs: Any) -> int:
        raise TypeError("The journal is only ever added to.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The journal is only ever added to.")

    def forget(self, before: datetime, at_most: int) -> int:
        """The one door out, for `accounts.retention`: the oldest lines written before this instant; count them."""
        oldest = list(self.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:at_most])
        return super(JournalQuerySet, self.filter(pk__in=oldest)).delete()[0]


class JournalEntry(models.Model):
    """What was done or read, by whom, when. Written once, never changed; no personal data of a resident."""

    at = models.DateTimeField("le")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    actor = models.CharField("qui", max_length=300, help_text="Le nom affiché, même sans compte.")
    verb = models.CharField("action", max_length=60)
    subject = models.CharField(
        "objet", max_length=60, db_index=True, help_text="Une référence, jamais un nom d’usager."
    )

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "lignes du journal"
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["at", "id"], name="journal_by_date")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}"


class VisitCount(models.Model):
    """How many visits in the window that is running, under the digest of a link or of an address; no longer than it."""

    mark = models.CharField("empreinte", max_length=32, primary_key=True)
    ends_at = models.DateTimeField("jusqu’à", db_index=True)
    visits = models.PositiveIntegerField("visites", default=1)

    class Meta:
        verbose_name = "visites comptées"
        verbose_name_plural = "visites comptées"

    def __str__(self) -> str:
        return f"{self.visits} · {self.mark}"


def journal(*, verb: str, subject: str, now: datetime, by: User | None = None, actor: str = "") -> JournalEntry:
    """Add a line to the journal: `by` a person who has an account, or an `actor` who has none.

    A name longer than its column is cut: writing the journal never stops what is being done.
    """
    name = Truncator(actor or str(by)).chars(300)
    return JournalEntry.objects.create(at=now, user=by, actor=name, verb=verb, subject=subject)


def members_of(teams: Iterable[Team]) -> "models.QuerySet[User]":
    """People whose account is open in one of these teams."""
    return User.objects.filter(is_active=True, memberships__team__in=list(teams)).distinct()
