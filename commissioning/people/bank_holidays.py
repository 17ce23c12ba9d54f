"""The bank holidays that ship with the portal: each part of the United Kingdom, 2019 to 2035.

Only days that would else be working days are listed, as proclaimed or as the law fixes them ahead; what is
proclaimed later is added to the table by an administrator, and that table is what services count by.
"""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path


def shipped() -> Iterator[tuple[str, date, str]]:
    """Yield (division, date, name) for every bank holiday that ships, by division and date."""
    for division, days in _data().items():
        for day, name in days.items():
            yield division, date.fromisoformat(day), name


@cache
def _data() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("data") / "bank_holidays.json"
    data: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return data
