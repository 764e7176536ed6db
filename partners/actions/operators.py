"""What can be done to an operator and to its démarches?"""

import unicodedata
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import models, transaction

from accounts.models import User
from partners.actions.reference import respell_procedures_of
from partners.actions.rows import apply, change, set_active
from partners.models import Operator, Procedure, Subject, Theme
from partners.twins import one_at_a_time, twin_of
from partners.versions import locked, sign
from territories.spelling import plain


class OperatorValues(TypedDict):
    name: str
    official_name: str
    synonyms: str
    public_phone: str
    phone_confirmed: bool
    website: str
    counsellor_note: str
    file_number_name: str
    in_bundle_from: date | None
    in_bundle_until: date | None


class ProcedureValues(TypedDict):
    operator: Operator
    name: str
    theme: Theme | None
    synonyms: str
    what_to_bring: str
    counter_note: str
    ends_at: Subject | None
    question: str
    alternative_operator: Operator | None


@transaction.atomic
def create_operator(*, by: User, now: datetime, **values: Unpack[OperatorValues]) -> Operator:
    """A new operator, with a code made from its name. The same form twice gives the same one."""
    one_at_a_time(by)
    twin = twin_of(Operator, values, now)
    if twin is not None:
        return twin
    operator = Operator(code=free_code(Operator, values["name"]), **values)
    sign(operator, by=by, now=now).save()
    return operator


@transaction.atomic
def update_operator(
    *, operator: Operator, version: int | None, by: User, now: datetime, **values: Unpack[OperatorValues]
) -> bool:
    """Says whether anything differed. Raises ChangedMeanwhile when someone saved it since `version`."""
    fresh = locked(operator, version)
    renamed = (fresh.name, fresh.synonyms) != (values["name"], values["synonyms"])
    changed = apply(fresh, dict(values))
    if changed:
        sign(fresh, by=by, now=now).save()
    if renamed:
        respell_procedures_of(fresh)
    return changed


@transaction.atomic
def create_procedure(*, by: User, now: datetime, **values: Unpack[ProcedureValues]) -> Procedure:
    """A new démarche, with a code made from its name. The same form twice gives the same one."""
    one_at_a_time(by)
    twin = twin_of(Procedure, values, now)
    if twin is not None:
        return twin
    code = free_code(Procedure, f"{values['operator'].code} {values['name']}")
    procedure = Procedure(code=code, **values)
    sign(procedure, by=by, now=now).save()
    return procedure


def update_procedure(
    *, procedure: Procedure, version: int | None, by: User, now: datetime, **values: Unpack[ProcedureValues]
) -> bool:
    """Says whether anything differed. Raises ChangedMeanwhile when someone saved it since `version`."""
    return change(procedure, version, values, by=by, now=now)


def deactivate_operator(*, operator: Operator, by: User, now: datetime) -> None:
    """Its démarches are proposed no more; nothing is deleted."""
    set_active(operator, False, by=by, now=now)


def reactivate_operator(*, operator: Operator, by: User, now: datetime) -> None:
    set_active(operator, True, by=by, now=now)


def deactivate_procedure(*, procedure: Procedure, by: User, now: datetime) -> None:
    """No longer proposed at the counter; the requests and the rules about it stay."""
    set_active(procedure, False, by=by, now=now)


def reactivate_procedure(*, procedure: Procedure, by: User, now: datetime) -> None:
    set_active(procedure, True, by=by, now=now)


def free_code(model: type[models.Model], text: str) -> str:
    """A code nobody has, made from the words: « France Rénov’ » gives FRANCE_RENOV, then FRANCE_RENOV_2."""
    field: Any = model._meta.get_field("code")
    words = unicodedata.normalize("NFKD", plain(text.replace("_", " "))).encode("ascii", "ignore").decode().upper()
    stem = "_".join(words.split())[: field.max_length - 4].strip("_") or "SANS_NOM"
    taken = set(model._default_manager.select_for_update().filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for code in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if code not in taken)
