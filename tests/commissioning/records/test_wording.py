from datetime import UTC, date, datetime

import pytest

from commissioning.records import wording
from commissioning.records.wording import WordingError


@pytest.fixture
def shipped(monkeypatch, tmp_path):
    """Let this be the only wording that is shipped."""

    def make(text: str) -> str:
        (tmp_path / "told.txt").write_text(text)
        (tmp_path / "_foot.txt").write_text("--\n{{ portal_url }}")
        monkeypatch.setattr(wording, "folder", lambda: tmp_path)
        wording.shipped.cache_clear()
        return "told"

    yield make
    wording.shipped.cache_clear()


def test_days_times_and_empty_facts_are_written_in_words(shipped):
    kind = shipped("{{ day }}\n{{ at }}|{{ nothing }}|{{ count }}")
    facts = {
        "day": date(2027, 1, 20),
        "at": datetime(2027, 1, 20, 12, tzinfo=UTC),
        "nothing": None,
        "count": 3,
    }
    subject, body = wording.render_shipped(kind, facts)
    assert subject == "Wednesday 20 January 2027"
    assert body == "Wednesday 20 January 2027, 12:00 noon London time||3"


def test_a_name_with_markup_stays_as_it_is_written(shipped):
    kind = shipped("Hello\n{{ name }}")
    assert wording.render_shipped(kind, {"name": "Marks & <Sons>"})[1] == "Marks & <Sons>"


def test_facts_that_a_condition_or_a_loop_uses_are_needed_too(shipped):
    kind = shipped("Hello\n{% if due %}by {{ due }}{% endif %}{% for lot in lots %}{{ lot }}{% endfor %}")
    assert wording.facts_needed(kind) == {"due", "lots"}
    with pytest.raises(ValueError, match="needs: due, lots"):
        wording.render_shipped(kind, {})


def test_lines_of_a_paragraph_are_joined_and_lists_are_kept(shipped):
    long = "word " * 15
    kind = shipped(f"Hello\n{long}\ngoes on.\n\nOld: a\nNew: b\n{long}:\n* one\n* two\n")
    body = wording.shipped(kind)[1]
    assert "word  goes on." in body or "word goes on." in body
    assert "Old: a\nNew: b\n" in body
    assert "\n* one\n* two" in body


def test_a_list_among_the_facts_becomes_lines_in_an_administrators_wording():
    _, body = wording.render_own("Hello", "Lots:\n{{ lots }}", {"lots": ["Lot 1", "Lot 2"]})
    assert body == "Lots:\n* Lot 1\n* Lot 2"


def test_a_wording_of_one_name_only_is_accepted(shipped):
    wording.check(shipped("Hello\n{{ name }}"), "To {{ name }}", "{{ greeting }} {{portal_url}}")


@pytest.mark.parametrize(
    "text", ["{{ name.delete }}", "{{ name|safe }}", "{% load x %}", "{# note #}", "{{ }}", "{{ name"]
)
def test_nothing_but_plain_placeholders_is_accepted(shipped, text):
    with pytest.raises(WordingError, match="brackets that are no placeholder"):
        wording.check(shipped("Hello\n{{ name }}"), "Hello", text)


def test_a_subject_is_one_line(shipped):
    with pytest.raises(WordingError, match="must be one line"):
        wording.check(shipped("Hello\n{{ name }}"), "Hello\nthere", "x")


def test_a_long_subject_is_cut_to_what_is_kept(shipped):
    kind = shipped("{{ name }}\nx")
    assert len(wording.render_shipped(kind, {"name": "n" * 500})[0]) == wording.SUBJECT_LENGTH


def test_files_that_begin_with_an_underscore_are_no_kind(shipped):
    shipped("Hello\nx")
    assert wording.kinds() == ["told"]
