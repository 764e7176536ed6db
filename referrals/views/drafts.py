"""What is being typed is saved as one goes, and erased when one asks; nobody reads another person's."""

from datetime import datetime

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from referrals.desk import drafts
from referrals.views.request_page import in_sight


@require(Can.FOLLOW_REQUESTS)
@require_POST
def save(request: SignedInRequest, form: str) -> HttpResponse:
    """JSON for the page that types: what to say, and the instant that its next save will name."""
    now = timezone.now()
    about = _about(request, form)
    try:
        saved = drafts.save(
            user=request.user,
            form=form,
            about=about,
            typed=request.POST,
            opened=_instant(request, "draft_opened") or now,
            known=_instant(request, "draft_known"),
            now=now,
        )
    except drafts.NotSaved as refused:
        return JsonResponse({"said": refused.why, "field": refused.field}, status=refused.status)
    if saved is None:
        return JsonResponse({"said": "", "known": ""})
    return JsonResponse({"said": saved.said, "known": saved.saved_at.isoformat()})


@require(Can.FOLLOW_REQUESTS)
@require_POST
def erase(request: SignedInRequest, form: str) -> HttpResponse:
    """« Effacer »: back to the page, whose form is empty again."""
    about = _about(request, form)
    drafts.forget(user=request.user, form=form, about=about, now=timezone.now())
    return redirect(drafts.page_of(form, about))


def _about(request: SignedInRequest, form: str) -> str:
    """The request that the draft is about, if it is in sight; a form of the desk is about none."""
    if not drafts.is_form(form) or len(form) > drafts.LONGEST_FORM:
        raise Http404
    about = request.POST.get("draft_about", "")
    if not about and form == drafts.COUNTER_LOG:
        return ""
    return in_sight(request, about).reference


def _instant(request: SignedInRequest, name: str) -> datetime | None:
    """What the page said, if it is an instant with its time zone."""
    try:
        at = datetime.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return None
    return at if at.tzinfo else None
