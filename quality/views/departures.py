"""Somebody leaves a site: from when, who takes up her work, and what she still holds once she is gone."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.models import User
from accounts.permissions import Can
from quality.views.people import path_to, person_in_sight, reopen, site_in_sight, typed_in
from quality.wording import counted
from referrals.teamwork.handing_on import WorkForm, share_out
from referrals.teamwork.holding import Work, colleagues, left_behind, work_of
from schedules.calendars import PARIS
from schedules.wording import spoken_date
from structures.actions import people as actions
from structures.actions.access import end_access
from structures.forms.people import DepartureForm
from structures.models import Counsellor, Structure
from structures.opened import ChangedMeanwhile, digest


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_SITE)
def departure(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    counsellor = person_in_sight(request, slug, pk)
    if request.POST.get("stays"):
        actions.record_departure(counsellor=counsellor, left_on=None, by=request.user, now=now)
        messages.success(request, f"{counsellor} reste dans l’équipe.")
        return redirect("quality:team", slug)
    form, work = _departure_form(request, counsellor, now), Work()
    work_form = None
    if counsellor.user is not None:
        work = work_of(counsellor.user, counsellor.structure, now)
        work_form = _work_form(request, counsellor.structure, counsellor.user, work, now)
    meanwhile, status = None, 200
    if request.method == "POST":
        status = 422
        # Both are asked, so that both say what is wrong.
        if all([form.is_valid(), work_form is None or work_form.is_valid()]):
            try:
                _leave(request, counsellor, form, work_form, now)
            except ChangedMeanwhile as error:
                reopen(form, counsellor)
                meanwhile, status = error, 409
            else:
                return redirect("quality:team", slug)
    context = {
        "structure": counsellor.structure,
        "counsellor": counsellor,
        "form": form,
        "work": work,
        "work_form": work_form,
        "meanwhile": meanwhile,
        "path": path_to(
            counsellor.structure, (counsellor.full_name, reverse("quality:person", args=[slug, counsellor.pk]))
        ),
    }
    return render(request, "quality/departure.html", context, status=status)


def _departure_form(request: SignedInRequest, counsellor: Counsellor, now: datetime) -> DepartureForm:
    stored = {"left_on": counsellor.left_on, "ends_access": counsellor.ends_access}
    opened = {"opened": digest(actions.full_snapshot(counsellor))}
    return DepartureForm(
        typed_in(request),
        arrived_on=counsellor.arrived_on,
        today=now.astimezone(PARIS).date(),
        has_account=counsellor.user_id is not None,
        initial={**stored, **interrupted.initial(request), **opened},
    )


def _work_form(request: SignedInRequest, structure: Structure, leaving: User, work: Work, now: datetime) -> WorkForm:
    others = colleagues(structure, now).exclude(pk=leaving.pk)
    return WorkForm(typed_in(request), colleagues=others, requests=work.requests)


@transaction.atomic
def _leave(
    request: SignedInRequest, counsellor: Counsellor, form: DepartureForm, work_form: WorkForm | None, now: datetime
) -> None:
    """The departure, the work that changes hands, and the access that ends: all of it or nothing."""
    left_on = form.cleaned_data["left_on"]
    actions.record_departure(counsellor=counsellor, by=request.user, now=now, **form.cleaned_data)
    moved = 0
    if work_form is not None and counsellor.user is not None:
        moved = share_out(
            work_form.shares(), structure=counsellor.structure, leaving=counsellor.user, by=request.user, now=now
        )
    if counsellor.ends_access and left_on <= now.astimezone(PARIS).date():
        end_access(counsellor, by=request.user, now=now)
    said = f"Départ de {counsellor} le {spoken_date(left_on, with_year=True)}."
    if moved:
        said += f" {counted(moved, 'demande confiée', 'demandes confiées')}."
    messages.success(request, said)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_SITE)
def hand_on(request: SignedInRequest, slug: str, user_pk: int) -> HttpResponse:
    """What somebody who is gone still holds, confided to those who are there."""
    now = timezone.now()
    structure = site_in_sight(request, slug)
    gone = next((left.user for left in left_behind(structure, now) if left.user.pk == user_pk), None)
    if gone is None:
        raise Http404
    work = work_of(gone, structure, now)
    form = _work_form(request, structure, gone, work, now)
    if form.is_valid():
        moved = share_out(form.shares(), structure=structure, leaving=gone, by=request.user, now=now)
        if moved:
            messages.success(request, f"{counted(moved, 'demande confiée', 'demandes confiées')}.")
            return redirect("quality:team", slug)
        form.add_error(None, "Choisissez au moins une personne.")
    context = {"structure": structure, "gone": gone, "work": work, "work_form": form, "path": path_to(structure)}
    return render(request, "quality/hand_on.html", context, status=422 if form.errors else 200)
