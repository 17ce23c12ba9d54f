"""A list costs as many queries with three rows as with one; what needs a person is told once and rightly."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from providers import queries
from providers.models import Submission
from providers.queries import evaluation
from providers.queries import watch as watched
from providers.services import admissions, application_answers, entries, openings, watch
from tests import factories as people
from tests.providers import factories as f
from tests.providers.profiles import document, ran_out, rated, watching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(f.NOW)


def cost(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_providers_own_page_costs_the_same_with_three_rows_as_with_one():
    ana = f.bid_writer()
    client, organisation = people.client_for(ana), f.provider_of(ana)

    def grow():
        f.submitted(by=ana)
        f.admission(f.agreement(lots=1).lots.get(), organisation)
        f.window(f.agreement(lots=1), common=False)

    grow()
    one = cost(client, reverse("applications"))
    grow()
    grow()
    assert cost(client, reverse("applications")) == one


def test_the_task_list_costs_the_same_with_three_lots_as_with_one():
    ana, ben = f.bid_writer(), f.bid_writer()
    small = f.fill(f.entry_of(f.application(by=ana))).application
    large = f.application(by=ben, numbers=(1, 2, 3))
    for number in (1, 2, 3):
        f.fill(f.entry_of(large, number))
    three = cost(people.client_for(ben), large.get_absolute_url())
    assert three == cost(people.client_for(ana), small.get_absolute_url())


def test_the_check_page_costs_the_same_however_often_it_was_saved():
    entry = f.fill(f.entry_of(f.application()))
    client, ana = people.client_for(f.writer_of(entry.application)), f.writer_of(entry.application)
    url = reverse("entry-submit", args=[entry.application.reference, 1])
    before = cost(client, url)
    for number in range(5):
        application_answers.save_answers(
            application=entry.application,
            submission=entry.submission,
            values={"MS1": f"Version {number}"},
            actor=ana,
            now=f.NOW,
        )
    assert cost(client, url) == before


def test_the_register_costs_the_same_with_three_places_as_with_one():
    agreement = f.agreement(lots=2)
    client = people.client_for(f.lead_of(agreement))

    def grow():
        for lot in agreement.lots.all():
            member = f.admission(lot)
            admissions.suspend(
                admission=member,
                reason="Why.",
                review_on=f.DEADLINE.date(),
                actor=f.lead_of(agreement),
                now=f.NOW,
            )

    grow()
    one = cost(client, reverse("pool", args=[agreement.reference]))
    grow()
    grow()
    assert cost(client, reverse("pool", args=[agreement.reference])) == one


def test_a_profile_costs_the_same_with_three_documents_and_places_as_with_one():
    ana = f.bid_writer()
    client, organisation = people.client_for(ana), f.provider_of(ana)

    def grow(kind):
        lot = watching(f.agreement(lots=1).lots.get(), kind)
        f.admission(lot, organisation)
        ran_out(organisation, kind=kind, actor=ana)
        rated(organisation, "good", actor=ana)
        watch.keep_all(now=f.NOW)

    urls = [reverse("profile", args=[organisation.reference]), reverse("home")]
    grow("public_liability")
    one = [cost(client, url) for url in urls]
    grow("dbs_policy")
    grow("employers_liability")
    assert [cost(client, url) for url in urls] == one


def test_the_standing_watch_looks_at_many_places_with_the_queries_of_one():
    lot = watching(f.agreement(lots=1).lots.get(), "public_liability", lowest="good")

    def looks():
        with CaptureQueriesContext(connection) as caught:
            assert watched.out_of_step(f.NOW) == []
            assert watched.running_out(f.NOW) == []
        return len(caught)

    document(f.admission(lot).organisation)
    one = looks()
    for _ in range(2):
        document(f.admission(lot).organisation)
    assert looks() == one


def test_the_opened_entries_cost_the_same_with_three_as_with_one(time_machine):
    windows = [f.window(), f.window()]
    f.submitted(windows[0])
    for _ in range(3):
        f.submitted(windows[1])
    costs = []
    time_machine.move_to(f.AFTER)
    for window in windows:
        lead = f.lead_of(window.agreement)
        openings.open_entries(window=window, actor=lead, now=f.AFTER)
        costs.append(cost(people.client_for(lead), reverse("window-unseal", args=[window.reference])))
    assert costs[0] == costs[1]


def test_reading_a_submission_costs_the_same_however_much_was_written():
    window = f.window()
    entry = f.submitted(window)
    lead = f.lead_of(window.agreement)
    openings.open_entries(window=window, actor=lead, now=f.AFTER)
    costs = set()
    for only in ({"MS1"}, None):
        submission = Submission.objects.get(pk=entry.submission_id)
        with CaptureQueriesContext(connection) as caught:
            evaluation.read_for_evaluation(submission, reader=lead, now=f.AFTER, only=only)
        costs.add(len(caught))
    assert len(costs) == 1


def tasks(user, now=f.NOW):
    return [(task.what, task.due) for task in queries.worklist(user, now)]


def test_what_is_left_of_an_application_is_on_its_writers_list():
    application = f.application(numbers=(1, 2))
    ana = f.writer_of(application)
    assert tasks(ana) == [("Finish and submit Lot 1, Lot 2 of your application to Spring window", f.DEADLINE)]
    f.fill(f.entry_of(application, 1))
    entries.submit(entry=f.entry_of(application, 1), actor=ana, now=f.NOW)
    assert tasks(ana) == [("Finish and submit Lot 2 of your application to Spring window", f.DEADLINE)]
    f.fill(f.entry_of(application, 2))
    assert tasks(ana) == [("Submit Lot 2 of your application to Spring window", f.DEADLINE)]
    entries.submit(entry=f.entry_of(application, 2), actor=ana, now=f.NOW)
    assert tasks(ana) == []
    assert tasks(f.bid_writer()) == []
    assert tasks(f.lead_of(application.window.agreement)) == []


def test_after_the_deadline_nothing_is_left_to_submit_and_the_outcome_is_waited_for():
    entry = f.submitted()
    ana = f.writer_of(entry.application)
    assert queries.waits(ana, f.NOW) == []
    (wait,) = queries.waits(ana, f.AFTER)
    assert wait.reference == entry.application.reference
    assert entry.window_lot.window.agreement.lead.short_name in wait.whose
    assert tasks(ana, f.AFTER) == []


def test_a_draft_that_was_not_submitted_waits_for_nothing():
    application = f.application()
    assert queries.waits(f.writer_of(application), f.AFTER) == []


def test_the_end_of_a_standstill_is_waited_for():
    ana = f.bid_writer()
    row = f.admission(
        f.agreement(lots=1).lots.get(),
        f.provider_of(ana),
        state="standstill",
        effective_at=f.NOW + timedelta(days=3),
    )
    (wait,) = queries.waits(ana, f.NOW)
    assert wait.due == row.effective_at


def test_a_suspension_is_on_the_leads_list_until_it_is_lifted():
    agreement = f.agreement(lots=1)
    lead, member = f.lead_of(agreement), f.admission(agreement.lots.get())
    review = f.DEADLINE.date()
    admissions.suspend(admission=member, reason="Why.", review_on=review, actor=lead, now=f.NOW)
    (task,) = queries.worklist(lead, f.NOW)
    assert (task.due, task.url) == (review, member.get_absolute_url())
    assert queries.worklist(f.lead_of(f.agreement()), f.NOW) == []
    assert queries.worklist(people.person(agreement.lead, "commissioner"), f.NOW) == []
    admissions.lift(admission=member, reason="Mended.", actor=lead, now=f.NOW)
    assert queries.worklist(lead, f.NOW) == []
