"""Windows announced and cancelled: who is told, once each, and what nobody learns by it."""

import pytest

from commissioning.records.models import Message
from lots.models import Follower
from lots.services import following, questions, windows
from tests import factories as people
from tests.factories import NOW
from tests.lots import factories

pytestmark = pytest.mark.django_db
EMAIL = "robin@newcomer.example"


@pytest.fixture
def setting():
    return factories.agreement()


def follow(agreement, email=EMAIL):
    following.follow(agreement=agreement, email=email, address="", now=NOW)
    following.confirm(follower=Follower.objects.get(agreement=agreement, email=email), now=NOW)
    Message.objects.all().delete()


def cancel(window, setting):
    windows.cancel(window=window, reason="The money is gone.", actor=setting.lead, now=NOW)


def test_followers_are_told_of_a_window_once_it_is_announced(setting):
    follow(setting.agreement)
    draft = factories.window(setting, announced=False)
    assert not Message.objects.exists()
    windows.announce(window=draft, actor=setting.lead, now=NOW)
    told = Message.objects.get()
    assert (told.kind, told.address, told.about) == ("window_announced", EMAIL, draft.reference)
    assert told.veil == draft.veil != ""
    for words in (
        "Opens: Tuesday 12 January 2027",
        "Questions close:",
        "Closes: Tuesday 26 January 2027",
        f"/windows/{draft.reference}/",
        "Lot 1",
    ):
        assert words in told.body


def test_whoever_asked_or_follows_is_told_why_an_announced_window_was_cancelled(setting):
    window = factories.window(setting)
    asker = people.person(people.provider(), "provider_admin")
    follow(setting.agreement)
    follow(setting.agreement, asker.email)
    membership = asker.memberships.select_related("organisation").get()
    questions.ask(
        window=window, question="How long?", organisation=membership.organisation, actor=asker, now=NOW
    )
    Message.objects.all().delete()
    cancel(window, setting)
    told = Message.objects.all()
    assert {(row.kind, row.address) for row in told} == {
        ("window_cancelled", asker.email),
        ("window_cancelled_follower", EMAIL),
    }
    assert told.count() == 2
    assert {row.veil for row in told} == {window.veil}
    assert all("The reason: The money is gone." in row.body for row in told)


def test_nobody_is_told_of_a_draft_that_was_cancelled(setting):
    window = factories.window(setting, announced=False)
    follow(setting.agreement)
    cancel(window, setting)
    assert not Message.objects.exists()
