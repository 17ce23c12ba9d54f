import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.records import contents

from . import files

DOCUMENT = "wordprocessingml.document.main+xml"
WORKBOOK = "spreadsheetml.sheet.main+xml"
MACRO = {"word/vbaProject.bin": "x"}
ODT = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}


def why(content):
    found = contents.look(files.upload(content))
    assert found.kind is None
    return found.why


def encrypted(content):
    """Return a ZIP whose entries say that they are locked by a password."""
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            changed[info.header_offset + 6] |= 1
    place = -1
    while (place := changed.find(b"PK\x01\x02", place + 1)) >= 0:
        changed[place + 8] |= 1
    return bytes(changed)


def swollen(**more):
    """Return a DOCX with a part of 60 MB of nothing, packed a thousand to one."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'"{DOCUMENT}"')
        archive.writestr("word/document.xml", bytes(60 * 2**20))
        for name, content in more.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.PDF, contents.PDF),
        (files.pdf(), contents.PDF),
        (files.DOCX, contents.DOCX),
        (files.ODT, contents.ODT),
        (files.XLSX, contents.XLSX),
        (files.PNG, contents.PNG),
        (files.JPEG, contents.JPEG),
        (files.zipped({**ODT, "META-INF/manifest.xml": "<manifest/>"}), contents.ODT),
        (files.office("word/document.xml", DOCUMENT, **{"word/a..b.xml": "x"}), contents.DOCX),
    ],
)
def test_what_is_taken_is_told_by_its_content(content, kind):
    assert contents.look(files.upload(content)) == contents.Finding(kind)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 cut off",
        b"\n\n%PDF-1.7 %%EOF",
        files.PNG[:20],
        files.JPEG[:-2],
        files.DOCX[:-40],
        b"PK\x03\x04",
        files.zipped({"mimetype": "application/vnd.oasis.opendocument.text"}),
    ],
)
def test_what_is_damaged_is_called_so_and_saved_again(content):
    assert why(content).startswith("it is damaged or was cut short. Open it on your computer, save it again")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plain text",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00 a program",
        b"GIF89a",
        b"....ftypisom",
        files.ole("Something"),
        files.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "x"}),
        files.zipped({"mimetype": "application/epub+zip", "content.xml": "x"}),
    ],
)
def test_what_is_of_another_type_is_called_so(content):
    assert why(content) == "it is of another type"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (files.office("word/document.xml", DOCUMENT, **MACRO), "without macros, as a DOCX file, or as PDF"),
        (
            files.office("word/document.xml", "ms-word.document.macroEnabled.main+xml"),
            "without macros, as a DOCX file, or as PDF",
        ),
        (
            files.office("xl/workbook.xml", WORKBOOK, **{"xl/vbaProject.bin": "x"}),
            "without macros, as an XLSX file, or as PDF",
        ),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a photo in the format HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "send it to yourself as JPEG"),
        (files.ole("WordDocument"), "older format .doc of Word. Open it and save it as DOCX or PDF"),
        (files.ole("Workbook"), "older format .xls of Excel. Open it and save it as XLSX or PDF"),
        (files.ole("PowerPoint Document"), "it is a presentation. Save it as PDF"),
        (
            files.office("ppt/presentation.xml", "presentationml.presentation.main+xml"),
            "it is a presentation",
        ),
        (files.zipped({"a.txt": "x"}), "it is a ZIP archive. Take the files out of it"),
    ],
)
def test_what_bid_writers_often_have_is_named_with_what_mends_it(content, found):
    assert found in why(content)


@pytest.mark.parametrize(
    "content",
    [
        files.ole("EncryptedPackage"),
        files.ole("EncryptedPackage", size=contents._CHUNK - 20),
        files.ole("WordDocument") + files.ole("EncryptedPackage"),
        encrypted(files.DOCX),
        files.zipped({**ODT, "META-INF/manifest.xml": "<m:encryption-data/>"}),
        files.zipped({"mimetype": ODT["mimetype"], "encrypted-package": "x"}),
    ],
)
def test_what_is_locked_by_a_password_is_called_so(content):
    assert "it is locked by a password" in why(content)
    assert "take the password out and save it again" in why(content)


class TestPdfsWithPasswords:
    def test_one_that_needs_it_to_be_opened_is_refused_with_that_reason(self):
        assert "a PDF that needs a password to be opened" in why(files.pdf(user="secret", owner="secret"))

    def test_one_that_is_only_restricted_is_taken(self):
        restricted = files.pdf(user="", owner="secret")
        assert contents.look(files.upload(restricted)) == contents.Finding(contents.PDF)


class TestArchivesMadeToHarm:
    def test_one_that_swells_past_all_documents_is_refused(self):
        assert "far larger than any document" in why(swollen())

    def test_one_that_is_well_packed_but_small_is_taken(self):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", f'"{DOCUMENT}"')
            archive.writestr("word/document.xml", bytes(40 * 2**20))
        assert contents.look(files.upload(held.getvalue())).kind == contents.DOCX

    def test_one_of_more_parts_than_any_document_has_is_refused_unread(self):
        assert "far larger" in why(b"PK\x03\x04" + b"PK\x01\x02" * (contents.MOST_PARTS + 1))

    @pytest.mark.parametrize("name", ["../../etc/passwd", "word/../../x", "..\\x"])
    def test_parts_that_climb_out_of_it_are_refused(self, name):
        content = files.office("word/document.xml", DOCUMENT, **{name: "x"})
        assert "parts that would be unpacked outside it" in why(content)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", b"\x89PNG\r\n\x1a\n", files.ole("")]),
)
def test_no_content_breaks_the_check(content, head):
    contents.look(files.upload(head + content))
