"""The desk: log what the person came for, and see what needs me."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.models import Procedure
from partners.search import ProcedureOption, procedure_options
from referrals import actions
from referrals.desk import drafts
from referrals.desk.favourites import favourites_at
from referrals.desk.needs import ToDo, hers, mentions_of, to_do_at
from referrals.desk.today import Today, today_at
from referrals.desk.visits import companion
from referrals.forms import CounterLogForm
from referrals.models import Channel, Draft, Outcome, ServiceRequest
from structures.current import current_structure, structures_of
from structures.models import Structure

_LONGEST_REFERENCE = 18
KEYS = [
    ("1 à 6", "une démarche fréquente, quand le champ est vide"),
    ("Échap", "sort du champ vide\u00a0: les touches qui suivent répondent (ou Alt et la touche, partout)"),
    ("e", "encore une"),
    ("m", "même personne, autre démarche"),
    ("c", "corriger la dernière saisie"),
    ("s", "ce qui est à faire d’abord, puis la suivante"),
]


def next_key(person: int, structure: Structure, today: Today) -> uuid.UUID:
    """The key of this person's next entry at this site: the same in two tabs until she logs, and after a lost answer.

    Made from her last entry, so nothing needs to be written before the form is sent.
    """
    digest = salted_hmac(
        "referrals.next_entry", f"{person}/{structure.pk}/{today.day}/{today.last_entry}", algorithm="sha256"
    ).digest()
    return uuid.UUID(bytes=digest[:16])


@require(Can.LOG_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: SignedInRequest) -> HttpResponse:
    structure, now = _site(request), timezone.now()
    if request.method != "POST":
        return _empty(request, structure, now)
    form = CounterLogForm(request.POST, structure=structure)
    if "key" in form.errors:
        return _asked_again(request, structure, now, "Le formulaire était incomplet. Vérifiez, puis enregistrez.")
    if not form.is_valid():
        return _page(request, form, structure, now, status=422)
    try:
        logged = actions.log_request(structure=structure, by=request.user, now=now, **form.cleaned_data)
    except PermissionError:
        why = "Cette saisie vient d’un autre compte. Vérifiez-la, puis enregistrez de nouveau."
        return _asked_again(request, structure, now, why)
    if not logged.is_new and _differs(logged.request, form):
        why = f"Ce formulaire a déjà servi pour {logged.request.reference}. Si c’est une autre demande, enregistrez-la."
        return _asked_again(request, structure, now, why)
    drafts.sent(request.POST, user=request.user, form=drafts.COUNTER_LOG, now=now)
    return _after(request, logged)


@require(Can.FOLLOW_REQUESTS)
@require_safe
def next_one(request: SignedInRequest) -> HttpResponse:
    """« Suivante »: the page of the next line of the desk after `apres`, each once; the desk after the last."""
    structure, now = current_structure(request), timezone.now()
    after = request.GET.get("apres", "")
    to_do = _to_do(request, structure, now, drafts.of_person(request.user))
    following = to_do.page_after(after)
    if following is None:
        messages.info(request, "C’était la dernière\u00a0: vous voilà de retour à l’accueil.")
    return redirect(following or "referrals:desk")


def _site(request: SignedInRequest) -> Structure:
    """The site that the form was opened for: another tab may have changed the current one since."""
    asked = request.POST.get("site", "")
    return next((site for site in structures_of(request) if str(site.pk) == asked), None) or current_structure(request)


def _empty(request: SignedInRequest, structure: Structure, now: datetime) -> HttpResponse:
    """A new form: the site's usual answers, the last démarche or the last person again, or what was typed before."""
    today = today_at(structure, request.user.pk, now)
    held = drafts.of_person(request.user)
    draft = drafts.box(held, drafts.COUNTER_LOG, "", now)
    asked = request.GET.keys() & {"encore", "avec"}
    initial = {
        "channel": Channel.BUS_STOP if structure.is_bus else Channel.COUNTER,
        "key": next_key(request.user.pk, structure, today),
        **_asked_for(request, structure, now),
        **({} if asked else draft.typed),
        **interrupted.initial(request),
    }
    form = CounterLogForm(initial=initial, structure=structure)
    return _page(request, form, structure, now, today=today, held=held, draft=None if asked else draft)


