"""Contacts and rules as a spreadsheet: taken out, dropped, read beside what is stored, written as a whole, undone."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions import imports as actions
from partners.consequences import NOTHING, Foreseen, Hands, consequences_of, must_be_read
from partners.forms.contacts import ContactFilterForm, narrowed
from partners.forms.imports import LineFilterForm, UploadForm
from partners.models import Contact, ContactImport, ContactImportState
from partners.search import matching
from partners.sheets import screen
from partners.sheets.columns import COLUMNS
from partners.sheets.export import FORMATS, export
from partners.sheets.foreseen import if_undone, if_written
from partners.sheets.reading import NotASheet
from partners.views.contacts import partner_offices
from schedules.calendars import PARIS
from schedules.wording import spoken_moment

IMPORTS_PER_PAGE = 20


@require_safe
@require(Can.KEEP_PARTNERS)
def contact_export(request: SignedInRequest) -> HttpResponse:
    """The contacts that the filters of their list leave, as `format` says."""
    today = timezone.localdate(timezone=PARIS)
    filters = ContactFilterForm(request.GET)
    filters.is_valid()
    seen = narrowed(Contact.objects.visible_to(request.user), filters.cleaned_data, today)
    found = seen.filter(matching(filters.cleaned_data.get("q", ""), "plain_name"))
    pks = found.order_by("operator__plain_name", "plain_name", "pk").values_list("pk", flat=True).distinct()
    kind = request.GET.get("format") if request.GET.get("format") in FORMATS else "csv"
    content = export(pks, offices=partner_offices(request), kind=str(kind))
    name = f"interlocuteurs-{today:%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=FORMATS[str(kind)], headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_PARTNERS)
def imports(request: SignedInRequest) -> HttpResponse:
    offices = partner_offices(request)
    initial = interrupted.initial(request)
    form = UploadForm(request.POST or None, request.FILES or None, offices=offices, initial=initial)
    if request.method == "POST" and form.is_valid() and (opened := _opened(request, form)):
        return redirect("partners:import_preview", opened.batch.pk)
    past = ContactImport.objects.visible_to(request.user).select_related("author")
    page = Paginator(past, IMPORTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "past": screen.imports_shown(list(page.object_list)), "page": page, "columns": COLUMNS}
    return render(request, "partners/import/imports.html", context, status=422 if form.errors else 200)


def _opened(request: SignedInRequest, form: UploadForm) -> actions.Opened | None:
    """The preview of the file; None, and the reason on the form, when it cannot be read."""
    file, now = form.cleaned_data["file"], timezone.now()
    try:
        opened = actions.open_import(
            source=file,
            file_name=file.name or "fichier",
            office=form.cleaned_data["office"],
            offices=partner_offices(request),
            by=request.user,
            now=now,
        )
    except NotASheet as refusal:
        form.add_error("file", refusal.reason)
        return None
    if opened.before and opened.before.applied_at:
        at = spoken_moment(opened.before.applied_at, today=timezone.localdate(now, PARIS))
        messages.info(request, f"Ce fichier a déjà été importé le {at}, par {opened.before.by}.")
    if opened.ignored:
        said = ", ".join(title[:60] for title in opened.ignored[:10])
        messages.warning(request, f"Colonnes laissées de côté, leur titre n’est pas connu\u00a0: {said}.")
    return opened


@require_safe
@require(Can.KEEP_PARTNERS)
def import_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    batch = _import_in_sight(request, pk)
    filters = LineFilterForm(request.GET).kept()
    counts = screen.counts_of([batch])[batch.pk]
    page = screen.page_of(screen.lines_of(batch, filters), request.GET.get("page"))
    tabs = [
        (said, "?" + urlencode({**filters, "nature": kind}), here)
        for kind, said, here in counts.tabs(filters.get("nature", ""))
    ]
    done, total = counts.done(batch)
    is_to_confirm = batch.state == ContactImportState.PREVIEW and counts.to_write > 0
    # Counted on the first page alone: whoever confirms from another one is brought here.
    is_first = not filters and page.number == 1
    context = {
        "hands": _hands(if_written(batch)) if is_to_confirm and is_first else None,
        "is_to_confirm": is_to_confirm,
        "batch": batch,
        "state": screen.state_of(batch),
        "level": screen.level_of(batch),
        "counts": counts,
        "form": LineFilterForm(initial=filters),
        "filters": filters,
        "tabs": tabs,
        "page": page,
        "lines": screen.lines_shown(page),
        "done": done,
        "total": total,
    }
    return render(request, "partners/import/preview.html", context)


@require_POST
@require(Can.KEEP_PARTNERS)
def import_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Writes what was read; what changes hands since is read first."""
    batch = _import_in_sight(request, pk)
    hands = _hands(if_written(batch)) if batch.state == ContactImportState.PREVIEW else NOTHING
    if must_be_read(hands, request.POST):
        messages.warning(request, "Rien n’est écrit encore\u00a0: lisez ce qui change de mains, puis confirmez.")
        return redirect(reverse("partners:import_preview", args=[batch.pk]) + "#change-de-mains")
    if actions.confirm_import(batch=batch, by=request.user, now=timezone.now()):
        messages.success(request, _said(batch, "L’import est fait.", "L’import est confirmé\u00a0: il s’écrit."))
    else:
        messages.warning(request, "Cet import est déjà confirmé, ou abandonné.")
    return redirect("partners:import_preview", batch.pk)


