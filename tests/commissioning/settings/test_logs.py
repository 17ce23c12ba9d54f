import json
import logging
import sys

from commissioning.settings.logs import JsonFormatter


def line(*, with_words: bool = False, **extra: object) -> dict:
    refused = ValueError("Key (email)=(bids@p3-charity.example) already exists.")
    refused.__cause__ = KeyError("bids@p3-charity.example")
    try:
        raise refused
    except ValueError:
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "refused", None, sys.exc_info())
    record.__dict__.update(extra)
    return json.loads(JsonFormatter(with_words=with_words).format(record))


def test_a_line_is_one_object_with_time_level_and_place_of_the_error():
    found = line(path="/home/", status=200)
    assert found["level"] == "error"
    assert found["path"] == "/home/"
    assert found["error"]["type"] == "builtins.ValueError"
    assert "test_logs.py" in found["error"]["at"][0]
    assert found["error"]["cause"]["type"] == "builtins.KeyError"


def test_neither_an_error_s_words_nor_unknown_fields_reach_the_log():
    assert "p3-charity" not in json.dumps(line(user="bids@p3-charity.example"))


def test_on_a_developer_s_machine_the_words_are_there():
    assert "already exists" in line(with_words=True)["error"]["words"]


def test_the_secret_address_of_a_calendar_reaches_no_log():
    secret = "/calendar/kQ3-secret_token.ics"
    record = logging.LogRecord(
        "django.request", logging.WARNING, __file__, 1, "%s: %s", ("Not Found", secret), None
    )
    record.path = secret
    found = json.loads(JsonFormatter().format(record))
    assert "secret_token" not in json.dumps(found)
    assert found["path"] == "/calendar/….ics"
    assert found["message"] == "Not Found: /calendar/….ics"
