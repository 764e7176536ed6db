"""The contact's own sheet, from the mail: no account, one button before anything is shown, then three answers."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import visits
from partners.actions import upkeep
from partners.confirmation_links import Followed, Refusal, follow
from partners.facts import hours_of, rule_in_words
from partners.forms.upkeep import CorrectionForm, GoneForm
from partners.models import Confirmation, Verdict
from schedules.calendars import PARIS

_OPENED = "opened_sheets"
_ANSWERS_AN_HOUR = 60
_AN_HOUR = 60  # minutes


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    followed = follow(token, timezone.now())
    if followed.refusal is not None:
        return _refused(request, followed)
    mark = salted_hmac("partners.opened", token).hexdigest()[:16]
    if request.method == "POST" and "open" in request.POST:
        request.session[_OPENED] = [*request.session.get(_OPENED, []), mark][-20:]
        return redirect(request.path)
    # An answer that is sent is a person's act, even from a page left open until its session ended.
    if request.method == "POST" and "verdict" in request.POST:
        return _answered(request, followed, mark)
    if mark not in request.session.get(_OPENED, []):
        # A mail scanner follows links: until a person presses the button, nothing is shown and nothing changes.
        return render(request, "partners/upkeep/door.html", {"office": followed.confirmations[0].contact.office})
    return _page(request, followed)


def _answered(request: HttpRequest, followed: Followed, mark: str) -> HttpResponse:
    """One answer for one sheet, or « toujours exact » for all of them (`sheet` empty)."""
    now = timezone.now()
    if not _within_limit(mark, now):
        messages.error(request, "Trop de réponses en une heure : réessayez plus tard.")
        return _page(request, followed, status=429)
    asked = {str(each.pk): each for each in followed.confirmations}
    sheet, verdict = request.POST.get("sheet", ""), request.POST["verdict"]
    chosen = asked.get(sheet)
    try:
        if verdict == Verdict.STILL_RIGHT and (chosen or not sheet):
            for each in [chosen] if chosen else followed.confirmations:
                upkeep.say_still_right(confirmation=each, now=now)
        elif chosen is not None and verdict == Verdict.CORRECTED:
            form = CorrectionForm(request.POST, confirmation=chosen)
            if not form.is_valid():
                return _page(request, followed, correction=form, status=422)
            upkeep.propose(confirmation=chosen, changes=form.changes, message=form.cleaned_data["message"], now=now)
        elif chosen is not None and verdict == Verdict.GONE:
            gone = GoneForm(request.POST, confirmation=chosen)
            if not gone.is_valid():
                return _page(request, followed, gone=gone, status=422)
            upkeep.say_gone(confirmation=chosen, instead=gone.cleaned_data["instead"], now=now)
        else:
            messages.error(request, "Cette réponse n’a pas été comprise : recommencez.")
            return _page(request, followed, status=422)
    except upkeep.AlreadyDecided:
        messages.info(request, "Votre réponse précédente a déjà été prise en compte. Merci.")
        return redirect(request.path)
    request.session[_OPENED] = [*request.session.get(_OPENED, []), mark][-20:]
    messages.success(request, "Merci, c’est enregistré.")
    return redirect(request.path)


def _within_limit(mark: str, now: datetime) -> bool:
    """So many answers an hour by one link: whoever found it on a shared desk cannot fill the manager's queue."""
    limits = {f"confirmation:{mark}": _ANSWERS_AN_HOUR}
    return visits.seconds_to_wait(limits, minutes=_AN_HOUR, now=now) is None


def _page(
    request: HttpRequest,
    followed: Followed,
    *,
    correction: CorrectionForm | None = None,
    gone: GoneForm | None = None,
    status: int = 200,
) -> HttpResponse:
    sheets = [_sheet(each, correction, gone) for each in followed.confirmations]
    context = {
        "sheets": sheets,
        "office": followed.confirmations[0].contact.office,
        "unanswered": sum(each.answered_at is None for each in followed.confirmations),
    }
    return render(request, "partners/upkeep/sheets.html", context, status=status)


def _sheet(asked: Confirmation, correction: CorrectionForm | None, gone: GoneForm | None) -> dict[str, Any]:
    contact, today = asked.contact, timezone.now().astimezone(PARIS).date()
    correct = CorrectionForm(confirmation=asked)
    leave = GoneForm(confirmation=asked)
    if correction is not None and correction.prefix == correct.prefix:
        correct = correction
    if gone is not None and gone.prefix == leave.prefix:
        leave = gone
    return {
        "asked": asked,
        "contact": contact,
        "hours": hours_of(contact.schedule, today),
        "scope": [rule_in_words(rule) for rule in contact.rules.all()],
        "correction": correct,
        "gone": leave,
    }


def _refused(request: HttpRequest, followed: Followed) -> HttpResponse:
    reason = followed.refusal or Refusal.BROKEN
    status = 404 if reason is Refusal.BROKEN else 410
    return render(request, "partners/upkeep/refused.html", {"reason": reason.value}, status=status)
