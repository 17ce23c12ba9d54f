"""A rolling entry: hidden until it is submitted, sealed as any other, in once, decided in 10 working days."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from commissioning.audit.models import Event
from commissioning.clock import at_london, end_of_london_day
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records import trail
from commissioning.records.models import Message
from commissioning.workflow import Refused
from evaluation.queries import worklist as evaluation
from lots import queries as lots
from lots import tasks
from lots.models import Window
from lots.services import agreements
from providers import tasks as providers
from providers.models import Application, Entry
from providers.queries import applications as queries
from providers.queries import home
from providers.services import admissions, application_answers, applications, entries, openings, rolling
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)
MINUTES = timedelta(minutes=4)
DAY = timedelta(days=1)


@pytest.fixture
def entry():
    return f.rolling()


@pytest.fixture
def window(entry):
    return entry.window_lot.window


@pytest.fixture
def ana(entry):
    return f.writer_of(entry.application)


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


def submit(entry, now=f.NOW):
    return entries.submit(entry=entry, actor=f.writer_of(entry.application), now=now)


def start(lot, by, now=f.NOW):
    return rolling.start(lot=lot, organisation=f.provider_of(by), actor=by, now=now)


class TestStart:
    def test_it_is_a_round_of_its_own_with_one_lot_and_the_schemes_named(self, entry, window):
        agreement = window.agreement
        (offered,) = window.lots.all()
        assert offered.scheme == offered.lot.rolling_scheme
        assert entry.application.common.scheme == agreement.rolling_common_scheme
        assert (window.state, window.deadline) == ("open", end_of_london_day(agreement.ends_on))
        assert offered.round.not_before == window.deadline
        assert window.made_for == entry.application.organisation

    def test_only_where_the_lot_takes_them(self):
        lot = f.agreement().lots.get(number=2)
        with pytest.raises(Refused, match="no entries outside its windows"):
            start(lot, f.bid_writer())
        assert not Window.with_unsent.exists()

    def test_a_lot_that_is_established_takes_them_and_a_removed_one_does_not(self):
        lot = f.rolling_lot()
        lot.state = "established"
        lot.save()
        assert start(lot, f.bid_writer()).entries.count() == 1
        lot.state = "removed"
        lot.save()
        with pytest.raises(Refused, match="no entries outside"):
            start(lot, f.bid_writer())

    def test_not_while_a_window_is_open_for_the_lot(self):
        lot = f.rolling_lot()
        f.window(lot.agreement)
        with pytest.raises(Refused, match="Apply in that window"):
            start(lot, f.bid_writer(), now=f.DEADLINE)
        assert start(lot, f.bid_writer(), now=f.DEADLINE + MICROSECOND)

    def test_not_after_the_agreement_has_ended(self):
        lot = f.rolling_lot()
        after = end_of_london_day(lot.agreement.ends_on) + MICROSECOND
        with pytest.raises(Refused, match="The agreement ended"):
            start(lot, f.bid_writer(), now=after)

    def test_once_at_a_time_and_not_from_within_the_pool(self, entry, ana):
        lot = entry.window_lot.lot
        with pytest.raises(Refused, match="is writing one already"):
            start(lot, ana)
        submit(entry)
        with pytest.raises(Refused, match="is not decided yet"):
            start(lot, ana)
        member = f.admission(lot).organisation
        with pytest.raises(Refused, match="already has a place"):
            start(lot, f.bid_writer(member))

    def test_only_the_providers_own_people(self, entry, lead):
        lot, organisation = entry.window_lot.lot, people.provider()
        for actor in (lead, f.bid_writer(), people.person(is_staff=True)):
            with pytest.raises(Denied):
                rolling.start(lot=lot, organisation=organisation, actor=actor, now=f.NOW)

    def test_another_organisation_does_not_apply_in_it(self, window):
        rival = f.bid_writer()
        with pytest.raises(Refused, match="another organisation's rolling entry"):
            applications.start(
                window=window,
                lots=list(window.lots.all()),
                organisation=f.provider_of(rival),
                actor=rival,
                now=f.NOW,
            )


class TestHidden:
    """SECURITY: before it is submitted nobody but the provider learns that it is being written."""

    def test_nobody_finds_the_window(self, window, lead, ana):
        viewers = [AnonymousUser(), lead, f.bid_writer(), people.person(is_staff=True)]
        for viewer in [*viewers, people.person(window.agreement.lead, Role.AUDITOR)]:
            assert not Window.objects.visible_to(viewer).exists()
            assert not Window.with_unsent.visible_to(viewer).exists()
        assert not Window.objects.exists()
        assert not window.agreement.windows.exists()
        assert Application.objects.visible_to(ana).count() == 1

    def test_no_event_and_no_list_of_the_lead_shows_it(self, window, lead):
        events = Event.objects.all()
        assert {event.veil for event in events} == {window.audit_veil}
        assert not trail.unveiled(events).exists()
        assert lots.worklist(lead, f.NOW) == []
        assert evaluation.lists(lead, f.NOW) == ([], [])
        assert lots.for_setup(lead).get().windows.all().count() == 0

    def test_after_it_is_submitted_its_lead_sees_it_and_others_do_not(self, entry, window, lead):
        submit(entry)
        assert list(Window.objects.visible_to(lead)) == [window]
        for viewer in (AnonymousUser(), f.bid_writer(), f.lead_of(f.agreement())):
            assert not Window.objects.visible_to(viewer).exists()
        assert not trail.unveiled(Event.objects.exclude(action="signing_key.make")).exists()
        (task,) = lots.worklist(lead, f.NOW + MINUTES)
        assert (task.what, task.due) == ("Open the entries of “Rolling entry to Lot 1”", date(2027, 1, 28))

    def test_a_dated_window_of_the_same_lot_knows_nothing_of_it(self, entry, window):
        dated = f.window(window.agreement)
        assert queries.next_window(dated, f.NOW) is None
        opened, coming = lots.windows_before_close(AnonymousUser(), f.NOW)
        assert (opened, coming) == ([dated], [])


class TestSubmit:
    def test_it_closes_the_round_at_the_moment_it_was_received(self, entry, window):
        package = submit(entry)
        window.refresh_from_db()
        assert (window.state, window.received_at, window.deadline) == ("closed", f.NOW, f.NOW)
        assert window.lots.get().round.not_before == f.NOW
        assert package.received_at == f.NOW
        assert Entry.objects.get().state == "submitted"

    def test_a_decision_is_due_in_ten_working_days_bank_holidays_left_out(self):
        before_easter = at_london(date(2027, 3, 24), f.NOW.time())
        submit(f.rolling(), now=before_easter)
        # Good Friday 26 and Easter Monday 29 March are no working days.
        assert Window.objects.get().expected_decision_on == date(2027, 4, 9)

    def test_it_goes_in_once(self, entry, ana):
        submit(entry)
        entry = Entry.objects.get()
        for later in (f.NOW, f.NOW + MICROSECOND, f.NOW - MICROSECOND):
            with pytest.raises(Refused, match="goes in once"):
                submit(entry, now=later)
            with pytest.raises(Refused, match="goes in once"):
                entries.withdraw(entry=entry, actor=ana, now=later)
            with pytest.raises(Refused, match="goes in once"):
                application_answers.save_answers(
                    application=entry.application,
                    submission=entry.submission,
                    values={"MS1": "Other"},
                    actor=ana,
                    now=later,
                )

    def test_the_provider_is_told_when_a_decision_is_due_and_nobody_else_is_told_anything(self, entry):
        submit(entry)
        (message,) = Message.objects.all()
        assert message.kind == "rolling_entry_received"
        assert "28 January 2027" in message.body
        assert message.veil == entry.submission.round.reference

    def test_what_is_incomplete_leaves_the_round_open(self):
        begun = start(f.rolling_lot(), f.bid_writer())
        with pytest.raises(Refused):
            submit(begun.entries.get())
        window = Window.with_unsent.get()
        assert (window.state, window.received_at) == ("open", None)

    def test_the_provider_waits_for_its_outcome(self, entry, ana):
        (task,) = home.worklist(ana, f.NOW)
        assert task.due is None
        submit(entry)
        assert home.worklist(ana, f.NOW + MICROSECOND) == []
        (wait,) = home.waits(ana, f.NOW + MICROSECOND)
        assert wait.due == date(2027, 1, 28)


class TestAfterwards:
    def test_it_is_opened_judged_and_admitted_as_any_other(self, entry, window, lead):
        submit(entry)
        window.refresh_from_db()
        with pytest.raises(Refused, match="stay sealed until"):
            openings.open_entries(window=window, actor=lead, now=f.NOW)
        (found,) = openings.open_entries(window=window, actor=lead, now=f.NOW + MINUTES)
        assert (found.entries, found.damaged) == (1, 0)
        # From the opening on the record tells the whole story.
        assert trail.unveiled(Event.objects.all()).count() == Event.objects.count()
        entry = Entry.objects.get()
        admissions.admit(entry=entry, actor=lead, now=f.NOW + DAY)
        assert entry.window_lot.lot.admissions.get().organisation == entry.application.organisation

    def test_one_that_is_never_submitted_ends_with_the_agreement_unseen(self, window, lead):
        end = window.deadline
        assert tasks.sweep(now=end) == 0
        assert tasks.sweep(now=end + MICROSECOND) == 1
        assert providers.sweep(now=end + MINUTES)["drafts settled"] == 1
        assert not Window.objects.exists()
        assert not trail.unveiled(Event.objects.all()).exists()

    def test_an_extension_of_the_term_lets_it_go_on(self, window):
        agreement = window.agreement
        agreement.extension_years = 2
        agreement.save()
        new_end = date(2033, 5, 2)
        agreements.extend(
            agreement=agreement,
            new_end=new_end,
            decision_reference="K",
            decided_on=f.NOW.date(),
            reason="It works.",
            actor=f.lead_of(agreement),
            now=f.NOW,
        )
        kept = Window.with_unsent.get()
        assert kept.deadline == end_of_london_day(new_end)
        assert kept.lots.get().round.not_before == kept.deadline
        assert kept.next_due_at == kept.deadline + MICROSECOND
        told = trail.unveiled(Event.objects.filter(subject=kept.reference))
        assert not told.exists()
