"""A rolling entry in the browser: begun at the lot's page, written, sent once; what its lead sees of it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.clock import london_date
from commissioning.people.roles import Role
from commissioning.web.text import day
from lots.models import Agreement, Window
from providers.models import Application
from providers.services import entries
from tests import factories as people
from tests.addresses import body
from tests.pages import press
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(f.NOW)


def page_of(user, url):
    return people.client_for(user).get(url).content.decode()


def start_url(lot):
    return reverse("rolling-start", args=[lot.agreement.reference, lot.number])


def test_a_provider_is_led_from_the_lots_page_to_its_entry_and_back_to_the_one_it_writes():
    lot, ana = f.rolling_lot(), f.bid_writer()
    assert start_url(lot) in page_of(None, lot.get_absolute_url())
    client = people.client_for(ana)
    assert start_url(lot) in client.get(lot.get_absolute_url()).content.decode()
    assert "It goes in once" in client.get(start_url(lot)).content.decode()
    assert not Application.objects.exists()
    begun = client.post(start_url(lot), follow=True)
    application = Application.objects.get()
    assert begun.redirect_chain[-1][0] == application.get_absolute_url()
    assert "No deadline: you may submit this at any time" in begun.content.decode()
    assert client.get(start_url(lot)).url == application.get_absolute_url()


def test_its_pages_speak_of_no_deadline_after_which_it_is_opened():
    entry = f.rolling()
    client = people.client_for(f.writer_of(entry.application))
    item = reverse("entry-question", args=[entry.application.reference, 1, "MS1"])
    for url in (start_url(f.rolling_lot()), item):
        page = client.get(url).content.decode()
        assert "until you submit it and it is then opened" in page
        assert "after the deadline" not in page


def test_the_lot_is_offered_at_any_time_only_while_no_window_is_open_for_it():
    lot = f.rolling_lot()
    for url in (lot.get_absolute_url(), lot.agreement.get_absolute_url()):
        assert start_url(lot) in page_of(None, url)
        assert start_url(lot) not in page_of(f.lead_of(lot.agreement), url)
    f.window(lot.agreement)
    for url in (lot.get_absolute_url(), lot.agreement.get_absolute_url()):
        assert start_url(lot) not in page_of(None, url)
    assert "Apply in that window" in page_of(f.bid_writer(), start_url(lot))


def test_it_is_sent_once_and_says_so_before_and_after():
    entry = f.rolling()
    client = people.client_for(f.writer_of(entry.application))
    submit = reverse("entry-submit", args=[entry.application.reference, 1])
    check = client.get(submit).content.decode()
    assert "it can no longer be changed or withdrawn" in check
    assert "without your name" in check
    assert press(client, submit).status_code == 302
    task_list = client.get(entry.application.get_absolute_url()).content.decode()
    assert "A decision is due by" in task_list
    assert "goes in once" in task_list
    receipt = client.get(reverse("entry-receipt", args=[entry.application.reference, 1, 1]))
    assert "It went in once" in receipt.content.decode()
    assert client.post(submit).status_code == 422


@pytest.mark.parametrize("is_sent", [False, True])
def test_no_page_of_it_speaks_of_a_deadline_that_it_does_not_have(is_sent):
    entry = f.rolling()
    reference = entry.application.reference
    client = people.client_for(f.writer_of(entry.application))
    if is_sent:
        press(client, reverse("entry-submit", args=[reference, 1]))
    pages = [
        reverse("application", args=[reference]),
        reverse("application-organisation", args=[reference]),
        reverse("entry-submit", args=[reference, 1]),
        reverse("entry-consortium", args=[reference, 1]),
        reverse("entry-standards", args=[reference, 1]),
        reverse("common-standards", args=[reference]),
        *(
            reverse("entry-question", args=[reference, 1, question.code])
            for question in entry.submission.scheme.questions.all()
        ),
        *([reverse("entry-receipt", args=[reference, 1, 1])] if is_sent else []),
    ]
    for url in pages:
        response = client.get(url)
        if response.status_code != 404:
            said = body(response).replace("No deadline", "").lower()
            assert "deadline" not in said, url
    assert client.get(pages[0]).status_code == client.get(pages[6]).status_code == 200


def test_its_lead_sees_that_one_came_in_and_no_name_before_the_opening():
    name = "Xylophone Friends"
    entry = f.rolling(by=f.bid_writer(people.provider(name)))
    window, agreement = entry.window_lot.window, entry.window_lot.window.agreement
    roles = [role for role in Role if not role.startswith("provider")]
    everything = people.person(agreement.lead, *roles, is_staff=True)
    urls = [
        reverse("windows"),
        reverse("home"),
        window.get_absolute_url(),
        reverse("agreement-setup", args=[agreement.reference]),
        reverse("record", args=[agreement.reference]),
        reverse("messages"),
        reverse("admin:lots_window_changelist"),
        reverse("admin:lots_window_change", args=[window.reference]),
        reverse("window-outcomes", args=[window.reference]),
    ]
    client = people.client_for(everything)
    before = "".join(body(client.get(url)) for url in urls)
    # The addresses themselves are said again by the pages that find nothing.
    assert window.title not in before
    assert name not in before
    assert client.get(window.get_absolute_url()).status_code == 404
    entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    after = [body(client.get(url)) for url in urls]
    assert window.title in after[0]
    assert "A decision is due by" in after[2]
    for shown in after:
        assert name not in shown
        assert entry.application.reference not in shown
        assert entry.application.organisation.reference not in shown
    assert people.client_for(f.bid_writer()).get(window.get_absolute_url()).status_code == 404


def test_the_windows_of_an_agreement_cost_the_same_however_many_rolling_entries_came_in():
    lot = f.rolling_lot()
    client = people.client_for(f.lead_of(lot.agreement))

    def cost(url):
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    urls = [reverse("windows"), reverse("agreement-setup", args=[lot.agreement.reference])]
    costs = []
    for more in (1, 2):
        for _ in range(more):
            entry = f.rolling(lot)
            entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
        costs.append([cost(url) for url in urls])
    assert Window.objects.count() == 3
    assert costs[0] == costs[1]


def test_of_an_agreement_that_is_over_its_page_says_so_instead_of_blaming_the_lot():
    lot, ana = f.rolling_lot(), f.bid_writer()
    over = {
        "published": f"The agreement ended on {day(f.NOW - timedelta(days=1))}",
        "abandoned": "This agreement was abandoned on Wednesday 13 January 2027",
    }
    for state, sentence in over.items():
        Agreement.objects.filter(pk=lot.agreement_id).update(
            state=state,
            initial_ends_on=london_date(f.NOW) - timedelta(days=1),
            abandonment_decided_on=date(2027, 1, 13),
        )
        page = page_of(ana, start_url(lot))
        assert f"{sentence}, so nothing can be applied for under it." in page
        assert "takes no entries outside its windows" not in page
