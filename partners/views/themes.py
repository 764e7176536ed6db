"""The themes under which démarches are put: add, rename, put in order."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions import themes as actions
from partners.actions.blockers import NameTaken
from partners.forms.themes import ThemeForm
from partners.models import Theme

METHODS = ["GET", "HEAD", "POST"]
TAKEN = "Un thème porte déjà ce nom."


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def themes(request: SignedInRequest) -> HttpResponse:
    """The list, and the form that adds to it."""
    form = ThemeForm(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_theme(name=form.cleaned_data["name"], by=request.user, now=timezone.now())
        except NameTaken:
            form.add_error("name", TAKEN)
        else:
            messages.success(request, f"«\u00a0{added.name}\u00a0» est ajouté à la fin de la liste.")
            return redirect("partners:themes")
    rows = Theme.objects.annotate(procedures_count=Count("procedures", filter=Q(procedures__is_active=True)))
    return render(request, "partners/themes.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def theme_rename(request: SignedInRequest, code: str) -> HttpResponse:
    theme = get_object_or_404(Theme, code=code)
    form = ThemeForm(request.POST or None, initial={"name": theme.name} | interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            changed = actions.rename_theme(theme=theme, name=name, by=request.user, now=timezone.now())
        except NameTaken:
            form.add_error("name", TAKEN)
        else:
            messages.success(request, f"Il se nomme «\u00a0{name}\u00a0»." if changed else "Rien n’avait changé.")
            return redirect("partners:themes")
    context = {"form": form, "theme": theme}
    return render(request, "partners/theme_rename.html", context, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def theme_move(request: SignedInRequest, code: str) -> HttpResponse:
    """One place up or down."""
    theme = get_object_or_404(Theme, code=code)
    if request.method == "POST":
        up = request.POST.get("sens") != "bas"
        if not actions.move_theme(theme=theme, up=up, by=request.user, now=timezone.now()):
            messages.info(request, f"«\u00a0{theme.name}\u00a0» est déjà au bout de la liste.")
    return redirect("partners:themes")
