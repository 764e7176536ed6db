"""What is sealed with an older key than the newest, and how is it sealed again, whatever stops in between?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Cast

from accounts.sealing import is_stale, mark, unseal
from referrals.actions.identities import mark_again
from referrals.attachments import vault
from referrals.marking import words_of
from referrals.models import Attachment, Draft, Identity

BATCH = 500
SEALED: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Identity, ("name", "reach", "file_number")),
    (Draft, ("typed",)),
    (Attachment, ("name",)),
)


@dataclass(frozen=True)
class Progress:
    """After each batch: of what, how many were looked at, and how many of them were sealed again."""

    kind: str
    seen: int
    sealed: int


Say = Callable[[Progress], None]


def seal_everything_again(say: Say) -> int:
    """Seal and mark again all that an older key sealed; count it. Begun again, it passes over what is done already.

    Raises accounts.sealing.Unreadable when something was sealed with a key that has left the list.
    """
    sealed = 0
    for model, names in SEALED:
        sealed += _counted(str(model._meta.verbose_name_plural), _rows(model, names), say)
    sealed += _counted("empreintes", _marks(), say)
    return sealed + _counted("fichiers", map(_file, vault.keys()), say)


def _counted(kind: str, steps: Iterator[bool], say: Say) -> int:
    seen = sealed = 0
    for was_stale in steps:
        seen, sealed = seen + 1, sealed + was_stale
        if seen % BATCH == 0:
            say(Progress(kind, seen, sealed))
    say(Progress(kind, seen, sealed))
    return sealed


def _rows(model: type[models.Model], names: tuple[str, ...]) -> Iterator[bool]:
    """One row after the other, each rewritten only if nobody changed it meanwhile: what is new is sealed newly."""
    raw = {f"raw_{name}": Cast(name, models.TextField()) for name in names}
    rows: models.QuerySet[Any] = model._default_manager.order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).annotate(**raw).values_list("pk", *raw)[:BATCH]):
        for pk, *texts in batch:
            stale = {name: text for name, text in zip(names, texts, strict=True) if is_stale(text)}
            for name, text in stale.items():
                as_read = rows.filter(pk=pk).annotate(raw=Cast(name, models.TextField())).filter(raw=text)
                as_read.order_by().update(**{name: unseal(text)})
            yield bool(stale)
        last = batch[-1][0]


def _marks() -> Iterator[bool]:
    last = 0
    while batch := list(Identity.objects.filter(pk__gt=last).order_by("pk").prefetch_related("marks")[:BATCH]):
        for identity in batch:
            wanted = {(kind, mark(word)) for kind, word in words_of(identity.name, identity.reach)}
            is_other = {(found.kind, found.digest) for found in identity.marks.all()} != wanted
            if is_other:
                _mark_again(identity.pk)
            yield is_other
        last = batch[-1].pk


@transaction.atomic
def _mark_again(pk: int) -> None:
    """Read again under a lock: a correction may have come between."""
    if identity := Identity.objects.select_for_update().filter(pk=pk).first():
        mark_again(identity)


def _file(key: Any) -> bool:
    try:
        return vault.seal_again(key)
    except vault.Gone:
        return False
