"""A mail on the timeline is said useful, or not yet; back to the page of the request."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from referrals import actions
from referrals.models import Exchange, Happening
from referrals.views.request_page import in_sight

_GESTURES = {
    Happening.USEFUL.value: (actions.useful, "C’est une réponse utile\u00a0: elle est à passer à la personne."),
    Happening.NOT_USEFUL.value: (
        actions.not_useful_yet,
        "Ce n’est pas encore une réponse utile\u00a0: le délai de l’opérateur court toujours, les rappels aussi.",
    ),
}


@require(Can.FOLLOW_REQUESTS)
@require_POST
def say_useful(request: SignedInRequest, reference: str, exchange_pk: int) -> HttpResponse:
    service_request = in_sight(request, reference)
    mails = Exchange.objects.filter(request=service_request, incoming_mail__isnull=False)
    exchange = get_object_or_404(mails.select_related("request", "referral"), pk=exchange_pk)
    gesture = _GESTURES.get(request.POST.get("says", ""))
    if gesture is None:
        messages.error(request, "Dites si cette réponse est utile.")
        return redirect(service_request)
    say, said = gesture
    try:
        say(exchange=exchange, by=request.user, now=timezone.now())
    except actions.AlreadyClosed:
        messages.warning(request, "Cette demande est close\u00a0: rien n’a été changé.")
    except actions.AlreadySaid:
        messages.info(request, "C’était déjà fait\u00a0: rien n’a été changé.")
    else:
        messages.success(request, said)
    return redirect(f"{service_request.get_absolute_url()}#ligne-{exchange.pk}")
