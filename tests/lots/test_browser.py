from datetime import timedelta
from typing import Any

import pytest

from commissioning import clock
from commissioning.people.roles import Role
from lots.services import notices, questions, sign_ups, windows
from tests import browser
from tests.factories import client_for, person, provider
from tests.lots import factories

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page, live_server, user):
    cookie = client_for(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])


def talk(setting, window, writer, now):
    """Return a notice with an event, and a question that waits beside one whose answer was corrected."""
    asker: dict[str, Any] = {"organisation": writer.memberships.get().organisation, "actor": writer}
    said: dict[str, Any] = {"public_names": (), "actor": setting.lead, "now": now}
    first, second = (
        questions.ask(window=window, question=text, now=now, **asker) for text in ("One lot?", "Two lots?")
    )
    made = questions.answer(window=window, questions=[first], published_question="Q?", text="Yes.", **said)
    questions.correct(answer=made.answer, published_question="Q?", text="No.", reason="A slip.", **said)
    notice = notices.publish(
        agreement=setting.agreement,
        title="Meet us",
        text="Come.",
        event_at=now + timedelta(days=3),
        place="Town Hall",
        actor=setting.lead,
        now=now,
    )
    sign_ups.sign_up(
        notice=notice, name="Ana", organisation_name="", access_needs="A ramp", actor=writer, now=now
    )
    return notice, second


def test_every_page_is_accessible_and_fits(live_server, page):
    now = clock.now()
    setting, draft = factories.agreement(now=now), factories.agreement(now=now, published=False)
    scheme = factories.scheme(draft, now=now, published=False)
    common = factories.scheme(setting, kind="common", now=now)
    asked = factories.scheme(setting, now=now)
    pairs = [(one, asked) for one in setting.lots]
    window = factories.window(setting, now=now, lots=pairs, common_scheme=common, opens_at=now)
    extended = window.deadline + timedelta(days=1)
    windows.extend(window=window, new_deadline=extended, reason="Storm.", actor=setting.lead, now=now)
    reference = setting.agreement.reference
    writer = person(provider(), Role.PROVIDER_EDITOR)
    notice, question = talk(setting, window, writer, now)
    for url in (
        "/",
        "/agreements/",
        "/windows/",
        setting.agreement.get_absolute_url(),
        setting.lot.get_absolute_url(),
        window.get_absolute_url(),
        f"{window.get_absolute_url()}ask/by-email/",
        f"/agreements/{reference}/follow/",
        f"/agreements/{reference}/notices/",
        notice.get_absolute_url(),
        f"{notice.get_absolute_url()}sign-up/",
        f"{notice.get_absolute_url()}sign-up/done/",
        f"{notice.get_absolute_url()}link/",
        f"{notice.get_absolute_url()}link/sent/",
    ):
        page.goto(live_server.url + url)
        browser.fits(page)
    sign_in(page, live_server, setting.lead)
    for url in (
        f"/agreements/{reference}/setup/",
        f"/agreements/{reference}/windows/new/",
        f"/agreements/{reference}/extend/",
        "/agreements/new/",
        f"{window.get_absolute_url()}questions/",
        f"{window.get_absolute_url()}questions/{question.reference}/answer/",
        f"{window.get_absolute_url()}answers/1/correct/",
        f"/agreements/{reference}/publish-notice/",
        f"{notice.get_absolute_url()}sign-ups/",
        f"{notice.get_absolute_url()}move/",
        f"{notice.get_absolute_url()}call-off/",
    ):
        page.goto(live_server.url + url)
        browser.fits(page)
    sign_in(page, live_server, draft.lead)
    for url in (
        f"/agreements/{draft.agreement.reference}/setup/",
        scheme.get_absolute_url(),
        f"{scheme.get_absolute_url()}questions/MS1/",
        f"{scheme.get_absolute_url()}scale/",
        f"{scheme.get_absolute_url()}publish/",
    ):
        page.goto(live_server.url + url)
        browser.fits(page)


def test_what_a_colleague_saved_meanwhile_stands_beside_ones_own_words(live_server, page):
    setting = factories.agreement(now=clock.now())
    url = f"/agreements/{setting.agreement.reference}/authorities/{setting.partner.reference}/governance/"
    sign_in(page, live_server, setting.lead)
    page.goto(live_server.url + url)
    colleague = client_for(person(setting.partner, Role.LEAD))
    colleague.post(url, {"decided_by": "Cabinet", "funding_routes": ["own"], "seen": ""})
    page.get_by_label("Who decides to award").fill("Adults committee")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="This is “Cabinet” now").wait_for()
    browser.fits(page)
    page.get_by_role("link", name="This is “Cabinet” now").click()
    box = page.get_by_label("Who decides to award")
    assert box.evaluate("box => box === document.activeElement")
    assert box.input_value() == "Adults committee"
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It is saved.").wait_for()
    assert "Adults committee" in page.content()
