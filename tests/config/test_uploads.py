"""A file comes in through the memory, up to a limit; what was typed beside a larger one still comes back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from config import uploads
from referrals.attachments.harmless import LARGEST

MEGABYTE = 2**20


def sent(*sizes: int):
    files = [SimpleUploadedFile(f"{number}.pdf", b"x" * size) for number, size in enumerate(sizes)]
    request = RequestFactory().post("/", {"before": "typed", "files": files, "zafter": "too"})
    return request.POST.dict(), request.FILES.getlist("files")


def test_files_within_the_limits_are_whole() -> None:
    _, files = sent(1, 3 * MEGABYTE)
    assert [(file.size, len(file.read())) for file in files] == [(1, 1), (3 * MEGABYTE, 3 * MEGABYTE)]
    assert not any(hasattr(file, "temporary_file_path") for file in files)


def test_a_file_too_large_is_let_by_and_what_was_typed_comes_back() -> None:
    typed, (file,) = sent(uploads.LARGEST_FILE + 1)
    assert typed == {"before": "typed", "zafter": "too"}
    assert (file.size, file.read(), file.is_unread) == (uploads.LARGEST_FILE + 1, b"", True)


@pytest.mark.parametrize("first", [uploads.LARGEST_FILE, uploads.LARGEST_FILE + 1])
def test_files_too_large_together_are_read_up_to_the_limit(first: int) -> None:
    _, files = sent(first, uploads.LARGEST_FILE, uploads.LARGEST_FILE, 10)
    kept = sum(len(file.read()) for file in files)
    assert kept <= uploads.LARGEST_SENDING
    assert len(files) == 4
    assert [getattr(file, "is_unread", False) for file in files].count(True) == 2


def test_the_handler_takes_what_a_form_takes() -> None:
    assert LARGEST <= uploads.LARGEST_FILE
