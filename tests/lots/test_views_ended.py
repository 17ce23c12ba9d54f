"""Where nothing can be done any more, the page says why and draws no form: each state by each act's page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.audit.models import Event
from commissioning.workflow import Refused
from lots.models import Agreement, Window
from lots.services import windows
from tests.factories import NOW, client_for
from tests.lots import factories
from tests.lots.pages import filled

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
INSTEAD = "bought under a new agreement"

ALL = "draft published over abandoned discarded"
GOES_ON = "draft published over"
# In which states of the agreement each page draws its form; in all others it says why not.
AGREEMENT_PAGES = {
    "agreement-change": "draft",
    "agreement-references": ALL,
    "agreement-reopening": "draft published",
    "agreement-publish": "draft",
    "agreement-discard": "draft",
    "agreement-extend": "published",
    "agreement-abandon": "published over",
    "authority-add": "draft",
    "authority-change": GOES_ON,
    "authority-governance": GOES_ON,
    "authority-remove": "draft",
    "authority-succeed": "draft published over abandoned",
    "board-change": GOES_ON,
    "seat-add": GOES_ON,
    "seat-end": ALL,
    "agreement-document-add": GOES_ON,
    "lot-add": "draft",
    "lot-change": "draft",
    "lot-take-out": "draft",
    "lot-points": GOES_ON,
    "lot-rates": GOES_ON,
    "lot-holds": GOES_ON,
    "lot-activate": GOES_ON,
    "lot-remove": GOES_ON,
    "scheme-new": GOES_ON,
    "scheme-copy": GOES_ON,
    "window-new": "draft published",
    "notice-new": "published over",
    "calloff-new": "published",
}


def agreement_in(state):
    """Return an agreement without windows, brought into this state, and a published scheme of it."""
    given = {"starts_on": (NOW - 6 * 365 * DAY).date()} if state == "over" else {}
    setting = factories.agreement(published=state not in ("draft", "discarded"), **given)
    scheme = factories.scheme(setting)
    if state in ("abandoned", "discarded"):
        Agreement.objects.filter(pk=setting.agreement.pk).update(state=state)
    return setting, scheme


def address_of(name, setting, scheme):
    ref = setting.agreement.reference
    if name == "scheme-copy":
        return reverse(name, args=[scheme.reference])
    if name.startswith("authority-") and name != "authority-add":
        return reverse(name, args=[ref, setting.partner.reference])
    if name == "seat-end":
        return reverse(name, args=[ref, setting.member.reference])
    if name.startswith("lot-") and name != "lot-add":
        return reverse(name, args=[ref, setting.lots[-1].number])
    return reverse(name, args=[ref])


def main_of(response):
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def draws_form(response):
    return '<form method="post"' in main_of(response)


CELLS = [
    (name, state, state in with_form.split())
    for name, with_form in AGREEMENT_PAGES.items()
    for state in ALL.split()
]


@pytest.mark.parametrize(
    ("name", "state", "drawn"), CELLS, ids=[f"{name}-{state}" for name, state, _ in CELLS]
)
def test_an_act_on_an_agreement_is_offered_only_where_it_can_be_done(name, state, drawn, time_machine):
    time_machine.move_to(NOW, tick=False)
    setting, scheme = agreement_in(state)
    client, url = client_for(setting.lead), address_of(name, setting, scheme)
    page = client.get(url)
    assert page.status_code == 200
    assert draws_form(page) is drawn
    if drawn:
        return
    assert page.context["blockers"]
    # Only a draft is still brought to where the rest can be done.
    assert ("cannot be done yet" in main_of(page)) is (state == "draft")
    assert "This cannot be done" in main_of(page)
    events = Event.objects.count()
    sent = client.post(url, filled(page))
    assert sent.status_code == 422
    assert not draws_form(sent)
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("name", "state", "sentence"),
    [
        ("window-new", "abandoned", "This agreement was abandoned, so no window can open in it"),
        ("window-new", "over", "so no window can open in it"),
        ("agreement-reopening", "abandoned", "it does not open again"),
        ("agreement-reopening", "over", "so it does not open again"),
        ("agreement-change", "abandoned", "nothing in it can be changed any more"),
        ("lot-points", "abandoned", "nothing in it can be changed any more"),
        ("scheme-new", "abandoned", "so a new scheme could never be used"),
        ("scheme-copy", "abandoned", "so a new scheme could never be used"),
    ],
)
def test_the_reason_is_true_and_says_what_to_do_instead(name, state, sentence, time_machine):
    time_machine.move_to(NOW, tick=False)
    setting, scheme = agreement_in(state)
    page = main_of(client_for(setting.lead).get(address_of(name, setting, scheme)))
    assert sentence in page
    assert INSTEAD in page
    assert "cannot be done yet" not in page
    if state == "over":
        assert "The agreement ended on" in page


@pytest.mark.parametrize("name", ["window-new", "agreement-reopening"])
def test_a_draft_whose_term_is_over_leads_to_where_the_term_is_changed(name, time_machine):
    time_machine.move_to(NOW, tick=False)
    setting, scheme = agreement_in("draft")
    Agreement.objects.update(initial_ends_on=(NOW - DAY).date())
    page = main_of(client_for(setting.lead).get(address_of(name, setting, scheme)))
    assert "Change its term first." in page
    assert "This cannot be done yet" in page
    assert f'href="{address_of("agreement-change", setting, scheme)}">Mend this' in page
    assert not draws_form(client_for(setting.lead).get(address_of(name, setting, scheme)))


def test_the_lead_authority_is_never_taken_out(time_machine):
    time_machine.move_to(NOW, tick=False)
    setting, _ = agreement_in("draft")
    args = [setting.agreement.reference, setting.lead_authority.reference]
    page = main_of(client_for(setting.lead).get(reverse("authority-remove", args=args)))
    assert "cannot be taken out of its own agreement" in page
    assert "This cannot be done<" in page


def test_an_option_that_is_used_up_is_used_up_for_good(time_machine):
    time_machine.move_to(NOW, tick=False)
    setting, scheme = agreement_in("published")
    Agreement.objects.update(extended_until=setting.agreement.latest_end)
    page = main_of(client_for(setting.lead).get(address_of("agreement-extend", setting, scheme)))
    assert "The whole option to extend is used" in page
    assert "This cannot be done<" in page


@pytest.mark.parametrize("name", ["window-new", "agreement-reopening"])
def test_a_page_left_open_past_the_end_of_the_agreement_changes_nothing(name, time_machine):
    time_machine.move_to(NOW, tick=False)
    setting, scheme = agreement_in("published")
    client, url = client_for(setting.lead), address_of(name, setting, scheme)
    typed = filled(client.get(url))
    Agreement.objects.update(initial_ends_on=(NOW - DAY).date())
    sent = client.post(url, typed)
    assert sent.status_code == 422
    assert "The agreement ended on" in main_of(sent)
    assert not Window.objects.exists()


# In which states of the window each page draws its form.
WINDOW_PAGES = {
    "window-change": "draft past_draft",
    "window-announce": "draft",
    "window-cancel": "draft past_draft ended_draft scheduled",
    "window-extend": "scheduled open",
    "window-outage-extend": "",
    "window-outage-leave": "",
    "window-unseal": "closed",
    "window-panels": "scheduled open over_unswept closed",
    "window-draft-letters": "unsealed",
}
DRAFTS = ("draft", "past_draft", "ended_draft")
# In which of the others the page's act may still become possible.
STILL_TO_COME = {
    "window-announce": ("past_draft",),
    "window-extend": ("draft", "past_draft"),
    "window-outage-extend": ("draft", "past_draft", "scheduled", "open"),
    "window-outage-leave": ("draft", "past_draft", "scheduled", "open"),
    "window-unseal": (*DRAFTS, "scheduled", "open"),
    "window-panels": DRAFTS,
    "window-draft-letters": (*DRAFTS, "scheduled", "open", "over_unswept", "closed"),
}
WINDOW_STATES = (
    *("draft", "past_draft", "ended_draft", "scheduled", "open", "over_unswept", "closed", "unsealed"),
    *("decided", "cancelled"),
)


def window_in(state, time_machine):
    """Return a window in this state, judged at the time that the clock then shows."""
    time_machine.move_to(NOW, tick=False)
    setting = factories.agreement()
    scheme = factories.scheme(setting)
    draft = state in ("draft", "past_draft", "ended_draft")
    lots = [(one, scheme) for one in setting.lots]
    window = factories.window(setting, announced=not draft, lots=lots)
    now = NOW
    if state == "ended_draft":
        Agreement.objects.update(initial_ends_on=(NOW + DAY).date())
    if state in ("past_draft", "ended_draft", "closed", "unsealed", "decided", "over_unswept"):
        now = window.deadline + DAY
    elif state == "open":
        now = window.opens_at + timedelta(hours=1)
    if state in ("open", "closed"):
        windows.keep_time(window_id=window.pk, now=now)
    elif state == "cancelled":
        windows.cancel(window=window, reason="No money.", actor=setting.lead, now=now)
    elif state in ("unsealed", "decided"):
        Window.objects.filter(pk=window.pk).update(state=state, unsealed_at=now, unsealed_by=setting.lead)
    time_machine.move_to(now, tick=False)
    window.refresh_from_db()
    return setting, window


# A decided window has its letters, and what they are then refused for is tried where they are made.
WINDOW_CELLS = [
    (name, state, state in with_form.split())
    for name, with_form in WINDOW_PAGES.items()
    for state in WINDOW_STATES
    if (name, state) != ("window-draft-letters", "decided")
]


@pytest.mark.parametrize(
    ("name", "state", "drawn"), WINDOW_CELLS, ids=[f"{name}-{state}" for name, state, _ in WINDOW_CELLS]
)
def test_an_act_on_a_window_is_offered_only_where_it_can_be_done(name, state, drawn, time_machine):
    setting, window = window_in(state, time_machine)
    client, url = client_for(setting.lead), reverse(name, args=[window.reference])
    page = client.get(url)
    if name == "window-unseal" and state in ("over_unswept", "unsealed", "decided"):
        # Time has closed the first, and of the others the page shows what the opening found.
        assert page.status_code == 200
        return
    assert page.status_code == 200
    assert draws_form(page) is drawn
    if drawn:
        return
    assert page.context["blockers"]
    assert ("cannot be done yet" in main_of(page)) is (state in STILL_TO_COME.get(name, ()))
    events = Event.objects.count()
    assert client.post(url, filled(page)).status_code == 422
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("name", "state", "sentences"),
    [
        ("window-change", "cancelled", ["was cancelled on", "Schedule another window."]),
        ("window-change", "closed", ["This window closed on", "Schedule another window."]),
        ("window-change", "open", ["Its deadline can be extended, nothing else changed."]),
        ("window-change", "scheduled", ["until it opens it can be cancelled"]),
        ("window-change", "ended_draft", ["The agreement ended on", INSTEAD]),
        ("window-announce", "ended_draft", ["The agreement ended on", INSTEAD]),
        ("window-announce", "past_draft", ["choose a later one", "Mend this"]),
        ("window-extend", "cancelled", ["was cancelled on", "Its deadline cannot be moved."]),
        ("window-extend", "closed", ["One that has passed is not moved.", "Schedule another window."]),
        ("window-extend", "over_unswept", ["One that has passed is not moved."]),
        ("window-extend", "draft", ["change the window itself"]),
        ("window-outage-extend", "cancelled", ["was cancelled on"]),
    ],
)
def test_what_a_window_is_past_is_said_with_what_to_do_instead(name, state, sentences, time_machine):
    setting, window = window_in(state, time_machine)
    page = main_of(client_for(setting.lead).get(reverse(name, args=[window.reference])))
    for sentence in sentences:
        assert sentence in page
    assert ("cannot be done yet" in page) is (state in STILL_TO_COME.get(name, ()))
    assert ("Mend this" in page) is ("Mend this" in sentences)


@pytest.mark.parametrize("state", ["scheduled", "open", "closed", "cancelled"])
def test_the_service_refuses_to_change_what_the_page_draws_no_form_for(state, time_machine):
    setting, window = window_in(state, time_machine)
    lots = [(row.lot, row.scheme) for row in window.lots.all()]
    with pytest.raises(Refused) as refusal:
        windows.change(
            window=window,
            title="Another",
            opens_at=window.opens_at + 400 * DAY,
            deadline=window.deadline + 400 * DAY,
            lots=lots,
            common_scheme=None,
            expected_decision_on=None,
            actor=setting.lead,
            now=NOW,
        )
    page = client_for(setting.lead).get(reverse("window-change", args=[window.reference]))
    if state in ("scheduled", "cancelled"):
        assert str(refusal.value) == page.context["blockers"][0].text
