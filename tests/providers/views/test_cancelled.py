"""What was cancelled says so, when and why, and what became of what was written: nothing counts down."""

import re

import pytest
from django.urls import reverse

from lots.models import Window
from lots.services import windows
from providers.queries import home
from tests import factories as people
from tests.pages import get
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
REASON = "The budget was cut."
COUNTS = re.compile(r'portal-when__away">\s*(in|today|tomorrow)')


@pytest.fixture
def entry(time_machine):
    """An entry that was begun in a window whose agreement was then abandoned: its lead stopped the window."""
    time_machine.move_to(f.NOW, tick=False)
    entry = f.fill(f.entry_of(f.application()))
    window = entry.application.window
    f.asked(window)
    type(window.agreement).objects.update(state="abandoned")
    window.refresh_from_db()
    windows.stop(window=window, reason=REASON, actor=f.lead_of(window.agreement), now=f.NOW)
    entry.refresh_from_db()
    return entry


def main_of(page):
    return page.partition("<main")[2].partition("</main>")[0]


def says_it_was_cancelled(page):
    assert "This window was cancelled on" in page
    assert REASON in page
    assert not COUNTS.search(main_of(page))


def test_the_pages_of_a_draft_in_it_say_so_and_ask_for_nothing(entry):
    writer, application = f.writer_of(entry.application), entry.application
    pages = {
        name: reverse(name, args=args)
        for name, args in {
            "application": [application.reference],
            "entry-question": [application.reference, 1, entry.submission.scheme.questions.first().code],
            "entry-submit": [application.reference, 1],
            "application-at-close": [application.reference],
            "application-lots": [application.reference],
        }.items()
    }
    for url in pages.values():
        page = get(writer, url)
        says_it_was_cancelled(page)
        assert "What was written for it stays sealed" in page
        assert "Closes" not in main_of(page)
        assert "goes in by itself" not in main_of(page)
    own = get(writer, reverse("application-organisation", args=[application.reference]))
    assert "Nothing can be submitted here any more." in own
    whole = main_of(get(writer, pages["application"]))
    assert "Check and submit" not in whole
    assert "If the window closed now" not in whole
    assert "At the close" not in whole


def test_home_asks_for_nothing_and_names_no_deadline(entry):
    writer = f.writer_of(entry.application)
    assert not [task for task in home.worklist(writer, f.NOW) if entry.application.reference in task.where]
    page = get(writer, reverse("applications"))
    assert "Ended unopened" in page
    assert "Cancelled" in page


def test_the_window_and_its_questions_say_so(entry):
    window = Window.objects.get()
    lead, writer = f.lead_of(window.agreement), f.writer_of(entry.application)
    for reader, url in (
        (lead, window.get_absolute_url()),
        (writer, window.get_absolute_url()),
        (lead, reverse("window-questions", args=[window.reference])),
        (lead, reverse("window-extend", args=[window.reference])),
        (lead, reverse("window-outage-extend", args=[window.reference])),
        (lead, reverse("window-outage-leave", args=[window.reference])),
        (writer, reverse("window-ask", args=[window.reference])),
    ):
        page = get(reader, url)
        says_it_was_cancelled(page)
        assert "Its questions are answered no more." in page
    public = main_of(people.client_for().get(window.get_absolute_url()).content.decode())
    says_it_was_cancelled(public)
    assert "Closes" not in public
    assert "Decisions expected by" not in public
    assert "Add these dates to your calendar" not in public


def test_a_window_that_stands_still_counts_down(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    entry = f.entry_of(f.application())
    page = get(f.writer_of(entry.application), entry.application.get_absolute_url())
    assert "portal-when__away" in page
    assert "was cancelled" not in page
