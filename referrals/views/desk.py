"""The desk: log what the person came for, and see what needs me."""

import uuid
from datetime import datetime

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


def next_key(person: int, structure: Structure, today: Today) -> uuid.UUID:
    """The key of this person's next entry at this site: the same in two tabs until she logs, and after a lost answer.

    Made from her last entry, so nothing needs to be written before the form is sent.
    """
    digest = salted_hmac(
        "referrals.next_entry", f"{person}/{structure.pk}/{today.day}/{today.last_entry}", algorithm="sha256"
    ).digest()
    return uuid.UUID(bytes=digest[:16])


@require(Can.LOG_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: SignedInRequest) -> HttpResponse:
    structure, now = _site(request), timezone.now()
    if request.method != "POST":
        return _empty(request, structure, now)
    form = CounterLogForm(request.POST, structure=structure)
    if "key" in form.errors:
        return _asked_again(request, structure, now, "Le formulaire était incomplet. Vérifiez, puis enregistrez.")
    if not form.is_valid():
        return _page(request, form, structure, now, status=422)
    try:
        logged = actions.log_request(structure=structure, by=request.user, now=now, **form.cleaned_data)
    except PermissionError:
        why = "Cette saisie vient d’un autre compte. Vérifiez-la, puis enregistrez de nouveau."
        return _asked_again(request, structure, now, why)
    if not logged.is_new and _differs(logged.request, form):
        why = f"Ce formulaire a déjà servi pour {logged.request.reference}. Si c’est une autre demande, enregistrez-la."
        return _asked_again(request, structure, now, why)
    return _after(request, logged)


def _site(request: SignedInRequest) -> Structure:
    """The site that the form was opened for: another tab may have changed the current one since."""
    asked = request.POST.get("site", "")
    return next((site for site in structures_of(request) if str(site.pk) == asked), None) or current_structure(request)


def _empty(request: SignedInRequest, structure: Structure, now: datetime) -> HttpResponse:
    """A new form: the site's usual answers, the last démarche again, or what was typed when the session ended."""
    today = today_at(structure, request.user.pk, now)
    usual = {
        "channel": Channel.BUS_STOP if structure.is_bus else Channel.COUNTER,
        "key": next_key(request.user.pk, structure, today),
        "procedure": _name_of(request.GET["encore"]) if "encore" in request.GET else "",
    }
    form = CounterLogForm(initial={**usual, **interrupted.initial(request)}, structure=structure)
    return _page(request, form, structure, now, today=today)


def _differs(existing: ServiceRequest, form: CounterLogForm) -> bool:
    """The same key with another site, démarche, outcome or commune is another intention, not a double click."""
    data = form.cleaned_data
    commune = data["commune"].pk if data["commune"] else None
    entered = (form.structure.pk, data["procedure"].pk, data["outcome"], commune)
    # A request logged « to call back » becomes « to hand over » when somebody is asked: the entry is still the same.
    since_handed_over = (data["outcome"], existing.outcome) == (Outcome.CALL_BACK, Outcome.REFERRED)
    first_outcome = data["outcome"] if since_handed_over else existing.outcome
    known = (existing.structure_id, existing.procedure_id, first_outcome, existing.commune_id)
    return entered != known


def _asked_again(request: SignedInRequest, structure: Structure, now: datetime, why: str) -> HttpResponse:
    """The form comes back filled, with a key that has not served."""
    today = today_at(structure, request.user.pk, now)
    typed = request.POST.copy()
    typed["key"] = str(next_key(request.user.pk, structure, today))
    messages.warning(request, why)
    return _page(request, CounterLogForm(typed, structure=structure), structure, now, today=today, status=409)


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
    request: SignedInRequest,
    form: CounterLogForm,
    structure: Structure,
    now: datetime,
    *,
    today: Today | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "structure": structure,
        "structures": structures_of(request),
        "today": today or today_at(structure, request.user.pk, now),
        "to_do": to_do_at(structure, now),
        "options": procedure_options(),
        "last_procedure": request.GET.get("derniere", ""),
    }
    return render(request, "referrals/desk.html", context, status=status)
