"""The national list: dropped, read beside what is stored, and accepted line by line or all at once."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.models import Team
from accounts.permissions import Can, TeamKind
from schedules.wording import spoken_moment
from structures.actions import drafts
from structures.forms.importing import ImportForm, LineFilterForm
from structures.importing import screen
from structures.models import DraftState, ImportDraft, LineKind
from structures.national_list import NotTheNationalList

DRAFTS_PER_PAGE = 20
SAID = {
    DraftState.APPLYING: "Les lignes acceptées sont en cours d’écriture\u00a0: vous pouvez quitter cette page.",
    DraftState.PREVIEW: "C’est fait. D’autres lignes attendent votre décision.",
    DraftState.APPLIED: "C’est fait. Toutes les lignes sont décidées.",
}


def _coordinations(request: SignedInRequest) -> list[Team]:
    return request.user.teams_by_kind().get(TeamKind.COORDINATION, [])


def _draft(request: SignedInRequest, pk: int) -> ImportDraft:
    drafts_in_sight = ImportDraft.objects.visible_to(request.user).select_related("author", "coordination")
    return get_object_or_404(drafts_in_sight, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_NETWORK)
def imports(request: SignedInRequest) -> HttpResponse:
    teams = _coordinations(request)
    form = ImportForm(request.POST or None, request.FILES or None, teams=teams, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid() and (draft := _opened(request, form, teams)):
        return redirect("structures:import_preview", draft.pk)
    past = ImportDraft.objects.visible_to(request.user).select_related("author", "coordination")
    page = Paginator(past, DRAFTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "past": screen.drafts_shown(list(page.object_list)),
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "structures/import/imports.html", context, status=422 if form.errors else 200)


def _opened(request: SignedInRequest, form: ImportForm, teams: list[Team]) -> ImportDraft | None:
    """The draft of the file; None, and the reason on the form, when it is not the national list."""
    file, now = form.cleaned_data["file"], timezone.now()
    coordination = form.cleaned_data.get("coordination") or teams[0]
    done = ImportDraft.objects.filter(
        coordination=coordination, file_sha256=drafts.fingerprint(file), applied_at__isnull=False
    )
    before = done.select_related("author").order_by("-applied_at").first()
    try:
        draft = drafts.open_draft(
            source=file,
            file_name=file.name or "liste",
            coordination=coordination,
            everywhere=form.cleaned_data["everywhere"],
            by=request.user,
            now=now,
        )
    except NotTheNationalList as refusal:
        where = f"Ligne {refusal.line}\u00a0: " if refusal.line else ""
        form.add_error("file", f"{where}{refusal.reason}")
        return None
    if before is not None and before.applied_at:
        at = spoken_moment(before.applied_at, today=timezone.localdate(now))
        messages.info(request, f"Ce fichier a déjà été importé le {at}, par {before.author}.")
    return draft


@require_safe
@require(Can.KEEP_NETWORK)
def import_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    filters = LineFilterForm(request.GET).kept()
    counts = screen.counts_of(draft)
    page = screen.page_of(screen.lines_of(draft, filters), request.GET.get("page"))
    typed = interrupted.typed_before(request) or QueryDict()
    chosen = {name: typed.get(name, "") for name in typed}
    is_open = draft.state in (DraftState.PREVIEW, DraftState.APPLYING)
    lines = [screen.shown(line, is_open=is_open, checked=typed.getlist("ligne"), typed=chosen) for line in page]
    kind = filters.get("nature", "")
    context = {
        "draft": draft,
        "form": LineFilterForm(initial=filters),
        "filters": filters,
        "filters_in_url": urlencode(filters),
        "tabs": [(tab, "?" + urlencode({**filters, "nature": tab.kind})) for tab in counts.tabs(kind)],
        "lines": lines,
        "found": page.paginator.count,
        "total": counts.of(),
        "progress": counts.progress(),
        "is_applying": draft.state == DraftState.APPLYING,
        "to_decide": any(line.accept for line in lines),
        "waiting": counts.waiting(),
        "waiting_open": counts.waiting(LineKind.NEW, LineKind.CHANGED, LineKind.CONFLICT),
        "waiting_closed": counts.waiting(LineKind.CLOSED),
        "waiting_conflicts": counts.waiting(LineKind.CONFLICT),
        "of_kind": _of_kind(counts, filters),
        "seems_partial": _seems_partial(draft, counts),
        "previous_url": _page_url(filters, page.previous_page_number()) if page.has_previous() else "",
        "next_url": _page_url(filters, page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "structures/import/preview.html", context)


def _of_kind(counts: screen.Counts, filters: dict[str, str]) -> tuple[str, str] | None:
    """The button that accepts a whole kind, when the page shows that kind and nothing narrower."""
    kind = filters.get("nature", "")
    if kind not in screen.ACCEPT or set(filters) - {"nature"} or not (count := counts.waiting(kind)):
        return None
    one, many = screen.ACCEPT[LineKind(kind)]
    return kind, many.format(count) if count > 1 else one


def _seems_partial(draft: ImportDraft, counts: screen.Counts) -> bool:
    """A file that leaves out as many structures as it names was probably cut, or is of somewhere else."""
    named = draft.rows_unchanged + counts.of(LineKind.CHANGED) + counts.of(LineKind.CONFLICT)
    return counts.waiting(LineKind.CLOSED) > max(3, named)


def _page_url(filters: dict[str, str], number: int) -> str:
    return "?" + urlencode({**filters, "page": number})


@require_POST
@require(Can.KEEP_NETWORK)
def import_accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """One line (`une`), those that are ticked (`ligne`), all of a kind or all (`toutes`)."""
    draft = _draft(request, pk)
    lines = draft.lines.all()
    every, one = request.POST.get("toutes", ""), request.POST.get("une", "")
    if every in screen.ACCEPT:
        lines = lines.filter(kind=every)
    elif every == "ouvertes":
        # The end of a label is never taken along with the rest.
        lines = lines.exclude(kind=LineKind.CLOSED)
    else:
        keys = [one] if one else request.POST.getlist("ligne")
        lines = lines.filter(pk__in=[key for key in keys if key.isascii() and key.isdigit() and len(key) < 18])
    count = drafts.accept(draft=draft, lines=lines, choices=_choices(request), by=request.user, now=timezone.now())
    if count:
        draft.refresh_from_db()
        messages.success(request, SAID[DraftState(draft.state)])
    else:
        messages.warning(request, drafts.why_nothing(draft))
    return redirect(_back(request, draft))


def _choices(request: HttpRequest) -> dict[tuple[int, int], bool]:
    """By line and place of the difference, whether the value of the list was chosen."""
    found = {}
    for name, value in request.POST.items():
        head, _, rest = name.partition("-")
        line, _, place = rest.partition("-")
        if head == "choix" and all(part.isascii() and part.isdigit() and len(part) < 18 for part in (line, place)):
            found[int(line), int(place)] = value == "liste"
    return found


def _back(request: HttpRequest, draft: ImportDraft) -> str:
    """The page of lines she was on, with its filters: the page after the last one is the last one."""
    kept = LineFilterForm(QueryDict(str(request.POST.get("filtres", ""))[:300])).kept()
    return f"{request.path.removesuffix('accepter/')}{'?' + urlencode(kept) if kept else ''}"


@require_POST
@require(Can.KEEP_NETWORK)
def import_give_up(request: SignedInRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    if drafts.give_up(draft=draft, by=request.user, now=timezone.now()):
        messages.success(request, "L’import est clos\u00a0: ce qui n’était pas accepté reste comme avant.")
    else:
        messages.warning(request, "Cet import est déjà clos, ou en cours d’écriture.")
    return redirect("structures:imports")


@require_safe
@require(Can.KEEP_NETWORK)
def import_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """A part of the page, asked for every two seconds; it asks for the whole page once the work is over."""
    draft = _draft(request, pk)
    if not request.htmx:
        return redirect("structures:import_preview", draft.pk)
    context = {"draft": draft, "progress": screen.counts_of(draft).progress()}
    response = render(request, "structures/import/_progress.html", context)
    if draft.state != DraftState.APPLYING:
        response.headers["HX-Refresh"] = "true"
    return response
