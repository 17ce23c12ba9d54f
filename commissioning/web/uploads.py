"""Files on their way in: kept in memory until they are sealed, and never more of them than the limit."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

# Somebody who sends this much is not choosing a wrong file.
HOPELESS = 8


class BoundedMemoryHandler(FileUploadHandler):
    """Keeps a file in memory; of one over `MAXIMUM_UPLOAD` it keeps nothing but the true size.

    The form sees `file.size` and can name both the limit and the size; the connection is closed only over a
    request of eight times the limit.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept, self.received = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > HOPELESS * settings.MAXIMUM_UPLOAD:
            raise StopUpload(connection_reset=True)
        if self.received > settings.MAXIMUM_UPLOAD:
            self.kept = BytesIO()
        else:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.kept.seek(0)
        return InMemoryUploadedFile(
            file=self.kept,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
