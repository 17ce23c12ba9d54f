"""What a file is, told by its content alone; what is not taken is named, with what mends it."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from commissioning.records import pdf_lock


@dataclass(frozen=True)
class Kind:
    """A type of file: its name to people, its media type and the endings its names have."""

    label: str
    content_type: str
    endings: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What a file is; if it is not taken, `why` goes on from "was not accepted: " with what mends it."""

    kind: Kind | None
    why: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"
PDF = Kind("PDF", "application/pdf", (".pdf",))
DOCX = Kind("DOCX", f"{_OFFICE}.wordprocessingml.document", (".docx",))
ODT = Kind("ODT", _OPEN_DOCUMENT, (".odt",))
XLSX = Kind("XLSX", f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
PNG = Kind("PNG", "image/png", (".png",))
JPEG = Kind("JPEG", "image/jpeg", (".jpg", ".jpeg"))

OTHER_TYPE: Final = "it is of another type"
DAMAGED: Final = (
    "it is damaged or was cut short. Open it on your computer, save it again and choose the new file"
)
LOCKED_PDF: Final = (
    "it is a PDF that needs a password to be opened, which nobody who reads it here will have. Save it "
    "without the password and choose that file"
)
LOCKED: Final = (
    "it is locked by a password, which nobody who reads it here will have. Open it, take the password out "
    "and save it again"
)
MACROS: Final = (
    "it holds macros, small programs that start when it is opened. Save it without macros, as {without}, or "
    "as PDF"
)
OLD: Final = "it is in the older format {old}. Open it and save it as {new} or PDF"
HEIC: Final = (
    "it is a photo in the format HEIC, which many computers do not show. Export it or send it to yourself as "
    "JPEG"
)
PRESENTATION: Final = "it is a presentation. Save it as PDF"
ARCHIVE: Final = "it is a ZIP archive. Take the files out of it and choose each by itself"
SWOLLEN: Final = (
    "what is packed inside it is far larger than any document. Open it and save it again, or save it as PDF"
)
MISPLACED: Final = (
    "it holds parts that would be unpacked outside it, as no document does. Open it and save it again, or "
    "save it as PDF"
)

_CHUNK = 1024 * 1024
_END = 64 * 1024
_JUNK = 1024
_PART_LIMIT = 1_000_000
# Honest text packs twenty to one. A spreadsheet of equal rows reaches a hundred, and is small then.
MOST_PARTS: Final = 10_000
MOST_UNPACKED: Final = 500 * 2**20
MOST_TIMES, SMALL_UNPACKED = 150, 50 * 2**20
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    EOFError,
    OSError,
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What an OLE file calls its main stream, and so what it is; a lock hides the rest.
_STREAMS = {
    "EncryptedPackage": LOCKED,
    "WordDocument": OLD.format(old=".doc of Word", new="DOCX"),
    "Workbook": OLD.format(old=".xls of Excel", new="XLSX"),
    "PowerPoint Document": PRESENTATION,
}
_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def look(file: Any) -> Finding:
    """Return which of the allowed types the content is, or why it is none; the name is not looked at.

    A file that was made to keep a program busy costs bounded time and memory here.
    """
    file.seek(0)
    head = file.read(_JUNK)
    if head.startswith(b"%PDF-"):
        return _of_pdf(file)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _whole(PNG, head[12:16] == b"IHDR" and b"IEND" in _end_of(file))
    if head.startswith(b"\xff\xd8\xff"):
        return _whole(JPEG, b"\xff\xd9" in _end_of(file))
    if head.startswith(b"PK\x03\x04"):
        try:
            return _of_zip(file)
        except _UNREADABLE:
            return Finding(None, DAMAGED)
    if head.startswith(_OLE):
        return Finding(None, _of_ole(file))
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return Finding(None, HEIC)
    # Behind something else, such as a mail's header, it opens in some programs and not in others.
    return Finding(None, DAMAGED if b"%PDF-" in head else OTHER_TYPE)


def _whole(kind: Kind, is_whole: bool) -> Finding:
    return Finding(kind) if is_whole else Finding(None, DAMAGED)


def _of_pdf(file: Any) -> Finding:
    if b"%%EOF" not in _end_of(file):
        return Finding(None, DAMAGED)
    file.seek(0)
    return Finding(None, LOCKED_PDF) if pdf_lock.needs_password(file.read()) else Finding(PDF)


def _of_ole(file: Any) -> str:
    found = _which(file, {name.encode("utf-16-le"): why for name, why in _STREAMS.items()})
    # A locked one may hold an old document's streams as well, never the other way round.
    return next((why for why in _STREAMS.values() if why in found), OTHER_TYPE)


def _of_zip(file: Any) -> Finding:
    if sum(piece.count(b"PK\x01\x02") for piece in _pieces(file, overlap=3)) > MOST_PARTS:
        return Finding(None, SWOLLEN)
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if any(".." in name.replace("\\", "/").split("/") for name in names):
            return Finding(None, MISPLACED)
        if _is_swollen(parts):
            return Finding(None, SWOLLEN)
        if any(part.flag_bits & 1 for part in parts) or "encrypted-package" in names:
            return Finding(None, LOCKED)
        if "mimetype" in names:
            return _of_open_document(archive, names)
        return _of_office(archive, names)


def _is_swollen(parts: list[zipfile.ZipInfo]) -> bool:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked <= SMALL_UNPACKED:
        return False
    return unpacked > MOST_UNPACKED or unpacked > MOST_TIMES * packed


def _of_open_document(archive: zipfile.ZipFile, names: set[str]) -> Finding:
    if _part(archive, "mimetype").strip() != _OPEN_DOCUMENT.encode():
        return Finding(None, OTHER_TYPE)
    if "META-INF/manifest.xml" in names and b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
        return Finding(None, LOCKED)
    return _whole(ODT, "content.xml" in names)


def _of_office(archive: zipfile.ZipFile, names: set[str]) -> Finding:
    if "[Content_Types].xml" not in names:
        return Finding(None, ARCHIVE)
    types = _part(archive, "[Content_Types].xml")
    # A document with macros names itself otherwise; one that hides them still carries the part.
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        without = "an XLSX file" if "xl/workbook.xml" in names else "a DOCX file"
        return Finding(None, MACROS.format(without=without))
    if b"wordprocessingml.document.main+xml" in types and "word/document.xml" in names:
        return Finding(DOCX)
    if b"spreadsheetml.sheet.main+xml" in types and "xl/workbook.xml" in names:
        return Finding(XLSX)
    return Finding(None, PRESENTATION if "ppt/presentation.xml" in names else OTHER_TYPE)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_PART_LIMIT)


def _which(file: Any, marks: dict[bytes, str]) -> set[str]:
    found = set()
    for piece in _pieces(file, overlap=max(map(len, marks)) - 1):
        found |= {meaning for mark, meaning in marks.items() if mark in piece}
    return found


def _pieces(file: Any, *, overlap: int) -> Iterator[bytes]:
    file.seek(0)
    last = b""
    while chunk := file.read(_CHUNK):
        yield last + chunk
        last = (last + chunk)[-overlap:]


def _end_of(file: Any) -> bytes:
    file.seek(max(0, file.size - _END))
    return file.read(_END)
