"""The words of a PDF in their order, read with pikepdf alone, so that tests need no further program."""

import re
from io import BytesIO
from typing import Any

import pikepdf

_CODE = re.compile(r"<([0-9a-fA-F]+)>")


def words(content: bytes) -> str:
    """Return the text of all pages in the order in which it was written, white space collapsed."""
    runs = []
    with pikepdf.open(BytesIO(content)) as document:
        for page in document.pages:
            runs += _runs(page, {name: _characters(font) for name, font in page.Resources.Font.items()})
    # A run ends where its line or its style does: put back the marks and hyphens that it cut off.
    return re.sub(r" (?=[.,;:…)])|(?<=\w-) ", "", " ".join(" ".join(runs).split()))


def _runs(page: Any, fonts: dict[str, dict[int, str]]) -> list[str]:
    runs: list[str] = []
    current: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "BT":
            runs.append("")
        elif name == "Tf":
            current = fonts[str(operands[0])]
        elif name in ("Tj", "TJ"):
            pieces = operands[0] if name == "TJ" else operands
            runs[-1] += "".join(
                _decoded(bytes(piece), current) for piece in pieces if isinstance(piece, pikepdf.String)
            )
    return runs


def _decoded(codes: bytes, characters: dict[int, str]) -> str:
    return "".join(
        characters.get(int.from_bytes(codes[index : index + 2], "big"), "")
        for index in range(0, len(codes), 2)
    )


def _characters(font: Any) -> dict[int, str]:
    """Return the text of each glyph, from the font's own map to Unicode."""
    found: dict[int, str] = {}
    for line in font.ToUnicode.read_bytes().decode("latin-1").splitlines():
        codes = _CODE.findall(line)
        if len(codes) == len(("glyph", "text")):
            found[int(codes[0], 16)] = bytes.fromhex(codes[1]).decode("utf-16-be")
    return found
