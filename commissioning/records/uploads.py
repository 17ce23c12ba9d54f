"""What may be uploaded: six types, told by content, up to the size limit."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings

from commissioning.records import contents
from commissioning.records.contents import DOCX, JPEG, ODT, PDF, PNG, XLSX, Kind
from commissioning.workflow import Refused

ALLOWED = (PDF, DOCX, ODT, XLSX, PNG, JPEG)
# What a file field's `accept` offers; the check below is what counts.
ACCEPT = ",".join(ending for kind in ALLOWED for ending in kind.endings)

NAME_LENGTH = 150

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

    Raises Refused for a file that is empty, too large, damaged, locked or of any other type (product 59);
    where a scheme allows less, also for that and for its name. It says what was found, what mends it, and
    both limits.
    """
    name = clean_name(file.name or "")
    if allowed and (name_refusal := _name_refusal(file.name or "", allowed)):
        raise Refused(f"“{name}” was not accepted: {name_refusal}. {allowed.in_words()}", field=field)
    why = _size_refusal(file.size, allowed)
    found = contents.Finding(None, why) if why else contents.look(file)
    kind, why = found.kind, found.why
    if kind not in kinds:
        why = why or contents.OTHER_TYPE
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
