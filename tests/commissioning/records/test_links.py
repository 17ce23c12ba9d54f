import pytest

from commissioning.records import links


def test_a_maker_is_asked_with_the_links_subject(monkeypatch):
    monkeypatch.setattr(links, "_makers", {})
    links.register("join", lambda subject: f"https://portal.example/join/{subject}-secret/")
    assert links.make("join", "17") == "https://portal.example/join/17-secret/"


def test_a_purpose_nobody_registered_makes_no_link():
    with pytest.raises(links.NoLink, match="Nothing in the portal makes links for “lottery”"):
        links.make("lottery", "1")
