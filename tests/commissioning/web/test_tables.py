"""Tables as CSV: nothing in them is run by a spreadsheet."""

import csv
import io

import pytest

from commissioning.web.tables import as_csv, defused


@pytest.mark.parametrize(
    "cell", ["=1+1", "+44 1", "-2", "@SUM(A1)", "\tx", "\r=1", "\n=1", "  =1", "\N{NO-BREAK SPACE}=1"]
)
def test_a_cell_that_would_be_a_formula_is_led_by_an_apostrophe(cell):
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Robin", "1", "Step-free, please", "a=b"])
def test_other_cells_stay_as_they_are(cell):
    assert defused(cell) == cell


def test_commas_quotes_and_lines_stay_within_their_cell():
    text = as_csv(("Name", "Needs"), [('Robin "Rob"', "a, b\nc"), ("=HYPERLINK(1)", "")])
    assert text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}")
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["Name", "Needs"],
        ['Robin "Rob"', "a, b\nc"],
        ["'=HYPERLINK(1)", ""],
    ]
