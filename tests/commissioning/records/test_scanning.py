import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from commissioning.records import scanning
from commissioning.records.scanning import Verdict
from commissioning.records.store import Damaged
from tests import scanner


def found(content: bytes, size: int = 4096) -> scanning.Scan:
    return scanning.scan(content[at : at + size] for at in range(0, len(content), size))


class TestByTheRealScanner:
    def test_a_clean_file_is_clean(self, clamd):
        assert found(scanner.CLEAN_PDF) == scanning.Scan(Verdict.CLEAN)

    def test_an_infected_file_is_named_wherever_the_pieces_are_cut(self, clamd):
        for size in (1, 13, 64, 4096):
            scan = found(scanner.INFECTED_PDF, size)
            assert (scan.verdict, scan.is_clean) == (Verdict.INFECTED, False)
            assert scanner.SIGNATURE in scan.found

    def test_a_file_past_its_limit_is_not_scanned_and_says_nothing_of_others(self, clamd):
        scan = found(scanner.BEYOND_ITS_LIMIT, 2**16)
        assert scan.verdict is Verdict.NOT_SCANNED
        assert scan.found in {scanning.TOO_LARGE, scanning.BROKE_OFF}
        assert not scan.is_unreachable
        assert found(scanner.CLEAN_PDF).is_clean

    def test_an_infected_file_past_its_limit_is_not_called_clean(self, clamd):
        content = scanner.BEYOND_ITS_LIMIT + scanner.EICAR
        assert found(content, 2**16).verdict is Verdict.NOT_SCANNED

    def test_a_dead_scanner_scans_nothing_and_one_that_is_back_does(self, clamd):
        clamd.kill()
        scan = found(scanner.INFECTED_PDF)
        assert (scan.verdict, scan.found) == (Verdict.NOT_SCANNED, scanning.UNREACHABLE)
        assert scan.is_unreachable
        clamd.start()
        assert found(scanner.INFECTED_PDF).is_infected

    def test_one_that_dies_while_it_is_being_told_scans_nothing(self, clamd):
        def pieces() -> Iterator[bytes]:
            yield scanner.CLEAN_PDF
            clamd.kill()
            for _ in range(64):
                yield b"x" * 2**12

        scan = scanning.scan(pieces())
        assert (scan.verdict, scan.found) == (Verdict.NOT_SCANNED, scanning.UNREACHABLE)

    def test_one_that_dies_before_it_answers_scans_nothing(self, clamd):
        def pieces() -> Iterator[bytes]:
            yield scanner.CLEAN_PDF
            clamd.kill()

        assert scanning.scan(pieces()).verdict is Verdict.NOT_SCANNED

    def test_it_answers_or_says_that_it_does_not(self, clamd):
        scanning.answers()
        clamd.kill()
        with pytest.raises(OSError):
            scanning.answers()


@pytest.fixture
def saying(settings) -> Iterator[object]:
    """A scanner that hears everything and then says what it was told to."""
    heard = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_URL = f"tcp://127.0.0.1:{heard.getsockname()[1]}"
    settings.SCAN_TIMEOUT = 1
    lines: list[bytes] = []

    def listen() -> None:
        while True:
            try:
                caller, _ = heard.accept()
            except OSError:
                return
            with caller:
                caller.settimeout(2)
                received = b""
                while not received.endswith((b"\0\0\0\0", b"nPING\n")):
                    piece = caller.recv(2**16)
                    if not piece:
                        break
                    received += piece
                caller.sendall(b"PONG\n" if received == b"nPING\n" else lines[0])

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    yield lines.append
    heard.shutdown(socket.SHUT_RDWR)
    heard.close()
    listener.join(5)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", scanning.BROKE_OFF),
        (b"\n", scanning.BROKE_OFF),
        (b"stream: Can't allocate memory ERROR\n", scanning.UNREADABLE),
        (b"INSTREAM size limit exceeded. ERROR\n", scanning.TOO_LARGE),
        (b"something else: OK\n", scanning.UNREADABLE),
        (b"stream OK\n", scanning.UNREADABLE),
        (b"\xff\xfe\n", scanning.BROKE_OFF),
    ],
)
def test_whatever_else_it_says_is_not_clean(saying, line, why):
    saying(line)
    assert found(b"x") == scanning.Scan(Verdict.NOT_SCANNED, why)


def test_only_its_own_word_is_clean(saying):
    saying(b"stream: OK\n")
    assert found(b"x").is_clean


def test_one_that_is_silent_holds_nobody_for_long(settings):
    settings.SCAN_TIMEOUT = 0.2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        assert found(b"x") == scanning.Scan(Verdict.NOT_SCANNED, scanning.TOO_SLOW)


def test_one_that_takes_no_call_is_not_there_for_any_file(settings, monkeypatch):
    def connect(self, address):
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", connect)
    for url in ("tcp://127.0.0.1:3310", "unix:///nowhere"):
        settings.CLAMD_URL = url
        scan = found(b"x")
        assert (scan.found, scan.is_unreachable) == (scanning.UNREACHABLE, True)


def test_sending_and_waiting_for_the_answer_have_one_time_together(settings, monkeypatch):
    settings.SCAN_TIMEOUT = 60
    passed = [0.0]
    monkeypatch.setattr(scanning, "time", SimpleNamespace(monotonic=lambda: passed[0]))

    def pieces() -> Iterator[bytes]:
        yield b"x"
        passed[0] = 59.9

    begun = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        assert scanning.scan(pieces()) == scanning.Scan(Verdict.NOT_SCANNED, scanning.TOO_SLOW)
    assert time.monotonic() - begun < 30


def test_an_answer_in_pieces_is_put_together(saying):
    saying(b"stream: OK\nand more\n")
    assert found(b"x").is_clean


def test_without_a_scanner_nothing_is_scanned_and_nothing_is_called_clean(settings):
    settings.CLAMD_URL = ""
    scan = found(scanner.CLEAN_PDF)
    assert (scan.verdict, scan.found) == (Verdict.NOT_SCANNED, scanning.NONE_SET_UP)


def test_what_cannot_be_read_is_no_trouble_of_the_scanner(saying):
    def pieces() -> Iterator[bytes]:
        yield b"x"
        raise Damaged("It was changed.")

    saying(b"stream: OK\n")
    with pytest.raises(Damaged, match="It was changed"):
        scanning.scan(pieces())
