"""Letters to PDF: the only module that imports WeasyPrint, which fails at import where Pango is missing.

Fonts and style are set up once a process, after any fork, and rendering runs under a lock (settled 32):
a new font configuration a letter is three times slower and grows without end.
"""

import atexit
import hashlib
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    from commissioning.records.models import Letter

_lock = threading.Lock()


def render(letter: "Letter") -> bytes:
    """Return the letter as an accessible PDF (PDF/UA-1), made from its frozen facts alone."""
    return to_pdf(html(letter))


def html(letter: "Letter") -> str:
    """Return the letter as the HTML that is rendered; the facts are its only content."""
    return render_to_string(
        f"letters/{letter.kind}.html",
        {
            "letter": letter,
            "facts": letter.facts,
            "verify_url": f"{settings.PORTAL_URL.partition('://')[2]}/verify/letter/",
        },
    )


def to_pdf(source: str) -> bytes:
    """Return a whole HTML page, which must name its language and title, as PDF/UA-1."""
    from weasyprint import HTML

    with _lock:
        fonts, style, fetcher = _shared()
        page = HTML(string=source, base_url=_static().as_uri() + "/", url_fetcher=fetcher)
        return page.write_pdf(pdf_variant="pdf/ua-1", stylesheets=[style], font_config=fonts)


@cache
def template_version(kind: str) -> str:
    """Return the digest of the files that make a letter of this kind: its own, base, parts and style."""
    folder = Path(settings.BASE_DIR) / "templates" / "letters"
    parts = sorted((folder / "parts").glob("*.html"))
    digest = hashlib.sha256()
    for path in (folder / f"{kind}.html", folder / "base.html", *parts, _style_sheet()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:40]


@cache
def _shared() -> tuple["FontConfiguration", "CSS", "URLFetcher"]:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetcher = FontConfiguration(), _fetcher()
    source = _font_faces() + _style_sheet().read_text("utf-8")
    style = CSS(string=source, font_config=fonts, url_fetcher=fetcher, base_url=_static().as_uri() + "/")
    # While the interpreter still stands: the configuration tidies up files when it goes.
    atexit.register(_shared.cache_clear)
    return fonts, style, fetcher


def _fetcher() -> "URLFetcher":
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticFolderOnly(URLFetcher):
        """Reads files below the static folder, refuses every other address.

        SECURITY: names and reasons in letters come from outside; nothing they hold may make the portal
        fetch an address or attach a file of the machine.
        """

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            if parts.scheme != "file" or parts.netloc or not path.is_relative_to(_static()):
                raise ValueError("Letters fetch nothing from outside the static folder.")
            return URLFetcherResponse(url, path.read_bytes())

    return StaticFolderOnly()


def _font_faces() -> str:
    # Built by `commissioning.web.assets`; without it the machine's DejaVu stands in.
    faces = []
    for weight in (400, 700):
        for file in sorted(_static().glob(f"vendor/fonts/inter-*-{weight}-normal.woff2")):
            name = f"Inter {'extended' if 'latin-ext' in file.name else 'basic'}"
            faces.append(
                f'@font-face {{ font-family: "{name}"; font-weight: {weight}; src: url("{file.as_uri()}") }}'
            )
    return "\n".join(faces)


def _style_sheet() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "letters" / "letter.css"


def _static() -> Path:
    return (Path(settings.BASE_DIR) / "static").resolve()
