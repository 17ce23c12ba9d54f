"""Small whole files of each type, made in memory."""

import io
import zipfile
from typing import Any

import pikepdf
from django.core.files.uploadedfile import InMemoryUploadedFile

_TYPES = (
    '<Types><Override PartName="/{part}" '
    'ContentType="application/vnd.openxmlformats-officedocument.{main}"/></Types>'
)


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """Return a ZIP archive of these parts, in this order."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def office(part: str, main: str, **more: str) -> bytes:
    """Return an Office Open XML file with one part."""
    return zipped({"[Content_Types].xml": _TYPES.format(part=part, main=main), part: "<x/>", **more})


def ole(stream: str, size: int = 4096) -> bytes:
    """Return the beginning of an OLE file, as Office wrote them before 2007, with one named stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(size) + stream.encode("utf-16-le") + bytes(100)


def pdf(**locked: Any) -> bytes:
    """Return a PDF of one empty page, locked by the passwords of `user` and `owner`."""
    held = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if locked:
            document.save(held, encryption=pikepdf.Encryption(**locked))
        else:
            document.save(held)
    return held.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xd9"
DOCX = office("word/document.xml", "wordprocessingml.document.main+xml")
XLSX = office("xl/workbook.xml", "spreadsheetml.sheet.main+xml")
ODT = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})


def upload(content: bytes = PDF, name: str = "method.pdf", size: int | None = None) -> InMemoryUploadedFile:
    """Return an upload as a view gets it; `size` may claim more than is held."""
    size = len(content) if size is None else size
    return InMemoryUploadedFile(io.BytesIO(content), "file", name, "text/plain", size, None)
