"""How does a file come in without ever lying on the disk in clear, and without filling the memory?"""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_FILE = 20 * 1024 * 1024
"""The largest that any form of the application takes; each form has its own, smaller, limit."""

LARGEST_SENDING = 40 * 1024 * 1024
"""All the files of one sending."""


class UnreadFile(InMemoryUploadedFile):
    """A file that was too large to be read: its size is true, its content is not there."""

    is_unread = True


class InMemory(FileUploadHandler):
    """Reads up to these limits and lets the rest go by, so that what was typed beside the file still comes back."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._room = LARGEST_SENDING

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._kept: BytesIO | None = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self._kept is not None:
            if start + len(raw_data) > LARGEST_FILE or len(raw_data) > self._room:
                self._room += self._kept.tell()
                self._kept = None
            else:
                self._room -= len(raw_data)
                self._kept.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        kind = InMemoryUploadedFile if self._kept is not None else UnreadFile
        content = self._kept if self._kept is not None else BytesIO()
        content.seek(0)
        return kind(
            file=content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
