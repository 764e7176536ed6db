"""The desk: log what the person came for, and see what needs me."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.models import Procedure
from partners.search import procedure_options
from referrals import actions
from referrals.desk import Today, to_do_at, today_at
from referrals.forms import CounterLogForm
from referrals.models import Channel, Outcome, ServiceRequest
from structures.current import current_structure, structures_of
from structures.models import Structure


def next_key(person: int, today: Today) -> uuid.UUID:
    """The key of this person's next entry: the same in two tabs until she logs something, and after a lost answer.

    Made from her last entry, so nothing needs to be written before the form is sent.
    """
    digest = salted_hmac(
        "referrals.next_entry", f"{person}/{today.day}/{today.last_entry}", algorithm="sha256"
    ).digest()
    return uuid.UUID(bytes=digest[:16])


@require(Can.LOG_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: SignedInRequest) -> HttpResponse:
    structure, now = current_structure(request), timezone.now()
    today = today_at(structure, request.user.pk, now)
    key = next_key(request.user.pk, today)
    if request.method != "POST":
        typed = interrupted.initial(request)
        repeated = {"procedure": _name_of(request.GET["encore"])} if "encore" in request.GET else {}
        usual = {"channel": Channel.BUS_STOP if structure.is_bus else Channel.COUNTER, "key": key}
        return _page(request, CounterLogForm(initial={**usual, **repeated, **typed}), structure, today)
    form = CounterLogForm(request.POST)
    if not form.is_valid():
        if "key" in form.errors:
            return _asked_again(
                request, key, structure, today, "Le formulaire était incomplet. Vérifiez, puis enregistrez."
            )
        return _page(request, form, structure, today, status=422)
    now = timezone.now()
    try:
        logged = actions.log_request(structure=structure, by=request.user, now=now, **form.cleaned_data)
    except PermissionError:
        why = "Cette saisie vient d’un autre compte. Vérifiez-la, puis enregistrez de nouveau."
        return _asked_again(request, key, structure, today, why)
    if not logged.is_new and _differs(logged.request, form):
        why = f"Ce formulaire a déjà servi pour {logged.request.reference}. Si c’est une autre demande, enregistrez-la."
        return _asked_again(request, key, structure, today, why)
    return _after(request, logged)


def _differs(existing: ServiceRequest, form: CounterLogForm) -> bool:
    """The same key with another démarche is another intention, not a double click."""
    data = form.cleaned_data
    return (existing.procedure_id, existing.commune_id) != (
        data["procedure"].pk,
        data["commune"].pk if data["commune"] else None,
    )


def _asked_again(
    request: SignedInRequest, key: uuid.UUID, structure: Structure, today: Today, why: str
) -> HttpResponse:
    """The form comes back filled, with a key that has not served."""
    typed = request.POST.copy()
    typed["key"] = str(key)
    messages.warning(request, why)
    return _page(request, CounterLogForm(typed), structure, today, status=409)


def _after(request: SignedInRequest, logged: actions.Logged) -> HttpResponse:
    logged_request = logged.request
    said = "enregistrée" if logged.is_new else "déjà enregistrée : elle n’est comptée qu’une fois"
    messages.success(request, f"Demande {logged_request.reference} {said}.")
    if logged_request.outcome == Outcome.REFERRED and logged_request.referred_at is None:
        return redirect("referrals:hand_over", logged_request.reference)
    if logged_request.outcome == Outcome.SOLVED:
        return redirect(f"{reverse('referrals:desk')}?derniere={logged_request.procedure.code}")
    return redirect(logged_request)


def _name_of(code: str) -> str:
    return Procedure.objects.in_use().filter(code=code).values_list("name", flat=True).first() or ""


def _page(
    request: SignedInRequest, form: CounterLogForm, structure: Structure, today: Today, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    context = {
        "form": form,
        "structure": structure,
        "structures": structures_of(request),
        "today": today,
        "to_do": to_do_at(structure, now),
        "options": procedure_options(),
        "last_procedure": request.GET.get("derniere", ""),
    }
    return render(request, "referrals/desk.html", context, status=status)
