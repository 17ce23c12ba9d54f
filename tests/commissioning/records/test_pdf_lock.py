import subprocess

import pytest

from commissioning.records import pdf_lock

from . import files


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_what_needs_a_password_is_told_from_what_is_restricted(revision):
    how = {"R": revision, "aes": revision >= 4, "metadata": revision >= 4}
    assert pdf_lock.needs_password(files.pdf(user="secret", owner="other", **how))
    assert not pdf_lock.needs_password(files.pdf(user="", owner="other", **how))


def test_what_has_no_mark_of_a_lock_starts_nothing(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("asked"))
    assert not pdf_lock.needs_password(files.pdf())


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 /Encrypt %%EOF",
        b"%PDF-1.7\ntrailer <</Encrypt 1 0 R /Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"<<" * 100_000 + b"/Encrypt\nstartxref\n9\n%%EOF",
        files.pdf(user="a", owner="b")[:-200] + b"%%EOF",
    ],
)
def test_what_is_too_broken_to_tell_is_taken(content):
    assert not pdf_lock.needs_password(content)


def test_what_takes_too_long_is_taken(monkeypatch, caplog):
    monkeypatch.setattr(pdf_lock, "SECONDS", 0.001)
    assert not pdf_lock.needs_password(files.pdf(user="secret", owner="secret"))
    assert "could not be looked at in time" in caplog.text


def test_the_process_that_reads_it_is_given_no_key(monkeypatch):
    monkeypatch.setenv("PORTAL_SEALING_KEY", "a key")
    kept = {}
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **how: kept.update(how) or subprocess.CompletedProcess([], 0)
    )
    pdf_lock.needs_password(b"/Encrypt")
    assert "PORTAL_SEALING_KEY" not in kept["env"]


def test_a_password_of_other_letters_than_ours_is_one_too():
    assert pdf_lock.needs_password(files.pdf(user="Würze 漢字", owner="x"))
