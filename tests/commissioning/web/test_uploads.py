from typing import Any

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory, override_settings

KILOBYTE = 1024


def uploaded(size: int) -> Any:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("plan.pdf", b"x" * size)})
    return request.FILES.get("file")


@override_settings(MAXIMUM_UPLOAD=100 * KILOBYTE)
def test_a_file_within_the_limit_is_kept_in_memory():
    file = uploaded(100 * KILOBYTE)
    assert isinstance(file, InMemoryUploadedFile)
    assert file.size == len(file.read()) == 100 * KILOBYTE


@override_settings(MAXIMUM_UPLOAD=100 * KILOBYTE)
def test_of_a_larger_one_nothing_is_kept_but_its_size():
    file = uploaded(101 * KILOBYTE)
    assert file.size == 101 * KILOBYTE
    assert len(file.read()) <= KILOBYTE


@override_settings(MAXIMUM_UPLOAD=10 * KILOBYTE)
def test_a_hopelessly_large_request_is_cut_off_without_an_error():
    assert uploaded(800 * KILOBYTE) is None


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (b"Jos\xe9s plan.pdf", "Josés plan.pdf"),
        ("Josés plan 計画.pdf".encode(), "Josés plan 計画.pdf"),
        (b"\x81\xff.pdf", "\ufffdÿ.pdf"),
    ],
)
def test_a_file_whose_name_is_not_utf_8_is_read_like_any_other(sent, name):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + sent + b'"\r\n\r\n'
    text = b'--x\r\nContent-Disposition: form-data; name="why"\r\n\r\nto go with it\r\n'
    body = text + head + b"content of it\r\n--x--\r\n"
    request = RequestFactory().generic("POST", "/", body, "multipart/form-data; boundary=x")
    assert request.POST["why"] == "to go with it"
    assert request.FILES["file"].name == name
    assert request.FILES["file"].read() == b"content of it"
