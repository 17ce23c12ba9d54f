"""A filled entry in an open window, and ways to put files to it and to open it."""

import pytest

from providers.queries import evaluation
from providers.services import application_files, entries, openings
from tests.providers import factories as f
from tests.providers.papers import upload


@pytest.fixture
def entry():
    return f.fill(f.entry_of(f.application()))


@pytest.fixture
def writer(entry):
    return f.writer_of(entry.application)


@pytest.fixture
def add(entry, writer):
    def added(file=None, item="MS1", now=f.NOW):
        return application_files.add_file(
            application=entry.application,
            submission=entry.submission,
            item=item,
            upload=file or upload(),
            actor=writer,
            now=now,
        )

    return added


@pytest.fixture
def opened(entry, writer):
    """Submit the entry and open its window, and return a way for its lead to be given the file."""

    def open_it(meanwhile=lambda: None):
        entries.submit(entry=entry, actor=writer, now=f.NOW)
        meanwhile()
        window = entry.window_lot.window
        lead = f.lead_of(window.agreement)
        openings.open_entries(window=window, actor=lead, now=f.AFTER)

        def given(number=1):
            entry.submission.refresh_from_db()
            _, body = evaluation.stream_opened_file(
                entry.submission, code="MS1", number=number, reader=lead, now=f.AFTER
            )
            return b"".join(body)

        return given

    return open_it
