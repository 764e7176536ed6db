"""What can be done to a contact?

Each verb writes one line of history, signed `by` and dated `now`. A broken rule of the database is an IntegrityError:
the forms say it in French before.
"""

from collections.abc import Mapping
from copy import copy
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import Team, User
from partners.actions.rows import apply, set_active
from partners.models import Contact, Operator
from partners.stand_ins import TurnsInCircle, circle_in_words, hold_stand_ins
from partners.twins import one_at_a_time, twin_of
from partners.versions import locked, sign
from schedules.calendars import PARIS

TELLS_APART = frozenset({"operator", "name", "office", "phone", "mail"})


class ContactValues(TypedDict):
    operator: Operator
    kind: str
    body: str
    name: str
    function: str
    phone: str
    direct_phone: str
    mail: str
    note: str
    absent_from: date | None
    absent_until: date | None
    stand_in: Contact | None
    office: Team


@transaction.atomic
def create_contact(*, by: User, now: datetime, **values: Unpack[ContactValues]) -> Contact:
    """A new contact, confirmed today: who writes it down has just been told. The same form twice gives the same one."""
    one_at_a_time(by)
    twin = twin_of(Contact, {name: value for name, value in values.items() if name in TELLS_APART}, now)
    if twin is not None:
        return twin
    contact = Contact(checked_on=_today(now), **values)
    sign(contact, by=by, now=now).save()
    return contact


@transaction.atomic
def update_contact(
    *, contact: Contact, version: int | None, by: User, now: datetime, **values: Unpack[ContactValues]
) -> bool:
    """Change a contact; says whether anything differed, and writes no line of history when nothing did.

    Raises ChangedMeanwhile when someone saved it since `version`, TurnsInCircle when someone made its stand-in end by
    coming back to it.
    """
    stand_in = values["stand_in"]
    if stand_in is not None:
        hold_stand_ins([stand_in.operator_id])
    fresh = locked(contact, version)
    if stand_in is not None and (path := circle_in_words(fresh, stand_in)):
        raise TurnsInCircle(path)
    if fresh.mail != values["mail"]:
        fresh.bounced_at = fresh.away_since = None
    changed = apply(fresh, dict(values))
    if changed:
        sign(fresh, by=by, now=now).save()
    return changed


@transaction.atomic
def confirm_contact(*, contact: Contact, by: User, now: datetime) -> None:
    """Someone has checked today that the whole of it is right."""
    fresh = locked(contact, None)
    fresh.checked_on = _today(now)
    fresh.away_since = None
    sign(fresh, by=by, now=now, reason="Fiche vérifiée").save()


def deactivate_contact(*, contact: Contact, by: User, now: datetime) -> None:
    """Proposed to nobody any more; its rules and its history stay."""
    set_active(contact, False, by=by, now=now)


@transaction.atomic
def reactivate_contact(*, contact: Contact, by: User, now: datetime) -> None:
    """Proposed again, whatever took it out: who is there has not left. A second time writes nothing."""
    fresh = locked(contact, None)
    if not fresh.is_active:
        fresh.is_active, fresh.left_on = True, None
        sign(fresh, by=by, now=now).save()


def as_back(contact: Contact) -> Contact:
    """A copy of the contact in service, unsaved."""
    changed = copy(contact)
    changed.is_active = True
    return changed


def as_changed(contact: Contact, values: Mapping[str, Any]) -> Contact:
    """A copy of the contact with what a form gives, unsaved: what would be, to be looked at before it is."""
    changed = copy(contact)
    apply(changed, {name: value for name, value in values.items() if name in ContactValues.__annotations__})
    return changed


def _today(now: datetime) -> date:
    return now.astimezone(PARIS).date()
