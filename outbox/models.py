"""Which messages must leave, where does each one stand, and which workers and periodic jobs were seen at work?"""

import secrets
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from outbox.messages import Mail


class State(models.TextChoices):
    WAITING = "waiting", "en attente"
    CLAIMED = "claimed", "en cours d’envoi"
    HANDING_OVER = "handing_over", "en cours de remise"
    SENT = "sent", "envoyé"
    REFUSED = "refused", "refusé"
    UNCERTAIN = "uncertain", "incertain"
    HELD = "held", "retenu"


LIVE = (State.WAITING, State.CLAIMED, State.HANDING_OVER)
IN_HAND = (State.CLAIMED, State.HANDING_OVER)
FOR_A_PERSON = (State.UNCERTAIN, State.REFUSED, State.HELD)


class MessageQuerySet(models.QuerySet["Message"]):
    """Every word about what has not left starts from `sent_at IS NULL`, the condition of the partial index."""

    def not_sent(self) -> Self:
        return self.filter(sent_at__isnull=True)

    def unsent(self) -> Self:
        """Messages that the sender still has to take care of by itself."""
        return self.not_sent().filter(state__in=LIVE)

    def due(self, now: datetime) -> Self:
        """Messages that a sender may take now, the longest due first."""
        return self.not_sent().filter(state=State.WAITING, next_try_at__lte=now).order_by("next_try_at", "pk")

    def expired(self, now: datetime) -> Self:
        """Messages whose sender is not heard of any more."""
        return self.not_sent().filter(state__in=IN_HAND, claimed_until__lte=now)

    def to_review(self) -> Self:
        """Messages that wait for a person: uncertain, refused or held, and nobody has decided yet."""
        return self.not_sent().filter(state__in=FOR_A_PERSON, decided_at__isnull=True)

    def claim(self, pk: int, *, worker: str, now: datetime, until: datetime) -> "Message | None":
        """Take one due message until the end of a lease; None when another sender was quicker.

        One conditional UPDATE: it is atomic on every engine, also where SELECT … FOR UPDATE locks nothing. The mark in
        `claimed_by` is new at each claim, so that a sender whose lease ran out cannot act on the next one's claim.
        """
        mark = f"{worker[:80]}/{secrets.token_hex(4)}"
        taken = self.due(now).filter(pk=pk).order_by()
        if not taken.update(
            state=State.CLAIMED, claimed_by=mark, claimed_until=until, attempts=models.F("attempts") + 1
        ):
            return None
        return self.filter(claimed_by=mark).get(pk=pk)

    def in_hand_of(self, message: "Message") -> Self:
        """This message, if it is still the one that was claimed; a late answer may still settle a doubt."""
        return self.not_sent().filter(
            pk=message.pk, claimed_by=message.claimed_by, state__in=(*IN_HAND, State.UNCERTAIN)
        )


class Message(models.Model):
    """One mail, written in the transaction of what it announces; neither can exist alone."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField("clé", max_length=200)
    to_address = models.EmailField("destinataire", blank=True)
    subject = models.TextField("objet", blank=True)
    text = models.TextField("texte", blank=True)
    html = models.TextField("texte mis en forme", blank=True)
    headers = models.JSONField("en-têtes", default=dict, blank=True)
    message_id = models.CharField("identifiant du message", max_length=255)
    purpose = models.CharField("motif", max_length=100, blank=True)
    state = models.CharField("état", max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField("tentatives", default=0)
    created_at = models.DateTimeField("écrit le")
    next_try_at = models.DateTimeField("prochain essai")
    claimed_until = models.DateTimeField("pris jusqu’à", null=True, blank=True)
    claimed_by = models.CharField("dernier expéditeur", max_length=100, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    last_error = models.CharField("dernière difficulté", max_length=200, blank=True)
    # The number of an account, not a foreign key: the ground apps do not know each other.
    decided_by = models.BigIntegerField("décision de", null=True, blank=True)
    decided_at = models.DateTimeField("décision le", null=True, blank=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        indexes = [
            models.Index(name="outbox_not_sent", fields=["next_try_at", "id"], condition=Q(sent_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="message_key_is_unique",
                fields=["key"],
                violation_error_message="Ce message a déjà été écrit.",
            ),
            models.UniqueConstraint(
                name="message_id_is_unique",
                fields=["message_id"],
                violation_error_message="Cet identifiant de message existe déjà.",
            ),
            models.CheckConstraint(
                name="message_has_a_key",
                condition=~Q(key=""),
                violation_error_message="Un message a une clé.",
            ),
            models.CheckConstraint(
                name="message_state_is_known",
                condition=Q(state__in=State.values),
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                name="message_sent_has_its_instant",
                condition=Q(state=State.SENT, sent_at__isnull=False) | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                violation_error_message="Un message envoyé, et lui seul, a une heure d’envoi.",
            ),
            models.CheckConstraint(
                name="message_in_hand_has_a_lease",
                condition=(Q(state__in=IN_HAND, claimed_until__isnull=False) & ~Q(claimed_by=""))
                | (~Q(state__in=IN_HAND) & Q(claimed_until__isnull=True)),
                violation_error_message="Un message pris en charge, et lui seul, a un expéditeur et une échéance.",
            ),
            models.CheckConstraint(
                name="message_has_an_address",
                condition=~Q(to_address="") | Q(erased_at__isnull=False),
                violation_error_message="Un message a un destinataire.",
            ),
            models.CheckConstraint(
                name="message_live_is_not_erased",
                condition=~Q(state__in=LIVE) | Q(erased_at__isnull=True),
                violation_error_message="Un message à envoyer ne peut pas être effacé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose or 'message'} nᵒ {self.pk}"

    @property
    def mail(self) -> Mail:
        return Mail(
            to=self.to_address,
            subject=self.subject,
            text=self.text,
            html=self.html,
            headers=self.headers,
            purpose=self.purpose,
        )

    @property
    def can_be_resent(self) -> bool:
        return self.state in FOR_A_PERSON and self.erased_at is None


class JobRun(models.Model):
    """One periodic job in one slot of time; the unique pair is what makes several workers run it once."""

    id = models.BigAutoField(primary_key=True)
    job = models.CharField("tâche", max_length=200)
    slot = models.DateTimeField("créneau")
    started_at = models.DateTimeField("commencée le")
    attempts = models.PositiveIntegerField("tentatives", default=1)
    next_try_at = models.DateTimeField("prochain essai")
    finished_at = models.DateTimeField("finie le", null=True, blank=True)
    last_error = models.CharField("dernière difficulté", max_length=200, blank=True)

    class Meta:
        verbose_name = "passage d’une tâche"
        verbose_name_plural = "passages des tâches"
        constraints = [
            models.UniqueConstraint(
                name="job_runs_once_per_slot",
                fields=["job", "slot"],
                violation_error_message="Cette tâche est déjà passée dans ce créneau.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} ({self.slot:%Y-%m-%d %H:%M} UTC)"


class Heartbeat(models.Model):
    """The last instant at which a worker said that it was alive."""

    id = models.BigAutoField(primary_key=True)
    worker = models.CharField("expéditeur", max_length=100)
    at = models.DateTimeField("vu le")

    class Meta:
        verbose_name = "signe de vie"
        verbose_name_plural = "signes de vie"
        constraints = [
            models.UniqueConstraint(
                name="heartbeat_is_one_per_worker",
                fields=["worker"],
                violation_error_message="Cet expéditeur a déjà un signe de vie.",
            ),
        ]

    def __str__(self) -> str:
        return self.worker