def _asked_for(request: SignedInRequest, structure: Structure, now: datetime) -> dict[str, str]:
    """« Encore une » repeats a démarche; « même personne » keeps all that is of the person, and nothing of what for."""
    again = {"procedure": _name_of(request.GET["encore"])} if "encore" in request.GET else {}
    first = companion(structure, request.GET["avec"], now) if "avec" in request.GET else None
    if first is None:
        return again
    return again | {
        "same_person_as": first.reference,
        "channel": first.channel,
        "commune": first.commune.name if first.commune else "",
        "age_band": first.age_band,
        "situation": first.situation,
    }


def _differs(existing: ServiceRequest, form: CounterLogForm) -> bool:
    """The same key with another site, démarche, outcome or commune is another intention, not a double click."""
    data = form.cleaned_data
    commune = data["commune"].pk if data["commune"] else None
    entered = (form.structure.pk, data["procedure"].pk, data["outcome"], commune)
    # A request logged « to call back » becomes « to hand over » when somebody is asked: the entry is still the same.
    since_handed_over = (data["outcome"], existing.outcome) == (Outcome.CALL_BACK, Outcome.REFERRED)
    first_outcome = data["outcome"] if since_handed_over else existing.outcome
    known = (existing.structure_id, existing.procedure_id, first_outcome, existing.commune_id)
    return entered != known


def _asked_again(request: SignedInRequest, structure: Structure, now: datetime, why: str) -> HttpResponse:
    """The form comes back filled, with a key that has not served."""
    today = today_at(structure, request.user.pk, now)
    typed = request.POST.copy()
    typed["key"] = str(next_key(request.user.pk, structure, today))
    messages.warning(request, why)
    return _page(request, CounterLogForm(typed, structure=structure), structure, now, today=today, status=409)


def _after(request: SignedInRequest, logged: actions.Logged) -> HttpResponse:
    logged_request = logged.request
    said = "enregistrée" if logged.is_new else "déjà enregistrée : elle n’est comptée qu’une fois"
    messages.success(request, f"Demande {logged_request.reference} {said}.")
    if logged_request.outcome == Outcome.REFERRED and logged_request.referred_at is None:
        return redirect("referrals:hand_over", logged_request.reference)
    if logged_request.outcome == Outcome.SOLVED:
        return redirect(f"{reverse('referrals:desk')}?derniere={logged_request.procedure.code}")
    return redirect(logged_request)


def _name_of(code: str) -> str:
    return Procedure.objects.in_use().filter(code=code).values_list("name", flat=True).first() or ""


def _page(
    request: SignedInRequest,
    form: CounterLogForm,
    structure: Structure,
    now: datetime,
    *,
    today: Today | None = None,
    held: list[Draft] | None = None,
    draft: drafts.Box | None = None,
    status: int = 200,
) -> HttpResponse:
    held = drafts.of_person(request.user) if held is None else held
    options = procedure_options()
    labels = {option.code: option.label for option in options}
    today = today or today_at(structure, request.user.pk, now)
    context = {
        "form": form,
        "draft": draft or drafts.sent_back(request.POST, drafts.COUNTER_LOG, "", now),
        "structure": structure,
        "structures": structures_of(request),
        "today": today,
        "to_do": _to_do(request, structure, now, held, options),
        "options": options,
        "favourites": [(code, labels[code]) for code in favourites_at(structure, now) if code in labels],
        "last_label": labels.get(today.last.code, "") if today.last else "",
        "cancelled": _cancelled(request),
        "keys": KEYS,
    }
    return render(request, "referrals/desk.html", context, status=status)


def _to_do(
    request: SignedInRequest,
    structure: Structure,
    now: datetime,
    held: list[Draft],
    options: list[ProcedureOption] | None = None,
) -> ToDo:
    own = hers(drafts.waiting(held, now, but=drafts.COUNTER_LOG), mentions_of(request.user.pk, structure))
    return to_do_at(structure, now, {option.pk: option.label for option in options or ()}, own)


def _cancelled(request: SignedInRequest) -> str:
    """The entry just cancelled, which one click puts back; what is no reference is not repeated."""
    said = request.GET.get("annulee", "")
    return said if len(said) <= _LONGEST_REFERENCE and said.replace("-", "").isalnum() else ""
