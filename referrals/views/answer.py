"""The contact's page: no account, one button before anything is shown, then four answers."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import journal
from referrals import answers
from referrals.actions import AlreadyClosed
from referrals.attachments import attaching
from referrals.clocks import resident_clock
from referrals.forms import AnswerForm
from referrals.forms.files import contents_of
from referrals.links import Refusal, follow
from referrals.models import Attachment, Happening, Identity, Referral
from referrals.readings import IDENTITY_READ
from referrals.views.by_link import by_link
from referrals.views.files import handed_out

_OPENED = "opened_referrals"
_ANSWERS = [Happening.TAKEN, Happening.ANSWERED, Happening.MISSING]


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    followed = follow(token, now)
    if followed.referral is None or followed.refusal is not None:
        return _refused(request, followed.referral, followed.refusal or Refusal.BROKEN)
    referral = followed.referral
    if request.method == "POST" and "open" in request.POST:
        _open(request, referral, now)
        return redirect(request.path)
    # An answer that is sent is a person's act, even from a page left open until its session ended.
    answers_now = request.method == "POST" and "choice" in request.POST
    if not (_is_open(request, referral) or answers_now):
        # A mail scanner follows links: until a person presses the button, nothing is shown and nothing changes.
        return render(request, "referrals/answer_door.html", {"referral": referral})
    return _answer(request, referral, token)


@by_link
@require_safe
def answer_file(request: HttpRequest, token: str, key: uuid.UUID) -> HttpResponse:
    """One file, for the contact who sent it or whom the site asked."""
    followed = follow(token, timezone.now())
    referral = followed.referral
    if referral is None or followed.refusal is not None:
        return _refused(request, referral, followed.refusal or Refusal.BROKEN)
    if not _is_open(request, referral):
        return redirect("referrals:answer", token)
    readable = Attachment.objects.readable_by(referral.contact).filter(request=referral.request)
    attachment = get_object_or_404(readable.select_related("request"), key=key)
    return handed_out(attachment, is_read=request.method == "GET", contact=referral.contact)


def _open(request: HttpRequest, referral: Referral, now: datetime) -> None:
    answers.open_link(referral=referral, now=now)
    request.session[_OPENED] = [*request.session.get(_OPENED, []), referral.pk][-20:]


def _is_open(request: HttpRequest, referral: Referral) -> bool:
    return referral.pk in request.session.get(_OPENED, [])


def _answer(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    now = timezone.now()
    others = answers.others_in_rank(referral, now)
    form = AnswerForm(request.POST or None, request.FILES or None, others=others)
    if request.method == "POST" and form.is_valid():
        try:
            return _answered(request, referral, form)
        except AlreadyClosed:
            return _refused(request, referral, Refusal.CLOSED)
        except attaching.Refused as refused:
            form.add_error("attached", list(refused.args))
    if not _is_open(request, referral):
        # An answer to correct shows the request: that is an opening too.
        _open(request, referral, now)
    identity = Identity.objects.filter(request=referral.request).first()
    if identity is not None:
        journal(verb=IDENTITY_READ, subject=referral.request.reference, now=now, actor=str(referral.contact))
    context = {
        "referral": referral,
        "service_request": referral.request,
        "identity": identity,
        "clock": resident_clock(referral.request, now),
        "form": form,
        "files": Attachment.objects.readable_by(referral.contact).filter(request=referral.request),
        "token": token,
        "said": referral.exchanges.filter(kind__in=_ANSWERS),
    }
    return render(request, "referrals/answer.html", context, status=422 if form.is_bound else 200)


def _answered(request: HttpRequest, referral: Referral, form: AnswerForm) -> HttpResponse:
    now, data = timezone.now(), form.cleaned_data
    passed_on = None
    files = attaching.examine_all(
        request=referral.request, uploads=contents_of(data["attached"]), now=now, contact=referral.contact
    )
    if data["choice"] == AnswerForm.TAKE:
        answers.take_charge(referral=referral, now=now, files=files)
    elif data["choice"] == AnswerForm.NOT_ME:
        says = data["instead_text"] or (f"C’est plutôt {data['instead'].name}." if data["instead"] else "")
        passed_on = answers.decline(referral=referral, now=now, instead=data["instead"], says=says)
    else:
        kind = Happening.ANSWERED if data["choice"] == AnswerForm.ANSWER else Happening.MISSING
        answers.answer(referral=referral, kind=kind, text=data["text"], now=now, files=files)
    context = {"referral": referral, "choice": data["choice"], "passed_on": passed_on, "files": files}
    return render(request, "referrals/answer_thanks.html", context)


def _refused(request: HttpRequest, referral: Referral | None, refusal: Refusal) -> HttpResponse:
    status = 404 if refusal is Refusal.BROKEN else 410
    typed = request.POST.get("text", "").strip() if referral else ""
    context = {"reason": refusal.value, "structure": referral.request.structure if referral else None, "typed": typed}
    return render(request, "referrals/answer_refused.html", context, status=status)
