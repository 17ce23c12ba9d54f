from datetime import timedelta

import pytest

from commissioning import clock
from commissioning.accounts.services import limits
from commissioning.people.signing_in import Tries

pytestmark = pytest.mark.django_db
THREE = limits.Limit("proof", 3, timedelta(minutes=15))


def test_so_many_are_let_through_and_the_next_is_told_until_when():
    assert [limits.take(THREE, "ana") for _ in range(3)] == [None] * 3
    until = limits.take(THREE, "ana")
    assert until == Tries.objects.get().since + THREE.within
    with pytest.raises(limits.TooMany, match=r"Try again after .* London time"):
        limits.insist(THREE, "ana")


def test_each_ones_tries_are_counted_apart():
    for _ in range(4):
        limits.take(THREE, "ana")
    assert limits.take(THREE, "ben") is None
    assert limits.take(limits.REGISTRATION, "ana") is None


def test_trying_on_while_it_is_closed_does_not_close_it_for_longer(monkeypatch):
    until = [limits.take(THREE, "ana") for _ in range(9)][-1]
    assert until
    monkeypatch.setattr(clock, "real_now", lambda: until)
    assert limits.take(THREE, "ana") is None


def test_a_success_forgives():
    for _ in range(3):
        limits.take(THREE, "ana")
    limits.forgive(THREE, "ana")
    assert limits.take(THREE, "ana") is None


def test_the_table_names_nobody():
    limits.take(THREE, "192.0.2.1")
    assert "192.0.2.1" not in Tries.objects.get().whose


def test_counts_that_are_over_are_forgotten(monkeypatch):
    limits.take(limits.PROOF, "ana")
    assert limits.forget_old() == 0
    later = clock.real_now() + limits.PROOF.within
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert limits.forget_old() == 1
