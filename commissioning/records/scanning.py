"""The virus scanner: bytes are streamed to clamd at `CLAMD_URL`, and only its own “OK” counts as clean.

Whatever else happens (no daemon, a file over its limit, a line that breaks, no answer in time) means *not
scanned*, never *clean* (settled 16). What follows from each is decided by those who call.
"""

import io
import logging
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

import clamd
from django.conf import settings

log = logging.getLogger(__name__)

BROKE_OFF = "the virus scanner broke off, as it does over a file larger than it takes"
TOO_LARGE = "it is larger than the virus scanner takes"
TOO_SLOW = "the virus scanner took too long"
UNREACHABLE = "the virus scanner does not answer"
UNREADABLE = "the virus scanner could not read it"
NONE_SET_UP = "this portal has no virus scanner"


class Verdict(StrEnum):
    """What a scan found."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"
    INFECTED = "infected"


@dataclass(frozen=True)
class Scan:
    """A scan's verdict; `found` is the name of what was found, or why nothing could be found out.

    `is_unreachable` says that another file would fare no better just now.
    """

    verdict: Verdict
    found: str = ""
    is_unreachable: bool = False

    @property
    def is_clean(self) -> bool:
        return self.verdict is Verdict.CLEAN

    @property
    def is_infected(self) -> bool:
        return self.verdict is Verdict.INFECTED


def is_set_up() -> bool:
    """Return whether this portal has a virus scanner; in production it does not start without."""
    return bool(settings.CLAMD_URL)


def scan(pieces: Iterable[bytes]) -> Scan:
    """Return what the scanner says of these bytes, within `SCAN_TIMEOUT`; it never raises for the scanner.

    Where it broke off, it is asked whether it is still there, within `SCAN_CONNECT_TIMEOUT` more. What
    reading the pieces raises is passed on: bytes that cannot be read are not the scanner's trouble.
    """
    if not is_set_up():
        return Scan(Verdict.NOT_SCANNED, NONE_SET_UP)
    client = _client(settings.SCAN_TIMEOUT)
    reader = _Pieces(pieces, client)
    try:
        answer = client.instream(reader)
    except _ReadingError as problem:
        raise problem.cause from None
    except _NotConnectedError:
        return _gone()
    except _TooSlowError:
        return Scan(Verdict.NOT_SCANNED, TOO_SLOW)
    except clamd.BufferTooLongError:
        return Scan(Verdict.NOT_SCANNED, TOO_LARGE)
    except clamd.ResponseError:
        return Scan(Verdict.NOT_SCANNED, UNREADABLE)
    except (clamd.ConnectionError, OSError, UnicodeDecodeError) as error:
        log.warning("the virus scanner failed: %s", type(error).__name__)
        return Scan(Verdict.NOT_SCANNED, TOO_SLOW) if _is_timeout(error) else _hung_up()
    return _judged(answer, reader)


def answers() -> None:
    """Return if the scanner answers; raises what it raises, or OSError for another answer."""
    _ask(settings.SCAN_TIMEOUT)


def words_of_virus(name: str, scan: Scan) -> str:
    """Return what somebody is told whose upload of this name was found infected."""
    return (
        f"“{name}” was not accepted: the virus scanner found {scan.found} in it. Nothing of it was kept. "
        "Scan the computer that it comes from, and choose a clean copy."
    )


def _judged(answer: Any, reader: "_Pieces") -> Scan:
    if not answer:
        return _hung_up()
    verdict, found = answer.get("stream", ("", ""))
    if verdict == "FOUND":
        return Scan(Verdict.INFECTED, str(found)[:100])
    # SECURITY: clean is what was read to its end and answered with this word, and nothing else.
    if verdict == "OK" and reader.is_at_end:
        return Scan(Verdict.CLEAN)
    return Scan(Verdict.NOT_SCANNED, UNREADABLE)


def _hung_up() -> Scan:
    """Tell a scanner that is gone from one that broke off over this file alone, by asking it."""
    try:
        _ask(settings.SCAN_CONNECT_TIMEOUT)
    except (clamd.ClamdError, OSError):
        return _gone()
    return Scan(Verdict.NOT_SCANNED, BROKE_OFF)


def _gone() -> Scan:
    return Scan(Verdict.NOT_SCANNED, UNREACHABLE, is_unreachable=True)


def _ask(timeout: float) -> None:
    if _client(timeout).ping() != "PONG":
        raise OSError("The virus scanner answers something else than it should.")


def _is_timeout(error: Exception) -> bool:
    # The library hides the error it met behind one of its own, in words.
    return isinstance(error, TimeoutError) or "timed out" in str(error)


class _ReadingError(Exception):
    def __init__(self, cause: Exception) -> None:
        self.cause = cause
        super().__init__()


class _TooSlowError(TimeoutError):
    pass


class _NotConnectedError(OSError):
    """Nobody took the call in time: another file would fare no better, unlike after a slow answer."""


class _Pieces:
    """The bytes as a file that stops at a moment, so that a slow scanner holds no request for long."""

    def __init__(self, pieces: Iterable[bytes], client: "_Hurried") -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self._client = client
        self._held = io.BytesIO()
        self.is_at_end = False

    def read(self, size: int) -> bytes:
        while not (chunk := self._held.read(size)):
            try:
                piece = next(self._pieces, None)
            except Exception as error:
                raise _ReadingError(error) from error
            if piece is None:
                self.is_at_end = True
                break
            self._held = io.BytesIO(piece)
        # What is sent next, and what is said to it, has only the time that is left.
        self._client.hurry()
        return chunk


def _client(timeout: float) -> Any:
    parts = urlsplit(settings.CLAMD_URL)
    if parts.scheme == "unix":
        return _Unix(path=unquote(parts.path), timeout=timeout)
    return _Network(host=parts.hostname, port=parts.port or 3310, timeout=timeout)


class _Hurried:
    """The library's client, but `timeout` is for all of a call: connecting, sending and the answer.

    Connecting takes no longer than `SCAN_CONNECT_TIMEOUT` either.
    """

    clamd_socket: socket.socket | None = None

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._until = time.monotonic() + given["timeout"]

    def hurry(self) -> None:
        """Give the socket's next act the time that is left. Raises _TooSlowError where none is."""
        if self.clamd_socket is not None:
            self.clamd_socket.settimeout(self._left())

    def _left(self) -> float:
        if (left := self._until - time.monotonic()) <= 0:
            raise _TooSlowError
        return left

    def _connect(self, family: int, address: Any) -> None:
        self.clamd_socket = socket.socket(family, socket.SOCK_STREAM)
        self.clamd_socket.settimeout(min(settings.SCAN_CONNECT_TIMEOUT, self._left()))
        try:
            self.clamd_socket.connect(address)
        except TimeoutError as error:
            self._close_socket()
            raise _NotConnectedError(*error.args) from error
        except BaseException:
            self._close_socket()
            raise
        self.hurry()

    def _recv_response(self) -> str:
        received = b""
        while b"\n" not in received and self.clamd_socket is not None:
            self.hurry()
            if not (piece := self.clamd_socket.recv(4096)):
                break
            received += piece
        return received.partition(b"\n")[0].decode().strip()

    def _close_socket(self) -> None:
        if self.clamd_socket is not None:
            self.clamd_socket.close()


class _Network(_Hurried, clamd.ClamdNetworkSocket):
    """By the network."""

    def _init_socket(self) -> None:
        family = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
        self._connect(family[0], family[4])


class _Unix(_Hurried, clamd.ClamdUnixSocket):
    """By a socket in the file system."""

    def _init_socket(self) -> None:
        self._connect(socket.AF_UNIX, self.unix_socket)
