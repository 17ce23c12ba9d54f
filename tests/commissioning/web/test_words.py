import base64
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from commissioning.web import words

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "words.json").read_text("utf-8"))["vectors"]
LIMITS = st.integers(1, 12)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: repr(one["text"])[:24])
def test_words_are_counted_by_the_shared_examples(vector: dict) -> None:
    assert words.count(vector["text"]) == vector["words"]


def test_the_script_of_the_page_passes_the_same_examples(page: Any) -> None:
    script = (settings.BASE_DIR / "static" / "words.js").read_bytes()
    page.goto("about:blank")
    counted = page.evaluate(
        "async ([address, texts]) => (await import(address).then((it) => texts.map(it.countWords)))",
        [
            "data:text/javascript;base64," + base64.b64encode(script).decode(),
            [vector["text"] for vector in VECTORS],
        ],
    )
    assert counted == [vector["words"] for vector in VECTORS]


class TestCountWords:
    @given(st.text())
    def test_is_the_same_in_any_normal_form(self, text: str) -> None:
        counts = {words.count(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")} | {
            words.count(text)
        }
        assert len(counts) == 1

    @given(st.lists(st.text(st.characters(categories=["L", "Nd"]), min_size=1)))
    def test_is_the_number_of_plain_words(self, plain: list[str]) -> None:
        assert words.count(" ".join(plain)) == len(plain)

    @given(st.text(), st.text())
    def test_adds_up_over_a_space(self, left: str, right: str) -> None:
        together = words.count(f"{left} {right}")
        assert together == words.count(left) + words.count(right)

    def test_of_a_long_answer_is_quick_to_give(self) -> None:
        assert words.count("care " * 100_000) == 100_000


class TestCutAtLimit:
    def test_cuts_before_the_first_word_too_many(self) -> None:
        assert words.split_at("one two — three four", 2) == ("one two —", " three four")

    @pytest.mark.parametrize("text", ["", "one", "one two", "one two …"])
    def test_leaves_a_text_within_its_limit_whole(self, text: str) -> None:
        assert words.split_at(text, 2) == (text, "")

    @given(st.text(), LIMITS)
    def test_loses_nothing(self, text: str, limit: int) -> None:
        kept, beyond = words.split_at(text, limit)
        assert kept + beyond == unicodedata.normalize("NFC", text)

    @given(st.text(st.sampled_from("ab1é \n—\u2003\u0301\ufeff"), max_size=60), LIMITS)
    def test_keeps_exactly_the_words_allowed(self, text: str, limit: int) -> None:
        kept, beyond = words.split_at(text, limit)
        assert words.count(kept) == min(limit, words.count(text))
        assert words.count(beyond) == max(0, words.count(text) - limit)
        assert bool(beyond) is (words.count(text) > limit)
