"""What may be uploaded: six types, told by content, up to the size limit."""

import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings

from commissioning.workflow import Refused


@dataclass(frozen=True)
class Kind:
    """A type of file: its name to people, its media type and the endings its names have."""

    label: str
    content_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"
PDF = Kind("PDF", "application/pdf", (".pdf",))
DOCX = Kind("DOCX", f"{_OFFICE}.wordprocessingml.document", (".docx",))
ODT = Kind("ODT", _OPEN_DOCUMENT, (".odt",))
XLSX = Kind("XLSX", f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
PNG = Kind("PNG", "image/png", (".png",))
JPEG = Kind("JPEG", "image/jpeg", (".jpg", ".jpeg"))
ALLOWED = (PDF, DOCX, ODT, XLSX, PNG, JPEG)
# What a file field's `accept` offers; the check below is what counts.
ACCEPT = ",".join(ending for kind in ALLOWED for ending in kind.endings)

NAME_LENGTH = 150
_END = 64 * 1024
_PART_LIMIT = 1_000_000
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


# In a name, where a scheme allows plain ones alone: letters, digits and these.
PLAIN = " -_.,()&'"


@dataclass(frozen=True)
class Limits:
    """What a scheme allows of a file: its size in MB, its name's length, and which characters that has."""

    megabytes: int = 25
    name_length: int = NAME_LENGTH
    plain_names: bool = False

    def in_words(self) -> str:
        """Return the limits on a name, as hints and refusals show them."""
        plain = ", of letters, digits, spaces and - _ . , ( ) & ' alone" if self.plain_names else ""
        return f"A file’s name may have up to {self.name_length} characters{plain}."


@dataclass(frozen=True)
class Upload:
    """An upload that was looked at: a clean name with the right ending, its kind and its size in bytes."""

    name: str
    kind: Kind
    size: int

    @property
    def content_type(self) -> str:
        return self.kind.content_type


def check_upload(
    file: Any,
    *,
    kinds: tuple[Kind, ...] = ALLOWED,
    field: str | None = None,
    allowed: Limits | None = None,
) -> Upload:
    """Return what the file is, told by its content, and leave it at its beginning.

    Raises Refused, with one sentence that names both limits, for a file that is empty, too large, damaged,
    or of any other type (product 59); where a scheme allows less, also for that and for its name.
    """
    name = clean_name(file.name or "")
    if allowed and (name_refusal := _name_refusal(file.name or "", allowed)):
        raise Refused(f"“{name}” was not accepted: {name_refusal}. {allowed.in_words()}", field=field)
    why = _size_refusal(file.size, allowed)
    kind = None if why else kind_of(file)
    if not why and kind not in kinds:
        why = "it is damaged, locked by a password or of another type"
    file.seek(0)
    if why or kind is None:
        raise Refused(f"“{name}” was not accepted: {why}. {limits(kinds, allowed)}", field=field)
    return Upload(_with_ending(name, kind), kind, file.size)


def limits(kinds: tuple[Kind, ...] = ALLOWED, allowed: Limits | None = None) -> str:
    """Return the sentence that names both limits, as hints and refusals show it."""
    names = [kind.label for kind in kinds]
    listed = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
    article = "an" if names[0][0] in "OX" else "a"
    return f"Choose {article} {listed} file of up to {_most(allowed) // 2**20} MB."


def kind_of(file: Any) -> Kind | None:
    """Return which of the allowed types the content is, or None; the name is not looked at."""
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in _end_of(file) else None
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG if head[12:16] == b"IHDR" and b"IEND" in _end_of(file) else None
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG if b"\xff\xd9" in _end_of(file) else None
    if head.startswith(b"PK\x03\x04"):
        try:
            return _kind_of_zip(file)
        except _UNREADABLE:
            return None
    return None


def clean_name(name: str) -> str:
    """Return a file's name without folders, control or direction characters; “file” where nothing is left."""
    kept = _kept_of(name)
    stem, ending = PurePosixPath(kept).stem, PurePosixPath(kept).suffix
    return (stem[: NAME_LENGTH - len(ending)] + ending)[:NAME_LENGTH].strip(" .") or "file"


def _kept_of(name: str) -> str:
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(
        letter for letter in unicodedata.normalize("NFC", last) if unicodedata.category(letter)[0] != "C"
    )


def _name_refusal(name: str, allowed: Limits) -> str | None:
    kept = _kept_of(name)
    if len(kept) > allowed.name_length:
        return f"its name has {len(kept)} characters"
    odd = sorted({letter for letter in kept if not (letter.isalnum() or letter in PLAIN)})
    return f"its name has {' '.join(odd)}" if allowed.plain_names and odd else None


def _most(allowed: Limits | None) -> int:
    """Return the most bytes that a file may have."""
    portal: int = settings.MAXIMUM_UPLOAD
    return min(portal, allowed.megabytes * 2**20) if allowed else portal


def _size_refusal(size: int, allowed: Limits | None) -> str | None:
    if size == 0:
        return "it is empty"
    return "it is too large" if size > _most(allowed) else None


def _with_ending(name: str, kind: Kind) -> str:
    return name if name.lower().endswith(kind.endings) else name + kind.endings[0]


def _end_of(file: Any) -> bytes:
    file.seek(max(0, file.size - _END))
    return file.read(_END)


def _kind_of_zip(file: Any) -> Kind | None:
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        if "mimetype" in names:
            is_text = _part(archive, "mimetype").strip() == _OPEN_DOCUMENT.encode()
            return ODT if is_text and "content.xml" in names else None
        types = _part(archive, "[Content_Types].xml")
        # A document with macros names itself otherwise; one that hides them still carries the part.
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            return None
        if b"wordprocessingml.document.main+xml" in types and "word/document.xml" in names:
            return DOCX
        if b"spreadsheetml.sheet.main+xml" in types and "xl/workbook.xml" in names:
            return XLSX
    return None


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_PART_LIMIT)
