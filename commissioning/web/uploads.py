"""Files on their way in: kept in memory until they are sealed, and never more of them than the limit."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import multipartparser

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


_parsed_by_django = multipartparser.parse_boundary_stream  # type: ignore[attr-defined]


def parse_readably(stream: Any, max_header_size: int) -> Any:
    """Parse a part of a form as Django does, but one whose header is not UTF-8 as well.

    Django passes over such a part without a word: a file with an old name would be left out of a page that
    then says "saved". Here the name is read as Windows of old wrote it.
    """
    head = stream.read(max_header_size)
    header, gap, content = head.partition(b"\r\n\r\n")
    try:
        header.decode()
    except UnicodeDecodeError:
        head = header.decode("cp1252", "replace").encode() + gap + content if gap else head
    stream.unget(head)
    return _parsed_by_django(stream, max_header_size)


# There is no setting for it: the parser looks the function up in its own module.
multipartparser.parse_boundary_stream = parse_readably  # type: ignore[attr-defined]
