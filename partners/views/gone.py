"""A colleague took away the row that one was writing about: what is said, so that nothing typed is lost?

A row that is somebody else's is no row that is gone: its address leads nowhere, as before.
"""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect

from accounts.access import SignedInRequest


def typed_of_gone(request: SignedInRequest, model: type[models.Model], pk: int) -> QueryDict:
    """What was typed about the row, to be shown again. Http404 for a page that is only opened."""
    if request.method != "POST":
        raise Http404("this row is gone")
    _refuse_others(model, pk)
    return request.POST


def gone_already(
    request: SignedInRequest, model: type[models.Model], pk: int, *, said: str, to: str, of: int
) -> HttpResponse:
    """It was to be taken away, and is: nothing more to do. Back to the page `to` of the sheet `of`."""
    _refuse_others(model, pk)
    messages.info(request, said)
    return redirect(to, of)


def _refuse_others(model: Any, pk: int) -> None:
    if model._default_manager.filter(pk=pk).exists():
        raise Http404("this row hangs from another sheet")
