import pytest

from commissioning.accounts.browsers import UNKNOWN, in_words

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{WINDOWS}; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on a Windows computer"),
        (f"{WINDOWS}) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on a Windows computer"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1",
            "Safari on an iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
            "Chrome on an Android device",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1 Version/17.0 Safari/605.1",
            "Safari on a Mac",
        ),
        ("curl/8.0 (Linux)", "A browser on a Linux computer"),
        ("", UNKNOWN),
    ],
)
def test_a_browser_is_named_by_family_and_device(agent, words):
    assert in_words(agent) == words
