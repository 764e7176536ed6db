"""Somebody else was quicker: what was typed, beside what happened since; nothing typed is lost."""

from collections.abc import Sequence

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import SignedInRequest
from referrals.models import ServiceRequest
from referrals.teamwork.meanwhile import last_seen
from referrals.timeline import Line, lines_of

_NOT_SENT_AGAIN = frozenset({"csrfmiddlewaretoken", "typed_by", "seen"})
_NEVER_IN_A_NOTE = frozenset({"name", "reach", "file_number", "commune"})
_SHOWN = 5


def conflict(
    request: SignedInRequest,
    service_request: ServiceRequest,
    form: forms.Form,
    *,
    since: Sequence[Line] = (),
    may_save: bool = True,
) -> HttpResponse:
    """409: what was typed in `form`, what others did, and the ways on: save all the same, keep it as a note, go back.

    `may_save` is False where the request no longer takes it, because it is closed.
    """
    lines = list(since) or lines_of(service_request.exchanges.order_by("-pk")[:_SHOWN])[::-1]
    context = {
        "service_request": service_request,
        "lines": lines,
        "typed": _typed(form),
        "as_note": _as_note(form),
        "again": [
            (name, value)
            for name in sorted(set(request.POST) - _NOT_SENT_AGAIN)
            for value in request.POST.getlist(name)
        ],
        "seen": last_seen(line.exchange for line in lines),
        "may_save": may_save,
        "action": request.path,
    }
    return render(request, "referrals/conflict.html", context, status=409)


def _as_note(form: forms.Form) -> str:
    """What may go to the timeline: never who the resident is, which is sealed elsewhere."""
    values = [form[name].value() for name in form.fields if name not in _NEVER_IN_A_NOTE]
    return "\n".join(value for value in values if isinstance(value, str) and len(value.split()) > 1)


def _typed(form: forms.Form) -> list[tuple[str, str]]:
    """The visible fields that hold something, as the person knows them."""
    return [
        (str(field.label), str(field.value()))
        for field in form.visible_fields()
        if field.value() not in (None, "", False) and isinstance(field.field, forms.CharField | forms.DateTimeField)
    ]
