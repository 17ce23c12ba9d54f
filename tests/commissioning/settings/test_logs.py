import json
import logging
import sys

import pytest
from django.test import RequestFactory
from django.urls import resolve

from commissioning.settings.logs import NO_PAGE, JsonFormatter, configuration, route_of

OWN = "/applications/APP-7K3M9/lots/1/questions/MS2/"


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
    found = line(route="home/", status=200)
    assert found["level"] == "error"
    assert found["route"] == "home/"
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
    record.route = secret
    found = json.loads(JsonFormatter().format(record))
    assert "secret_token" not in json.dumps(found)
    assert found["route"] == "/calendar/….ics"
    assert found["message"] == "Not Found: /calendar/….ics"


def request_for(path, method="get"):
    request = getattr(RequestFactory(), method)(path)
    request.resolver_match = resolve(path)
    return request


def logged(name, message, *args, **extra):
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, None)
    record.__dict__.update(extra)
    return json.loads(JsonFormatter().format(record))["message"]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/home/", "home/"),
        ("/windows/WIN-7K3M9/", "windows/<str:reference>/"),
        ("/organisations/ORG-JXXH5/profile/", "organisations/<str:reference>/profile/"),
        (
            "/exercises/EX-7K3M9/scores/ORG-PDAEN/MS2/",
            "exercises/<str:reference>/scores/<str:organisation>/<slug:code>/",
        ),
    ],
)
def test_a_route_names_a_page_and_nobody(path, route):
    assert route_of(request_for(path)) == route


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("get", "/applications/", "applications/…"),
        ("get", OWN, "applications/…"),
        ("post", "/applications/APP-7K3M9/lots/1/submit/", "applications/…"),
        ("post", "/windows/WIN-7K3M9/apply/", "windows/…"),
        ("post", "/windows/WIN-7K3M9/ask/", "windows/…"),
        ("get", "/calloffs/CO-7K3M9/bid/submit/", "calloffs/…"),
        ("get", "/calloffs/CO-7K3M9/for/ORG-7K3M9/bid/", "calloffs/…"),
    ],
)
def test_a_route_does_not_tell_who_starts_submits_or_asks_so_that_nobody_counts_them(method, path, route):
    assert route_of(request_for(path, method)) == route


def test_what_is_no_page_is_not_named():
    assert route_of(RequestFactory().get("/applications/APP-7K3M9/nowhere")) == NO_PAGE


@pytest.mark.parametrize(
    ("name", "message", "args"),
    [
        ("django.request", "%s: %s", ("Internal Server Error", OWN)),
        ("django.security.csrf", "Forbidden (%s): %s", ("no token", OWN)),
        ("django.request", "Method Not Allowed (%s): %s", ("PUT", OWN)),
    ],
)
def test_what_django_says_of_a_request_holds_its_route_alone(name, message, args):
    said = logged(name, message, *args, request=request_for(OWN))
    assert said == message % (args[0], "applications/…")


def test_what_a_library_quotes_names_no_bidder():
    assert logged("gunicorn.error", "Error handling request %s", OWN) == "Error handling request"
    assert logged("any", "no %s for %s", "APP-7K3M9", "ORG-JXXH5") == "no APP-… for ORG-…"


def test_a_task_that_failed_is_named_without_what_it_worked_on():
    data = {"name": "records.send_message", "exc": "Key (email)=(bids@p3.example)", "args": "(17,)"}
    assert logged("celery.app.trace", "Task %(name)s%(args)s: %(exc)s", data, data=data) == (
        "task records.send_message failed"
    )


def test_the_development_server_writes_no_line_of_its_own():
    loggers = configuration(with_words=False)["loggers"]
    for name in ("django.server", "django.security.DisallowedHost"):
        assert loggers[name] == {"handlers": ["nowhere"], "propagate": False}
