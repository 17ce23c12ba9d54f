import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.records import uploads
from commissioning.workflow import Refused

from . import files

LIMITS = "Choose a PDF, DOCX, ODT, XLSX, PNG or JPEG file of up to 25 MB."


@pytest.mark.parametrize(
    ("content", "label", "ending"),
    [
        (files.PDF, "PDF", ".pdf"),
        (files.DOCX, "DOCX", ".docx"),
        (files.ODT, "ODT", ".odt"),
        (files.XLSX, "XLSX", ".xlsx"),
        (files.PNG, "PNG", ".png"),
        (files.JPEG, "JPEG", ".jpg"),
    ],
)
def test_the_type_is_told_by_content_and_the_name_made_to_agree(content, label, ending):
    file = files.upload(content, "holiday.exe")
    found = uploads.check_upload(file)
    assert (found.kind.label, found.name, found.size) == (label, f"holiday.exe{ending}", len(content))
    assert file.tell() == 0


def test_a_refusal_names_the_file_what_was_found_in_it_and_both_limits():
    with pytest.raises(Refused) as error:
        uploads.check_upload(files.upload(b"plain text", "method.pdf"), field="file")
    assert str(error.value) == f"“method.pdf” was not accepted: it is of another type. {LIMITS}"
    assert error.value.reasons[0].field == "file"


def test_a_refusal_says_what_mends_the_file():
    with pytest.raises(Refused) as error:
        uploads.check_upload(files.upload(files.ole("WordDocument"), "method.doc"))
    assert str(error.value) == (
        "“method.doc” was not accepted: it is in the older format .doc of Word. Open it and save it as "
        f"DOCX or PDF. {LIMITS}"
    )


@pytest.mark.parametrize(
    ("size", "why"), [(0, "it is empty"), (25 * 2**20 + 1, "it is too large"), (10**12, "it is too large")]
)
def test_empty_and_oversized_files_are_refused_with_both_limits(size, why):
    with pytest.raises(Refused) as error:
        uploads.check_upload(files.upload(files.PDF, size=size))
    assert str(error.value) == f"“method.pdf” was not accepted: {why}. {LIMITS}"


def test_a_file_of_exactly_the_limit_is_taken():
    content = files.PDF[:9] + bytes(25 * 2**20 - len(files.PDF)) + files.PDF[9:]
    assert uploads.check_upload(files.upload(content)).size == 25 * 2**20


def test_a_caller_may_take_fewer_types():
    with pytest.raises(Refused, match="Choose an XLSX file of up to 25 MB"):
        uploads.check_upload(files.upload(files.PDF), kinds=(uploads.XLSX,))


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\method.pdf", "method.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("…", "…"),
        ("..", "file"),
        ("", "file"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_names_lose_folders_and_what_misleads(given_name, clean):
    assert uploads.clean_name(given_name) == clean


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_is_safe(name):
    clean = uploads.clean_name(name)
    assert 0 < len(clean) <= uploads.NAME_LENGTH
    assert not set(clean) & set("/\\\r\n\0")


class TestLessThanThePortalAllows:
    def refused(self, name="method.pdf", size=None, **limits):
        with pytest.raises(Refused) as error:
            uploads.check_upload(
                files.upload(files.PDF, name, size=size), field="file", allowed=uploads.Limits(**limits)
            )
        assert error.value.reasons[0].field == "file"
        return str(error.value)

    def test_a_size_over_the_limit_is_refused_with_that_limit(self):
        assert "up to 2 MB" in self.refused(size=2 * 2**20 + 1, megabytes=2)

    def test_a_limit_past_the_portals_own_changes_nothing(self):
        assert "up to 25 MB" in self.refused(size=25 * 2**20 + 1, megabytes=99)

    def test_a_name_is_counted_as_it_was_sent_and_not_cut(self):
        said = self.refused("é" * 200 + ".pdf", name_length=150)
        assert "its name has 204 characters" in said
        assert "up to 150 characters." in said

    def test_folders_do_not_count(self):
        file = files.upload(files.PDF, "C:\\" + "long folder\\" * 20 + "a.pdf")
        assert uploads.check_upload(file, allowed=uploads.Limits(name_length=20)).name == "a.pdf"

    @pytest.mark.parametrize("odd", ["$", ";", "<", "“", "🙂", "+"])
    def test_signs_that_are_not_plain_are_named(self, odd):
        assert f"its name has {odd}" in self.refused(f"plan{odd}.pdf", plain_names=True)
