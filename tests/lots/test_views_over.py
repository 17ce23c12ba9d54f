"""What is read of an agreement that is over: that it is, by which day, and nothing of joining it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from commissioning.web.text import day
from lots import queries
from lots.models import Agreement, Lot, Window
from lots.services import agreements, holds
from tests.factories import NOW, client_for
from tests.lots import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DECIDED = date(2027, 1, 13)
# What invites somebody to join, or speaks of what is still to come.
INVITES = (
    "No window is open",
    "can join whenever a window is open",
    "you are invited to bid",
    "You can apply to as many lots",
    "How to join",
    "Planned to open",
    "before the agreement opens again",
    "These providers are invited",
    "is then invited to bid",
    "Contracts appear here",
    "Nobody yet",
    ">Active<",
)
LOT_INVITES = (
    "What you are asked to join",
    "before you register",
    "What you need to be able to do",
    "is invited to bid while",
    "new invitations are on hold",
)


def agreement_in(state, time_machine):
    """Return an agreement that went on, or is over in this way, with the clock past its end."""
    time_machine.move_to(NOW, tick=False)
    setting = factories.agreement(published=False, reopen_every_months=6)
    rule = {"documents": ["public_liability"], "lowest_rating": ""}
    holds.set_rule(lot=setting.lot, actor=setting.lead, now=NOW, **rule)
    if state == "discarded":
        agreements.discard(agreement=setting.agreement, reason="Not wanted.", actor=setting.lead, now=NOW)
        return setting
    agreements.publish(agreement=setting.agreement, actor=setting.lead, now=NOW)
    window = factories.window(setting)
    Window.objects.filter(pk=window.pk).update(state="decided")
    if state == "abandoned":
        agreements.abandon(
            agreement=setting.agreement,
            decision_reference="KEY/9",
            decided_on=DECIDED,
            reason="The money is gone.",
            actor=setting.lead,
            now=NOW + 20 * DAY,
        )
    time_machine.move_to(NOW + (6 * 365 if state == "ended" else 21) * DAY, tick=False)
    setting.agreement.refresh_from_db()
    return setting


def main_of(response):
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def public_page(setting, thing=None):
    # A draft that was discarded is read by its authorities alone.
    reader = setting.lead if setting.agreement.state == "discarded" else None
    return main_of(client_for(reader).get((thing or setting.agreement).get_absolute_url()))


def told(setting, state):
    """Return the sentence in which the agreement says that it is over."""
    if state == "ended":
        return f"The agreement ended on {day(setting.agreement.ends_on)}"
    if state == "abandoned":
        return "This agreement was abandoned on Wednesday 13 January 2027"
    return "This draft was discarded on Monday 11 January 2027"


@pytest.mark.parametrize("state", ["ended", "abandoned", "discarded"])
def test_its_page_says_that_it_is_over_and_invites_nobody(state, time_machine):
    setting = agreement_in(state, time_machine)
    page = public_page(setting)
    assert told(setting, state) in page
    assert [words for words in INVITES if words in page] == []
    assert ("Documents appear here" in page) is (state == "ended")


@pytest.mark.parametrize("state", ["ended", "abandoned"])
def test_so_do_its_pool_and_its_notices(state, time_machine):
    setting = agreement_in(state, time_machine)
    address = setting.agreement.get_absolute_url()
    pool = main_of(client_for().get(f"{address}pool/"))
    assert f"{told(setting, state)}: nothing new is called off" in pool
    assert "may be invited to bid" not in pool
    notices = main_of(client_for().get(f"{address}notices/"))
    assert "No notice was published, and no event." in notices
    assert "opens again" not in notices
    assert "Nobody joined." in public_page(setting)


def test_nobody_follows_a_draft(time_machine):
    time_machine.move_to(NOW, tick=False)
    setting = factories.agreement(published=False)
    page = main_of(client_for(setting.lead).get(f"{setting.agreement.get_absolute_url()}notices/"))
    assert "Follow this agreement" not in page


@pytest.mark.parametrize("state", ["ended", "abandoned", "discarded"])
def test_so_does_the_page_of_each_lot(state, time_machine):
    setting = agreement_in(state, time_machine)
    page = public_page(setting, setting.lot)
    assert told(setting, state) in page
    assert [words for words in (*LOT_INVITES, ">Active<") if words in page] == []
    assert "was to be invited to bid only while it had on record here" in page
    assert "Providers can apply and join it" not in public_page(setting, setting.lots[-1])


def test_one_that_goes_on_invites_to_join(time_machine):
    setting = agreement_in("published", time_machine)
    page, of_lot = public_page(setting), public_page(setting, setting.lot)
    joins = ("No window is open", "How to join", "Planned to open", "These providers are invited", ">Active<")
    assert [words for words in joins if words not in page] == []
    assert [words for words in LOT_INVITES if words not in of_lot] == []


def test_a_removed_lot_invites_nobody(time_machine):
    setting = agreement_in("published", time_machine)
    Lot.objects.filter(pk=setting.lot.pk).update(state="removed")
    page = public_page(setting, setting.lot)
    assert "This lot has been removed." in page
    assert ">Removed<" in page
    assert [words for words in LOT_INVITES if words in page] == []


def test_a_discarded_draft_never_was_what_it_was_to_be(time_machine):
    page = public_page(agreement_in("discarded", time_machine))
    assert "was to be <strong>" in page
    assert "Nobody joined it" in page
    assert "members were invited" not in page
    assert "Who is in each pool" not in page


def test_that_it_was_abandoned_is_dated_by_the_decision_wherever_it_is_said(time_machine):
    setting = agreement_in("abandoned", time_machine)
    reference = setting.agreement.reference
    pages = [public_page(setting), public_page(setting, setting.lot)]
    pages.append(main_of(client_for().get(reverse("follow", args=[reference]))))
    pages.append(main_of(client_for(setting.lead).get(reverse("agreement-setup", args=[reference]))))
    for page in pages:
        assert "This agreement was abandoned on Wednesday 13 January 2027" in page
        assert "31 January 2027" not in page


def test_where_it_is_set_up_what_can_no_longer_be_done_is_not_offered(time_machine):
    setting = agreement_in("published", time_machine)
    client, url = client_for(setting.lead), reverse("agreement-setup", args=[setting.agreement.reference])
    offers = ("Schedule a window", "Change when it opens", "Extend the term")
    page = main_of(client.get(url))
    assert [words for words in offers if words not in page] == []
    assert "Runs until" in page
    Agreement.objects.update(initial_ends_on=(NOW - DAY).date())
    page = main_of(client.get(url))
    assert [words for words in offers if words in page] == []
    assert "Ended on" in page
    assert "Runs until" not in page
    assert "so it does not open again" in page


def test_a_draft_whose_term_is_over_says_to_change_the_term_first(time_machine):
    time_machine.move_to(NOW, tick=False)
    setting = factories.agreement(published=False)
    Agreement.objects.update(initial_ends_on=(NOW - DAY).date())
    url = reverse("agreement-setup", args=[setting.agreement.reference])
    page = main_of(client_for(setting.lead).get(url))
    assert "Schedule a window" not in page
    assert "Change when it opens" not in page
    assert "Change its term first." in page


def test_a_draft_window_in_it_is_no_task_and_its_page_offers_no_change(time_machine):
    time_machine.move_to(NOW, tick=False)
    setting = factories.agreement()
    window = factories.window(setting, announced=False)
    client = client_for(setting.lead)
    assert "Change the window" in main_of(client.get(window.get_absolute_url()))
    assert len(queries.worklist(setting.lead, NOW)) == 1
    Agreement.objects.update(initial_ends_on=(NOW - DAY).date())
    assert queries.worklist(setting.lead, NOW) == []
    assert "Change the window" not in main_of(client.get(window.get_absolute_url()))
