"""« Signaler une erreur » on any contact one may call.

It is here because whose contacts one may call depends on the structures one works for, which `partners` does not know.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions.upkeep import report_error
from partners.facts import badges_of
from partners.forms.upkeep import ReportForm
from partners.models import Contact, Report, Wrong
from referrals.offices import offices_of
from schedules.calendars import PARIS


@require(Can.READ_DIRECTORY)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    in_sight = Contact.objects.in_service().filter(office__in=offices_of(request.user))
    contact = get_object_or_404(in_sight.select_related("operator"), pk=pk)
    back = _way_back(request)
    form = ReportForm(request.POST if request.method == "POST" else None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        report_error(contact=contact, wrong=Wrong(typed["wrong"]), detail=typed["detail"], by=request.user, now=now)
        messages.success(request, f"Merci : la fiche de {contact.name} est signalée à la gestion des partenaires.")
        return redirect(back)
    context = {
        "contact": contact,
        "badges": badges_of(contact, now.astimezone(PARIS).date()),
        "form": form,
        "back": back,
        "mine": Report.objects.open().filter(contact=contact, author=request.user).first(),
    }
    return render(request, "partners/upkeep/report.html", context, status=422 if form.errors else 200)


def _way_back(request: SignedInRequest) -> str:
    """The page of the card, on this site; else the directory."""
    asked = request.POST.get("retour") or request.GET.get("retour") or ""
    here = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if here else reverse("referrals:directory")
