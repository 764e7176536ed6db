"""What is the least that Django needs for the same work? The yardstick, never an address of the site."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template import Context, Engine
from django.test.utils import override_settings
from django.urls import path
from django.utils import timezone

from partners.models import Procedure
from referrals.models import Outcome, ServiceRequest
from structures.models import Structure

LOG, LIST = "/bare/log/", "/bare/list/"
_MIDDLEWARE = [
    "config.bench.bare.own_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
_LIST = Engine().from_string("""<!DOCTYPE html>
<html lang="fr"><head><title>Demandes</title></head><body>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{{ token }}"></form>
<table>{% for row in rows %}
<tr><td><a href="/bare/list/{{ row.reference }}/">{{ row.reference }}</a></td><td>{{ row.procedure.name }}</td>
<td>{{ row.operator.name }}</td><td>{{ row.get_outcome_display }}</td><td>{{ row.received_at|date:"j F Y H:i" }}</td>
<td>{{ row.due_at|date:"j F Y H:i" }}</td></tr>
{% endfor %}</table></body></html>""")
_ROWS = 30


class LogForm(forms.Form):
    procedure = forms.ModelChoiceField(Procedure.objects.all(), to_field_name="code")
    structure = forms.IntegerField()


@login_required
def log(request: HttpRequest) -> HttpResponse:
    """Signed in, CSRF, a form of two fields, one INSERT in the same table, a redirect."""
    form = LogForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    now, procedure, key = timezone.now(), form.cleaned_data["procedure"], uuid.uuid4()
    ServiceRequest.objects.create(
        reference=key.hex[:18],
        structure_id=form.cleaned_data["structure"],
        procedure=procedure,
        operator_id=procedure.operator_id,
        outcome=Outcome.SOLVED,
        author_id=cast(int, request.user.pk),
        idempotency_key=key,
        received_at=now,
        due_at=now + timedelta(hours=72),
        resident_informed_at=now,
        closed_at=now,
    )
    return HttpResponseRedirect(LIST)


@login_required
def request_list(request: HttpRequest) -> HttpResponse:
    """The 30 latest open requests of a site, as a tutorial would write it: a JOIN, dates formatted by the template."""
    rows = ServiceRequest.objects.filter(structure=int(request.GET["structure"]), closed_at__isnull=True)
    shown = rows.select_related("procedure", "operator").order_by("-received_at")[:_ROWS]
    return HttpResponse(_LIST.render(Context({"rows": shown, "token": get_token(request)})))


urlpatterns = [path(LOG[1:], log), path(LIST[1:], request_list)]


def own_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """These two views are reached by no other way."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return middleware


def application() -> WSGIHandler:
    """A WSGI application of these two views, in the same process and on the same database."""
    with override_settings(MIDDLEWARE=_MIDDLEWARE):
        return WSGIHandler()


def log_fields(structure: Structure, procedure: Procedure) -> dict[str, str]:
    return {"procedure": procedure.code, "structure": str(structure.pk)}
