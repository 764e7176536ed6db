"""The people of a site: its team, and the page of each person."""

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.forms import CarefulForm
from accounts.models import User
from accounts.permissions import Can
from quality.facts import charter_in_force
from quality.people import grid, headings, person_line, team_of
from quality.training import asked_days, days_in_words
from referrals.teamwork.holding import left_behind
from schedules.calendars import PARIS
from schedules.wording import of_name, spoken_date
from structures.actions import people as actions
from structures.forms.people import CounsellorForm, TrainingForm
from structures.models import Counsellor, Structure, Training
from structures.opened import ChangedMeanwhile, digest
from structures.presence import State

ONE_WEEK = timedelta(weeks=1)
A_YEAR = timedelta(days=366)


def typed_in(request: SignedInRequest) -> QueryDict | None:
    """What was posted, even when it is nothing; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def site_in_sight(request: SignedInRequest, slug: str) -> Structure:
    return get_object_or_404(
        Structure.objects.visible_to(request.user, Can.KEEP_SITE).select_related("team"), slug=slug
    )


def person_in_sight(request: SignedInRequest, slug: str, pk: int) -> Counsellor:
    rows = Counsellor.objects.visible_to(request.user, Can.KEEP_SITE).select_related(
        "structure__team", "user", "schedule"
    )
    return get_object_or_404(rows, pk=pk, structure__slug=slug)


def path_to(structure: Structure, *also: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back, for the breadcrumb."""
    home = (structure.name, reverse("structures:site", args=[structure.slug]))
    return [home, ("Équipe", reverse("quality:team", args=[structure.slug])), *also]


