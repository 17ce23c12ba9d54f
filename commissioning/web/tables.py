"""Tables given out as CSV, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

# SECURITY: a spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as CSV, with the mark by which spreadsheets read it as UTF-8.

    A cell that a spreadsheet would run as a formula is led by an apostrophe.
    """
    out = io.StringIO()
    out.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return out.getvalue()


def defused(cell: str) -> str:
    """Return what no spreadsheet takes for a formula, also behind leading space."""
    begins = cell.lstrip(" \N{NO-BREAK SPACE}")
    return f"'{cell}" if begins.startswith(FORMULA_STARTS) else cell
