from datetime import timedelta

import pytest

from commissioning.accounts import tokens
from tests.factories import NOW

HOUR = timedelta(hours=1)


def read(token, *, purpose="invitation", state="a", at=NOW):
    return tokens.read(purpose, token, state_of={"INV-23456": state}.get, lasts=HOUR, at=at)


@pytest.fixture
def token():
    return tokens.make("invitation", "INV-23456", "a", at=NOW)


def test_a_token_opens_its_subject(token):
    assert read(token) == "INV-23456"
    assert read(token, at=NOW + HOUR) == "INV-23456"


def test_a_token_stops_when_its_time_is_over_and_is_not_good_before(token):
    assert read(token, at=NOW + HOUR + timedelta(seconds=1)) is None
    assert read(token, at=NOW - timedelta(seconds=1)) is None


def test_a_token_stops_when_what_it_rests_on_has_changed(token):
    assert read(token, state="b") is None


def test_a_token_is_for_one_purpose(token):
    assert read(token, purpose="new password") is None


def test_a_token_of_a_subject_that_is_gone_opens_nothing():
    assert read(tokens.make("invitation", "INV-99999", "a", at=NOW)) is None
    assert read(tokens.make("invitation", "INV-99999", "", at=NOW)) is None


def test_a_changed_token_opens_nothing(token):
    subject, stamp, digest = token.split(".")
    later = tokens.make("invitation", "INV-23456", "b", at=NOW + HOUR).split(".")[1]
    for changed in (
        f"INV-99999.{stamp}.{digest}",
        f"{subject}.{later}.{digest}",
        f"{subject}.{stamp}.{'0' * 64}",
        f"{subject}.{stamp}",
        subject,
        "",
        "..",
        "é.ü.ß",
        "INV-23456.zzzzzzzzzzzzzzzzz.0",
    ):
        assert read(changed) is None


def test_a_token_tells_nothing_of_the_state_it_rests_on(token):
    assert tokens.make("invitation", "INV-23456", "secret hash", at=NOW).count("secret") == 0
