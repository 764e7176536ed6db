"""A contact leaves its post: what it holds is shown, and passes to somebody else in one gesture.

It is here because what a contact holds are hand-overs, which `partners` does not know.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.consequences import consequences, must_be_read
from partners.views.contacts import contact_in_sight
from referrals.forms.departure import DepartureForm
from referrals.hands.departure import Left, held_by, leave
from schedules.calendars import PARIS
from schedules.wording import NBSP, spoken_moment


@require(Can.KEEP_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def contact_departure(request: SignedInRequest, pk: int) -> HttpResponse:
    """Also for a sheet that is out of service already: what was left with it can still be moved."""
    contact, now = contact_in_sight(request, pk), timezone.now()
    today = now.astimezone(PARIS).date()
    form = DepartureForm(
        request.POST or None,
        held=held_by(contact, now),
        today=today,
        initial=({"left_on": contact.left_on} if contact.left_on else {}) | interrupted.initial(request),
    )
    hands = consequences(contact, None, today)
    is_valid = request.method == "POST" and form.is_valid()
    is_unread = is_valid and must_be_read(hands, request.POST)
    if is_valid and not is_unread:
        left = leave(contact=contact, left_on=form.cleaned_data["left_on"], to=form.chosen(), by=request.user, now=now)
        messages.success(request, f"Le départ de {contact.name} est noté. {_in_words(left)}")
        return redirect("partners:contact_edit", contact.pk)
    context = {
        "contact": contact,
        "form": form,
        "replaced": contact.stands_in_for.in_service().select_related("operator"),
        "rules_count": contact.rules.count(),
        "hands": hands,
        "is_unread": is_unread,
    }
    status = 422 if form.is_bound and not is_valid else 200
    return render(request, "partners/contact_departure.html", context, status=status)


def _in_words(left: Left) -> str:
    if not (left.moved or left.given_back):
        return "Rien ne l’attendait."
    s = "s" if left.moved > 1 else ""
    said = f"{left.moved} demande{s} passée{s} à quelqu’un d’autre" if left.moved else ""
    back = (
        f"{left.given_back} à transmettre par {'leur' if left.given_back > 1 else 'son'} site"
        if left.given_back
        else ""
    )
    told = f" Le message part {spoken_moment(left.told_at)}." if left.told_at else ""
    return f"{f'{NBSP}; '.join(part for part in (said, back) if part)}. Aucun délai n’est remis à zéro.{told}"
