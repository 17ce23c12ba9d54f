import re
from datetime import timedelta

import pyotp
import pytest

from commissioning import clock
from commissioning.accounts import second_factor
from commissioning.people.models import User
from tests.commissioning.accounts.factories import SECRET
from tests.factories import NOW

STEP = int(NOW.timestamp()) // 30
ANA = User(reference="PER-22222", email="ana@example.org")
BEN = User(reference="PER-33333", email="ben@example.org")


def shown(steps):
    return pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=30 * steps))


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_one_step(steps, taken):
    found = second_factor.matching_step(SECRET, shown(steps), after=0, at=NOW)
    assert found == (STEP + steps if taken else None)


def test_a_code_that_was_taken_and_those_before_it_are_refused():
    assert second_factor.matching_step(SECRET, shown(0), after=STEP, at=NOW) is None
    assert second_factor.matching_step(SECRET, shown(-1), after=STEP, at=NOW) is None
    assert second_factor.matching_step(SECRET, shown(1), after=STEP, at=NOW) == STEP + 1


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567", "½½½½½½"])
def test_what_is_no_code_matches_nothing(typed):
    assert second_factor.matching_step(SECRET, typed, after=0, at=NOW) is None


def test_a_code_may_be_typed_with_a_space():
    code = shown(0)
    assert second_factor.matching_step(SECRET, f" {code[:3]} {code[3:]}", after=0, at=NOW) == STEP


def test_an_offer_is_good_for_its_person_alone_and_for_an_hour(monkeypatch):
    offer = second_factor.fresh_offer(ANA)
    secret = second_factor.offered_secret(ANA, offer)
    assert secret
    assert re.fullmatch("[A-Z2-7]{32}", secret)
    assert second_factor.offered_secret(BEN, offer) is None
    assert second_factor.offered_secret(ANA, offer.replace(secret, SECRET)) is None
    real = clock.real_now().timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: real + 3700)
    assert second_factor.offered_secret(ANA, offer) is None


def test_the_picture_obeys_the_content_security_policy():
    drawn = second_factor.picture(ANA, SECRET)
    assert drawn.startswith("<svg")
    assert "viewBox" in drawn
    for forbidden in ("style", "script", "http", "href", SECRET):
        assert forbidden not in drawn


def test_the_key_is_shown_in_groups():
    assert second_factor.spaced("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_recovery_codes_are_many_unlike_and_without_look_alikes():
    codes = second_factor.fresh_recovery_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch("([2-9A-HJKMNP-TV-Z]{4}-){2}[2-9A-HJKMNP-TV-Z]{4}", code) for code in codes)


def test_a_recovery_codes_digest_sets_case_spaces_and_dashes_aside_and_is_the_persons_own():
    digest = second_factor.recovery_digest(ANA, "7K3M-9QXA-2HPD")
    assert digest == second_factor.recovery_digest(ANA, " 7k3m 9qxa2hpd")
    assert digest != second_factor.recovery_digest(BEN, "7K3M-9QXA-2HPD")
    assert digest != second_factor.recovery_digest(ANA, "7K3M-9QXA-2HPE")