@require_POST
@require(Can.KEEP_PARTNERS)
def import_abandon(request: SignedInRequest, pk: int) -> HttpResponse:
    batch = _import_in_sight(request, pk)
    if actions.abandon_import(batch=batch, by=request.user, now=timezone.now()):
        messages.success(request, "L’import est abandonné\u00a0: rien n’a été écrit.")
    else:
        messages.warning(request, "Cet import est déjà confirmé, ou abandonné.")
    return redirect("partners:imports")


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_PARTNERS)
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says first what it does."""
    batch = _import_in_sight(request, pk)
    hands = _hands(if_undone(batch)) if batch.state == ContactImportState.APPLIED else NOTHING
    if request.method != "POST" or must_be_read(hands, request.POST):
        counts = screen.counts_of([batch])[batch.pk]
        context = {"batch": batch, "counts": counts, "hands": hands, "is_new": request.method == "POST"}
        return render(request, "partners/import/undo.html", context)
    if actions.undo_import(batch=batch, by=request.user, now=timezone.now()):
        messages.success(request, _said(batch, "L’import est annulé.", "L’import est en cours d’annulation."))
    else:
        messages.warning(request, "Cet import n’est pas appliqué, ou il est déjà annulé.")
    return redirect("partners:import_preview", batch.pk)


@require_safe
@require(Can.KEEP_PARTNERS)
def import_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """A part of the page, asked for every two seconds; it asks for the whole page once the work is over."""
    batch = _import_in_sight(request, pk)
    if not request.htmx:
        return redirect("partners:import_preview", batch.pk)
    done, total = screen.counts_of([batch])[batch.pk].done(batch)
    response = render(request, "partners/import/_progress.html", {"batch": batch, "done": done, "total": total})
    if batch.state != ContactImportState.APPLYING:
        response.headers["HX-Refresh"] = "true"
    return response


def _import_in_sight(request: SignedInRequest, pk: int) -> ContactImport:
    seen = ContactImport.objects.visible_to(request.user).select_related("author", "office")
    return get_object_or_404(seen, pk=pk)


def _hands(foreseen: Sequence[Foreseen]) -> Hands:
    return consequences_of(foreseen, timezone.localdate(timezone=PARIS))


def _said(batch: ContactImport, now: str, later: str) -> str:
    batch.refresh_from_db()
    is_going_on = batch.state == ContactImportState.APPLYING
    return f"{later} Vous pouvez quitter cette page." if is_going_on else now
