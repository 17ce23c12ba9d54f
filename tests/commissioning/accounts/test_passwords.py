import pytest
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError

from commissioning.accounts.passwords import is_common, repeats_a_name


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password123456!",
        "P@ssw0rdP@ssw0rd",
        "Peterborough2026!",
        "summer-football-2026",
        "qwertyuiop12",
        "abcdefghijkl",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "Welcome2Council",
        "LiverpoolUnited",
        "01/01/1970 password",
        "passwordpassword",
        "zyxwvutsrqpo",
    ],
)
def test_what_anyone_would_try_first_is_on_the_list(password):
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "copper lantern ninth weir",
        "peterborough walnut crane teapot",
        "xK9#mPq2vLw7",
        "ünïcödé Wörter sind längst da",
        "eine ganz andere Sprache",
    ],
)
def test_unrelated_words_and_random_characters_pass_whatever_their_kind(password):
    validate_password(password)


@pytest.mark.parametrize(
    ("password", "name"),
    [
        ("auditcharity1", "Audit Charity"),
        ("Audit-Charity-2026", "Audit Charity CIC"),
        ("walnutcranes12", "Walnut Cranes Ltd"),
        ("the walnut crane and teapot trust 1", "The Walnut, Crane and Teapot Trust"),
    ],
)
def test_the_name_of_ones_own_organisation_is_on_the_list_too(password, name):
    assert repeats_a_name(password, [name])
    assert not repeats_a_name(password, ["Hunts Forum"])


def test_a_word_of_the_name_among_others_is_none():
    assert not repeats_a_name("audit copper lantern weir", ["Audit Charity"])
    assert not repeats_a_name("copper lantern ninth weir", ["", "A & B"])


def test_each_refusal_says_what_to_do():
    for password, said in {"short": "12 characters", "passwordpassword": "Try three or four words"}.items():
        with pytest.raises(ValidationError) as refused:
            validate_password(password)
        assert said in " ".join(refused.value.messages)


def test_no_validator_asks_for_kinds_of_character():
    assert len(get_default_password_validators()) == 4
    validate_password("only small letters stand here")


def test_a_very_long_password_is_judged_quickly():
    assert is_common("a" * 4096)
    assert not is_common("walnut crane " * 2 + "teapot" * 300)
