"""What did the resident ask, when, and what was promised?"""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Can, TeamKind
from accounts.scoping import ScopedQuerySet
from partners.models import Blocker, KnowHowNote, LocalService, Operator, Procedure
from referrals.deadlines import Unit
from referrals.models.closed_lists import AgeBand, Channel, ClosingReason, Outcome, Situation
from referrals.models.promises import deadline
from referrals.models.references import EndOfReference
from referrals.promised import promised_until
from structures.models import Structure
from territories.models import Commune


class ServiceRequestQuerySet(ScopedQuerySet["ServiceRequest"]):
    team_paths: ClassVar = {TeamKind.STRUCTURE: "structure__team"}

    def of_network_of(self, user: User) -> Self:
        """For figures and delays only: requests of the sites that this person coordinates."""
        return self.filter(structure__in=Structure.objects.visible_to(user, Can.STEER_NETWORK))

    def held_by(self, user: User) -> Self:
        """Those she follows: confided to her, or logged by her and confided to nobody else."""
        return self.filter(Q(holder=user) | Q(holder__isnull=True, author=user))

    def still_open(self) -> Self:
        return self.filter(closed_at__isnull=True, cancelled_at__isnull=True)

    def waiting(self) -> Self:
        """Open requests whose resident has never been told anything useful: the first promise, the one that is counted.

        Who was told, and is back, is not among them; `awaited` has both.
        """
        return self.still_open().filter(resident_informed_at__isnull=True)

    def awaited(self) -> Self:
        """Open requests whose resident waits now, for a first useful word or for the one that she came back for.

        `until`, to sort and to compare by: the promise that runs now (`promised_until` of a row).
        """
        waits = Q(resident_informed_at__isnull=True) | Q(return_due_at__isnull=False)
        return self.still_open().filter(waits).alias(until=deadline())

    def with_deadline(self) -> Self:
        """Add `until`, to sort and to read by; that of a closed request is the last that ran."""
        return self.annotate(until=deadline())

    def late(self, now: datetime) -> Self:
        """Awaited, and the promise that runs, first or second, has run out."""
        return self.awaited().filter(until__lt=now)

    def answer_to_pass_on(self) -> Self:
        """The operator answered since the resident was last told something."""
        told_before = Q(resident_informed_at__isnull=True) | Q(answered_at__gt=F("resident_informed_at"))
        return self.awaited().filter(told_before, answered_at__isnull=False)

    def to_call(self) -> Self:
        """A call is due: to the resident, or to a contact."""
        return self._unanswered().filter(Q(call_back_at__isnull=False) | Q(outcome=Outcome.CALL_BACK))

    def at_the_operator(self) -> Self:
        """Somebody was asked about what the resident waits for and has not answered, and no call is due."""
        return self.asked_in_vain().filter(call_back_at__isnull=True)

    def asked_in_vain(self) -> Self:
        """Somebody was asked about what the resident waits for, by mail or by phone, and has not answered."""
        return self._unanswered().filter(referred_at__isnull=False)

    def not_handed_over(self) -> Self:
        """To hand over, and nobody is asked: not yet, not since she is back, or those who were said « not me »."""
        nobody = self._unanswered().filter(referred_at__isnull=True, call_back_at__isnull=True)
        return nobody.exclude(outcome=Outcome.CALL_BACK)

    def _unanswered(self) -> Self:
        """Nothing to pass on: no answer, or only the one that the resident was told before she came back."""
        known = Q(answered_at__lte=F("resident_informed_at"))
        return self.awaited().filter(Q(answered_at__isnull=True) | known)

    def idle_warned(self) -> Self:
        """Open, warned that nothing happened for five months, and nothing has happened since."""
        from referrals.models.hand_overs import Exchange, Happening

        lines = Exchange.objects.filter(request=OuterRef("pk")).order_by("-at", "-pk")
        last = Subquery(lines.values("kind")[:1])
        warned = Exchange.objects.filter(kind=Happening.WARNED_IDLE).order_by().values("request")
        return self.still_open().filter(pk__in=warned).alias(last_line=last).filter(last_line=Happening.WARNED_IDLE)

    def received_between(self, first: datetime, end: datetime) -> Self:
        return self.filter(received_at__gte=first, received_at__lt=end)


