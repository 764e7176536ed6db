"""What colleagues do with a request together: confide it, see who is on it, keep its number in the State's own tool."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from accounts.sessions import asked_by_itself
from referrals.actions import AlreadyClosed
from referrals.actions.national import keep_national_number
from referrals.forms import AssignForm, NationalNumberForm
from referrals.teamwork import holding
from referrals.teamwork.viewings import look
from referrals.views.request_page import in_sight, request_page


@require(Can.FOLLOW_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: SignedInRequest, reference: str) -> HttpResponse:
    """« Confier à… » : a colleague of the site, chosen in a list."""
    service_request, now = in_sight(request, reference), timezone.now()
    others = holding.colleagues(service_request.structure, now).exclude(pk=service_request.keeper.pk)
    form = AssignForm(request.POST or None, colleagues=others)
    if form.is_bound and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            is_new = holding.assign(request=service_request, to=to, by=request.user, now=now)
        except AlreadyClosed:
            messages.warning(request, "Cette demande est close\u00a0: personne ne la suit plus.")
            return redirect(service_request)
        messages.success(request, f"{to} suit cette demande." if is_new else f"{to} suivait déjà cette demande.")
        return redirect(service_request)
    context = {"service_request": service_request, "form": form}
    return render(request, "referrals/assign.html", context, status=422 if form.is_bound else 200)


@asked_by_itself
@require(Can.FOLLOW_REQUESTS)
@require_POST
def presence(request: SignedInRequest, reference: str) -> HttpResponse:
    """A page that is open says so; it learns who else has it open."""
    service_request, now = in_sight(request, reference), timezone.now()
    others = look(request=service_request, user=request.user, now=now)
    context = {"service_request": service_request, "onlookers": others}
    return render(request, "referrals/_onlookers.html", context)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def national(request: SignedInRequest, reference: str) -> HttpResponse:
    """The number of the same case in the State's own tool."""
    service_request = in_sight(request, reference)
    form = NationalNumberForm(request.POST)
    if not form.is_valid():
        return request_page(request, service_request, national_form=form, status=422)
    keep_national_number(
        request=service_request, number=form.cleaned_data["national_number"], by=request.user, now=timezone.now()
    )
    messages.success(request, "Le numéro est noté.")
    return redirect(service_request)
