import os
import stat
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage

from commissioning.records import store


def test_what_is_kept_comes_back_under_a_name_that_tells_nothing():
    path = store.save([b"one ", b"two"])
    assert b"".join(store.chunks(path)) == b"one two"
    assert store.size(path) == 7
    assert path in set(store.paths())
    assert store.save([b"one ", b"two"]) != path


def test_kept_files_are_the_portals_alone():
    place = Path(default_storage.path(store.save([b"x"])))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_file_and_folder_are_flushed_before_the_name_is_given(monkeypatch):
    flushed = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: flushed.append(stat.S_IFMT(os.fstat(descriptor).st_mode))
    )
    store.save([b"x"])
    assert flushed[-1] == stat.S_IFDIR
    assert stat.S_IFREG in flushed


def test_what_fails_half_way_leaves_nothing():
    def failing():
        yield b"first"
        raise OSError("no space left")

    root = Path(default_storage.path("."))
    before = set(root.rglob("*"))
    with pytest.raises(OSError, match="no space"):
        store.save(failing())
    assert {path for path in set(root.rglob("*")) - before if path.is_file()} == set()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../portal.sqlite3",
        "ab/../../keys/sealing_key",
        "ab/" + "g" * 46,
        "ab/" + "0" * 46 + "\n",
    ],
)
def test_no_other_path_is_opened(path):
    for use in (store.size, store.remove, lambda path: next(store.chunks(path))):
        with pytest.raises(SuspiciousFileOperation):
            use(path)


def test_a_file_is_removed_once_or_twice():
    path = store.save([b"x"])
    store.remove(path)
    store.remove(path)
    with pytest.raises(FileNotFoundError):
        store.size(path)
