"""Giving files out: always as an attachment, under a type that no browser runs."""

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from .models import Document
from .services import documents
from .uploads import ALLOWED, clean_name

UNKNOWN = "application/octet-stream"
# Nothing here is run by a browser; pages, scripts and SVG are never given a type of their own.
SAFE_TYPES = frozenset(
    {
        *(kind.content_type for kind in ALLOWED),
        "application/json",
        "application/zip",
        "text/csv",
        "text/calendar",
    }
)


def send_document(document: Document) -> HttpResponseBase:
    """Return a document as an attachment. Who may have it is the caller's to ask. Raises `store.Damaged`."""
    return send_stream_as_attachment(
        documents.stream(document=document), document.file_name, document.content_type, document.size
    )


def send_bytes_as_attachment(content: bytes | str, name: str, content_type: str) -> HttpResponseBase:
    """Return bytes made just now as an attachment."""
    return _as_attachment(HttpResponse(content), name, content_type)


def send_stream_as_attachment(
    chunks: Iterable[bytes], name: str, content_type: str, size: int | None = None
) -> HttpResponseBase:
    """Return chunks, such as those of a sealed file, as an attachment; `size` in bytes where it is known."""
    response = _as_attachment(StreamingHttpResponse(chunks), name, content_type)
    if size is not None:
        response["Content-Length"] = str(size)
    return response


def _as_attachment(response: HttpResponseBase, name: str, content_type: str) -> HttpResponseBase:
    response["Content-Type"] = content_type if content_type in SAFE_TYPES else UNKNOWN
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=clean_name(name)
    ) or ("attachment")
    response["X-Content-Type-Options"] = "nosniff"
    return response
