"""What does the page of a request show of its files?"""

from typing import Any

from accounts.access import SignedInRequest
from accounts.permissions import Can
from referrals.attachments import scanning
from referrals.attachments.attaching import MOST_FILES
from referrals.forms import FilesForm
from referrals.models import Attachment, Scan, ServiceRequest


def files_panel(
    request: SignedInRequest, service_request: ServiceRequest, form: FilesForm | None = None
) -> dict[str, Any]:
    """files, files_form (None when nothing more may be attached), and whether nobody looks for viruses here."""
    if not request.user.can(Can.READ_IDENTITIES):
        return {}
    rows = Attachment.objects.filter(request=service_request).select_related("added_by", "contact")
    files = list(rows.order_by("added_at")) if getattr(service_request, "has_files", True) else []
    kept = [file for file in files if file.erased_at is None]
    has_room = service_request.is_open and len(kept) < MOST_FILES
    return {
        "files": files,
        "files_form": (form or FilesForm()) if has_room or form else None,
        "files_not_scanned": any(file.scan == Scan.NOT_SCANNED for file in kept),
        "no_scanner": not scanning.is_configured(),
    }
