from datetime import timedelta

import pytest

from commissioning import clock
from lots.services import windows
from tests import browser
from tests.factories import client_for
from tests.lots import factories

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page, live_server, user):
    cookie = client_for(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])


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
    for url in (
        "/",
        "/agreements/",
        "/windows/",
        setting.agreement.get_absolute_url(),
        setting.lot.get_absolute_url(),
        window.get_absolute_url(),
    ):
        page.goto(live_server.url + url)
        browser.fits(page)
    sign_in(page, live_server, setting.lead)
    for url in (
        f"/agreements/{reference}/setup/",
        f"/agreements/{reference}/windows/new/",
        f"/agreements/{reference}/extend/",
        "/agreements/new/",
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
