"""The trainings of the network: who lacks what, the sessions to fill, the courses that exist."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.models import Team
from accounts.permissions import Can, TeamKind
from quality.exports import csv_response, xlsx_response
from quality.facts import charter_in_force
from quality.people import days_of_session
from quality.sessions import sheet_of, to_certify, to_fill
from quality.shortages import EXPORT_HEADER, export_rows, network_training, under_filters
from quality.training import asked_days, days_in_words
from quality.views.people import typed_in
from quality.wording import counted
from schedules.calendars import PARIS
from schedules.wording import of_name
from structures.actions import training_sessions as actions
from structures.forms.training import CourseForm, PeopleForm, SessionForm, ShortageFilter
from structures.models import Counsellor, Course, Structure, TrainingSession

PAGE_SIZE = 50
EXPORT_NAME = "formations-a-suivre"


@require_safe
@require(Can.STEER_NETWORK)
def training(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    day = now.astimezone(PARIS).date()
    charter = charter_in_force(day)
    structures = Structure.objects.visible_to(request.user, Can.STEER_NETWORK)
    found = network_training(structures, charter, day)
    form = ShortageFilter(request.GET, structures=found.choices)
    lines = under_filters(found.missing, *form.chosen())
    if request.GET.get("format") == "csv":
        return csv_response(EXPORT_NAME, EXPORT_HEADER, export_rows(lines))
    if request.GET.get("format") == "xlsx":
        return xlsx_response(EXPORT_NAME, "Formations à suivre", EXPORT_HEADER, export_rows(lines))
    page = _page_number(request.GET.get("page", ""))
    shown = lines[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    context = {
        "found": found,
        "charter": charter,
        "asked": [days_in_words(days) for days in asked_days(charter).values()],
        "form": form,
        "is_filtered": any(form.chosen()),
        "lines": shown,
        "total": len(lines),
        "csv_url": _address(request, format="csv"),
        "xlsx_url": _address(request, format="xlsx"),
        "previous_url": _address(request, page=str(page - 1)) if page > 1 else "",
        "next_url": _address(request, page=str(page + 1)) if page * PAGE_SIZE < len(lines) else "",
        "sessions": to_fill(TrainingSession.objects.visible_to(request.user), found.missing, day),
        "to_certify": to_certify(TrainingSession.objects.visible_to(request.user), day),
        "courses": [
            (course, days_in_words(float(course.days)))
            for course in Course.objects.annotate(number=Count("trainings")).order_by("code")
        ],
        "may_edit": request.user.can(Can.KEEP_NETWORK),
    }
    return render(request, "quality/training.html", context)


def _page_number(typed: str) -> int:
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def _address(request: SignedInRequest, **changes: str) -> str:
    address = request.GET.copy()
    for name, value in changes.items():
        address[name] = value
    return f"?{address.urlencode()}"


def _path(*also: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Formations", reverse("quality:training")), *also]


# Sessions


def session_in_sight(request: SignedInRequest, pk: int) -> TrainingSession:
    return get_object_or_404(TrainingSession.objects.visible_to(request.user).select_related("course"), pk=pk)


def _coordination(request: SignedInRequest) -> Team:
    return request.user.teams_by_kind()[TeamKind.COORDINATION][0]


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_NETWORK)
def session_create(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    initial = {"seats": 12, **interrupted.initial(request)}
    form = SessionForm(typed_in(request), today=now.astimezone(PARIS).date(), initial=initial)
    if form.is_valid():
        session = actions.create_session(
            coordination=_coordination(request), by=request.user, now=now, **form.cleaned_data
        )
        messages.success(request, "La session est ouverte\u00a0: inscrivez les conseillers.")
        return redirect("quality:session", session.pk)
    context = {"form": form, "path": _path()}
    return render(request, "quality/training_session_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_NETWORK)
def session_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    session = session_in_sight(request, pk)
    names = ("course", "starts_on", "ends_on", "place", "seats", "note")
    stored = {name: getattr(session, name) for name in names}
    form = SessionForm(
        typed_in(request),
        today=now.astimezone(PARIS).date(),
        initial={**stored, **interrupted.initial(request)},
    )
    if form.is_valid():
        try:
            actions.correct_session(session=session, by=request.user, now=now, **form.cleaned_data)
        except actions.FewerSeatsThanPeople:
            form.add_error("seats", "Davantage de personnes sont déjà inscrites.")
        else:
            messages.success(request, "La session est à jour.")
            return redirect("quality:session", pk)
    here = (str(session.course), reverse("quality:session", args=[pk]))
    context = {"form": form, "session": session, "path": _path(here)}
    return render(request, "quality/training_session_form.html", context, status=422 if form.errors else 200)


@require_safe
@require(Can.STEER_NETWORK)
def session(request: SignedInRequest, pk: int) -> HttpResponse:
    return _session_page(request, session_in_sight(request, pk), timezone.now())


def _session_page(
    request: SignedInRequest,
    session: TrainingSession,
    now: datetime,
    *,
    form: PeopleForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    day = now.astimezone(PARIS).date()
    found = network_training(Structure.objects.visible_to(request.user, Can.STEER_NETWORK), charter_in_force(day), day)
    context = {
        "session": session,
        "days": days_of_session(session),
        "sheet": sheet_of(session, found.missing, day),
        "form": form,
        "refused": refused,
        "may_edit": request.user.can(Can.KEEP_NETWORK),
        "path": _path(),
    }
    return render(request, "quality/training_session.html", context, status=status)


def _people_in_sight(request: SignedInRequest, day: date) -> QuerySet[Counsellor]:
    return Counsellor.objects.visible_to(request.user, Can.STEER_NETWORK).staying(day).select_related("structure")


@require_POST
@require(Can.KEEP_NETWORK)
def session_enrol(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    session = session_in_sight(request, pk)
    form = PeopleForm(request.POST, people=_people_in_sight(request, now.astimezone(PARIS).date()))
    if not form.is_valid():
        return _session_page(request, session, now, form=form, status=422)
    try:
        number = actions.enrol(session=session, counsellors=form.cleaned_data["people"], by=request.user, now=now)
    except actions.SessionFull as full:
        left = counted(full.left, "place libre", "places libres") if full.left else "plus de place"
        refused = f"Personne n’est inscrit\u00a0: il reste {left}." if full.left else "La session est complète."
        return _session_page(request, session, now, form=form, refused=refused, status=422)
    messages.success(request, f"{counted(number, 'personne inscrite', 'personnes inscrites')}.")
    return redirect("quality:session", pk)


@require_POST
@require(Can.KEEP_NETWORK)
def session_withdraw(request: SignedInRequest, pk: int, person_pk: int) -> HttpResponse:
    session = session_in_sight(request, pk)
    person = get_object_or_404(Counsellor.objects.visible_to(request.user, Can.STEER_NETWORK), pk=person_pk)
    if actions.withdraw(session=session, counsellor=person, by=request.user, now=timezone.now()):
        messages.success(request, f"La place {of_name(str(person))} est libre.")
    return redirect("quality:session", pk)


@require_POST
@require(Can.KEEP_NETWORK)
def session_attended(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    session = session_in_sight(request, pk)
    form = PeopleForm(request.POST, people=session.participants.select_related("structure"))
    if not form.is_valid():
        return _session_page(request, session, now, form=form, status=422)
    try:
        number = actions.mark_attended(
            session=session, counsellors=form.cleaned_data["people"], by=request.user, now=now
        )
    except actions.NotYetHeld:
        refused = "La session n’est pas terminée\u00a0: les attestations s’enregistrent à partir de son dernier jour."
        return _session_page(request, session, now, form=form, refused=refused, status=422)
    messages.success(request, f"{counted(number, 'attestation enregistrée', 'attestations enregistrées')}.")
    return redirect("quality:session", pk)


# Courses


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_NETWORK)
def course_create(request: SignedInRequest) -> HttpResponse:
    form = CourseForm(typed_in(request), initial=interrupted.initial(request))
    if form.is_valid():
        course = actions.create_course(by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, f"«\u00a0{course}\u00a0» est ajoutée.")
        return redirect("quality:training")
    return _course_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_NETWORK)
def course_edit(request: SignedInRequest, code: str) -> HttpResponse:
    course = get_object_or_404(Course, code=code)
    stored: dict[str, Any] = {name: getattr(course, name) for name in ("name", "provider", "days", "validity_months")}
    stored["modules"] = "\n".join(course.modules)
    form = CourseForm(typed_in(request), is_known=True, initial={**stored, **interrupted.initial(request)})
    if form.is_valid():
        actions.correct_course(course=course, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, f"«\u00a0{course}\u00a0» est à jour.")
        return redirect("quality:training")
    return _course_page(request, form, course)


def _course_page(request: SignedInRequest, form: CourseForm, course: Course | None = None) -> HttpResponse:
    context = {"form": form, "course": course, "path": _path()}
    return render(request, "quality/training_course_form.html", context, status=422 if form.errors else 200)
