from django.contrib.auth.hashers import Argon2PasswordHasher

from commissioning.accounts.hashers import LightArgon2


def test_what_a_demonstration_keeps_is_checked_by_the_dearer_hasher_too():
    kept = LightArgon2().encode("river lantern ostrich", "saltsaltsalt")
    assert Argon2PasswordHasher().verify("river lantern ostrich", kept)
    assert not Argon2PasswordHasher().verify("river lantern ostrichs", kept)
    assert Argon2PasswordHasher().must_update(kept)


def test_it_is_no_weaker_than_the_least_advised():
    kept = LightArgon2()
    assert kept.memory_cost >= 19 * 1024
    assert kept.time_cost >= 2