@require_safe
@require(Can.KEEP_SITE)
def team(request: SignedInRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    day = now.astimezone(PARIS).date()
    structure = site_in_sight(request, slug)
    charter = charter_in_force(day)
    monday = _monday(request.GET.get("semaine", ""), day)
    facts = team_of(structure, charter, day, monday)
    context = {
        "structure": structure,
        "facts": facts,
        "charter": charter,
        "asked": [days_in_words(days) for days in asked_days(charter).values()],
        "left_behind": left_behind(structure, now),
        "grid": grid(facts.week),
        "headings": headings(facts.week),
        "short": facts.week.sentences(State.SHORT),
        "unknown": facts.week.sentences(State.UNKNOWN),
        "short_total": facts.week.in_words(State.SHORT),
        "unknown_total": facts.week.in_words(State.UNKNOWN),
        "monday": spoken_date(monday, with_year=True),
        "previous_week": (monday - ONE_WEEK).isoformat(),
        "next_week": (monday + ONE_WEEK).isoformat(),
        "path": path_to(structure)[:1],
    }
    return render(request, "quality/team.html", context)


def _monday(typed: str, today: date) -> date:
    """The week that the address asks for, within a year; this one when it asks for nonsense."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = today
    if abs(day - today) > A_YEAR:
        day = today
    return day - timedelta(days=day.weekday())


# One person


def accounts_for(structure: Structure, day: date, person: Counsellor | None = None) -> QuerySet[User]:
    """The open accounts of the team that belong to nobody else there."""
    others = structure.counsellors.filter(Q(left_on__isnull=True) | Q(left_on__gt=day), user__isnull=False)
    hers = Q()
    if person is not None:
        others = others.exclude(pk=person.pk)
        hers = Q(pk=person.user_id)
    free = Q(is_active=True, memberships__team=structure.team_id) & ~Q(pk__in=others.values("user"))
    return User.objects.filter(free | hers if hers else free).distinct().order_by("full_name", "email")


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_SITE)
def person_add(request: SignedInRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    day = now.astimezone(PARIS).date()
    structure = site_in_sight(request, slug)
    form = CounsellorForm(
        typed_in(request),
        accounts=accounts_for(structure, day),
        today=day,
        initial={"arrived_on": day, **interrupted.initial(request)},
    )
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("full_name", "arrived_on", "user")}
        try:
            person = actions.add_counsellor(structure=structure, by=request.user, now=now, **values)
        except actions.AccountTaken:
            form.add_error("user", "Ce compte est déjà celui de quelqu’un de l’équipe.")
        else:
            messages.success(request, f"{person} fait partie de l’équipe. Enregistrez ses formations et sa présence.")
            return redirect("quality:person", slug, person.pk)
    context = {"structure": structure, "form": form, "path": path_to(structure)}
    return render(request, "quality/person_add.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_SITE)
def person(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    counsellor = person_in_sight(request, slug, pk)
    if request.method != "POST":
        return _person_page(request, counsellor, now)
    form = _correction(request, counsellor, now, bound=True)
    if not form.is_valid():
        return _person_page(request, counsellor, now, form=form, status=422)
    try:
        actions.correct_counsellor(counsellor=counsellor, by=request.user, now=now, **form.cleaned_data)
    except actions.AccountTaken:
        form.add_error("user", "Ce compte est déjà celui de quelqu’un de l’équipe.")
        return _person_page(request, counsellor, now, form=form, status=422)
    except ChangedMeanwhile as meanwhile:
        reopen(form, counsellor)
        return _person_page(request, counsellor, now, form=form, meanwhile=meanwhile, status=409)
    messages.success(request, f"La fiche {of_name(str(counsellor))} est à jour.")
    return redirect("quality:team", slug)


def _correction(request: SignedInRequest, counsellor: Counsellor, now: datetime, *, bound: bool) -> CounsellorForm:
    day = now.astimezone(PARIS).date()
    stored = {"full_name": counsellor.full_name, "arrived_on": counsellor.arrived_on, "user": counsellor.user_id}
    opened = {"opened": digest(actions.full_snapshot(counsellor))}
    return CounsellorForm(
        request.POST if bound else None,
        accounts=accounts_for(counsellor.structure, day, counsellor),
        today=day,
        left_on=counsellor.left_on,
        initial={**stored, **interrupted.initial(request, posted_to=request.path), **opened},
    )


def reopen(form: CarefulForm, counsellor: Counsellor) -> None:
    """Filled as it was, and made on what is stored now: saving again overwrites knowingly."""
    form.data = {**dict(form.data.items()), "opened": digest(actions.full_snapshot(counsellor))}


def _person_page(
    request: SignedInRequest,
    counsellor: Counsellor,
    now: datetime,
    *,
    form: CounsellorForm | None = None,
    training_form: TrainingForm | None = None,
    meanwhile: ChangedMeanwhile | None = None,
    status: int = 200,
) -> HttpResponse:
    day = now.astimezone(PARIS).date()
    structure = counsellor.structure
    sent_to = reverse("quality:training_add", args=[structure.slug, counsellor.pk])
    counsellor.refresh_from_db(fields=["full_name", "arrived_on", "left_on"])
    context = {
        "structure": structure,
        "person": person_line(counsellor, charter_in_force(day), day),
        "form": form or _correction(request, counsellor, now, bound=False),
        "training_form": training_form
        or TrainingForm(today=day, initial=interrupted.initial(request, posted_to=sent_to)),
        "meanwhile": meanwhile,
        "path": path_to(structure),
    }
    return render(request, "quality/person.html", context, status=status)


@require_POST
@require(Can.KEEP_SITE)
def training_add(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    counsellor = person_in_sight(request, slug, pk)
    form = TrainingForm(request.POST, today=now.astimezone(PARIS).date())
    if form.is_valid():
        try:
            actions.add_training(counsellor=counsellor, by=request.user, now=now, **form.cleaned_data)
        except actions.AlreadyRecorded:
            form.add_error("completed_on", "Cette attestation est déjà enregistrée.")
        else:
            messages.success(request, "L’attestation est enregistrée.")
            return redirect("quality:person", slug, pk)
    return _person_page(request, counsellor, now, training_form=form, status=422)


@require_POST
@require(Can.KEEP_SITE)
def training_remove(request: SignedInRequest, slug: str, pk: int, training_pk: int) -> HttpResponse:
    counsellor = person_in_sight(request, slug, pk)
    training = get_object_or_404(
        Training.objects.select_related("counsellor__structure", "course"), pk=training_pk, counsellor=counsellor
    )
    actions.remove_training(training=training, by=request.user, now=timezone.now())
    messages.success(request, f"L’attestation «\u00a0{training.course}\u00a0» est retirée. L’historique la garde.")
    return redirect("quality:person", slug, pk)
