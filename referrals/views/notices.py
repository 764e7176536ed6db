"""How often a counsellor is written to: her choice, on a page of her own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from referrals.forms import NoticesForm
from referrals.reminding import notices
from structures.current import current_structure


@require(Can.FOLLOW_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_choice(request: SignedInRequest) -> HttpResponse:
    chosen = notices.pace_of(request.user)
    posted = request.POST if request.method == "POST" else None
    form = NoticesForm(posted, initial={"pace": chosen, **interrupted.initial(request)})
    if form.is_valid():
        notices.choose(user=request.user, pace=form.cleaned_data["pace"], now=timezone.now())
        messages.success(request, "C’est noté. Votre accueil montre toujours tout, quel que soit votre choix.")
        return redirect("referrals:notices")
    context = {"form": form, "has_chosen": bool(chosen), "structure": current_structure(request)}
    return render(request, "referrals/notices.html", context, status=422 if form.errors else 200)
