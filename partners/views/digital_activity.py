"""What the digital advisors did: the months of each, and the year of all."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions.digital import record_month
from partners.activity import THEMES, Year, digital_year
from partners.csv_files import csv_response
from partners.forms.digital import MonthForm, is_future, month_initial
from partners.forms.years import YearForm
from partners.models import LocalService, MonthOfActivity
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import Conflict, conflict
from partners.views.digital import METHODS, advisor_in_sight, advisors_in_sight
from partners.views.sheets import status_of
from schedules.calendars import PARIS
from schedules.wording import MONTHS

FIRST_YEAR = 2000


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def advisor_month(request: SignedInRequest, pk: int, year: int, month: int) -> HttpResponse:
    """One month of one advisor: entered once, corrected at will; a month that has not begun is refused."""
    now = timezone.now()
    first_day = _first_day(year, month)
    if is_future(first_day, now.astimezone(PARIS).date()):
        raise Http404("this month has not begun")
    advisor = advisor_in_sight(request, pk)
    stored = advisor.months.filter(month=first_day).select_related("author").first()
    form = MonthForm(request.POST or None, initial=_initial(stored) | interrupted.initial(request))
    name = f"{MONTHS[month - 1]} {year}"
    if request.method == "POST" and form.is_valid():
        try:
            is_new = record_month(advisor=advisor, month=first_day, by=request.user, now=now, **form.cleaned_data)
        except ChangedMeanwhile as problem:
            other = conflict(problem, form, MonthForm(initial=_initial(stored)))
            return _month_page(request, advisor, form, name, stored, other)
        messages.success(request, f"Activité {'enregistrée' if is_new else 'corrigée'}\u00a0: {name}.")
        return redirect("partners:digital_advisor", advisor.pk)
    return _month_page(request, advisor, form, name, stored)


def _month_page(
    request: SignedInRequest,
    advisor: LocalService,
    form: MonthForm,
    name: str,
    stored: MonthOfActivity | None,
    other: Conflict | None = None,
) -> HttpResponse:
    context = {"advisor": advisor, "form": form, "name": name, "stored": stored, "conflict": other}
    return render(request, "partners/digital/month.html", context, status=status_of(form, other))


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_safe
def digital_activity(request: SignedInRequest) -> HttpResponse:
    form, year = _asked(request)
    advisors = advisors_in_sight(request).select_related("commune").order_by("name", "pk")
    result = digital_year(advisors, year)
    people = [line for line in result.advisors if line.service.is_active or line.months_entered]
    context = {"filters": form, "year": year, "result": result, "advisors": people, "chart": result.chart}
    return render(request, "partners/digital/activity.html", context)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_safe
def digital_activity_csv(request: SignedInRequest) -> HttpResponse:
    """The months that were entered in the year, one line each."""
    _, year = _asked(request)
    rows = (
        MonthOfActivity.objects.filter(
            service__in=advisors_in_sight(request), month__gte=year.first_day, month__lte=year.last_day
        )
        .select_related("service__commune")
        .order_by("service__name", "service_id", "month")
    )
    header = ("Conseiller", "Accueilli par", "Commune", "Mois", "Personnes accompagnées", "Ateliers", "Participants")
    lines = [
        (
            row.service.name,
            row.service.host,
            row.service.commune.name,
            f"{row.month:%Y-%m}",
            row.people,
            row.workshops,
            row.attendees,
            *(row.themes.get(code, 0) for code in THEMES),
        )
        for row in rows
    ]
    name = f"activite-conseillers-numeriques-{year.number}{'-scolaire' if year.is_school_year else ''}"
    return csv_response(name, (*header, *THEMES.values()), lines)


def _asked(request: SignedInRequest) -> tuple[YearForm, Year]:
    form = YearForm(request.GET, today=timezone.now().astimezone(PARIS).date())
    return form, form.year()


def _first_day(year: int, month: int) -> date:
    if not (FIRST_YEAR <= year <= date.max.year and 1 <= month <= 12):
        raise Http404("no such month")
    return date(year, month, 1)


def _initial(stored: MonthOfActivity | None) -> dict[str, object]:
    if stored is None:
        return {"version": 0}
    counts = month_initial(stored.themes, people=stored.people, workshops=stored.workshops, attendees=stored.attendees)
    return counts | {"version": version_of(stored)}
