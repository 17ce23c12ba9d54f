"""What browsers load is all there under its hashed name, and nothing of it comes from elsewhere."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    target = tmp_path_factory.mktemp("staticfiles")
    with override_settings(STORAGES=MANIFEST, STATIC_ROOT=target):
        call_command("collectstatic", interactive=False, stdout=StringIO())
    return target


def test_every_file_that_another_names_is_there(collected):
    # Manifest storage refuses a style sheet that names a missing file: having collected is the proof.
    assert (collected / "staticfiles.json").is_file()
    built = list(collected.glob("vendor/govuk-frontend.min.*.css"))
    assert built, "static/vendor is not built: ./portal run or ./portal test builds it"


def test_every_static_file_that_a_template_names_is_there(collected):
    named = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"{%\s*static\s+[\"']([^\"']+)", template.read_text(encoding="utf-8"))
    }
    assert named
    for name in named:
        assert (collected / name).is_file(), name


def test_no_style_sheet_needs_what_the_policy_forbids(collected):
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert "img-src" not in directives
    for sheet in [*collected.glob("*.css"), *collected.glob("vendor/*.css")]:
        text = sheet.read_text(encoding="utf-8")
        assert "url(data:" not in text.replace('"', "").replace("'", ""), sheet.name
        assert not re.search(r"url\([\"']?https?:", text), sheet.name


def test_no_template_speaks_in_line_scripts_or_styles():
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        if "letters" in template.relative_to(ROOT).parts:
            continue
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), template
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)\s*=", text), template
