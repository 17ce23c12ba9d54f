"""What can no longer be changed says so before anything is typed."""

import pytest
from django.urls import reverse

from tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["scheme-change", "scheme-scale", "question-change", "questions-take-out"])
def test_a_published_scheme_shows_no_form_to_change_it(name, live):
    setting, pages = live
    page = client_for(setting.lead).get(pages[name]).content.decode()
    assert "A published scheme is frozen: copy it, and change the copy." in page
    assert "This cannot be done<" in page
    assert '<form method="post"' not in page.partition("<main")[2].partition("</main>")[0]
    assert "Mend this" not in page


def test_it_can_still_be_copied(live):
    setting, pages = live
    assert "Make the copy" in client_for(setting.lead).get(pages["scheme-copy"]).content.decode()


@pytest.mark.parametrize("name", ["scheme-publish", "agreement-publish", "window-announce"])
def test_what_is_done_already_is_not_offered_to_be_mended(name, live):
    setting, pages = live
    page = client_for(setting.lead).get(pages[name]).content.decode()
    assert "so it cannot be done now" in page
    assert "This cannot be done<" in page
    assert "Mend this" not in page


def test_an_active_lot_is_not_activated_again(live):
    setting, pages = live
    page = client_for(setting.lead).get(pages["lot-activate"]).content.decode()
    assert "This lot is “Active”" in page
    assert "Reference of the decision" not in page


def test_an_abandoned_agreement_no_longer_says_that_one_can_join(live):
    setting, pages = live
    joins = ("You can apply to as many lots as you like", "new providers can join whenever a window is open")
    page = client_for().get(pages["agreement"]).content.decode()
    assert all(words in page for words in joins)
    type(setting.agreement).objects.update(state="abandoned", abandonment_decided_on="2027-01-04")
    page = client_for().get(pages["agreement"]).content.decode()
    assert not any(words in page for words in joins)


def test_the_page_of_a_lot_names_the_day_of_the_decision(live):
    setting, _ = live
    lot = setting.lots[-1]
    type(lot).objects.filter(pk=lot.pk).update(
        state="active", state_decision="KEY/2", state_decided_on="2027-01-04", state_reason="Reviewed."
    )
    url = reverse("lot", args=[setting.agreement.reference, lot.number])
    assert "KEY/2 of 4 January 2027, recorded" in client_for().get(url).content.decode()
