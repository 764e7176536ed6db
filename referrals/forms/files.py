"""Which files does somebody send with a request?"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from accounts.forms import CarefulForm
from referrals.attachments.attaching import MOST_FILES
from referrals.attachments.harmless import LARGEST, shown_name, size_in_words

ACCEPTED = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
TAKEN = f"PDF, JPEG ou PNG, {size_in_words(LARGEST)} au plus chacun."
if TYPE_CHECKING:
    Upload = UploadedFile[bytes]
else:
    Upload = UploadedFile  # generic for the type checker alone


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if isinstance(files, MultiValueDict) else files.get(name)


class FilesField(forms.FileField):
    """Several files at once; each is refused by its name, with the reason."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(attrs={"multiple": True, "accept": ACCEPTED}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        uploads: list[Upload] = list(data or [])
        if not uploads:
            super().clean(None, initial)
        if len(uploads) > MOST_FILES:
            raise ValidationError(f"{MOST_FILES} fichiers au plus : vous en avez choisi {len(uploads)}.")
        reasons = [
            f"«\u00a0{shown_name(upload.name or '')}\u00a0» {why}" for upload in uploads if (why := _why_not(upload))
        ]
        if reasons:
            raise ValidationError(reasons)
        return uploads


def _why_not(upload: Upload) -> str:
    """The rest of the sentence; empty when the file may be looked at."""
    size = upload.size or 0
    if not size:
        return "est vide."
    if size > LARGEST:
        return f"pèse {size_in_words(size)}\u00a0: {size_in_words(LARGEST)} au plus."
    if getattr(upload, "is_unread", False):
        return "n’a pas été lu\u00a0: l’envoi est trop gros, faites-le en plusieurs fois."
    return ""


def contents_of(uploads: Iterable[Upload]) -> Iterable[tuple[str, bytes]]:
    """Names and contents, one in memory at a time."""
    for upload in uploads:
        upload.seek(0)
        yield upload.name or "", upload.read()


class FilesForm(CarefulForm):
    """Files added from the page of a request."""

    attached = FilesField(
        label="Fichiers",
        help_text=TAKEN,
        error_messages={"required": "Choisissez un fichier."},
    )
