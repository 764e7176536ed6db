"""The views of the list that a person or her site keeps: save, rename, share, delete."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.names import remembered
from referrals.actions import NameTaken, TooManyViews, delete_view, rename_view, save_view
from referrals.finding import filter_panel
from referrals.finding.saved_views import AT_MOST, views_at
from referrals.forms import RequestFilterForm, SavedViewForm
from referrals.models import SavedView
from structures.current import current_structure
from structures.models import Structure

_TAKEN = "Vous avez déjà une vue de ce nom."
_LONGEST = 500


def _in_reach(request: SignedInRequest) -> QuerySet[SavedView]:
    """Hers, wherever they are shared, and those of the site, which is everybody’s there."""
    return SavedView.objects.filter(Q(owner=request.user) | Q(structure=current_structure(request)))


@require(Can.FOLLOW_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: SignedInRequest) -> HttpResponse:
    """The views in reach; under the filters of the address, a form to keep these too."""
    structure, filters = current_structure(request), _filters(request.GET)
    form = SavedViewForm(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        name, shared = form.cleaned_data["name"], structure if form.cleaned_data["shared"] else None
        try:
            save_view(owner=request.user, name=name, query=filters.query(), share_with=shared, now=timezone.now())
        except NameTaken:
            form.add_error("name", _TAKEN)
        except TooManyViews:
            form.add_error(None, f"Vous avez déjà {AT_MOST} vues\u00a0: supprimez-en une avant d’en garder une autre.")
        else:
            messages.success(request, f"La vue «\u00a0{name}\u00a0» est au-dessus de la liste.")
            return redirect(f"{reverse('referrals:list')}?{filters.query()}")
    return _page(request, structure, filters, form)


def _filters(address: QueryDict) -> RequestFilterForm:
    """Those of the address that are understood. What a search found is no view: it holds for its day."""
    kept = address.copy()
    kept.pop("trouvees", None)
    form = RequestFilterForm(kept)
    form.is_valid()
    return form


def _page(
    request: SignedInRequest, structure: Structure, filters: RequestFilterForm, form: SavedViewForm
) -> HttpResponse:
    base, names = reverse("referrals:list"), remembered()
    query = filters.query()
    context = {
        "form": form,
        "query": query,
        "can_keep": bool(query) and len(query) <= _LONGEST,
        "chips": filter_panel.chips(filters, names, base),
        "kept": [
            (view, filter_panel.chips(_filters(QueryDict(view.query)), names, base))
            for view in views_at(request.user, structure).select_related("owner")
        ],
        "me": request.user,
    }
    return render(request, "referrals/views.html", context, status=422 if form.errors else 200)


@require(Can.FOLLOW_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def view_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another name; for her alone, or for the site."""
    view, structure = get_object_or_404(_in_reach(request), pk=pk), current_structure(request)
    known = {"name": view.name, "shared": view.structure_id is not None}
    form = SavedViewForm(request.POST or None, initial=known | interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        shared = (view.structure or structure) if form.cleaned_data["shared"] else None
        try:
            rename_view(view=view, name=form.cleaned_data["name"], share_with=shared)
        except NameTaken:
            form.add_error("name", _TAKEN)
        else:
            messages.success(request, f"La vue «\u00a0{form.cleaned_data['name']}\u00a0» est enregistrée.")
            return redirect("referrals:views")
    context = {"form": form, "view": view}
    return render(request, "referrals/view_edit.html", context, status=422 if form.errors else 200)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def view_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(_in_reach(request), pk=pk)
    delete_view(view=view)
    messages.success(request, f"La vue «\u00a0{view.name}\u00a0» est supprimée.")
    return redirect("referrals:views")
