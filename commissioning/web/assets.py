"""Copies style sheet, script and font from node_modules to static/vendor, with GOV.UK's own marks removed.

Run as `python -m commissioning.web.assets` after `npm ci --ignore-scripts`; what it writes is not committed.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FACE = """@font-face {{
  font-family: "Inter";
  font-style: normal;
  font-weight: {weight};
  font-display: swap;
  src: url("fonts/{file}") format("woff2");
  unicode-range: {characters};
}}
"""
# The subsets' own ranges, so that a browser asks for the second file only when a name needs it.
SUBSETS = {
    "latin": (
        "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, "
        "U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
    ),
    "latin-ext": (
        "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1D00-1DBF, U+1E00-1E9F, "
        "U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF"
    ),
}
WEIGHTS = (400, 700)


class AssetError(Exception):
    """A file to copy is missing, or is not of the shape the changes below rely on."""


def without_gov_uk_marks(css: str) -> str:
    """Return the style sheet without GDS Transport, crest and source map; every file it names is copied.

    The licences of font and crest do not extend beyond gov.uk. Raises AssetError if an address is left,
    since manifest storage would stop on it.
    """
    css = re.sub(r"/\*![^*]*Margaret Calvert.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@font-face\{[^}]*GDS Transport[^}]*\}", "", css)
    css = re.sub(r"""["']?GDS Transport["']?,arial,sans-serif""", "Inter,arial,sans-serif", css)
    css = re.sub(r"[a-z-]+:url\(/assets/images/govuk-crest\.svg\)[^;}]*;?", "", css)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = css.replace("url(/assets/", "url(")
    if left := re.search(r"GDS Transport|govuk-crest|sourceMappingURL|url\((?!data:)[^)]*\)", css):
        raise AssetError(f"The style sheet has changed: {left.group(0)} is still in it.")
    return css


def without_source_map(script: str) -> str:
    """Return the script without the comment that names its map, which is not copied."""
    return re.sub(r"//# sourceMappingURL=.*", "", script)


def font_faces() -> str:
    """Return the style sheet that declares Inter from the copied files."""
    return "".join(
        FACE.format(weight=weight, file=f"inter-{subset}-{weight}-normal.woff2", characters=characters)
        for weight in WEIGHTS
        for subset, characters in SUBSETS.items()
    )


def build(modules: Path, target: Path) -> list[Path]:
    """Write static/vendor afresh and return the files written; half a folder never replaces a whole one.

    Raises AssetError when a package is missing.
    """
    govuk = modules / "govuk-frontend" / "dist" / "govuk"
    inter = modules / "@fontsource" / "inter"
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "fonts").mkdir(parents=True)
    try:
        css = (govuk / "govuk-frontend.min.css").read_text(encoding="utf-8")
        script = (govuk / "govuk-frontend.min.js").read_text(encoding="utf-8")
        for weight in WEIGHTS:
            for subset in SUBSETS:
                name = f"inter-{subset}-{weight}-normal.woff2"
                shutil.copyfile(inter / "files" / name, fresh / "fonts" / name)
        shutil.copyfile(inter / "LICENSE", fresh / "fonts" / "LICENSE.txt")
    except FileNotFoundError as missing:
        raise AssetError(f"{missing.filename} is missing: run `npm ci --ignore-scripts` first.") from missing
    (fresh / "govuk-frontend.min.css").write_text(without_gov_uk_marks(css), encoding="utf-8")
    (fresh / "govuk-frontend.min.js").write_text(without_source_map(script), encoding="utf-8")
    (fresh / "inter.css").write_text(font_faces(), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def main() -> int:
    """Build from the checkout's node_modules; return the exit status."""
    try:
        written = build(ROOT / "node_modules", ROOT / "static" / "vendor")
    except AssetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{len(written)} files in static/vendor\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
