"""The contact's page: no account, one button before anything is shown, then four answers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import journal
from referrals import answers
from referrals.actions import AlreadyClosed
from referrals.clocks import resident_clock
from referrals.forms import AnswerForm
from referrals.links import Refusal, follow
from referrals.models import Happening, Identity, Referral

_OPENED = "opened_referrals"
_ANSWERS = [Happening.TAKEN, Happening.ANSWERED, Happening.MISSING]


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    followed = follow(token, now)
    if followed.referral is None or followed.refusal is not None:
        return _refused(request, followed.referral, followed.refusal or Refusal.BROKEN)
    referral = followed.referral
    if request.method == "POST" and "open" in request.POST:
        answers.open_link(referral=referral, now=now)
        request.session[_OPENED] = [*request.session.get(_OPENED, []), referral.pk][-20:]
        return redirect(request.path)
    # An answer that is sent is a person's act, even from a page left open until its session ended.
    answers_now = request.method == "POST" and "choice" in request.POST
    if referral.pk not in request.session.get(_OPENED, []) and not answers_now:
        # A mail scanner follows links: until a person presses the button, nothing is shown and nothing changes.
        return render(request, "referrals/answer_door.html", {"referral": referral})
    return _answer(request, referral)


def _answer(request: HttpRequest, referral: Referral) -> HttpResponse:
    now = timezone.now()
    others = answers.others_in_rank(referral, now)
    form = AnswerForm(request.POST or None, others=others)
    if request.method == "POST" and form.is_valid():
        try:
            return _answered(request, referral, form)
        except AlreadyClosed:
            return _refused(request, referral, Refusal.CLOSED)
    identity = Identity.objects.filter(request=referral.request).first()
    if identity is not None and request.method == "GET":
        journal(verb="identité lue", subject=referral.request.reference, now=now, actor=str(referral.contact))
    context = {
        "referral": referral,
        "service_request": referral.request,
        "identity": identity,
        "clock": resident_clock(referral.request, now),
        "form": form,
        "said": referral.exchanges.filter(kind__in=_ANSWERS),
    }
    return render(request, "referrals/answer.html", context, status=422 if form.is_bound else 200)


def _answered(request: HttpRequest, referral: Referral, form: AnswerForm) -> HttpResponse:
    now, data = timezone.now(), form.cleaned_data
    passed_on = None
    if data["choice"] == AnswerForm.TAKE:
        answers.take_charge(referral=referral, now=now)
    elif data["choice"] == AnswerForm.NOT_ME:
        says = data["instead_text"] or (f"C’est plutôt {data['instead'].name}." if data["instead"] else "")
        passed_on = answers.decline(referral=referral, now=now, instead=data["instead"], says=says)
    else:
        kind = Happening.ANSWERED if data["choice"] == AnswerForm.ANSWER else Happening.MISSING
        answers.answer(referral=referral, kind=kind, text=data["text"], now=now)
    context = {"referral": referral, "choice": data["choice"], "passed_on": passed_on}
    return render(request, "referrals/answer_thanks.html", context)


def _refused(request: HttpRequest, referral: Referral | None, refusal: Refusal) -> HttpResponse:
    status = 404 if refusal is Refusal.BROKEN else 410
    context = {"reason": refusal.value, "structure": referral.request.structure if referral else None}
    return render(request, "referrals/answer_refused.html", context, status=status)
