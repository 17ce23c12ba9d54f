"""The file store: names chosen by the portal, paths checked, bytes on the disk before anyone is told.

Every file is written once and never changed. The folder is that of Django's default storage
(`STORAGE_URL`, a folder for now); sealed files and documents share it.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage

from commissioning.workflow import Refused

CHUNK = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{46}")


class Damaged(Refused):
    """What rests is not what was kept: bytes were changed, cut short, exchanged, or are gone."""


class Hashed:
    """Bytes on their way to the store, counted into a SHA-256 as they go."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._hash = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._hash.update(piece)
            yield piece

    def digest(self) -> str:
        """Return the digest, in hex, of what has passed."""
        return self._hash.hexdigest()


def save(chunks: Iterable[bytes]) -> str:
    """Write the bytes under a random name and return its path within the store.

    The file and its folders are flushed to disk before this returns (settled 16); what fails half-way
    leaves nothing. Raises OSError when the disk refuses.
    """
    folder, name = secrets.token_hex(1), secrets.token_hex(23)
    path = f"{folder}/{name}"
    target = _place(path)
    _make_folder(target.parent)
    beside = target.with_suffix(".part")
    try:
        # Written beside and renamed: a name in the store is always a whole file.
        with _created(beside) as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)
    return path


def chunks(path: str) -> Iterator[bytes]:
    """Yield the bytes of a kept file. Any other path is FileNotFoundError or SuspiciousFileOperation."""
    with _place(path).open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def size(path: str) -> int:
    """Return how many bytes a kept file has. Raises as `chunks`."""
    return _place(path).stat().st_size


def remove(path: str) -> None:
    """Remove a kept file that nothing names any more; one already gone is no error."""
    _place(path).unlink(missing_ok=True)


def paths() -> Iterator[str]:
    """Yield the path of every kept file."""
    root = Path(default_storage.path("."))
    for file in sorted(root.glob("*/*")):
        path = file.relative_to(root).as_posix()
        if _NAME.fullmatch(path):
            yield path


def _place(path: str) -> Path:
    # SECURITY: only names this module gave are opened, whatever a row says.
    if not _NAME.fullmatch(path):
        raise SuspiciousFileOperation("That is no path of the store.")
    return Path(default_storage.path(path))


def _created(place: Path) -> Any:
    return os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some file systems cannot flush a folder; they keep names safe by other means.
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
