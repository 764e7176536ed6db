"""What was somebody typing when her session, her computer or her battery ended, and may it come back?

A draft belongs to one person, one form and one thing it is about (a request, or nothing). It is sealed in the database;
the browser keeps nothing. Once the form is sent, an empty row stays for a while: what a page opened before still saves
is not taken.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from accounts.sensitive import refusal
from referrals.forms import (
    CallForm,
    CounterLogForm,
    HandOverForm,
    IdentityForm,
    InformForm,
    NoteForm,
)
from referrals.models import Draft
from schedules.calendars import PARIS
from schedules.wording import spoken_moment, spoken_time

LARGEST = 20_000
"""Characters of a draft, all fields together."""
LONGEST_FORM = 30
AT_MOST = 50
"""Drafts that one person may hold."""
FASTEST = timedelta(milliseconds=500)
SENT = "drafted"
"""Posted by a form that saved a draft, or was filled from one: only then is there something to forget."""

COUNTER_LOG, HAND_OVER, NOTE, CALL, IDENTITY, INFORM = "saisie", "transmission", "note", "appel", "identite", "reponse"
_FORMS: dict[str, tuple[str, frozenset[str]]] = {
    COUNTER_LOG: ("Une demande à noter", frozenset(CounterLogForm.base_fields) - {"key"}),
    HAND_OVER: ("Une transmission", frozenset(HandOverForm.base_fields)),
    NOTE: ("Une note", frozenset(NoteForm.base_fields)),
    CALL: ("Un appel", frozenset(CallForm.base_fields) - {"kind"}),
    IDENTITY: ("Comment rappeler la personne", frozenset(IdentityForm.base_fields)),
    INFORM: ("La réponse à la personne", frozenset(InformForm.base_fields)),
}
NOTHING_TYPED = {"outcome", "channel", "reason", "commune", "mandate", "site"}
"""Fields that hold something before anybody types: alone, they make no draft."""


class NotSaved(Exception):
    """The draft was not taken; `why` is for the person, `field` is the one to look at, `status` the HTTP answer."""

    def __init__(self, why: str, status: int, field: str = "") -> None:
        super().__init__(why)
        self.why, self.status, self.field = why, status, field


@dataclass(frozen=True)
class Box:
    """The draft of one form on one page: what to fill it with, and what its saving needs to know."""

    form: str
    about: str
    opened: str
    typed: dict[str, Any] = field(default_factory=dict)
    saved_at: datetime | None = None
    was_drafted: bool = False
    """The form came back with something to correct, and had saved a draft before."""

    @property
    def said(self) -> str:
        """« Brouillon de 14 h 05 repris », with its day when it is not of today; empty without draft."""
        if self.saved_at is None:
            return ""
        saved, opened = self.saved_at.astimezone(PARIS), datetime.fromisoformat(self.opened).astimezone(PARIS)
        same_day = saved.date() == opened.date()
        return f"Brouillon {f'de {spoken_time(saved.time())}' if same_day else f'du {spoken_moment(saved)}'} repris"

    @property
    def known(self) -> str:
        return self.saved_at.isoformat() if self.saved_at else ""


@dataclass(frozen=True)
class Saved:
    """A draft is kept; `replaced` says that another device had kept one that this page had not seen."""

    saved_at: datetime
    replaced: datetime | None = None

    @property
    def said(self) -> str:
        said = f"Brouillon enregistré à {spoken_time(self.saved_at.astimezone(PARIS).time())}"
        if self.replaced is None:
            return f"{said}."
        other = spoken_time(self.replaced.astimezone(PARIS).time())
        return f"{said}\u00a0; celui de {other}, tapé sur un autre écran, est remplacé."


@dataclass(frozen=True)
class Waiting:
    """A draft on the desk: what it is, about which request, and where it goes on."""

    label: str
    about: str
    url: str
    saved: str


def is_form(name: str) -> bool:
    return name.partition("-")[0] in _FORMS


def of_person(user: User) -> list[Draft]:
    """Her drafts, the newest first; one query, at most as many as she may hold."""
    return list(Draft.objects.filter(user=user).exclude(typed="").order_by("-saved_at")[:AT_MOST])


def about_request(user: User, reference: str) -> list[Draft]:
    """Her drafts of one request; one query."""
    return list(Draft.objects.filter(user=user, about=reference).exclude(typed=""))


def box(drafts: list[Draft], form: str, about: str, now: datetime) -> Box:
    """The draft of this form among those read, ready for the page; an empty box when there is none."""
    found = next((draft for draft in drafts if (draft.form, draft.about) == (form, about)), None)
    if found is None:
        return Box(form, about, now.isoformat())
    return Box(form, about, now.isoformat(), json.loads(found.typed), found.saved_at)


def boxes(drafts: list[Draft], about: str, now: datetime, *forms: str) -> dict[str, Box]:
    """One box for each form of a page about the same request."""
    return {form: box(drafts, form, about, now) for form in forms}


def sent_back(posted: Mapping[str, Any], form: str, about: str, now: datetime) -> Box:
    """The box of a form that comes back filled with what was posted."""
    return Box(form, about, now.isoformat(), was_drafted=SENT in posted)


def waiting(drafts: list[Draft], now: datetime, *, but: str = "") -> list[Waiting]:
    """Drafts as lines of the desk, without the form `but`, which the desk itself shows filled."""
    today = now.astimezone(PARIS).date()
    return [
        Waiting(
            _label(draft.form),
            draft.about,
            page_of(draft.form, draft.about),
            spoken_moment(draft.saved_at, today=today),
        )
        for draft in drafts
        if draft.form != but
    ]


def page_of(form: str, about: str) -> str:
    """Where the form of a draft is."""
    kind = form.partition("-")[0]
    if kind == COUNTER_LOG or not about:
        return reverse("referrals:desk")
    return reverse("referrals:hand_over" if kind == HAND_OVER else "referrals:detail", args=[about])


def save(
    *, user: User, form: str, about: str, typed: QueryDict, opened: datetime, known: datetime | None, now: datetime
) -> Saved | None:
    """Keep what is typed, the newest over the older; None when nothing is left of it, and the draft goes.

    `opened`: when the page was made; `known`: the draft it has seen. Raises NotSaved: too big, too many, too fast, what
    may be kept nowhere, or the form was sent since the page was opened.
    """
    values = _values(form, typed)
    if not set(values) - NOTHING_TYPED:
        Draft.objects.filter(user=user, form=form, about=about).exclude(typed="").delete()
        return None
    mine = Draft.objects.filter(user=user, form=form, about=about)
    before = mine.values_list("saved_at", flat=True).first()
    if before is not None and timedelta(0) <= now - before < FASTEST:
        raise NotSaved("Trop d’enregistrements à la fois.", 429)
    text = json.dumps(values, ensure_ascii=False)
    if before is None and Draft.objects.filter(user=user).exclude(typed="").count() >= AT_MOST:
        raise NotSaved("Vous avez trop de brouillons\u00a0: terminez-en un, ou effacez-le.", 409)
    if not mine.filter(~Q(typed="") | Q(saved_at__lt=opened)).update(typed=text, saved_at=now):
        _first(user, form, about, text, now)
    return Saved(now, replaced=None if before is None or before <= (known or opened) else before)


def _first(user: User, form: str, about: str, text: str, now: datetime) -> None:
    try:
        with transaction.atomic():
            Draft.objects.create(user=user, form=form, about=about, typed=text, saved_at=now)
    except IntegrityError:
        raise NotSaved("Ce formulaire a été envoyé depuis.", 410) from None


def _values(form: str, typed: QueryDict) -> dict[str, Any]:
    """The fields of this form that hold something, and nothing else of what was posted."""
    names = _FORMS[form.partition("-")[0]][1]
    values = {name: typed.getlist(name) for name in typed if name in names and any(map(str.strip, typed.getlist(name)))}
    if sum(len(value) for found in values.values() for value in found) > LARGEST:
        raise NotSaved("Ce texte est trop long pour être gardé en brouillon.", 413)
    for name, found in values.items():
        if why := next(filter(None, map(refusal, found)), ""):
            raise NotSaved(f"{why} Le brouillon n’est pas enregistré.", 422, field=name)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def sent(posted: Mapping[str, Any], *, user: User, form: str, about: str = "", now: datetime) -> None:
    """The form has been received: its draft is over, and none comes back from a page opened before.

    Nothing is written when the form says that it saved no draft.
    """
    if SENT in posted:
        forget(user=user, form=form, about=about, now=now)


def forget(*, user: User, form: str, about: str, now: datetime) -> None:
    """One statement: the text goes, the instant stays."""
    Draft.objects.bulk_create(
        [Draft(user=user, form=form, about=about, typed="", saved_at=now)],
        update_conflicts=True,
        unique_fields=["user", "form", "about"],
        update_fields=["typed", "saved_at"],
    )


def _label(form: str) -> str:
    return _FORMS[form.partition("-")[0]][0] if is_form(form) else "Une saisie"
