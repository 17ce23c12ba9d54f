"""The virus scanner: bytes are streamed to clamd at `CLAMD_URL`, and only its own “OK” counts as clean.

Whatever else happens (no daemon, a file over its limit, a line that breaks, no answer in time) means *not
scanned*, never *clean* (settled 16). What follows from each is decided by those who call.
"""

import io
import logging
import socket
import time
from collections.abc import Callable, Iterable, Iterator
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

    What reading the pieces raises is passed on: bytes that cannot be read are not the scanner's trouble.
    """
    if not is_set_up():
        return Scan(Verdict.NOT_SCANNED, NONE_SET_UP)
    reader = _Pieces(pieces, until=time.monotonic() + settings.SCAN_TIMEOUT)
    try:
        answer = _client().instream(reader)
    except _ReadingError as problem:
        raise problem.cause from None
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
    if _client().ping() != "PONG":
        raise OSError("The virus scanner answers something else than it should.")


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
        answers()
    except (clamd.ClamdError, OSError):
        return Scan(Verdict.NOT_SCANNED, UNREACHABLE, is_unreachable=True)
    return Scan(Verdict.NOT_SCANNED, BROKE_OFF)


def _is_timeout(error: Exception) -> bool:
    # The library hides the error it met behind one of its own, in words.
    return isinstance(error, TimeoutError) or "timed out" in str(error)


class _ReadingError(Exception):
    def __init__(self, cause: Exception) -> None:
        self.cause = cause
        super().__init__()


class _TooSlowError(Exception):
    pass


class _Pieces:
    """The bytes as a file that stops at a moment, so that a slow scanner holds no request for long."""

    def __init__(self, pieces: Iterable[bytes], *, until: float) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self._until = until
        self._held = io.BytesIO()
        self.is_at_end = False

    def read(self, size: int) -> bytes:
        if time.monotonic() > self._until:
            raise _TooSlowError
        while not (chunk := self._held.read(size)):
            try:
                piece = next(self._pieces, None)
            except Exception as error:
                raise _ReadingError(error) from error
            if piece is None:
                self.is_at_end = True
                return b""
            self._held = io.BytesIO(piece)
        return chunk


def _client() -> Any:
    parts = urlsplit(settings.CLAMD_URL)
    if parts.scheme == "unix":
        return _Unix(path=unquote(parts.path), timeout=settings.SCAN_TIMEOUT)
    return _Network(host=parts.hostname, port=parts.port or 3310, timeout=settings.SCAN_TIMEOUT)


class _Network(clamd.ClamdNetworkSocket):
    """The library's client, but connecting takes no longer than `SCAN_CONNECT_TIMEOUT` either."""

    def _init_socket(self) -> None:
        family = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
        self.clamd_socket = _connected(family[0], lambda it: it.connect(family[4]), self.timeout)

    def _close_socket(self) -> None:
        _close(self)


class _Unix(clamd.ClamdUnixSocket):
    """As `_Network`, by a socket in the file system."""

    def _init_socket(self) -> None:
        self.clamd_socket = _connected(socket.AF_UNIX, lambda it: it.connect(self.unix_socket), self.timeout)

    def _close_socket(self) -> None:
        _close(self)


def _connected(family: int, connect: Callable[[socket.socket], None], timeout: float) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    made.settimeout(settings.SCAN_CONNECT_TIMEOUT)
    try:
        connect(made)
    except BaseException:
        made.close()
        raise
    made.settimeout(timeout)
    return made


def _close(client: Any) -> None:
    held = getattr(client, "clamd_socket", None)
    if held is not None:
        held.close()
