"""Who the resident is, written because a hand-over or a call back needs it; and by what she is found again."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User, journal
from accounts.sealing import mark, marks
from referrals.actions.timeline import add_exchange, hold
from referrals.marking import words_of
from referrals.models import Happening, Identity, IdentityMark, ServiceRequest

_FIELDS = {"name": "nom", "reach": "moyen de rappeler", "file_number": "numéro de dossier"}


class IdentityChanged(Exception):
    """Somebody corrected the identity since it was shown; `identity` is what it is now, None when it was erased."""

    def __init__(self, identity: Identity | None) -> None:
        super().__init__("The identity changed meanwhile.")
        self.identity = identity


@transaction.atomic
def keep_identity(
    *,
    request: ServiceRequest,
    name: str,
    reach: str,
    file_number: str,
    by: User,
    now: datetime,
    has_no_file_number: bool = False,
) -> None:
    """Write who the resident is, because a hand-over or a call back needs it; empty fields change nothing.

    Raises AlreadyClosed: nothing is learnt about a person whose request is over.
    """
    values: dict[str, object] = {
        k: v for k, v in {"name": name, "reach": reach, "file_number": file_number}.items() if v
    }
    if has_no_file_number:
        values |= {"file_number": "", "has_no_file_number": True}
    elif file_number:
        values["has_no_file_number"] = False
    if values:
        hold(request)
        identity, _ = Identity.objects.update_or_create(request=request, defaults=values)
        mark_again(identity)
        journal(verb="identité saisie", subject=request.reference, now=now, by=by)


@transaction.atomic
def correct_identity(
    *,
    request: ServiceRequest,
    name: str,
    reach: str,
    file_number: str,
    has_no_file_number: bool,
    seen: str,
    by: User,
    now: datetime,
) -> None:
    """Write the identity as it should be, also once the request is closed; an empty field is taken away.

    `seen` is `state_of` the identity that was shown. The timeline says which parts changed, never what they were.
    Raises IdentityChanged when it is not that one any more.
    """
    # Takes the row for the rest of the transaction on both databases: two corrections go one after the other.
    ServiceRequest.objects.filter(pk=request.pk).update(promised_hours=F("promised_hours"))
    identity = Identity.objects.filter(request=request).first()
    if identity is None or seen not in _states(identity):
        raise IdentityChanged(identity)
    values = {"name": name, "reach": reach, "file_number": file_number, "has_no_file_number": has_no_file_number}
    changed = [field for field, value in values.items() if getattr(identity, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(identity, field, values[field])
    identity.save(update_fields=changed)
    mark_again(identity)
    parts = dict.fromkeys(_FIELDS.get(field, _FIELDS["file_number"]) for field in changed)
    add_exchange(request, Happening.IDENTITY, now, by=by, text=f"{', '.join(parts).capitalize()}.")
    journal(verb="identité corrigée", subject=request.reference, now=now, by=by)


def state_of(identity: Identity) -> str:
    """A mark of what the identity says now: two states differ in it, and it tells nothing of either."""
    return mark(_spelled(identity))


def _states(identity: Identity) -> list[str]:
    """The same under every key: a page may have been drawn before the keys turned."""
    return marks(_spelled(identity))


def _spelled(identity: Identity) -> str:
    parts = (identity.name, identity.reach, identity.file_number, str(identity.has_no_file_number))
    return "\n".join(("identity", *parts))


def mark_again(identity: Identity) -> None:
    """Write the marks of this identity as it is now: two statements, in the caller's transaction."""
    identity.marks.all().delete()
    IdentityMark.objects.bulk_create(marks_of(identity))


def marks_of(identity: Identity) -> list[IdentityMark]:
    """The marks of this identity under the newest key, not written yet."""
    words = sorted(words_of(identity.name, identity.reach))
    return [IdentityMark(identity=identity, kind=kind, digest=mark(word)) for kind, word in words]
