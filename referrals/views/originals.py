"""The mail from which an answer was taken, as it came: its words only, for the site, and each reading is journalled."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.models import journal
from accounts.permissions import Can
from referrals.attachments import vault
from referrals.incoming.reading import read
from referrals.links import without_links
from referrals.models import IncomingMail, ServiceRequest
from referrals.models.references import without_other_references


@require(Can.READ_IDENTITIES)
@require_safe
def original(request: SignedInRequest, pk: int) -> HttpResponse:
    in_sight = ServiceRequest.objects.visible_to(request.user)
    rows = IncomingMail.objects.filter(original__isnull=False, exchange__request__in=in_sight)
    mail = get_object_or_404(rows.select_related("exchange__request"), pk=pk)
    if mail.original is None or mail.exchange is None:
        raise Http404
    service_request = mail.exchange.request
    try:
        content = vault.read(mail.original)
    except vault.Gone:
        raise Http404 from None
    if request.method == "GET":
        journal(verb="message d’origine lu", subject=service_request.reference, now=timezone.now(), by=request.user)
    kept = read(content)
    context = {
        "service_request": service_request,
        "mail": mail,
        "original": kept,
        # What she quotes may be a mail of several requests, of other sites too.
        "words": without_other_references(without_links(kept.text), service_request.reference),
        "subject": without_other_references(kept.subject, service_request.reference),
    }
    return render(request, "referrals/original.html", context)
