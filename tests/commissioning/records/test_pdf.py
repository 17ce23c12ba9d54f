import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest

from commissioning import regimes
from commissioning.audit.hashing import canonical
from commissioning.records import letter_parts, pdf
from commissioning.records.letter_parts import Addressee, LetterFacts, frozen
from commissioning.records.models import Letter
from tests.commissioning.records import calloff_facts, facts
from tests.pdf_text import words as text

KINDS = {
    "admission": facts.admission,
    "refusal": facts.refusal,
    "award_winner": calloff_facts.award_winner,
    "award_unsuccessful": calloff_facts.award_unsuccessful,
    "award_record": calloff_facts.award_record,
    "contract": calloff_facts.contract,
    "board_decision": calloff_facts.board_decision,
    "extension_notice": calloff_facts.extension_notice,
}


def letter(given: LetterFacts) -> Letter:
    kept = frozen(given)
    return Letter(
        reference="LET-7K3M9",
        kind=given.KIND,
        facts=kept,
        digest=hashlib.sha256(canonical(kept).encode()).hexdigest(),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_an_accessible_pdf_of_at_most_two_pages(kind):
    given = KINDS[kind]()
    content = pdf.render(letter(given))
    with pikepdf.open(BytesIO(content)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "en-GB"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.Root.StructTreeRoot
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == given.subject_line
        # Where the assets are not built, the wider DejaVu stands in for Inter.
        assert len(document.pages) <= (2 if pdf._font_faces() else 3)
    words = text(content)
    assert given.subject_line in words
    assert given.authority.name in words
    assert f"Page 1 of {words.count('Fingerprint of its facts')}" in words
    assert letter(given).digest in words


def test_an_admission_says_the_outcome_the_scores_and_the_exact_end_of_standstill():
    words = text(pdf.render(letter(facts.admission())))
    assert "P3 Charity is admitted with a total of 72%, where 65% was needed." in words
    assert "midnight at the end of Tuesday 6 April 2021" in words
    assert "On that day your admission takes effect" in words
    for row in facts.scores().rows:
        assert row.reason in words
    assert "2 Apr day 10, Good Friday" in words
    assert "subject to contract" in words
    for name in facts.letterhead().partners:
        assert name in words


def test_an_admission_says_from_when_the_agreement_runs_where_that_is_later():
    words = text(pdf.render(letter(facts.admission())))
    first = (
        "The agreement starts on Monday 3 May 2021, and from that day services can be called off under it."
    )
    assert first in words
    running = replace(facts.admission(), begins_on=None)
    assert "The agreement starts on" not in text(pdf.render(letter(running)))


def test_a_refusal_names_those_admitted_with_their_totals_the_field_and_the_way_back():
    given = facts.refusal()
    words = text(pdf.render(letter(given)))
    for one in given.admitted:
        assert f"{one.name}: {one.total}%" in words
    assert given.field_summary in words
    assert "you were 13 percentage points short" in words
    assert "The next round opens on Monday 4 October 2021." in words
    assert "ask us by Tuesday 20 April 2021" in words


def test_a_refusal_without_a_next_round_says_so():
    words = text(pdf.render(letter(replace(facts.refusal(), reopens_on=None))))
    assert "The date of the next round is to be announced" in words


def test_a_refusal_by_a_minimum_standard_has_no_scores():
    given = replace(
        facts.refusal(),
        scores=None,
        grounds=("You did not meet the minimum standard “Insurance”.",),
        standards=(
            facts.Standard(title="Insurance", passed=False, reason="Cover is £1 million of £5 million."),
        ),
    )
    words = text(pdf.render(letter(given)))
    assert "Not met. Cover is £1 million of £5 million." in words
    assert "How your answers were judged" not in words


def test_an_unsuccessful_bidder_reads_both_scores_the_advantages_and_no_other_loser():
    given = calloff_facts.award_unsuccessful()
    words = text(pdf.render(letter(given)))
    assert "we intend to award Community Support (Stroke) to Stroke Association" in words
    assert "Your bid came to 79.5849… points out of 100, the winner’s to 90.2." in words
    assert "3 of 5 4 of 5" in words
    assert given.advantages in words
    assert "£318,400; the winner’s price is £309,750." in words
    assert "British Red Cross" not in words
    assert "It is not compulsory here; we have chosen to keep it, and are bound by it." in words


def test_a_decision_without_standstill_says_so():
    profile = regimes.chosen(regimes.PCR_LTR, standstill_call_off="none")
    without = letter_parts.standstill(profile, regimes.Stage.CALL_OFF, sent_on=calloff_facts.CALLOFF_SENT_ON)
    assert without.last_day is None
    words = text(pdf.render(letter(replace(calloff_facts.award_winner(), standstill=without))))
    assert "No standstill applies" in words
    assert "midnight" not in words


def test_a_long_table_repeats_its_head_and_loses_no_reason():
    rows = tuple(
        replace(row, title=f"Question {number}", reason=f"Reason {number}. " + row.reason * 3)
        for number in range(1, 6)
        for row in facts.scores().rows
    )
    given = replace(facts.admission(), scores=replace(facts.scores(), rows=rows))
    words = text(pdf.render(letter(given)))
    assert words.count("Question and its weight") > 1
    for row in rows:
        assert row.reason.strip() in words


def test_what_a_provider_calls_itself_is_text_and_never_markup():
    name = "<img src='file:///etc/hostname'> & <b>Sons</b>"
    words = text(pdf.render(letter(replace(facts.admission(), to=Addressee(name=name)))))
    assert name in words


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1:9/x",
        "https://example.org/x.png",
        "data:text/plain,hello",
        "file://host/static/portal.css",
        "{static}/../pyproject.toml",
    ],
)
def test_nothing_is_fetched_from_outside_the_static_folder(address):
    fetcher = pdf._fetcher()
    with pytest.raises(ValueError, match="outside the static folder"):
        fetcher.fetch(address.replace("{static}", pdf._static().as_uri()))


def test_the_static_folder_is_read():
    file = next(path for path in pdf._static().rglob("*") if path.is_file())
    assert pdf._fetcher().fetch(file.as_uri()).read() == file.read_bytes()


def test_a_foreign_picture_in_a_page_is_left_out(caplog):
    page = '<html lang="en"><title>t</title><img src="file:///etc/hostname" alt="x"><p>Words</p></html>'
    content = pdf.to_pdf(page)
    assert "Words" in text(content)
    with pikepdf.open(BytesIO(content)) as document:
        assert not document.attachments


def test_several_threads_render_the_same_letter():
    given = letter(calloff_facts.extension_notice())
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: pdf.render(given), range(4)))
    assert len({text(one) for one in made}) == 1


def test_fonts_and_style_are_set_up_once_a_process():
    first = pdf._shared()
    pdf.render(letter(calloff_facts.extension_notice()))
    assert pdf._shared() is first


def test_dates_of_the_letter_stay_what_they_were():
    given = facts.admission()
    assert given.standstill.last_day == date(2021, 4, 6)
    assert given.standstill.effective_on == date(2021, 4, 7)
    assert given.scores
    assert given.scores.total == Decimal(72)