class ServiceRequest(models.Model):
    """What one person came for. Anonymous unless a hand-over needs a name."""

    reference = models.CharField("référence", max_length=18, unique=True)
    structure = models.ForeignKey(
        Structure, models.PROTECT, related_name="requests", verbose_name="structure", db_index=False
    )
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="requests", verbose_name="démarche")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="requests", verbose_name="opérateur")
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="commune de la personne",
        db_index=False,
    )
    blocker = models.ForeignKey(
        Blocker, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ce qui bloque", db_index=False
    )
    oriented_to = models.ForeignKey(
        LocalService,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="orientée vers",
        db_index=False,
    )
    solved_with = models.ForeignKey(
        KnowHowNote,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="réglée avec la fiche",
        db_index=False,
    )
    outcome = models.CharField("suite donnée", max_length=9, choices=Outcome.choices)
    channel = models.CharField("venue", max_length=11, choices=Channel.choices, default=Channel.COUNTER)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="enregistrée par", db_index=False)
    holder = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="suivie par",
        help_text="Vide : la personne qui l’a enregistrée.",
        db_index=False,
    )
    idempotency_key = models.UUIDField("clé de saisie", unique=True, editable=False)

    received_at = models.DateTimeField("reçue le")
    due_at = models.DateTimeField("promise pour le")
    return_due_at = models.DateTimeField(
        "promise au retour pour le",
        null=True,
        blank=True,
        help_text="Fixée quand la personne, informée une première fois, revient. Vide\u00a0: elle n’est pas revenue.",
    )
    promised_hours = models.PositiveSmallIntegerField("heures promises", default=72)
    promised_unit = models.CharField(
        "unité", max_length=12, choices=[(u.value, u.label) for u in Unit], default=Unit.CALENDAR
    )
    referred_at = models.DateTimeField(
        "chez l’opérateur depuis le", null=True, blank=True, help_text="Vide quand plus personne n’est sollicité."
    )
    answered_at = models.DateTimeField(
        "réponse de l’opérateur le", null=True, blank=True, help_text="Vide quand on a redemandé depuis."
    )
    call_back_at = models.DateTimeField("appel à passer le", null=True, blank=True)
    resident_informed_at = models.DateTimeField("usager informé le", null=True, blank=True)
    informed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="informé par", db_index=False
    )
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closing_reason = models.CharField("issue", max_length=18, choices=ClosingReason.choices, blank=True)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    reopened_at = models.DateTimeField("rouverte le", null=True, blank=True)
    erased_at = models.DateTimeField(
        "effacée le",
        null=True,
        blank=True,
        help_text="Identité, textes et pièces\u00a0; le reste est un compte anonyme.",
    )

    visit = models.UUIDField(
        "venue", null=True, blank=True, help_text="La même pour les démarches d’une personne en une fois."
    )
    age_band = models.CharField("âge", max_length=5, choices=AgeBand.choices, blank=True, default="", db_default="")
    situation = models.CharField(
        "situation", max_length=13, choices=Situation.choices, blank=True, default="", db_default=""
    )
    national_number = models.CharField(
        "numéro dans Administration+", max_length=30, blank=True, default="", db_default=""
    )
    version = models.PositiveIntegerField(
        "version",
        default=0,
        db_default=0,
        help_text="Grandit à chaque correction\u00a0: deux personnes ne s’effacent pas.",
    )

    objects: ClassVar[ServiceRequestQuerySet] = ServiceRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "demande"
        ordering: ClassVar = ["-received_at", "-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["structure", "-received_at", "-id"],
                condition=Q(closed_at__isnull=True),
                name="request_open_of_site",
            ),
            models.Index(fields=["structure", "-received_at", "-id"], name="request_history_of_site"),
            models.Index(
                F("structure"),
                deadline(),
                F("id"),
                condition=Q(closed_at__isnull=True),
                name="request_deadline_of_site",
            ),
            models.Index(EndOfReference("reference"), name="request_by_end_of_reference"),
            models.Index(
                deadline(),
                F("structure"),
                condition=Q(closed_at__isnull=True, cancelled_at__isnull=True),
                name="request_open_by_deadline",
            ),
            # Few requests are solved with a note: the index holds these only, and logging pays nothing.
            models.Index(
                fields=["solved_with"], condition=Q(solved_with__isnull=False), name="request_solved_with_a_note"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="request_is_due_after_it_is_received",
                condition=Q(due_at__gt=F("received_at")),
                violation_error_message="L’échéance vient après la demande.",
            ),
            models.CheckConstraint(
                name="request_informed_after_it_is_received",
                condition=Q(resident_informed_at__isnull=True) | Q(resident_informed_at__gte=F("received_at")),
                violation_error_message="L’usager ne peut pas être informé avant sa demande.",
            ),
            models.CheckConstraint(
                name="request_answered_after_it_is_received",
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("received_at")),
                violation_error_message="Une réponse ne peut pas précéder la demande.",
            ),
            models.CheckConstraint(
                name="request_outcome_is_known",
                condition=Q(outcome__in=Outcome.values),
                violation_error_message="Cette suite n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("referrals:detail", args=[self.reference])

    @property
    def keeper(self) -> User:
        """Who follows it; `select_related` both to read many."""
        return self.holder or self.author

    @property
    def is_waiting(self) -> bool:
        """For a first useful word; False for who was told and is back."""
        return self.resident_informed_at is None and self.is_open

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.cancelled_at is None

    @property
    def promised_until(self) -> datetime | None:
        """The deadline that counts now: that of the return when the person was told, and is back; None at its end."""
        return promised_until(self)

    @property
    def has_answer_to_pass_on(self) -> bool:
        """The operator answered since the person was last told something."""
        told = self.resident_informed_at
        return self.answered_at is not None and (told is None or self.answered_at > told)

    def is_late(self, now: datetime) -> bool:
        until = self.promised_until
        return until is not None and now > until

    @property
    def kept_in_time(self) -> bool | None:
        """Whether the promise was kept; None while nobody knows."""
        return None if self.resident_informed_at is None else self.resident_informed_at <= self.due_at
