import pytest
from django.db import OperationalError

from commissioning.pages import health


def test_live_asks_for_nothing(client):
    assert client.get("/health/live").json() == {"live": True}


def test_ready_names_what_works(client, db):
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": True, "broker": True, "storage": True}


@pytest.mark.parametrize("broken", ["database", "broker", "storage"])
def test_what_does_not_work_is_named_and_the_reason_stays_in_the_log(client, db, monkeypatch, caplog, broken):
    def fails() -> None:
        raise OperationalError("password authentication failed for user portal")

    monkeypatch.setitem(health.PROBES, broken, fails)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()[broken] is False
    assert response.json()["ready"] is False
    assert "password" not in response.text
    assert any(record.name == "portal.health" for record in caplog.records)


def test_both_answer_to_get_alone(client):
    assert client.post("/health/live").status_code == 405
    assert client.post("/health/ready").status_code == 405


def test_the_folder_broker_is_looked_into(settings, tmp_path):
    settings.CELERY_BROKER_URL, settings.BROKER_DIR = "filesystem://", tmp_path / "gone"
    with pytest.raises(FileNotFoundError):
        health.broker_answers()
    settings.BROKER_DIR = tmp_path
    health.broker_answers()
    assert list(tmp_path.iterdir()) == []
