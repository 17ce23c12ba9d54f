"""The organisation's details go in with what it submits, as they stood at that moment."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.accounts.rules import Details
from commissioning.accounts.services import organisations
from commissioning.people.models import Organisation
from commissioning.records import receipts
from providers.models import Package
from providers.queries import applications as queries
from providers.queries import details
from providers.services import entries, openings, standing, submissions
from tests import factories as people
from tests.evaluation import factories as judging
from tests.pages import get
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
NEW = "Totally Renamed Care"


def rename(organisation, now, name=NEW, **given):
    kept = Organisation.objects.get(pk=organisation.pk)
    columns = {"name": name, "sector": kept.sector, "address": kept.address, "share_code": kept.share_code}
    admin = people.person(kept, "provider_admin")
    organisations.change(organisation=kept, details=Details(**columns | given), actor=admin, now=now)


@pytest.fixture
def entry():
    made = f.application(by=f.bid_writer(people.provider("Nene Valley Care"), name="Ana Writer"))
    return f.fill(f.entry_of(made))


def submit(entry, now=f.NOW):
    fresh = f.entry_of(type(entry.application).objects.get(pk=entry.application_id))
    return entries.submit(entry=fresh, actor=f.writer_of(entry.application), now=now)


def part_of(entry):
    fresh = type(entry.application).objects.get(pk=entry.application_id)
    return queries.board(fresh).entries[0]


def test_a_line_of_the_receipt_proves_them(entry):
    package = submit(entry)
    receipt = submissions.read_receipt(package=package, actor=f.writer_of(entry.application), now=f.NOW)
    proved = receipts.verify_receipt(receipt.text)
    held = proved.lines_that_hold(details.as_sealed(package.details).encode())
    assert [line.label for line in held] == ["Name, address and numbers"]
    assert proved.organisation == package.details["name"] == "Nene Valley Care"
    assert not proved.lines_that_hold(details.as_sealed({**package.details, "name": NEW}).encode())


def test_a_change_afterwards_is_a_change_of_the_draft_until_it_is_sent_again(entry):
    first = submit(entry)
    assert not part_of(entry).is_changed
    rename(entry.application.organisation, f.NOW + SECOND, charity_number="1234567")
    assert part_of(entry).other_details == ("Name", "Charity number")
    assert part_of(entry).is_changed
    second = submit(entry, f.NOW + 2 * SECOND)
    assert (second.number, second.details["name"]) == (2, NEW)
    first.refresh_from_db()
    assert first.details["name"] == "Nene Valley Care"
    assert not part_of(entry).is_changed


def test_a_change_after_the_deadline_is_none_of_what_went_in(entry):
    submit(entry)
    rename(entry.application.organisation, f.DEADLINE + SECOND)
    assert not part_of(entry).is_changed


def test_a_standing_instruction_fixes_those_of_the_deadline(entry):
    rename(entry.application.organisation, f.DEADLINE, "Name of the Deadline")
    standing.instruct(application=entry.application, actor=f.writer_of(entry.application), now=f.NOW)
    rename(entry.application.organisation, f.DEADLINE + SECOND)
    package = standing.settle(
        entry=f.entry_of(entry.application), actor=standing.CLOSE, now=f.DEADLINE + timedelta(hours=1)
    )
    assert package.details["name"] == "Name of the Deadline"
    receipt = submissions.read_receipt(package=package, actor=f.writer_of(entry.application), now=f.AFTER)
    proved = receipts.verify_receipt(receipt.text)
    assert proved.organisation == "Name of the Deadline"
    # It was not whole before: no receipt says that the organisation was called so earlier than it was.
    assert proved.received_at == package.received_at == f.DEADLINE


def test_what_was_submitted_before_they_were_kept_is_not_changed_by_them(entry):
    submit(entry)
    Package.objects.update(details={})
    rename(entry.application.organisation, f.NOW + SECOND)
    assert not part_of(entry).is_changed


def test_its_own_pages_show_them_as_submitted_and_as_changed(entry, time_machine):
    time_machine.move_to(f.NOW + 3 * SECOND, tick=False)
    submit(entry)
    rename(entry.application.organisation, f.NOW + SECOND)
    writer, home = f.writer_of(entry.application), entry.application.get_absolute_url()
    page = get(writer, home)
    assert "Your organisation’s details changed since you submitted: Name. Submit again" in page
    assert "Submitted, changed since" in page
    sent = get(writer, reverse("entry-sent", args=[entry.application.reference, 1, 1]))
    assert "Nene Valley Care" in sent
    assert NEW not in sent
    assert NEW in get(writer, f"{home}lots/1/submit/")


def test_after_the_opening_it_is_called_as_it_was_with_the_name_of_now(entry, time_machine):
    submit(entry)
    rename(entry.application.organisation, f.DEADLINE + SECOND)
    window = entry.window_lot.window
    lead = f.lead_of(window.agreement)
    openings.open_entries(window=window, actor=lead, now=f.AFTER)
    time_machine.move_to(f.AFTER, tick=False)
    page = get(lead, f"/windows/{window.reference}/open/")
    assert f"Nene Valley Care (now called {NEW})" in page


def test_the_panel_reads_the_name_under_which_it_was_submitted(time_machine):
    case = judging.case(upto="sealed", bidders=2)
    first = case.entries[0].application.organisation
    rename(first, f.DEADLINE + SECOND)
    openings.open_entries(window=case.window, actor=case.lead, now=judging.OPENED)
    case.window.refresh_from_db()
    judging._judge(case, "scoring")
    row = case.exercises[0].assessments.get(organisation=first)
    assert row.name == first.name
    assert row.bidder == f"{first.name} (now called {NEW})"
    time_machine.move_to(judging.NOW, tick=False)
    exercise = case.exercises[0]
    page = get(case.evaluators[0], f"/exercises/{exercise.reference}/declare/")
    assert row.bidder in page
