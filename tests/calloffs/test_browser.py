"""The pages from the mini-competition to the contract in a browser: accessible, and none scrolls sideways."""

import pytest
from django.urls import reverse

from tests import browser
from tests.calloffs import factories as f
from tests.factories import client_for

pytestmark = pytest.mark.django_db(transaction=True)


def walk(page, live_server, user, *addresses):
    cookie = client_for(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    for address in addresses:
        page.goto(live_server.url + address)
        browser.fits(page)


def at(name, *arguments):
    return reverse(name, args=arguments)


def test_every_page_is_accessible_and_fits(live_server, page, time_machine):
    # The pages' dates are those of the factories; the server runs in this process.
    time_machine.move_to(f.NOW)
    ground = f.ground()
    approved, asked = f.approved(ground), f.scheme(ground)
    assert asked.state == "published"
    running = f.published(ground)
    invitation = f.invitation(running, ground.writers[0])
    question = f.question(invitation, ground.writers[0])
    walk(
        page,
        live_server,
        ground.lead,
        at("calloff-publish", approved.reference),
        at("competition", running.reference),
        at("competition-extend", running.reference),
        at("competition-answer", running.reference, question.pk),
        at("competition-unseal", running.reference),
    )
    time_machine.move_to(f.JUDGED)
    judged, recommended = f.judged(ground), f.recommended(ground)
    walk(
        page,
        live_server,
        ground.lead,
        at("competition", judged.reference),
        at("award", judged.reference),
        at("award-recommend", judged.reference),
        at("award-hold", recommended.reference),
    )
    f.govern(ground, recommended.calloff, now=f.JUDGED)
    walk(page, live_server, ground.director, at("award-sign", recommended.reference))
    lettered = f.lettered(ground)
    walk(page, live_server, ground.lead, at("award", lettered.reference))
    time_machine.move_to(f.SENT)
    walk(page, live_server, ground.releaser, at("award-release", lettered.reference))
    time_machine.move_to(f.MADE)
    released, contract = f.released(ground), f.issued(ground)
    walk(
        page,
        live_server,
        ground.lead,
        at("award", released.reference),
        at("award-contract", released.reference),
        at("contracts"),
        at("contract", contract.reference),
    )
    walk(page, live_server, ground.writers[0], at("contract-sign", contract.reference))
