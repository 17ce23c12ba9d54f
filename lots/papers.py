"""A published scheme on paper: the same facts as its page, as an accessible PDF, made once.

It is frozen, so the file is kept in the cache under the scheme's reference and its template's digest.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string

from commissioning.records import pdf
from lots.models import Scheme

KEPT_FOR = 30 * 24 * 3600  # seconds
PARTS = ("lots/scheme_pdf.html", "lots/scheme_pdf.css", "lots/parts/scheme.html")


def scheme_pdf(scheme: Scheme) -> bytes:
    """Return a published scheme as PDF/UA-1; a draft, which may still change, is a ValueError."""
    if scheme.state != "published":
        raise ValueError(f"{scheme.reference} is a draft: what may still change is not given out as a file.")
    key = f"scheme-pdf:{scheme.reference}:{_version()}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = pdf.to_pdf(render_to_string("lots/scheme_pdf.html", {"scheme": scheme}))
        cache.set(key, kept, KEPT_FOR)
    return kept


def file_name(scheme: Scheme) -> str:
    """Return what the file is called when it is downloaded."""
    return f"{scheme.reference} {scheme.title}.pdf"


def _version() -> str:
    """Return the digest of the files that make the paper, so that a new wording makes a new one."""
    digest = hashlib.sha256()
    for name in PARTS:
        digest.update((Path(settings.BASE_DIR) / "templates" / name).read_bytes())
    return digest.hexdigest()[:16]
