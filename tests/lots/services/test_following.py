"""Following an agreement: nothing is sent before it is confirmed, and nothing after it is ended."""

from datetime import timedelta

import pytest

from commissioning.accounts import links as tokens
from commissioning.audit.models import Event
from commissioning.records.models import Message
from commissioning.workflow import Refused
from lots import links
from lots.models import Follower
from lots.queries import notices as queries
from lots.services import following
from tests.factories import NOW
from tests.lots import factories

pytestmark = pytest.mark.django_db
EMAIL = "robin@newcomer.example"
DAY = timedelta(days=1)


@pytest.fixture
def agreement():
    return factories.agreement().agreement


def follow(agreement, email=EMAIL, now=NOW, address="192.0.2.1"):
    following.follow(agreement=agreement, email=email, address=address, now=now)
    return Follower.objects.filter(agreement=agreement, email=email.lower()).first()


def test_an_address_counts_only_once_its_owner_confirmed(agreement):
    follower = follow(agreement, "Robin@Newcomer.example")
    assert follower.email == EMAIL
    assert list(queries.followers(agreement)) == []
    following.confirm(follower=follower, now=NOW)
    following.confirm(follower=follower, now=NOW + DAY)
    assert [one.confirmed_at for one in queries.followers(agreement)] == [NOW]


def test_asking_again_sends_one_message_a_day_and_none_to_who_follows(agreement):
    for _ in range(3):
        follower = follow(agreement)
    assert Message.objects.filter(kind="follow_confirm").count() == 1
    follow(agreement, now=NOW + DAY)
    assert Message.objects.filter(kind="follow_confirm").count() == 2
    following.confirm(follower=follower, now=NOW + DAY)
    follow(agreement, now=NOW + 3 * DAY)
    assert Message.objects.filter(kind="follow_confirm").count() == 2
    assert Follower.objects.count() == 1


def test_asking_again_the_same_day_leaves_the_link_that_was_sent_alive(agreement):
    token = tokens.token(links.FOLLOW, follow(agreement).reference)
    again = follow(agreement, now=NOW + timedelta(hours=1))
    assert tokens.read(links.FOLLOW, token) == again


def test_ending_forgets_the_address_and_kills_its_links(agreement):
    follower = follow(agreement)
    following.confirm(follower=follower, now=NOW)
    token = tokens.token(links.UNFOLLOW, follower.reference)
    assert tokens.read(links.UNFOLLOW, token) == follower
    following.end(follower=follower, now=NOW)
    assert not Follower.objects.exists()
    assert tokens.read(links.UNFOLLOW, token) is None
    noted = Event.objects.filter(action__startswith="follower.")
    assert noted.count() == 2
    assert not any(EMAIL in str(vars(event)) for event in noted)


def test_who_follows_stays_hidden_while_a_window_is_sealed():
    setting = factories.agreement()
    window = factories.window(setting)
    follower = follow(setting.agreement)
    following.confirm(follower=follower, now=NOW)
    assert Event.objects.get(action="follower.confirm").veil == window.veil
    assert Message.objects.get(kind="follow_confirm").veil == window.veil


def test_what_is_not_published_has_no_followers_and_floods_are_held_off(agreement):
    with pytest.raises(Refused, match="not published"):
        follow(factories.agreement(published=False).agreement)
    for number in range(20):
        follow(agreement, f"a{number}@flood.example")
    with pytest.raises(Refused, match="your network"):
        follow(agreement, "b@flood.example")
