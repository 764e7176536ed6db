"""What can be done to a contact's rules: what it answers for, and where?

Each verb writes one line of history, signed `by` and dated `now`.
"""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction

from accounts.models import User
from partners.models import Blocker, Contact, Procedure, Rule
from partners.versions import locked, sign
from territories.models import Arrondissement, Commune, Departement, Epci

_TELLS_APART = ("contact", "procedure", "blocker", "commune", "epci", "arrondissement", "departement")


class RuleValues(TypedDict, total=False):
    """What is not said is empty: any démarche, whatever blocks; exactly one territory."""

    procedure: Procedure | None
    blocker: Blocker | None
    commune: Commune | None
    epci: Epci | None
    arrondissement: Arrondissement | None
    departement: Departement | None
    priority: int
    note: str


class RuleExists(Exception):
    """The contact has this rule already."""


@transaction.atomic
def add_rule(*, contact: Contact, by: User, now: datetime, **values: Unpack[RuleValues]) -> Rule:
    """The contact answers for a démarche (all of them: None) on one territory. Raises RuleExists the second time."""
    rule = Rule(contact=contact, **values)
    _save(rule, by=by, now=now)
    return rule


@transaction.atomic
def update_rule(*, rule: Rule, version: int | None, by: User, now: datetime, **values: Unpack[RuleValues]) -> bool:
    """Says whether anything differed. Raises RuleExists when another rule says this already, ChangedMeanwhile when
    someone saved it since `version`."""
    fresh = locked(rule, version)
    changed = {name: value for name, value in values.items() if getattr(fresh, name) != value}
    for name, value in changed.items():
        setattr(fresh, name, value)
    if changed:
        _save(fresh, by=by, now=now)
    return bool(changed)


@transaction.atomic
def remove_rule(*, rule: Rule, by: User, now: datetime) -> None:
    """A second time writes nothing."""
    for held in Rule.objects.select_for_update().filter(pk=rule.pk):
        sign(held, by=by, now=now).delete()


def _save(rule: Rule, *, by: User, now: datetime) -> None:
    try:
        with transaction.atomic():
            sign(rule, by=by, now=now).save()
    except IntegrityError as error:
        same = Rule.objects.filter(**{name: getattr(rule, name) for name in _TELLS_APART}).exclude(pk=rule.pk)
        if same.exists():
            raise RuleExists from error
        raise
