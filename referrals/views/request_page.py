"""The page of one request: both clocks, what happened, and one panel for each thing that can be done."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.models import User
from accounts.permissions import Can
from outbox.models import Message
from referrals.clocks import operator_clock, reopening_in_words, resident_clock
from referrals.desk import drafts
from referrals.desk.visits import others_of_visit
from referrals.emails import key_of
from referrals.forms import CallForm, FilesForm, IdentityForm, InformForm, NationalNumberForm, NoteForm, likely_reason
from referrals.mandates import mandate_panel
from referrals.models import (
    Attachment,
    Draft,
    Identity,
    Mandate,
    Mention,
    Notice,
    Referral,
    ReferralChannel,
    ServiceRequest,
)
from referrals.reachability import measured
from referrals.readings import identity_read
from referrals.reminding import notices
from referrals.teamwork import mentions
from referrals.teamwork.meanwhile import last_seen
from referrals.teamwork.viewings import Onlookers, look
from referrals.timeline import answer_among, lines_of, shown, with_originals
from referrals.views.files_panel import files_panel
from schedules.here import calendar_around
from schedules.spoken_times import quick_times

KEYS = [
    ("a", "qui appeler, ou transmettre à quelqu’un d’autre"),
    ("n", "écrire une note"),
    ("i", "la personne a sa réponse"),
    ("s", "la demande suivante"),
]


def in_sight(request: SignedInRequest, reference: str) -> ServiceRequest:
    """The request of this reference if it belongs to her sites, else 404."""
    rows = ServiceRequest.objects.visible_to(request.user).select_related(
        "structure__partner_office",
        "procedure__operator",
        "procedure__alternative_operator",
        "procedure__ends_at",
        "operator",
        "commune",
        "blocker",
        "author",
        "holder",
        "informed_by",
    )
    return get_object_or_404(rows.annotate(**_what_hangs(request.user)), reference=reference.upper())


def _what_hangs(user: User) -> dict[str, Exists]:
    """What the page needs to read besides, told by the query that finds the request: most requests have none of it."""
    mine = {"request": OuterRef("pk")}
    called = {"exchange__request": OuterRef("pk"), "user": user}
    return {
        "has_identity": Exists(Identity.objects.filter(**mine)),
        "has_mandate": Exists(Mandate.objects.filter(**mine)),
        "has_files": Exists(Attachment.objects.filter(**mine)),
        "has_drafts": Exists(Draft.objects.filter(user=user, about=OuterRef("reference")).exclude(typed="")),
        "calls_her": Exists(Mention.objects.filter(**called, seen_at__isnull=True)),
        "tells_her": Exists(Notice.objects.filter(**called, told_at__isnull=True)),
    }


@require(Can.FOLLOW_REQUESTS)
@require_safe
def detail(request: SignedInRequest, reference: str) -> HttpResponse:
    return request_page(request, in_sight(request, reference))


def request_page(
    request: SignedInRequest,
    service_request: ServiceRequest,
    *,
    call_form: CallForm | None = None,
    call_of: int | None = None,
    note_form: NoteForm | None = None,
    identity_form: IdentityForm | None = None,
    national_form: NationalNumberForm | None = None,
    files_form: FilesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now, show = timezone.now(), shown(request.GET.get("fil", ""))
    referrals = list(service_request.referrals.select_related("contact__operator"))
    asked = [r for r in referrals if r.is_pending] if service_request.is_open else []
    to_call = [r for r in asked if r.channel == ReferralChannel.PHONE]
    held = drafts_of(request, service_request)
    box = drafts.boxes(held, service_request.reference, now, drafts.NOTE, drafts.IDENTITY, drafts.INFORM)
    stuck = stuck_messages(referrals) if service_request.is_open else {}
    has_identity: bool = service_request.has_identity  # type: ignore[attr-defined]
    exchanges = list(with_originals(service_request.exchanges.all()))
    answer = answer_among(exchanges) if service_request.answered_at else None
    watching = _opened(request, service_request, now)
    context = {
        "service_request": service_request,
        "clocks": [resident_clock(service_request, now), operator_clock(service_request, referrals, now)],
        "reopening": reopening_in_words(service_request, now),
        "referrals": referrals,
        "calls": _calls(request, to_call, held, now, call_form, call_of),
        "quick_times": quick_times(now, calendar_around(now).public_holidays) if to_call else [],
        "links": [(r, stuck.get(r.pk)) for r in asked if r.channel == ReferralChannel.MAIL],
        "lines": lines_of(exchanges, show, {r.pk: r.question for r in referrals}, is_open=service_request.is_open),
        "answer": answer,
        "show": show.value,
        "seen": last_seen(exchanges),
        "onlookers": watching,
        "national_form": national_form
        or NationalNumberForm(initial={"national_number": service_request.national_number}),
        "national_tool_url": settings.NATIONAL_TOOL_URL,
        "keys": KEYS,
        "has_identity": has_identity,
        "mandates": mandate_panel(service_request, has_identity, now, known=service_request.has_mandate),  # type: ignore[attr-defined]
        "identity": identity_read(service_request, request.user, now)
        if has_identity and "identite" in request.GET
        else None,
        "note_form": note_form
        or NoteForm(initial=box[drafts.NOTE].typed | _typed_for(request, "note", service_request)),
        "identity_form": identity_form
        or IdentityForm(initial=box[drafts.IDENTITY].typed | _typed_for(request, "identity", service_request)),
        "inform_form": InformForm(
            initial={"reason": likely_reason(service_request, answer)}
            | box[drafts.INFORM].typed
            | _typed_for(request, "inform", service_request)
        ),
        "note_draft": box[drafts.NOTE],
        "identity_draft": box[drafts.IDENTITY],
        "inform_draft": box[drafts.INFORM],
        "visit": others_of_visit(service_request),
        **files_panel(request, service_request, files_form),
        "to_call_back": service_request.is_open and service_request.outcome == "call_back",
    }
    return render(request, "referrals/detail.html", context, status=status)


def drafts_of(request: SignedInRequest, service_request: ServiceRequest) -> list[Draft]:
    """Her drafts of this request; no statement when there is none."""
    has_drafts: bool = service_request.has_drafts  # type: ignore[attr-defined]
    return drafts.about_request(request.user, service_request.reference) if has_drafts else []


def _opened(request: SignedInRequest, service_request: ServiceRequest, now: datetime) -> Onlookers:
    """She has it before her: her colleagues may know, and what called her here has been seen. Who else has it?"""
    if service_request.calls_her:  # type: ignore[attr-defined]
        mentions.see(request=service_request, user=request.user, now=now)
    if service_request.tells_her:  # type: ignore[attr-defined]
        notices.seen(service_request, request.user, now)
    return look(request=service_request, user=request.user, now=now)


def _typed_for(request: SignedInRequest, form: str, service_request: ServiceRequest, *also: int) -> dict[str, Any]:
    """What was typed in this form of the page when the session ended, for whoever typed it."""
    sent_to = reverse(f"referrals:{form}", args=[service_request.reference, *also])
    return interrupted.initial(request, posted_to=sent_to)


def _calls(
    request: SignedInRequest,
    to_call: list[Referral],
    held: list[Draft],
    now: datetime,
    sent_form: CallForm | None,
    sent_of: int | None,
) -> list[tuple[Referral, CallForm, drafts.Box, str]]:
    """Each call to make: its form, what was being typed in it, and the hours at which this contact is reached best."""
    lately = measured([referral.contact_id for referral in to_call], now)
    calls = []
    for referral in to_call:
        reference = referral.request.reference
        box = drafts.box(held, f"{drafts.CALL}-{referral.pk}", reference, now)
        interrupted_call = _typed_for(request, "log_call", referral.request, referral.pk)
        form = CallForm(initial=box.typed | interrupted_call, auto_id=ids_of_call(referral.pk))
        shown_form = sent_form if sent_form and sent_of == referral.pk else form
        known = lately.get(referral.contact_id)
        calls.append((referral, shown_form, box, known.hours if known else ""))
    return calls


def ids_of_call(referral_pk: int) -> str:
    """Several calls, and the note, stand on the same page: each field has an id of its own."""
    return f"appel_{referral_pk}_%s"


def stuck_messages(referrals: list[Referral]) -> dict[int, Message]:
    """The messages of these hand-overs that wait for a person to decide, by hand-over."""
    by_key = {key_of(referral): referral.pk for referral in referrals if referral.is_pending}
    return {by_key[message.key]: message for message in Message.objects.to_review().filter(key__in=by_key)}
