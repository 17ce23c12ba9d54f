"""The share code: kept on the organisation, needed to submit where the law asks for it (rulebook C20)."""

from datetime import timedelta

import pytest

from commissioning import regimes
from commissioning.accounts.rules import Details
from commissioning.accounts.services import organisations
from commissioning.people.models import Organisation
from commissioning.records.models import Message
from commissioning.workflow import Refused
from lots import proposals
from providers.queries import applications as queries
from providers.queries import reminders
from providers.services import entries, standing
from tests import factories as people
from tests.pages import get, post, press
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
CODE = "tB7gKp9d"
OTHER = "aaaaaaa2"
SETTLED = f.AFTER + timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def application():
    profile = regimes.as_data(regimes.profile("PA23_OPEN_FRAMEWORK"))
    window = f.window(f.agreement(regime="PA23_OPEN_FRAMEWORK", profile=profile))
    made = f.application(window)
    f.fill(f.entry_of(made))
    return made


def give(application, code=CODE):
    Organisation.objects.filter(pk=application.organisation_id).update(share_code=code)
    return type(application).objects.get(pk=application.pk)


def change(application, code, now):
    """Change the organisation's share code as its administrator does."""
    kept = Organisation.objects.get(pk=application.organisation_id)
    details = Details(name=kept.name, sector=kept.sector, address=kept.address, share_code=code)
    organisations.change(organisation=kept, details=details, actor=f.writer_of(application), now=now)


def settle(application):
    return standing.settle(entry=f.entry_of(application), actor=standing.CLOSE, now=SETTLED)


def submit(application):
    entry = f.entry_of(application)
    return entries.submit(entry=entry, actor=f.writer_of(application), now=f.NOW)


def test_without_it_nothing_is_submitted_and_with_it_the_package_keeps_it(application):
    with pytest.raises(Refused, match="share code of the central digital platform is missing"):
        submit(application)
    application = give(application)
    assert submit(application).share_code == CODE
    give(application, "aaaaaaa2")
    entry = f.entry_of(application)
    entry.submission.refresh_from_db()
    assert entry.submission.package.share_code == CODE


def test_no_other_law_asks_for_it():
    made = f.application(f.window())
    f.fill(f.entry_of(made))
    assert not made.lacks_share_code
    assert submit(made).share_code == ""


def test_the_task_list_counts_it_and_leads_to_it(application, time_machine):
    time_machine.move_to(f.NOW)
    writer = f.writer_of(application)
    page = get(writer, application.get_absolute_url())
    assert "Share code missing" in page
    assert "would not go in: the share code missing" in page
    number = f.entry_of(application).window_lot.lot.number
    url = f"{application.get_absolute_url()}lots/{number}/submit/"
    page = get(writer, url)
    assert "share code of the central digital platform is missing" in page
    assert f"{application.get_absolute_url()}organisation/" in page
    post(writer, url, 422)
    give(application)
    assert "Share code missing" not in get(writer, application.get_absolute_url())
    assert press(people.client_for(writer), url).status_code == 302


def test_at_the_close_it_is_named_among_what_is_missing(application):
    standing.instruct(application=application, actor=f.writer_of(application), now=f.NOW)
    (line,) = reminders.missing(queries.board(application))
    assert "Share code of the central digital platform" in line
    assert settle(application) is None
    assert "* Share code of the central digital platform" in Message.objects.get(kind="entry_lapsed").body


def test_it_is_no_question_that_a_lead_could_leave_out():
    assert "SHARE" not in {question.code for question in proposals.COMMON_QUESTIONS}


def test_a_code_given_after_the_deadline_does_not_send_the_entry(application):
    standing.instruct(application=application, actor=f.writer_of(application), now=f.NOW)
    change(application, CODE, f.DEADLINE + SECOND)
    assert settle(application) is None
    assert f.entry_of(application).state == "lapsed"
    assert "* Share code of the central digital platform" in Message.objects.get(kind="entry_lapsed").body
    assert application.lacks_share_code


def test_a_code_cleared_or_corrected_after_the_deadline_is_the_one_that_went_in(application):
    change(application, OTHER, f.NOW)
    change(application, CODE, f.DEADLINE)
    standing.instruct(application=application, actor=f.writer_of(application), now=f.NOW)
    change(application, OTHER, f.DEADLINE + SECOND)
    change(application, "", f.DEADLINE + 2 * SECOND)
    assert settle(application).share_code == CODE
    assert f.entry_of(application).state == "submitted"


def test_a_corrected_code_is_a_new_package_and_the_same_again_is_not(application):
    change(application, OTHER, f.NOW)
    first = submit(application)
    assert submit(application) == first
    change(application, CODE, f.NOW)
    (part,) = queries.board(application).entries
    assert part.is_changed
    second = submit(application)
    assert (second.number, second.share_code, first.share_code) == (2, CODE, OTHER)
    assert not queries.board(type(application).objects.get(pk=application.pk)).entries[0].is_changed


def test_under_another_law_a_changed_code_changes_nothing():
    made = f.application(f.window())
    f.fill(f.entry_of(made))
    first = submit(made)
    change(made, CODE, f.NOW)
    assert submit(made) == first


def test_answers_are_counted_without_it(application, time_machine):
    time_machine.move_to(f.NOW)
    f.entry_of(application).submission.versions.filter(item="MS1").delete()
    page = get(f.writer_of(application), application.get_absolute_url())
    assert "would not go in: 1 answer and the share code missing" in page
