"""The scheme as a file: the facts of its page, accessible, made once, and only once it cannot change."""

from io import BytesIO

import pikepdf
import pytest
from django.core.cache import cache

from commissioning.records import pdf
from lots import papers
from tests.factories import client_for
from tests.lots import factories
from tests.pdf_text import words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def setting():
    return factories.agreement()


def test_everybody_downloads_what_the_page_shows(setting):
    scheme = factories.scheme(setting)
    page = client_for().get(scheme.get_absolute_url()).content.decode()
    address = f"/schemes/{scheme.reference}/pdf/"
    assert address in page
    given = client_for().get(address)
    assert given["Content-Type"] == "application/pdf"
    assert given["Content-Disposition"].startswith("attachment")
    text = words(given.content)
    for question in scheme.questions.all():
        for fact in (question.title, question.text, f"up to {question.word_limit} words", question.guidance):
            assert " ".join(fact.split()) in text
    for standard in scheme.standards.all():
        assert " ".join(standard.text.split()) in text
    for level in scheme.scale.all():
        assert " ".join(level.descriptor.split()) in text
    for fact in ("30% of the marks", "at least 65%", "What evaluators look for", setting.agreement.support):
        assert fact in text


def test_it_is_an_accessible_pdf(setting):
    scheme = factories.scheme(setting)
    with pikepdf.open(BytesIO(papers.scheme_pdf(scheme))) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "en-GB"
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == f"{scheme.title}, {setting.agreement.title}"


def test_it_is_made_once(setting, monkeypatch):
    scheme = factories.scheme(setting)
    first = papers.scheme_pdf(scheme)
    monkeypatch.setattr(pdf, "to_pdf", lambda source: pytest.fail("made twice"))
    assert papers.scheme_pdf(scheme) == first


def test_a_draft_or_what_a_competition_asks_is_not_given_out(setting):
    draft = factories.scheme(setting, published=False)
    competition = factories.scheme(setting, kind="competition")
    for scheme in (draft, competition):
        assert client_for().get(f"/schemes/{scheme.reference}/pdf/").status_code == 404
    assert client_for(setting.lead).get(f"/schemes/{draft.reference}/pdf/").status_code == 404
    with pytest.raises(ValueError, match="draft"):
        papers.scheme_pdf(draft)


def test_a_window_and_a_lot_lead_to_it(setting):
    scheme = factories.scheme(setting)
    window = factories.window(setting, lots=[(setting.lot, scheme)])
    for url in (window.get_absolute_url(), setting.lot.get_absolute_url()):
        assert f"/schemes/{scheme.reference}/pdf/" in client_for().get(url).content.decode()
    assert "/pdf/" not in client_for().get(setting.lots[-1].get_absolute_url()).content.decode()
