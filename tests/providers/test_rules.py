"""Two texts compared, and what of autosaved versions is kept."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from providers import rules
from tests.providers import factories as f


def said(before, after):
    return [(piece.kind, piece.text) for piece in rules.differences(before, after)]


def test_words_are_compared_whatever_space_follows_them():
    assert said("We help people", "We help people\n") == [("same", "We help people\n")]
    assert said("We help people at home.", "We help all people at home") == [
        ("same", "We help "),
        ("added", "all "),
        ("same", "people at "),
        ("removed", "home."),
        ("added", "home"),
    ]
    assert said("", "New") == [("added", "New")]
    assert said("Old", "") == [("removed", "Old")]
    assert said("", "") == []


def test_very_long_texts_are_compared_line_by_line():
    lines = [f"{number} word\n" * 10 for number in range(500)]
    pieces = said("".join(lines), "".join([*lines[:250], "another line\n", *lines[250:]]))
    assert [kind for kind, _ in pieces] == ["same", "added", "same"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_word_of_either_text_is_lost(before, after):
    pieces = rules.differences(before, after)
    theirs = "".join(piece.text for piece in pieces if piece.kind != "removed")
    assert theirs.split() == after.split()
    mine = [word for piece in pieces if piece.kind != "added" for word in piece.text.split()]
    assert mine == before.split()


def test_ten_minutes_of_the_clock_are_one_stretch():
    at = f.NOW.replace(minute=10, second=0)
    assert rules.is_same_stretch(at, at + timedelta(minutes=9, seconds=59))
    assert not rules.is_same_stretch(at, at + timedelta(minutes=10))
    assert not rules.is_same_stretch(at - timedelta(microseconds=1), at)
