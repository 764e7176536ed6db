"""The files of a request, for the site that follows it: add, open, erase."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, require
from accounts.models import User, journal
from accounts.permissions import Can
from partners.models import Contact
from referrals.attachments import attaching, vault
from referrals.forms import FilesForm
from referrals.forms.files import contents_of
from referrals.models import Attachment, AttachmentQuerySet, FileKind
from referrals.views.request_page import in_sight, request_page

_TYPES = {FileKind.PDF: "application/pdf", FileKind.JPEG: "image/jpeg", FileKind.PNG: "image/png"}


@require(Can.READ_IDENTITIES)
@require_POST
def attach(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request, now = in_sight(request, reference), timezone.now()
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return request_page(request, service_request, files_form=form, status=422)
    try:
        examined = attaching.examine_all(
            request=service_request, uploads=contents_of(form.cleaned_data["attached"]), now=now, by=request.user
        )
        kept = attaching.keep(request=service_request, files=examined, now=now, by=request.user)
    except attaching.Refused as refused:
        form.add_error("attached", list(refused.args))
        return request_page(request, service_request, files_form=form, status=422)
    messages.success(request, "La pièce est jointe." if len(kept) == 1 else f"{len(kept)} pièces sont jointes.")
    return redirect(f"{service_request.get_absolute_url()}#pieces")


@require(Can.READ_IDENTITIES)
@require_safe
def download(request: SignedInRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    attachment = get_object_or_404(_in_sight(request, reference), key=key)
    return handed_out(attachment, is_read=request.method == "GET", by=request.user)


@require(Can.READ_IDENTITIES)
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: SignedInRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    attachment = get_object_or_404(_in_sight(request, reference), key=key)
    if request.method == "POST":
        attaching.erase(attachment=attachment, by=request.user, now=timezone.now())
        messages.success(request, "La pièce est effacée.")
        return redirect(f"{attachment.request.get_absolute_url()}#pieces")
    return render(request, "referrals/file_erase.html", {"attachment": attachment})


def _in_sight(request: SignedInRequest, reference: str) -> AttachmentQuerySet:
    return (
        Attachment.objects.visible_to(request.user, Can.READ_IDENTITIES)
        .kept()
        .filter(request__reference=reference.upper())
        .select_related("request", "contact", "added_by")
    )


def handed_out(
    attachment: Attachment, *, is_read: bool, by: User | None = None, contact: Contact | None = None
) -> HttpResponse:
    """The file, to keep and never to show: no page of ours ever runs what it holds. Each reading is in the journal."""
    try:
        content = vault.read(attachment.key)
    except vault.Gone:
        raise Http404 from None
    if is_read:
        actor = str(contact) if contact else ""
        journal(verb="pièce lue", subject=attachment.request.reference, now=timezone.now(), by=by, actor=actor)
    headers = {
        "Content-Disposition": content_disposition_header(True, attachment.name) or "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(content, content_type=_TYPES[FileKind(attachment.kind)], headers=headers)
