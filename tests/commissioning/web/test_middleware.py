import ipaddress
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory

from commissioning.web import middleware
from tests.factories import person

NOON = datetime(2027, 1, 20, 12, 0, 0, 123456, tzinfo=UTC)
POLICY = {
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}


def received(settings, *, peer="10.0.0.5", proxies="", **headers):
    settings.PORTAL_PROXIES = tuple(ipaddress.ip_network(one) for one in proxies.split(",") if one)
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    with time_machine.travel(NOON, tick=False):
        middleware.received_at(lambda _: HttpResponse())(request)
    return request


def test_a_request_is_received_when_it_arrives_in_utc_with_microseconds(settings):
    assert received(settings).received_at == NOON
    assert received(settings).received_at.tzinfo == UTC


def test_a_named_proxy_says_when_it_received_the_request(settings):
    request = received(settings, proxies="10.0.0.0/24", HTTP_X_REQUEST_START="t=1800446399.999")
    assert request.received_at == datetime(2027, 1, 20, 11, 59, 59, 999000, tzinfo=UTC)


@pytest.mark.parametrize("header", ["t=1800440000.000", "t=1800446500.0", "soon", "t=99999999999"])
def test_a_proxy_s_time_outside_the_request_timeout_counts_for_nothing(settings, header):
    assert received(settings, proxies="10.0.0.0/24", HTTP_X_REQUEST_START=header).received_at == NOON


def test_nobody_else_says_when_or_from_where(settings):
    claims = {
        "HTTP_X_REQUEST_START": "t=1800446399.999",
        "HTTP_X_FORWARDED_FOR": "192.0.2.1",
        "HTTP_X_FORWARDED_PROTO": "https",
    }
    request = received(settings, peer="198.51.100.9", proxies="10.0.0.0/24", **claims)
    assert request.received_at == NOON
    assert request.client_address == "198.51.100.9"
    assert not set(claims) & set(request.META)


def test_behind_proxies_the_client_is_the_last_address_that_is_not_ours(settings):
    chain = "203.0.113.7, 192.0.2.1, 10.0.0.9"
    request = received(settings, proxies="10.0.0.0/24", HTTP_X_FORWARDED_FOR=chain)
    assert request.client_address == "192.0.2.1"


def test_the_training_clock_moves_it_in_a_demonstration(settings, tmp_path):
    settings.PORTAL_DEMO, settings.DATA_DIR = True, tmp_path
    (tmp_path / "training-clock.json").write_text(json.dumps({"offset_microseconds": 86_400_000_000}))
    assert received(settings).received_at == NOON + timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/live", "/nowhere/", "/admin/login/", "/static/admin/css/base.css"])
def test_every_response_carries_the_headers(client, path):
    response = client.get(path)
    response.close()
    policy = response["Content-Security-Policy"]
    assert set(policy.split("; ")) == POLICY
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "Strict-Transport-Security" not in response


def test_a_refused_host_gets_them_too(client, db):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_production_adds_strict_transport_security(client, settings):
    settings.STRICT_TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"
    assert "max-age=31536000" in client.get("/health/live")["Strict-Transport-Security"]


@pytest.mark.django_db
def test_what_a_signed_in_person_saw_is_kept_by_no_cache(client):
    assert "no-store" not in client.get("/nowhere/").get("Cache-Control", "")
    client.force_login(person(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/nowhere/")["Cache-Control"] == "no-store"


def test_the_log_of_requests_holds_the_route_of_a_page_that_is_there(client, db, caplog):
    client.force_login(person(), backend="django.contrib.auth.backends.ModelBackend")
    with caplog.at_level("INFO", logger="portal.request"):
        client.get("/windows/WIN-7K3M9/")
        client.post("/applications/APP-7K3M9/lots/1/submit/")
    routes = [record.route for record in caplog.records if record.name == "portal.request"]
    assert routes == ["windows/<str:reference>/", "applications/…"]


def test_the_log_of_requests_holds_neither_query_nor_person(client, db, caplog):
    with caplog.at_level("INFO", logger="portal.request"):
        response = client.get("/nowhere/", {"name": "P3 Charity"}, headers={"user-agent": "someone"})
    (record,) = [record for record in caplog.records if record.name == "portal.request"]
    assert (record.method, record.route, record.status) == ("GET", "(no page)", 404)
    assert record.request_id == response["X-Request-Id"]
    assert "nowhere" not in str(record.__dict__)
    assert "P3" not in str(record.__dict__)
    assert "127.0.0.1" not in str(record.__dict__)
