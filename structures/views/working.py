"""The choice of the structure for which one works."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from structures.current import choose_structure, structures_of
from structures.forms.public import ChoiceForm


@require_POST
@require(Can.LOG_REQUEST)
def choose(request: SignedInRequest) -> HttpResponse:
    """Work for another of one's structures; a structure that is not hers does not exist."""
    mine = {structure.pk: structure for structure in structures_of(request)}
    form = ChoiceForm(request.POST, structures=mine.values())
    if not form.is_valid():
        raise Http404
    structure = mine[form.cleaned_data["structure"]]
    choose_structure(request, structure)
    messages.success(request, f"Vous travaillez maintenant pour {structure.name}.")
    after = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return redirect(after if is_ours else settings.LOGIN_REDIRECT_URL)
